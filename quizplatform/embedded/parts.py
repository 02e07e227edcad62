"""The parts of DESIGN 4 on one machine, and the supervisor's configuration that keeps them up."""

import os
import secrets
import shlex
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from quizplatform.embedded import door, valkey
from quizplatform.embedded.installation import BASE_DIR, Installation
from quizplatform.embedded.postgres import Cluster

ALONE = Path(__file__).with_name("alone.py")
SERVERS = "servers"  # what must answer before the database can be prepared
APPLICATION = "application"


@dataclass(frozen=True)
class Part:
    """One process the supervisor keeps up; `listens` is its socket, `holds` the folder it must hold alone."""

    name: str
    group: str
    command: list[str]
    listens: Path | None = None
    holds: Path | None = None
    account: str = ""
    ends_by: signal.Signals = signal.SIGTERM
    nice: int = 0


# While students are at work, scoring, reports and boards take what is left of the machine.
BEHIND, FAR_BEHIND = 5, 10


def all_of(installation: Installation, cluster: Cluster | None) -> list[Part]:
    """Every part of this machine, servers first."""
    return [*_servers(installation, cluster), *_application(installation)]


def _servers(installation: Installation, cluster: Cluster | None) -> Iterator[Part]:
    if cluster is not None:
        account = f"{cluster.account.uid}:{cluster.account.gid}" if cluster.account else ""
        # SIGINT is PostgreSQL's fast shutdown: it waits for nobody and loses nothing.
        ends_by = signal.SIGINT
        yield Part("postgres", SERVERS, cluster.command, holds=cluster.data, account=account, ends_by=ends_by)
    if not installation.redis_url:
        path = installation.socket("valkey")
        yield Part("valkey", SERVERS, valkey.command(path), listens=path)


def _application(installation: Installation) -> Iterator[Part]:
    for number in range(installation.lane_workers):
        path = installation.socket(f"lane-{number}")
        yield Part(f"lane-{number}", APPLICATION, _lane(path), path)
    path = installation.socket("live")
    yield Part("live", APPLICATION, _live(path), path, nice=BEHIND)
    path = installation.socket("pages")
    yield Part("pages", APPLICATION, _granian(path, installation.pages_threads), path)
    yield Part("jobs", APPLICATION, _manage("work"), nice=FAR_BEHIND)
    yield Part("sweep", APPLICATION, _manage("sweep"))
    yield Part("follow", APPLICATION, _manage("follow"), nice=BEHIND)
    yield Part("door", APPLICATION, door.command(installation), ends_by=signal.SIGQUIT)


def _uvicorn(name: str, path: Path, *more: str) -> list[str]:
    # The door keeps idle connections for 60 s; the application must keep them longer, or it closes one in use.
    words = (
        "--loop uvloop --backlog 4096 --timeout-keep-alive 75 --timeout-graceful-shutdown 5 "
        "--no-access-log --no-proxy-headers --no-server-header --no-date-header --log-level warning"
    )
    return [sys.executable, "-m", "uvicorn", f"quizplatform.asgi:{name}", "--uds", str(path), *words.split(), *more]


def _lane(path: Path) -> list[str]:
    protocol = ("--http", "exams.lane.protocol:LaneProtocol", "--ws", "none")
    return _uvicorn("lane", path, *protocol, "--lifespan", "on")


def _live(path: Path) -> list[str]:
    return _uvicorn("live", path, "--http", "httptools", "--ws", "websockets-sansio", "--lifespan", "off")


def _granian(path: Path, threads: int) -> list[str]:
    words = f"--interface wsgi --no-ws --http 1 --workers 1 --blocking-threads {threads} --workers-kill-timeout 5"
    words += f" --backpressure {threads * 8}"
    restart = ["--respawn-failed-workers", "--respawn-interval", "0.2", "--log-level", "warning"]
    target = "quizplatform.wsgi:application"
    return [sys.executable, "-m", "granian", "--uds", str(path), *words.split(), *restart, target]


def _manage(*words: str) -> list[str]:
    return [sys.executable, str(BASE_DIR / "manage.py"), *words]


def supervisor_configuration(installation: Installation, parts: list[Part]) -> str:
    """The text of supervisord.conf. Nothing starts by itself: the launcher starts group after group."""
    password = secrets.token_urlsafe(16)
    socket = installation.socket("supervisor")
    user = f"user={os.getuid()}\n" if os.geteuid() == 0 else ""
    head = f"""[unix_http_server]
file={_plain(socket)}
chmod=0700
username=launcher
password={password}

[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface

[supervisorctl]
serverurl=unix://{_plain(socket)}
username=launcher
password={password}

[supervisord]
{user}nodaemon=true
silent=true
logfile={_plain(installation.logs / "supervisor.log")}
pidfile={_plain(installation.run / "supervisor.pid")}
"""
    return head + "".join(_program(installation, part) for part in parts) + _groups(parts)


def _groups(parts: list[Part]) -> str:
    """Groups start in the order of their priority and stop in the reverse."""
    text = ""
    for priority, group in enumerate((SERVERS, APPLICATION), 1):
        names = ",".join(part.name for part in parts if part.group == group)
        text += f"\n[group:{group}]\nprograms={names}\npriority={priority}\n" if names else ""
    return text


def _program(installation: Installation, part: Part) -> str:
    # startsecs=0: one that ends is started again at once, for ever; alone.py sees to it that this is no tight loop.
    return f"""
[program:{part.name}]
command={_plain(shlex.join(_alone(installation, part)))}
directory={_plain(BASE_DIR)}
autostart=false
autorestart=true
startsecs=0
stopsignal={part.ends_by.name.removeprefix("SIG")}
stopwaitsecs=15
killasgroup=true
redirect_stderr=true
stdout_logfile={_plain(installation.logs / part.name)}.log
stdout_logfile_maxbytes=10MB
stdout_logfile_backups=2
"""


def _alone(installation: Installation, part: Part) -> list[str]:
    """The command that takes over from a predecessor before it becomes the part."""
    command = [sys.executable, "-I", "-S", str(ALONE), "--pid", str(installation.run / f"{part.name}.pid")]
    given = {"--remove": part.listens, "--account": part.account, "--holds": part.holds, "--nice": part.nice}
    for option, value in given.items():
        if value:
            command += [option, str(value)]
    return [*command, "--dies-by", str(int(part.ends_by)), "--", *part.command]


def _plain(text: object) -> str:
    """The supervisor expands percent signs."""
    return str(text).replace("%", "%%")
