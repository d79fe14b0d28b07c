"""Fulfilment's webhook: whoever packs or carries parcels reports them, signed over the raw bytes with a time in it.

The signature is the shop's own, as for mail: `X-Souk-Signature-256: t=<unix>,sha256=<HMAC(FULFILMENT_SECRET, t + "." +
body)>`. The time may be five minutes off either way, so that a report that was caught cannot be sent again later.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import datetime, timedelta

import msgspec
import structlog
from sanic import Blueprint, Request
from sanic.response import HTTPResponse

from bot.api import error_answer, json_answer
from bot.clock import Clock
from bot.errors import BadInput, NotAuthenticated, SoukError, Unavailable
from bot.selling.shipping_news import OrderReport, ShippingNews
from bot.telemetry import count

SIGNATURE = "x-souk-signature-256"
TOLERANCE = timedelta(minutes=5)
_SIGNED = re.compile(r"t=(\d{1,12}),\s*sha256=([0-9a-f]{64})", re.ASCII)

log = structlog.get_logger()


def fulfilment_webhook(*, secret: str, news: ShippingNews, clock: Clock) -> Blueprint:
    """`POST /webhooks/fulfilment`. Without a secret it is off, and says so."""
    blueprint = Blueprint("webhooks_fulfilment")

    @blueprint.post("/webhooks/fulfilment")
    async def receive(request: Request) -> HTTPResponse:
        try:
            if not secret:
                raise Unavailable("fulfilment_off", "Reports of parcels are off here: FULFILMENT_SECRET is not set.")
            verify(secret, request.headers.get(SIGNATURE), request.body, clock.now())
            report = _read(request.body)
            reported = await news.take(report.order, report)
        except SoukError as error:
            log.warning("fulfilment.refused", code=error.code)
            return error_answer(error)
        count("fulfilment_reports", news="yes" if reported.news else "no")
        return json_answer(reported)

    return blueprint


def verify(secret: str, header: str | None, body: bytes, now: datetime) -> None:
    """Raises `NotAuthenticated`, which tells nothing of the signature that would have been right."""
    signed = _SIGNED.fullmatch(header or "")
    if signed is None:
        raise NotAuthenticated("signature_missing", "Sign the body and send the signature as X-Souk-Signature-256.")
    told = signed[1].encode() + b"." + body
    if not hmac.compare_digest(_digest(secret, told), signed[2]):
        raise NotAuthenticated("signature_wrong", "The signature does not fit the body.")
    if abs(now.timestamp() - int(signed[1])) > TOLERANCE.total_seconds():
        raise NotAuthenticated("signature_old", "The time of the signature is more than five minutes off.")


def signature_of(secret: str, seconds: int, body: bytes) -> str:
    """The header of a body that is sent at a time."""
    return f"t={seconds},sha256={_digest(secret, str(seconds).encode() + b'.' + body)}"


def _digest(secret: str, told: bytes) -> str:
    return hmac.new(secret.encode(), told, hashlib.sha256).hexdigest()


def _read(body: bytes) -> OrderReport:
    try:
        return msgspec.json.decode(body, type=OrderReport)
    except msgspec.ValidationError as error:
        raise BadInput("bad_body", f"That cannot be used: {error}.") from error
    except msgspec.DecodeError as error:
        raise BadInput("bad_json", "The body is not JSON.") from error
