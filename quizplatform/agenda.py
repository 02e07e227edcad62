"""What a member of staff has to do today, drawn from every app: the home page's sections, already scoped."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Count, Max, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from exams.models import Compensation, Exam, Room, Sitting
from exams.models.compensations import CompensationState
from exams.models.papers import ReleaseRule
from questionbank.models import Item, ItemState
from schools.scoping import holds

SHOWN = 12
APPROVE = "compensation:approve"


class Entry(NamedTuple):
    """One thing to do: what it is, where it is done, a word beside it and how that word is meant."""

    text: str
    url: str
    note: str = ""
    badge: str = ""
    tone: str = "muted"


class Section(NamedTuple):
    """One heading of the home page; `empty` is said when there is nothing under it, and without it the heading is left
    out."""

    title: str
    entries: list[Entry]
    empty: str


def sections(user: Any, now: datetime) -> list[Section]:
    """The sections of this person's home, those of their roles only, in the order of a day."""
    parts = [
        ("room:view", _("今天的考场"), _rooms, _("今天没有你的考场。")),
        (APPROVE, _("待批准的补时"), _compensations, ""),
        ("exam:plan", _("待安排"), _planning, _("没有待安排的事。")),
        ("item:review", _("待审题目"), _reviews, _("没有等待审核的题目。")),
        ("item:edit", _("我的题目"), _own_items, _("没有草稿，也没有被退回的题目。")),
        ("result:view_summary", _("最近的结果"), _results, _("最近两周没有结束的测评。")),
    ]
    held = [part for part in parts if holds(user, part[0])]
    found = [Section(title, list(find(user, now)), empty) for _permission, title, find, empty in held]
    return [section for section in found if section.entries or section.empty]


def _day(now: datetime) -> tuple[datetime, datetime]:
    start = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return start, start + timedelta(days=1)


def _rooms(user: Any, now: datetime) -> Iterator[Entry]:
    """Rooms one by one for a teacher; whole sittings for those who have too many rooms to list."""
    start, end = _day(now)
    rooms: QuerySet[Room] = Room.objects.visible_to(user, "room:view").filter(
        sitting__exam__rehearsal=False, sitting__opens_at__lt=end, sitting__closes_at__gt=start
    )
    if rooms[: SHOWN + 1].count() > SHOWN:
        yield from _sittings(Sitting.objects.filter(rooms__in=rooms).distinct(), now)
        return
    for room in rooms.select_related("organization", "sitting").order_by("sitting__opens_at", "organization__path"):
        name = room.organization.display_name(timezone.localdate(now))
        url = reverse("room", args=[room.pk])
        yield Entry(f"{name} · {room.sitting.title}", url, _span(room.sitting), *_phase(room.sitting, now))


def _sittings(sittings: "QuerySet[Sitting]", now: datetime) -> Iterator[Entry]:
    for sitting in sittings.select_related("exam").order_by("opens_at")[:SHOWN]:
        url = reverse("sitting", args=[sitting.pk])
        yield Entry(f"{sitting.exam.title} · {sitting.title}", url, _span(sitting), *_phase(sitting, now))


def _span(sitting: Sitting) -> str:
    opens, closes = timezone.localtime(sitting.opens_at), timezone.localtime(sitting.closes_at)
    return f"{date_format(opens, 'm-d H:i')}–{date_format(closes, 'H:i')}"


def _phase(sitting: Sitting, now: datetime) -> tuple[str, str]:
    if now < sitting.opens_at:
        return _("未开放"), "muted"
    return (_("进行中"), "ok") if now < sitting.closes_at else (_("已结束"), "info")


def _planning(user: Any, now: datetime) -> Iterator[Entry]:
    exams: QuerySet[Exam] = Exam.objects.visible_to(user, "exam:plan").filter(rehearsal=False)
    for exam in exams.annotate(papers_made=Count("papers")).filter(papers_made=0).order_by("-created_at")[:SHOWN]:
        yield Entry(exam.title, reverse("exam", args=[exam.pk]), "", _("还没有组卷"), "warn")
    unfixed = Sitting.objects.filter(exam__in=exams, fixed_at__isnull=True, closes_at__gt=now)
    for sitting in unfixed.select_related("exam").order_by("opens_at")[:SHOWN]:
        url = reverse("sitting", args=[sitting.pk])
        yield Entry(f"{sitting.exam.title} · {sitting.title}", url, _span(sitting), _("名单未确定"), "warn")
    closed = exams.filter(release_rule=ReleaseRule.MANUAL, released_at__isnull=True)
    for over in closed.annotate(last=Max("sittings__closes_at")).filter(last__lte=now)[:SHOWN]:
        yield Entry(over.title, reverse("exam", args=[over.pk]), "", _("等待发布结果"), "warn")


def _compensations(user: Any, now: datetime) -> Iterator[Entry]:
    """Proposals that this person may approve: those of somebody else."""
    waiting = Compensation.objects.visible_to(user, APPROVE).filter(state=CompensationState.PROPOSED)
    for one in waiting.exclude(proposed_by_id=user.pk).select_related("organization").order_by("proposed_at")[:SHOWN]:
        name = one.organization.display_name(timezone.localdate(now))
        from_at, until_at = timezone.localtime(one.from_at), timezone.localtime(one.until_at)
        text = f"{name} · {date_format(from_at, 'm-d H:i')}–{date_format(until_at, 'H:i')}"
        yield Entry(text, reverse("compensation", args=[one.pk]), one.why, _("待批准"), "warn")


def _reviews(user: Any, now: datetime) -> Iterator[Entry]:
    waiting: QuerySet[Item] = Item.objects.visible_to(user, "item:review").filter(state=ItemState.IN_REVIEW)
    for item in waiting.exclude(author=user).select_related("topic").order_by("updated_at")[:SHOWN]:
        yield _item(item, "info")


def _own_items(user: Any, now: datetime) -> Iterator[Entry]:
    own: QuerySet[Item] = Item.objects.visible_to(user, "item:edit").filter(author=user)
    drafts = own.filter(state__in=[ItemState.DRAFT, ItemState.IN_REVIEW]).select_related("topic")
    for item in drafts.order_by("-updated_at")[:SHOWN]:
        yield _item(item, "warn" if item.state == ItemState.DRAFT else "info")


def _item(item: Item, tone: str) -> Entry:
    note = f"{item.topic.title} · {item.get_kind_display()}"
    return Entry(item.code, reverse("item", args=[item.pk]), note, item.get_state_display(), tone)


def _results(user: Any, now: datetime) -> Iterator[Entry]:
    rooms = Room.objects.visible_to(user, "result:view_summary")
    recent = Exam.objects.filter(rehearsal=False, sittings__rooms__in=rooms).annotate(last=Max("sittings__closes_at"))
    held = recent.filter(last__lte=now, last__gt=now - timedelta(days=14)).order_by("-last")
    for exam in held[:SHOWN]:
        note = date_format(timezone.localtime(exam.last), "m-d H:i")
        yield Entry(exam.title, reverse("exam_results", args=[exam.pk]), note)
