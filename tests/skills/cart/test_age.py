"""What is not for everybody is asked about once."""

from __future__ import annotations

from typing import Any

import pytest

from bot.storage.selling_tables import products
from tests.skills.counter import Counter


@pytest.fixture
async def adults_only(counter: Counter) -> str:
    """The letter set, as if it were a bottle of gin."""
    async with counter.db.write() as tx:
        row: Any = (await tx.execute(products.select().where(products.c.id == "letter-set"))).one()
        values = {"attributes": {**row.attributes, "age_from": 18}}
        await tx.execute(products.update().where(products.c.id == "letter-set").values(**values))
    return "letter-set"


async def test_the_age_is_asked_and_a_yes_puts_it_in(counter: Counter, adults_only: str) -> None:
    await counter.does("action_choose_product", "", product_id=adults_only)
    text = await counter.hears("action_add_to_cart", "i'll take [two](quantity:2)")
    assert "only for people of 18 or older" in text
    assert await counter.cart() == {}

    await counter.does("action_add_to_cart", "yes", intent="affirm")

    assert sum((await counter.cart()).values()) == 2


async def test_a_tapped_yes_holds_for_everything_later(counter: Counter, adults_only: str) -> None:
    await counter.does("action_choose_product", "", product_id=adults_only)
    await counter.does("action_add_to_cart", "add it")

    await counter.does("action_add_to_cart", "", sure="18")
    await counter.does("action_clear_cart", "", sure="yes")
    await counter.does("action_choose_product", "", product_id=adults_only)
    await counter.does("action_add_to_cart", "add it")

    assert sum((await counter.cart()).values()) == 1


async def test_asking_for_it_again_is_no_yes(counter: Counter, adults_only: str) -> None:
    await counter.does("action_choose_product", "", product_id=adults_only)
    await counter.does("action_add_to_cart", "add it", intent="add_to_cart")

    text = await counter.hears("action_add_to_cart", "add it", intent="add_to_cart")

    assert "only for people of 18" in text
    assert await counter.cart() == {}
