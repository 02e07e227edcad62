"""Receipts are short, typed by anybody, and change with everything they stand for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams import receipts

KEY = b"key"
counts = st.dictionaries(st.integers(1, 9), st.integers(1, 3000), max_size=4)


@given(st.integers(1, 2**62), counts, st.text(alphabet="0123456789abcdef", min_size=64, max_size=64))
def test_a_receipt_is_read_however_it_is_typed(attempt: int, some: dict[int, int], digest: str) -> None:
    code = receipts.code(attempt, some, digest, KEY)
    assert len(code) == 14
    assert receipts.parse(code) == code
    misread = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert receipts.parse(misread) == code


def test_every_part_of_it_matters() -> None:
    codes = {
        receipts.code(1, {1: 41}, "ab", KEY),
        receipts.code(2, {1: 41}, "ab", KEY),
        receipts.code(1, {1: 40}, "ab", KEY),
        receipts.code(1, {1: 40, 2: 1}, "ab", KEY),
        receipts.code(1, {1: 41}, "ac", KEY),
        receipts.code(1, {1: 41}, "ab", b"another"),
    }
    assert len(codes) == 6


def test_the_order_of_the_epochs_does_not_matter() -> None:
    assert receipts.code(1, {1: 4, 2: 5}, "ab", KEY) == receipts.code(1, {2: 5, 1: 4}, "ab", KEY)


@pytest.mark.parametrize("text", ["", "ABCD-EFGH", "ABCD-EFGH-JKMU", "ABCD-EFGH-JKMN-P", "一二三四"])
def test_other_text_is_no_receipt(text: str) -> None:
    with pytest.raises(receipts.NoReceipt):
        receipts.parse(text)
