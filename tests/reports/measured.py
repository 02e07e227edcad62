"""Figures of a rehearsal as exams/load writes them: a hundred students for a minute, everything in order."""

from typing import Any

START = 1_792_458_000.0
STAGES = ({"outside": 100}, {"waiting": 100}, {"working": 100}, {"working": 60, "done": 40}, {"done": 100})


def _sample(place: int) -> dict[str, Any]:
    sample: dict[str, Any] = {
        "at": START - 30 + 30 * place,
        "stages": STAGES[place],
        "open": 40 * place,
        "entries": 1500 * place,
        "shown": 0,
        "retried": 0,
        "wal": 1_000_000 * place,
        "cpu": {
            "lane": 2.0 * place,
            "database": 1.5 * place,
            "door": 0.5 * place,
            "sweep": 0.1 * place,
            "load": 1.0 * place,
        },
    }
    return sample | ({"memory": {"lane": 60, "door": 30, "database": 150, "load": 80}} if place % 2 == 0 else {})


def _took(p99: float) -> dict[str, float]:
    return {"count": 100, "p50": p99 / 4, "p95": p99 / 2, "p99": p99, "p999": p99, "max": p99}


GATES = {
    "lost": (0, 0),
    "shown": (0, 0),
    "not_handed_in": (0, 0),
    "receipts": (0, 0),
    "unfinished": (0, 0),
    "start_p99": (40.0, 2000),
    "saved_p99": (190.0, 1000),
    "load_lag": (0.05, 5),
    "memory": (90, 1024),
}
MEASURED: dict[str, Any] = {
    "starts_at": START,
    "students": 100,
    "unfinished": 0,
    "requests": 9000,
    "wal_bytes": 4_000_000,
    "cpu": {"lane": 8.0, "database": 6.0, "door": 2.0, "sweep": 0.4},
    "samples": [_sample(place) for place in range(len(STAGES))],
    "took": {"saved": _took(190.0), "started": _took(40.0), "save": _took(180.0)},
    "over_time": {
        name: [[START + second, 50.0, 4.0, 30.0] for second in range(0, 60, 5)]
        for name in ("saved", "started", "save", "pulse", "start", "submit")
    },
    "shown": {},
    "retried": {"save 503 busy": 3},
    "acts": {"reloads": 3, "devices lost": 2, "times offline": 5, "receipts": 100},
    "load": {"processes": 2, "cpu": 4.0, "memory_mb": 80, "lag": 0.05, "lag_max": 0.1, "open": 100},
    "machine": {"cores": 2, "memory_mb": 8000, "python": "3.11.7"},
    "starts_per_second": 1000,
    "verdict": {
        "acknowledged": 6000,
        "missing": 0,
        "different": 0,
        "not_counted": 0,
        "strange": 0,
        "stored": 6000,
        "kept": 0,
        "events": 10,
        "receipts": 100,
        "false_receipts": 0,
        "incomplete": 0,
        "misreported": 0,
        "states": {"scored": 100},
        "table_bytes": 1_000_000,
        "postgresql": "18.6",
    },
    "gates": [
        {"word": word, "measured": measured, "limit": limit, "holds": measured <= limit}
        for word, (measured, limit) in GATES.items()
    ],
}
