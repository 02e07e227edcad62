"""Every check that needs no test run, one after the other: `make check`. All are run, whatever fails."""

import os
import secrets
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
OURS = ("common", "schools", "questionbank", "exams", "proctoring", "reports", "quizplatform")
TEMPLATES = [str(path) for app in OURS for path in sorted((HERE / app).rglob("templates/**/*.html"))]

# As a city runs it; a database is not needed, and this one does not exist.
PRODUCTION = {
    "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
    "SECRET_KEY": secrets.token_urlsafe(50),
    "ALLOWED_HOSTS": "test.example",
    "HTTPS": "1",
    "DEMO": "0",
    "ENV_FILE": os.devnull,
}

CHECKS: dict[str, list[str]] = {
    "lint": [str(BIN / "ruff"), "check", "."],
    "format": [str(BIN / "ruff"), "format", "--check", "."],
    "types": [sys.executable, "-m", "mypy", *OURS],
    "imports": [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()"],
    "templates": [str(BIN / "djade"), "--target-version", "5.2", "--check", *TEMPLATES],
    "migrations": [sys.executable, "-W", "ignore", "manage.py", "makemigrations", "--check", "--dry-run"],
    "deployment": [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
    "translations": [sys.executable, "manage.py", "messages", "--check"],
}


def main() -> int:
    """The number of checks that failed."""
    wanted = sys.argv[1:] or list(CHECKS)
    return sum(not passes(name) for name in wanted)


def passes(name: str) -> bool:
    """Runs one check; what it says is shown when it fails only."""
    began = time.monotonic()
    done = subprocess.run(
        CHECKS[name],
        cwd=HERE,
        env={**os.environ, **PRODUCTION},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if done.returncode:
        print(done.stdout, end="")
    print(f"{'ok    ' if done.returncode == 0 else 'FAILED'} {name} ({time.monotonic() - began:.1f} s)", flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
