"""Our adapter, Stripe's library and the sandbox, over real HTTP."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from bot.commerce.money import CurrencyMismatch, Money
from bot.payments.base import (
    CheckoutLine,
    CredentialsRefused,
    IdempotencyKeyReused,
    PaymentEventType,
    PaymentStatus,
    PaymentsUnavailable,
    RequestRefused,
    Retry,
    SessionStatus,
)
from tests.payments.sandbox_process import API_KEY, HTTP


async def test_a_checkout_carries_the_order_and_its_total(payments, checkout) -> None:
    request = checkout()

    session = await payments.open_checkout(request)

    assert session.amount_total == request.total == Money(14400, "USD")
    assert session.status is SessionStatus.OPEN
    assert session.payment_status is PaymentStatus.UNPAID
    assert session.order_id == session.client_reference_id == request.order_id
    assert session.expires_at == request.expires_at.replace(microsecond=0)
    assert session.url is not None
    assert not session.livemode


async def test_the_same_request_twice_opens_one_session(payments, checkout) -> None:
    request = checkout()

    first, second = await asyncio.gather(payments.open_checkout(request), payments.open_checkout(request))

    assert first == second


async def test_a_key_that_belongs_to_another_cart_is_refused(payments, checkout) -> None:
    request = checkout()
    await payments.open_checkout(request)

    with pytest.raises(IdempotencyKeyReused):
        await payments.open_checkout(
            checkout(idempotency_key=request.idempotency_key, order_id=request.order_id, locale="de")
        )


async def test_a_paid_session_says_so_and_so_does_its_event(payments, checkout, sandbox) -> None:
    session = await payments.open_checkout(checkout())
    assert _pay(session.url, "4242424242424242").status_code == 303

    seen = await payments.retrieve_checkout(session.id)
    (post,) = sandbox.receiver.wait_for("checkout.session.completed", session.id)
    event = payments.verify_event(post.body, post.signature)

    assert (seen.status, seen.payment_status, seen.url) == (SessionStatus.COMPLETE, PaymentStatus.PAID, None)
    assert event.type == PaymentEventType.CHECKOUT_COMPLETED
    assert (event.session_id, event.order_id) == (session.id, session.order_id)
    assert (event.amount_total, event.payment_status) == (Money(14400, "USD"), PaymentStatus.PAID)
    assert event.payment_intent == seen.payment_intent
    assert abs(event.created - datetime.now(UTC)) < timedelta(minutes=1)


async def test_a_declined_card_leaves_the_session_open_for_another(payments, checkout, sandbox) -> None:
    session = await payments.open_checkout(checkout())

    assert _pay(session.url, "4000000000009995").status_code == 402
    declined = await payments.retrieve_checkout(session.id)
    (post,) = sandbox.receiver.wait_for("payment_intent.payment_failed", declined.payment_intent)
    assert _pay(session.url, "4242 4242 4242 4242").status_code == 303

    assert declined.status is SessionStatus.OPEN
    event = payments.verify_event(post.body, post.signature)
    assert (event.decline_code, event.order_id) == ("insufficient_funds", session.order_id)
    assert (await payments.retrieve_checkout(session.id)).payment_status is PaymentStatus.PAID
    sandbox.receiver.wait_for("payment_intent.succeeded", declined.payment_intent)


async def test_a_session_closed_by_the_shop_cannot_be_paid(payments, checkout, sandbox) -> None:
    session = await payments.open_checkout(checkout())

    closed = await payments.expire_checkout(session.id)
    page = _pay(session.url, "4242424242424242", follow=True)

    assert (closed.status, closed.url) == (SessionStatus.EXPIRED, None)
    assert page.status_code == 410
    assert "nothing was paid" in page.text
    (post,) = sandbox.receiver.wait_for("checkout.session.expired", session.id)
    assert payments.verify_event(post.body, post.signature).order_id == session.order_id


async def test_closing_a_session_that_was_just_paid_tells_that_it_was_paid(payments, checkout) -> None:
    session = await payments.open_checkout(checkout())
    _pay(session.url, "4242424242424242")

    after = await payments.expire_checkout(session.id)

    assert (after.status, after.payment_status) == (SessionStatus.COMPLETE, PaymentStatus.PAID)


async def test_a_session_runs_out_by_itself(payments, checkout, sandbox) -> None:
    session = await payments.open_checkout(checkout())

    sandbox.advance(32 * 60)

    assert (await payments.retrieve_checkout(session.id)).status is SessionStatus.EXPIRED
    assert len(sandbox.receiver.wait_for("checkout.session.expired", session.id)) == 1


@pytest.mark.parametrize(
    ("price", "total"),
    [(Money(8000, "JPY"), Money(16000, "JPY")), (Money(21500, "KWD"), Money(43000, "KWD"))],
    ids=["without decimals", "with three"],
)
async def test_yen_and_dinars_are_charged_to_the_coin(payments, checkout, sandbox, price, total) -> None:
    session = await payments.open_checkout(checkout(lines=(CheckoutLine("Aero 2", price, 2),)))
    page = HTTP.get(session.url)
    _pay(session.url, "4242424242424242")

    (post,) = sandbox.receiver.wait_for("checkout.session.completed", session.id)
    assert session.amount_total == payments.verify_event(post.body, post.signature).amount_total == total
    assert re.search(r"16[\s,.  ]000|43,000", page.text)


async def test_crowns_are_counted_with_two_decimals_by_stripe_and_none_by_us(payments, checkout, sandbox) -> None:
    session = await payments.open_checkout(checkout(lines=(CheckoutLine("Aero 2", Money(9900, "ISK"), 1),)))

    assert session.amount_total == Money(9900, "ISK")
    told = _api(sandbox, "GET", f"/v1/checkout/sessions/{session.id}").json()
    assert told["amount_total"] == 990_000


@pytest.mark.parametrize(
    ("money", "param"),
    [(Money(1234, "KWD"), "unit_amount"), (Money(50000, "UGX"), "currency")],
    ids=["a fils that cannot be charged", "a currency whose counting is uncertain"],
)
async def test_what_stripe_cannot_charge_is_refused_before_it_is_asked(payments, checkout, money, param) -> None:
    with pytest.raises(RequestRefused) as refused:
        await payments.open_checkout(checkout(lines=(CheckoutLine("Aero 2", money, 1),)))

    assert refused.value.param == param
    assert refused.value.request_id is None


async def test_two_currencies_in_one_cart_have_no_total(checkout) -> None:
    lines = (CheckoutLine("Aero 2", Money(6900, "USD"), 1), CheckoutLine("Socks", Money(900, "EUR"), 1))

    with pytest.raises(CurrencyMismatch):
        _ = checkout(lines=lines).total


@pytest.mark.parametrize("life", [timedelta(minutes=29), timedelta(hours=25)])
async def test_a_session_lives_between_half_an_hour_and_a_day(payments, checkout, life) -> None:
    with pytest.raises(RequestRefused) as refused:
        await payments.open_checkout(checkout(expires_at=datetime.now(UTC) + life))

    assert refused.value.param == "expires_at"


@pytest.mark.parametrize("id_", ["cs_test_unknown", "../events", "", "pi_3x", "cs_test_é"])
async def test_an_unknown_session_is_refused_by_name(payments, id_) -> None:
    with pytest.raises(RequestRefused) as refused:
        await payments.retrieve_checkout(id_)

    assert (refused.value.refusal, refused.value.param) == ("resource_missing", "session")


async def test_a_wrong_key_is_the_operators_matter(sandbox, open_payments, checkout) -> None:
    payments = open_payments(sandbox, api_key="sk_test_ofSomebodyElse")

    with pytest.raises(CredentialsRefused):
        await payments.open_checkout(checkout())
    await payments.close()


async def test_a_failure_before_the_work_is_overcome_by_trying_again(payments, checkout, sandbox) -> None:
    sandbox.turn(api_fail_next=1)

    session = await payments.open_checkout(checkout())

    assert session.status is SessionStatus.OPEN


async def test_too_many_requests_may_come_again_with_the_same_key(payments, checkout, sandbox) -> None:
    request = checkout()
    sandbox.turn(api_fail_next=1, api_fail_status=429)

    with pytest.raises(PaymentsUnavailable) as unavailable:
        await payments.open_checkout(request)

    assert unavailable.value.retry is Retry.SAME_KEY
    assert (await payments.open_checkout(request)).order_id == request.order_id


async def test_a_failure_during_the_work_needs_a_new_key(payments, checkout, sandbox) -> None:
    request = checkout()
    sandbox.turn(api_fail_next=1, api_fail_after_work=True)

    for _ in range(2):  # the second time the kept failure is repeated, although the knob is back at rest
        with pytest.raises(PaymentsUnavailable) as unavailable:
            await payments.open_checkout(request)
        assert unavailable.value.retry is Retry.NEW_KEY


async def test_a_lost_answer_is_asked_for_again_and_makes_no_second_session(payments, checkout, sandbox) -> None:
    request = checkout()
    sandbox.turn(api_drop_answer_next=1)

    session = await payments.open_checkout(request)

    sessions = _api(sandbox, "GET", "/v1/checkout/sessions?limit=100").json()["data"]
    assert [s["id"] for s in sessions if s["client_reference_id"] == request.order_id] == [session.id]


async def test_nobody_waits_longer_than_the_deadline(sandbox, open_payments, checkout) -> None:
    payments = open_payments(sandbox, deadline_s=0.3)
    sandbox.turn(api_latency_s=8)
    began = asyncio.get_running_loop().time()

    with pytest.raises(PaymentsUnavailable) as unavailable:
        await payments.open_checkout(checkout())

    assert asyncio.get_running_loop().time() - began < 4
    assert unavailable.value.retry is Retry.SAME_KEY
    await payments.close()


async def test_nobody_at_the_address_is_unavailable(open_payments, sandbox, checkout) -> None:
    payments = open_payments(sandbox, api_url="http://127.0.0.1:9", deadline_s=2)

    with pytest.raises(PaymentsUnavailable):
        await payments.retrieve_checkout("cs_test_any")
    await payments.close()


def _pay(url: str, number: str, *, follow: bool = False) -> httpx.Response:
    card = {"email": "lea@example.com", "number": number, "expiry": "12 / 34", "cvc": "123"}
    return HTTP.post(url, data=card, follow_redirects=follow)


def _api(sandbox, method: str, path: str) -> httpx.Response:
    return HTTP.request(method, sandbox.api_url + path, headers={"authorization": f"Bearer {API_KEY}"})
