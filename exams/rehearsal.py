"""Rehearsals: a sitting of synthetic students who exist for load tools and audits only and stay out of every report."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Max
from django.utils.translation import gettext as _

from exams import assembly, scheduling, window
from exams.load import plan as load
from exams.load.habits import Habits
from exams.models import Blueprint, BlueprintCell, Exam, Sitting
from questionbank.models import Item, ItemKind
from schools import grades
from schools.models import Enrollment, Organization, Student

CLASS_SIZE = 45
CLASSES_PER_SCHOOL = 30
BATCH = 5000
CODE = "SYN"  # what the codes of synthetic students begin with
PAPERS = 4
PATIENCE = timedelta(seconds=90)  # after the close and its grace: nobody is at work any more
# Of a hundred items so many are of each kind, as in the tests that cities really hold.
SHARES: dict[str, int] = {ItemKind.SINGLE_CHOICE: 60, ItemKind.MULTIPLE_CHOICE: 20, ItemKind.TRUE_FALSE: 20}


class BankTooSmall(Exception):
    """The bank has fewer published items for any one stage than the rehearsal asks for."""

    def __init__(self, wanted: int, found: int) -> None:
        super().__init__(f"{wanted} > {found}")
        self.wanted = wanted
        self.found = found


@dataclass(frozen=True)
class Plan:
    """What is to be rehearsed."""

    student_count: int
    item_count: int
    starts_at: datetime
    minutes: float
    spread_ms: int | None = None  # None: as for any sitting, by the rehearsed rate


@transaction.atomic
def prepare(plan: Plan, now: datetime) -> Sitting:
    """Makes organizations, students, papers, the sitting and its attempts, all marked as synthetic; entering is open
    from now on. Raises BankTooSmall; then nothing has changed."""
    stage = largest_stage(plan.item_count)
    title = _("演练 %(at)s") % {"at": f"{plan.starts_at:%Y-%m-%d %H:%M:%S}"}
    schools = _schools(title, stage, plan.student_count, now.date())
    exam = _exam(title, stage, plan.item_count, schools[0], now)
    spread = spread_ms(plan)
    limit = timedelta(minutes=plan.minutes)
    sitting = Sitting.objects.create(
        exam=exam,
        title=title,
        opens_at=now,
        starts_at=plan.starts_at,
        closes_at=plan.starts_at + timedelta(milliseconds=spread) + limit,
        time_limit_ms=limit // timedelta(milliseconds=1),
    )
    sitting.organizations.set(schools)
    scheduling.fix_roster(sitting, by=None, now=now)
    Sitting.objects.filter(pk=sitting.pk).update(start_spread_ms=spread)
    sitting.refresh_from_db()
    return sitting


def spread_ms(plan: Plan) -> int:
    """Over how many ms the start of a rehearsal is spread."""
    if plan.spread_ms is not None:
        return plan.spread_ms
    return window.spread_ms(plan.student_count, settings.LANE_REHEARSED_STARTS_PER_SECOND)


def begin_at(sitting: Sitting, starts_at: datetime) -> None:
    """Moves the start, and with it the close, to when everything is prepared."""
    later = starts_at - (sitting.starts_at or starts_at)
    sitting.starts_at = starts_at
    sitting.closes_at += later
    sitting.save(update_fields=["starts_at", "closes_at"])


def load_plan(
    sitting: Sitting, folder: Path, url: str, *, before: timedelta, processes: int = 0, pace: float = 1.0
) -> load.Plan:
    """Writes the seats of a prepared rehearsal to the folder; the plan of the load that is to sit on them."""
    assert sitting.starts_at is not None
    seats = list(sitting.attempts.order_by("pk").values_list("card", "pk"))
    (folder / "seats.tsv").write_text("".join(f"{card}\t{attempt}\n" for card, attempt in seats))
    patience = timedelta(seconds=settings.LANE_GRACE_SECONDS) + PATIENCE
    items = sitting.exam.papers.values_list("item_count", flat=True)[0]
    return load.Plan(
        url=url,
        folder=str(folder),
        students=len(seats),
        enter_from=(sitting.starts_at - before).timestamp(),
        enter_until=(sitting.starts_at - before / 10).timestamp(),
        starts_at=sitting.starts_at.timestamp(),
        ends_at=(sitting.closes_at + patience).timestamp(),
        habits=Habits(sitting.time_limit_ms / 1000, items, pace),
        processes=processes or load.processes_for(len(seats)),
    )


def cards(sitting: Sitting) -> Iterator[tuple[str, int, str]]:
    """Card, attempt and class of every seat, class by class."""
    on = sitting.opens_at.date()
    schools = {school.path: school.name for school in sitting.organizations.all()}
    names = {
        room.pk: f"{schools[room.organization.path[: -Organization.steplen]]} {room.organization.display_name(on)}"
        for room in sitting.rooms.select_related("organization")
    }
    seats = sitting.attempts.order_by("room_id", "pk").values_list("card", "pk", "room_id")
    for card, attempt_id, room_id in seats.iterator(chunk_size=BATCH):
        yield card, attempt_id, names[room_id]


def largest_stage(item_count: int) -> str:
    """The stage with the most published items."""
    largest = Item.objects.published().values("stage").annotate(items=Count("pk")).order_by("-items", "stage").first()
    found = largest["items"] if largest else 0
    if largest is None or found < item_count:
        raise BankTooSmall(item_count, found)
    return str(largest["stage"])


def _exam(title: str, stage: str, item_count: int, organization: Organization, now: datetime) -> Exam:
    blueprint = Blueprint.objects.create(organization=organization, title=title, stage=stage)
    BlueprintCell.objects.bulk_create(
        BlueprintCell(blueprint=blueprint, kind=kind, count=number, points=Decimal(2))
        for kind, number in _split(stage, item_count).items()
        if number
    )
    exam = Exam.objects.create(
        organization=organization,
        title=title,
        blueprint=blueprint,
        stage=stage,
        basis=_("演练，不面向学生"),
        rehearsal=True,
        created_at=now,
    )
    assembly.assemble(exam, PAPERS, seed=exam.pk, now=now)
    return exam


def _split(stage: str, item_count: int) -> dict[str, int]:
    """How many of each kind: by SHARES as far as the bank reaches, the rest from whatever kind has more."""
    rows = Item.objects.published().for_stage(stage).values_list("kind").annotate(items=Count("pk"))
    available: dict[str, int] = dict(rows)
    split = {kind: min(item_count * share // 100, available.get(kind, 0)) for kind, share in SHARES.items()}
    for kind in sorted(available, key=lambda kind: -available[kind]):
        lacking = item_count - sum(split.values())
        split[kind] = split.get(kind, 0) + min(lacking, available[kind] - split.get(kind, 0))
    return split


def _schools(title: str, stage: str, student_count: int, on: date) -> list[Organization]:
    """Schools without a city above them, so that nobody's boards or reports reach them."""
    class_count = -(-student_count // CLASS_SIZE)
    years = grades.YEARS[grades.Stage(stage)]
    schools: list[Organization] = []
    classes: list[Organization] = []
    for index in range(class_count):
        if index % CLASSES_PER_SCHOOL == 0:
            name = _("%(title)s 第%(number)d校（演练）") % {"title": title, "number": len(schools) + 1}
            schools.append(
                Organization.objects.add_root(
                    {"kind": "school", "name": name[:80], "stages": [stage], "synthetic": True}
                )
            )
        values = {
            "kind": "class",
            "stage": stage,
            "entry_year": grades.school_year(on) - index % years,
            "class_number": index % CLASSES_PER_SCHOOL // years + 1,
            "synthetic": True,
        }
        classes.append(Organization.objects.add_child(schools[-1], values))
    _students(classes, student_count, on)
    return schools


def _students(classes: list[Organization], student_count: int, on: date) -> None:
    """Numbered students without a person behind them, as many in every class as it seats."""
    last = Student.objects.filter(student_code__startswith=CODE).aggregate(code=Max("student_code"))["code"]
    numbers = count(int(last.removeprefix(CODE)) + 1 if last else 1)
    students = Student.objects.bulk_create(
        (
            Student(student_code=f"{CODE}{number:09d}", name=f"演练{number:09d}", synthetic=True)
            for number, _seat in zip(numbers, range(student_count), strict=False)
        ),
        batch_size=BATCH,
    )
    since = date(grades.school_year(on), 9, 1)
    Enrollment.objects.bulk_create(
        (
            Enrollment(student=student, organization=classes[index // CLASS_SIZE], since=since)
            for index, student in enumerate(students)
        ),
        batch_size=BATCH,
    )
