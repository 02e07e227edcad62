"""The short code a student gets when handing in: it proves what the journal held at that moment. Pure."""

import hashlib
import hmac
from collections.abc import Mapping

# Without I, L, O and U, which people misread (Crockford's base 32).
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 12
_MISREAD = str.maketrans("ILO", "110", " -")


class NoReceipt(ValueError):
    """The text is no receipt: not twelve letters and digits of those that receipts use."""


def code(attempt_id: int, counts: Mapping[int, int], digest: str, key: bytes) -> str:
    """The receipt over an attempt, the count of entries in every epoch and the journal's digest (hex)."""
    epochs = ",".join(f"{epoch}:{count}" for epoch, count in sorted(counts.items()))
    mac = hmac.digest(key, f"{attempt_id}|{epochs}|{digest}".encode(), hashlib.sha256)
    number = int.from_bytes(mac[:8], "big")
    letters = "".join(_LETTERS[number >> 5 * place & 31] for place in range(_LENGTH))
    return spaced(letters)


def spaced(letters: str) -> str:
    """As it is shown and stored: 4-4-4 with hyphens."""
    return "-".join(letters[i : i + 4] for i in range(0, _LENGTH, 4))


def parse(text: str) -> str:
    """The receipt as it is stored, from what somebody typed. Raises NoReceipt."""
    letters = text.upper().translate(_MISREAD)
    if len(letters) != _LENGTH or any(letter not in _LETTERS for letter in letters):
        raise NoReceipt(text[:40])
    return spaced(letters)
