"""Figures of a run of the lane's benchmark, with the budgets of DESIGN 9 beside them."""

import time
from collections import Counter
from collections.abc import Sequence

from verification import Verdict

SAVE_CPU_MS, EXAM_CPU_MS, SAVES_PER_SECOND, SAVE_P99_MS = 0.15, 25.0, 6000.0, 100.0
DURABLE = ("lane", "database")


class Phase:
    """One kind of call: every request's time, and the CPU that every kind of process spent meanwhile."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.times: list[float] = []
        self.seconds = 0.0
        self.cpu: Counter[str] = Counter()
        self._began = 0.0
        self._before: Counter[str] = Counter()

    def begin(self, cpu: "Counter[str]") -> None:
        self._before = cpu
        self._began = time.perf_counter()

    def end(self, cpu: "Counter[str]") -> None:
        self.seconds = time.perf_counter() - self._began
        self.cpu = Counter({kind: cpu[kind] - self._before[kind] for kind in cpu})
        self.times.sort()

    def percentile(self, share: float) -> float:
        """Milliseconds that `share` of the requests stayed within."""
        if not self.times:
            return 0.0
        return 1000 * self.times[min(len(self.times) - 1, int(share * len(self.times)))]

    def per_second(self) -> float:
        return len(self.times) / self.seconds if self.seconds else 0.0

    def cpu_ms(self, *kinds: str) -> float:
        """CPU milliseconds per request, of these kinds of process or of all."""
        spent = sum(self.cpu[kind] for kind in kinds or self.cpu)
        return 1000 * spent / len(self.times) if self.times else 0.0

    def line(self) -> str:
        by_kind = "  ".join(f"{kind} {self.cpu_ms(kind):.3f}" for kind in sorted(self.cpu) if self.cpu[kind] > 0.005)
        return (
            f"{self.name:7} {len(self.times):8,} requests {self.per_second():8,.0f}/s   p50 {self.percentile(0.5):6.1f}"
            f"  p95 {self.percentile(0.95):6.1f}  p99 {self.percentile(0.99):6.1f} ms   CPU ms each: {by_kind}"
        )


def show(
    phases: Sequence[Phase],
    *,
    students: int,
    errors: "Counter[str]",
    verdict: Verdict,
    memory: "Counter[str]",
    own_cpu: float,
    seconds: float,
) -> None:
    """Prints the summary."""
    total: Counter[str] = Counter()
    for phase in phases:
        total.update(phase.cpu)
    print(f"\n{students:,} exams in {seconds:.1f} s; the load itself used {own_cpu:.1f} s of CPU")
    print("CPU ms per exam:  " + "  ".join(f"{kind} {1000 * spent / students:.2f}" for kind, spent in total.items()))
    print("memory MB (PSS):  " + "  ".join(f"{kind} {size}" for kind, size in memory.items()))
    print(f"errors: {dict(errors) or 'none'}")
    print(f"acknowledged {verdict.acknowledged:,} answers, found {verdict.found:,}, lacking {verdict.lacking:,}")
    save = next(phase for phase in phases if phase.name == "save")
    exam = 1000 * sum(total.values()) / students
    print("\nbudgets of DESIGN 9")
    _budget("CPU of lane and database per save, ms", save.cpu_ms(*DURABLE), SAVE_CPU_MS, at_most=True)
    _budget("CPU of all processes per exam, ms", exam, EXAM_CPU_MS, at_most=True)
    _budget("saves per second", save.per_second(), SAVES_PER_SECOND, at_most=False)
    _budget("p99 of save, ms", save.percentile(0.99), SAVE_P99_MS, at_most=True)


def _budget(name: str, measured: float, budget: float, *, at_most: bool) -> None:
    kept = measured <= budget if at_most else measured >= budget
    sign = "<=" if at_most else ">="
    print(f"  {name:40} {measured:10,.3f}   {sign} {budget:,.2f}   {'kept' if kept else 'MISSED'}")
