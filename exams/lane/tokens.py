"""Signed tokens: which attempt, which epoch, until when. They name no person. Pure."""

import hashlib
import hmac
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import NamedTuple

VERSION = 1
_PAYLOAD = struct.Struct(">BQIQQQQH")
_MAC_BYTES = 16
# 47 payload bytes and 16 of the mac: 63 bytes are 84 letters without padding.
_LETTERS = (_PAYLOAD.size + _MAC_BYTES) * 4 // 3

# An epoch that no journal has: the token may look, and may not write.
LOOKING = 0


class BadToken(ValueError):
    """No token of this server, or somebody changed it."""


class Claims(NamedTuple):
    """What a token says. `expires_at` in ms; `budget` is the highest seq this epoch may use."""

    attempt_id: int
    epoch: int
    sitting_id: int
    room_id: int
    paper_id: int
    expires_at: int
    budget: int


def issue(claims: Claims, key: bytes) -> str:
    """The token that carries these claims."""
    payload = _PAYLOAD.pack(VERSION, *claims)
    return urlsafe_b64encode(payload + _mac(payload, key)).decode()


def read(token: str | bytes, key: bytes) -> Claims:
    """The claims of a token that this key signed, however old; the caller looks at `expires_at`. Raises BadToken."""
    if len(token) != _LETTERS:
        raise BadToken
    try:
        raw = urlsafe_b64decode(token)
    except ValueError:
        raise BadToken from None
    payload, mac = raw[: _PAYLOAD.size], raw[_PAYLOAD.size :]
    if not hmac.compare_digest(mac, _mac(payload, key)):
        raise BadToken
    version, *claims = _PAYLOAD.unpack(payload)
    if version != VERSION:
        raise BadToken
    return Claims(*claims)


def _mac(payload: bytes, key: bytes) -> bytes:
    return hmac.digest(key, payload, hashlib.sha256)[:_MAC_BYTES]
