"""Charges: what a payment intent took. Made by `payments`, changed by `refunds` and `disputes`; here they are shown."""

from __future__ import annotations

from sandbox.stripe.account import Account, Call
from sandbox.stripe.expanding import expanded
from sandbox.stripe.listing import EXPAND, LIST_BY_TIME, page_of
from sandbox.stripe.params import Param, read, text
from sandbox.stripe.shapes import Json, listing

_LIST = LIST_BY_TIME | {"payment_intent": Param(text())}


def retrieve(account: Account, call: Call) -> Json:
    asked = read(call.params, EXPAND)
    return expanded(account, account.find("charge", call.names["charge"], "charge"), asked.get("expand", []))


def list_charges(account: Account, call: Call) -> Json:
    asked = read(call.params, _LIST)
    wanted = {"$.payment_intent": asked["payment_intent"]} if "payment_intent" in asked else {}
    found, has_more = account.store.page("charge", page_of(asked), wanted)
    return expanded(account, listing("/v1/charges", found, has_more=has_more), asked.get("expand", []))
