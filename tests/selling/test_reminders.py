"""Reminders of carts: once, by day, to who wants news, where writing is free, and not after the till."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.conversation.replies import Choices
from bot.selling.answers import CartChanged
from tests.support.sold import Sold, sold_shop

NOON = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
"""In New York, where the demo shop's days are."""


@pytest.fixture
async def sold(tmp_path: Path, valkey: str) -> AsyncIterator[Sold]:
    async with sold_shop(tmp_path, valkey) as shop:
        shop.clock.set(NOON)
        yield shop


async def leaves_a_cart(sold: Sold, *, news: bool | None = True, **met: Any) -> int:
    anna = await sold.meet(**met)
    await put_in(sold, anna, "first")
    if news is not None:
        await sold.parts.consent.keep(anna, news=news)
    return anna


async def put_in(sold: Sold, anna: int, key: str) -> None:
    assert isinstance(await sold.parts.shop.add(anna, key + str(anna), "mug", {}), CartChanged)


async def test_a_cart_that_lies_for_hours_is_spoken_of_once(sold: Sold) -> None:
    anna = await leaves_a_cart(sold, locale="pl")
    sold.wait(hours=3)
    assert await sold.parts.reminders.remind() == 0
    sold.wait(hours=2)
    assert await sold.parts.reminders.remind() == 1
    sold.wait(hours=2)
    assert await sold.parts.reminders.remind() == 0

    [message] = await sold.said(anna)
    assert isinstance(message, Choices)
    assert message.text.startswith("Twój koszyk czeka: 1 × Camp Mug. Razem ")
    assert [option.payload for option in message.options] == ["/checkout", "/show_cart", "/opt_out"]


async def test_another_cart_may_be_spoken_of_again(sold: Sold) -> None:
    anna = await leaves_a_cart(sold)
    sold.wait(hours=5)
    assert await sold.parts.reminders.remind() == 1
    await put_in(sold, anna, "second")
    await sold.change(anna, window_from=sold.clock.now())
    assert await sold.parts.reminders.remind() == 0
    sold.clock.set(NOON + timedelta(days=1))
    await sold.change(anna, window_from=sold.clock.now())
    assert await sold.parts.reminders.remind() == 1


@pytest.mark.parametrize("news", [None, False])
async def test_nobody_who_did_not_agree_to_news_is_reminded(sold: Sold, news: bool | None) -> None:
    await leaves_a_cart(sold, news=news)
    sold.wait(hours=5)
    assert await sold.parts.reminders.remind() == 0


@pytest.mark.parametrize("hour", [0, 3, 8, 21, 23])
async def test_nobody_is_reminded_at_night(sold: Sold, hour: int) -> None:
    anna = await leaves_a_cart(sold)
    sold.clock.set(datetime(2026, 3, 3, 5, 30, tzinfo=UTC) + timedelta(hours=hour))
    await sold.change(anna, window_from=sold.clock.now())
    assert await sold.parts.reminders.remind() == 0


@pytest.mark.parametrize(
    "stands",
    [{"owner": "person"}, {"stopped": True}, {"writable": False}, {"window_from": NOON - timedelta(hours=20)}],
)
async def test_nobody_is_reminded_where_writing_is_not_free(sold: Sold, stands: dict[str, Any]) -> None:
    anna = await leaves_a_cart(sold)
    await sold.change(anna, **stands)
    sold.wait(hours=5)
    assert await sold.parts.reminders.remind() == 0
    await sold.change(anna, owner="bot", stopped=False, writable=True, window_from=sold.clock.now())
    assert await sold.parts.reminders.remind() == 1


@pytest.mark.parametrize("state", ["awaiting_payment", "paid", "expired", "cancelled"])
async def test_a_cart_that_went_to_the_till_is_not_spoken_of(sold: Sold, state: str) -> None:
    anna = await leaves_a_cart(sold)
    await sold.sell(anna, state=state)
    sold.wait(hours=5)
    assert await sold.parts.reminders.remind() == 0


async def test_an_emptied_a_sold_out_and_a_very_old_cart_are_left_alone(sold: Sold) -> None:
    empty = await leaves_a_cart(sold)
    await sold.parts.shop.clear(empty, "clear")
    await leaves_a_cart(sold)
    await sold.shelve("MUG", 0)
    sold.wait(hours=5)
    assert await sold.parts.reminders.remind() == 0
    await sold.shelve("MUG", 3)
    old = await leaves_a_cart(sold)
    sold.wait(days=8)
    await sold.change(old, window_from=sold.clock.now())
    assert await sold.parts.reminders.remind() == 0


async def test_a_call_is_no_place_for_a_reminder(sold: Sold) -> None:
    await leaves_a_cart(sold, channel="voice", customer="+48601234567")
    sold.wait(hours=5)
    assert await sold.parts.reminders.remind() == 0
