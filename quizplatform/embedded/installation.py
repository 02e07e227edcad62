"""One installation on one machine: its folders, addresses and switches, read from the environment once."""

import errno
import fcntl
import hashlib
import os
import secrets
import shutil
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Self

from quizplatform.embedded import account as accounts
from quizplatform.embedded import postgres, valkey
from quizplatform.embedded.postgres import Cluster

BASE_DIR = Path(__file__).resolve().parent.parent.parent
LEAST_FREE_MB = 300
ROOM_OF_SOCKETS = Path("/tmp")  # noqa: S108 - a folder of our own in it, checked for its owner; paths must be short
ROOM_OF_ROOT = Path("/var/lib")


class Refused(Exception):
    """It cannot run here; the message is one line for the person at the keyboard."""


@dataclass(frozen=True)
class Door:
    """What a door on a machine of its own is told; by itself it leads to this machine's parts."""

    scheme: str = "$scheme"
    user: str = ""
    lanes: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    live: tuple[str, ...] = ()

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Self:
        """Addresses are host:port, separated by spaces."""
        return cls(
            scheme=environ.get("DOOR_SCHEME") or "$scheme",
            # By default the workers must read a data folder that may lie where nobody but root can look.
            user=environ.get("DOOR_USER") or ("root root" if os.geteuid() == 0 else ""),
            lanes=tuple(environ.get("DOOR_LANES", "").split()),
            pages=tuple(environ.get("DOOR_PAGES", "").split()),
            live=tuple(environ.get("DOOR_LIVE", "").split()),
        )


