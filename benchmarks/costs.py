"""Several runs of benchmarks/city.py side by side: the table of docs/performance.md, the curve of what an exam costs.

    python benchmarks/costs.py RUN/figures.json ... --curve docs/images/cost.svg

prints the table as Markdown, one column a run."""

import argparse
import json
from pathlib import Path
from typing import Any

Figures = dict[str, Any]
KINDS = {"lane": "lane", "database": "database", "door": "door"}
COLORS = {"lane": "#1d4ed8", "database": "#0f766e", "door": "#c2410c", "the rest": "#64748b"}


def _each(figures: Figures, seconds: float) -> float:
    return 1000 * seconds / figures["students"]


def costs(figures: Figures) -> dict[str, float]:
    """CPU of one exam by kind of process, in ms."""
    spent = {name: _each(figures, figures["cpu"].get(kind, 0.0)) for kind, name in KINDS.items()}
    rest = sum(value for kind, value in figures["cpu"].items() if kind not in KINDS)
    return {**spent, "the rest": _each(figures, rest)}


def _memory(figures: Figures, *kinds: str) -> int:
    """The most that these kinds held, in MB; all of them where none is named."""
    found = [sample["memory"] for sample in figures["samples"] if "memory" in sample]
    return max(sum(size for kind, size in one.items() if not kinds or kind in kinds) for one in found)


def _wait(figures: Figures, what: str) -> str:
    took = figures["took"][what]
    return f"{took['p50']:,.0f} / {took['p99']:,.0f} ms"


def column(figures: Figures) -> dict[str, str]:
    """One run as the table tells it."""
    verdict, cpu = figures["verdict"], costs(figures)
    wrong = verdict["missing"] + verdict["different"] + verdict["not_counted"] + verdict["strange"]
    pace = float(figures["options"]["pace"])
    missed = [gate["word"] for gate in figures["gates"] if not gate["holds"]]
    return {
        "clock": "real time" if pace == 1 else f"{pace:g} times",
        "entries acknowledged / missing or different": f"{verdict['acknowledged']:,} / {wrong}",
        "receipts / false": f"{verdict['receipts']:,} / {verdict['false_receipts']}",
        "errors shown / repeated by themselves": (
            f"{sum(figures['shown'].values()):,} / {sum(figures['retried'].values()):,}"
        ),
        "start, 50th / 99th percentile": _wait(figures, "started"),
        "saved, 50th / 99th percentile": _wait(figures, "saved"),
        "saves / pulses for one exam": " / ".join(
            f"{figures['took'][name]['count'] / figures['students']:.0f}" for name in ("save", "pulse")
        ),
        "CPU of all server processes for one exam": f"{sum(cpu.values()):.1f} ms",
        "of it lane / database / door / the rest": " / ".join(f"{value:.1f}" for value in cpu.values()),
        "CPU of the load for one exam": f"{_each(figures, figures['load']['cpu']):.1f} ms",
        "memory of door and lane / of all": f"{_memory(figures, 'door', 'lane')} / {_memory(figures)} MB",
        "connections open at most": f"{figures['load']['open']:,}",
        "WAL of one exam": f"{figures['wal_bytes'] / figures['students'] / 1024:.0f} KB",
        "gates": f"missed: {', '.join(missed)}" if missed else "all hold",
    }


def table(runs: list[Figures]) -> str:
    """All runs in Markdown."""
    columns = [column(figures) for figures in runs]
    head = "| | " + " | ".join(f"{figures['students']:,}" for figures in runs) + " |"
    lines = [head, "|---" * (len(runs) + 1) + "|"]
    lines += [f"| {name} | " + " | ".join(one[name] for one in columns) + " |" for name in columns[0]]
    return "\n".join(lines)


def draw(runs: list[Figures], path: Path) -> None:
    """The cost of one exam over the number of students, by kind of process, stacked."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 4), layout="constrained")
    FigureCanvasSVG(figure)
    axes = figure.subplots()
    students = [run["students"] for run in runs]
    parts = [costs(run) for run in runs]
    axes.stackplot(
        students, [[part[name] for part in parts] for name in COLORS], labels=list(COLORS), colors=list(COLORS.values())
    )
    axes.axhline(25, color="#111827", linestyle="--", linewidth=1)
    axes.annotate("budget", (students[0], 25), xytext=(4, 4), textcoords="offset points")
    axes.set(xscale="log", xlabel="students", ylabel="CPU ms for one exam", xticks=students, ylim=(0, None))
    axes.set_xticklabels([f"{count:,}" for count in students])
    axes.minorticks_off()
    axes.legend(loc="upper right")
    figure.savefig(path, metadata={"Date": None})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("figures", type=Path, nargs="+")
    parser.add_argument("--curve", type=Path)
    options = parser.parse_args()
    runs = sorted((json.loads(path.read_text()) for path in options.figures), key=lambda run: run["students"])
    print(table(runs))
    if options.curve:
        draw(runs, options.curve)


if __name__ == "__main__":
    main()
