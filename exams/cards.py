"""Seat cards: twelve digits, the last a check digit, derived so that they can be reprinted and replaced. Pure."""

import hashlib
import hmac
import unicodedata

DIGITS = 12

# Damm's quasigroup of order 10: catches every single wrong digit and every swap of neighbours.
# H. Michael Damm, "Total anti-symmetrische Quasigruppen" (2004).
_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


class NoCard(ValueError):
    """The text is no card: not twelve digits, or the check digit does not fit."""


def _interim(digits: str) -> int:
    state = 0
    for digit in digits:
        state = _DAMM[state][int(digit)]
    return state


def derive(attempt_id: int, version: int, key: bytes) -> str:
    """The card of an attempt: eleven digits of HMAC-SHA256(key, "card:attempt:version") and their check digit."""
    digest = hmac.digest(key, f"card:{attempt_id}:{version}".encode(), hashlib.sha256)
    body = f"{int.from_bytes(digest[:8], 'big') % 10 ** (DIGITS - 1):0{DIGITS - 1}d}"
    return body + str(_interim(body))


def parse(text: str) -> str:
    """The twelve digits of what was typed: full-width digits, spaces and hyphens are understood. Raises NoCard."""
    plain = unicodedata.normalize("NFKC", text)
    digits = "".join(character for character in plain if character not in " -–—\t·.")
    if len(digits) != DIGITS or not (digits.isascii() and digits.isdigit()) or _interim(digits) != 0:
        raise NoCard(text[:40])
    return digits


def spaced(card: str) -> str:
    """As it is printed: 4-4-4."""
    return " ".join(card[i : i + 4] for i in range(0, DIGITS, 4))
