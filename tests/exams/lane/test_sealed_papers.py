"""Encrypted papers in the lane: the address before the start, the key from the start on."""

from tests import world
from tests.exams.lane.builders import MINUTE, NOON, Hall, Seat


def encrypted(hall: Hall) -> Seat:
    return hall.seat(exam=world.make_exam(hall.cast, encrypt_paper=True))


def test_before_the_start_only_the_sealed_file_is_told(hall: Hall) -> None:
    ben = encrypted(hall)
    hall.lane.clock.now = NOON - MINUTE
    paper = ben.enter()["paper"]
    assert paper["encrypted"] is True
    assert paper["url"] == f"/papers/{paper['sha256']}.sealed"
    assert paper["sha256"] != ben.attempt.paper.sha256
    assert not {"paper_key", "paper_url"} & set(ben.state().body)
    assert ben.start().type == "too_early"


def test_the_start_gives_the_key_and_the_plain_address(hall: Hall) -> None:
    from base64 import b64decode

    from exams import freezing, sealing

    ben = encrypted(hall)
    entered, started = ben.enter(), ben.start()
    freezing.publish(ben.attempt.paper)
    data = (freezing.folder() / entered["paper"]["url"].rpartition("/")[2]).read_bytes()
    plain = sealing.open_sealed(data, b64decode(started["paper_key"]))
    assert plain == sealing.file_bytes(ben.attempt.paper.content)
    assert (freezing.folder() / started["paper_url"].rpartition("/")[2]).read_bytes() == plain


def test_a_reload_and_a_look_afterwards_get_the_key_again(hall: Hall) -> None:
    ben = encrypted(hall).begin()
    key = ben.start()["paper_key"]
    assert ben.state()["paper_key"] == key
    ben.submit(0)
    assert ben.state()["paper_key"] == key


def test_a_plain_paper_has_no_key(hall: Hall) -> None:
    ben = hall.seat()
    ben.enter()
    assert (ben.start()["paper_key"], ben.start()["paper_url"]) == (None, None)
