"""A whole city sits a test: N invented students over real HTTP, in real time, from the door to the result; then SQL
looks for every answer that was acknowledged.

    python benchmarks/city.py --students 1000 --items 50 --minutes 26 --enter-minutes 3

It needs the product running (`make run`, with the demonstration's bank or another of 50 published items), finds it by
DATA_DIR/run.env, prepares a rehearsal of its own and touches nothing real. Ends with the gates of docs/performance.md:
0 when all hold, 1 when one does not. Written to --out: report.html, figures.json, and the raw log."""

import argparse
import json
import os
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quizplatform.settings")
os.environ.setdefault("LOG_LEVEL", "WARNING")
DATA = Path(os.environ.setdefault("DATA_DIR", "var"))

# The way of manage.py: what the running product left a note of, unless the environment says otherwise.
if (DATA / "run.env").exists():
    for line in (DATA / "run.env").read_text().splitlines():
        name, _, value = line.partition("=")
        os.environ.setdefault(name, value)

import django

django.setup()

import citypage

from common import clock
from exams import rehearsal
from exams.load import conducting, gates, processes, verdict
from exams.load.conducting import Conductor
from exams.load.plan import Plan
from exams.load.processes import Watch

LEAD = 5  # seconds from the last preparation to the first at the door


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--students", type=int, default=1000)
    parser.add_argument("--items", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=26, help="the time limit, as students know it")
    parser.add_argument("--enter-minutes", type=float, default=3, help="everybody comes within it, before the start")
    parser.add_argument("--pace", type=float, default=1, help="a clock so many times faster, for small runs")
    parser.add_argument("--spread-seconds", type=float, help="over how long the start is spread (default: by the rate)")
    parser.add_argument("--processes", type=int, default=0, help="load processes (default: by the number of students)")
    parser.add_argument("--url", default="", help="the door (default: where the product says it is)")
    parser.add_argument("--out", type=Path, default=None)
    parser.add_argument("--root", type=int, default=0, metavar="PID", help="the product's supervisor")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def _say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)


def _progress(sample: dict[str, Any]) -> None:
    stages = "  ".join(f"{name} {count:,}" for name, count in sample["stages"].items())
    _say(
        f"{stages}   open {sample.get('open', 0):,}  requests {sample.get('requests', 0):,}  entries "
        f"{sample.get('entries', 0):,}  shown {sample.get('shown', 0)}  retried {sample.get('retried', 0)}"
    )


def prepare(options: argparse.Namespace, folder: Path) -> tuple[int, Plan]:
    """Makes the rehearsal; its sitting and the plan of the load."""
    began = time.perf_counter()
    before = timedelta(minutes=options.enter_minutes / options.pace)
    # The start is put where it must be once everything is prepared.
    minutes = options.minutes / options.pace
    spread = None if options.spread_seconds is None else round(options.spread_seconds * 1000)
    now = clock.now()
    wanted = rehearsal.Plan(options.students, options.items, now + before, minutes, spread)
    sitting = rehearsal.prepare(wanted, now)
    rehearsal.begin_at(sitting, clock.now() + timedelta(seconds=LEAD) + before)
    _say(f"prepared {options.students:,} seats in {time.perf_counter() - began:.1f} s")
    url = options.url or os.environ["SITE_URL"].replace("localhost", "127.0.0.1")
    plan = rehearsal.load_plan(sitting, folder, url, before=before, processes=options.processes, pace=options.pace)
    return sitting.pk, plan


def main() -> int:
    options = _options()
    folder = options.out or Path(tempfile.mkdtemp(prefix="city-"))
    folder.mkdir(parents=True, exist_ok=True)
    sitting, plan = prepare(options, folder)
    _say(f"the start is at {time.strftime('%H:%M:%S', time.localtime(plan.starts_at))}; files in {folder}")
    database = os.environ["DATABASE_URL"]
    watch = Watch([options.root], []) if options.root else processes.of_supervisor(DATA)
    figures = Conductor(plan, watch, database, _progress).run()
    _say("everybody has gone home; looking into the database")
    figures |= {"verdict": verdict.of(folder, sitting, database), "machine": conducting.environment()}
    figures["options"] = {name: str(value) for name, value in vars(options).items()}
    found = gates.of(figures)
    figures["gates"] = [gate._asdict() for gate in found]
    (folder / "figures.json").write_text(json.dumps(figures))
    (folder / "report.html").write_text(citypage.page(figures), encoding="utf-8")
    _show(figures, found)
    return 0 if gates.passed(found) else 1


def _show(figures: dict[str, Any], found: list[gates.Gate]) -> None:
    students = figures["students"]
    for name, took in figures["took"].items():
        print(f"{name:10}" + "  ".join(f"{what} {value:,}" for what, value in took.items()))
    each = "  ".join(f"{kind} {1000 * spent / students:.2f}" for kind, spent in sorted(figures["cpu"].items()))
    own = 1000 * figures["load"]["cpu"] / students
    print(f"CPU ms per exam: {gates.exam_cpu_ms(figures):.2f}: {each}; the load itself {own:.2f}")
    print(f"memory MB (PSS): {gates.most_memory(figures['samples'])}; load {figures['load']}")
    print(f"WAL KB per exam: {figures['wal_bytes'] / students / 1024:.1f}; verdict {figures['verdict']}")
    print(f"acts {figures['acts']}\nretried {figures['retried']}\nshown {figures['shown']}\n")
    for gate in found:
        print(f"  {gate.word:16} {gate.measured:14,.3f}  <= {gate.limit:10,.1f}  {'holds' if gate.holds else 'MISSED'}")


if __name__ == "__main__":
    sys.exit(main())
