"""CPU time and memory of the product's processes, by kind, from /proc."""

import os
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")

# The kind of a process by words of its command line; the first that fits counts.
KINDS = (
    ("load", "exams.load"),
    ("lane", "quizplatform.asgi:lane"),
    ("live", "quizplatform.asgi:live"),
    ("pages", "granian"),
    ("door", "nginx"),
    ("database", "postgres"),
    ("cache", "valkey"),
    ("jobs", "procrastinate"),
    ("sweep", "manage.py sweep"),
    ("follow", "manage.py follow"),
)


def children() -> dict[int, list[int]]:
    """Every process's children."""
    found: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            fields = _stat(int(entry.name))
            if fields:
                found.setdefault(int(fields[1]), []).append(int(entry.name))
    return found


def descendants(root: int) -> list[int]:
    """The process and everything below it."""
    below = children()
    found, open_ = [], [root]
    while open_:
        pid = open_.pop()
        found.append(pid)
        open_ += below.get(pid, [])
    return found


def kind_of(pid: int) -> str | None:
    """The kind of a process, None for what is none of ours."""
    try:
        line = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return None
    return next((kind for kind, word in KINDS if word in line), None)


def of_supervisor(data: Path) -> "Watch":
    """The product whose supervisor left its number in this data folder; else whatever of ours runs on this machine."""
    note = data / "run" / "supervisor.pid"
    return Watch([int(note.read_text()) if note.exists() else 1], [])


class Watch:
    """Processes by kind: those below `roots`, and those named outright as (kind, root)."""

    def __init__(self, roots: Iterable[int], named: Iterable[tuple[str, int]]) -> None:
        self._roots = list(roots)
        self._named = list(named)

    def add(self, kind: str, root: int) -> None:
        """One more to watch."""
        self._named.append((kind, root))

    def _members(self) -> dict[int, str]:
        members: dict[int, str] = {}
        for root in self._roots:
            for pid in descendants(root):
                kind = kind_of(pid)
                if kind:
                    members[pid] = kind
        for kind, root in self._named:
            members |= dict.fromkeys(descendants(root), kind)
        return members

    def cpu(self) -> "Counter[str]":
        """CPU seconds so far by kind; ended children count with their parents."""
        spent: Counter[str] = Counter()
        for pid, kind in self._members().items():
            fields = _stat(pid)
            if fields:
                spent[kind] += sum(int(fields[place]) for place in (11, 12, 13, 14)) / TICK  # type: ignore[assignment]
        return spent

    def memory(self) -> "Counter[str]":
        """Megabytes by kind; pages that processes share are divided among them (PSS)."""
        held: Counter[str] = Counter()
        for pid, kind in self._members().items():
            held[kind] += _pss(pid)
        return Counter({kind: kilobytes // 1024 for kind, kilobytes in held.items()})

    def counts(self) -> "Counter[str]":
        """How many processes of each kind there are."""
        return Counter(self._members().values())


def _stat(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return []


def _pss(pid: int) -> int:
    """Kilobytes."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    except OSError:
        pass
    return 0
