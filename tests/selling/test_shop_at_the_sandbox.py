"""A whole purchase over real HTTP: the shop, Stripe's own library, and the sandbox of Stripe as a process."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from bot.clock import SystemClock
from bot.payments.base import SessionStatus
from bot.payments.stripe import StripePayments
from bot.selling.order_answers import AlreadyDone, CheckoutOpened, Fulfilled, PaymentsDown, Released
from bot.selling.shop import Shop
from tests.payments.paying import confirmation
from tests.payments.sandbox_process import API_KEY, Sandbox
from tests.selling.conftest import Counter, policy

SHOES = "AERO-BLU-42"


@pytest.fixture
def shop(counter: Counter, stripe: StripePayments) -> Shop:
    counter.shop = Shop(
        db=counter.db, index=counter.index, payments=stripe, clock=SystemClock(), policy=policy(livemode=False)
    )
    return counter.shop


async def session_of(counter: Counter) -> Any:
    return (await counter.rows("orders"))[-1].session_id


async def pay(sandbox: Sandbox, session_id: str, total: int) -> None:
    """As a browser does on the pay page, with a card that is taken."""
    auth = {"authorization": f"Bearer {API_KEY}"}
    async with httpx.AsyncClient(base_url=sandbox.url, headers=auth) as client:
        card = await client.post("/v1/payment_methods", data={"type": "card", "card[token]": "tok_visa"})
        page = await client.get(f"/v1/payment_pages/{session_id}")
        form = confirmation(page.json(), card.json()["id"], expected_amount=str(total))
        paid = await client.post(f"/v1/payment_pages/{session_id}/confirm", data=form)
        paid.raise_for_status()


async def test_a_purchase_goes_through_to_the_cent(counter: Counter, shop: Shop, sandbox: Sandbox) -> None:
    await counter.shoes_in_cart(2)
    opened = await counter.checkout()
    session_id = await session_of(counter)
    await pay(sandbox, session_id, opened.total.amount)

    answers = await asyncio.gather(*(shop.fulfil(session_id, counter.then) for _ in range(5)))

    assert sum(isinstance(answer, Fulfilled) for answer in answers) == 1
    assert sum(isinstance(answer, AlreadyDone) for answer in answers) == 4
    assert opened.total.amount == 13800
    assert await counter.shelf(SHOES) == (3, 0)
    (order,) = await counter.rows("orders")
    assert (order.state, order.payment_intent[:3]) == ("paid", "pi_")


async def test_a_lost_answer_opens_one_page(counter: Counter, shop: Shop, sandbox: Sandbox) -> None:
    await counter.shoes_in_cart()
    sandbox.turn(api_drop_answer_next=1)

    opened = await counter.checkout()

    session = (await counter.rows("orders"))[0]
    assert session.session_url == opened.url
    assert len(await counter.rows("orders")) == 1
    assert await counter.shelf(SHOES) == (5, 1)


async def test_an_outage_is_told_and_the_next_try_carries_on(counter: Counter, shop: Shop, sandbox: Sandbox) -> None:
    await counter.shoes_in_cart()
    sandbox.turn(api_fail_next=12, api_fail_status=503)
    assert await shop.checkout(counter.anna, "turn") == PaymentsDown()
    sandbox.rest()

    opened = await shop.checkout(counter.anna, "turn")

    assert isinstance(opened, CheckoutOpened)
    assert len(await counter.rows("orders")) == 1
    assert await counter.shelf(SHOES) == (5, 1)


async def test_a_failure_after_the_work_was_done_opens_one_page_that_can_be_paid(
    counter: Counter, shop: Shop, sandbox: Sandbox
) -> None:
    await counter.shoes_in_cart()
    sandbox.turn(api_fail_next=1, api_fail_status=500, api_fail_after_work=True)

    opened = await shop.checkout(counter.anna, "turn")

    assert isinstance(opened, CheckoutOpened)
    await pay(sandbox, await session_of(counter), opened.total.amount)
    assert isinstance(await shop.fulfil(await session_of(counter), counter.then), Fulfilled)
    assert await counter.shelf(SHOES) == (4, 0)


async def test_a_changed_cart_leaves_no_old_page_open(counter: Counter, shop: Shop, stripe: StripePayments) -> None:
    await counter.shoes_in_cart()
    await counter.checkout("one")
    old = await session_of(counter)
    await shop.add_again(counter.anna, "more")

    opened = await counter.checkout("two")

    assert (await stripe.retrieve_checkout(old)).status is SessionStatus.EXPIRED
    assert opened.total.amount == 13800
    assert await counter.shelf(SHOES) == (5, 2)


async def test_a_page_closed_at_the_provider_frees_its_stock(
    counter: Counter, shop: Shop, stripe: StripePayments
) -> None:
    await counter.shoes_in_cart()
    opened = await counter.checkout()
    session_id = await session_of(counter)
    await stripe.expire_checkout(session_id)

    assert await shop.expire(session_id) == Released(opened.order_number)
    assert await counter.shelf(SHOES) == (5, 0)
