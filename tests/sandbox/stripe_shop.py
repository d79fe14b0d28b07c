"""A shop's side of Stripe for the tests of its sandbox: sessions made by Stripe's own library, paid over the API."""

from __future__ import annotations

from typing import Any

import httpx
import stripe

from tests.payments.paying import confirmation
from tests.payments.sandbox_process import API_KEY, HTTP, Sandbox

HEADERS = {"authorization": f"Bearer {API_KEY}"}


class StripeShop:
    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.v1 = stripe.StripeClient(
            API_KEY, base_addresses={"api": sandbox.url}, stripe_version="2026-05-27.dahlia", max_network_retries=0
        ).v1

    def open(self, amount: int = 6900, currency: str = "eur", quantity: int = 1, **more: Any) -> Any:
        """A session of one thing at `amount`, two of it with `quantity=2`."""
        price = {"currency": currency, "unit_amount": amount, "product_data": {"name": "Aero 2"}}
        known = {
            "mode": "payment",
            "line_items": [{"price_data": price, "quantity": quantity}],
            "success_url": "https://shop.example/paid",
        }
        return self.v1.checkout.sessions.create({**known, **more})

    def look(self, session: Any) -> Any:
        return self.v1.checkout.sessions.retrieve(session.id)

    def confirm(self, session: Any, method: str | None = "pm_card_visa", **more: str) -> httpx.Response:
        address = f"{self.sandbox.url}/v1/payment_pages/{session.id}"
        page = HTTP.get(address, headers=HEADERS).json()
        form = confirmation(page, method, **more)
        if "expected_amount" not in more:
            del form["expected_amount"]
        return HTTP.post(f"{address}/confirm", data=form, headers=HEADERS)

    def paid(self, method: str = "pm_card_visa", **more: Any) -> Any:
        """A session that was paid."""
        session = self.open(**more)
        answer = self.confirm(session, method)
        assert answer.status_code == 200, answer.text
        return self.look(session)

    def charge(self, session: Any) -> Any:
        return self.v1.charges.list({"payment_intent": session.payment_intent}).data[0]

    def told(self, kind: str, id_: str, *, count: int = 1) -> list[Any]:
        """What the events of `kind` that tell of `id_` were about, once there are so many."""
        return [post.event["data"]["object"] for post in self.sandbox.receiver.wait_for(kind, id_, count=count)]


def rate(name: str, amount: int, currency: str = "eur", **more: Any) -> dict[str, Any]:
    """A way of delivery for `shipping_options`."""
    price = {"amount": amount, "currency": currency}
    return {"shipping_rate_data": {"type": "fixed_amount", "display_name": name, "fixed_amount": price, **more}}
