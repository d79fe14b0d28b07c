"""Countries as people name them."""

from __future__ import annotations

import pytest
from babel import Locale

from bot.conversation.countries import country_in, country_name, country_of
from bot.conversation.phrases import LANGUAGES

BENT = {
    "Francji": "FR", "Niemiec": "DE", "Niemczech": "DE", "Polsce": "PL", "Hiszpanii": "ES", "Włoch": "IT",
    "Wielkiej Brytanii": "GB", "Stanów Zjednoczonych": "US", "Czech": "CZ", "Austrii": "AT", "Australii": "AU",
    "Irlandii": "IE", "Islandii": "IS", "Szwajcarii": "CH", "Indii": "IN", "Holandii": "NL",
}  # fmt: skip
SAID = {
    "usa": "US", "UK": "GB", "England": "GB", "the netherlands": "NL", "Deutschland": "DE", "Polen": "PL",
    "Holland": "NL", "amérique": "US", "FR": "FR", "Berlin": "DE", "Varsovie": "PL", "Toronto": "CA", "इंडिया": "IN",
    "america": "US",
}  # fmt: skip


@pytest.mark.parametrize(("words", "code"), BENT.items())
def test_polish_endings_are_looked_past(words: str, code: str) -> None:
    assert country_of(words, "pl") == code


@pytest.mark.parametrize(("words", "code"), SAID.items())
def test_everyday_names_and_known_cities_are_understood(words: str, code: str) -> None:
    assert country_of(words) == code


@pytest.mark.parametrize("place", ["Lyon", "Kraków", "Leeds", "Patna", "home", "Porto", "my office", "", "ZZZ"])
def test_what_is_no_country_and_no_known_city_is_not_guessed(place: str) -> None:
    assert country_of(place) is None
    assert country_of(place, "pl") is None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", ["FR", "DE", "PL", "IN", "US", "CA", "GB", "CH", "JP", "BR"])
def test_a_country_is_found_by_its_own_name_in_every_language(language: str, code: str) -> None:
    name = country_name(code, language)
    assert country_of(name, language) == code
    assert country_of(name.upper(), language) == code


def test_accents_may_be_left_out() -> None:
    assert country_of("Cote d'Ivoire") == country_of("Côte d’Ivoire") == "CI"
    assert country_of("etats-unis") == "US"


def test_a_name_inside_a_sentence_is_found() -> None:
    assert country_in("and what about wielka brytania then") == "GB"
    assert country_in("is it in the box") is None


def test_every_name_of_babel_leads_to_a_country_of_babel() -> None:
    territories = Locale.parse("en").territories
    for code, name in territories.items():
        if code.isalpha() and len(code) == 2:
            assert country_of(str(name)) in territories
