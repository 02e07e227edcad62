"""Tokens say what was signed, and nothing else passes."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.lane import tokens
from exams.lane.tokens import BadToken, Claims

KEY = b"a key of thirty-two bytes, or so"
large = st.integers(0, 2**63 - 1)
claims = st.builds(
    Claims,
    attempt_id=large,
    epoch=st.integers(0, 2**31 - 1),
    sitting_id=large,
    room_id=large,
    paper_id=large,
    expires_at=large,
    budget=st.integers(0, 3000),
)
SOME = Claims(1, 2, 3, 4, 5, 1_795_460_154_859, 3000)


@given(claims)
def test_what_was_signed_is_read(some: Claims) -> None:
    token = tokens.issue(some, KEY)
    assert tokens.read(token, KEY) == tokens.read(token.encode(), KEY) == some
    assert len(token) == 84


@given(claims, st.integers(0, 62), st.integers(1, 255))
def test_no_changed_byte_passes(some: Claims, place: int, change: int) -> None:
    raw = bytearray(urlsafe_b64decode(tokens.issue(some, KEY)))
    raw[place] ^= change
    with pytest.raises(BadToken):
        tokens.read(urlsafe_b64encode(bytes(raw)).decode(), KEY)


@given(st.one_of(st.text(max_size=100), st.binary(max_size=100)))
def test_no_other_text_passes(text: str | bytes) -> None:
    with pytest.raises(BadToken):
        tokens.read(text, KEY)


def test_another_key_and_another_version_do_not_pass() -> None:
    with pytest.raises(BadToken):
        tokens.read(tokens.issue(SOME, b"another"), KEY)
    payload = b"\x02" + urlsafe_b64decode(tokens.issue(SOME, KEY))[1:47]
    forged = urlsafe_b64encode(payload + tokens._mac(payload, KEY)).decode()
    with pytest.raises(BadToken):
        tokens.read(forged, KEY)


@given(st.text(alphabet="AZaz09-_", min_size=84, max_size=84))
def test_letters_of_the_right_number_do_not_pass(text: str) -> None:
    with pytest.raises(BadToken):
        tokens.read(text, KEY)
