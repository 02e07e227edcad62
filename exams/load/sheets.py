"""Papers as a student meets them: which responses each slot takes. Every paper is read once per process."""

import base64
import gzip
from typing import Any

import orjson

# slot -> responses one may give, as JSON
Sheet = dict[int, list[bytes]]


def read(body: bytes, key: str | None) -> Sheet:
    """The sheet of a downloaded paper; `key` opens a sealed one (AES-256-GCM, its nonce in front)."""
    plain = gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body
    if key is not None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        plain = AESGCM(base64.b64decode(key)).decrypt(plain[:12], plain[12:], None)
    sections = orjson.loads(plain)["sections"]
    return {slot["slot"]: _responses(slot) for section in sections for slot in section["slots"]}


def _responses(slot: dict[str, Any]) -> list[bytes]:
    if slot["kind"] == "true_false":
        return [b'["true"]', b'["false"]']
    choices = [choice["id"] for choice in slot["choices"]]
    if slot["kind"] == "multiple_choice":
        return [orjson.dumps([one, other]) for one in choices for other in choices if one < other]
    return [orjson.dumps([one]) for one in choices] or [b"[]"]
