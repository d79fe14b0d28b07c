"""A shopper's bank asks for the money back: what the shop keeps of it, and what it stops."""

from __future__ import annotations

import pytest

from bot.commerce.refunds import RefundReason
from bot.payments.stripe import StripePayments
from bot.selling.after_sale import DisputeNews, RefundFailed, RefundRefused
from bot.selling.disputes import Disputes
from tests.payments.sandbox_process import Sandbox
from tests.selling.after_the_sale import AfterTheSale
from tests.selling.conftest import Counter
from tests.selling.till import dollars


@pytest.fixture
def after(counter: Counter, sandbox: Sandbox, stripe: StripePayments) -> AfterTheSale:
    return AfterTheSale(counter, sandbox, stripe)


async def dispute_of(after: AfterTheSale, number: int) -> str:
    """The id of the dispute, once the bank's letter has come."""
    after.sandbox.advance(60)
    intent = (await after.order(number)).payment_intent
    return str(after.api("/v1/disputes", payment_intent=intent)["data"][0]["id"])


async def test_a_dispute_is_kept_with_its_due_date_and_told_once(after: AfterTheSale) -> None:
    number = await after.bought(card="pm_card_createDispute")
    dispute = await dispute_of(after, number)
    disputes = Disputes(after.db, after.payments, after.clock)

    for _ in range(2):
        assert await disputes.look(dispute, after.then)

    [news] = after.heard(DisputeNews)
    assert (news.order_number, news.amount, news.reason) == (number, dollars("75.00"), "fraudulent")
    assert news.status == "needs_response"
    assert news.evidence_due is not None
    assert (await after.shop.after.of(after.anna, number))[number].disputed


async def test_nothing_is_paid_back_beside_a_dispute(after: AfterTheSale) -> None:
    number = await after.bought(card="pm_card_createDispute")
    order = await after.order(number)
    async with after.db.write() as tx:
        await after.refunding.ask(tx, order, dollars("10.00"), RefundReason.REQUESTED, key="before")
    await Disputes(after.db, after.payments, after.clock).look(await dispute_of(after, number), after.then)

    async with after.db.write() as tx:
        refused = await after.refunding.ask(tx, order, dollars("10.00"), RefundReason.REQUESTED, key="after")
    await after.carry_out()

    assert isinstance(refused, RefundRefused)
    assert refused.why == "disputed"
    assert [row.state for row in await after.refunds()] == ["cancelled"]
    assert [news.failure for news in after.heard(RefundFailed)] == ["disputed"]
    assert await after.at_stripe(number) == []


@pytest.mark.parametrize(("end", "pays"), [("won", True), ("lost", False)])
async def test_how_it_ends_is_told_and_decides_whether_money_may_go_back(
    after: AfterTheSale, end: str, pays: bool
) -> None:
    number = await after.bought(card="pm_card_createDispute")
    dispute = await dispute_of(after, number)
    disputes = Disputes(after.db, after.payments, after.clock)
    await disputes.look(dispute, after.then)

    await after.at_the_bank(f"disputes/{dispute}", end)
    await disputes.look(dispute, after.then)

    assert [(news.before, news.status) for news in after.heard(DisputeNews)] == [
        ("", "needs_response"),
        ("needs_response", end),
    ]
    async with after.db.write() as tx:
        order = await after.order(number)
        answer = await after.refunding.ask(tx, order, dollars("10.00"), RefundReason.REQUESTED, key="after")
    assert isinstance(answer, RefundRefused) is not pays


async def test_a_dispute_about_no_order_of_ours_is_nobodys(after: AfterTheSale) -> None:
    number = await after.bought(card="pm_card_createDispute")
    dispute = await dispute_of(after, number)
    async with after.db.write() as tx:
        await after.forget_payment(tx, number)

    assert not await Disputes(after.db, after.payments, after.clock).look(dispute, after.then)
    assert after.told == []
