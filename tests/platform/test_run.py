"""`make run` itself: the launcher is started for real, its parts are killed, and nothing is left when it ends.

The data folder lies in a path with a space and under a folder that nobody else may enter."""

import gzip
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from quizplatform.embedded import account as accounts
from quizplatform.embedded.installation import BASE_DIR, Installation

pytestmark = pytest.mark.faults

OF_THE_TEST = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "HTTPS", "DEMO", "DATA_DIR", "DJANGO_SETTINGS_MODULE")
BACK = 2.0  # seconds within which a killed part is there again
PATIENCE = 120.0
PLAIN = {"DEMO": "0", "HTTPS": "0"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Launcher:
    """One `python -m quizplatform.run` in a process group of its own."""

    def __init__(self, data: Path, port: int, *, command: list[str] | None = None, **environment: str) -> None:
        self.data, self.port = data, port
        own = {name: value for name, value in os.environ.items() if name not in OF_THE_TEST}
        own |= {"DATA_DIR": str(data), "PORT": str(port), "LISTEN": "127.0.0.1", **environment}
        self.output = Path(os.environ["TEST_FOLDER"]) / f"launcher-{os.getpid()}-{port}"
        with self.output.open("w") as words:
            self.process = subprocess.Popen(
                command or [sys.executable, "-m", "quizplatform.run"],
                env=own,
                cwd=BASE_DIR,
                stdout=words,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def said(self) -> str:
        return self.output.read_text()

    def ready(self) -> "Launcher":
        until(lambda: "Ready:" in self.said() or self.process.poll() is not None, PATIENCE)
        assert "Ready:" in self.said(), self.said()
        return self

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        if self.process.poll() is None:
            os.killpg(self.process.pid, how)
        return self.process.wait(60)

    def sockets(self) -> Path:
        (folder,) = Path("/tmp").glob(f"quizplatform-*-{self._installation().mark}")
        return folder

    def _installation(self) -> Installation:
        return Installation.from_environ({"DATA_DIR": str(self.data)})

    def part(self, name: str) -> int:
        """The process number of a part, 0 while there is none."""
        try:
            number = int((self.data / "run" / f"{name}.pid").read_text().split()[0])
        except (FileNotFoundError, IndexError):
            return 0
        return number if is_alive(number) else 0

    def parts(self) -> dict[str, int]:
        return {path.stem: self.part(path.stem) for path in (self.data / "run").glob("*.pid") if path.stem != "nginx"}

    def status(self, path: str) -> int:
        """0 while nobody answers."""
        try:
            return self.ask(path)[0]
        except OSError:
            return 0

    def ask(self, path: str, body: bytes | None = None, **headers: str) -> tuple[int, dict[str, str], bytes]:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data=body, headers=names)
        try:
            answer = urllib.request.urlopen(request, timeout=10)  # noqa: S310 - an address of this test
        except urllib.error.HTTPError as problem:
            answer = problem
        with answer:
            return answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.read()

    def answers(self) -> bool:
        return (self.status("/"), self.status("/lane/v1/state"), self.status("/live/")) == (200, 401, 404)


def is_alive(number: int) -> bool:
    try:
        return Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def until(holds, seconds: float) -> float:
    """Waits for something to hold; returns how long it took."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < seconds, f"not within {seconds} s"
        time.sleep(0.02)
    return time.monotonic() - began


def processes_of(data: Path) -> list[str]:
    """Command lines and environments that name the data folder."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and entry.name != str(os.getpid()):
                words = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
                if str(data).encode() in words:
                    found.append(words[:200].decode(errors="replace"))
        except OSError:
            continue
    return found


def clear_away(data: Path) -> None:
    """As root the database lies elsewhere, for its own account cannot reach a folder under a private one."""
    note = data / "database-home"
    if note.is_file() and Path(note.read_text().strip()) != data:
        shutil.rmtree(note.read_text().strip())


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    private = tmp_path_factory.mktemp("private")
    private.chmod(0o700)
    return private


@pytest.fixture(scope="module")
def running(folder) -> Iterator[Launcher]:
    """A small demonstration, shared by the tests that kill its parts."""
    launcher = Launcher(folder / "the data", free_port(), DEMO_STUDENTS="120")
    try:
        yield launcher.ready()
    finally:
        launcher.end()
        clear_away(launcher.data)


@pytest.fixture(scope="module")
def settled(folder) -> Iterator[Path]:
    """A data folder without a demonstration that was started once and ended by Ctrl-C."""
    launcher = Launcher(folder / "settled data", free_port(), **PLAIN)
    sockets = launcher.ready().sockets()
    try:
        assert launcher.end(signal.SIGINT) == 0
        assert_nothing_left(launcher.data, sockets)
        yield launcher.data
    finally:
        launcher.end()
        clear_away(launcher.data)


def assert_nothing_left(data: Path, sockets: Path) -> None:
    assert processes_of(data) == []
    assert not sockets.exists()
    assert not (data / "run").exists()


def test_it_says_where_it_is_who_may_sign_in_and_which_cards_are_free(running):
    said = running.said()

    assert said.strip().splitlines()[-1].startswith(f"Ready: http://localhost:{running.port}") or "again" in said
    assert all(role in said for role in ("city", "county", "school", "teacher", "author", "reviewer"))
    cards = [line.replace(" ", "") for line in said.splitlines() if line.strip().replace(" ", "").isdigit()]
    assert len(cards) >= 3
    assert all(len(card) == 12 for card in cards)


def test_every_path_reaches_its_part(running):
    assert running.answers()
    assert running.status("/static/staticfiles.json") in (200, 404)
    assert running.status("/papers/none.json") == 404
    assert running.status("/secret_key") == 404
    assert running.status("/static/../secret_key") in (400, 404)


def test_a_body_that_is_too_large_is_refused_in_the_lanes_words(running):
    status, headers, body = running.ask("/lane/v1/save", b"x" * 100_000, Content_Type="application/json")

    assert (status, headers["content-type"]) == (413, "application/problem+json")
    problem = json.loads(body)
    assert problem["type"] == "too_large"
    assert abs(problem["now"] - time.time() * 1000) < 60_000


def test_files_that_never_change_are_kept_for_ever_and_sent_packed(running):
    page = running.ask("/")[2].decode()
    sheet = re.search(r"/static/[^\"]*\.[0-9a-f]{12}\.css", page).group()
    status, headers, _ = running.ask(sheet, Accept_Encoding="gzip")
    paper = next((running.data / "papers").glob("*.json"))
    packed = running.ask(f"/papers/{paper.name}", Accept_Encoding="gzip")

    assert status == 200
    assert headers["content-type"].startswith("text/css")
    assert "immutable" in headers["cache-control"]
    assert gzip.decompress(packed[2]) == running.ask(f"/papers/{paper.name}")[2] == paper.read_bytes()
    assert packed[1]["content-encoding"] == "gzip"
    assert packed[1]["content-type"].startswith("application/json")
    assert "server" not in headers or headers["server"] == "nginx"


def test_whoever_answers_students_comes_before_boards_and_reports(running):
    nice = {name: os.getpriority(os.PRIO_PROCESS, running.part(name)) for name in ("lane-0", "door", "follow", "jobs")}
    assert nice["lane-0"] == nice["door"] < nice["follow"] < nice["jobs"]


@pytest.mark.parametrize("name", ["postgres", "valkey", "door", "lane-0", "pages", "live", "jobs", "sweep", "follow"])
def test_a_killed_part_is_back_and_no_other_part_stops(running, name):
    took = []
    while len(took) < 3 and min(took, default=BACK) >= BACK:  # other tests may have both cores for a moment
        before = at_rest(running)
        killed = before.pop(name)
        os.kill(killed, signal.SIGKILL)
        took.append(until(lambda: running.part(name) not in (0, killed), 20))  # noqa: B023 - used at once
        until(running.answers, 60)
        assert {part: running.part(part) for part in before} == before

    assert min(took) < BACK


def at_rest(running):
    """The parts once all of them run and none has changed for a while."""
    until(lambda: _same_for_a_while(running), 60)
    return running.parts()


def _same_for_a_while(running):
    before = running.parts()
    time.sleep(2)
    return before == running.parts() and all(before.values())


def test_when_the_supervisor_is_killed_everything_is_started_again(running):
    supervisor = int((running.data / "run" / "supervisor.pid").read_text())
    before = running.parts()

    os.kill(supervisor, signal.SIGKILL)
    until(lambda: running.part("lane-0") not in (0, before["lane-0"]), 30)
    until(running.answers, 60)

    assert running.process.poll() is None


def test_a_second_run_on_the_same_data_is_refused(running):
    second = Launcher(running.data, free_port())

    assert second.process.wait(30) == 1
    assert "another run uses the data folder" in second.said()
    assert running.answers()


def test_told_to_end_it_leaves_nothing_and_starts_again_from_its_data(settled):
    key = (settled / "secret_key").read_text()
    launcher = Launcher(settled, free_port(), **PLAIN)
    try:
        sockets = launcher.ready().sockets()
        assert launcher.answers()
        assert launcher.end(signal.SIGTERM) == 0
        assert_nothing_left(settled, sockets)
        assert (settled / "secret_key").read_text() == key
    finally:
        launcher.end()


def test_when_the_launcher_is_killed_its_parts_end_too(settled):
    launcher = Launcher(settled, free_port(), **PLAIN).ready()

    launcher.process.kill()
    launcher.process.wait()

    until(lambda: not processes_of(settled), 30)
    shutil.rmtree(launcher.sockets())


def refusal(data: Path, port: int, **environment: str) -> str:
    """What it says when it cannot run: one line, exit 1."""
    launcher = Launcher(data, port, **environment)
    try:
        assert launcher.process.wait(60) == 1
    finally:
        launcher.end()
    lines = launcher.said().strip().splitlines()
    assert len(lines) == 1, lines
    assert processes_of(data) == []
    return lines[0]


def test_a_port_in_use_is_said_in_one_line(folder):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        assert f"port {port} on 127.0.0.1 is in use" in refusal(folder / "port", port)


def test_a_folder_that_cannot_be_written_is_said_in_one_line(folder):
    (folder / "file").write_text("in the way")

    assert "cannot be written" in refusal(folder / "file" / "data", free_port())


def test_a_wrong_number_is_said_in_one_line(folder):
    assert "LANE_WORKERS must be a number" in refusal(folder / "number", free_port(), LANE_WORKERS="many")


def test_a_lane_that_refuses_a_forgetful_database_is_heard(settled):
    """Somebody switched durability off: the launcher says what the lane says, and ends."""
    home = Path((settled / "database-home").read_text().strip())
    configuration = home / "postgres" / "postgresql.auto.conf"
    before = configuration.read_text()
    configuration.write_text(before + "synchronous_commit = off\n")

    said = refusal(settled, free_port(), **PLAIN)

    configuration.write_text(before)
    assert "lane-" in said
    assert "synchronous_commit=off" in said


@pytest.mark.skipif(os.geteuid() != 0, reason="the whole suite runs as an ordinary user already")
def test_it_runs_as_an_ordinary_user_too():
    user = accounts.unprivileged()
    python = _python_for(user)
    home = Path(f"/tmp/qp-user-{os.getpid()}")
    home.mkdir(mode=0o700)
    accounts.give(user, home)
    packages = str(Path(pytest.__file__).parent.parent)
    command = [
        "setpriv",
        f"--reuid={user.uid}",
        f"--regid={user.gid}",
        "--clear-groups",
        python,
        "-m",
        "quizplatform.run",
    ]
    launcher = Launcher(
        home / "the data", free_port(), command=command, DEMO="0", HTTPS="0", HOME=str(home), PYTHONPATH=packages
    )
    try:
        launcher.ready()
        owners = {Path(f"/proc/{number}").stat().st_uid for number in launcher.parts().values()}
        assert owners == {user.uid}
        assert launcher.end() == 0
        assert processes_of(launcher.data) == []
    finally:
        launcher.end()
        shutil.rmtree(home)


def _python_for(user: accounts.Account) -> str:
    """A Python of our version that the user may start; packages and tree must be readable too."""
    for path in (Path(sys.base_prefix) / "bin" / "python3", Path("/usr/bin/python3.11")):
        same = path.exists() and sys.version_info[:2] == (3, 11) and shutil.which("setpriv")
        if same and accounts.reaches(user, path.resolve().parent) and accounts.reaches(user, BASE_DIR):
            return str(path)
    pytest.skip("no Python here that an ordinary user can reach")
