"""What a run must keep to have passed, and why. Pure: figures in, gates out."""

from typing import Any, NamedTuple

# What students wait for counts from when they act to when they are told, all tries included: a start that takes two
# seconds is not noticed after a countdown; a second of "saving" is not either.
START_P99_MS = 2000.0
SAVED_P99_MS = 1000.0
EXAM_CPU_MS = 25.0
# Fewer students cost more each, on a machine that stands idle: their requests come one by one and share neither a
# commit nor a turn of the loop, and what runs without a student too is shared by few (docs/performance.md).
CPU_COUNTS_FROM = 50_000
MEMORY_MB = 1024.0
# The budgets are those of a door that does not encrypt. What encryption takes beside (fifty thousand students: 4.5 ms
# an exam, 23 KB for every open connection; docs/performance.md) is allowed for.
TLS_CPU_MS = 5.0
TLS_MEMORY_MB = 512.0
HANDED_IN = ("submitted", "scored")
# The load's own lateness makes the waits it measures longer, never shorter; beyond this, students would answer too
# seldom for the run to count.
LAG_S = 5.0


class Gate(NamedTuple):
    """One condition: its word, what was measured, the most it may be, whether it holds."""

    word: str
    measured: float
    limit: float
    holds: bool


def of(figures: dict[str, Any]) -> list[Gate]:
    """All gates of a run, in the order of their weight."""
    verdict, took = figures["verdict"], figures["took"]
    lost = verdict["missing"] + verdict["different"] + verdict["not_counted"] + verdict["strange"]
    memory, is_encrypted = most_memory(figures["samples"]), figures.get("tls", False)
    absent = figures["students"] - sum(verdict["states"].get(state, 0) for state in HANDED_IN)
    found = [
        _at_most("lost", lost, 0),
        _at_most("shown", sum(figures["shown"].values()), 0),
        _at_most("not_handed_in", absent, 0),
        _at_most("receipts", verdict["false_receipts"] + verdict["incomplete"] + verdict["misreported"], 0),
        _at_most("unfinished", figures["unfinished"], 0),
        _at_most("start_p99", took.get("started", {}).get("p99", 0.0), START_P99_MS),
        _at_most("saved_p99", took.get("saved", {}).get("p99", 0.0), SAVED_P99_MS),
        _at_most("load_lag", figures["load"]["lag"], LAG_S),
    ]
    if "lane" in memory:
        most = MEMORY_MB + (TLS_MEMORY_MB if is_encrypted else 0.0)
        found.append(_at_most("memory", memory["lane"] + memory.get("door", 0), most))
    if "lane" in figures["cpu"] and figures["students"] >= CPU_COUNTS_FROM:
        most = EXAM_CPU_MS + (TLS_CPU_MS if is_encrypted else 0.0)
        found.append(_at_most("cpu", exam_cpu_ms(figures), most))
    return found


def passed(gates: list[Gate]) -> bool:
    return all(gate.holds for gate in gates)


def exam_cpu_ms(figures: dict[str, Any]) -> float:
    """CPU milliseconds of all the product's processes for one exam."""
    return float(1000 * sum(figures["cpu"].values()) / figures["students"])


def most_memory(samples: list[dict[str, Any]]) -> dict[str, int]:
    """The most that every kind of process held, in MB."""
    most: dict[str, int] = {}
    for sample in samples:
        for kind, size in sample.get("memory", {}).items():
            most[kind] = max(most.get(kind, 0), size)
    return most


def _at_most(word: str, measured: float, limit: float) -> Gate:
    return Gate(word, round(measured, 3), limit, measured <= limit)
