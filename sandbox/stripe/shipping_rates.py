"""Shipping rates: ways of delivery that outlive a session. Source: docs.stripe.com/api/shipping_rates."""

from __future__ import annotations

from sandbox.stripe.account import Account, Call
from sandbox.stripe.listing import EXPAND, LIST_BY_TIME, page_of
from sandbox.stripe.params import Param, flag, read, text
from sandbox.stripe.session_params import RATE
from sandbox.stripe.session_shapes import shipping_rate
from sandbox.stripe.shapes import Json, listing

_LIST = LIST_BY_TIME | {"active": Param(flag), "currency": Param(text(3))}


def create(account: Account, call: Call) -> Json:
    asked = read(call.params, EXPAND | RATE)
    return account.put(shipping_rate(asked, account.clock.now()) | {"active": True})


def retrieve(account: Account, call: Call) -> Json:
    read(call.params, EXPAND)
    return account.find("shipping_rate", call.names["shipping_rate"], "shipping_rate")


def list_rates(account: Account, call: Call) -> Json:
    asked = read(call.params, _LIST)
    paths = {"active": "$.active", "currency": "$.fixed_amount.currency"}
    wanted = {path: asked[name] for name, path in paths.items() if name in asked}
    found, has_more = account.store.page("shipping_rate", page_of(asked), wanted)
    return listing("/v1/shipping_rates", found, has_more=has_more)
