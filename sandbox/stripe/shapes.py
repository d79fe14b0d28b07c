"""What all of Stripe's objects have in common, as its API version writes it. Pure: no store, no clock.

The tests hold every object that leaves the sandbox against Stripe's own OpenAPI file of the same version.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sandbox.stripe.ids import new_id

API_VERSION = "2026-05-27.dahlia"
Json = dict[str, Any]
ADDRESS = ("city", "country", "line1", "line2", "postal_code", "state")


def event(kind: str, about: Json, request: Json, now: int, endpoints: int) -> Json:
    return {
        "id": new_id("evt_1"),
        "object": "event",
        "api_version": API_VERSION,
        "created": now,
        "data": {"object": about},
        "livemode": False,
        "pending_webhooks": endpoints,
        "request": request,
        "type": kind,
    }


def year(now: int) -> int:
    return datetime.fromtimestamp(now, UTC).year


def month(now: int) -> int:
    return datetime.fromtimestamp(now, UTC).month


def listing(url: str, data: list[Json], *, has_more: bool) -> Json:
    return {"object": "list", "url": url, "has_more": has_more, "data": data}
