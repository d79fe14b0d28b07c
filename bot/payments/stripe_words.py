"""Stripe's sessions and events, read into ours. Knows only the fields that the shop relies on.

An account may also carry what the shop never made (subscriptions, set-ups): their events are read, without an amount.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, TypeAlias

import msgspec
from msgspec import Meta, Struct

from bot.commerce.money import Money
from bot.errors import SoukError
from bot.payments.base import (
    Address,
    Buyer,
    CheckoutSession,
    Dispute,
    EventUnreadable,
    PaymentEvent,
    PaymentStatus,
    PaymentsUnavailable,
    Recovery,
    Refunded,
    RefundStatus,
    Retry,
    SessionStatus,
)
from bot.payments.minor_units import from_stripe

_FAILED = frozenset({"requires_payment_method", "canceled"})
UnixTime: TypeAlias = Annotated[int, Meta(ge=0, lt=253_402_300_800)]  # until the end of the year 9999


class _Amounts(Struct):
    amount_discount: int
    amount_shipping: int | None
    amount_tax: int


class _Rate(Struct):
    metadata: dict[str, str] | None = None


class _ShippingCost(Struct):
    shipping_rate: _Rate | str | None = None


class _Place(Struct):
    country: str | None = None
    line1: str | None = None
    line2: str | None = None
    city: str | None = None
    state: str | None = None
    postal_code: str | None = None


class _Customer(Struct):
    name: str | None = None
    email: str | None = None
    phone: str | None = None


class _Parcel(Struct):
    name: str | None = None
    address: _Place | None = None


class _Collected(Struct):
    shipping_details: _Parcel | None = None


class _Intent(Struct):
    id: str
    status: str


class _Recovery(Struct):
    url: str | None = None
    expires_at: UnixTime | None = None


class _AfterExpiration(Struct):
    recovery: _Recovery | None = None


class _Session(Struct):
    id: str
    amount_total: int | None
    currency: str | None
    expires_at: UnixTime
    livemode: bool
    payment_status: PaymentStatus
    status: SessionStatus
    url: str | None = None
    payment_intent: _Intent | str | None = None
    client_reference_id: str | None = None
    metadata: dict[str, str] | None = None
    amount_subtotal: int | None = None
    total_details: _Amounts | None = None
    shipping_cost: _ShippingCost | None = None
    customer_details: _Customer | None = None
    collected_information: _Collected | None = None
    after_expiration: _AfterExpiration | None = None
    recovered_from: str | None = None
    created: UnixTime | None = None


class _Refund(Struct):
    id: str
    amount: int
    currency: str
    status: RefundStatus | None = None
    payment_intent: str | None = None
    metadata: dict[str, str] | None = None
    failure_reason: str | None = None
    created: UnixTime | None = None


class _Evidence(Struct):
    due_by: UnixTime | None = None


class _Dispute(Struct):
    id: str
    amount: int
    currency: str
    status: str
    reason: str
    payment_intent: str | None = None
    evidence_details: _Evidence | None = None


class _PaymentError(Struct):
    code: str | None = None
    decline_code: str | None = None


class _PaymentIntent(Struct):
    id: str
    amount: int
    currency: str
    metadata: dict[str, str] | None = None
    last_payment_error: _PaymentError | None = None


class _Charge(Struct):
    amount: int
    amount_refunded: int
    currency: str
    payment_intent: str | None = None
    metadata: dict[str, str] | None = None


class _Named(Struct):
    object: str


class _EventData(Struct):
    object: msgspec.Raw


class _Event(Struct, tag="event", tag_field="object"):
    id: str
    type: str
    created: UnixTime
    livemode: bool
    data: _EventData


def read_session(answer: dict[str, Any]) -> CheckoutSession:
    """Raises `PaymentsUnavailable` for an answer that is no checkout session of mode `payment`."""
    try:
        session = msgspec.convert(answer, _Session)
        amount_total = _amount_total(session)
        if amount_total is None:
            raise PaymentsUnavailable(retry=Retry.SAME_KEY)
        return CheckoutSession(
            id=session.id,
            url=session.url,
            expires_at=_moment(session.expires_at),
            amount_total=amount_total,
            payment_status=session.payment_status,
            status=session.status,
            livemode=session.livemode,
            payment_intent=_intent_id(session),
            client_reference_id=session.client_reference_id,
            metadata=session.metadata or {},
            **_parts(session, amount_total.currency),
            delivery=_chosen(session),
            buyer=_buyer(session),
            recovery=_recovery(session),
            recovered_from=session.recovered_from,
            created=None if session.created is None else _moment(session.created),
            bounced=_bounced(session),
        )
    except (msgspec.ValidationError, SoukError):
        raise PaymentsUnavailable(retry=Retry.SAME_KEY) from None


def _intent_id(session: _Session) -> str | None:
    return session.payment_intent.id if isinstance(session.payment_intent, _Intent) else session.payment_intent


def _bounced(session: _Session) -> bool:
    """A slow payment that failed leaves its session complete and unpaid for ever; only the payment tells."""
    intent = session.payment_intent
    waits = session.status is SessionStatus.COMPLETE and session.payment_status is PaymentStatus.UNPAID
    return waits and isinstance(intent, _Intent) and intent.status in _FAILED


def _parts(session: _Session, currency: str) -> dict[str, Money | None]:
    """What the total is made of; nothing where Stripe does not say it."""
    details = session.total_details
    if details is None or session.amount_subtotal is None:
        return {}
    counted = {
        "amount_goods": session.amount_subtotal,
        "amount_off": details.amount_discount,
        "amount_delivery": details.amount_shipping or 0,
    }
    read: dict[str, Money | None] = {name: from_stripe(amount, currency) for name, amount in counted.items()}
    # Tax that is in the prices is told as tax too; what comes on top is the rest of the sum.
    added = (session.amount_total or 0) - (counted["amount_goods"] - counted["amount_off"] + counted["amount_delivery"])
    return {**read, "amount_tax": from_stripe(added, currency)}


def _chosen(session: _Session) -> str | None:
    rate = session.shipping_cost.shipping_rate if session.shipping_cost else None
    return (rate.metadata or {}).get("way") if isinstance(rate, _Rate) else None


def _buyer(session: _Session) -> Buyer | None:
    customer = session.customer_details
    parcel = session.collected_information.shipping_details if session.collected_information else None
    if customer is None and parcel is None:
        return None
    place = parcel.address if parcel else None
    return Buyer(
        name=(customer.name if customer else None) or "",
        email=(customer.email if customer else None) or "",
        phone=(customer.phone if customer else None) or "",
        ship_to_name=(parcel.name if parcel else None) or "",
        address=_address(place) if place else None,
    )


def _address(place: _Place) -> Address:
    return Address(
        country=place.country or "",
        line1=place.line1 or "",
        line2=place.line2 or "",
        city=place.city or "",
        state=place.state or "",
        postal_code=place.postal_code or "",
    )


def _recovery(session: _Session) -> Recovery | None:
    found = session.after_expiration.recovery if session.after_expiration else None
    if found is None or found.url is None or found.expires_at is None:
        return None
    return Recovery(found.url, _moment(found.expires_at))


def read_refund(answer: dict[str, Any]) -> Refunded:
    """Raises `PaymentsUnavailable` for an answer that is no refund."""
    try:
        return _refunded(msgspec.convert(answer, _Refund))
    except (msgspec.ValidationError, SoukError):
        raise PaymentsUnavailable(retry=Retry.SAME_KEY) from None


def read_dispute(answer: dict[str, Any]) -> Dispute:
    """Raises `PaymentsUnavailable` for an answer that is no dispute."""
    try:
        return _disputed(msgspec.convert(answer, _Dispute))
    except (msgspec.ValidationError, SoukError):
        raise PaymentsUnavailable(retry=Retry.SAME_KEY) from None


def _refunded(refund: _Refund) -> Refunded:
    return Refunded(
        id=refund.id,
        amount=from_stripe(refund.amount, refund.currency),
        status=refund.status or RefundStatus.PENDING,
        payment_intent=refund.payment_intent,
        refund_id=(refund.metadata or {}).get("refund_id"),
        failure=refund.failure_reason,
        created=None if refund.created is None else _moment(refund.created),
    )


def _disputed(dispute: _Dispute) -> Dispute:
    due = dispute.evidence_details.due_by if dispute.evidence_details else None
    return Dispute(
        id=dispute.id,
        amount=from_stripe(dispute.amount, dispute.currency),
        status=dispute.status,
        reason=dispute.reason,
        payment_intent=dispute.payment_intent,
        evidence_due=None if due is None else _moment(due),
    )


def read_event(body: bytes) -> PaymentEvent:
    """Read a body whose signature was verified. Raises `EventUnreadable`."""
    try:
        event = msgspec.json.decode(body, type=_Event)
        facts = _facts(event.data.object)
    except (msgspec.DecodeError, UnicodeError, RecursionError, SoukError) as error:
        raise EventUnreadable(type(error).__name__) from None
    return PaymentEvent(id=event.id, type=event.type, created=_moment(event.created), livemode=event.livemode, **facts)


def _facts(raw: msgspec.Raw) -> dict[str, Any]:
    """What an event's object says, as fields of `PaymentEvent`; nothing for objects we do not know."""
    match msgspec.json.decode(raw, type=_Named).object:
        case "checkout.session":
            return _session_facts(msgspec.json.decode(raw, type=_Session))
        case "payment_intent":
            return _intent_facts(msgspec.json.decode(raw, type=_PaymentIntent))
        case "charge":
            return _charge_facts(msgspec.json.decode(raw, type=_Charge))
        case "refund":
            refund = _refunded(msgspec.json.decode(raw, type=_Refund))
            return {"payment_intent": refund.payment_intent, "refund": refund}
        case "dispute":
            dispute = _disputed(msgspec.json.decode(raw, type=_Dispute))
            return {"payment_intent": dispute.payment_intent, "dispute": dispute}
        case _:
            return {}


def _session_facts(session: _Session) -> dict[str, Any]:
    return {
        "session_id": session.id,
        "payment_intent": _intent_id(session),
        "order_id": (session.metadata or {}).get("order_id"),
        "amount_total": _amount_total(session),
        "payment_status": session.payment_status,
    }


def _amount_total(session: _Session) -> Money | None:
    if session.amount_total is None or session.currency is None:
        return None
    return from_stripe(session.amount_total, session.currency)


def _intent_facts(intent: _PaymentIntent) -> dict[str, Any]:
    error = intent.last_payment_error
    return {
        "payment_intent": intent.id,
        "order_id": (intent.metadata or {}).get("order_id"),
        "amount_total": from_stripe(intent.amount, intent.currency),
        "decline_code": (error.decline_code or error.code) if error else None,
    }


def _charge_facts(charge: _Charge) -> dict[str, Any]:
    return {
        "payment_intent": charge.payment_intent,
        "order_id": (charge.metadata or {}).get("order_id"),
        "amount_total": from_stripe(charge.amount, charge.currency),
        "amount_refunded": from_stripe(charge.amount_refunded, charge.currency),
    }


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
