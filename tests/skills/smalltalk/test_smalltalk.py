"""The words around a purchase."""

from __future__ import annotations

from tests.skills.counter import Counter


async def test_a_no_takes_back_what_was_offered(counter: Counter) -> None:
    await counter.does("action_choose_product", "", product_id="aero-2")
    await counter.does("action_choose_option", "42", size="42")
    await counter.does("action_clear_cart", "empty my cart")

    text = await counter.hears("action_leave_it", "no")

    assert "I leave it as it is" in text
    assert counter.slots["offer"] is None
    assert await counter.cart() == {"Aero 2, blue, 42": 1}
