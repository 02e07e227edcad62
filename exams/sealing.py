"""A paper's file, and the same file sealed: everybody may fetch it early, only `start` gives the key. Pure.

The key is derived from the installation's secret and the paper's own hash, so that nothing needs to be stored; one key
seals one content only, which is why the nonce may be derived too and the sealed file keeps its name for ever."""

import hashlib
from base64 import b64encode
from typing import Any, NamedTuple

import orjson
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from exams import keys

NONCE_BYTES = 12


class Sealed(NamedTuple):
    """A sealed paper: its file (nonce, ciphertext, tag of AES-256-GCM), the file's SHA-256 in hex, its key in base64,
    and the address, known to nobody beforehand, of the plain file for browsers that cannot decrypt."""

    data: bytes
    sha256: str
    key: str
    plain_name: str


def file_bytes(content: dict[str, Any]) -> bytes:
    """The paper's file: canonical JSON, UTF-8; its SHA-256 is the paper's address."""
    return orjson.dumps(content, option=orjson.OPT_SORT_KEYS)


def seal(plain: bytes, secret: str) -> Sealed:
    """Seals a paper's file. The same content and secret give the same bytes."""
    digest = hashlib.sha256(plain).hexdigest()
    key = keys.derive(secret, f"paper:{digest}")
    nonce = keys.derive(secret, f"nonce:{digest}")[:NONCE_BYTES]
    data = nonce + AESGCM(key).encrypt(nonce, plain, None)
    plain_name = keys.derive(secret, f"plain:{digest}").hex()
    return Sealed(data, hashlib.sha256(data).hexdigest(), b64encode(key).decode(), plain_name)


def open_sealed(data: bytes, key: bytes) -> bytes:
    """The plain file again. Raises cryptography.exceptions.InvalidTag for another key or a changed file."""
    return AESGCM(key).decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], None)
