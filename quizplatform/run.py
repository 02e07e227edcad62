"""Runs everything on one machine: `python -m quizplatform.run`, which is what `make run` does.

It prepares the data folder, starts the supervisor, has the database prepared, says when all of it answers, and stops
everything when it is told to."""

import os
import signal
import sys
from collections.abc import Callable
from contextlib import closing
from functools import partial
from types import FrameType

import environ

from quizplatform.embedded import account, door, parts, postgres, process, supervision, valkey
from quizplatform.embedded.installation import BASE_DIR, Installation, Refused
from quizplatform.embedded.parts import APPLICATION, SERVERS
from quizplatform.embedded.preparation import Preparation, describe
from quizplatform.embedded.supervision import Supervision

ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """We were asked to end. Python drops what is raised while it clears away a closed connection, so that `_asked`
    remembers it too."""


_asked = False


def main() -> int:
    """The exit code: 0 after an orderly end, 1 when it could not run, with one line that says why."""
    for ending in ENDINGS:
        signal.signal(ending, _stop)
    try:
        run()
    except Stopped:
        return 0
    except (Refused, account.NoAccount, postgres.CannotInitialize, process.DidNotStart) as fault:
        complain(str(fault))
    except OSError as fault:
        complain(f"{fault.strerror}: {fault.filename}")
    return 1


def _stop(number: int, frame: FrameType | None) -> None:
    global _asked
    _asked = True
    for ending in ENDINGS:
        signal.signal(ending, signal.SIG_IGN)
    raise Stopped


def is_asked_to_end() -> bool:
    return _asked


def run() -> None:
    """Starts, reports, watches until told to stop. Raises Refused and what the servers raise."""
    if (BASE_DIR / ".env").exists():
        environ.Env.read_env(str(BASE_DIR / ".env"))
    installation = Installation.from_environ(os.environ)
    installation.prepare_folders()
    with installation.lock() as lock:
        installation.prepare_folders()  # again: a run that was just ending took its own away
        installation.check_port()
        try:
            supervised = configure(installation, lock.fileno())
            with closing(supervised):
                start(installation, supervised)
                for sentence in supervised.watch(until=is_asked_to_end):
                    tell(sentence)
        finally:
            installation.tidy()


def configure(installation: Installation, lock: int) -> Supervision:
    """Makes the cluster when there is none and writes the configuration of every part."""
    cluster = installation.cluster()
    if cluster is not None:
        cluster.initialize()
    environment = installation.environment(cluster)
    installation.note_environment(environment)
    os.environ.update(environment)
    # Compiled modules are kept, whatever the shell says: a part that was killed must be back at once.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    (installation.run / "nginx.conf").write_text(door.configuration(installation))
    everything = parts.all_of(installation, cluster)
    return Supervision(installation, everything, parts.supervisor_configuration(installation, everything), lock)


def start(installation: Installation, supervised: Supervision) -> None:
    """Servers, then the database, then all the rest; ends with the line that it is ready."""
    supervised.begin()
    supervised.start(SERVERS)
    supervised.wait(SERVERS, server_checks(installation))
    if cluster := installation.cluster():
        cluster.create_database("quizplatform")
    preparing = Preparation(installation)
    try:
        preparing.wait_for_database()
        supervised.start(APPLICATION)
        supervised.wait(APPLICATION, application_checks(installation))
        told = preparing.demonstration()
    finally:
        preparing.stop()
    for line in describe(installation.site, told):
        tell(line)
    tell(f"Ready: {installation.site}")


def server_checks(installation: Installation) -> dict[str, Callable[[], bool]]:
    cluster = installation.cluster()
    checks: dict[str, Callable[[], bool]] = {"valkey": partial(valkey.answers, installation.socket("valkey"))}
    if cluster is not None:
        checks["postgres"] = cluster.answers
    return checks


def application_checks(installation: Installation) -> dict[str, Callable[[], bool]]:
    """How each part with a door of its own is asked whether it answers."""
    checks: dict[str, Callable[[], bool]] = {"door": partial(supervision.listens, installation.port)}
    for number in range(installation.lane_workers):
        name = f"lane-{number}"
        checks[name] = partial(supervision.speaks_http, installation.socket(name), "/lane/v1/state")
    for name in ("live", "pages"):
        checks[name] = partial(supervision.speaks_http, installation.socket(name))
    return checks


def tell(sentence: str) -> None:
    """Says a line to the person at the keyboard, at once."""
    print(sentence, flush=True)  # noqa: T201


def complain(sentence: str) -> None:
    """Says in one line why it cannot run."""
    print("Cannot run: " + " ".join(sentence.split()), file=sys.stderr, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
