"""What is sent is what a browser would send; an answer is one when all of it is there."""

import pytest

from exams.load import wire
from exams.load.wire import Address

SAVED = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 4\r\n\r\n{ } "


def test_an_answer_is_none_before_its_last_byte() -> None:
    assert [wire.answered(SAVED[:end]) is None for end in range(len(SAVED))] == [True] * len(SAVED)
    answer = wire.answered(SAVED)
    assert answer == (200, b"{ } ", 0, False)


def test_it_says_when_to_ask_again_and_whether_it_hangs_up() -> None:
    head = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 7\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
    assert wire.answered(head) == (503, b"", 7, True)


def test_a_post_carries_its_length_and_its_token() -> None:
    request = wire.post("/lane/v1/save", b"{}", "AQ.token")
    assert request.startswith(b"POST /lane/v1/save HTTP/1.1\r\nHost: localhost\r\n")
    assert b"\r\nAuthorization: Bearer AQ.token\r\n" in request
    assert request.endswith(b"Content-Length: 2\r\n\r\n{}")


@pytest.mark.parametrize("url", ["http://example.org", "http://10.0.0.8:8000", "https://test.example.cn"])
def test_load_goes_to_this_machine_only(url: str) -> None:
    with pytest.raises(wire.NotLoopback):
        Address.of(url)


def test_addresses_of_this_machine() -> None:
    assert Address.of("unix:/run/lane.sock").path == "/run/lane.sock"
    assert Address.of("http://localhost:8123/")[1:3] == ("localhost", 8123)
    assert Address.of("http://127.0.0.1")[1:] == ("127.0.0.1", 80, False)
    assert Address.of("https://localhost")[1:] == ("localhost", 443, True)
