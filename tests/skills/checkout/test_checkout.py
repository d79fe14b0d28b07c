"""Paying at the counter, through the Stripe sandbox over HTTP."""

from __future__ import annotations

import httpx

from bot.conversation.replies import Choices, Link
from tests.skills.counter import Counter


async def put_in(counter: Counter) -> None:
    await counter.does("action_choose_product", "", product_id="aero-2")
    await counter.does("action_choose_option", "42", size="42")


async def test_a_checkout_is_a_link_to_a_pay_page_with_the_same_sum(counter: Counter) -> None:
    await put_in(counter)

    [reply] = await counter.does("action_checkout", "checkout")

    assert isinstance(reply, Link)
    assert reply.label == "Pay $75.00"
    assert "I hold your things for 30 minutes" in reply.text
    assert "Delivery $6.00 included" in reply.text
    page = httpx.get(reply.url, timeout=10)
    assert page.status_code == 200
    assert "75.00" in page.text


async def test_the_same_cart_again_is_the_same_order(counter: Counter) -> None:
    await put_in(counter)
    [first] = await counter.does("action_checkout", "checkout")

    [again] = await counter.does("action_checkout", "checkout")

    assert isinstance(first, Link)
    assert isinstance(again, Link)
    assert again.url == first.url
    assert "still open" in again.text
    assert len(await counter.orders()) == 1


async def test_before_its_size_is_chosen_the_checkout_waits_for_it(counter: Counter) -> None:
    await counter.does("action_choose_product", product_id="city-run")

    assert "Once that is chosen" in await counter.hears("action_checkout", "and check out")
    assert counter.slots["product_id"] == "city-run"


async def test_an_empty_cart_is_not_checked_out(counter: Counter) -> None:
    assert "nothing to pay" in await counter.hears("action_checkout", "checkout")
    assert await counter.orders() == []


async def test_what_somebody_else_bought_meanwhile_is_told_and_can_be_taken_out(counter: Counter) -> None:
    await put_in(counter)
    await counter.set_stock("AER2-BLU-42", 0)

    [reply] = await counter.does("action_checkout", "checkout")

    assert isinstance(reply, Choices)
    assert "Aero 2, blue, 42: sold out" in reply.text
    assert reply.options[0].payload == '/remove_from_cart{"sku":"AER2-BLU-42"}'
    assert await counter.orders() == []


async def test_fewer_than_wanted_can_be_kept_with_a_tap(counter: Counter) -> None:
    await put_in(counter)
    await counter.does("action_set_quantity", "make it three")
    await counter.set_stock("AER2-BLU-42", 1)

    [reply] = await counter.does("action_checkout", "checkout")
    assert isinstance(reply, Choices)
    assert reply.options[0].title == "Keep 1"

    await counter.does("action_set_quantity", "", sku="AER2-BLU-42", quantity="1")
    assert await counter.cart() == {"Aero 2, blue, 42": 1}


async def test_delivery_is_told_for_the_cart_as_it_is(counter: Counter) -> None:
    assert "$6.00, free from $75.00" in await counter.hears("action_tell_shipping", "how much is delivery")
    await put_in(counter)

    assert "Delivery: $6.00, free from $75.00." in await counter.hears("action_tell_shipping", "how much is delivery")
