"""Payments that are switched off, because no keys are set: nothing can be paid, and everything says so."""

from __future__ import annotations

from bot.payments.base import (
    CheckoutRequest,
    CheckoutSession,
    PaymentEvent,
    PaymentsUnavailable,
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

    def verify_event(self, body: bytes, header: str | None) -> PaymentEvent:
        raise SignatureInvalid("payments are switched off")

    async def close(self) -> None:
        return None
