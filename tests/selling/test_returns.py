"""Sending back and exchanging by the owner's rules, and what the people of the shop decide about it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.commerce.after_sale import AfterSale, ReturnRules
from bot.errors import Conflict
from bot.payments.stripe import StripePayments
from bot.selling.after_sale import RefundGiven, ReplacementSent, ReturnOpened, ReturnRefused
from bot.selling.return_decisions import Remedy, ReturnDecisions
from bot.selling.returning import Returning
from bot.storage.selling_tables import orders
from tests.payments.sandbox_process import Sandbox
from tests.selling.after_the_sale import RULES, SHOES, SMALLER, AfterTheSale
from tests.selling.conftest import Counter
from tests.selling.people import lea
from tests.selling.till import dollars

PAIR = ("aero", {"size": "42", "colour": "blue"}, 2)
MUG = ("mug", {}, 1)
STICKERS = ("sticker", {}, 5)


@pytest.fixture
def after(counter: Counter, sandbox: Sandbox, stripe: StripePayments) -> AfterTheSale:
    return AfterTheSale(counter, sandbox, stripe)


def decisions(after: AfterTheSale) -> ReturnDecisions:
    return ReturnDecisions(after.db, after.clock, after.policy, after.refunding)


async def sent_back(after: AfterTheSale, number: int, item: str, key: str = "back") -> ReturnOpened | ReturnRefused:
    answer = await after.shop.after.open_return(after.anna, key, number, item, "too_small")
    assert isinstance(answer, ReturnOpened | ReturnRefused)
    return answer


async def test_what_comes_back_is_paid_back_once_it_is_here_and_on_sale_again(after: AfterTheSale) -> None:
    number = await after.bought(("aero", {"size": "42", "colour": "blue"}, 1), MUG)
    await after.ship(number)
    opened = await sent_back(after, number, SHOES)
    assert isinstance(opened, ReturnOpened)
    assert (opened.state, opened.amount) == ("approved", dollars("69.00"))
    await after.carry_out()
    assert await after.at_stripe(number) == []

    await decisions(after).receive(opened.id, await lea(after), 0, after.then)
    await after.carry_out()

    assert await after.on_hand(SHOES) == 5
    assert (await after.order(number)).refunded == 6900
    assert [row.state for row in await after.returns()] == ["done"]
    assert [news.amount for news in after.heard(RefundGiven)] == [dollars("69.00")]


async def test_the_delivery_comes_back_with_the_last_of_an_order_and_the_sum_is_what_was_paid(
    after: AfterTheSale,
) -> None:
    number = await after.bought(MUG, ("aero", {"size": "41", "colour": "blue"}, 1))
    async with after.db.write() as tx:
        await tx.execute(update(orders).values(shipping=600, total=orders.c.total + 600 - orders.c.shipping))
    paid = (await after.order(number)).total
    await after.ship(number)

    mug = await sent_back(after, number, "MUG", "first")
    rest = await sent_back(after, number, "all", "rest")

    assert isinstance(mug, ReturnOpened)
    assert isinstance(rest, ReturnOpened)
    assert mug.amount == dollars("12.50")
    assert mug.amount.amount + rest.amount.amount == paid


async def test_nothing_comes_back_twice(after: AfterTheSale) -> None:
    number = await after.bought()
    await after.ship(number)
    first = await sent_back(after, number, SHOES)

    assert await sent_back(after, number, SHOES) == first
    refused = await sent_back(after, number, SHOES, "again")

    assert isinstance(refused, ReturnRefused)
    assert refused.why == "already"
    assert len(await after.returns()) == 1


async def test_a_parcel_is_received_once(after: AfterTheSale) -> None:
    number = await after.bought()
    await after.ship(number)
    opened = await sent_back(after, number, SHOES)
    assert isinstance(opened, ReturnOpened)
    await decisions(after).receive(opened.id, await lea(after), 0, after.then)

    with pytest.raises(Conflict):
        await decisions(after).receive(opened.id, await lea(after), 0, after.then)
    await after.carry_out()

    assert await after.on_hand(SHOES) == 5
    assert len(await after.at_stripe(number)) == 1


async def test_what_cannot_be_sold_again_is_not_put_on_the_shelf(after: AfterTheSale) -> None:
    number = await after.bought()
    await after.ship(number)
    opened = await sent_back(after, number, SHOES)
    assert isinstance(opened, ReturnOpened)

    await decisions(after).receive(opened.id, await lea(after), 0, after.then, restock=False)

    assert await after.on_hand(SHOES) == 4


async def test_the_days_are_counted_from_the_delivery(after: AfterTheSale) -> None:
    number = await after.bought()
    await after.ship(number)
    after.wait(days=20)
    await after.ship(number, delivered=True)
    after.wait(days=29)
    assert isinstance(await sent_back(after, number, SHOES), ReturnOpened)


async def test_after_the_last_day_the_rules_say_no(after: AfterTheSale) -> None:
    number = await after.bought()
    await after.ship(number, delivered=True)
    sent = after.clock.now()
    after.wait(days=30, seconds=1)

    refused = await sent_back(after, number, SHOES)

    assert refused == ReturnRefused(number, "too_late", until=sent + timedelta(days=30))


async def test_some_things_never_come_back(after: AfterTheSale) -> None:
    number = await after.bought(("aero", {"size": "42", "colour": "blue"}, 1), STICKERS)
    await after.ship(number)

    refused = await sent_back(after, number, "STICKER")

    assert isinstance(refused, ReturnRefused)
    assert refused.why == "category"


async def test_what_has_not_left_is_not_sent_back(after: AfterTheSale) -> None:
    number = await after.bought()

    refused = await sent_back(after, number, SHOES)

    assert isinstance(refused, ReturnRefused)
    assert refused.why == "not_sent"


async def test_a_shop_that_trusts_pays_first(counter: Counter, sandbox: Sandbox, stripe: StripePayments) -> None:
    trusting = replace(RULES, returns=replace(RULES.returns, pay_first=True))
    after = AfterTheSale(counter, sandbox, stripe, trusting)
    number = await after.bought()
    await after.ship(number)

    opened = await sent_back(after, number, SHOES)
    await after.carry_out()

    assert isinstance(opened, ReturnOpened)
    assert (await after.order(number)).refunded == 7500
    await decisions(after).receive(opened.id, await lea(after), 0, after.then)
    await after.carry_out()
    assert [row.state for row in await after.returns()] == ["done"]
    assert len(await after.at_stripe(number)) == 1


async def test_an_exchange_is_put_aside_and_leaves_when_the_old_one_is_here(after: AfterTheSale) -> None:
    number = await after.bought(PAIR)
    await after.ship(number)

    opened = await after.shop.after.open_exchange(after.anna, "swap", number, SHOES, SMALLER, dollars("69.00"))

    assert isinstance(opened, ReturnOpened)
    assert await after.counter.shelf(SMALLER) == (3, 0)
    await decisions(after).receive(opened.id, await lea(after), 0, after.then)
    [news] = after.heard(ReplacementSent)
    replacement = await after.order(news.replacement)
    assert (replacement.state, replacement.total, replacement.source) == ("paid", 0, "exchange")
    assert (await after.on_hand(SHOES), await after.on_hand(SMALLER)) == (5, 3)
    assert await after.refunds() == []
    [bought, *_] = [order for order in await after.shop.orders(after.anna) if order.number == news.replacement]
    assert [(line.title, line.quantity) for line in bought.lines] == [("Aero, blue, 41", 2)]


async def test_an_exchange_for_what_costs_more_is_a_persons(after: AfterTheSale) -> None:
    number = await after.bought()
    await after.ship(number)

    refused = await after.shop.after.open_exchange(after.anna, "swap", number, SHOES, SMALLER, dollars("79.00"))

    assert refused == ReturnRefused(number, "other_price", paid=dollars("69.00"), price=dollars("79.00"))
    assert await after.counter.shelf(SMALLER) == (5, 0)


async def test_an_exchange_for_what_is_gone_takes_nothing(after: AfterTheSale) -> None:
    number = await after.bought(PAIR)
    await after.ship(number)
    async with after.db.write() as tx:
        await after.set_on_hand(tx, SMALLER, 1)

    refused = await after.shop.after.open_exchange(after.anna, "swap", number, SHOES, SMALLER, dollars("69.00"))

    assert refused == ReturnRefused(number, "sold_out")
    assert await after.on_hand(SMALLER) == 1


async def test_what_never_comes_is_on_sale_again(after: AfterTheSale) -> None:
    number = await after.bought()
    await after.ship(number)
    await after.shop.after.open_exchange(after.anna, "swap", number, SHOES, SMALLER, dollars("69.00"))
    after.wait(days=31)

    returning = Returning(after.db, after.clock, after.policy, after.refunding)
    assert [await returning.lapse(), await returning.lapse()] == [1, 0]

    assert [row.state for row in await after.returns()] == ["cancelled"]
    assert await after.on_hand(SMALLER) == 5


@pytest.mark.parametrize("remedy", list(Remedy))
async def test_what_arrived_broken_is_made_good_by_one_decision(after: AfterTheSale, remedy: Remedy) -> None:
    number = await after.bought()
    await after.ship(number, delivered=True)
    reported = await after.shop.after.report_problem(after.anna, "p", number, SHOES, "the sole is off", replace=True)
    assert isinstance(reported, ReturnOpened)
    assert reported.state == "asked"

    await decisions(after).make_good(reported.id, await lea(after), 0, remedy, after.then)
    with pytest.raises(Conflict):
        await decisions(after).make_good(reported.id, await lea(after), 0, remedy, after.then)
    await after.carry_out()

    [row] = await after.returns()
    assert row.state == "done"
    if remedy is Remedy.REPLACEMENT:
        assert len(after.heard(ReplacementSent)) == 1
        assert await after.on_hand(SHOES) == 3
    else:
        assert (await after.order(number)).refunded == 7500
        assert await after.on_hand(SHOES) == 4


async def test_a_declined_exchange_gives_back_what_was_put_aside(after: AfterTheSale) -> None:
    number = await after.bought()
    await after.ship(number)
    opened = await after.shop.after.open_exchange(after.anna, "swap", number, SHOES, SMALLER, dollars("69.00"))
    assert isinstance(opened, ReturnOpened)

    await decisions(after).decline(opened.id, await lea(after), 0, after.then)

    assert await after.on_hand(SMALLER) == 5


async def test_without_rules_nothing_comes_back_by_itself(
    counter: Counter, sandbox: Sandbox, stripe: StripePayments
) -> None:
    after = AfterTheSale(counter, sandbox, stripe, AfterSale(returns=ReturnRules(), refunds=RULES.refunds))
    number = await after.bought()
    await after.ship(number)

    refused = await sent_back(after, number, SHOES)

    assert isinstance(refused, ReturnRefused)
    assert refused.why == "never"
