"""A payment provider in memory, for tests of the shop: the same interface and the same promises as Stripe's.

Sessions remember their key and their request, refuse less than half an hour, and are closed once; a failure that asks
for a new key is repeated for the old one. `fails` holds what
the next calls raise; `fails_late` what they raise after the work was done, as when an answer is lost; `meanwhile` is
done once between the work and the answer.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from itertools import count
from typing import Any

from bot.clock import Clock
from bot.commerce.money import Money
from bot.payments.base import (
    SHORTEST_SESSION,
    CheckoutRequest,
    CheckoutSession,
    EventUnreadable,
    IdempotencyKeyReused,
    PaymentEvent,
    PaymentStatus,
    PaymentsUnavailable,
    RequestRefused,
    Retry,
    SessionStatus,
    SignatureInvalid,
)


class Killed(BaseException):
    """The process ends in the middle of a call, as far as the shop can tell."""


class Till:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._numbers = count(1)
        self.sessions: dict[str, CheckoutSession] = {}
        self.requests: dict[str, CheckoutRequest] = {}
        self.session_of_key: dict[str, str] = {}
        self.looks = 0
        self.meanwhile: Callable[[], Awaitable[object]] | None = None
        self.kept: dict[str, PaymentsUnavailable] = {}
        self.fails: list[BaseException] = []
        self.fails_late: list[BaseException] = []

    # -- what the shop asks --------------------------------------------------------------------------------------------

    async def open_checkout(self, request: CheckoutRequest) -> CheckoutSession:
        if request.idempotency_key in self.kept:
            raise self.kept[request.idempotency_key]
        try:
            self._fail(self.fails)
        except PaymentsUnavailable as error:
            if error.retry is Retry.NEW_KEY:
                self.kept[request.idempotency_key] = error
            raise
        known = self.session_of_key.get(request.idempotency_key)
        if known is None:
            known = self._open(request)
        elif self.requests[known] != request:
            raise IdempotencyKeyReused(refusal="idempotency_error", param=None, request_id=None)
        if self.meanwhile is not None:
            meanwhile, self.meanwhile = self.meanwhile, None
            await meanwhile()
        self._fail(self.fails_late)
        return self.sessions[known]

    async def retrieve_checkout(self, session_id: str) -> CheckoutSession:
        self.looks += 1
        self._fail(self.fails)
        if session_id not in self.sessions:
            raise RequestRefused(refusal="resource_missing", param="session", request_id=None)
        self._run_out(session_id)
        return self.sessions[session_id]

    async def expire_checkout(self, session_id: str) -> CheckoutSession:
        session = await self.retrieve_checkout(session_id)
        if session.status is SessionStatus.OPEN:
            self._change(session_id, status=SessionStatus.EXPIRED, url=None)
        return self.sessions[session_id]

    def verify_event(self, body: bytes, header: str | None) -> PaymentEvent:
        raise SignatureInvalid("this till sends no events")

    def read_event(self, body: bytes) -> PaymentEvent:
        raise EventUnreadable("this till sends no events")

    async def close(self) -> None:
        return None

    # -- what the shopper and the test do ------------------------------------------------------------------------------

    def pay(self, session_id: str, **changes: object) -> None:
        """The shopper pays on the page. `changes` are what a wrong session would say."""
        self._run_out(session_id)
        assert self.sessions[session_id].status is SessionStatus.OPEN, "this pay page is closed"
        paid = {"status": SessionStatus.COMPLETE, "payment_status": PaymentStatus.PAID, "url": None}
        self._change(session_id, **{**paid, "payment_intent": f"pi_{session_id}", **changes})

    def change(self, session_id: str, **changes: object) -> None:
        self._change(session_id, **changes)

    @property
    def last(self) -> str:
        return list(self.sessions)[-1]

    @property
    def open_pages(self) -> list[str]:
        return [name for name, session in self.sessions.items() if session.status is SessionStatus.OPEN]

    # -- inside --------------------------------------------------------------------------------------------------------

    def _open(self, request: CheckoutRequest) -> str:
        if request.expires_at - self._clock.now() < SHORTEST_SESSION:
            raise RequestRefused(refusal="parameter_invalid", param="expires_at", request_id=None)
        name = f"cs_{next(self._numbers)}"
        self.sessions[name] = CheckoutSession(
            id=name,
            url=f"https://pay.example/{name}",
            expires_at=request.expires_at,
            amount_total=request.total,
            payment_status=PaymentStatus.UNPAID,
            status=SessionStatus.OPEN,
            livemode=False,
            payment_intent=None,
            client_reference_id=request.order_id,
            metadata={"order_id": request.order_id, "checkout": request.idempotency_key},
            **_parts(request),
        )
        self.requests[name] = request
        self.session_of_key[request.idempotency_key] = name
        return name

    def _run_out(self, name: str) -> None:
        session = self.sessions[name]
        if session.status is SessionStatus.OPEN and session.expires_at <= self._clock.now():
            self._change(name, status=SessionStatus.EXPIRED, url=None)

    def _change(self, name: str, **changes: object) -> None:
        self.sessions[name] = replace(self.sessions[name], **changes)  # type: ignore[arg-type]

    def _fail(self, errors: list[BaseException]) -> None:
        if errors:
            raise errors.pop(0)


def _parts(request: CheckoutRequest) -> dict[str, Any]:
    """What the total is made of while nobody has chosen another delivery."""
    nothing = Money.zero(request.total.currency)
    return {
        "amount_goods": sum((line.unit_amount * line.quantity for line in request.lines), start=nothing),
        "amount_off": request.off.amount if request.off else nothing,
        "amount_delivery": request.delivery[0].amount if request.delivery else nothing,
        "amount_tax": nothing,
        "delivery": request.delivery[0].id if request.delivery else None,
    }


def dollars(amount: str) -> Money:
    return Money.parse(amount, "USD")
