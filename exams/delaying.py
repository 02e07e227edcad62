"""Delays rooms: start and close come later, for rooms in which nobody has started yet.

A delay changes nothing for an attempt that runs; who lost time there gets it back by `compensating` or `delivery`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.utils.translation import ngettext

from exams.lifecycle import State
from exams.models import Attempt, Notice, Room, Sitting
from exams.models.sittings import StartMode
from schools.models import Organization

LONGEST_MINUTES = 180
# Rooms in one transaction: some hundred attempts, so that nobody's start waits long.
ROOMS_AT_ONCE = 10

REMEMBER = """
insert into exams_attemptevent (attempt_id, event, by_id, why, at, data)
select id, 'delay', %(by)s, %(why)s, %(now)s, jsonb_build_object('minutes', %(minutes)s::int)
from exams_attempt where room_id = any(%(rooms)s) and state <> 'voided' order by id
"""


class Delayed(NamedTuple):
    """What a delay comes to: rooms that are delayed, rooms left alone because somebody has started there, and rooms
    that are closed or ended already."""

    room_count: int
    started_count: int
    closed_count: int


def of_place(sitting: Sitting, organization: Organization) -> "QuerySet[Room]":
    """The rooms of a sitting at and below a place."""
    return Room.objects.filter(sitting=sitting, organization__path__startswith=organization.path)


def foresee(rooms: "QuerySet[Room]", now: datetime) -> Delayed:
    """What a delay of these rooms would come to now; nothing is changed."""
    ids = list(rooms.values_list("pk", flat=True))
    started = set(_started(ids))
    over = set(_over(ids, now))
    return Delayed(len(ids) - len(started | over), len(started - over), len(over))


def delay(rooms: "QuerySet[Room]", minutes: int, *, by: Any, why: str, now: datetime) -> Delayed:
    """Moves start and close of these rooms by so many minutes more, and the close alone where the proctor says go.
    Rooms where somebody has started, closed and ended ones are left alone. Raises ValueError for no time."""
    if not 0 < minutes <= LONGEST_MINUTES:
        raise ValueError("minutes")
    ids = list(rooms.order_by("pk").values_list("pk", flat=True))
    parts = [ids[first : first + ROOMS_AT_ONCE] for first in range(0, len(ids), ROOMS_AT_ONCE)]
    outcomes = [_delay(part, minutes, by=by, why=why, now=now) for part in parts]
    return Delayed(*(sum(column) for column in zip(*outcomes, strict=True))) if outcomes else Delayed(0, 0, 0)


@transaction.atomic
def _delay(ids: Sequence[int], minutes: int, *, by: Any, why: str, now: datetime) -> Delayed:
    """The attempts are locked too: a start that is being decided is waited for, and sees the new times if it comes
    later."""
    list(Room.objects.filter(pk__in=ids).order_by("pk").select_for_update(of=("self",)))
    list(Attempt.objects.filter(room__in=ids).order_by("pk").select_for_update(of=("self",)).values_list("pk"))
    over, started = set(_over(ids, now)), set(_started(ids))
    free = [pk for pk in ids if pk not in over | started]
    Room.objects.filter(pk__in=free).update(delay_ms=F("delay_ms") + minutes * 60_000)
    values = {"by": by.pk if by is not None else None, "why": why, "now": now, "minutes": minutes, "rooms": free}
    with connection.cursor() as cursor:
        cursor.execute(REMEMBER, values)
    rooms = Room.objects.filter(pk__in=free).select_related("sitting").order_by("pk")
    Notice.objects.bulk_create(_notice(room, minutes, now) for room in rooms)
    return Delayed(len(free), len(started - over), len(over))


def _over(ids: Sequence[int], now: datetime) -> "QuerySet[Room, int]":
    rows: QuerySet[Room] = Room.objects.filter(pk__in=ids).over_at(now)
    return rows.values_list("pk", flat=True)


def _started(ids: Sequence[int]) -> "QuerySet[Attempt, int]":
    rows = Attempt.objects.filter(room__in=ids, started_at__isnull=False).exclude(state=State.VOIDED)
    return rows.order_by().values_list("room_id", flat=True).distinct()


def _notice(room: Room, minutes: int, now: datetime) -> Notice:
    is_start = room.sitting.start_mode == StartMode.CLOCK
    if is_start:
        text = ngettext("开始时间推迟 %(minutes)d 分钟。", "开始时间推迟 %(minutes)d 分钟。", minutes)
    else:
        text = ngettext("结束时间推迟 %(minutes)d 分钟。", "结束时间推迟 %(minutes)d 分钟。", minutes)
    return Notice(
        sitting_id=room.sitting_id,
        room=room,
        kind="delayed",
        text=text % {"minutes": minutes},
        data={"minutes": minutes, "start": is_start},
        at=now,
    )
