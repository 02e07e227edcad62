"""A student's connection to a door that encrypts. Who answers is not checked: it is this machine."""

import selectors
import socket
import ssl

from exams.load.line import Line

READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE


def _context() -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname = False
    made.verify_mode = ssl.CERT_NONE
    return made


CONTEXT = _context()


class TlsLine(Line):
    """Shakes hands before it talks."""

    __slots__ = ("_shaken",)

    def _may_talk(self) -> bool:
        return self._shaken

    def _open(self) -> socket.socket:
        sock = super()._open()
        self._shaken = False
        self._engine.selector.modify(sock, WRITE, self._shake_hands)
        return sock

    def _shake_hands(self, _mask: int) -> None:
        modify, sock = self._engine.selector.modify, self._sock
        try:
            if not isinstance(sock, ssl.SSLSocket):
                sock = self._wrap()
            sock.do_handshake()
        except ssl.SSLWantReadError:
            assert sock is not None
            modify(sock, READ, self._shake_hands)
        except ssl.SSLWantWriteError:
            assert sock is not None
            modify(sock, WRITE, self._shake_hands)
        except OSError:
            self._broken(self.number)
        else:
            self._shaken = True
            modify(sock, READ, self._ready)
            self._send()

    def _wrap(self) -> ssl.SSLSocket:
        """The connection is there, or has failed: then this raises OSError."""
        plain = self._sock
        assert plain is not None
        if fault := plain.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            raise OSError(fault, "connect")
        self._engine.selector.unregister(plain)
        wrapped = CONTEXT.wrap_socket(
            plain, do_handshake_on_connect=False, session=self._engine.tls_session, server_hostname=self._address.host
        )
        self._sock = wrapped
        self._engine.selector.register(wrapped, READ | WRITE, self._shake_hands)
        return wrapped

    def _hang_up(self) -> None:
        if isinstance(self._sock, ssl.SSLSocket) and self._shaken:
            self._engine.tls_session = self._sock.session or self._engine.tls_session
        super()._hang_up()
