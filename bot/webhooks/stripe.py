"""Stripe's webhook: verified over the raw bytes, stored once by the event's id, worked off by `bot.settlement`."""

from __future__ import annotations

import structlog
from sanic import Blueprint, Request
from sanic.response import HTTPResponse, text

from bot.clock import Clock
from bot.payments.base import Payments
from bot.storage import payment_events
from bot.storage.queue import PAYMENTS, Queue
from bot.storage.sql import Database
from bot.telemetry import count

log = structlog.get_logger()


def stripe_webhook(*, db: Database, queue: Queue, payments: Payments, clock: Clock) -> Blueprint:
    """`POST /webhooks/stripe`."""
    blueprint = Blueprint("webhooks_stripe")

    @blueprint.post("/webhooks/stripe")
    async def receive(request: Request) -> HTTPResponse:
        event = payments.verify_event(request.body, request.headers.get("stripe-signature"))
        async with db.write() as tx:
            new = await payment_events.add(
                tx,
                event_id=event.id,
                kind=event.type,
                session_id=event.session_id,
                payment_intent=event.payment_intent,
                body=request.body,
                now=clock.now(),
            )
        count("payment_events", new="yes" if new else "no")
        log.info("stripe.accepted", event_id=event.id, type=event.type, new=new)
        await queue.hint(PAYMENTS, event.id)
        return text("ok")

    return blueprint