@dataclass(frozen=True)
class Installation:
    """What the environment says about this machine's part."""

    data: Path
    port: int
    addresses: tuple[str, ...]
    demo: bool
    tls: tuple[str, str] | None
    lane_workers: int
    pages_threads: int
    database_url: str
    redis_url: str
    door: "Door"

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Self:
        """Reads what `.env.example` explains. Raises Refused for what cannot be meant."""
        tls = (environ.get("TLS_CERT", ""), environ.get("TLS_KEY", ""))
        for path in filter(None, tls):
            if not Path(path).is_file():
                raise Refused(f"TLS_CERT and TLS_KEY must name files; there is no {path}")
        own_servers = not (any(tls) or environ.get("DATABASE_URL") or _truth(environ, "HTTPS", False))
        demo = _truth(environ, "DEMO", own_servers)
        listen = environ.get("LISTEN") or ("127.0.0.1 [::1]" if demo else "0.0.0.0 [::]")
        return cls(
            data=Path(environ.get("DATA_DIR") or BASE_DIR / "var").absolute(),
            port=_number(environ, "PORT", 8000),
            addresses=tuple(address for address in listen.split() if address[0] != "[" or _has_ipv6()),
            demo=demo,
            tls=tls if all(tls) else None,
            lane_workers=_number(environ, "LANE_WORKERS", 2),
            pages_threads=_number(environ, "PAGES_THREADS", 6),
            database_url=environ.get("DATABASE_URL", ""),
            redis_url=environ.get("REDIS_URL", ""),
            door=Door.from_environ(environ),
        )

    @property
    def mark(self) -> str:
        """Eight letters that tell this data folder from others on the machine."""
        return hashlib.sha256(str(self.data.resolve()).encode()).hexdigest()[:8]

    @property
    def run(self) -> Path:
        """Configuration and notes of the running parts, written afresh at every start."""
        return self.data / "run"

    @property
    def logs(self) -> Path:
        return self.data / "log"

    @property
    def sockets(self) -> Path:
        return ROOM_OF_SOCKETS / f"quizplatform-{os.geteuid()}-{self.mark}"

    def socket(self, part: str) -> Path:
        """Where a part listens."""
        return self.sockets / "parts" / f"{part}.sock"

    @property
    def site(self) -> str:
        """The address people open."""
        scheme, usual = ("https", 443) if self.tls else ("http", 80)
        return f"{scheme}://localhost" + ("" if self.port == usual else f":{self.port}")

    def prepare_folders(self) -> None:
        """Makes the folders. Raises Refused when the data folder cannot be written or the disk is full."""
        try:
            # PostgreSQL's own account must pass through when we are root.
            self.data.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
            for folder in (self.run / "tmp", self.logs, self.data / "media", self.data / "papers"):
                folder.mkdir(parents=True, exist_ok=True)
            (self.run / "trial").write_bytes(b"x" * 4096)
            (self.run / "trial").unlink()
        except OSError as fault:
            raise Refused(f"the data folder {self.data} cannot be written: {fault.strerror}") from fault
        free = shutil.disk_usage(self.data).free // 2**20
        if free < LEAST_FREE_MB:
            raise Refused(f"the disk is full: {free} MB are free at {self.data}, at least {LEAST_FREE_MB} are needed")
        # The same for its socket; those of the parts lie one folder deeper.
        make_own(self.sockets, 0o711 if os.geteuid() == 0 else 0o700)
        make_own(self.sockets / "parts", 0o700)

    def lock(self) -> IO[str]:
        """Takes the data folder for this process; give the file on to whoever shall hold it too. Raises Refused."""
        patience = time.monotonic() + 3
        while True:
            file = (self.data / "lock").open("a+")
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if (self.data / "lock").exists() and os.path.samestat(os.fstat(file.fileno()), self._lock_now()):
                    return file
            except BlockingIOError:
                if time.monotonic() > patience:
                    raise Refused(f"another run uses the data folder {self.data}; stop it first") from None
            file.close()  # held by another, or the one before took its file away as it ended
            time.sleep(0.1)

    def _lock_now(self) -> os.stat_result:
        return (self.data / "lock").stat()

    def tidy(self) -> None:
        """Takes away what only a running product needs, the lock last."""
        shutil.rmtree(self.sockets, ignore_errors=True)
        shutil.rmtree(self.run, ignore_errors=True)
        (self.data / "lock").unlink(missing_ok=True)

    def check_port(self) -> None:
        """Raises Refused when the door's address is taken or not ours to take."""
        for address in self.addresses:
            family = socket.AF_INET6 if address[0] == "[" else socket.AF_INET
            with socket.socket(family) as trial:
                trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if family == socket.AF_INET6:
                    trial.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                try:
                    trial.bind((address.strip("[]"), self.port))
                except OSError as fault:
                    raise Refused(_why_no_port(self.port, address, fault)) from fault

    def cluster(self) -> Cluster | None:
        """The database server of this machine; None where DATABASE_URL names another."""
        if self.database_url:
            return None
        home = self._database_home()
        account = accounts.owner(home / "postgres") if (home / "postgres").exists() else accounts.unprivileged()
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
        return Cluster(
            binaries=postgres.place_binaries(home, account),
            data=home / "postgres",
            sockets=self.sockets / "pg",
            account=account,
            shared_buffers_mb=max(128, min(2048, memory // 8)),
        )

    def _database_home(self) -> Path:
        """The folder that holds the cluster: the data folder where the server's account can reach that, else one below
        /var/lib. Where it once was it stays; the note `database-home` says where. Raises Refused."""
        note = self.data / "database-home"
        if note.exists():
            home = Path(note.read_text().strip())
            if not home.is_dir():
                raise Refused(f"the database folder {home} is gone; restore it, or remove {note} to begin anew")
            return home
        home = self.data
        if not accounts.reaches(accounts.unprivileged(), self.data):
            home = ROOM_OF_ROOT / f"quizplatform-{self.mark}-{secrets.token_hex(3)}"
            home.mkdir()
            home.chmod(0o755)
            (home / "belongs-to").write_text(f"{self.data}\n")
        note.write_text(f"{home}\n")
        return home

    def environment(self, cluster: Cluster | None) -> dict[str, str]:
        """What every part must know, besides what the environment says already."""
        https = "1" if self.tls else "0"
        return {
            "DATA_DIR": str(self.data),
            "DATABASE_URL": self.database_url or (cluster.url("quizplatform") if cluster else ""),
            "REDIS_URL": self.redis_url or valkey.url(self.socket("valkey")),
            "SECRET_KEY": os.environ.get("SECRET_KEY") or self.secret_key(),
            "HTTPS": os.environ.get("HTTPS") or https,
            "DEMO": "1" if self.demo else "0",
            "SITE_URL": os.environ.get("SITE_URL") or self.site,
            "DJANGO_SETTINGS_MODULE": "quizplatform.settings",
        }

    def note_environment(self, environment: Mapping[str, str]) -> None:
        """Leaves a note from which `manage.py` in another window learns where this installation's servers are."""
        path = self.data / "run.env"
        path.touch(mode=0o600)
        path.write_text("".join(f"{name}={value}\n" for name, value in environment.items() if name != "DATA_DIR"))

    def secret_key(self) -> str:
        """The installation's own secret, made once; cards and tokens are derived from it."""
        path = self.data / "secret_key"
        if not path.exists():
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(50))
        return path.read_text().strip()


def make_own(folder: Path, mode: int) -> None:
    """Makes a folder of our own in a place where anybody can make folders. Raises Refused."""
    folder.mkdir(mode=mode, exist_ok=True)
    entry = folder.lstat()
    if folder.is_symlink() or entry.st_uid != os.geteuid():
        raise Refused(f"{folder} belongs to somebody else; remove it")
    folder.chmod(mode)


def _why_no_port(port: int, address: str, fault: OSError) -> str:
    if fault.errno == errno.EADDRINUSE:
        return f"port {port} on {address} is in use; stop what uses it or choose another: make run PORT={port + 1}"
    return f"port {port} on {address} cannot be used: {fault.strerror}"


def _has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as trial:
            trial.bind(("::1", 0))
    except OSError:
        return False
    return True


def _truth(environ: Mapping[str, str], name: str, default: bool) -> bool:
    text = environ.get(name, "")
    return text.lower() in ("1", "true", "yes", "on") if text else default


def _number(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name) or str(default)
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise Refused(f"{name} must be a number from 1 to 65535, and is {text}")
    return int(text)
