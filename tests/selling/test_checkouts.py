"""Opening a checkout: what is held, what is written before the provider is asked, and what a repeated wish gives."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import update

from bot.commerce.tax import TaxRate, TaxTable
from bot.payments.base import CredentialsRefused, PaymentsError, PaymentsUnavailable, Retry, SessionStatus
from bot.selling.order_answers import (
    BelowMinimum,
    CartEmpty,
    CheckoutOpened,
    PaymentArriving,
    PaymentsDown,
    ShortLine,
    SoldOut,
)
from bot.storage.selling_tables import prices
from tests.selling.conftest import START, Counter, rules
from tests.selling.till import Killed, dollars

SHOES = "AERO-BLU-42"


def away(retry: Retry = Retry.SAME_KEY) -> PaymentsUnavailable:
    return PaymentsUnavailable(retry=retry)


async def test_a_checkout_asks_for_exactly_what_the_cart_costs(counter: Counter) -> None:
    await counter.shoes_in_cart()

    opened = await counter.checkout()

    asked = counter.till.requests[counter.till.last]
    assert opened.url == counter.till.sessions["cs_1"].url
    assert opened.total == asked.total == dollars("75.00")
    assert [(line.title, line.quantity) for line in asked.lines] == [("Aero, blue, 42", 1)]
    assert [(way.id, way.amount) for way in asked.delivery] == [("standard", dollars("6.00"))]
    assert asked.lines[0].image_url == "https://shop.example/pictures/aero.png"
    assert asked.order_number == str(opened.order_number)
    assert asked.expires_at == opened.expires_at


async def test_free_delivery_is_no_line(counter: Counter) -> None:
    await counter.shoes_in_cart(2)

    opened = await counter.checkout()

    assert opened.total == dollars("138.00")
    assert len(counter.till.requests[counter.till.last].lines) == 1


async def test_the_stock_is_held_until_after_the_pay_page_has_closed(counter: Counter) -> None:
    await counter.shoes_in_cart(2)

    opened = await counter.checkout()

    assert await counter.shelf(SHOES) == (5, 2)
    (held,) = await counter.rows("reservations")
    assert (held.state, held.quantity) == ("held", 2)
    assert held.until >= opened.expires_at + timedelta(minutes=1)
    assert opened.expires_at - START >= timedelta(minutes=30)


async def test_order_numbers_are_short_and_rising(counter: Counter) -> None:
    await counter.shoes_in_cart()
    other = await counter.meet()
    await counter.shoes_in_cart(conversation=other, key="other shoes")

    first = await counter.checkout()
    second = await counter.checkout("other", conversation=other)

    assert (first.order_number, second.order_number) == (10001, 10002)


async def test_the_same_cart_again_gives_the_same_link(counter: Counter) -> None:
    await counter.shoes_in_cart()
    first = await counter.checkout("one")
    counter.wait(minutes=5)

    again = await counter.checkout("two")

    assert (again.url, again.order_number, again.again) == (first.url, first.order_number, True)
    assert len(counter.till.sessions) == 1
    assert await counter.shelf(SHOES) == (5, 1)


async def test_the_same_key_gives_the_same_answer_even_when_the_cart_has_changed(counter: Counter) -> None:
    await counter.shoes_in_cart()
    first = await counter.checkout("turn")
    await counter.shop.add_again(counter.anna, "more")

    assert await counter.checkout("turn") == first
    assert len(counter.till.sessions) == 1


async def test_two_taps_at_once_open_one_page(counter: Counter) -> None:
    await counter.shoes_in_cart()

    first, second = await asyncio.gather(counter.checkout("one"), counter.checkout("two"))

    assert first.url == second.url
    assert len(counter.till.sessions) == 1
    assert await counter.shelf(SHOES) == (5, 1)


async def test_a_changed_cart_closes_the_old_page_before_it_opens_a_new_one(counter: Counter) -> None:
    await counter.shoes_in_cart()
    first = await counter.checkout("one")
    await counter.shop.add_again(counter.anna, "more")

    second = await counter.checkout("two")

    assert second.order_number != first.order_number
    assert counter.till.sessions["cs_1"].status is SessionStatus.EXPIRED
    assert counter.till.open_pages == ["cs_2"]
    assert await counter.states() == ["expired", "awaiting_payment"]
    assert await counter.shelf(SHOES) == (5, 2)


async def test_the_cart_may_want_all_that_its_own_checkout_holds(counter: Counter) -> None:
    await counter.shoes_in_cart(4)
    await counter.checkout("one")

    await counter.shop.add_again(counter.anna, "more")
    await counter.checkout("two")

    assert await counter.shelf(SHOES) == (5, 5)


async def test_another_thing_at_the_same_price_is_another_page(counter: Counter) -> None:
    await counter.shoes_in_cart()
    await counter.checkout("one")
    await counter.shop.remove(counter.anna, "out")
    await counter.shop.add(counter.anna, "in", "aero", {"size": "41", "colour": "blue"})

    await counter.checkout("two")

    assert counter.till.requests[counter.till.last].lines[0].title == "Aero, blue, 41"
    assert await counter.shelf(SHOES) == (5, 0)
    assert await counter.shelf("AERO-BLU-41") == (5, 1)


async def test_a_changed_price_opens_a_new_page(counter: Counter) -> None:
    await counter.shoes_in_cart()
    await counter.checkout("one")
    async with counter.db.write() as tx:
        await tx.execute(update(prices).where(prices.c.sku == SHOES, prices.c.currency == "USD").values(amount=7100))

    second = await counter.checkout("two")

    assert second.total == dollars("77.00")
    assert counter.till.open_pages == ["cs_2"]


async def test_a_page_about_to_close_is_not_handed_out_again(counter: Counter) -> None:
    await counter.shoes_in_cart()
    first = await counter.checkout("one")
    counter.wait(minutes=31)

    second = await counter.checkout("two")

    assert second.order_number != first.order_number
    assert second.expires_at - counter.clock.now() >= timedelta(minutes=30)
    assert await counter.shelf(SHOES) == (5, 1)


async def test_a_page_that_was_paid_a_moment_ago_is_waited_for(counter: Counter) -> None:
    await counter.shoes_in_cart()
    first = await counter.checkout("one")
    counter.till.pay(counter.till.last)
    await counter.shop.add_again(counter.anna, "more")

    answer = await counter.shop.checkout(counter.anna, "two")

    assert answer == PaymentArriving(first.order_number)
    assert await counter.states() == ["awaiting_payment"]
    assert await counter.shelf(SHOES) == (5, 1)


async def test_an_empty_cart_opens_nothing(counter: Counter) -> None:
    assert await counter.shop.checkout(counter.anna, "pay") == CartEmpty()
    assert await counter.rows("orders") == []


async def test_a_sum_that_no_card_takes_is_refused_with_the_smallest(counter: Counter) -> None:
    shop = counter.shop_with(rules=rules(dollars("0")))
    await shop.add(counter.anna, "1", "sticker", {}, 2)

    assert await shop.checkout(counter.anna, "pay") == BelowMinimum(dollars("0.40"), dollars("0.50"))
    assert await counter.rows("orders") == []


async def test_what_is_short_is_told_and_nothing_is_held(counter: Counter) -> None:
    await counter.shop.add(counter.anna, "mug", "mug", {})
    await counter.shoes_in_cart(3)
    other = await counter.meet()
    await counter.shoes_in_cart(3, conversation=other, key="theirs")
    await counter.checkout("theirs", conversation=other)

    answer = await counter.shop.checkout(counter.anna, "mine")

    assert answer == SoldOut([ShortLine(SHOES, "aero", "Aero, blue, 42", 3, 2)])
    assert await counter.shelf("MUG") == (3, 0)
    assert await counter.shelf(SHOES) == (5, 3)
    assert await counter.states() == ["awaiting_payment"]


async def test_without_the_provider_the_order_waits_and_the_next_try_carries_on(counter: Counter) -> None:
    await counter.shoes_in_cart()
    counter.till.fails = [away()]

    assert await counter.shop.checkout(counter.anna, "turn") == PaymentsDown()
    (waiting,) = await counter.rows("orders")
    opened = await counter.checkout("turn")

    assert opened.order_number == waiting.number
    assert list(counter.till.session_of_key) == [waiting.idempotency_key]
    assert await counter.shelf(SHOES) == (5, 1)


@pytest.mark.parametrize("key", ["turn", "another turn"])
async def test_an_answer_that_was_lost_opens_no_second_page(counter: Counter, key: str) -> None:
    await counter.shoes_in_cart()
    counter.till.fails_late = [away()]
    await counter.shop.checkout(counter.anna, "turn")
    counter.wait(minutes=1)

    await counter.checkout(key)

    assert len(counter.till.sessions) == 1
    assert await counter.states() == ["awaiting_payment"]


async def test_a_process_that_died_before_it_asked_is_carried_on_with_the_same_key(counter: Counter) -> None:
    await counter.shoes_in_cart()
    counter.till.fails = [Killed()]
    with pytest.raises(Killed):
        await counter.shop.checkout(counter.anna, "turn")
    (written,) = await counter.rows("orders")

    await counter.checkout("turn")

    assert list(counter.till.session_of_key) == [written.idempotency_key]
    assert len(await counter.rows("orders")) == 1
    assert await counter.shelf(SHOES) == (5, 1)


async def test_a_process_that_died_long_before_it_is_asked_again_gets_a_whole_new_page(counter: Counter) -> None:
    await counter.shoes_in_cart()
    counter.till.fails = [away()]
    await counter.shop.checkout(counter.anna, "one")
    counter.wait(minutes=10)

    opened = await counter.checkout("two")

    assert opened.expires_at - counter.clock.now() >= timedelta(minutes=30)
    assert len(await counter.rows("orders")) == 1
    (held,) = await counter.rows("reservations")
    assert held.until > opened.expires_at


async def test_a_failure_that_the_provider_keeps_is_tried_with_another_key(counter: Counter) -> None:
    await counter.shoes_in_cart()
    counter.till.fails = [away(Retry.NEW_KEY)]

    opened = await counter.checkout()

    assert opened.order_number == 10001
    assert await counter.shelf(SHOES) == (5, 1)


async def test_a_page_whose_order_was_replaced_meanwhile_is_closed_and_not_given_out(counter: Counter) -> None:
    await counter.shoes_in_cart()

    async def on_the_phone() -> None:
        await counter.shop.add_again(counter.anna, "more")
        await counter.checkout("two")

    counter.till.meanwhile = on_the_phone

    opened = await counter.checkout("one")

    assert opened.total == dollars("138.00")
    assert counter.till.open_pages == ["cs_2"]
    assert opened.url == counter.till.sessions["cs_2"].url
    assert await counter.shelf(SHOES) == (5, 2)


async def test_a_key_that_was_renewed_while_a_request_was_on_its_way_leads_both_to_one_page(counter: Counter) -> None:
    await counter.shoes_in_cart()

    urls = []

    async def on_the_phone() -> None:
        counter.till.fails = [away(Retry.NEW_KEY)]
        urls.append((await counter.checkout("two")).url)

    counter.till.beforehand = on_the_phone

    opened = await counter.checkout("one")

    # The first was made by the call that failed; nobody was given its address.
    assert counter.till.open_pages == ["cs_1", "cs_2"]
    assert [opened.url] == urls == [counter.till.sessions["cs_2"].url]
    assert len(await counter.rows("orders")) == 1
    assert await counter.shelf(SHOES) == (5, 1)


async def test_a_new_key_comes_with_a_hold_that_outlives_its_page(counter: Counter) -> None:
    await counter.shoes_in_cart()
    counter.till.fails = [away()]
    await counter.shop.checkout(counter.anna, "one")
    counter.wait(minutes=20)
    counter.till.fails = [away(Retry.NEW_KEY), away()]

    assert await counter.shop.checkout(counter.anna, "two") == PaymentsDown()

    (order,) = await counter.rows("orders")
    (held,) = await counter.rows("reservations")
    assert order.session_expires_at - counter.clock.now() >= timedelta(minutes=30)
    assert held.until > order.session_expires_at


@pytest.mark.parametrize("error", [CredentialsRefused(request_id=None), away()])
async def test_a_provider_that_does_not_serve_us_is_told_and_not_remembered(
    counter: Counter, error: PaymentsError
) -> None:
    await counter.shoes_in_cart()
    counter.till.fails = [error]

    assert await counter.shop.checkout(counter.anna, "turn") == PaymentsDown()
    assert isinstance(await counter.shop.checkout(counter.anna, "turn"), CheckoutOpened)


async def test_an_old_page_that_cannot_be_closed_keeps_its_stock(counter: Counter) -> None:
    await counter.shoes_in_cart()
    await counter.checkout("one")
    await counter.shop.add_again(counter.anna, "more")
    counter.till.fails = [away()]

    assert await counter.shop.checkout(counter.anna, "two") == PaymentsDown()

    assert await counter.states() == ["awaiting_payment"]
    assert await counter.shelf(SHOES) == (5, 1)
    assert counter.till.open_pages == ["cs_1"]


async def test_the_cart_shows_its_open_page_and_whether_it_is_still_right(counter: Counter) -> None:
    await counter.shoes_in_cart()
    opened = await counter.checkout()

    before = (await counter.shop.cart(counter.anna)).checkout
    await counter.shop.add_again(counter.anna, "more")
    after = (await counter.shop.cart(counter.anna)).checkout

    assert before is not None
    assert (before.url, before.current) == (opened.url, True)
    assert after is not None
    assert after.current is False


async def test_forty_buyers_of_five_pairs_hold_exactly_five(counter: Counter) -> None:
    buyers = [await counter.meet() for _ in range(40)]
    for buyer in buyers:
        await counter.shoes_in_cart(conversation=buyer, key=f"shoes-{buyer}")

    answers = await asyncio.gather(*(counter.shop.checkout(buyer, f"pay-{buyer}") for buyer in buyers))

    assert sum(isinstance(answer, CheckoutOpened) for answer in answers) == 5
    assert sum(isinstance(answer, SoldOut) for answer in answers) == 35
    assert await counter.shelf(SHOES) == (5, 5)
    assert len(await counter.rows("reservations")) == 5
    assert len(counter.till.sessions) == 5


async def test_an_order_keeps_the_tax_of_each_of_its_lines(counter: Counter) -> None:
    vat = TaxTable((TaxRate(("US",), Decimal(20), included=True, name="VAT"),))
    counter.shop = counter.shop_with(rules=rules(dollars("6.00"), tax=vat))
    await counter.shop.add(counter.anna, "mug", "mug", {}, 2)

    await counter.checkout()

    [line] = await counter.rows("order_lines")
    [order] = await counter.rows("orders")
    assert (line.tax, order.tax_included, order.tax) == (417, 417, 0)
