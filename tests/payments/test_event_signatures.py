"""What counts as a word of Stripe's: only a body as it was sent, signed with our secret, now."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime

import pytest
import stripe

from bot.clock import FixedClock
from bot.commerce.money import Money
from bot.payments.base import EventUnreadable, PaymentEventType, PaymentStatus, SignatureInvalid
from bot.payments.stripe import StripePayments

SECRET = "whsec_current"
NOW = int(time.time())
CLOCK = FixedClock(datetime.fromtimestamp(NOW, UTC))
EVENT = {
    "id": "evt_1",
    "object": "event",
    "type": "checkout.session.completed",
    "created": NOW,
    "livemode": False,
    "data": {
        "object": {
            "id": "cs_test_1",
            "object": "checkout.session",
            "amount_total": 14400,
            "currency": "usd",
            "expires_at": NOW + 1800,
            "livemode": False,
            "metadata": {"order_id": "o-1"},
            "payment_intent": "pi_1",
            "payment_status": "paid",
            "status": "complete",
            "url": None,
        }
    },
}
BODY = json.dumps(EVENT, indent=2).encode()


@pytest.fixture
def payments() -> StripePayments:
    """Its clock stands at NOW, which may be long ago when the tests before took their time."""
    return StripePayments(api_key="sk_test_1", webhook_secrets=[SECRET], clock=CLOCK)


def signed(body: bytes = BODY, secret: str = SECRET, at: int = NOW) -> str:
    return stripe.WebhookSignature.generate_signature_header(body.decode(), secret, at)


def test_a_signed_event_is_read_into_typed_facts(payments) -> None:
    event = payments.verify_event(BODY, signed())

    assert (event.id, event.type) == ("evt_1", PaymentEventType.CHECKOUT_COMPLETED)
    assert (event.session_id, event.payment_intent, event.order_id) == ("cs_test_1", "pi_1", "o-1")
    assert (event.amount_total, event.currency) == (Money(14400, "USD"), "USD")
    assert event.payment_status is PaymentStatus.PAID
    assert event.created == datetime.fromtimestamp(NOW, UTC)


@pytest.mark.parametrize(
    ("body", "header"),
    [
        (BODY, None),
        (BODY, ""),
        (BODY, "t=1"),
        (BODY, "v1=abc"),
        (BODY, f"t={NOW},v1=" + "0" * 64),
        (BODY, f"t={NOW},v0=" + signed().split("v1=")[1]),
        (BODY, f"t={NOW},v1=é"),
        (BODY, "t=" + "9" * 5000 + ",v1=0"),
        (BODY, "t=now,v1=0"),
        (BODY, signed(secret="whsec_of_somebody_else")),
        (BODY, signed(at=NOW - 600)),
        (BODY, signed(at=NOW + 600)),
        (BODY, signed().replace(f"t={NOW}", f"t={NOW + 1}")),
        (json.dumps(EVENT).encode(), signed()),
        (BODY.replace(b"14400", b"00001"), signed()),
        (BODY + b"\n", signed()),
        (b"\xff\xfe", signed(b"")),
    ],
    ids=[
        "no header",
        "empty header",
        "no signature",
        "no time",
        "forged",
        "another scheme",
        "not ASCII",
        "a time too long",
        "a time that is none",
        "another secret",
        "old",
        "from the future",
        "moved time",
        "serialised again",
        "changed amount",
        "one byte more",
        "not UTF-8",
    ],
)
def test_anything_else_is_refused(payments, body, header) -> None:
    with pytest.raises(SignatureInvalid):
        payments.verify_event(body, header)


def test_a_clock_that_is_a_little_ahead_is_forgiven(payments) -> None:
    assert payments.verify_event(BODY, signed(at=NOW + 30)).id == "evt_1"


def test_the_future_is_measured_by_our_clock() -> None:
    an_hour_slow = FixedClock(datetime.fromtimestamp(NOW - 3600, UTC))
    payments = StripePayments(api_key="sk_test_1", webhook_secrets=[SECRET], clock=an_hour_slow)

    with pytest.raises(SignatureInvalid):
        payments.verify_event(BODY, signed())


def test_both_secrets_are_good_while_one_replaces_the_other() -> None:
    payments = StripePayments(api_key="sk_test_1", webhook_secrets=["whsec_next", SECRET], clock=CLOCK)

    assert payments.verify_event(BODY, signed()).id == "evt_1"
    assert payments.verify_event(BODY, signed(secret="whsec_next")).id == "evt_1"


def test_one_good_signature_among_several_is_enough(payments) -> None:
    good = signed().split(",")[1]

    assert payments.verify_event(BODY, f"t={NOW},v1={'0' * 64},{good}").id == "evt_1"


@pytest.mark.parametrize("secrets", [[], [""], ["whsec_1", ""]])
def test_stripe_does_not_start_without_a_secret(secrets) -> None:
    with pytest.raises(ValueError, match="secret"):
        StripePayments(api_key="sk_test_1", webhook_secrets=secrets)


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"{}",
        b"not json",
        b"[" * 100_000,
        json.dumps(EVENT | {"object": "v2.core.event"}).encode(),
        json.dumps(EVENT | {"created": 10**15}).encode(),
        json.dumps(EVENT | {"data": {"object": {}}}).encode(),
        json.dumps(EVENT | {"data": {"object": {"object": "checkout.session", "id": 7}}}).encode(),
        json.dumps(EVENT | {"data": {"object": EVENT["data"]["object"] | {"currency": "dollars"}}}).encode(),
    ],
    ids=["list", "empty", "no JSON", "deep", "thin event", "far future", "no object", "wrong types", "no currency"],
)
def test_a_signed_body_that_is_no_event_is_called_unreadable(payments, body) -> None:
    with pytest.raises(EventUnreadable):
        payments.verify_event(body, signed(body))


def test_an_event_of_a_kind_we_do_not_know_is_accepted_without_facts(payments) -> None:
    body = json.dumps(EVENT | {"type": "payout.paid", "data": {"object": {"object": "payout", "id": "po_1"}}}).encode()

    event = payments.verify_event(body, signed(body))

    assert (event.type, event.session_id, event.amount_total) == ("payout.paid", None, None)


def test_a_session_of_another_use_of_the_account_has_no_amount(payments) -> None:
    session = EVENT["data"]["object"] | {"amount_total": None, "currency": None, "metadata": None}
    body = json.dumps(EVENT | {"data": {"object": session}}).encode()

    event = payments.verify_event(body, signed(body))

    assert (event.session_id, event.amount_total, event.order_id) == ("cs_test_1", None, None)


def test_a_refund_tells_what_was_given_back(payments) -> None:
    charge = {"object": "charge", "amount": 14400, "amount_refunded": 6900, "currency": "usd", "payment_intent": "pi_1"}
    body = json.dumps(EVENT | {"type": "charge.refunded", "data": {"object": charge}}).encode()

    event = payments.verify_event(body, signed(body))

    assert (event.amount_total, event.amount_refunded) == (Money(14400, "USD"), Money(6900, "USD"))
