"""Which modules of the exam client a page will need, so that the browser fetches them side by side and not one import
after another."""

import re
from functools import cache
from pathlib import Path

CLIENT = Path(__file__).parent / "static" / "exams" / "client"
_IMPORT = re.compile(r'^import .*?from "(\.[^"]+)";', re.MULTILINE)


@cache
def needed_by(entry: str) -> tuple[str, ...]:
    """Names below static/ of `entry` ("main.js") and of everything it imports, nearest first."""
    found: dict[Path, None] = {CLIENT / entry: None}
    waiting = [CLIENT / entry]
    while waiting:
        module = waiting.pop(0)
        for target in _IMPORT.findall(module.read_text()):
            path = (module.parent / target).resolve()
            if path not in found:
                found[path] = None
                waiting.append(path)
    return tuple(f"exams/client/{path.relative_to(CLIENT).as_posix()}" for path in found)
