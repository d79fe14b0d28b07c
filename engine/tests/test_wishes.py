"""Two wishes in one message: where it is cut, and where it never is."""

from __future__ import annotations

from typing import Any

import pytest

from engine.nlu.wishes import may_hold_two, split

# What a classifier would say of a part that has one of these in it; the first that fits.
MEANINGS = {
    "person": "ask_human",
    "someone": "ask_human",
    "quelqu'un": "ask_human",
    "człowiekiem": "ask_human",
    "insaan": "ask_human",
    "cancel": "cancel_order",
    "annul": "cancel_order",
    "anuluj": "cancel_order",
    "remove": "remove_from_cart",
    "usuń": "remove_from_cart",
    "hata": "remove_from_cart",
    "हटा": "remove_from_cart",
    "checkout": "checkout",
    "pay": "checkout",
    "zapłacić": "checkout",
    "पेमेंट": "checkout",
    "order": "order_status",
    "commande": "order_status",
    "merci": "thank",
    "thanks": "thank",
    "hi": "greet",
    "no": "deny",
    "size": "choose_option",
    "broken": "report_item_problem",
    "money back": "ask_refund",
    "ridiculous": "complain",
    "white": "search_products",
    "black": "choose_option",
    "show": "search_products",
    "mug": "search_products",
    "socks": "search_products",
}


def classify(text: str) -> tuple[str | None, float]:
    found = next((intent for word, intent in MEANINGS.items() if word in text.casefold()), None)
    return found, 0.9 if found else 0.1


def wishes(text: str, language: str = "en", **spans: str) -> list[str]:
    entities: list[dict[str, Any]] = [
        {"entity": label, "start": text.index(word), "end": text.index(word) + len(word)}
        for label, words in spans.items()
        for word in words.split("|")
    ]
    return split(text, language, classify, entities)


@pytest.mark.parametrize(
    ("text", "language", "parts"),
    [
        ("remove the mug and checkout", "en", ["remove the mug", "checkout"]),
        ("cancel it and talk to someone", "en", ["cancel it", "talk to someone"]),
        ("cancel my order. then i want to pay", "en", ["cancel my order", "i want to pay"]),
        ("merci, et où est ma commande ?", "fr", ["merci", "où est ma commande ?"]),
        ("usuń kubek i chcę zapłacić", "pl", ["usuń kubek", "chcę zapłacić"]),
        ("mug hata do aur checkout karo", "hi-Latn", ["mug hata do", "checkout karo"]),
        ("मग हटा दो और पेमेंट करना है", "hi", ["मग हटा दो", "पेमेंट करना है"]),
    ],
)
def test_two_wishes_are_cut_apart(text: str, language: str, parts: list[str]) -> None:
    assert [part.rstrip(" ?") for part in wishes(text, language)] == [part.rstrip(" ?") for part in parts]


def test_a_person_comes_last() -> None:
    assert wishes("i want a person and cancel my order") == ["cancel my order", "i want a person"]


def test_at_most_three_wishes_are_told_apart() -> None:
    text = "remove the mug and cancel it and checkout and where is my order"

    assert len(wishes(text)) == 3


def test_a_list_of_things_is_one_wish() -> None:
    assert wishes("remove the mug and socks", product="mug|socks") == ["remove the mug and socks"]
    assert wishes("remove the mug and 2 socks", product="mug|socks", quantity="2") == ["remove the mug and 2 socks"]
    assert wishes("black and white t-shirt", colour="black|white", product="t-shirt") == ["black and white t-shirt"]


@pytest.mark.parametrize(
    "text",
    [
        "hi, where is my order",
        "hi and where is my order",
        "no, size 43",
        "it arrived broken and i want my money back",
        "this is ridiculous and where is my order",
        "thanks, checkout",
        "where is my order and why",
        "where is my order",
        "and",
        "",
    ],
)
def test_one_wish_stays_whole(text: str) -> None:
    assert wishes(text) == [text]


def test_a_word_of_another_language_does_not_cut() -> None:
    assert wishes("i cancel i checkout", "en") == ["i cancel i checkout"]


def test_a_message_without_a_joint_is_not_asked_about() -> None:
    assert not may_hold_two("where is my order")
    assert not may_hold_two("and?")
    assert may_hold_two("où est ma commande et merci")
