"""The vocabulary of replies: what it offers and how it reads."""

from __future__ import annotations

import msgspec
import pytest

from bot.conversation.replies import (
    Card,
    Cards,
    Choices,
    Handoff,
    Option,
    Receipt,
    offered_payloads,
    plain_text,
    reply_from,
    reply_to,
    shown_from,
    title_of,
)

AERO = Card("Aero 2", [Option("Choose", '/choose_product{"product_id":"aero-2"}')], subtitle="$69")
CARDS = Cards("Two shoes", "See", [AERO], [Option("More", "/more")])


def test_a_reply_survives_its_json_form() -> None:
    for reply in (CARDS, Choices("Which?", [Option("42", "/size")]), Receipt("10482", [], "$69"), Handoff("asked")):
        assert reply_from(reply_to(reply)) == reply


def test_a_customer_may_tap_what_a_card_and_its_options_offer() -> None:
    assert offered_payloads(CARDS) == ['/choose_product{"product_id":"aero-2"}', "/more"]
    assert title_of(CARDS, '/choose_product{"product_id":"aero-2"}') == "Aero 2"
    assert title_of(CARDS, "/unknown") is None


def test_an_unknown_kind_of_reply_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        reply_from({"type": "hologram"})


def test_a_handoff_is_never_shown() -> None:
    with pytest.raises(msgspec.ValidationError):
        shown_from(reply_to(Handoff("asked")))


def test_a_person_can_read_every_reply_in_a_line() -> None:
    assert plain_text(CARDS) == "Two shoes [Aero 2 $69]"
