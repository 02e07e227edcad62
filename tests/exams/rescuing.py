"""Rescue files as a device makes them, for tests."""

import json
from base64 import b64encode
from typing import Any

from django.conf import settings
from nacl.public import Box, PrivateKey
from nacl.utils import random

from exams import keys, rescuekeys
from exams.lane import tokens
from exams.lane.times import milliseconds
from exams.models import Attempt
from tests.world import NOW


def b64(data: bytes) -> str:
    return b64encode(data).decode()


def sealed(plain: bytes, secret: str | None = None) -> bytes:
    """A file with this in its box, for the installation of that secret (the tests' own)."""
    secret = secret or settings.SECRET_KEY
    own, nonce = PrivateKey.generate(), random(24)
    box = Box(own, rescuekeys.private_key(secret).public_key).encrypt(plain, nonce).ciphertext
    file = {
        "format": "quizplatform-rescue",
        "version": 1,
        "to": rescuekeys.public_key(secret),
        "public": b64(bytes(own.public_key)),
        "nonce": b64(nonce),
        "box": b64(box),
    }
    return json.dumps(file).encode()


def file_of(*journals: dict[str, Any], secret: str | None = None) -> bytes:
    """A rescue file with these journals."""
    plain = {"made_at": milliseconds(NOW), "journals": list(journals)}
    return sealed(json.dumps(plain).encode(), secret)


def token(attempt: Attempt, epoch: int = 1, budget: int = 3000, secret: str | None = None) -> str:
    """A token of the lane, long expired."""
    claims = tokens.Claims(attempt.pk, epoch, attempt.sitting_id, attempt.room_id, attempt.paper_id, 1, budget)
    return tokens.issue(claims, keys.derive(secret or settings.SECRET_KEY, "token"))


def journal(attempt: Attempt, entries: list[Any], epoch: int = 1, **changes: Any) -> dict[str, Any]:
    """One journal of a file."""
    return {"token": token(attempt, epoch), "epoch": epoch, "saved_seq": 0, "entries": entries} | changes


def answer(seq: int, slot: int, response: list[str], at: int | None = None) -> dict[str, Any]:
    """One answer as a device keeps it."""
    return {"seq": seq, "slot": slot, "response": response, "at": milliseconds(NOW) if at is None else at}


def event(seq: int, name: str, at: int | None = None) -> dict[str, Any]:
    """One event as a device keeps it."""
    return {"seq": seq, "event": name, "at": milliseconds(NOW) if at is None else at}
