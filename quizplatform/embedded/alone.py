"""Becomes one part under the supervisor, after making sure that nothing of its predecessor is left.

A part killed with -9 may leave children behind that hold its sockets or its data (workers of the door, processes of
PostgreSQL); they are ended first. Run as a plain file, with nothing but the standard library, because it stands before
every start of every part:

    python -I -S alone.py --pid FILE [--remove SOCKET] [--account UID:GID] [--holds FOLDER] [--dies-by N]
        [--nice N] -- COMMAND ...
"""

import argparse
import contextlib
import ctypes
import os
import signal
import sys
import time
from pathlib import Path

PR_SET_PDEATHSIG = 1
SHORTEST_LIFE = 1.0  # seconds; a part that ends at once is not started more often than that
BOOT = Path("/proc/sys/kernel/random/boot_id")


def left_behind(group: int, executable: str, folder: str) -> list[int]:
    """Processes of the predecessor: of its group and program, or with `folder` as their working directory."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            holds = bool(folder) and os.readlink(entry / "cwd") == folder
            if holds or (os.getpgid(int(entry.name)) == group and os.readlink(entry / "exe") == executable):
                found.append(int(entry.name))
        except OSError:
            continue  # it ended meanwhile, or belongs to somebody else
    return found


def end(group: int, executable: str, folder: str) -> None:
    """Ends what is left, at once: its head is gone, so there is nothing orderly to wait for."""
    while processes := left_behind(group, executable, folder):
        for process in processes:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        time.sleep(0.02)


def boot() -> str:
    """What tells this running of the machine from others; process numbers mean nothing beyond it."""
    return BOOT.read_text().strip() if BOOT.exists() else ""


def predecessor(note: Path) -> tuple[int, float]:
    """The process number of the last start (0 for none in this running of the machine) and its time."""
    try:
        number, when, machine = note.read_text().split("\n")
    except (FileNotFoundError, ValueError):
        return 0, 0.0
    return (int(number), float(when)) if machine == boot() else (0, 0.0)


def settle(options: argparse.Namespace) -> None:
    """Takes the predecessor's place: its remains ended, its socket removed, our number noted."""
    note = Path(options.pid)
    number, when = predecessor(note)
    executable = os.path.realpath(options.command[0])
    end(number if number > 1 else -1, executable, options.holds)
    time.sleep(min(SHORTEST_LIFE, max(0.0, when + SHORTEST_LIFE - time.time())))
    if options.remove:
        Path(options.remove).unlink(missing_ok=True)
    leave_note(note, f"{os.getpid()}\n{time.time()}\n{boot()}")


def leave_note(note: Path, words: str) -> None:
    """Written over what stands there: a file that is emptied first cannot be filled again on a full disk."""
    with open(os.open(note, os.O_WRONLY | os.O_CREAT, 0o644), "w") as file:
        file.write(words)
        file.flush()
        file.truncate()


def become(options: argparse.Namespace) -> None:
    """Gives up root where an account is named, asks to end with the supervisor, and turns into the command."""
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT):
        signal.signal(name, signal.SIG_DFL)
    # To be asked again after a start leaves it where it was: it is counted from zero.
    os.nice(options.nice)
    if options.account:
        user, group = map(int, options.account.split(":"))
        os.setgroups([])
        os.setgid(group)
        os.setuid(user)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, options.dies_by, 0, 0, 0)
    if os.getppid() == 1:
        sys.exit("the supervisor is gone")
    if options.holds:
        os.chdir(options.holds)
    # Who runs under another account is told no secrets.
    environment = {"PATH": os.defpath} if options.account else dict(os.environ)
    os.execve(options.command[0], options.command, environment)  # noqa: S606 - the command is the launcher's own


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pid", required=True)
    parser.add_argument("--remove", default="")
    parser.add_argument("--account", default="")
    parser.add_argument("--holds", default="")
    parser.add_argument("--dies-by", type=int, default=int(signal.SIGTERM))
    parser.add_argument("--nice", type=int, default=0)
    parser.add_argument("command", nargs="+")
    return parser.parse_args()


if __name__ == "__main__":
    told = arguments()
    settle(told)
    become(told)
