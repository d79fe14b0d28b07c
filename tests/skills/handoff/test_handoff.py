"""Asking for a person."""

from __future__ import annotations

from bot.conversation.replies import Handoff
from bot.handoff.policy import Reason
from tests.skills.counter import Counter


async def test_a_person_is_asked_for_with_what_was_in_front_of_the_customer(counter: Counter) -> None:
    await counter.does("action_search_products", "running shoes under 80", product="running shoes")
    await counter.does("action_choose_product", "", product_id="aero-2")

    [reply] = await counter.does("action_ask_for_person", "i want a human")

    assert reply == Handoff(Reason.ASKED_FOR_PERSON.value, "Was looking at Aero 2.")


async def test_a_person_can_be_asked_for_at_once(counter: Counter) -> None:
    [reply] = await counter.does("action_ask_for_person", "human")

    assert reply == Handoff(Reason.ASKED_FOR_PERSON.value, "")
