#!/bin/sh
# Installs Debian's Chromium and a font with Chinese characters, for the browser journeys of the tests.
set -eu

for name in chromium chromium-browser google-chrome google-chrome-stable; do
    if command -v "$name" >/dev/null 2>&1; then browser=$name; break; fi
done
if [ -n "${browser:-}" ] && fc-list :lang=zh 2>/dev/null | grep -q .; then
    echo "There is $browser and a Chinese font; nothing to install."
    exit 0
fi
if ! command -v apt-get >/dev/null 2>&1; then
    echo "This is no Debian; install a Chromium and a font with Chinese characters by your system's own means, or set BROWSER_PATH." >&2
    exit 1
fi
become=
if [ "$(id -u)" != 0 ]; then
    become=sudo
    if ! command -v sudo >/dev/null 2>&1; then
        echo "Only root can install it: apt-get install chromium fonts-noto-cjk" >&2
        exit 1
    fi
fi
$become env DEBIAN_FRONTEND=noninteractive apt-get update -qq
$become env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk fontconfig >/dev/null
echo "Installed Chromium and a Chinese font."
