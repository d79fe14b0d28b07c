"""A shopper at the pay page, and Stripe's side of the webhook: pays by HTTP, repeats and forges events."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from typing import Any

import httpx

from tests.payments.paying import confirmation
from tests.support.stack import Stack


def session_id_of(pay_url: str) -> str:
    return pay_url.rstrip("/").rsplit("/", 1)[-1].partition("#")[0]


def api(stack: Stack) -> httpx.Client:
    key = stack.settings.stripe_api_key
    return httpx.Client(base_url=stack.stripe_url, headers={"Authorization": f"Bearer {key}"}, timeout=15)


def session(stack: Stack, session_id: str) -> dict[str, Any]:
    with api(stack) as stripe:
        answer: dict[str, Any] = stripe.get(f"/v1/checkout/sessions/{session_id}").json()
    return answer


def pay(stack: Stack, pay_url: str) -> dict[str, Any]:
    """Pay as Stripe's own page does: look, take a card, confirm. Returns the session afterwards."""
    session_id = session_id_of(pay_url)
    with api(stack) as stripe:
        page = stripe.get(f"/v1/payment_pages/{session_id}")
        assert page.status_code == 200, page.text
        card = stripe.post("/v1/payment_methods", data={"type": "card", "card[token]": "tok_visa"}).json()
        form = confirmation(page.json(), card["id"])
        paid = stripe.post(f"/v1/payment_pages/{session_id}/confirm", data=form)
        assert paid.status_code == 200, paid.text
    return session(stack, session_id)


def events(stack: Stack, kind: str) -> list[dict[str, Any]]:
    with api(stack) as stripe:
        listed = stripe.get("/v1/events", params={"type": kind, "limit": 100}).json()
    return list(listed["data"])


def deliver(
    stack: Stack, event: dict[str, Any], *, secret: str | None = None, at: float | None = None
) -> httpx.Response:
    """Post an event to the shop's webhook, signed as Stripe signs."""
    body = json.dumps(event).encode()
    moment = int(time.time() if at is None else at)
    key = (secret or stack.settings.stripe_webhook_secret).encode()
    signed = hmac.new(key, f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    headers = {"stripe-signature": f"t={moment},v1={signed}", "content-type": "application/json"}
    return httpx.post(f"{stack.url}/webhooks/stripe", content=body, headers=headers, timeout=15)
