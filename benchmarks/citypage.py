"""The page of one run of benchmarks/city.py: gates, tables, curves; one file that opens anywhere.

    python benchmarks/citypage.py FIGURES.json > report.html

draws it again from the figures."""

import json
import re
import sys
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from typing import Any

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #172033; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; margin: 1rem 0 } th, td { padding: .25rem .75rem; border-bottom: 1px solid #d4dbe6 }
td { text-align: right; font-variant-numeric: tabular-nums } th { text-align: left } h2 { margin-top: 2.5rem }
.holds { color: #146c3c } .missed { color: #b3261e; font-weight: 700 } svg { max-width: 100%; height: auto }
.wide { overflow-x: auto }
"""
GATES = {
    "lost": "entries acknowledged and not stored as sent",
    "shown": "errors shown to students",
    "not_handed_in": "students who did not hand in",
    "receipts": "receipts that do not agree with the database",
    "unfinished": "students who did not reach the end",
    "start_p99": "p99 from the own instant to the questions, ms",
    "saved_p99": "p99 from sending an answer to \N{LEFT DOUBLE QUOTATION MARK}saved\N{RIGHT DOUBLE QUOTATION MARK}, ms",
    "cpu": "CPU of all server processes per exam, ms",
    "memory": "memory of door and lane, MB",
    "load_lag": "lateness of the load itself in 99 of 100 seconds, s",
}


def page(figures: dict[str, Any]) -> str:
    """The whole document."""
    options = figures["options"]
    title = f"{figures['students']:,} students, {options['items']} items, {options['minutes']} minutes"
    parts = [
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title><style>{STYLE}</style>',
        f"<h1>{escape(title)}</h1>",
        _gates(figures["gates"]),
        "<h2>What students waited for (ms)</h2>",
        _table(["call", "count", "p50", "p95", "p99", "p99.9", "max"], _latencies(figures["took"])),
        "<p>saved and started count from the first try to the acknowledgement, all repetitions included.</p>",
        "<h2>What it cost</h2>",
        _table(["process", "CPU ms per exam", "memory MB"], _costs(figures)),
        _facts(figures),
        "<h2>Over time</h2>",
        *_curves(figures),
    ]
    return "\n".join(parts)


def _gates(gates: Iterable[dict[str, Any]]) -> str:
    rows = [
        (
            GATES[gate["word"]],
            f"{gate['measured']:,.10g}",
            f"{gate['limit']:,.10g}",
            "holds" if gate["holds"] else "missed",
        )
        for gate in gates
    ]
    return _table(["gate", "measured", "at most", ""], rows)


def _latencies(took: dict[str, dict[str, float]]) -> list[Sequence[str]]:
    return [
        (name, *(f"{value:,.0f}" if key == "count" else f"{value:,.1f}" for key, value in values.items()))
        for name, values in took.items()
    ]


def _costs(figures: dict[str, Any]) -> list[Sequence[str]]:
    from exams.load import gates

    students, memory = figures["students"], gates.most_memory(figures["samples"])
    rows: list[Sequence[str]] = [
        (kind, f"{1000 * spent / students:.2f}", f"{memory.get(kind, 0):,}")
        for kind, spent in sorted(figures["cpu"].items(), key=lambda one: -one[1])
    ]
    own = figures["load"]
    total = ("all of the product", f"{gates.exam_cpu_ms(figures):.2f}", "")
    return [*rows, total, ("the load itself", f"{1000 * own['cpu'] / students:.2f}", f"{own['memory_mb']:,}")]


def _facts(figures: dict[str, Any]) -> str:
    verdict, students = figures["verdict"], figures["students"]
    facts = {
        "journal rows per exam": f"{verdict['stored'] / students:.1f}",
        "WAL per exam, KB": f"{figures['wal_bytes'] / students / 1024:.1f}",
        "requests per exam": f"{figures['requests'] / students:.1f}",
        "connections open at most": f"{figures['load']['open']:,}",
        "load processes": figures["load"]["processes"],
        "PostgreSQL": verdict["postgresql"],
        **figures["machine"],
        **{f"SQL: {name}": value for name, value in verdict.items() if name not in ("postgresql", "table_bytes")},
        **{f"students: {name}": f"{count:,}" for name, count in sorted(figures["acts"].items())},
        "tried again by themselves": figures["retried"] or "none",
        "shown to students": figures["shown"] or "none",
    }
    return _table(["", ""], [(name, str(value)) for name, value in facts.items()])


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(one)}</th>" for one in heads)
    return f'<div class="wide"><table><tr>{head}</tr>{"".join(_row(row) for row in rows)}</table></div>'


def _row(row: Sequence[str]) -> str:
    cells = "".join(f'<td class="{one if one in ("holds", "missed") else ""}">{escape(one)}</td>' for one in row[1:])
    return f"<tr><th>{escape(row[0])}</th>{cells}</tr>"


def _curves(figures: dict[str, Any]) -> Iterable[str]:
    """The product's own drawings, in this document; each with ids of its own."""
    from django.utils import translation

    from reports import curves

    with translation.override("en"):
        for name in curves.CHARTS:
            drawn = curves.draw(figures, name, "light").decode().split("?>", 1)[1]
            own = re.sub(r'(id="|href="#|url\(#|aria-labelledby=")', rf"\g<1>{name}-", drawn)
            own = own.replace("-title desc", f"-title {name}-desc")
            yield f"<h3>{escape(curves.CHARTS[name](figures).title)}</h3>{own}"


if __name__ == "__main__":
    import city  # noqa: F401 - sets Django up

    print(page(json.loads(Path(sys.argv[1]).read_text())))
