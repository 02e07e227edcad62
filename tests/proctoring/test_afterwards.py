"""What is left to do once answers are in: pages of late answers, rescue files, reconciliation."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from exams import rescue, rescuefiles
from exams.models import Attempt, AttemptEvent, JournalEntry, LateDecision, Room, Sitting
from proctoring import words
from schools.models import AuditEntry
from tests import world as cast
from tests.exams import rescuing
from tests.pages import office_hours as office_hours
from tests.pages import sign_in, soup, text
from tests.world import NOW, World

pytestmark = pytest.mark.usefixtures("office_hours")
BOTH = {"which": "all", "counts": "yes", "why": "全班断网"}


@pytest.fixture
def sitting(world: World) -> Sitting:
    return cast.make_sitting(world, organizations=[world.north, world.south])


@pytest.fixture
def room(world: World, sitting: Sitting) -> Room:
    return cast.room_of(sitting, world.class_71)


@pytest.fixture
def ben(world: World, sitting: Sitting) -> Attempt:
    """Ben, handed in; the answer to slot 1 came a quarter of an hour after the deadline."""
    return late_one(cast.attempt_of(sitting, world.ben))


@pytest.fixture
def ada(world: World) -> Client:
    return sign_in(world.ada)


def late_one(attempt: Attempt, seq: int = 1, minute: int = 39, slot: int = 1) -> Attempt:
    if attempt.state == "assigned":
        cast.set_state(attempt, "submitted")
        Attempt.objects.filter(pk=attempt.pk).update(submitted_at=NOW + timedelta(minutes=40, seconds=31))
    JournalEntry.objects.create(
        attempt=attempt,
        epoch=1,
        seq=seq,
        slot=slot,
        response=cast.right_answers(attempt.paper)[slot],
        at=NOW + timedelta(minutes=minute),
        received_at=NOW + timedelta(minutes=55, seconds=5),
        kept=True,
    )
    return attempt


def file(data: bytes, name: str = "rescue.json") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, "application/json")


def report(attempt: Attempt, acknowledged: int) -> None:
    told = {"epoch": 1, "last_seq": acknowledged, "acknowledged": acknowledged}
    AttemptEvent.objects.create(attempt=attempt, event="submit", at=NOW, data=told)


def actions() -> list[tuple[str, list[int]]]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", "object_ids"))


def test_a_room_shows_who_has_late_answers_and_that_was_looked_at(ada: Client, room: Room, ben: Attempt) -> None:
    page = text(ada.get(reverse("room_late", args=[room.pk])))
    assert "本小江 待认定 1 1 1 没有看到断网" in page
    assert "柯小海" not in page
    assert actions() == [("room:view", [ben.pk])]


def test_the_room_page_says_how_many_are_undecided(ada: Client, room: Room, ben: Attempt) -> None:
    link = soup(ada.get(reverse("room", args=[room.pk]))).find("a", href=reverse("room_late", args=[room.pk]))
    assert link is not None
    assert link.get_text(" ", strip=True) == "迟到与核对 1"


def test_a_whole_room_is_decided_with_a_reason(ada: Client, room: Room, ben: Attempt) -> None:
    address = reverse("room_late", args=[room.pk])
    assert ada.post(address, BOTH | {"why": ""}).status_code == 422
    assert not LateDecision.objects.exists()
    page = text(ada.post(address, BOTH, follow=True))
    assert "已认定 1 名学生的 1 条答案。" in page
    assert "计入 1" in page
    (decided,) = LateDecision.objects.all()
    assert (decided.attempt, decided.counts, decided.why) == (ben, True, "全班断网")


def test_deciding_when_nothing_is_left_says_so(ada: Client, room: Room, ben: Attempt) -> None:
    page = text(ada.post(reverse("room_late", args=[room.pk]), BOTH | {"which": "explained"}, follow=True))
    assert "没有符合条件的待认定答案" in page


def test_a_room_without_late_answers_says_so(ada: Client, room: Room) -> None:
    page = text(ada.get(reverse("room_late", args=[room.pk])))
    assert "这个考场没有迟到的答案。" in page
    assert "一次认定全班的" not in page


def test_a_seat_shows_both_times_how_late_and_the_students_own_number(ada: Client, ben: Attempt) -> None:
    page = text(ada.get(reverse("seat_late", args=[ben.pk])))
    assert "09:39:00 截止之前" in page
    assert "09:55:05" in page
    assert "15 分 5 秒" in page
    assert ("student:view", [ben.pk]) in actions()


def test_picked_answers_are_decided(world: World, ada: Client, ben: Attempt) -> None:
    late_one(ben, 2, slot=2)
    address = reverse("seat_late", args=[ben.pk])
    page = text(ada.post(address, {"entries": ["1-2"], "counts": "no", "why": "写于截止之后"}, follow=True))
    assert "已认定 1 名学生的 1 条答案。" in page
    assert "不计入 Ada · 写于截止之后" in page
    assert list(LateDecision.objects.values_list("seq", "counts")) == [(2, False)]


@pytest.mark.parametrize(
    "sent",
    [
        {"counts": "yes", "why": "x"},
        {"entries": ["1-9"], "counts": "yes", "why": "x"},
        {"entries": ["nonsense"], "counts": "yes", "why": "x"},
        {"entries": ["1-1"], "why": "x"},
        {"entries": ["1-1"], "counts": "yes"},
    ],
)
def test_what_is_missing_or_unknown_decides_nothing(ada: Client, ben: Attempt, sent: dict[str, Any]) -> None:
    assert ada.post(reverse("seat_late", args=[ben.pk]), sent).status_code == 422
    assert not LateDecision.objects.exists()


def test_a_sitting_shows_the_rooms_of_ones_places(world: World, sitting: Sitting, ben: Attempt) -> None:
    late_one(cast.attempt_of(sitting, world.otto))
    address = reverse("sitting_late", args=[sitting.pk])
    assert "南校（示例）" not in text(sign_in(world.school_admin).get(address))
    page = text(sign_in(world.city_admin).get(address))
    assert "北校（示例） 1 1 0 0" in page
    assert "南校（示例） 1 1 0 0" in page


def test_a_sitting_is_decided_within_ones_places_only(world: World, sitting: Sitting, ben: Attempt) -> None:
    late_one(cast.attempt_of(sitting, world.otto))
    sign_in(world.school_admin).post(reverse("sitting_late", args=[sitting.pk]), BOTH | {"whole_exam": "on"})
    assert list(LateDecision.objects.values_list("attempt", flat=True)) == [ben.pk]


@pytest.mark.parametrize(("whole", "count"), [({}, 1), ({"whole_exam": "on"}, 2)])
def test_the_other_sittings_of_the_exam_are_decided_when_asked(
    world: World, sitting: Sitting, ben: Attempt, whole: dict[str, str], count: int
) -> None:
    late_one(cast.attempt_of(cast.make_sitting(world, sitting.exam), world.ben))
    sign_in(world.school_admin).post(reverse("sitting_late", args=[sitting.pk]), BOTH | whole)
    assert LateDecision.objects.count() == count


@pytest.mark.parametrize("policy", ["review", "reject", "accept"])
def test_the_rule_of_the_exam_is_said(world: World, policy: str) -> None:
    sitting = cast.make_sitting(world, cast.make_exam(world, late_answers=policy))
    page = text(sign_in(world.ada).get(reverse("room_late", args=[cast.room_of(sitting, world.class_71).pk])))
    assert [one for one in words.POLICIES if str(words.POLICIES[one]) in page] == [policy]


def test_rescue_files_are_taken_in_and_it_is_said_what_became_of_them(
    world: World, ada: Client, room: Room, ben: Attempt
) -> None:
    otto = cast.set_state(cast.attempt_of(room.sitting, world.otto), "active")
    good = rescuing.file_of(
        rescuing.journal(ben, [rescuing.answer(2, 2, ["c1"])]), rescuing.journal(otto, [rescuing.answer(1, 1, [])])
    )
    sent = {"sent": [file(good, "r1.json"), file(b"x", "photo.png")]}
    response = ada.post(reverse("room_rescue", args=[room.pk]), sent)
    page = text(response)
    assert response.status_code == 200
    assert "本小江 七年级(1)班 新存入 1 条，原来就有 0 条 其中 1 条迟到，去认定 已存入" in page
    assert "另有 1 份记录不属于你管理的学生" in page
    assert str(words.UNUSABLE["no_rescue_file"]) in page
    assert JournalEntry.objects.filter(attempt=ben, seq=2, kept=True).exists()
    assert not JournalEntry.objects.filter(attempt=otto).exists()


def test_an_administrator_brings_the_files_of_many_schools(world: World, sitting: Sitting) -> None:
    pairs = [(cast.set_state(cast.attempt_of(sitting, one), "active"), one.name) for one in (world.ben, world.otto)]
    files = [
        file(rescuing.file_of(rescuing.journal(attempt, [rescuing.answer(1, 1, [])])), f"{name}.json")
        for attempt, name in pairs
    ]
    page = text(sign_in(world.city_admin).post(reverse("sitting_rescue", args=[sitting.pk]), {"sent": files}))
    assert page.count("新存入 1 条") == 2


def test_a_conflict_is_shown(ada: Client, room: Room, ben: Attempt) -> None:
    data = rescuing.file_of(rescuing.journal(ben, [rescuing.event(1, "offline")]))
    page = text(ada.post(reverse("room_rescue", args=[room.pk]), {"sent": [file(data)]}))
    assert "1 条与服务器上的不同，没有改动" in page


@pytest.mark.parametrize("count", [0, rescue.MOST_FILES + 1])
def test_no_file_and_too_many_files_are_refused(ada: Client, room: Room, count: int) -> None:
    sent = {"sent": [file(b"x") for _ in range(count)]}
    assert ada.post(reverse("room_rescue", args=[room.pk]), sent).status_code == 422


def test_every_trouble_with_a_file_has_its_sentence() -> None:
    source = rescuefiles.__doc__ + str(rescuefiles.Unusable.__doc__)
    assert [code for code in words.UNUSABLE if code not in source] == []
    assert len(words.UNUSABLE) == 5


def test_a_sitting_is_reconciled_by_class(world: World, sitting: Sitting, ben: Attempt) -> None:
    report(ben, 1)
    cast.set_state(cast.attempt_of(sitting, world.cleo), "active")
    page = text(sign_in(world.ada).get(reverse("sitting_reconciliation", args=[sitting.pk])))
    assert "一条不少" in page
    assert "七年级(1)班 北校（示例） 2 1 1 1 1 0" in page
    assert "南校" not in page
    assert actions() == []


def test_a_difference_stands_out_with_the_students_concerned(world: World, sitting: Sitting, ben: Attempt) -> None:
    report(ben, 3)
    client = sign_in(world.county_admin)
    for query in ("", "?all=1"):
        page = soup(client.get(reverse("sitting_reconciliation", args=[sitting.pk]) + query))
        alarm = page.find(class_="notice danger")
        assert alarm is not None
        assert "少 2 条" in alarm.get_text()
        assert "本小江" in alarm.get_text()
        assert page.find(class_="badge danger") is not None
    assert actions()[0] == ("room:view", [ben.pk])


def test_only_what_stands_out_is_listed_when_all_is_compared(world: World, sitting: Sitting, ben: Attempt) -> None:
    report(ben, 1)
    page = text(sign_in(world.city_admin).get(reverse("sitting_reconciliation", args=[sitting.pk]) + "?all=1"))
    assert "核对了全部 3 个考场" in page or "核对了全部 2 个考场" in page
    assert "七年级(1)班" not in page


def test_the_rooms_page_names_who_has_not_reported(ada: Client, room: Room, ben: Attempt) -> None:
    page = text(ada.get(reverse("room_late", args=[room.pk])))
    assert "1 名学生的设备没有报告" in page


def test_a_room_of_many_takes_few_queries(
    world: World, ada: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(30):
        cast.make_student(world.class_71, f"同学{number}")
    sitting = cast.make_sitting(world)
    for attempt in sitting.attempts.all():
        late_one(attempt)
    with django_assert_max_num_queries(26):
        ada.get(reverse("room_late", args=[cast.room_of(sitting, world.class_71).pk]))


def test_the_sitting_page_leads_to_them_once_it_is_open(world: World, sitting: Sitting) -> None:
    page = soup(sign_in(world.school_admin).get(reverse("sitting", args=[sitting.pk])))
    for name in ("sitting_late", "sitting_reconciliation", "sitting_rescue"):
        assert page.find("a", href=reverse(name, args=[sitting.pk])) is not None
