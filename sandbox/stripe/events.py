"""What happened, written down for the list of events and for the webhook in one go."""

from __future__ import annotations

import json

from sandbox.stripe import shapes, webhook_endpoints
from sandbox.stripe.account import Account, Call, Cause
from sandbox.stripe.listing import LIST_BY_TIME, page_of
from sandbox.stripe.params import Param, read, text
from sandbox.stripe.shapes import Json

_LIST = LIST_BY_TIME | {"type": Param(text())}


def report(account: Account, cause: Cause, kind: str, about: Json) -> None:
    """Record an event of `kind` with a snapshot of what it is about, and queue it for delivery."""
    request = {"id": cause.request_id, "idempotency_key": cause.idempotency_key}
    for _ in range(1 + account.faults.copies("webhook_twin")):
        endpoints = webhook_endpoints.wanting(account.store, kind)
        event = account.put(shapes.event(kind, about, request, account.clock.now(), len(endpoints)))
        account.record.event(event)
        for endpoint in endpoints:
            account.deliveries.add(event["id"], json.dumps(event, indent=2), endpoint)


def retrieve(account: Account, call: Call) -> Json:
    read(call.params, {})
    return _current(account, account.find("event", call.names["id"], "id"))


def list_events(account: Account, call: Call) -> Json:
    asked = read(call.params, _LIST)
    wanted = {"$.type": asked["type"]} if "type" in asked else {}
    found, has_more = account.store.page("event", page_of(asked), wanted)
    return shapes.listing("/v1/events", [_current(account, event) for event in found], has_more=has_more)


def _current(account: Account, event: Json) -> Json:
    return event | {"pending_webhooks": account.deliveries.open_for(event["id"])}
