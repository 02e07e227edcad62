"""Addresses, bodies and languages, before any call is reached."""

import pytest

from exams.lane.wire import MOST_BYTES
from tests.exams.lane.builders import Hall


def test_addresses_methods_and_the_clock(hall: Hall) -> None:
    lane = hall.lane
    assert lane.call("GET", "/lane/v1/nothing").type == "not_found"
    assert lane.call("GET", "/").status == 404
    reply = lane.call("GET", "save")
    assert (reply.status, reply.type, reply.headers["allow"]) == (405, "method_not_allowed", "POST")
    assert lane.call("POST", "state").headers["allow"] == "GET"
    assert lane.call("GET", "time").body == {"now": lane.clock.now}


def test_every_refusal_is_a_problem_document_that_nobody_stores(hall: Hall) -> None:
    reply = hall.lane.call("POST", "enter", b"x")
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.headers["cache-control"] == "no-store"
    assert set(reply.body) == {"type", "title", "status", "detail", "now"}
    assert reply["now"] == hall.lane.clock.now


def test_a_body_of_64_kib_is_read_and_one_byte_more_is_too_large(hall: Hall) -> None:
    ben = hall.seat().begin()
    padding = b" " * (MOST_BYTES - 2)
    assert hall.lane.call("POST", "pulse", b"{}" + padding, ben.token).status == 200
    reply = hall.lane.call("POST", "pulse", b"{} " + padding, ben.token)
    assert (reply.status, reply.type) == (413, "too_large")


@pytest.mark.parametrize(("lang", "word"), [("en", "No such card"), ("zh", "没有这张座位卡")])
def test_a_field_a_cookie_or_a_header_chooses_the_language(hall: Hall, lang: str, word: str) -> None:
    body = {"card": "1", "device": "d", "journal": "j"}
    assert hall.lane.call("POST", "enter", body | {"lang": lang})["title"] == word
    cookie = [(b"cookie", b"lang=" + lang.encode())]
    assert hall.lane.call("POST", "enter", body, headers=cookie)["title"] == word
    header = [(b"accept-language", lang.encode())]
    reply = hall.lane.call("POST", "enter", body, headers=header)
    assert reply["title"] == word
    assert reply.headers["content-language"] == {"en": "en", "zh": "zh-Hans"}[lang]


def test_a_token_of_a_sitting_that_was_deleted_is_worth_nothing(hall: Hall) -> None:
    from exams.models import JournalEntry

    ben = hall.seat().begin()
    sitting = ben.attempt.sitting
    JournalEntry.objects.filter(attempt=ben.attempt).delete()
    sitting.delete()
    assert ben.save(ben.answer(1)).status == 401
    assert ben.pulse().status == 401
    hall.lane.refresh()
    assert ben.pulse().status == 401
    assert ben.start().status == 401
    assert ben.submit(0).status == 401
    assert ben.state().status == 401
