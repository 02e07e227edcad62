"""Starting and stopping single server processes that end when we end."""

import ctypes
import importlib.util
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from quizplatform.embedded.account import Account

PR_SET_PDEATHSIG = 1


class DidNotStart(Exception):
    """A server ended, or did not answer in time; the message ends with what it said last."""


def wheel(package: str) -> Path:
    """The folder of an installed package; it is not imported."""
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        raise DidNotStart(f"the package {package} is not installed")
    return Path(found.origin).parent


def ends_with_parent(how: signal.Signals = signal.SIGTERM) -> None:
    """Asks the kernel to send `how` to this process when its parent dies, however it dies (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, how, 0, 0, 0)


def run_as(account: Account | None, command: Sequence[str], **options: object) -> subprocess.CompletedProcess[str]:
    """Runs a short command as `account` and returns what it said."""
    identity = {} if account is None else {"user": account.uid, "group": account.gid, "extra_groups": []}
    return subprocess.run(command, text=True, capture_output=True, cwd="/", **identity, **options)  # type: ignore[call-overload]


def start(
    command: Sequence[str],
    log: Path,
    *,
    account: Account | None = None,
    environment: Mapping[str, str] | None = None,
    dies_by: signal.Signals = signal.SIGTERM,
    keep: tuple[int, ...] = (),
) -> subprocess.Popen[bytes]:
    """Starts a server in a session of its own, its words in `log`; it ends when this process ends, and it inherits
    the open files `keep`."""
    identity = {} if account is None else {"user": account.uid, "group": account.gid, "extra_groups": []}
    with log.open("ab") as output:
        return subprocess.Popen(  # type: ignore[call-overload]
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            env=None if environment is None else {**os.environ, **environment},
            start_new_session=True,
            pass_fds=keep,
            preexec_fn=lambda: ends_with_parent(dies_by),
            **identity,
        )


def wait_until(
    ready: Callable[[], bool], process: subprocess.Popen[bytes] | None, log: Path, *, what: str, seconds: float = 60
) -> None:
    """Waits until `ready()`. Raises DidNotStart when the process ends or the time is over."""
    end = time.monotonic() + seconds
    while not ready():
        if process is not None and process.poll() is not None:
            raise DidNotStart(f"{what}: {last_words(log)}")
        if time.monotonic() > end:
            raise DidNotStart(f"{what} did not answer within {seconds:.0f} s: {last_words(log)}")
        time.sleep(0.05)


def stop(process: subprocess.Popen[bytes], how: signal.Signals = signal.SIGTERM, seconds: float = 20) -> None:
    """Asks a process to end and waits; one that does not listen is killed."""
    if process.poll() is None:
        process.send_signal(how)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def size(log: Path) -> int:
    return log.stat().st_size if log.exists() else 0


def last_words(log: Path, count: int = 3, since: int = 0) -> str:
    """The last lines of a log, as one line; `since` leaves out what was there before."""
    if not log.exists():
        return "(no log)"
    words = log.read_bytes()
    lines = words[since if len(words) >= since else 0 :].decode(errors="replace").strip().splitlines()
    return " | ".join(line.strip() for line in lines[-count:]) or f"(nothing said in {log})"
