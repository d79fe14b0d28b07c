"""Slips between words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.search.words import deletions, distance, heads, indexed, leading_words, tokens, tolerance, wanted_words

words = st.text("abcdeiklrst", min_size=4, max_size=9)


@pytest.mark.parametrize(
    ("typed", "word", "slips"),
    [
        ("shoes", "shoes", 0),
        ("shos", "shoes", 1),
        ("sheos", "shoes", 1),
        ("shoees", "shoes", 1),
        ("shoos", "shoes", 1),
        ("jackrt", "jacket", 1),
        ("skirt", "shirt", 2),
        ("iphone", "phone", 2),
        ("cable", "table", 3),
    ],
)
def test_a_slip_is_a_plausible_one(typed: str, word: str, slips: int) -> None:
    assert distance(typed, word) == slips


@given(words)
def test_a_word_is_itself(word: str) -> None:
    assert distance(word, word) == 0


@given(words, words)
def test_near_words_share_a_form(one: str, other: str) -> None:
    if distance(one, other) <= tolerance(one):
        most = 2 if len(other) >= 8 else 1
        assert deletions(one, tolerance(one)) & deletions(other, most)


@pytest.mark.parametrize(("word", "forgiven"), [("cap", 0), ("42", 0), ("aero2", 0), ("sock", 1), ("backpack", 2)])
def test_short_words_and_numbers_must_be_right(word: str, forgiven: int) -> None:
    assert tolerance(word) == forgiven


def test_words_lose_case_accents_and_apostrophes() -> None:
    assert tokens("Crème brûlée, men’s T-Shirt!") == ["creme", "brulee", "men", "t-shirt"]


def test_a_hyphenated_word_is_indexed_both_ways() -> None:
    assert indexed("t-shirt") == "t shirt tshirt"


def test_a_head_is_the_last_word_of_the_kind_and_the_plural_of_the_category() -> None:
    assert heads("running shoe", "shoes/running") == "shoe shoes"
    assert heads("mug", "home/kitchen") == "mug"


def test_what_is_wanted_ends_where_its_purpose_begins() -> None:
    assert wanted_words("looking for socks for running shoes") == ["socks"]
    assert leading_words("a case with a stand") == ["case"]
    assert wanted_words("a case with a stand") == ["case", "stand"]
