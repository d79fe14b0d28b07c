"""The wish in a message: what stands before it is left out, slips of the fingers are mended, words are left alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from rasa.shared.nlu.training_data.message import Message

from engine.nlu.spelling import WISH, WishWriter, is_slip
from engine.tests.learning import sentence, trained

GREETINGS = {"en": ["hi", "hello there", "good morning", "morning"], "fr": ["bonjour"], "hi": ["नमस्ते"]}
WISHES = {
    "en": ["where is my order", "show me the morning mug", "empty the basket", "checkout", "talk to a person please"],
    "fr": ["où est ma commande", "je voudrais un numéro plus grand", "la dernière, svp"],
    "pl": ["gdzie jest moja paczka", "proszę o zwrot pieniędzy", "chcę anulować zamówienie"],
    "hi": ["मुझे जूते चाहिए", "मेरा ऑर्डर कहाँ है", "ऑर्डर कैंसल कर दो"],
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> WishWriter:
    greeted = [sentence(text, language, "greet") for language, texts in GREETINGS.items() for text in texts]
    asked = [sentence(text, language, "ask") for language, texts in WISHES.items() for text in texts]
    return trained(WishWriter, [*greeted, *asked], tmp_path_factory.mktemp("model"))


def wish(shop: WishWriter, text: str, language: str = "en") -> str:
    [message] = shop.process([Message({"text": text, "language": language})])
    assert message.get("text") == text
    return str(message.get(WISH))


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("hi, where is my order", "en", "where is my order"),
        ("Hello there where is my order", "en", "where is my order"),
        ("good morning! checkout", "en", "checkout"),
        ("bonjour, 10482", "fr", "10482"),
        ("नमस्ते, 3 जूते", "hi", "3 जूते"),
    ],
)
def test_a_greeting_before_a_wish_is_left_out(shop: WishWriter, text: str, language: str, expected: str) -> None:
    assert wish(shop, text, language) == expected


@pytest.mark.parametrize("text", ["hi", "hi hello there", "good morning 😊", "morning mug or another one"])
def test_a_greeting_alone_and_a_name_that_begins_like_one_stay(shop: WishWriter, text: str) -> None:
    assert wish(shop, text) == text


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("where is my oredr", "en", "where is my order"),
        ("empty the bakset", "en", "empty the basket"),
        ("la derniere svp", "fr", "la dernière svp"),
        ("un numero plus grand", "fr", "un numéro plus grand"),
        ("prosze o zwrot pieniedzy", "pl", "proszę o zwrot pieniędzy"),
        ("मुझे जूते चहिए", "hi", "मुझे जूते चाहिए"),
    ],
)
def test_slips_are_mended_and_accents_put_back(shop: WishWriter, text: str, language: str, expected: str) -> None:
    assert wish(shop, text, language) == expected


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("where is my border", "en"),  # a word, and not the one that is taught
        ("send it to oredr@bakset.com or AERO2-BLU-42", "en"),
        ("chcę anulowaliście", "pl"),  # another form is no slip
        ("wo ist meine Bestellung", "de"),  # a language that nobody taught
    ],
)
def test_words_addresses_and_forms_are_left_alone(shop: WishWriter, text: str, language: str) -> None:
    assert wish(shop, text, language) == text


def test_what_a_slip_is() -> None:
    assert is_slip("bakset", "basket")
    assert is_slip("delivvery", "delivery")
    assert not is_slip("ship", "shop")
    assert not is_slip("returned", "returns")
    assert not is_slip("छोड़ना", "जोड़ना")


def test_it_works_without_any_examples(tmp_path: Path) -> None:
    empty = trained(WishWriter, [], tmp_path)

    assert wish(empty, "hi, where is my oredr") == "hi, where is my oredr"
