"""The supervisor on a full disk: a line of a log is lost, and nothing else."""

import subprocess
import sys
from pathlib import Path

import pytest

from quizplatform.embedded import alone
from quizplatform.embedded.installation import BASE_DIR, Installation
from quizplatform.embedded.supervision import Supervision

# maxBytes is 0: a device must not be renamed.
SAY_IT = """
from supervisor import loggers
from quizplatform.embedded import keeper
log = loggers.Logger(handlers=[{log}("/dev/full", maxBytes=0)])
log.info("a part has ended")
log.info("a part was started")
"""


def goes_on(log: str) -> bool:
    """Whether a program lives that writes such a log, and can say nothing anywhere."""
    with open("/dev/full", "w") as nowhere:
        done = subprocess.run([sys.executable, "-c", SAY_IT.format(log=log)], cwd=BASE_DIR, stderr=nowhere, check=False)
    return done.returncode == 0


def test_a_line_that_cannot_be_written_is_lost_and_the_supervisor_goes_on() -> None:
    assert not goes_on("loggers.RotatingFileHandler")
    assert goes_on("keeper.Log")


def test_a_log_whose_file_was_closed_in_the_middle_of_turning_over_goes_on(tmp_path: Path) -> None:
    file = tmp_path / "part.log"
    say = f"""
from supervisor import loggers
from quizplatform.embedded import keeper
handler = keeper.Log({str(file)!r}, maxBytes=10, backupCount=1)
log = loggers.Logger(handlers=[handler])
handler.stream.close()
log.info("lost")
log.info("written")
handler.close()
"""
    subprocess.run([sys.executable, "-c", say], cwd=BASE_DIR, check=True)
    assert file.read_text() == "written"


def test_a_parts_note_is_written_over_the_one_before(tmp_path: Path) -> None:
    note = tmp_path / "lane-0.pid"
    alone.leave_note(note, "1234567\n1700000000.123456\nboot")
    alone.leave_note(note, "8\n9.0\nboot")
    assert note.read_text() == "8\n9.0\nboot"


def test_a_wish_to_end_that_comes_while_python_clears_away_is_not_forgotten() -> None:
    """What a signal raises in a finalizer is dropped; the launcher once went on for ever, deaf to Ctrl-C."""
    program = """
import io, os, signal
from quizplatform import run

class Answer(io.BufferedIOBase):
    def close(self):
        os.kill(os.getpid(), signal.SIGINT)

signal.signal(signal.SIGINT, run._stop)
Answer()
print(run.is_asked_to_end())
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=BASE_DIR, capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # there is no supervisor to be asked
def test_the_watch_ends_when_it_is_asked_to(tmp_path: Path) -> None:
    installation = Installation.from_environ({"DATA_DIR": str(tmp_path)})
    installation.run.mkdir()
    watched = Supervision(installation, [], "password=none\n", lock=0)
    assert list(watched.watch(until=lambda: True)) == []
