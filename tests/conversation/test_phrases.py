"""The phrase book: every phrase that the code says is there in every language, with the same fields, and fits."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
import yaml
from babel.messages.catalog import Message

from bot.commerce.query import COLOURS
from bot.conversation.phrases import FOLDER, LANGUAGES, catalogue, language_of, locale_for, speaker

ROOT = Path(__file__).resolve().parents[2]
OTHERS = [language for language in LANGUAGES if language != "en"]
BUTTON, ROW = 20, 24
"""WhatsApp's limits for the titles of a button and of a list's row."""
WRITTEN_IN = {"fr": r"[a-zàâçéèêëîïôûùœ]", "pl": r"[a-ząćęłńóśźż]", "hi": r"[\u0900-\u097f]", "hi-Latn": r"[a-z]"}

Phrase = tuple[str, ...]
"""A phrase as the code says it: one text, or the singular and the plural."""


@cache
def said() -> dict[Phrase, str]:
    """Every phrase in the code, and where it stands."""
    found = {}
    for folder in ("actions", "bot"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            source = path.read_text(encoding="utf-8")
            for node in ast.walk(ast.parse(source)) if "phrases" in source or folder == "actions" else []:
                if isinstance(node, ast.Call):
                    phrase = phrase_of(node)
                    if phrase:
                        found[phrase] = f"{path.relative_to(ROOT)}:{node.lineno}"
    return found


def phrase_of(call: ast.Call) -> Phrase:
    """`say("...")`, `asked.say("...")`, `say.n("...", "...", count)` and `phrase("...")`."""
    function = ast.unparse(call.func)
    literals = [argument.value for argument in call.args[:2] if isinstance(argument, ast.Constant)]
    texts = tuple(text for text in literals if isinstance(text, str))
    if re.search(r"\bsay\.n$", function):
        return texts
    return texts[:1] if re.search(r"(?:\b|_)say$|^phrase$|^say$|\bspeaker\(.*\)$", function) else ()


@cache
def book(language: str) -> dict[Phrase, Message]:
    return {key(message): message for _, message in messages(language) if not message.context}


def messages(language: str) -> Iterator[tuple[str, Message]]:
    for path in sorted((FOLDER / language).glob("*.po")):
        for message in catalogue(path):
            if message.id:
                yield path.name, message


def key(message: Message) -> Phrase:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def forms(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_the_code_says_something() -> None:
    assert len(said()) > 100
    assert ("1 thing in your cart.", "{count} things in your cart.") in said()


@pytest.mark.parametrize("language", OTHERS)
def test_every_phrase_is_translated(language: str) -> None:
    missing = {phrase: place for phrase, place in said().items() if phrase not in book(language)}
    assert missing == {}
    assert {phrase for phrase, message in book(language).items() if not all(forms(message))} == set()


@pytest.mark.parametrize("language", OTHERS)
def test_no_translation_is_left_over(language: str) -> None:
    assert {phrase for phrase in book(language) if phrase not in said()} == set()


@pytest.mark.parametrize("language", OTHERS)
def test_a_phrase_is_translated_once(language: str) -> None:
    places: dict[tuple[str | None, Phrase], list[str]] = {}
    for file, message in messages(language):
        # gettext knows a plural by its singular alone.
        places.setdefault((message.context, key(message)[:1]), []).append(file)
    assert {phrase: files for phrase, files in places.items() if len(files) > 1} == {}


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_the_fields_of_its_phrase(language: str) -> None:
    for phrase, message in book(language).items():
        wanted = set.union(*(fields(text) for text in phrase))
        for form in forms(message):
            # A count may be said in words: "one thing".
            assert fields(form) | {"count"} == wanted | {"count"}, (phrase, form)


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_is_written_in_its_language(language: str) -> None:
    for _, message in messages(language):
        for form in forms(message):
            words = re.sub(r"\{\w+\}", "", form)
            letters = re.search(r"[^\W\d_]", words)
            assert letters is None or re.search(WRITTEN_IN[language], words.casefold()), message.id


@pytest.mark.parametrize("language", OTHERS)
def test_the_plurals_of_a_language_are_all_there(language: str) -> None:
    expected = {"fr": 2, "pl": 3, "hi": 2, "hi-Latn": 2}[language]
    plurals = [message for message in book(language).values() if not isinstance(message.id, str)]
    assert plurals
    assert {len(forms(message)) for message in plurals} == {expected}


def test_polish_counts_in_three_ways() -> None:
    say = speaker("pl")
    counted = [say.n("1 thing in your cart.", "{count} things in your cart.", count) for count in (1, 3, 5, 22, 25)]
    assert counted == [
        "1 rzecz w koszyku.",
        "3 rzeczy w koszyku.",
        "5 rzeczy w koszyku.",
        "22 rzeczy w koszyku.",
        "25 rzeczy w koszyku.",
    ]
    assert say.n("One match", "{count} matches", 1) == "1 wynik"
    assert say.n("One match", "{count} matches", 3) == "3 wyniki"
    assert say.n("One match", "{count} matches", 5) == "5 wyników"


@pytest.mark.parametrize("language", OTHERS)
def test_every_colour_of_the_shop_has_a_name(language: str) -> None:
    files = (ROOT / "catalog" / "products").glob("*.yml")
    products = [product for path in files for product in yaml.safe_load(path.read_text())["products"]]
    sold = {v["options"]["colour"] for p in products for v in p["variants"] if "colour" in (v.get("options") or {})}
    named = {message.id for _, message in messages(language) if message.context == "option"}
    assert sold | COLOURS <= named
    assert all(len(speaker(language).word("option", colour)) <= BUTTON for colour in sold)


@pytest.mark.parametrize(
    ("locale", "language"),
    [("fr_CA", "fr"), ("pl", "pl"), ("hi-IN", "hi"), ("hi_Latn_IN", "hi-Latn"), ("de", "en"), ("", "en"), (None, "en")],
)
def test_the_language_follows_from_the_locale(locale: str | None, language: str) -> None:
    assert language_of(locale) == language


def test_amounts_are_written_as_in_the_customers_country_where_it_speaks_the_language() -> None:
    assert locale_for("fr", "fr-CA") == "fr_CA"
    assert locale_for("fr", "en_US") == "fr_FR"
    assert locale_for("en", None) == "en"
    assert locale_for("en", "de_DE") == "en"
    assert locale_for("hi", "hi-Latn") == "hi_IN"


def test_a_phrase_without_a_translation_is_said_in_english() -> None:
    assert speaker("fr")("Nobody has translated {this}.", this="it") == "Nobody has translated it."


def test_nobody_speaks_a_language_that_is_not_there() -> None:
    with pytest.raises(ValueError, match="Klingon"):
        speaker("Klingon")
