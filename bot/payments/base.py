"""What the shop asks of a payment provider: open a checkout, look at it, close it, and trust what it reports.

Knows nothing of orders, stock or conversations: an order is an id that travels out and comes back. The one provider
is `bot.payments.stripe`, whose words (session, payment intent, event) are used here because shops know them.

    SoukError
    └── PaymentsError
        ├── SignatureInvalid         401  the event was not signed by the provider, or not now
        ├── EventUnreadable          400  properly signed, but not an event
        ├── RequestRefused           502  the provider understood and said no: refusal, param
        │   └── IdempotencyKeyReused 502  this key was already used for something else
        ├── CredentialsRefused       502  our key is wrong or may not do this: for the operator, not the shopper
        └── PaymentsUnavailable      503  no usable answer; `retry` says with which key to try again

Nothing of the provider's library or of the network leaves as an error of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, StrEnum
from typing import Protocol

from bot.commerce.money import Money
from bot.errors import SoukError

SHORTEST_SESSION = timedelta(minutes=30)
"""A session that would end sooner, counted from when Stripe receives the request, is refused:
ask for a minute more."""
LONGEST_SESSION = timedelta(hours=24)
MOST_LINES = 100


@dataclass(frozen=True, slots=True)
class CheckoutLine:
    """One thing to pay for. Delivery, too, is a line. `image_url` must be reachable by the shopper's browser."""

    title: str
    unit_amount: Money
    quantity: int
    image_url: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class CheckoutRequest:
    """An order that waits to be paid.

    `idempotency_key` is made and stored by the caller before the first attempt. Together with it everything else
    is frozen, `expires_at` included: the same key with other content raises `IdempotencyKeyReused`.
    `success_url` may hold `{CHECKOUT_SESSION_ID}`. `locale` is a BCP 47 tag; one that the pay page
    does not speak falls back to the shopper's browser.
    """

    order_id: str
    order_number: str
    lines: tuple[CheckoutLine, ...]
    expires_at: datetime
    success_url: str
    cancel_url: str
    idempotency_key: str
    locale: str = "auto"
    customer_email: str | None = None

    @property
    def total(self) -> Money:
        """What the shopper will pay. Raises `CurrencyMismatch` when lines are in different currencies."""
        amounts = [line.unit_amount * line.quantity for line in self.lines]
        return sum(amounts[1:], start=amounts[0])


class SessionStatus(StrEnum):
    OPEN = "open"
    COMPLETE = "complete"
    EXPIRED = "expired"


class PaymentStatus(StrEnum):
    """`UNPAID` on a complete session means that a slow payment (a bank debit) is still on its way."""

    PAID = "paid"
    UNPAID = "unpaid"
    NO_PAYMENT_REQUIRED = "no_payment_required"


@dataclass(frozen=True, slots=True)
class CheckoutSession:
    """A checkout as the provider sees it now. `url` is None once it is no longer open."""

    id: str
    url: str | None
    expires_at: datetime
    amount_total: Money
    payment_status: PaymentStatus
    status: SessionStatus
    livemode: bool
    payment_intent: str | None
    client_reference_id: str | None
    metadata: Mapping[str, str] = field(default_factory=dict)

    @property
    def currency(self) -> str:
        return self.amount_total.currency

    @property
    def order_id(self) -> str | None:
        return self.metadata.get("order_id")


class PaymentEventType(StrEnum):
    """The events the shop acts upon; any other type is to be recorded and accepted."""

    CHECKOUT_COMPLETED = "checkout.session.completed"
    CHECKOUT_EXPIRED = "checkout.session.expired"
    ASYNC_PAYMENT_SUCCEEDED = "checkout.session.async_payment_succeeded"
    ASYNC_PAYMENT_FAILED = "checkout.session.async_payment_failed"
    PAYMENT_SUCCEEDED = "payment_intent.succeeded"
    PAYMENT_FAILED = "payment_intent.payment_failed"
    CHARGE_REFUNDED = "charge.refunded"


@dataclass(frozen=True, slots=True)
class PaymentEvent:
    """One verified report. The same event may come many times, and events may come in any order.

    `type` is the provider's word for it, one of `PaymentEventType` or something newer. The facts below it are those
    of the object the event is about, as it was when the event was made, and None where it has no such fact:
    a session has `session_id` and `payment_status`, a payment intent or a charge has not. `amount_refunded` is the
    sum of all refunds of a charge so far.
    """

    id: str
    type: str
    created: datetime
    livemode: bool
    session_id: str | None = None
    payment_intent: str | None = None
    order_id: str | None = None
    amount_total: Money | None = None
    amount_refunded: Money | None = None
    payment_status: PaymentStatus | None = None
    decline_code: str | None = None

    @property
    def currency(self) -> str | None:
        return self.amount_total.currency if self.amount_total else None


class Payments(Protocol):
    """A payment provider. Every method may raise `PaymentsError`, and nothing else of its own."""

    async def open_checkout(self, request: CheckoutRequest) -> CheckoutSession:
        """Open the pay page of an order; again with the same request gives the same session."""

    async def retrieve_checkout(self, session_id: str) -> CheckoutSession:
        """The session as it is now. Raises `RequestRefused` with refusal `resource_missing` for an unknown id."""

    async def expire_checkout(self, session_id: str) -> CheckoutSession:
        """Close the pay page and return the session as it is afterwards.

        A session that was paid or had run out before is returned untouched, so look at `status`
        before giving the stock back.
        """

    def verify_event(self, body: bytes, header: str | None) -> PaymentEvent:
        """Read a webhook's raw body, once its `Stripe-Signature` header proves who sent it and when.

        Raises `SignatureInvalid` or `EventUnreadable`.
        """

    async def close(self) -> None:
        """Give back the connections."""


class PaymentsError(SoukError):
    status = 502


class SignatureInvalid(PaymentsError):
    status = 401

    def __init__(self, reason: str) -> None:
        super().__init__("signature_invalid", f"the payment event is not to be trusted: {reason}", reason=reason)
        self.reason = reason


class EventUnreadable(PaymentsError):
    status = 400

    def __init__(self, reason: str) -> None:
        super().__init__("event_unreadable", f"the payment event cannot be read: {reason}", reason=reason)
        self.reason = reason


class RequestRefused(PaymentsError):
    """`refusal` and `param` are the provider's own words; None where it gave none."""

    def __init__(self, *, refusal: str | None, param: str | None, request_id: str | None) -> None:
        super().__init__(
            "payment_request_refused",
            f"the payment provider refused the request ({refusal or 'no code'}, {param or 'no parameter'})",
            refusal=refusal,
            param=param,
            request_id=request_id,
        )
        self.refusal = refusal
        self.param = param
        self.request_id = request_id


class IdempotencyKeyReused(RequestRefused):
    pass


class CredentialsRefused(PaymentsError):
    def __init__(self, *, request_id: str | None) -> None:
        super().__init__(
            "payment_credentials_refused", "the payment provider does not accept our key", request_id=request_id
        )
        self.request_id = request_id


class Retry(Enum):
    SAME_KEY = "same_key"
    """Nothing is known to have happened: the same request again is safe and may succeed."""
    NEW_KEY = "new_key"
    """The provider failed while working and will repeat that failure for this key; use a new one."""


class PaymentsUnavailable(PaymentsError):
    status = 503

    def __init__(self, *, retry: Retry, request_id: str | None = None) -> None:
        super().__init__(
            "payments_unavailable", "the payment provider does not answer", retry=retry.value, request_id=request_id
        )
        self.retry = retry
        self.request_id = request_id
