"""The way over paper: a class's papers printed, a student's letters entered."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from exams.layout import layout
from exams.models import Attempt, AttemptEvent, Room, Sitting
from proctoring import journal, letters
from schools.models import AuditEntry
from tests.pages import office_hours as office_hours
from tests.pages import sign_in, soup, text
from tests.world import NOW, World, answer, attempt_of, make_exam, make_sitting, room_of, set_state

pytestmark = pytest.mark.usefixtures("office_hours")


@pytest.fixture
def sitting(world: World) -> Sitting:
    return make_sitting(world, make_exam(world, papers=2))


@pytest.fixture
def room(world: World, sitting: Sitting) -> Room:
    return room_of(sitting, world.class_71)


@pytest.fixture
def ben(world: World, sitting: Sitting) -> Attempt:
    return attempt_of(sitting, world.ben)


@pytest.fixture
def ada(world: World) -> Client:
    return sign_in(world.ada)


def sheet(attempt: Attempt, own: bool = True) -> list[letters.Question]:
    order = layout(attempt.paper.content, attempt.seed, True, True) if own else None
    return [q for section in letters.printed(attempt.paper.content, order) for q in section.questions]


def filled(attempt: Attempt, responses: dict[int, list[Any]], own: bool = True) -> dict[str, str]:
    """The form as a teacher fills it from the sheet."""
    values = {f"slot_{q.slot}": letters.written(responses.get(q.slot, []), q) for q in sheet(attempt, own)}
    return values | {"why": "断网"}


def key(attempt: Attempt) -> dict[int, list[Any]]:
    return {int(slot): one["key"] for slot, one in attempt.paper.keys["slots"].items()}


def test_every_student_gets_a_sheet_in_their_own_order(world: World, ada: Client, room: Room, ben: Attempt) -> None:
    page = soup(ada.get(reverse("room_papers", args=[room.pk])))
    sheets = {one.select_one(".sheet-mark").text: one for one in page.select(".sheet")}
    assert len(sheets) == 2
    mine = sheets[f"{ben.paper.number}-{ben.pk}"]
    assert "本小江" in mine.text
    printed = [
        [li.get_text(" ", strip=True) for li in q.select(".question-choices li")] for q in mine.select(".question")
    ]
    for question, shown in zip(sheet(ben), printed, strict=True):
        for choice, line in zip(question.choices, shown, strict=False):
            assert line.startswith(f"{choice.letter}.")
            assert strip_tags(choice.content).strip() in line


def test_plain_sheets_are_one_per_paper_number_with_a_line_for_the_name(ada: Client, room: Room) -> None:
    page = soup(ada.get(reverse("room_papers", args=[room.pk]), {"form": "plain"}))
    assert [one.text for one in page.select(".sheet-mark")] == ["1", "2"]
    assert "本小江" in page.select_one(".sheet-cover").text
    assert "本小江" not in page.select_one(".sheet").text


def test_no_key_is_printed(ada: Client, room: Room) -> None:
    page = ada.get(reverse("room_papers", args=[room.pk])).content.decode()
    assert "因为法律这样规定" not in page


def test_papers_are_not_printed_before_the_sitting_opens(world: World, ada: Client) -> None:
    later = {"opens_at": NOW + timedelta(minutes=1), "starts_at": NOW + timedelta(minutes=20)}
    room = room_of(make_sitting(world, **later), world.class_71)
    response = ada.get(reverse("room_papers", args=[room.pk]))
    assert not soup(response).select(".sheet")
    assert "之后才能打印" in text(response)


def test_nothing_is_transcribed_before_the_sitting_opens_nor_is_the_paper_shown(world: World, ada: Client) -> None:
    later = {"opens_at": NOW + timedelta(minutes=1), "starts_at": NOW + timedelta(minutes=20)}
    attempt = attempt_of(make_sitting(world, **later), world.ben)
    response = ada.get(reverse("seat_transcription", args=[attempt.pk]), follow=True)
    assert "开放入场之后才能录入" in text(response)
    assert strip_tags(sheet(attempt)[0].stem) not in text(response)


def test_who_has_handed_in_gets_no_sheet(world: World, ada: Client, room: Room, ben: Attempt) -> None:
    set_state(ben, "submitted")
    assert len(soup(ada.get(reverse("room_papers", args=[room.pk]))).select(".sheet")) == 1


def test_printing_is_written_down(ada: Client, room: Room) -> None:
    ada.get(reverse("room_papers", args=[room.pk]))
    entry = AuditEntry.objects.get()
    assert entry.action == "paper:print"
    assert sorted(entry.object_ids) == sorted(room.attempts.values_list("pk", flat=True))


@pytest.mark.parametrize("own", [True, False])
def test_letters_from_the_sheet_become_the_right_answers(ada: Client, ben: Attempt, own: bool) -> None:
    address = reverse("seat_transcription", args=[ben.pk]) + ("" if own else "?form=plain")
    response = ada.post(address, filled(ben, key(ben), own), follow=True)
    assert "已录入并交卷" in text(response)
    ben.refresh_from_db()
    assert ben.state == "submitted"
    assert {slot: sorted(given) for slot, given in journal.responses_of(ben.pk).items()} == {
        slot: sorted(right) for slot, right in key(ben).items()
    }


def test_a_transcription_is_written_down_with_its_reason(world: World, ada: Client, ben: Attempt) -> None:
    ada.post(reverse("seat_transcription", args=[ben.pk]), filled(ben, {}))
    event = AttemptEvent.objects.get(attempt=ben, event="transcribe")
    assert (event.by_id, event.why) == (world.ada.pk, "断网")
    assert AuditEntry.objects.get(action="attempt:transcribe").object_ids == [ben.pk]


def test_unanswered_questions_are_allowed(ada: Client, ben: Attempt) -> None:
    ada.post(reverse("seat_transcription", args=[ben.pk]), filled(ben, {1: key(ben)[1]}))
    assert set(journal.responses_of(ben.pk)) == {1}


def test_what_was_saved_online_is_filled_in_and_stays_or_is_cleared(ada: Client, ben: Attempt) -> None:
    set_state(ben, "active")
    answer(ben, {1: key(ben)[1], 2: key(ben)[2]})
    address = reverse("seat_transcription", args=[ben.pk])
    page = soup(ada.get(address))
    fields = {q.slot: page.select_one(f"[name=slot_{q.slot}]").get("value", "") for q in sheet(ben)}
    assert all(fields[slot] for slot in (1, 2))
    ada.post(address, {f"slot_{slot}": value for slot, value in fields.items() if slot != 2} | {"why": "x"})
    assert journal.responses_of(ben.pk)[1] == key(ben)[1]
    assert journal.responses_of(ben.pk)[2] == []


def test_a_wrong_letter_is_named_by_its_printed_number_and_nothing_is_saved(ada: Client, ben: Attempt) -> None:
    first = next(q for q in sheet(ben) if q.kind == "single_choice")
    values = filled(ben, key(ben)) | {f"slot_{first.slot}": "G"}
    response = ada.post(reverse("seat_transcription", args=[ben.pk]), values)
    assert response.status_code == 422
    assert f"第 {first.number} 题没有“G”这个选项" in text(response)
    ben.refresh_from_db()
    assert ben.state == "assigned"
    assert not journal.responses_of(ben.pk)


@pytest.mark.parametrize("state", ["submitted", "scored", "voided"])
def test_what_is_handed_in_cannot_be_transcribed(ada: Client, ben: Attempt, state: str) -> None:
    set_state(ben, state)
    address = reverse("seat_transcription", args=[ben.pk])
    assert "不能再录入" in text(ada.get(address, follow=True))
    assert "不能再录入" in text(ada.post(address, filled(ben, key(ben)), follow=True))
    assert not journal.responses_of(ben.pk)
