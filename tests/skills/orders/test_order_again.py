"""The same as last time."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.conversation.replies import Choices
from bot.storage.selling_tables import orders
from tests.skills.counter import Counter
from tests.skills.orders.bought import bought_aero


async def test_the_last_paid_order_goes_into_the_cart_and_nothing_is_paid_yet(counter: Counter) -> None:
    number = await bought_aero(counter)

    [reply] = await counter.does("action_order_again", "same as last time")

    assert isinstance(reply, Choices)
    assert reply.text.startswith(f"As in order {number} of ")
    assert "1 × Aero 2, blue, 42: $69.00" in reply.text
    assert reply.options[0].title == "Check out · $75.00"
    assert await counter.cart() == {"Aero 2, blue, 42": 1}
    assert len(await counter.orders()) == 1


async def test_asked_twice_it_does_not_double(counter: Counter) -> None:
    await bought_aero(counter)

    await counter.does("action_order_again", "same as last time")
    await counter.does("action_order_again", "same as last time")

    assert await counter.cart() == {"Aero 2, blue, 42": 1}


async def test_what_is_sold_out_is_told(counter: Counter) -> None:
    await bought_aero(counter)
    await counter.set_stock("AER2-BLU-42", 0)

    text = await counter.hears("action_order_again", "same as last time")

    assert "Aero 2, blue, 42: sold out" in text
    assert await counter.cart() == {}


async def test_as_many_as_there_are_left_go_in(counter: Counter) -> None:
    await bought_aero(counter, pieces=3)
    await counter.set_stock("AER2-BLU-42", 1)

    text = await counter.hears("action_order_again", "same as last time")

    assert "Aero 2, blue, 42: only one left" in text
    assert await counter.cart() == {"Aero 2, blue, 42": 1}


@pytest.mark.parametrize(
    ("language", "told"),
    [("fr", "Comme pour la commande"), ("pl", "Tak jak w zamówieniu"), ("hi", "ऑर्डर"), ("hi-Latn", "jaisa")],
)
async def test_it_is_told_in_the_customers_language(counter: Counter, language: str, told: str) -> None:
    await bought_aero(counter)
    counter.slots["language"] = language

    assert told in await counter.hears("action_order_again", "…")


async def test_an_unpaid_order_is_not_repeated(counter: Counter) -> None:
    await bought_aero(counter)
    async with counter.db.write() as tx:
        await tx.execute(orders.update().values(state="expired", paid_at=datetime.now(UTC)))

    assert "no earlier order" in await counter.hears("action_order_again", "same as last time")
    assert await counter.cart() == {}


@pytest.mark.parametrize("language", ["fr", "pl", "hi", "hi-Latn"])
async def test_every_state_of_an_order_has_words_in_every_language(counter: Counter, language: str) -> None:
    number = await bought_aero(counter)
    told = set()
    for state in ("awaiting_payment", "paid", "shipped", "cancelled", "expired", "needs_attention"):
        async with counter.db.write() as tx:
            await tx.execute(orders.update().values(state=state))
        for spoken in ("en", language):
            counter.slots["language"] = spoken
            told.add(await counter.hears("action_tell_order_status", "?"))

    assert len(told) == 12
    assert all(str(number) in text for text in told)
