"""What one student's open connection costs the door, and how long the door keeps it when nothing is said.

    DATA_DIR=var python benchmarks/connections.py --connections 3000

It needs the product running, with a certificate (TLS_CERT, TLS_KEY) for more than plain http. Opens so many connections
from this one process, makes one call of the lane on each, and tells for HTTP/1.1 and, under TLS, HTTP/2: memory of the
door's workers and CPU of theirs per connection, and how many live on after --idle seconds. Proportional memory (Pss),
so that what workers share is counted once."""

import argparse
import os
import socket
import ssl
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

DATA = Path(os.environ.get("DATA_DIR", "var"))
TICK = os.sysconf("SC_CLK_TCK")
CALL = "/lane/v1/time"
END_OF_STREAM, HEADERS, SETTINGS, GOAWAY = 0x1, 0x1, 0x4, 0x7


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--connections", type=int, default=3000)
    parser.add_argument("--idle", type=float, default=30, help="seconds of silence before they are counted")
    parser.add_argument("--url", default="", help="the door (default: where the product says it is)")
    return parser.parse_args()


def _address(url: str) -> tuple[str, int, bool]:
    if not url:
        noted = (DATA / "run.env").read_text().splitlines()
        url = next(line.split("=", 1)[1] for line in noted if line.startswith("SITE_URL="))
    parts = urlsplit(url)
    is_tls = parts.scheme == "https"
    return parts.hostname or "localhost", parts.port or (443 if is_tls else 80), is_tls


def _workers() -> list[Path]:
    master = (DATA / "run" / "nginx.pid").read_text().strip()
    found = subprocess.run(["pgrep", "-P", master], capture_output=True, text=True, check=True).stdout.split()
    return [Path("/proc", pid) for pid in found]


def _memory() -> int:
    """KB of the door's workers."""
    texts = [(worker / "smaps_rollup").read_text() for worker in _workers()]
    return sum(int(line.split()[1]) for text in texts for line in text.splitlines() if line.startswith("Pss:"))


def _cpu() -> float:
    """Seconds that the door's workers have used."""
    fields = [(worker / "stat").read_text().rsplit(")", 1)[1].split() for worker in _workers()]
    return sum(int(one[11]) + int(one[12]) for one in fields) / TICK


def _frame(kind: int, flags: int, stream: int, body: bytes = b"") -> bytes:
    return struct.pack(">I", len(body))[1:] + struct.pack(">BBI", kind, flags, stream) + body


def _literal(name: int, value: str) -> bytes:
    """A header of HPACK's static table with a value of its own, kept in no table (RFC 7541, 6.2.2)."""
    return bytes([name, len(value)]) + value.encode()


def _over_http2(line: socket.socket, host: str) -> None:
    block = b"\x82\x87" + _literal(4, CALL) + _literal(1, host)
    opening = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + _frame(SETTINGS, 0, 0)
    line.sendall(opening + _frame(HEADERS, END_OF_STREAM | 0x4, 1, block) + _frame(SETTINGS, 1, 0))
    received = b""
    while not _is_answered(received):
        received += line.recv(65536)


def _is_answered(received: bytes) -> bool:
    while len(received) >= 9:
        length = int.from_bytes(received[:3], "big")
        kind, flags = received[3], received[4]
        if kind in (0, HEADERS) and flags & END_OF_STREAM and len(received) >= 9 + length:
            return True
        received = received[9 + length :]
    return False


def _over_http1(line: socket.socket, host: str) -> None:
    line.sendall(f"GET {CALL} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    line.recv(65536)


def _open(host: str, port: int, context: ssl.SSLContext | None) -> socket.socket:
    plain = socket.create_connection((host, port))
    return plain if context is None else context.wrap_socket(plain, server_hostname=host)


def _context(protocol: str) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname, made.verify_mode = False, ssl.CERT_NONE
    made.set_alpn_protocols([protocol])
    return made


def _is_open(line: socket.socket) -> bool:
    line.setblocking(False)
    try:
        said = line.recv(65536)
    except (BlockingIOError, ssl.SSLWantReadError):
        return True
    except OSError:
        return False
    return bool(said) and said[3:4] != bytes([GOAWAY])


def measure(name: str, options: argparse.Namespace, ask: Callable[[socket.socket, str], None], alpn: str) -> None:
    host, port, is_tls = _address(options.url)
    context = _context(alpn) if is_tls else None
    memory, cpu = _memory(), _cpu()
    lines = []
    for _ in range(options.connections):
        lines.append(_open(host, port, context))
        ask(lines[-1], host)
    time.sleep(2)
    kilobytes, spent = (_memory() - memory) / len(lines), 1000 * (_cpu() - cpu) / len(lines)
    time.sleep(options.idle)
    alive = sum(_is_open(line) for line in lines)
    after = f"{alive:,} of {len(lines):,} open after {options.idle:g} s of silence"
    sys.stdout.write(f"{name}: {kilobytes:.1f} KB and {spent:.2f} ms a connection with one call; {after}\n")
    for line in lines:
        line.close()


def main() -> None:
    options = _options()
    is_tls = _address(options.url)[2]
    measure("TLS, HTTP/1.1" if is_tls else "plain HTTP/1.1", options, _over_http1, "http/1.1")
    if is_tls:
        time.sleep(3)
        measure("TLS, HTTP/2", options, _over_http2, "h2")


if __name__ == "__main__":
    main()
