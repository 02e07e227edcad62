"""Seat cards: derived, read however they were typed, and wrong ones known before anything is sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams import cards

KEY = b"k" * 32
DERIVED = st.builds(cards.derive, st.integers(1, 2**40), st.integers(1, 50), st.just(KEY))


@given(card=DERIVED)
def test_a_derived_card_is_twelve_digits_that_parse_as_themselves(card: str) -> None:
    assert len(card) == cards.DIGITS
    assert cards.parse(card) == card


@given(card=DERIVED, position=st.integers(0, 11), by=st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(card: str, position: int, by: int) -> None:
    wrong = str((int(card[position]) + by) % 10)
    with pytest.raises(cards.NoCard):
        cards.parse(card[:position] + wrong + card[position + 1 :])


@given(card=DERIVED, position=st.integers(0, 10))
def test_two_swapped_neighbours_are_always_noticed(card: str, position: int) -> None:
    first, second = card[position], card[position + 1]
    if first == second:
        return
    with pytest.raises(cards.NoCard):
        cards.parse(card[:position] + second + first + card[position + 2 :])


def test_full_width_digits_spaces_and_hyphens_are_understood() -> None:
    card = cards.derive(7, 1, KEY)
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in card)
    assert cards.parse(wide) == card
    assert cards.parse(f" {card[:4]}-{card[4:8]}　{card[8:]} ") == card
    assert cards.parse(cards.spaced(card)) == card


@pytest.mark.parametrize("text", ["", "12", "abcdefghijkl", "1" * 13, "１２３", "١٢٣٤٥٦٧٨٩٠١٢", "12345678901\x00"])
def test_what_is_no_card_is_refused(text: str) -> None:
    with pytest.raises(cards.NoCard):
        cards.parse(text)


def test_another_version_and_another_key_give_other_cards() -> None:
    assert len({cards.derive(7, 1, KEY), cards.derive(7, 2, KEY), cards.derive(7, 1, b"x" * 32)}) == 3
