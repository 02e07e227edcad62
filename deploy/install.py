"""Makes the virtual environment and installs the pinned packages into it, when something changed since the last time.

Runs on any Python with nothing but the standard library: `python3 deploy/install.py [--dev]`."""

import hashlib
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(HERE, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
OLDEST = (3, 11)
FILES = {False: ["requirements.txt"], True: ["requirements.txt", "requirements-dev.txt"]}


class Failed(Exception):
    """It could not be installed; the message is one line."""


def main():
    development = "--dev" in sys.argv[1:]
    if sys.version_info < OLDEST:
        raise Failed("Python 3.11 or newer is needed, and this is " + sys.version.split()[0])
    if not is_fresh(development):
        make_environment()
        install(development)
        with open(stamp(development), "w") as file:
            file.write(fingerprint(development))


def stamp(development):
    """The note of what was installed last."""
    return os.path.join(VENV, "installed-dev" if development else "installed")


def fingerprint(development):
    """What an installation depends on: the pinned packages and the place of the environment."""
    digest = hashlib.sha256(VENV.encode())
    for name in FILES[development]:
        with open(os.path.join(HERE, name), "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


def is_fresh(development):
    """Whether the environment stands and holds what is wanted; the packages for development include the others."""
    for wanted in {development, True}:
        try:
            with open(stamp(wanted)) as file:
                if file.read() == fingerprint(wanted):
                    return works()
        except OSError:
            pass
    return False


def works():
    """Whether the environment's Python starts; it does not after its folder or the system's Python moved."""
    try:
        return subprocess.call([PYTHON, "-I", "-c", "import django"], stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def make_environment():
    """A new environment, unless a working one is there."""
    try:
        if subprocess.call([PYTHON, "-I", "-c", "import pip"], stderr=subprocess.DEVNULL) == 0:
            return
    except OSError:
        pass
    done = subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], capture_output=True, text=True)
    if done.returncode != 0:
        said = " ".join((done.stdout + done.stderr).split())
        if "ensurepip" in said:
            said = "this Python has no venv; on Debian: apt-get install python3-venv"
        raise Failed("no virtual environment could be made: " + said[-300:])


def install(development):
    """uv first, by pip; then everything else by uv, in seconds; by pip where uv cannot."""
    print("Installing packages (once; seconds on a good line) ...", flush=True)
    name = os.path.join(HERE, FILES[development][-1])
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as only_uv:
        only_uv.write(block_of("uv", name))
        only_uv.flush()
        run([PYTHON, "-m", "pip", "install", "-q", "--no-deps", "--require-hashes", "-r", only_uv.name])
    uv = os.path.join(VENV, "bin", "uv")
    command = [uv, "pip", "install", "-q", "--python", PYTHON, "--require-hashes", "--compile-bytecode", "-r", name]
    if subprocess.run(command, env=environment_of_uv()).returncode != 0:
        print("uv could not; trying pip ...", flush=True)
        run([PYTHON, "-m", "pip", "install", "-q", "--require-hashes", "-r", name])


def block_of(package, name):
    """The lines of one package in a file of pins: the pin and its hashes."""
    with open(name) as file:
        lines = file.read().split("\n")
    start = next(number for number, line in enumerate(lines) if line.startswith(package + "=="))
    end = start
    while lines[end].endswith("\\"):
        end += 1
    return "\n".join(lines[start : end + 1]) + "\n"


def environment_of_uv():
    """uv does not read pip's configuration, which may name the only package index that can be reached."""
    environment = dict(os.environ)
    told = subprocess.run([PYTHON, "-m", "pip", "config", "list"], capture_output=True, text=True).stdout
    settings = {}
    for line in told.splitlines():
        key, _, value = line.partition("=")
        settings[key.split(".")[-1]] = value.strip("'\"").replace("\\n", " ")
    for key, variable in (
        ("index-url", "UV_DEFAULT_INDEX"),
        ("extra-index-url", "UV_INDEX"),
        ("find-links", "UV_FIND_LINKS"),
        ("cert", "SSL_CERT_FILE"),
    ):
        if settings.get(key):
            environment.setdefault(variable, settings[key])
    if settings.get("extra-index-url"):
        environment.setdefault("UV_INDEX_STRATEGY", "unsafe-best-match")  # as pip does; the hashes decide anyway
    home = os.environ.get("UV_CACHE_DIR") or os.path.expanduser("~")
    if not os.access(home, os.W_OK):
        environment["UV_CACHE_DIR"] = os.path.join(VENV, "uv-cache")
    return environment


def run(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        print(done.stdout, end="")
        raise Failed("the packages could not be installed; is the package index reachable? (see the lines above)")


if __name__ == "__main__":
    try:
        main()
    except Failed as failed:
        sys.exit("Cannot install: " + str(failed))
    except OSError as fault:
        sys.exit("Cannot install: {}: {}".format(fault.strerror, fault.filename))
