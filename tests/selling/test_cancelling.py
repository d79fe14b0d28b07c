"""Calling an order off, over real HTTP: what is paid goes back, what is not cannot be paid any more."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import insert

from bot.payments.base import SessionStatus
from bot.payments.stripe import StripePayments
from bot.selling.after_sale import CancelTooLate, NoSuchOrder, OrderCancelled, RefundGiven, UnderReview
from bot.selling.order_answers import PaymentArriving, PaymentsDown
from bot.storage.selling_tables import disputes, shipments
from tests.payments.sandbox_process import Sandbox
from tests.selling.after_the_sale import SHOES, AfterTheSale
from tests.selling.conftest import Counter
from tests.selling.till import dollars


@pytest.fixture
def after(counter: Counter, sandbox: Sandbox, stripe: StripePayments) -> AfterTheSale:
    return AfterTheSale(counter, sandbox, stripe)


async def test_a_paid_order_goes_back_to_the_cent_and_its_shoes_onto_the_shelf(after: AfterTheSale) -> None:
    number = await after.bought()
    assert await after.on_hand(SHOES) == 4

    answer = await after.shop.after.cancel(after.anna, "key", number)
    await after.carry_out()

    assert answer == OrderCancelled(number, paid=True, amount=dollars("75.00"))
    order = await after.order(number)
    assert (order.state, order.refunded) == ("cancelled", 7500)
    assert await after.on_hand(SHOES) == 5
    assert [news.amount for news in after.heard(RefundGiven)] == [dollars("75.00")]


async def test_asked_twice_it_is_cancelled_once(after: AfterTheSale) -> None:
    number = await after.bought()

    first, second = await asyncio.gather(
        after.shop.after.cancel(after.anna, "key", number), after.shop.after.cancel(after.anna, "key", number)
    )
    third = await after.shop.after.cancel(after.anna, "another key", number)
    await after.carry_out()

    assert first == second == OrderCancelled(number, paid=True, amount=dollars("75.00"))
    assert third == OrderCancelled(number, paid=True, again=True)
    assert await after.on_hand(SHOES) == 5
    assert len(await after.at_stripe(number)) == 1


async def test_what_went_back_before_is_not_paid_back_again(after: AfterTheSale) -> None:
    number = await after.bought()
    async with after.db.write() as tx:
        await after.refunding.ask(tx, await after.order(number), dollars("15.00"), "requested", key="part")

    answer = await after.shop.after.cancel(after.anna, "key", number)
    await after.carry_out()

    assert answer == OrderCancelled(number, paid=True, amount=dollars("60.00"))
    assert (await after.order(number)).refunded == 7500


async def test_an_unpaid_order_has_its_pay_page_closed_first(after: AfterTheSale) -> None:
    opened = await after.open()

    answer = await after.shop.after.cancel(after.anna, "key", opened.order_number)

    assert answer == OrderCancelled(opened.order_number, paid=False)
    order = await after.order(opened.order_number)
    assert order.state == "cancelled"
    assert (await after.payments.retrieve_checkout(order.session_id)).status is SessionStatus.EXPIRED
    assert await after.counter.shelf(SHOES) == (5, 0)


async def test_a_payment_in_the_same_moment_wins_and_can_be_cancelled_afterwards(after: AfterTheSale) -> None:
    opened = await after.open()
    session = await after.pay_only(opened.order_number)

    assert await after.shop.after.cancel(after.anna, "key", opened.order_number) == PaymentArriving(opened.order_number)
    assert (await after.order(opened.order_number)).state == "awaiting_payment"

    await after.shop.fulfil(session, after.counter.then)
    again = await after.shop.after.cancel(after.anna, "key", opened.order_number)
    assert again == OrderCancelled(opened.order_number, paid=True, amount=dollars("75.00"))


async def test_without_the_provider_nothing_is_cancelled_and_the_same_key_tries_again(after: AfterTheSale) -> None:
    opened = await after.open()
    after.sandbox.turn(api_fail_next=9)

    assert await after.shop.after.cancel(after.anna, "key", opened.order_number) == PaymentsDown()
    assert (await after.order(opened.order_number)).state == "awaiting_payment"

    after.sandbox.rest()
    answer = await after.shop.after.cancel(after.anna, "key", opened.order_number)
    assert answer == OrderCancelled(opened.order_number, paid=False)


async def test_what_has_left_is_not_cancelled(after: AfterTheSale) -> None:
    number = await after.bought()
    await after.ship(number)

    assert await after.shop.after.cancel(after.anna, "key", number) == CancelTooLate(number)
    assert await after.refunds() == []


async def test_what_has_left_in_part_is_not_cancelled(after: AfterTheSale) -> None:
    number = await after.bought()
    async with after.db.write() as tx:
        parcel = {"external_id": "p1", "lines": {SHOES: 1}, "state": "shipped", "shipped_at": after.clock.now()}
        await tx.execute(insert(shipments).values(order_id=(await after.order(number)).id, **parcel))

    assert await after.shop.after.cancel(after.anna, "key", number) == CancelTooLate(number)
    assert (await after.order(number)).state == "paid"


async def test_a_disputed_order_is_a_persons(after: AfterTheSale) -> None:
    number = await after.bought()
    now = after.clock.now()
    async with after.db.write() as tx:
        said = {"id": "du_1", "amount": 7500, "currency": "USD", "status": "needs_response", "reason": "fraudulent"}
        order_id = (await after.order(number)).id
        await tx.execute(insert(disputes).values(order_id=order_id, opened_at=now, updated_at=now, **said))

    assert await after.shop.after.cancel(after.anna, "key", number) == UnderReview(number)
    assert (await after.order(number)).state == "paid"


async def test_an_order_of_somebody_else_is_not_even_known(after: AfterTheSale) -> None:
    number = await after.bought()
    stranger = await after.counter.meet()

    assert await after.shop.after.cancel(stranger, "key", number) == NoSuchOrder(number)
    assert (await after.order(number)).state == "paid"
