"""Static files named by their content, and their gzipped twins for the door."""

import gzip
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage

PACKED = {".css", ".js", ".mjs", ".json", ".svg", ".txt", ".html"}
OF_OTHERS = {"django_htmx", "account", "allauth", "mfa", "admin", "treebeard"}
LEAST = 1000  # bytes; what fits into one packet gains nothing


class HashedAssets(ManifestStaticFilesStorage):
    """Modules import each other by their hashed names too, so that no reader ever mixes two releases."""

    support_js_module_import_aggregation = True

    def url_converter(self, name: str, *arguments: Any, **options: Any) -> Callable[[re.Match[str]], str]:
        """Leaves the modules of others as they are: htmx names files in comments that look like imports."""
        if name.endswith(".js") and name.split("/")[0] in OF_OTHERS:
            return lambda found: found[0]
        return super().url_converter(name, *arguments, **options)


def pack(source: Path, target: Path) -> int:
    """Writes a gzipped twin of every file worth it under the same name below `target`; returns how many were new."""
    made = 0
    for path in source.rglob("*"):
        if path.suffix not in PACKED or not path.is_file() or path.stat().st_size < LEAST:
            continue
        twin = target / path.relative_to(source)
        if twin.exists() and twin.stat().st_mtime >= path.stat().st_mtime:
            continue
        twin.parent.mkdir(parents=True, exist_ok=True)
        twin.write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))
        made += 1
    return made
