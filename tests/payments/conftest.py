"""Fixtures around a running sandbox of Stripe; after each test Stripe's specification has its say."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from bot.commerce.money import Money
from bot.payments.base import CheckoutLine, CheckoutRequest
from bot.payments.stripe import StripePayments
from tests.payments.sandbox_process import API_KEY, WEBHOOK_SECRET, Sandbox, running_sandbox
from tests.payments.stripe_records import Records

_numbers = count(10482)


@pytest.fixture(scope="session")
def _session_sandbox() -> Iterator[Sandbox]:
    with running_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(_session_sandbox: Sandbox, stripe_records: Records) -> Iterator[Sandbox]:
    """A sandbox shared by many tests; each begins with its knobs at rest and its clock at the machine's time."""
    sandbox = _session_sandbox
    sandbox.rest()
    yield sandbox
    assert stripe_records.complaints() == []


@pytest.fixture
def open_payments() -> Callable[[Sandbox], StripePayments]:
    def make(sandbox: Sandbox, **changes: Any) -> StripePayments:
        known = {"api_key": API_KEY, "webhook_secrets": [WEBHOOK_SECRET], "api_url": sandbox.api_url}
        return StripePayments(**(known | changes))

    return make


@pytest.fixture
async def payments(sandbox: Sandbox, open_payments: Callable[..., StripePayments]) -> AsyncIterator[StripePayments]:
    payments = open_payments(sandbox)
    yield payments
    await payments.close()


@pytest.fixture
def checkout() -> Callable[..., CheckoutRequest]:
    """An order of two pairs of shoes and their delivery, 144 dollars, under a number of its own."""

    def make(**changes: Any) -> CheckoutRequest:
        number = str(next(_numbers))
        shoes = CheckoutLine("Aero 2", Money(6900, "USD"), 2, "https://shop.example/aero.png", "Size 42, sand")
        known = {
            "order_id": f"order-{number}",
            "order_number": number,
            "lines": (shoes, CheckoutLine("Delivery to Lyon", Money(600, "USD"), 1)),
            "expires_at": datetime.now(UTC) + timedelta(minutes=31),
            "success_url": "https://shop.example/paid?session={CHECKOUT_SESSION_ID}",
            "cancel_url": "https://shop.example/cart",
            "idempotency_key": f"{number}:1",
            "locale": "fr-FR",
        }
        return CheckoutRequest(**(known | changes))

    return make
