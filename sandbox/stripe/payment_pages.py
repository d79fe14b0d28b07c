"""Paying a session over the API, without a page: what Stripe's own command line does to trigger test events.

Stripe does not document these two calls; the plain ones are as its public trigger scripts use them. What the page would
ask the shopper for goes along: `email`, `shipping`, `shipping_rate`, `promotion_code`.
"""

from __future__ import annotations

from sandbox.stripe import payment_methods, payments, sessions, shopper
from sandbox.stripe.account import Account, Call
from sandbox.stripe.errors import Refusal
from sandbox.stripe.expanding import expanded
from sandbox.stripe.listing import EXPAND
from sandbox.stripe.params import Param, read, table, text, whole
from sandbox.stripe.session_params import PARCEL
from sandbox.stripe.shapes import Json

_PREFIX = "ppage_"
_CONFIRM = EXPAND | {
    "country": Param(text(2)),
    "email": Param(text(800)),
    "expected_amount": Param(whole()),
    "payment_method": Param(text()),
    "phone": Param(text()),
    "promotion_code": Param(text()),
    "shipping": Param(table(PARCEL)),
    "shipping_rate": Param(text()),
}


def retrieve(account: Account, call: Call) -> Json:
    asked = read(call.params, EXPAND)
    return _page(account, sessions.find(account, _session_id(call.names["page"])), asked.get("expand", []))


def confirm(account: Account, call: Call) -> Json:
    asked = read(call.params, _CONFIRM)
    record = sessions.find(account, _session_id(call.names["page"]))
    if record["session"]["status"] == "open":
        _choose(account, record, asked)
    total = record["session"]["amount_total"]
    if asked.get("expected_amount", total) != total:
        raise Refusal(
            f"The expected amount does not match the Checkout Session's amount_total ({total}).",
            param="expected_amount",
        )
    method = payment_methods.find(account, asked["payment_method"]) if "payment_method" in asked else None
    intent = payments.pay(account, call.cause, record, method)
    return _page(account, record, asked.get("expand", [])) | {"payment_intent": intent}


def _choose(account: Account, record: Json, asked: Json) -> None:
    contact = {name: asked[name] for name in ("email", "phone") if name in asked}
    if contact:
        shopper.introduce(account, record, **contact)
    if "country" in asked:
        shopper.live_in(account, record, asked["country"].upper())
    if "shipping" in asked:
        shopper.send_to(account, record, asked["shipping"])
    if "shipping_rate" in asked:
        shopper.choose_delivery(account, record, asked["shipping_rate"])
    if "promotion_code" in asked:
        shopper.use_code(account, record, asked["promotion_code"])


def _page(account: Account, record: Json, expand: list[str]) -> Json:
    session = expanded(account, record["session"], expand)
    told = (
        *("amount_subtotal", "amount_total", "currency", "livemode", "payment_status", "shipping_address_collection"),
        *("shipping_cost", "shipping_options", "status", "total_details"),
    )
    return {
        "id": _PREFIX + session["id"].removeprefix("cs_test_"),
        "object": "payment_page",
        "session_id": session["id"],
    } | {name: session[name] for name in told}


def _session_id(page: str) -> str:
    return f"cs_test_{page.removeprefix(_PREFIX)}" if page.startswith(_PREFIX) else page
