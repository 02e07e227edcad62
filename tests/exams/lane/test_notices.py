"""A notice reaches those it is for, for twenty minutes."""

from datetime import UTC, datetime, timedelta
from typing import Any

from exams.lane.notices import AT_MOST, OVERLAP, TOLD_FOR_MS, Board
from exams.lane.times import milliseconds

AT = datetime(2026, 10, 20, 1, 0, tzinfo=UTC)
NOW = milliseconds(AT)


def row(id_: int, room: int | None = None, attempt: int | None = None, at: datetime = AT) -> tuple[Any, ...]:
    return (id_, 1, room, attempt, "announcement", f"text {id_}", {}, at)


def ids(board: Board, room: int = 10, attempt: int = 100, now: int = NOW, sitting: int = 1) -> list[int]:
    return [told["id"] for told in board.told(sitting, room, attempt, now)]


def test_a_notice_is_for_a_sitting_a_room_or_an_attempt() -> None:
    board = Board()
    board.put([row(1), row(2, room=10), row(3, room=10, attempt=100), row(4, attempt=101)])
    assert ids(board) == [1, 2, 3]
    assert ids(board, room=11, attempt=101) == [1, 4]
    assert ids(board, sitting=2) == []


def test_read_twice_it_is_told_once() -> None:
    board = Board()
    board.put([row(1)])
    board.put([row(1)])
    assert ids(board) == [1]


def test_it_is_told_for_twenty_minutes_oldest_first_and_at_most_twenty_of_them() -> None:
    board = Board()
    board.put([row(number, at=AT - timedelta(seconds=number)) for number in range(1, 30)])
    assert ids(board) == list(range(AT_MOST, 0, -1))
    assert ids(board, now=NOW + TOLD_FOR_MS - 2500) == [2, 1]
    assert ids(board, now=NOW + TOLD_FOR_MS) == []


def test_a_sitting_read_for_the_first_time_is_read_whole() -> None:
    assert Board.horizon(None).year == 1970
    assert Board.horizon(AT) == AT - OVERLAP


def test_what_is_forgotten_is_not_told() -> None:
    board = Board()
    board.put([row(1), row(2, room=10)])
    board.forget(1)
    board.forget(7)
    assert ids(board) == []


def test_what_hangs_already_is_named_in_ranges_until_it_is_old() -> None:
    board = Board()
    assert board.known(AT - OVERLAP) == "{}"
    board.put([row(number) for number in (7, 1, 2, 3, 9, 10)])
    assert board.known(AT - OVERLAP) == "{[1,3],[7,7],[9,10]}"
    board.put([row(8, at=AT + timedelta(seconds=20))])
    assert board.known(AT - OVERLAP) == "{[1,3],[7,10]}"
    assert board.known(AT) == "{[8,8]}"
    board.forget(1)
    assert board.known(AT) == "{}"
