"""Paying back, over real HTTP: the shop, Stripe's own library, and the sandbox of Stripe as a process."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from sqlalchemy import update

from bot.commerce.money import Money
from bot.commerce.refunds import NoRefund, RefundReason
from bot.errors import Conflict
from bot.payments.stripe import StripePayments
from bot.selling.after_sale import RefundAsked, RefundFailed, RefundGiven, RefundRefused, RefundWaits
from bot.storage.selling_tables import refunds
from tests.payments.sandbox_process import API_KEY, Sandbox
from tests.selling.after_the_sale import AfterTheSale
from tests.selling.conftest import Counter
from tests.selling.people import lea
from tests.selling.till import dollars


@pytest.fixture
def after(counter: Counter, sandbox: Sandbox, stripe: StripePayments) -> AfterTheSale:
    return AfterTheSale(counter, sandbox, stripe)


async def ask(
    after: AfterTheSale,
    number: int,
    amount: Money,
    key: str = "r",
    reason: RefundReason = RefundReason.REQUESTED,
    **more: Any,
) -> RefundAsked | RefundRefused:
    order = await after.order(number)
    async with after.db.write() as tx:
        return await after.refunding.ask(tx, order, amount, reason, key=key, then=after.then, **more)


async def test_a_refund_is_paid_once_and_told_once(after: AfterTheSale) -> None:
    number = await after.bought()

    asked = await ask(after, number, dollars("20.00"))
    for _ in range(3):
        await after.carry_out()
        after.wait(minutes=20)

    assert isinstance(asked, RefundAsked)
    assert not asked.waits
    assert [refund.amount for refund in await after.at_stripe(number)] == [dollars("20.00")]
    assert [(news.order_number, news.amount) for news in after.heard(RefundGiven)] == [(number, dollars("20.00"))]
    assert (await after.order(number)).refunded == 2000
    assert [row.state for row in await after.refunds()] == ["succeeded"]


async def test_the_same_key_asks_for_nothing_more(after: AfterTheSale) -> None:
    number = await after.bought()

    first = await ask(after, number, dollars("20.00"), "same")
    again = await ask(after, number, dollars("20.00"), "same")

    assert first == again
    assert len(await after.refunds()) == 1


async def test_more_than_was_paid_is_refused_and_says_what_is_left(after: AfterTheSale) -> None:
    number = await after.bought()
    await ask(after, number, dollars("70.00"))

    refused = await ask(after, number, dollars("10.00"), "second")

    assert refused == RefundRefused(NoRefund.MORE_THAN_PAID, dollars("5.00"))
    assert len(await after.refunds()) == 1


async def test_above_the_limit_a_person_approves_first(after: AfterTheSale) -> None:
    number = await after.bought(("aero", {"size": "42", "colour": "blue"}, 2))
    asked = await ask(after, number, dollars("138.00"))
    assert isinstance(asked, RefundAsked)
    assert asked.waits
    assert [news.amount for news in after.heard(RefundWaits)] == [dollars("138.00")]

    await after.carry_out()
    assert await after.at_stripe(number) == []

    await after.refunding.approve(asked.id, await lea(after), version=0)
    await after.carry_out()
    assert [refund.amount for refund in await after.at_stripe(number)] == [dollars("138.00")]


async def test_two_people_decide_once(after: AfterTheSale) -> None:
    number = await after.bought(("aero", {"size": "42", "colour": "blue"}, 2))
    asked = await ask(after, number, dollars("138.00"))
    assert isinstance(asked, RefundAsked)
    await after.refunding.decline(asked.id, await lea(after), version=0, note="a reseller")

    with pytest.raises(Conflict):
        await after.refunding.approve(asked.id, await lea(after), version=0)

    await after.carry_out()
    assert await after.at_stripe(number) == []
    [row] = await after.refunds()
    assert (row.state, row.note) == ("declined", "a reseller")


async def test_money_that_came_for_nothing_needs_nobody(after: AfterTheSale) -> None:
    number = await after.bought(("aero", {"size": "42", "colour": "blue"}, 2))

    asked = await ask(after, number, dollars("138.00"), reason=RefundReason.SOLD_OUT)

    assert isinstance(asked, RefundAsked)
    assert not asked.waits


@pytest.mark.parametrize("fault", [
    {"api_fail_next": 3, "api_fail_status": 500},
    {"api_fail_next": 3, "api_fail_status": 500, "api_fail_after_work": True},
    {"api_fail_next": 3, "api_fail_status": 429},
    {"api_drop_answer_next": 3},
])  # fmt: skip
async def test_a_provider_that_fails_pays_once_all_the_same(after: AfterTheSale, fault: dict[str, Any]) -> None:
    number = await after.bought()
    await ask(after, number, dollars("20.00"))

    after.sandbox.turn(**fault)
    for _ in range(5):
        await after.carry_out()
        after.wait(minutes=20)

    assert [refund.amount for refund in await after.at_stripe(number)] == [dollars("20.00")]
    assert len(after.heard(RefundGiven)) == 1
    assert [row.state for row in await after.refunds()] == ["succeeded"]


async def test_a_refund_of_which_the_answer_was_lost_for_days_is_not_made_twice(after: AfterTheSale) -> None:
    number = await after.bought()
    await ask(after, number, dollars("20.00"))
    await after.carry_out()
    async with after.db.write() as tx:
        lost = {"state": "sent", "provider_id": None, "spoilt_keys": 1, "next_at": after.clock.now()}
        await tx.execute(update(refunds).values(**lost))

    await after.carry_out()

    assert len(await after.at_stripe(number)) == 1
    assert [row.state for row in await after.refunds()] == ["succeeded"]


async def test_what_is_paid_back_in_stripes_own_dashboard_is_ours_too(after: AfterTheSale) -> None:
    number = await after.bought()
    order = await after.order(number)
    await at_the_dashboard(after, order.payment_intent, 1500)

    for _ in range(3):
        assert await after.refunding.look(order.payment_intent, after.then)

    [row] = await after.refunds()
    assert (row.amount, row.state, row.asked_by) == (1500, "succeeded", None)
    assert (await after.order(number)).refunded == 1500
    assert [news.elsewhere for news in after.heard(RefundGiven)] == [True]
    refused = await ask(after, number, dollars("75.00"))
    assert refused == RefundRefused(NoRefund.MORE_THAN_PAID, dollars("60.00"))


async def test_what_was_paid_back_elsewhere_meanwhile_is_not_paid_again(after: AfterTheSale) -> None:
    number = await after.bought()
    await ask(after, number, dollars("75.00"))
    await at_the_dashboard(after, (await after.order(number)).payment_intent, 7500)

    await after.carry_out()

    assert sum(refund.amount.amount for refund in await after.at_stripe(number)) == 7500
    assert (await after.order(number)).refunded == 7500
    assert [news.failure for news in after.heard(RefundFailed)] == ["charge_already_refunded"]


async def test_a_refund_that_the_bank_sends_back_is_no_refund_any_more(after: AfterTheSale) -> None:
    number = await after.bought(card="pm_card_refundFail")
    await ask(after, number, dollars("20.00"))
    await after.carry_out()
    assert (await after.order(number)).refunded == 2000
    [refund] = await after.at_stripe(number)
    await after.at_the_bank(f"refunds/{refund.id}", "failed")

    assert await after.refunding.look((await after.order(number)).payment_intent, after.then)

    assert (await after.order(number)).refunded == 0
    assert [row.state for row in await after.refunds()] == ["failed"]
    assert [news.amount for news in after.heard(RefundFailed)] == [dollars("20.00")]
    again = await ask(after, number, dollars("75.00"), "again")
    assert isinstance(again, RefundAsked)


async def test_a_refund_that_takes_days_is_looked_after_when_no_report_comes(after: AfterTheSale) -> None:
    number = await after.bought(card="pm_card_pendingRefund")
    await ask(after, number, dollars("20.00"))
    await after.carry_out()
    assert [row.state for row in await after.refunds()] == ["pending"]
    [refund] = await after.at_stripe(number)
    await after.at_the_bank(f"refunds/{refund.id}", "succeeded")

    await after.carry_out()
    assert [row.state for row in await after.refunds()] == ["pending"]
    after.wait(hours=7)
    await after.carry_out()

    assert [row.state for row in await after.refunds()] == ["succeeded"]
    assert len(after.heard(RefundGiven)) == 1


async def test_an_unpaid_order_has_nothing_to_pay_back(after: AfterTheSale) -> None:
    opened = await after.open()

    assert await ask(after, opened.order_number, dollars("1.00")) == RefundRefused(NoRefund.NOT_PAID, Money.zero("USD"))


async def test_a_payment_of_somebody_else_is_not_looked_at(after: AfterTheSale) -> None:
    assert not await after.refunding.look("pi_unknown", after.then)


async def at_the_dashboard(after: AfterTheSale, payment_intent: str, amount: int) -> None:
    headers = {"authorization": f"Bearer {API_KEY}"}
    async with httpx.AsyncClient(base_url=after.sandbox.url, headers=headers) as client:
        made = await client.post("/v1/refunds", data={"payment_intent": payment_intent, "amount": str(amount)})
        assert made.status_code == 200, made.text
