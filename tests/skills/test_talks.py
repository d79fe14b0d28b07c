"""Whole talks with the trained bot, through the real engine, action server, shop and Stripe's sandbox."""

from __future__ import annotations

import httpx
import pytest

from bot.composition import Parts
from bot.conversation.replies import Cards, Choices, Handoff, Link, Picture
from tests.skills.talk import Talk, new_conversation

# The first of them trains a model and starts the engine.
pytestmark = [pytest.mark.stack, pytest.mark.timeout(400)]


async def test_from_hi_to_where_is_my_order(talk: Talk) -> None:
    [greeting] = await talk.says("hi")
    assert isinstance(greeting, Choices)

    [found] = await talk.says("running shoes under 80")
    assert isinstance(found, Cards)
    assert "running shoes up to $80.00" in found.text

    picture, sizes = await talk.taps("Aero 2")
    assert isinstance(picture, Picture)
    assert "Which size" in getattr(sizes, "text", "")

    [cart] = await talk.says("42")
    assert isinstance(cart, Choices)
    assert cart.text.startswith("Aero 2, blue, 42 is in your cart.")
    assert [option.title for option in cart.options][:2] == ["Check out · $75.00", "Keep looking"]

    [more] = await talk.says("add another one")
    assert isinstance(more, Choices)
    assert "2 × Aero 2, blue, 42: $138.00" in more.text

    [link] = await talk.says("checkout")
    assert isinstance(link, Link)
    assert link.label == "Pay $138.00"

    [status] = await talk.says("where is my order")
    assert isinstance(status, Link)
    assert "waits to be paid" in status.text
    assert talk.failures == []


async def test_a_size_can_be_tapped_as_well(talk: Talk) -> None:
    await talk.says("hey do u have running shoes under 80")
    await talk.taps("Trail Mini")

    [cart] = await talk.taps("43")

    assert "Trail Mini" in getattr(cart, "text", "")
    assert "43 is in your cart" in getattr(cart, "text", "")


async def test_change_of_mind(talk: Talk) -> None:
    await talk.says("running shoes under 80")
    await talk.taps("Aero 2")
    await talk.says("42")
    await talk.says("make it two")
    assert "2 × Aero 2, blue, 42" in talk.heard_text

    await talk.says("in mint please")
    assert "Changed to Aero 2, mint, 42" in talk.heard_text

    await talk.says("show my cart")
    assert "2 × Aero 2, mint, 42: $138.00" in talk.heard_text

    await talk.says("remove the shoes")
    assert "Aero 2, mint, 42 is out of your cart" in talk.heard_text


async def test_a_yes_answers_the_question_and_the_turn_ends_there(talk: Talk) -> None:
    await talk.says("running shoes under 80")
    await talk.taps("Aero 2")
    await talk.says("42")
    await talk.says("empty my cart")

    replies = await talk.says("yes")

    assert [getattr(reply, "text", "") for reply in replies] == ["Done. Your cart is empty now."]
    [nothing] = await talk.says("yes")
    assert "What shall I do" in getattr(nothing, "text", "")


async def test_a_person_is_asked_for(talk: Talk) -> None:
    assert await talk.says("I want a human") == [Handoff("asked_for_person", "")]


async def test_nonsense_is_asked_again_and_counts_as_not_understood(talk: Talk) -> None:
    [reply] = await talk.says("qwzx vbnm plokij")

    assert isinstance(reply, Choices)
    assert reply.text.startswith("Sorry, I did not get that.")
    assert talk.intent == "nlu_fallback"


async def test_what_looks_like_a_payload_is_only_words_when_it_is_typed(talk: Talk) -> None:
    await talk.says('/clear_cart{"sure":"yes"}')

    assert talk.intent != "clear_cart" or "Your cart is empty already" in talk.heard_text
    assert "Done." not in talk.heard_text


async def test_another_customer_starts_with_a_clean_sheet(talk: Talk) -> None:
    await talk.says("running shoes under 80")
    await talk.taps("Aero 2")
    parts = Parts(talk.settings)
    async with httpx.AsyncClient() as client:
        other = Talk(talk.settings, client, await new_conversation(parts))
        [reply] = await other.says("42")
    await parts.close()

    assert "Of what?" in getattr(reply, "text", "")


async def test_a_failing_action_is_reported_and_says_nothing(talk: Talk) -> None:
    nobody = Talk(talk.settings, talk.engine._client, 987_654_321)

    replies = await nobody.says("show my cart")

    assert replies == []
    assert nobody.failures == ["action_show_cart"]
