"""Which modules of the exam client a page will need, so that the browser fetches them side by side and not one import
after another."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

CLIENT = Path(__file__).parent / "static" / "exams" / "client"
_IMPORT = re.compile(r'^import .*?from "(\.[^"]+)";', re.MULTILINE)
_LATER = re.compile(r'\bimport\("(\.[^"]+)"\)')


@cache
def needed_by(entry: str) -> tuple[str, ...]:
    """Names below static/ of `entry` ("main.js") and of everything it imports, nearest first."""
    return _names(_reached(CLIENT / entry))


@cache
def imported_later(entry: str) -> tuple[str, ...]:
    """What the modules of `entry` import only when it is wanted, with everything that takes."""
    modules = _reached(CLIENT / entry)
    later: dict[Path, None] = {}
    for module in modules:
        for target in _LATER.findall(module.read_text()):
            later |= _reached((module.parent / target).resolve())
    return _names(path for path in later if path not in modules)


def _reached(first: Path) -> dict[Path, None]:
    found: dict[Path, None] = {first: None}
    waiting = [first]
    while waiting:
        module = waiting.pop(0)
        for target in _IMPORT.findall(module.read_text()):
            path = (module.parent / target).resolve()
            if path not in found:
                found[path] = None
                waiting.append(path)
    return found


def _names(paths: Iterable[Path]) -> tuple[str, ...]:
    return tuple(f"exams/client/{path.relative_to(CLIENT).as_posix()}" for path in paths)
