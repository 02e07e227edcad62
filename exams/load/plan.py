"""What one run of load is told: where, who, when; written as JSON for its processes. Instants are seconds since the
epoch, UTC."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from exams.load.habits import Habits

PER_PROCESS = 12_000  # students: a process holds at most 20,000 files in most places
PER_SOURCE = 8_000  # students: an address has 28,000 ports, and each rests a minute after use


@dataclass(frozen=True)
class Plan:
    """One run. `folder` takes the seats (seats.tsv: card, attempt) and everything that is written."""

    url: str
    folder: str
    students: int
    enter_from: float
    enter_until: float
    starts_at: float
    ends_at: float  # nobody can be at work after it: close, grace and some patience
    habits: Habits
    processes: int
    seed: int = 1

    @property
    def sources(self) -> list[str]:
        """Addresses of this machine to call from."""
        count = -(-self.students // PER_SOURCE)
        return [f"127.0.0.{number}" for number in range(1, count + 1)]

    def write(self) -> Path:
        path = Path(self.folder) / "plan.json"
        path.write_text(json.dumps(asdict(self), indent=1))
        return path

    @classmethod
    def read(cls, path: Path) -> Self:
        values = json.loads(path.read_text())
        return cls(**{**values, "habits": Habits(**values["habits"])})


def processes_for(students: int) -> int:
    """Two at least, so that the load uses more than one core."""
    return max(2, -(-students // PER_PROCESS))
