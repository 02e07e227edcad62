"""Opening rescue files: what can be read, and what is said of what cannot."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams import rescuefiles, rescuekeys
from exams.rescuefiles import Unusable
from tests.exams import rescuing

SECRET = "a secret"
KEY = rescuekeys.private_key(SECRET)


def trouble(data: bytes) -> str:
    with pytest.raises(Unusable) as caught:
        rescuefiles.opened(data, KEY)
    return caught.value.code


def test_what_was_sealed_comes_out() -> None:
    journal = {"token": "t", "epoch": 2, "saved_seq": 1, "entries": [{"seq": 1}]}
    contents = rescuefiles.opened(rescuing.file_of(journal, secret=SECRET), KEY)
    assert contents.journals == [("t", [{"seq": 1}])]
    assert contents.made_at is not None


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"[]", b"1", b'{"format": "x"}', b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_rescue_file_is_called_so(data: bytes) -> None:
    assert trouble(data) == "no_rescue_file"


def test_a_file_of_a_later_version_is_called_so() -> None:
    file = json.loads(rescuing.file_of(secret=SECRET)) | {"version": 2}
    assert trouble(json.dumps(file).encode()) == "newer"


def test_a_file_of_another_installation_is_told_from_a_damaged_one() -> None:
    assert trouble(rescuing.file_of(secret="another")) == "other_installation"
    file = json.loads(rescuing.file_of(secret=SECRET))
    assert trouble(json.dumps(file | {"box": file["box"][:-8]}).encode()) == "damaged"


@pytest.mark.parametrize("name", ["public", "nonce", "box"])
@pytest.mark.parametrize("value", [None, 7, "", "%%%", "AAAA", "人防"])
def test_what_came_apart_is_damaged(name: str, value: object) -> None:
    file = json.loads(rescuing.file_of(secret=SECRET)) | {name: value}
    assert trouble(json.dumps(file).encode()) == "damaged"


@pytest.mark.parametrize(
    "plain",
    [
        b"no json",
        b"[]",
        b"{}",
        b'{"journals": 1}',
        b'{"journals": [1]}',
        b'{"journals": [{"token": 1, "entries": []}]}',
    ],
)
def test_a_box_that_holds_something_else_is_damaged(plain: bytes) -> None:
    assert trouble(rescuing.sealed(plain, SECRET)) == "damaged"


def test_a_file_that_is_too_large_is_not_even_read() -> None:
    assert trouble(b" " * (rescuefiles.MOST_BYTES + 1)) == "too_large"


def test_too_many_journals_are_damage() -> None:
    journals = [{"token": "t", "entries": []}] * (rescuefiles.MOST_JOURNALS + 1)
    assert trouble(rescuing.file_of(*journals, secret=SECRET)) == "damaged"


@given(data=st.binary(max_size=200))
def test_no_file_whatever_gets_further_than_a_refusal(data: bytes) -> None:
    assert trouble(data) in ("no_rescue_file", "newer", "damaged")
