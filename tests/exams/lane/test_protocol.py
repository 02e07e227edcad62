"""The lane's own HTTP, spoken to over a bare socket: pieces, several at once, closing, nonsense, the end."""

import asyncio
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator

import orjson
import psycopg
import pytest
from uvicorn.config import Config
from uvicorn.server import ServerState

from exams.lane.app import Application
from exams.lane.protocol import LaneProtocol
from exams.lane.wire import Reply, Request
from tests.exams.lane.builders import Hall, database_url
from tests.exams.lane.test_server import Server, enter, open_now

TIME = b"GET /lane/v1/time HTTP/1.1\r\nhost: x\r\n\r\n"


class Line:
    """One connection."""

    def __init__(self, server: Server) -> None:
        self.socket = socket.create_connection(("127.0.0.1", server.port), timeout=20)
        self.file = self.socket.makefile("rb")

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def answer(self) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of the next answer."""
        status = int(self.file.readline().split()[1])
        headers = {}
        while line := self.file.readline().strip():
            name, _, value = line.decode().partition(": ")
            headers[name] = value
        return status, headers, self.file.read(int(headers.get("content-length", 0)))

    def is_closed(self) -> bool:
        """Waits for it."""
        return self.file.read(1) == b""

    def hang_up(self) -> None:
        self.file.close()
        self.socket.close()


@pytest.fixture
def server(hall: Hall) -> Iterator[Server]:
    running = Server(more="--timeout-keep-alive 1").wait()
    yield running
    running.stop()


@pytest.fixture
def dial(server: Server) -> Iterator[Callable[[], Line]]:
    """Opens connections."""
    lines: list[Line] = []

    def dial_() -> Line:
        lines.append(Line(server))
        return lines[-1]

    yield dial_
    for line in lines:
        line.hang_up()


@pytest.fixture
def line(dial: Callable[[], Line]) -> Line:
    return dial()


def post(call: str, body: bytes, token: str = "", more: bytes = b"") -> bytes:
    head = b"POST /lane/v1/%b HTTP/1.1\r\nContent-Length: %d\r\n%b" % (call.encode(), len(body), more)
    return head + (f"Authorization: {token}\r\n".encode() if token else b"") + b"\r\n" + body


def saving(token: str, *seqs: int) -> bytes:
    entries = [{"seq": seq, "slot": 1, "response": ["c1"], "at": 1} for seq in seqs]
    return post("save", orjson.dumps({"entries": entries}), token)


@pytest.fixture
def token(hall: Hall, server: Server) -> str:
    """Of an attempt that has started."""
    with server.client() as client:
        headers = enter(client, open_now(hall).card)
        client.post("start", json={}, headers=headers)
    return headers["Authorization"]


def test_a_request_that_comes_byte_by_byte_is_one(line: Line, token: str) -> None:
    for byte in saving(token, 1):
        line.send(bytes([byte]))
    status, headers, body = line.answer()
    assert (status, orjson.loads(body)["saved_seq"]) == (200, 1)
    assert (headers["content-type"], headers["cache-control"]) == ("application/json", "no-store")


def test_several_requests_at_once_are_answered_in_their_order(line: Line, token: str) -> None:
    line.send(b"".join(saving(token, seq) for seq in range(1, 21)) + TIME)
    assert [orjson.loads(line.answer()[2])["saved_seq"] for _ in range(20)] == list(range(1, 21))
    assert set(orjson.loads(line.answer()[2])) == {"now"}


def test_a_body_in_chunks_and_a_question_before_it(line: Line, token: str) -> None:
    body = orjson.dumps({"entries": [{"seq": 1, "slot": 1, "response": ["c1"], "at": 1}]})
    head = b"POST /lane/v1/save HTTP/1.1\r\nauthorization: %b\r\ntransfer-encoding: chunked\r\n" % token.encode()
    line.send(head + b"expect: 100-continue\r\n\r\n")
    assert line.answer()[0] == 100
    for part in (body[:9], body[9:], b""):
        line.send(b"%x\r\n%b\r\n" % (len(part), part))
    assert orjson.loads(line.answer()[2])["saved_seq"] == 1


def test_a_question_mark_is_no_part_of_the_address(line: Line) -> None:
    line.send(b"GET /lane/v1/time?a=1 HTTP/1.1\r\n\r\nGET /lane/v1/t%69me HTTP/1.1\r\n\r\n")
    assert [line.answer()[0] for _ in range(2)] == [200, 404]


@pytest.mark.parametrize(
    "request_",
    [b"GET /lane/v1/time HTTP/1.1\r\nConnection: close\r\n\r\n", b"GET /lane/v1/time HTTP/1.0\r\n\r\n"],
)
def test_who_wants_one_answer_only_gets_one(line: Line, request_: bytes) -> None:
    line.send(request_ + TIME)
    status, headers, _ = line.answer()
    assert (status, headers["connection"]) == (200, "close")
    assert line.is_closed()


@pytest.mark.parametrize(
    "nonsense",
    [
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"GET /lane/v1/time HTTP/1.1\r\nno colon\r\n\r\n",
        b"POST /lane/v1/save HTTP/1.1\r\ncontent-length: -1\r\n\r\n",
        b"POST /lane/v1/save HTTP/1.1\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n{}",
    ],
)
def test_nonsense_is_refused_and_nobody_else_is_troubled(dial: Callable[[], Line], line: Line, nonsense: bytes) -> None:
    other = dial()
    line.send(nonsense)
    assert line.answer()[0] == 400
    assert line.is_closed()
    other.send(TIME)
    assert other.answer()[0] == 200


def test_a_body_that_is_too_large_is_refused_and_the_line_stays_open(line: Line, token: str) -> None:
    line.send(post("save", b"x" * 65_537, token, b"Accept-Language: en\r\n"))
    status, headers, body = line.answer()
    assert (status, headers["content-language"], orjson.loads(body)["type"]) == (413, "en", "too_large")
    line.send(TIME)
    assert line.answer()[0] == 200


def test_a_line_nobody_uses_is_given_back_and_one_in_use_is_not(dial: Callable[[], Line], line: Line) -> None:
    idle = dial()
    began = time.monotonic()
    for _ in range(8):
        line.send(TIME)
        assert line.answer()[0] == 200
        time.sleep(0.4)
    assert idle.is_closed()
    assert time.monotonic() - began < 10
    line.send(TIME)
    assert line.answer()[0] == 200


def test_who_hangs_up_before_the_answer_has_saved_all_the_same(dial: Callable[[], Line], token: str) -> None:
    from exams.models import JournalEntry

    for seq in range(1, 6):
        line = dial()
        line.send(saving(token, seq))
        line.hang_up()
        for _ in range(100):
            if JournalEntry.objects.filter(seq=seq).exists():
                break
            time.sleep(0.05)
    assert JournalEntry.objects.count() == 5


def test_a_server_that_ends_still_answers_what_was_asked(server: Server, dial: Callable[[], Line], token: str) -> None:
    """The attempt's row is held while the server is told to end: the answer comes when it is free."""
    line, idle = dial(), dial()
    idle.send(TIME)
    idle.answer()
    with psycopg.connect(database_url()) as holder:
        holder.execute("select 1 from exams_attempt for update")
        line.send(saving(token, 1))
        time.sleep(0.3)
        server.process.send_signal(signal.SIGTERM)
        threading.Timer(0.7, holder.commit).start()
        status, headers, body = line.answer()
        assert (status, headers["connection"], orjson.loads(body)["saved_seq"]) == (200, "close", 1)
        assert line.is_closed()
        assert idle.is_closed()
    assert server.process.wait(20) in (0, -signal.SIGTERM)


class Broken(Application):
    """One whose answers fail past everything that catches faults."""

    async def respond(self, method: str, path: str, request: Request) -> Reply:
        raise MemoryError


def configured(application: Application, **options: bool) -> Config:
    return Config(application, ws="none", lifespan="off", **options)


def test_a_request_without_an_answer_takes_its_connection_with_it(hall: Hall) -> None:
    config = configured(Broken(hall.lane.app.lane), proxy_headers=False)
    state = ServerState()

    async def ask() -> bytes:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: LaneProtocol(config, state, {}, loop), "127.0.0.1", 0)
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(TIME)
        answer = await asyncio.wait_for(reader.read(), 10)
        writer.close()
        server.close()
        return answer

    assert hall.lane.run(ask()) == b""
    assert not state.tasks


def test_it_serves_the_lane_and_nothing_around_it(hall: Hall) -> None:
    with pytest.raises(TypeError, match="--no-proxy-headers"):
        LaneProtocol(configured(hall.lane.app, proxy_headers=True), ServerState(), {}, hall.lane.loop)
