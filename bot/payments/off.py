"""Payments that are switched off, because no keys are set: nothing can be paid, and everything says so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.payments.base import (
    CheckoutRequest,
    CheckoutSession,
    Dispute,
    EventUnreadable,
    PaymentEvent,
    PaymentsUnavailable,
    Refunded,
    RefundRequest,
    Retry,
    SignatureInvalid,
)


class PaymentsOff:
    """Implements `bot.payments.base.Payments`."""

    async def open_checkout(self, request: CheckoutRequest) -> CheckoutSession:
        raise PaymentsUnavailable(retry=Retry.SAME_KEY)

    async def retrieve_checkout(self, session_id: str) -> CheckoutSession:
        raise PaymentsUnavailable(retry=Retry.SAME_KEY)

    async def expire_checkout(self, session_id: str) -> CheckoutSession:
        raise PaymentsUnavailable(retry=Retry.SAME_KEY)

    async def checkouts_since(self, since: datetime) -> Sequence[CheckoutSession]:
        raise PaymentsUnavailable(retry=Retry.SAME_KEY)

    async def refund(self, request: RefundRequest) -> Refunded:
        raise PaymentsUnavailable(retry=Retry.SAME_KEY)

    async def retrieve_refund(self, refund: str) -> Refunded:
        raise PaymentsUnavailable(retry=Retry.SAME_KEY)

    async def refunds_of(self, payment_intent: str) -> Sequence[Refunded]:
        raise PaymentsUnavailable(retry=Retry.SAME_KEY)

    async def dispute(self, dispute: str) -> Dispute:
        raise PaymentsUnavailable(retry=Retry.SAME_KEY)

    def verify_event(self, body: bytes, header: str | None) -> PaymentEvent:
        raise SignatureInvalid("payments are switched off")

    def read_event(self, body: bytes) -> PaymentEvent:
        raise EventUnreadable("payments are switched off")

    async def close(self) -> None:
        return None
