"""Private servers for one test run: real ones, in a folder that goes away with them."""

import secrets
import shutil
import subprocess
import tempfile
from pathlib import Path

from quizplatform.embedded import account as accounts
from quizplatform.embedded import postgres, process, valkey
from quizplatform.embedded.postgres import Cluster

# Short, because the path of a socket may have about a hundred characters.
ROOM = "/tmp"  # noqa: S108 - mkdtemp makes a folder of our own in it


class TrialServers:
    """A PostgreSQL and a Valkey of one's own; `start`, then `stop`, whatever happened in between."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="qp-", dir=ROOM))
        self.children: list[tuple[subprocess.Popen[bytes], str]] = []
        self.database_url = ""
        self.redis_path = self.folder / f"valkey-{secrets.token_hex(2)}"

    def start(self) -> None:
        """Starts both and fills in `database_url`. Raises process.DidNotStart, postgres.CannotInitialize."""
        account = accounts.unprivileged()
        self.folder.chmod(0o755 if account else 0o700)
        cluster = Cluster(
            binaries=postgres.place_binaries(self.folder, account),
            data=self.folder / "data",
            sockets=self.folder / "pg",
            account=account,
        )
        cluster.initialize()
        self.children.append((cluster.start(self.folder / "postgres.log"), "postgres"))
        cluster.create_database("quizplatform")
        self.database_url = cluster.url("quizplatform")
        log = self.folder / "valkey.log"
        child = process.start(valkey.command(self.redis_path), log)
        self.children.append((child, "valkey"))
        process.wait_until(lambda: valkey.answers(self.redis_path), child, log, what="Valkey")

    def stop(self) -> None:
        """Stops both and removes the folder; may be called twice."""
        while self.children:
            child, name = self.children.pop()
            if name == "postgres":
                postgres.stop(child)
            else:
                process.stop(child)
        shutil.rmtree(self.folder, ignore_errors=True)
