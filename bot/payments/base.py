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

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, StrEnum
from typing import Protocol

from msgspec import Struct

from bot.commerce.money import Money
from bot.errors import SoukError

SHORTEST_SESSION = timedelta(minutes=30)
"""A session that would end sooner, counted from when Stripe receives the request, is refused:
ask for a minute more."""
LONGEST_SESSION = timedelta(hours=24)
MOST_LINES = 100


@dataclass(frozen=True, slots=True)
class CheckoutLine:
    """One thing to pay for; so is tax that we have counted ourselves. Delivery is not (`DeliveryChoice`). `image_url`
    must be reachable by the shopper's browser. `tax_code` is the provider's, for tax that the provider counts."""

    title: str
    unit_amount: Money
    quantity: int
    image_url: str | None = None
    description: str | None = None
    tax_code: str | None = None


@dataclass(frozen=True, slots=True)
class DeliveryChoice:
    """A way of delivery to choose from on the pay page. `id` is ours and comes back with the session. `days` are
    working days, least and most."""

    id: str
    name: str
    amount: Money
    days: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Off:
    """A promotion code that was taken already: `amount` off the goods, shown as `name`."""

    name: str
    amount: Money


@dataclass(frozen=True, slots=True)
class CheckoutRequest:
    """An order that waits to be paid.

    `idempotency_key` is made and stored by the caller before the first attempt. Together with it everything else
    is frozen, `expires_at` included: the same key with other content raises `IdempotencyKeyReused`.
    `success_url` may hold `{CHECKOUT_SESSION_ID}`. `locale` is a BCP 47 tag; one that the pay page
    does not speak falls back to the shopper's browser. With `countries` the pay page asks for an address in one of
    them and for a phone number; `delivery` (at most five) are the ways to choose from, the first is chosen already.
    `provider_codes` lets the shopper type a code of the provider's; it cannot go with `off`. `provider_tax` leaves the
    tax to the provider. `recovery` asks for a link by which an expired session can be taken up again. `in_app` says
    that the page opens in a messenger's own browser.
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
    countries: tuple[str, ...] = ()
    delivery: tuple[DeliveryChoice, ...] = ()
    off: Off | None = None
    provider_codes: bool = False
    provider_tax: bool = False
    recovery: bool = False
    in_app: bool = False

    @property
    def total(self) -> Money:
        """What the shopper will pay if they choose the first delivery, without what the provider adds or takes off.

        Raises `CurrencyMismatch` when amounts are in different currencies."""
        amounts = [line.unit_amount * line.quantity for line in self.lines]
        goods = sum(amounts[1:], start=amounts[0])
        with_delivery = goods + self.delivery[0].amount if self.delivery else goods
        return with_delivery - self.off.amount if self.off else with_delivery


class SessionStatus(StrEnum):
    OPEN = "open"
    COMPLETE = "complete"
    EXPIRED = "expired"


class PaymentStatus(StrEnum):
    """`UNPAID` on a complete session means that a slow payment (a bank debit) is still on its way."""

    PAID = "paid"
    UNPAID = "unpaid"
    NO_PAYMENT_REQUIRED = "no_payment_required"


class Address(Struct, frozen=True):
    """Where goods go. `country` is ISO 3166, two letters; what the pay page did not ask for is empty."""

    country: str
    line1: str = ""
    line2: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""


class Buyer(Struct, frozen=True):
    """Who paid, as the pay page collected it. `ship_to_name` and `address` are of the parcel."""

    name: str = ""
    email: str = ""
    phone: str = ""
    ship_to_name: str = ""
    address: Address | None = None


@dataclass(frozen=True, slots=True)
class Recovery:
    """Where an expired checkout can be taken up again, as a new session; until when."""

    url: str
    until: datetime


@dataclass(frozen=True, slots=True)
class CheckoutSession:
    """A checkout as the provider sees it now. `url` is None once it is no longer open. `bounced` says that a slow
    payment of a complete session has failed; it is known where one session is looked at, not in a list.

    `amount_total` = `amount_goods` - `amount_off` + `amount_delivery` + `amount_tax`; tax that is in the prices already
    is not in `amount_tax`. `delivery` is the id of the chosen `DeliveryChoice`. `recovered_from` is the id of the
    expired session that this one takes up again."""

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
    amount_goods: Money | None = None
    amount_off: Money | None = None
    amount_delivery: Money | None = None
    amount_tax: Money | None = None
    delivery: str | None = None
    buyer: Buyer | None = None
    recovery: Recovery | None = None
    recovered_from: str | None = None
    created: datetime | None = None
    bounced: bool = False

    @property
    def currency(self) -> str:
        return self.amount_total.currency

    @property
    def order_id(self) -> str | None:
        return self.metadata.get("order_id")

    @property
    def asked_with(self) -> str | None:
        """The idempotency key of the request that opened it, or the one that it takes up again."""
        return self.metadata.get("checkout")


class RefundStatus(StrEnum):
    """A refund that succeeded may fail later: the bank sent the money back to us."""

    PENDING = "pending"
    REQUIRES_ACTION = "requires_action"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"


@dataclass(frozen=True, slots=True)
class RefundRequest:
    """Money back of a payment: `amount` of it. `idempotency_key` is made and stored by the caller before the first
    attempt. `reason` is the provider's word: duplicate, fraudulent or requested_by_customer. `refund_id` is ours."""

    payment_intent: str
    amount: Money
    idempotency_key: str
    refund_id: str
    reason: str = "requested_by_customer"


