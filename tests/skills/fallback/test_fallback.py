"""Not understood, for the first time."""

from __future__ import annotations

from bot.conversation.replies import Choices
from tests.skills.counter import Counter


async def test_what_was_not_understood_is_asked_again_with_what_would_be(counter: Counter) -> None:
    [reply] = await counter.does("action_ask_again", "asdf")

    assert isinstance(reply, Choices)
    assert reply.text.startswith("Sorry, I did not get that.")
    assert [option.payload for option in reply.options] == ["/show_cart", "/order_status", "/ask_human"]


async def test_in_front_of_a_product_the_hint_is_about_it_and_nothing_is_forgotten(counter: Counter) -> None:
    await counter.does("action_search_products", "running shoes size 42 under 80", product="running shoes")
    await counter.does("action_choose_product", "", product_id="aero-2")

    text = await counter.hears("action_ask_again", "asdf")

    assert "For Aero 2" in text
    assert counter.slots["offer"] == "add_to_cart"
    assert counter.slots["product_id"] == "aero-2"
