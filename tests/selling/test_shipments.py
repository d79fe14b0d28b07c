"""Parcels: reported once or many times, early or late, whole orders or parts of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commerce.shipments import Parcel, ShipmentState, all_delivered, is_news, left_to_send
from bot.conversation.replies import Link, plain_text
from bot.errors import BadInput, Conflict, NotFound
from bot.selling.shipping_news import ShipmentReport, ShippedLine
from bot.storage.tables import tickets
from tests.support.sold import Sold, sold_shop

TRACKED = {"carrier": "DHL", "tracking_number": "JD01", "tracking_url": "https://track.example/JD01"}


@pytest.fixture
async def sold(tmp_path: Path, valkey: str) -> AsyncIterator[Sold]:
    async with sold_shop(tmp_path, valkey) as shop:
        yield shop


def report(parcel: str = "P1", state: str = "shipped", *, lines: dict[str, int] | None = None, **more: Any) -> Any:
    pieces = [ShippedLine(sku, quantity) for sku, quantity in (lines or {}).items()]
    return ShipmentReport(parcel, ShipmentState(state), lines=pieces, **more)


async def test_a_shipped_order_tells_its_customer_where_it_is(sold: Sold) -> None:
    anna = await sold.meet(locale="fr")
    number = await sold.sell(anna)

    reported = await sold.parts.shipping_news.take(number, report(**TRACKED))

    assert (reported.news, reported.order_state, reported.lines) == (True, "shipped", {"AERO-BLU-42": 1, "MUG": 2})
    [told] = await sold.said(anna)
    assert isinstance(told, Link)
    assert told.text == f"Bonne nouvelle : la commande {number} est en route vers vous. DHL. Numéro de suivi : JD01."
    assert (told.label, told.url) == ("Suivre le colis", "https://track.example/JD01")
    [order] = await sold.parts.shop.orders(anna, number)
    assert [(each.carrier, each.tracking_url) for each in order.shipments] == [("DHL", "https://track.example/JD01")]


async def test_the_same_report_again_is_no_news(sold: Sold) -> None:
    anna = await sold.meet()
    number = await sold.sell(anna)
    first = await sold.parts.shipping_news.take(number, report(**TRACKED))

    again = await sold.parts.shipping_news.take(number, report(**TRACKED))

    assert (first.news, again.news) == (True, False)
    assert len(await sold.said(anna)) == 1


async def test_a_late_report_moves_nothing_backwards(sold: Sold) -> None:
    anna = await sold.meet()
    number = await sold.sell(anna)
    await sold.parts.shipping_news.take(number, report(state="delivered"))

    late = await sold.parts.shipping_news.take(number, report(state="shipped"))

    assert (late.news, late.state, late.order_state) == (False, "delivered", "delivered")
    row = await sold.order(number)
    assert row.shipped_at == row.delivered_at
    assert [plain_text(each) for each in await sold.said(anna)] == [
        f"Order {number} has arrived, the carrier says. If something is not right with it, just tell me."
    ]


async def test_an_order_in_two_parcels_has_arrived_with_the_second(sold: Sold) -> None:
    anna = await sold.meet()
    number = await sold.sell(anna)
    news = sold.parts.shipping_news

    await news.take(number, report("P1", lines={"MUG": 1}))
    second = await news.take(number, report("P2"))
    assert second.lines == {"AERO-BLU-42": 1, "MUG": 1}
    assert (await news.take(number, report("P1", "delivered"))).order_state == "shipped"
    assert (await news.take(number, report("P2", "delivered"))).order_state == "delivered"

    said = [plain_text(each) for each in await sold.said(anna)]
    assert said[0] == f"A part of order {number} is on its way to you: 1 × Camp Mug. The rest follows."
    assert said[1] == f"A part of order {number} is on its way to you: 1 × Aero, blue, 42, 1 × Camp Mug."


async def test_what_is_not_in_the_order_or_too_much_of_it_is_refused_with_words(sold: Sold) -> None:
    anna = await sold.meet()
    number = await sold.sell(anna)
    news = sold.parts.shipping_news
    await news.take(number, report("P1", lines={"MUG": 1}))

    with pytest.raises(BadInput, match="has no HAT in it") as unknown:
        await news.take(number, report("P2", lines={"HAT": 1}))
    with pytest.raises(BadInput, match="has 1 of MUG left to send, not 2"):
        await news.take(number, report("P2", lines={"MUG": 2}))
    with pytest.raises(Conflict, match="other things"):
        await news.take(number, report("P1", lines={"MUG": 2}))
    with pytest.raises(NotFound):
        await news.take(9, report())

    assert unknown.value.facts == {"skus": ["HAT"]}
    assert len(await sold.said(anna)) == 1


@pytest.mark.parametrize("state", ["awaiting_payment", "cancelled", "expired", "needs_attention"])
async def test_what_is_not_paid_is_not_shipped(sold: Sold, state: str) -> None:
    anna = await sold.meet()
    number = await sold.sell(anna, state=state)

    with pytest.raises(Conflict, match="nothing of it is to be sent"):
        await sold.parts.shipping_news.take(number, report())

    assert await sold.said(anna) == []


async def test_a_parcel_that_comes_back_is_a_persons_and_may_be_sent_again(sold: Sold) -> None:
    anna = await sold.meet()
    number = await sold.sell(anna)
    news = sold.parts.shipping_news
    await news.take(number, report("P1"))

    await news.take(number, report("P1", "returned"))
    again = await news.take(number, report("P2"))

    assert again.lines == {"AERO-BLU-42": 1, "MUG": 2}
    assert "coming back to us" in plain_text((await sold.said(anna))[1])
    async with sold.parts.db.read() as tx:
        [ticket] = (await tx.execute(tickets.select())).all()
    assert f"Order {number}: parcel P1" in ticket.summary


async def test_a_tracking_link_that_comes_later_is_kept_and_told_when_asked(sold: Sold) -> None:
    anna = await sold.meet()
    number = await sold.sell(anna)
    await sold.parts.shipping_news.take(number, report())

    await sold.parts.shipping_news.take(number, report(**TRACKED))

    assert len(await sold.said(anna)) == 1
    [order] = await sold.parts.shop.orders(anna, number)
    assert order.shipments[0].tracking_url == TRACKED["tracking_url"]


STATES = st.sampled_from(list(ShipmentState))
PIECES = st.dictionaries(st.sampled_from("ABC"), st.integers(1, 3), max_size=3)


@given(PIECES, st.lists(st.tuples(STATES, PIECES), max_size=5))
def test_what_is_left_and_what_is_out_never_exceed_what_was_ordered(
    ordered: dict[str, int], wanted: list[tuple[ShipmentState, dict[str, int]]]
) -> None:
    parcels: list[Parcel] = []
    for state, lines in wanted:
        left = left_to_send(ordered, parcels)
        parcels.append(Parcel(state, {sku: min(pieces, left.get(sku, 0)) for sku, pieces in lines.items()}))
    out = [parcel for parcel in parcels if parcel.state is not ShipmentState.RETURNED]
    left = left_to_send(ordered, parcels)
    for sku, pieces in ordered.items():
        assert left.get(sku, 0) + sum(parcel.lines.get(sku, 0) for parcel in out) == pieces
    if all_delivered(ordered, parcels):
        assert not left


@given(STATES, STATES)
def test_a_parcel_goes_one_way(before: ShipmentState, after: ShipmentState) -> None:
    assert not (is_news(before, after) and is_news(after, before))
    assert not is_news(before, before)