@dataclass(frozen=True, slots=True)
class Refunded:
    """A refund as the provider sees it now. `refund_id` is ours, None for one that was made elsewhere."""

    id: str
    amount: Money
    status: RefundStatus
    payment_intent: str | None = None
    refund_id: str | None = None
    failure: str | None = None
    created: datetime | None = None


@dataclass(frozen=True, slots=True)
class Dispute:
    """A shopper's bank asks for the money back. `status` is the provider's word (needs_response, under_review, won,
    lost, warning_…)."""

    id: str
    amount: Money
    status: str
    reason: str
    payment_intent: str | None
    evidence_due: datetime | None = None


class PaymentEventType(StrEnum):
    """The events the shop acts upon; any other type is to be recorded and accepted."""

    CHECKOUT_COMPLETED = "checkout.session.completed"
    CHECKOUT_EXPIRED = "checkout.session.expired"
    ASYNC_PAYMENT_SUCCEEDED = "checkout.session.async_payment_succeeded"
    ASYNC_PAYMENT_FAILED = "checkout.session.async_payment_failed"
    PAYMENT_SUCCEEDED = "payment_intent.succeeded"
    PAYMENT_FAILED = "payment_intent.payment_failed"
    CHARGE_REFUNDED = "charge.refunded"
    REFUND_CREATED = "refund.created"
    REFUND_UPDATED = "refund.updated"
    REFUND_FAILED = "refund.failed"
    DISPUTE_CREATED = "charge.dispute.created"
    DISPUTE_UPDATED = "charge.dispute.updated"
    DISPUTE_CLOSED = "charge.dispute.closed"


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
    refund: Refunded | None = None
    dispute: Dispute | None = None

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

    async def checkouts_since(self, since: datetime) -> Sequence[CheckoutSession]:
        """The checkouts that were opened since then, oldest first, however many: for whoever looks after lost
        reports."""

    async def refund(self, request: RefundRequest) -> Refunded:
        """Pay back; again with the same request pays nothing twice. Raises `RequestRefused` with refusal
        `charge_already_refunded`, or without one for more than is left."""

    async def retrieve_refund(self, refund: str) -> Refunded:
        """The refund as it is now, by the provider's id. Raises `RequestRefused` with refusal `resource_missing`."""

    async def refunds_of(self, payment_intent: str) -> Sequence[Refunded]:
        """All refunds of a payment, newest first, those that were made elsewhere too."""

    async def dispute(self, dispute: str) -> Dispute:
        """The dispute as it is now, by the provider's id."""

    def verify_event(self, body: bytes, header: str | None) -> PaymentEvent:
        """Read a webhook's raw body, once its `Stripe-Signature` header proves who sent it and when.

        Raises `SignatureInvalid` or `EventUnreadable`.
        """

    def read_event(self, body: bytes) -> PaymentEvent:
        """Read a body again that was verified when it came, and kept since. Raises `EventUnreadable`."""

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
