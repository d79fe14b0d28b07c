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
    CheckoutSession,
    EventUnreadable,
    PaymentEvent,
    PaymentStatus,
    PaymentsUnavailable,
    Retry,
    SessionStatus,
)
from bot.payments.minor_units import from_stripe

UnixTime: TypeAlias = Annotated[int, Meta(ge=0, lt=253_402_300_800)]  # until the end of the year 9999


class _Session(Struct):
    id: str
    amount_total: int | None
    currency: str | None
    expires_at: UnixTime
    livemode: bool
    payment_status: PaymentStatus
    status: SessionStatus
    url: str | None = None
    payment_intent: str | None = None
    client_reference_id: str | None = None
    metadata: dict[str, str] | None = None


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
            payment_intent=session.payment_intent,
            client_reference_id=session.client_reference_id,
            metadata=session.metadata or {},
        )
    except (msgspec.ValidationError, SoukError):
        raise PaymentsUnavailable(retry=Retry.SAME_KEY) from None


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
        case _:
            return {}


def _session_facts(session: _Session) -> dict[str, Any]:
    return {
        "session_id": session.id,
        "payment_intent": session.payment_intent,
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
