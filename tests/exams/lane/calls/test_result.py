"""GET result: as the release policy allows; keys never before everybody is done."""

from datetime import timedelta
from typing import Any

from exams import delivery
from exams.lane.times import instant, milliseconds
from exams.models import Attempt, Exam, Result
from tests import world
from tests.exams.lane.builders import MINUTE, SECOND, Hall, Seat

HOUR = 60 * MINUTE
CLOSE = milliseconds(world.NOW) + HOUR


def scored(hall: Hall, **changes: Any) -> Seat:
    """Ben, handed in and scored in an exam of its own."""
    ben = hall.seat(hall.sitting(exam=world.make_exam(hall.cast, **changes))).begin()
    ben.submit(0)
    give_result(ben.row())
    return ben


def give_result(attempt: Attempt) -> None:
    slots = {
        "2": {"response": ["c1"], "score": 1.0, "max": 2.0},
        "1": {"response": attempt.paper.keys["slots"]["1"]["key"], "score": 2.0, "max": 2.0},
    }
    topics = [{"topic": "law", "title": "人防法律", "title_en": "Law", "score": 3.0, "max": 8.0}]
    Result.objects.create(
        attempt=attempt, score=3, max_score=8, level="pass", slots=slots, topics=topics, scored_at=world.NOW
    )
    Attempt.objects.filter(pk=attempt.pk).update(state="scored")


def test_after_the_close_it_shows_level_topics_and_every_slot_with_its_key(hall: Hall) -> None:
    ben = scored(hall)
    hall.lane.clock.now = CLOSE
    reply = ben.result()
    assert reply.status == 200
    assert (reply["state"], reply["level"], reply["keys_released"]) == ("scored", "pass", True)
    assert reply["topics"][0]["topic"] == "law"
    assert "score" not in reply.body
    first, second = reply["slots"]
    key = ben.attempt.paper.keys["slots"]["1"]
    assert first == {
        "slot": 1,
        "response": key["key"],
        "right": True,
        "score": 2.0,
        "max": 2.0,
        "key": key["key"],
        "explanation": key["explanation"],
        "citation": key["citation"],
    }
    assert (second["slot"], second["right"]) == (2, False)


def test_marks_are_shown_only_where_the_exam_shows_them(hall: Hall) -> None:
    ben = scored(hall, show_marks=True)
    hall.lane.clock.now = CLOSE
    assert (ben.result()["score"], ben.result()["max_score"]) == (3.0, 8.0)


def test_before_the_last_close_it_says_when(hall: Hall) -> None:
    ben = scored(hall)
    hall.lane.clock.now = CLOSE - 1
    reply = ben.result()
    assert (reply.status, reply.type, reply["released_at"]) == (403, "not_released", CLOSE)


def test_a_make_up_sitting_puts_the_release_off(hall: Hall) -> None:
    ben = scored(hall)
    later = world.NOW + timedelta(hours=5)
    hall.sitting(
        exam=ben.attempt.sitting.exam, starts_at=later, closes_at=later, organizations=[hall.cast.south], fix=False
    )
    hall.lane.refresh()
    hall.lane.clock.now = CLOSE
    assert ben.result()["released_at"] == milliseconds(later)


def test_on_submission_the_level_comes_at_once_and_the_keys_after_the_close(hall: Hall) -> None:
    ben = scored(hall, release_rule="on_submission")
    reply = ben.result()
    assert (reply.status, reply["level"], reply["keys_released"]) == (200, "pass", False)
    assert "slots" not in reply.body
    hall.lane.clock.now = CLOSE
    assert ben.result()["keys_released"] is True


def test_keys_stay_closed_while_anybody_is_still_at_work(hall: Hall) -> None:
    ben = scored(hall, release_rule="on_submission")
    cleo = Seat(hall.lane, world.attempt_of(ben.attempt.sitting, hall.cast.cleo)).begin()
    hall.lane.clock.now = CLOSE
    assert ben.result()["keys_released"] is False
    cleo.submit(0)
    hall.lane.app.lane.catalog._at_work.clear()
    assert ben.result()["keys_released"] is True


def test_a_class_that_is_paused_over_the_close_keeps_the_keys_closed_unless_it_was_forgotten(hall: Hall) -> None:
    ben = scored(hall, release_rule="on_submission")
    cleo = Seat(hall.lane, world.attempt_of(ben.attempt.sitting, hall.cast.cleo))
    cleo.enter()
    delivery.pause_room(cleo.attempt.room, by=None, why="", now=instant(CLOSE - 1))
    hall.lane.clock.now = CLOSE
    assert ben.result()["keys_released"] is False
    hall.lane.clock.now = CLOSE + 25 * HOUR
    hall.lane.app.lane.catalog._at_work.clear()
    home = ben.at("at-home")
    home.enter()
    assert home.result()["keys_released"] is True


def test_a_manual_release_waits_for_the_administrator(hall: Hall) -> None:
    ben = scored(hall, release_rule="manual")
    hall.lane.clock.now = CLOSE + HOUR
    reply = ben.result()
    assert (reply.status, reply.type, reply["released_at"]) == (403, "not_released", None)
    Exam.objects.filter(pk=ben.attempt.sitting.exam_id).update(released_at=world.NOW)
    hall.lane.refresh()
    assert ben.result()["level"] == "pass"


def test_what_is_not_scored_yet_is_said_to_be_so(hall: Hall) -> None:
    ben = hall.seat(hall.sitting(exam=world.make_exam(hall.cast, release_rule="on_submission"))).begin()
    assert ben.result().type == "not_released"
    ben.submit(0)
    reply = ben.result()
    assert (reply.status, reply.type) == (403, "not_released")
    assert "评定" in reply["detail"]


def test_the_card_still_opens_the_result_at_home(hall: Hall) -> None:
    ben = scored(hall)
    hall.lane.clock.now = CLOSE + 20 * HOUR
    assert ben.result().status == 401
    home = ben.at("at-home")
    home.enter()
    assert home.result()["level"] == "pass"
    hall.lane.clock.forward(5 * SECOND)


def test_a_voided_attempt_has_no_result(hall: Hall) -> None:
    ben = scored(hall)
    Attempt.objects.filter(pk=ben.attempt.pk).update(state="voided")
    hall.lane.clock.now = CLOSE
    assert (ben.result().status, ben.result().type) == (409, "voided")
