"""What a demonstration needs besides its city: blueprints, a test held last week, one that is open now."""

import random
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from exams import assembly, invention, scheduling, scoring
from exams.lifecycle import State
from exams.models import Attempt, Blueprint, BlueprintCell, Exam, Sitting
from exams.models.papers import ReleaseRule
from questionbank.models import ItemKind, Topic
from schools.grades import Stage
from schools.models import Enrollment, Organization, User

BASIS = "《中华人民共和国人民防空法》第四十六条；《中华人民共和国国防教育法》第十四条"
SINGLE_TOPICS = (
    "alarm",
    "alarm",
    "law",
    "shelters",
    "evacuation",
    "first_aid",
    "fire",
    "earthquake",
    "nuclear",
    "hazards",
)


class Demonstration(NamedTuple):
    """What to print: three cards nobody has used, one card of a finished test, the sitting that is open."""

    cards: list[str]
    result_card: str
    sitting: Sitting


def blueprint_for(city: Organization, stage: Stage) -> Blueprint:
    """The demonstration's blueprint of a stage: 20 items, 100 points; made when it is not there."""
    title = _("%(stage)s示范方案") % {"stage": {"primary": "小学", "junior": "初中", "senior": "高中"}[stage]}
    blueprint, created = Blueprint.objects.get_or_create(organization=city, title=title, stage=stage)
    if created:
        topics = {topic.slug: topic for topic in Topic.objects.filter(slug__in=SINGLE_TOPICS)}
        cells = [
            BlueprintCell(blueprint=blueprint, topic=topics[slug], kind=ItemKind.SINGLE_CHOICE, count=count, points=5)
            for slug in dict.fromkeys(SINGLE_TOPICS)
            if (count := SINGLE_TOPICS.count(slug)) and slug in topics
        ]
        cells.append(BlueprintCell(blueprint=blueprint, kind=ItemKind.SINGLE_CHOICE, count=2, points=5))
        cells.append(BlueprintCell(blueprint=blueprint, kind=ItemKind.MULTIPLE_CHOICE, count=4, points=5))
        cells.append(BlueprintCell(blueprint=blueprint, kind=ItemKind.TRUE_FALSE, count=4, points=5))
        BlueprintCell.objects.bulk_create(cells)
    return blueprint


def _exam(city: Organization, stage: Stage, title: str, now: datetime, **rules: Any) -> Exam:
    blueprint = blueprint_for(city, stage)
    exam = Exam.objects.create(
        organization=city, title=title, blueprint=blueprint, stage=stage, basis=BASIS, created_at=now, **rules
    )
    assembly.assemble(exam, 2, seed=exam.pk, now=now)
    return exam


@transaction.atomic
def open_now(now: datetime) -> Demonstration:
    """A test that is open now and for two hours: the shown class starts at the clock, the next at its teacher's go."""
    city = Organization.objects.get(kind="city", synthetic=False)
    classes = _classes_of_the_shown_teacher()
    title = _("人防知识测评（示范 %(time)s）") % {"time": timezone.localtime(now).strftime("%m-%d %H:%M")}
    exam = _exam(city, Stage(classes[0].stage), title, now, release_rule=ReleaseRule.ON_SUBMISSION)
    first = _open_sitting(exam, classes[0], _("统一时间开始"), now, start_mode="clock", starts_at=now)
    for one in classes[1:]:
        if one.stage == exam.stage:
            _open_sitting(exam, one, _("听老师口令开始"), now, start_mode="go", starts_at=None)
    cards = list(first.attempts.order_by("?").values_list("card", flat=True)[:3])
    return Demonstration(cards, _finished_card(classes[0]), first)


def _open_sitting(exam: Exam, class_: Organization, title: str, now: datetime, **start: Any) -> Sitting:
    sitting = Sitting.objects.create(
        exam=exam,
        title=title,
        opens_at=now - timedelta(minutes=5),
        closes_at=now + timedelta(hours=2),
        time_limit_ms=25 * 60_000,
        **start,
    )
    sitting.organizations.add(class_)
    scheduling.fix_roster(sitting, by=None, now=now)
    return sitting


def _classes_of_the_shown_teacher() -> list[Organization]:
    teacher = User.objects.get(username="teacher")
    return [membership.organization for membership in teacher.memberships.select_related("organization").order_by("pk")]


def _finished_card(class_: Organization) -> str:
    done = Attempt.objects.filter(room__organization=class_, state=State.SCORED).order_by("pk").first()
    return done.card if done is not None else ""


@transaction.atomic
def hold_last_week(now: datetime, seed: int) -> list[Sitting]:
    """A whole city's test of a week ago, one exam per stage, answered by invented students and scored."""
    city = Organization.objects.get(kind="city", synthetic=False)
    nine = timezone.localtime(now - timedelta(days=7)).replace(hour=9, minute=0, second=0, microsecond=0)
    held: list[Sitting] = []
    for stage, name in {Stage.PRIMARY: _("小学"), Stage.JUNIOR: _("初中"), Stage.SENIOR: _("高中")}.items():
        if Enrollment.objects.current().filter(organization__stage=stage).exists():
            title = _("秋季人防知识测评（%(stage)s）") % {"stage": name}
            exam = _exam(city, stage, title, nine - timedelta(days=3))
            held.append(_hold(exam, city, nine, random.Random(seed + len(held))))  # noqa: S311 - invented answers
    return held


def _hold(exam: Exam, city: Organization, starts_at: datetime, chance: random.Random) -> Sitting:
    sitting = Sitting.objects.create(
        exam=exam,
        title=_("全市统一场次"),
        opens_at=starts_at - timedelta(minutes=15),
        starts_at=starts_at,
        closes_at=starts_at + timedelta(minutes=45),
        time_limit_ms=30 * 60_000,
    )
    sitting.organizations.add(city)
    scheduling.fix_roster(sitting, by=None, now=starts_at - timedelta(days=2))
    invention.answer(sitting, chance)
    scoring.score_sitting(sitting, sitting.closes_at + timedelta(minutes=1))
    return sitting
