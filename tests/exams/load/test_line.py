"""A student's connection, against a server that behaves as servers do."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from common import clock
from exams.load import engine as engines
from exams.load import wire
from exams.load.engine import Engine
from exams.load.line import LOST, Line
from exams.load.tlsline import TlsLine
from exams.load.wire import Address, Answer

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
Script = list[Callable[[socket.socket], None]]


def answers(connection: socket.socket) -> None:
    connection.recv(65536)
    connection.sendall(OK)


def answers_and_hangs_up(connection: socket.socket) -> None:
    answers(connection)
    connection.close()


def hangs_up_unasked(connection: socket.socket) -> None:
    connection.recv(65536)
    connection.close()


def says_nothing(connection: socket.socket) -> None:
    connection.recv(65536)


class Server:
    """Takes connections one after the other; each request of a connection is met by the next act of the script."""

    def __init__(self, script: list[Script], tls: ssl.SSLContext | None = None) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        if tls is not None:
            self.listener = tls.wrap_socket(self.listener, server_side=True)
        self.script = script
        self.taken = 0
        self.done = threading.Event()
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        kept = []
        for acts in self.script:
            connection, _ = self.listener.accept()
            kept.append(connection)
            self.taken += 1
            for act in acts:
                act(connection)
        self.done.wait()
        for connection in kept:
            connection.close()

    def close(self) -> None:
        self.done.set()
        self.thread.join(5)
        self.listener.close()


@pytest.fixture
def ask() -> Iterator[Callable[..., list[Answer]]]:
    """Asks so many times, one after the other, over one line; the answers."""
    opened: list[Server] = []

    def asked(script: list[Script], times: int, tls: ssl.SSLContext | None = None) -> tuple[list[Answer], Server]:
        server = Server(script, tls)
        opened.append(server)
        engine, heard = Engine(), list[Answer]()

        def hear(answer: Answer, seconds: float) -> None:
            heard.append(answer)
            if len(heard) == times:
                engine.stopped = True
            else:
                engine.at(0.0, lambda _: line.ask(wire.get("/"), len(heard) + 1))

        host, port = server.listener.getsockname()
        address = Address.of(f"{'https' if tls else 'http'}://{host}:{port}")
        line = (TlsLine if tls else Line)(engine, address, "127.0.0.1", hear)
        line.ask(wire.get("/"), 1)
        engine.run()
        line.close()
        return heard, server

    yield asked
    for server in opened:
        server.close()


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """A door's certificate that no authority has signed."""
    key, now = ec.generate_private_key(ec.SECP256R1()), clock.now()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "door")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    folder = tmp_path_factory.mktemp("door")
    (folder / "door.pem").write_bytes(made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM))
    (folder / "door.key").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "door.pem", folder / "door.key")
    return context


def statuses(heard: list[Answer]) -> list[int]:
    return [answer.status for answer in heard]


def test_one_connection_serves_many_requests(ask) -> None:
    heard, server = ask([[answers] * 3], 3)
    assert (statuses(heard), server.taken) == ([200, 200, 200], 1)


def test_a_connection_that_was_closed_while_it_rested_is_opened_again_without_a_word(ask) -> None:
    heard, server = ask([[answers_and_hangs_up], [answers]], 2)
    assert (statuses(heard), server.taken) == ([200, 200], 2)


def test_one_closed_just_as_the_request_set_out_is_asked_again_once(ask) -> None:
    heard, server = ask([[answers, hangs_up_unasked], [answers]], 2)
    assert (statuses(heard), server.taken) == ([200, 200], 2)


def test_a_fresh_connection_that_breaks_is_the_network(ask) -> None:
    heard, _server = ask([[hangs_up_unasked], [answers]], 2)
    assert statuses(heard) == [0, 200]


def test_nobody_listening_is_the_network_too() -> None:
    engine, heard = Engine(), list[Answer]()
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]

    def hear(answer: Answer, seconds: float) -> None:
        heard.append(answer)
        engine.stopped = True

    Line(engine, Address.of(f"http://127.0.0.1:{port}"), "127.0.0.1", hear).ask(wire.get("/"), 1)
    engine.run()
    assert heard == [LOST]


def test_an_answer_that_does_not_come_is_given_up(ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "PATIENCE", 0.05)
    heard, _server = ask([[says_nothing], [answers]], 2)
    assert statuses(heard) == [0, 200]


def test_a_door_that_encrypts_is_spoken_to_alike(ask, tls: ssl.SSLContext) -> None:
    heard, server = ask([[answers, answers_and_hangs_up], [answers]], 3, tls)
    assert (statuses(heard), server.taken) == ([200, 200, 200], 2)


def test_timers_come_in_their_order() -> None:
    engine, seen = Engine(), list[int]()
    began = engines.time.monotonic()
    for place in (3, 1, 2):
        engine.at(began + place / 50, seen.append, place)
    engine.at(began + 0.08, lambda _: setattr(engine, "stopped", True))
    engine.run()
    assert seen == [1, 2, 3]
