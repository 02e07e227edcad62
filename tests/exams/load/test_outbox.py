"""An invented student's journal: what was acknowledged leaves it, and nothing else does."""

import orjson

from exams.load.outbox import LIMIT, Outbox


def filled(count: int) -> Outbox:
    box = Outbox()
    for place in range(count):
        box.append(place + 1, b'["c1"]', "", 1000 + place)
    return box


def test_a_batch_is_what_the_lane_reads() -> None:
    box = filled(1)
    box.append(0, b"", "offline", 1001)
    assert orjson.loads(box.batch()) == {
        "entries": [
            {"seq": 1, "slot": 1, "response": ["c1"], "at": 1000},
            {"seq": 2, "event": "offline", "at": 1001},
        ]
    }


def test_only_what_the_server_has_leaves_it() -> None:
    box = filled(5)
    assert [entry.seq for entry in box.accept(3)] == [1, 2, 3]
    assert [entry.seq for entry in box.unsent] == [4, 5]
    assert box.acknowledged == 3
    assert box.accept(3) == []


def test_a_long_offline_time_is_sent_in_batches() -> None:
    box = filled(LIMIT + 1)
    assert len(orjson.loads(box.batch())["entries"]) == LIMIT
    box.accept(LIMIT)
    assert len(orjson.loads(box.batch())["entries"]) == 1


def test_nothing_to_send_is_no_request() -> None:
    assert Outbox().batch() == b""


def test_the_server_may_know_of_more() -> None:
    box = Outbox()
    box.align(8)
    box.append(1, b"[]", "", 0)
    assert box.unsent[0].seq == 8


def test_the_raw_log_is_what_copy_reads() -> None:
    box = filled(1)
    box.append(0, b"", "online", 1001)
    first, second = box.unsent
    assert first.line(9, 2, 200, 77) == b'9\t2\t1\t1\t["c1"]\t\t200\t77\n'
    assert second.line(9, 2, 202, 78) == b"9\t2\t2\t\\N\t\\N\tonline\t202\t78\n"
