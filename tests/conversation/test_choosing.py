"""Typed answers to what was offered: numbers, titles, and nothing that has to be guessed."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings

from bot.conversation.choosing import chosen
from bot.conversation.degrade import degrade, is_numbered
from bot.conversation.offers import rows_of
from bot.conversation.replies import Card, Cards, Choices, Option, Shown, Text
from bot.conversation.traits import Traits
from tests.conversation import shown
from tests.conversation.shown import BUTTONS_AND_LIST, PLAIN, SPOKEN

COLOURS = Choices("Which colour?", [Option("Blue", "/blue"), Option("Teal 🌊", "/teal"), Option("Off-white", "/white")])


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(shown.offers, shown.traits)
def test_a_line_and_its_number_mean_the_same(reply: Shown, traits: Traits) -> None:
    offered = rows_of(reply, traits)
    if not is_numbered(reply, traits):
        return
    written = "\n".join(part.text for part in degrade(reply, traits) if isinstance(part, Text))
    lines = re.findall(r" say (\d+)\.$" if traits.speaks else r"^(\d+)\. .*$", written, re.MULTILINE)
    assert [int(number) for number in lines[-len(offered) :]] == [*range(1, len(offered) + 1)]
    for number, row in enumerate(offered, 1):
        assert chosen(reply, str(number), traits) == row.payload
    assert chosen(reply, str(len(offered) + 100), traits) is None


@pytest.mark.parametrize(
    "typed",
    ["2", " 2 ", "2.", "#2", "(2)", "2)", "[2]", "２", "२", "٢", "2️⃣", "②", "no. 2", "No 2", "option 2", "Option #2",
     "number 2", "n° 2", "numéro 2", "opcja 2", "नंबर २", "2!", "2 👍"],
)  # fmt: skip
def test_a_number_means_its_line_however_it_is_written(typed: str) -> None:
    assert chosen(COLOURS, typed, PLAIN) == "/teal"


@pytest.mark.parametrize(
    "typed",
    ["2 please show me shoes", "2 or 3", "2.5", "22", "0", "-2", "2%", "$2", "1/2", "two", "", "  ", "👍", "size 2",
     "2nd", "teal or blue", "not teal"],
)  # fmt: skip
def test_what_would_have_to_be_guessed_means_nothing(typed: str) -> None:
    assert chosen(COLOURS, typed, PLAIN) is None


@pytest.mark.parametrize("typed", ["teal", "TEAL", " Teal! ", "teal 🌊", "🌊 Teal", "“teal”"])
def test_a_title_means_itself_whether_tapped_or_typed(typed: str) -> None:
    assert chosen(COLOURS, typed, PLAIN) == "/teal"
    assert chosen(COLOURS, typed, BUTTONS_AND_LIST) == "/teal"


def test_a_number_means_nothing_where_there_are_buttons_without_numbers() -> None:
    assert chosen(COLOURS, "2", BUTTONS_AND_LIST) is None


def test_the_numbers_of_rows_that_look_the_same_are_understood() -> None:
    alike = Choices("Which?", [Option(f"Trail running shoe for women {n}", f"/{n}") for n in "xy"])
    assert chosen(alike, "2", BUTTONS_AND_LIST) == "/y"
    assert chosen(alike, "trail running shoe for women x", BUTTONS_AND_LIST) == "/x"


def test_a_title_that_is_a_number_is_a_title_where_no_line_has_that_number() -> None:
    sizes = Choices("Size?", [Option("41", "/41"), Option("42", "/42")])
    assert chosen(sizes, "42", PLAIN) == "/42"
    assert chosen(sizes, "42", BUTTONS_AND_LIST) == "/42"
    assert chosen(sizes, "2", PLAIN) == "/42"


def test_a_title_of_two_things_means_neither() -> None:
    twice = Choices("Which?", [Option("Aero", "/a"), Option("aero", "/b")])
    assert chosen(twice, "Aero", BUTTONS_AND_LIST) is None
    assert chosen(twice, "2", PLAIN) == "/b"


def test_a_card_is_chosen_by_its_name_and_by_its_only_button() -> None:
    one = Cards("Here", "See", [Card("Aero 2", [Option("Choose", "/aero")], image="https://shop.example/a.png")])
    assert chosen(one, "aero 2", BUTTONS_AND_LIST) == "/aero"
    assert chosen(one, "choose", BUTTONS_AND_LIST) == "/aero"


def test_nothing_is_chosen_where_nothing_was_offered() -> None:
    assert chosen(Text("1. Not a list"), "1", PLAIN) is None


@pytest.mark.parametrize("heard", ["2", "Two.", "deux", "dwa", "दो", "number 2"])
def test_a_number_may_be_said(heard: str) -> None:
    assert chosen(COLOURS, heard, SPOKEN) == "/teal"


def test_a_title_in_devanagari_keeps_its_vowels() -> None:
    asked = Choices("कौन सा?", [Option("नीला", "/blue"), Option("नील", "/indigo")])
    assert chosen(asked, "नीला।", PLAIN) == "/blue"
    assert chosen(asked, "नील", PLAIN) == "/indigo"
