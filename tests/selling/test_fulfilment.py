"""Settling orders: money comes once, late, wrong, or not at all."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import update

from bot.commerce.money import Money
from bot.payments.base import PaymentsUnavailable, Retry, SessionStatus
from bot.selling.order_answers import (
    AlreadyDone,
    Fulfilled,
    Mismatch,
    NotPaid,
    PaidBack,
    PaidOrder,
    Released,
    UnknownSession,
)
from bot.storage.selling_tables import orders
from bot.storage.sql import Transaction
from tests.selling.conftest import Counter
from tests.selling.till import Killed, dollars

SHOES = "AERO-BLU-42"


async def test_a_paid_session_makes_exactly_one_order(counter: Counter) -> None:
    await counter.shoes_in_cart(2)
    opened = await counter.checkout()
    counter.till.pay("cs_1")

    first = await counter.shop.fulfil("cs_1", counter.then)
    second = await counter.shop.fulfil("cs_1", counter.then)

    assert isinstance(first, Fulfilled)
    assert first.order.order.number == opened.order_number
    assert first.order.order.total == dollars("138.00") == counter.till.sessions["cs_1"].amount_total
    assert second == AlreadyDone(opened.order_number)
    assert await counter.states() == ["paid"]
    assert await counter.shelf(SHOES) == (3, 0)
    assert [row.state for row in await counter.rows("reservations")] == ["sold"]


async def test_twenty_reports_at_once_sell_once_and_confirm_once(counter: Counter) -> None:
    await counter.shoes_in_cart(2)
    await counter.checkout()
    counter.till.pay("cs_1")

    answers = await asyncio.gather(*(counter.shop.fulfil("cs_1", counter.then) for _ in range(20)))

    assert sum(isinstance(answer, Fulfilled) for answer in answers) == 1
    assert sum(isinstance(answer, AlreadyDone) for answer in answers) == 19
    assert len(counter.confirmed) == 1
    assert await counter.shelf(SHOES) == (3, 0)


async def test_the_confirmation_has_all_it_needs(counter: Counter) -> None:
    french = await counter.meet(locale="fr")
    await counter.shoes_in_cart(conversation=french)
    await counter.checkout(conversation=french)
    counter.till.pay("cs_1")

    await counter.shop.fulfil("cs_1", counter.then)

    (paid,) = counter.confirmed
    assert (paid.conversation_id, paid.locale, paid.attention) == (french, "fr", None)
    assert [(line.title, line.quantity, line.amount) for line in paid.order.lines] == [
        ("Aero, blue, 42", 1, dollars("69.00"))
    ]
    assert (paid.order.shipping, paid.order.total) == (dollars("6.00"), dollars("75.00"))
    assert paid.order.paid_at == counter.clock.now()


async def test_a_confirmation_that_cannot_be_written_leaves_the_order_unpaid(counter: Counter) -> None:
    await counter.shoes_in_cart()
    await counter.checkout()
    counter.till.pay("cs_1")

    async def dies(tx: Transaction, paid: PaidOrder) -> None:
        raise Killed

    with pytest.raises(Killed):
        await counter.shop.fulfil("cs_1", dies)

    assert await counter.states() == ["awaiting_payment"]
    assert await counter.shelf(SHOES) == (5, 1)
    assert isinstance(await counter.shop.fulfil("cs_1", counter.then), Fulfilled)


async def test_only_what_was_bought_leaves_the_cart(counter: Counter) -> None:
    await counter.shoes_in_cart()
    await counter.checkout()
    await counter.shop.add(counter.anna, "mug", "mug", {})
    await counter.shop.set_quantity(counter.anna, "two pairs", 2, sku=SHOES)
    counter.till.pay("cs_1")

    await counter.shop.fulfil("cs_1", counter.then)

    left = (await counter.shop.cart(counter.anna)).lines
    assert [(line.sku, line.quantity) for line in left] == [(SHOES, 1), ("MUG", 1)]


async def test_a_payment_for_an_order_that_never_wrote_down_its_session_is_found(counter: Counter) -> None:
    await counter.shoes_in_cart()
    counter.till.fails_late = [Killed()]
    with pytest.raises(Killed):
        await counter.shop.checkout(counter.anna, "turn")
    counter.till.pay("cs_1")

    assert isinstance(await counter.shop.fulfil("cs_1", counter.then), Fulfilled)
    assert await counter.shelf(SHOES) == (4, 0)


async def test_a_session_of_somebody_elses_order_is_unknown(counter: Counter) -> None:
    await counter.shoes_in_cart()
    await counter.checkout()
    other = counter.till.open_elsewhere(order_id="1", order_number="99")
    counter.till.pay(other)

    assert await counter.shop.fulfil(other, counter.then) == UnknownSession()
    assert await counter.shop.fulfil("cs_nobody", counter.then) == UnknownSession()
    assert await counter.states() == ["awaiting_payment"]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"total": 8500, "subtotal": 7900}, "amount_mismatch"),
        ({"currency": "EUR"}, "amount_mismatch"),
        ({}, "livemode_mismatch"),
    ],
)
async def test_a_payment_that_does_not_match_goes_to_a_person(
    counter: Counter, wrong: dict[str, object], why: str
) -> None:
    await counter.shoes_in_cart()
    opened = await counter.checkout()
    counter.till.pay("cs_1")
    if wrong:
        async with counter.db.write() as tx:
            await tx.execute(update(orders).values(**wrong))
    else:
        counter.shop = counter.shop_with(livemode=True)

    answer = await counter.shop.fulfil("cs_1", counter.then)
    again = await counter.shop.fulfil("cs_1", counter.then)

    assert isinstance(answer, Mismatch)
    assert answer.order.attention == why
    assert again == AlreadyDone(opened.order_number)
    assert [paid.attention for paid in counter.confirmed] == [why]
    assert await counter.states() == ["needs_attention"]
    assert await counter.shelf(SHOES) == (5, 1)
    assert (await counter.shop.cart(counter.anna)).count == 1


async def test_an_unpaid_session_sells_nothing(counter: Counter) -> None:
    await counter.shoes_in_cart()
    opened = await counter.checkout()

    assert await counter.shop.fulfil("cs_1", counter.then) == NotPaid(opened.order_number)
    assert counter.confirmed == []
    assert await counter.shelf(SHOES) == (5, 1)


async def test_a_slow_payment_keeps_its_stock_until_it_arrives(counter: Counter) -> None:
    await counter.shoes_in_cart()
    await counter.checkout()
    counter.till.pay_slowly("cs_1")
    counter.till.behind = True
    await counter.shop.fulfil("cs_1", counter.then)
    looks = counter.till.looks
    counter.wait(minutes=59)
    assert await counter.shop.release_dead_sessions(counter.then) == 0
    assert counter.till.looks == looks
    counter.wait(days=3)
    assert await counter.shop.release_dead_sessions(counter.then) == 0
    assert await counter.shelf(SHOES) == (5, 1)

    counter.till.settle()

    assert isinstance(await counter.shop.fulfil("cs_1", counter.then), Fulfilled)
    assert await counter.shelf(SHOES) == (4, 0)


async def test_a_slow_payment_that_bounced_gives_the_stock_back(counter: Counter) -> None:
    await counter.shoes_in_cart()
    opened = await counter.checkout()
    counter.till.pay_slowly("cs_1", bounces=True)
    counter.till.settle()

    assert await counter.shop.payment_failed("cs_1") == Released(opened.order_number)
    assert await counter.states() == ["expired"]
    assert await counter.shelf(SHOES) == (5, 0)


async def test_a_failure_reported_of_a_paid_session_changes_nothing(counter: Counter) -> None:
    await counter.shoes_in_cart()
    opened = await counter.checkout()
    counter.till.pay("cs_1")

    assert await counter.shop.payment_failed("cs_1") == NotPaid(opened.order_number)
    assert await counter.shop.expire("cs_1") == NotPaid(opened.order_number)
    assert await counter.shelf(SHOES) == (5, 1)


async def test_an_expired_page_gives_the_stock_back_once(counter: Counter) -> None:
    await counter.shoes_in_cart(2)
    opened = await counter.checkout()
    counter.wait(minutes=33)

    assert await counter.shop.expire("cs_1") == Released(opened.order_number)
    assert await counter.shop.expire("cs_1") == AlreadyDone(opened.order_number)
    assert await counter.shelf(SHOES) == (5, 0)
    assert (await counter.shop.cart(counter.anna)).count == 2


async def test_a_report_of_an_open_page_frees_nothing(counter: Counter) -> None:
    await counter.shoes_in_cart()
    opened = await counter.checkout()

    assert await counter.shop.expire("cs_1") == NotPaid(opened.order_number)
    assert await counter.shelf(SHOES) == (5, 1)


async def test_the_timer_closes_a_page_before_it_frees_the_stock(counter: Counter) -> None:
    await counter.shoes_in_cart()
    await counter.checkout()
    counter.till.behind = True
    counter.wait(minutes=40)
    assert counter.till.open_pages == ["cs_1"]

    assert await counter.shop.release_dead_sessions(counter.then) == 1

    assert counter.till.sessions["cs_1"].status is SessionStatus.EXPIRED
    assert await counter.shelf(SHOES) == (5, 0)


async def test_the_timer_leaves_a_hold_that_has_not_ended(counter: Counter) -> None:
    await counter.shoes_in_cart()
    await counter.checkout()
    counter.wait(minutes=33)

    assert await counter.shop.release_dead_sessions(counter.then) == 0
    assert await counter.shelf(SHOES) == (5, 1)


async def test_the_timer_fulfils_what_nobody_reported(counter: Counter) -> None:
    await counter.shoes_in_cart()
    await counter.checkout()
    counter.till.pay("cs_1")
    counter.wait(hours=1)

    assert await counter.shop.release_dead_sessions(counter.then) == 1

    assert await counter.states() == ["paid"]
    assert len(counter.confirmed) == 1


async def test_the_timer_frees_nothing_while_the_provider_does_not_answer(counter: Counter) -> None:
    await counter.shoes_in_cart()
    await counter.checkout()
    counter.wait(hours=1)
    counter.till.fails = [PaymentsUnavailable(retry=Retry.SAME_KEY)]

    assert await counter.shop.release_dead_sessions(counter.then) == 0
    assert await counter.shelf(SHOES) == (5, 1)
    assert await counter.shop.release_dead_sessions(counter.then) == 1
    assert await counter.shelf(SHOES) == (5, 0)


async def test_the_timer_frees_an_order_that_never_got_a_page(counter: Counter) -> None:
    await counter.shoes_in_cart()
    counter.till.fails = [PaymentsUnavailable(retry=Retry.SAME_KEY)]
    await counter.shop.checkout(counter.anna, "pay")
    counter.wait(hours=1)

    assert await counter.shop.release_dead_sessions(counter.then) == 1
    assert await counter.states() == ["expired"]
    assert await counter.shelf(SHOES) == (5, 0)


async def _paid_after_release(counter: Counter) -> None:
    """A slow payment was given up on our side, and arrived on theirs."""
    await counter.shoes_in_cart(4)
    await counter.checkout()
    counter.till.pay_slowly("cs_1")
    assert isinstance(await counter.shop.payment_failed("cs_1"), Released)
    counter.till.settle()


async def test_a_late_payment_takes_the_stock_that_is_still_there(counter: Counter) -> None:
    await _paid_after_release(counter)

    assert isinstance(await counter.shop.fulfil("cs_1", counter.then), Fulfilled)
    assert await counter.states() == ["paid"]
    assert await counter.shelf(SHOES) == (1, 0)


async def test_a_late_payment_for_what_is_gone_goes_back_whole_and_touches_nobody_elses_hold(counter: Counter) -> None:
    await _paid_after_release(counter)
    other = await counter.meet()
    await counter.shoes_in_cart(3, conversation=other, key="theirs")
    await counter.checkout("theirs", conversation=other)

    answer = await counter.shop.fulfil("cs_1", counter.then)
    again = await counter.shop.fulfil("cs_1", counter.then)

    assert isinstance(answer, PaidBack)
    assert isinstance(again, AlreadyDone)
    assert [paid.attention for paid in counter.confirmed] == ["sold_out"]
    assert await counter.states() == ["cancelled", "awaiting_payment"]
    assert await counter.shelf(SHOES) == (5, 3)
    (refund,) = await counter.rows("refunds")
    assert (refund.state, refund.reason) == ("approved", "sold_out")
    assert dollars("276.00") == counter.till.sessions["cs_1"].amount_total == Money(refund.amount, refund.currency)
    assert (await counter.shop.cart(counter.anna)).count == 4


@pytest.mark.parametrize("paid_before", [True, False])
async def test_money_by_another_session_of_an_order_goes_to_a_person_once_and_settles_nothing(
    counter: Counter, paid_before: bool
) -> None:
    await counter.shoes_in_cart()
    opened = await counter.checkout()
    if paid_before:
        counter.till.pay("cs_1")
        await counter.shop.fulfil("cs_1", counter.then)
    state, shelf, confirmed = await counter.states(), await counter.shelf(SHOES), list(counter.confirmed)
    assert counter.till.open_elsewhere(**counter.till.sessions["cs_1"].metadata) == "cs_2"
    counter.till.pay("cs_2")

    answer = await counter.shop.fulfil("cs_2", counter.then)
    assert isinstance(answer, Mismatch)
    assert answer.order.attention == "another_payment"
    assert await counter.shop.fulfil("cs_2", counter.then) == AlreadyDone(opened.order_number)

    (order,) = await counter.rows("orders")
    assert (order.attention, order.session_id) == ("another_payment", "cs_1")
    assert (await counter.states(), await counter.shelf(SHOES)) == (state, shelf)
    assert counter.confirmed == [*confirmed, answer.order]


async def test_a_customer_sees_own_orders_only(counter: Counter) -> None:
    await counter.shoes_in_cart()
    opened = await counter.checkout()
    stranger = await counter.meet()

    (mine,) = await counter.shop.orders(counter.anna)
    assert (mine.number, mine.state, mine.pay_url) == (opened.order_number, "awaiting_payment", opened.url)
    assert await counter.shop.orders(stranger) == []
    assert await counter.shop.orders(stranger, opened.order_number) == []


async def test_a_link_that_has_run_out_is_not_shown(counter: Counter) -> None:
    await counter.shoes_in_cart()
    opened = await counter.checkout()
    counter.wait(minutes=33)

    (mine,) = await counter.shop.orders(counter.anna, opened.order_number)

    assert mine.pay_url is None


async def test_a_shipped_order_stays_shipped_when_its_payment_is_reported_again(counter: Counter) -> None:
    await counter.shoes_in_cart()
    opened = await counter.checkout()
    counter.till.pay("cs_1")
    await counter.shop.fulfil("cs_1", counter.then)
    async with counter.db.write() as tx:
        await tx.execute(update(orders).values(state="shipped"))

    assert await counter.shop.fulfil("cs_1", counter.then) == AlreadyDone(opened.order_number)
    assert await counter.states() == ["shipped"]


async def test_forty_buyers_of_five_pairs_who_all_try_to_pay_buy_exactly_five(counter: Counter) -> None:
    buyers = [await counter.meet() for _ in range(40)]
    for buyer in buyers:
        await counter.shoes_in_cart(conversation=buyer, key=f"shoes-{buyer}")
    await asyncio.gather(*(counter.shop.checkout(buyer, f"pay-{buyer}") for buyer in buyers))
    pages = counter.till.open_pages
    for page in pages:
        counter.till.pay(page)

    await asyncio.gather(*(counter.shop.fulfil(page, counter.then) for page in pages for _ in range(3)))

    assert await counter.states() == ["paid"] * 5
    assert await counter.shelf(SHOES) == (0, 0)
    assert len(counter.confirmed) == 5
