"""The door's configuration, and that it says what the lane would say."""

import json
import re
import resource
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from exams.lane import problems
from quizplatform.embedded import door, process, supervision
from quizplatform.embedded.installation import BASE_DIR, Installation, Refused

TEMPLATE = (BASE_DIR / "deploy" / "nginx.conf.template").read_text()


def installation(tmp_path, **environment: str) -> Installation:
    return Installation.from_environ({"DATA_DIR": str(tmp_path / "the data"), **environment})


def configuration(tmp_path, **environment: str) -> str:
    return door.configuration(installation(tmp_path, **environment))


@pytest.mark.parametrize("kind", ["too_large", "busy"])
def test_the_door_says_the_lanes_own_words(kind):
    told = re.findall(rf"map \$http_accept_language \${kind} {{(.*?)}}", TEMPLATE, re.DOTALL)[0]
    chinese, english = (
        json.loads("{" + line.rstrip(";' ").split("'", 1)[1] + "}") for line in told.strip().splitlines()
    )
    known = problems.KINDS[kind]

    assert [chinese["status"], chinese["title"], chinese["detail"]] == list(known[:3])
    assert [english["status"], english["title"], english["detail"]] == [known[0], *known[3:5]]


def test_a_demonstration_listens_to_this_machine_only(tmp_path):
    text = configuration(tmp_path, PORT="8123")

    assert "listen 127.0.0.1:8123" in text
    assert "listen 0" not in text


def test_with_a_certificate_it_listens_to_everybody_and_encrypts(tmp_path):
    for name in ("site.pem", "site.key"):
        (tmp_path / name).write_text("")
    text = configuration(tmp_path, TLS_CERT=str(tmp_path / "site.pem"), TLS_KEY=str(tmp_path / "site.key"))

    assert "listen 0.0.0.0:8000 backlog=4096 ssl" in text
    assert f'ssl_certificate "{tmp_path / "site.pem"}";' in text
    assert "http2 on;\n        keepalive_timeout 65s;" in text


def test_a_certificate_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(Refused, match="must name files"):
        installation(tmp_path, TLS_CERT="/nowhere/site.pem", TLS_KEY="/nowhere/site.key")


def test_a_door_of_its_own_leads_to_other_machines(tmp_path):
    text = configuration(
        tmp_path, DOOR_LANES="10.0.1.11:9001 10.0.1.12:9001", DOOR_SCHEME="https", DOOR_USER="www-data"
    )

    assert "server 10.0.1.11:9001 max_fails=0;" in text
    assert "server 10.0.1.12:9001 max_fails=0;" in text
    assert "X-Forwarded-Proto https;" in text
    assert "user www-data;" in text


def test_a_busy_lane_of_this_machine_is_not_taken_for_a_dead_one(tmp_path):
    """All workers that are marked as failed at once would be a second without any."""
    text = configuration(tmp_path, LANE_WORKERS="3")

    assert text.count("max_fails=0;") == 3 + 2
    assert "fail_timeout" not in text


def test_nothing_is_limited_per_address():
    assert "limit_req" not in TEMPLATE
    assert "limit_conn" not in TEMPLATE


@pytest.mark.parametrize("granted", [12_000, 20_000, 65_536])
def test_its_workers_together_hold_the_connections_of_a_whole_city(tmp_path, monkeypatch, granted):
    monkeypatch.setattr(door, "_raises_limits", lambda: False)
    monkeypatch.setattr(resource, "getrlimit", lambda kind: (1024, granted))
    numbers = {name: int(value) for name, value in re.findall(r"(worker\w+) (\d+);", configuration(tmp_path))}

    assert numbers["worker_processes"] * numbers["worker_connections"] >= 60_000
    assert numbers["worker_connections"] + door.RESERVE <= numbers["worker_rlimit_nofile"] <= granted


def test_a_machine_that_grants_few_files_gets_a_modest_door(tmp_path, monkeypatch):
    monkeypatch.setattr(door, "_raises_limits", lambda: False)
    monkeypatch.setattr(resource, "getrlimit", lambda kind: (256, 1024))
    text = configuration(tmp_path)

    assert f"worker_processes {door.MOST_WORKERS};" in text
    assert "worker_connections 768;" in text


def test_what_its_workers_may_open_is_what_they_will_be_granted(tmp_path):
    wanted = int(re.findall(r"worker_rlimit_nofile (\d+);", configuration(tmp_path))[0])

    trial = f"import resource; resource.setrlimit(resource.RLIMIT_NOFILE, ({wanted}, {wanted}))"
    assert subprocess.run([sys.executable, "-c", trial], check=False).returncode == 0


def test_nginx_accepts_it(tmp_path):
    here = installation(tmp_path)
    (here.run / "tmp").mkdir(parents=True)
    path = here.run / "nginx.conf"
    path.write_text(door.configuration(here))

    command = [*door.command(here)[:-2], "-t"]
    done = subprocess.run(command, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    assert Path(door.BINARY).is_file()


def test_without_any_lane_it_says_busy_and_when_to_come_back(tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    here = installation(tmp_path, PORT=str(port))
    here.prepare_folders()
    (here.run / "nginx.conf").write_text(door.configuration(here))
    running = process.start(door.command(here), tmp_path / "door.log")
    try:
        process.wait_until(lambda: supervision.listens(port), running, tmp_path / "door.log", what="the door")
        for _ in range(5):
            answer = httpx.post(f"http://127.0.0.1:{port}/lane/v1/pulse", json={})
            assert (answer.status_code, answer.json()["type"]) == (503, "busy")
            assert answer.headers["retry-after"] == "2"
    finally:
        process.stop(running)
        shutil.rmtree(here.sockets, ignore_errors=True)
    assert "no live upstreams" not in (tmp_path / "door.log").read_text()
