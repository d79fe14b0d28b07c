"""Paying a session over the API, without a page: what Stripe's own command line does to trigger test events.

Stripe does not document these two calls; they are as its public trigger scripts use them.
"""

from __future__ import annotations

from sandbox.stripe import payment_methods, payments, sessions
from sandbox.stripe.account import Account, Call
from sandbox.stripe.errors import Refusal
from sandbox.stripe.listing import EXPAND
from sandbox.stripe.params import Param, read, text, whole
from sandbox.stripe.shapes import Json

_PREFIX = "ppage_"
_CONFIRM = EXPAND | {"payment_method": Param(text(), required=True), "expected_amount": Param(whole())}


def retrieve(account: Account, call: Call) -> Json:
    read(call.params, EXPAND)
    return _page(sessions.find(account, _session_id(call.names["page"])))


def confirm(account: Account, call: Call) -> Json:
    asked = read(call.params, _CONFIRM)
    record = sessions.find(account, _session_id(call.names["page"]))
    total = record["session"]["amount_total"]
    if asked.get("expected_amount", total) != total:
        raise Refusal(
            "The expected amount does not match the Checkout Session's amount_total.", param="expected_amount"
        )
    method = payment_methods.find(account, asked["payment_method"])
    intent = payments.pay(account, call.cause, record, method)
    return _page(record) | {"payment_intent": intent}


def _page(record: Json) -> Json:
    session = record["session"]
    told = ("amount_total", "currency", "livemode", "payment_status", "status")
    return {
        "id": _PREFIX + session["id"].removeprefix("cs_test_"),
        "object": "payment_page",
        "session_id": session["id"],
    } | {name: session[name] for name in told}


def _session_id(page: str) -> str:
    return f"cs_test_{page.removeprefix(_PREFIX)}" if page.startswith(_PREFIX) else page
