"""Opens rescue files: what a device held, sealed for this installation. Pure.

A file is JSON: format, version, `to` (the public key it was sealed with), `public`, `nonce` and `box`, all base64. In
the box: {"made_at": ms, "journals": [{"token", "epoch", "saved_seq", "entries": [...]}]}. rescue.js of the client
writes it."""

import binascii
import json
from base64 import b64decode
from typing import Any, NamedTuple

from nacl.exceptions import CryptoError
from nacl.public import Box, PrivateKey, PublicKey

FORMAT = "quizplatform-rescue"
VERSION = 1
# An attempt has at most 3,000 entries, a few hundred bytes each at the worst; a day's students at one device fit in.
MOST_BYTES = 2 * 1024 * 1024
MOST_JOURNALS = 200


class Unusable(ValueError):
    """Nothing can be read from this file. `code`: too_large, no_rescue_file, newer, other_installation, damaged."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Journal(NamedTuple):
    """One journal of the file; the token says whose it is, the entries are as the device wrote them."""

    token: str
    entries: list[Any]


class Contents(NamedTuple):
    """What was in a file. `made_at`: ms by the device's clock, None where it does not say."""

    made_at: int | None
    journals: list[Journal]


def opened(data: bytes, key: PrivateKey) -> Contents:
    """What is in the file. Raises Unusable."""
    if len(data) > MOST_BYTES:
        raise Unusable("too_large")
    file = _object(data, "no_rescue_file")
    if file.get("format") != FORMAT:
        raise Unusable("no_rescue_file")
    if file.get("version") != VERSION:
        raise Unusable("newer")
    plain = _object(_unsealed(file, key), "damaged")
    journals = plain.get("journals")
    if type(journals) is not list or len(journals) > MOST_JOURNALS:
        raise Unusable("damaged")
    made_at = plain.get("made_at")
    return Contents(made_at if type(made_at) is int else None, [_journal(one) for one in journals])


def _object(data: bytes, otherwise: str) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        raise Unusable(otherwise) from None
    if type(found) is not dict:
        raise Unusable(otherwise)
    return found


def _unsealed(file: dict[str, Any], key: PrivateKey) -> bytes:
    """The box's plain text; a file that names another key is told from one that came apart on its way."""
    try:
        public, nonce, box = (b64decode(str(file.get(name)), validate=True) for name in ("public", "nonce", "box"))
        return Box(key, PublicKey(public)).decrypt(box, nonce)
    except (binascii.Error, CryptoError, ValueError, TypeError):
        pass
    stranger = file.get("to") not in (None, binascii.b2a_base64(bytes(key.public_key), newline=False).decode())
    raise Unusable("other_installation" if stranger else "damaged")


def _journal(one: object) -> Journal:
    if type(one) is not dict or type(one.get("token")) is not str or type(one.get("entries")) is not list:
        raise Unusable("damaged")
    return Journal(one["token"], one["entries"])
