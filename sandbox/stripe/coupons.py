"""Coupons: an amount or a percentage off a whole session."""

from __future__ import annotations

from sandbox.stripe import shapes
from sandbox.stripe.account import Account, Call
from sandbox.stripe.currencies import KNOWN
from sandbox.stripe.errors import InvalidParams
from sandbox.stripe.listing import EXPAND
from sandbox.stripe.params import Param, choice, read, text, whole, words
from sandbox.stripe.shapes import Json

_CREATE = EXPAND | {
    "amount_off": Param(whole(1)),
    "currency": Param(text(3)),
    "duration": Param(choice("forever", "once", "repeating")),
    "max_redemptions": Param(whole(1)),
    "metadata": Param(words),
    "name": Param(text(40)),
    "percent_off": Param(whole(1, 100)),
}


def create(account: Account, call: Call) -> Json:
    asked = read(call.params, _CREATE)
    if ("amount_off" in asked) == ("percent_off" in asked):
        raise InvalidParams("You must pass either `percent_off` or `amount_off`, and not both.", param="percent_off")
    if "amount_off" in asked and asked.get("currency", "").lower() not in KNOWN:
        raise InvalidParams("Missing required param: currency.", code="parameter_missing", param="currency")
    return account.put(shapes.coupon(asked, account.clock.now()))


def retrieve(account: Account, call: Call) -> Json:
    read(call.params, EXPAND)
    return account.find("coupon", call.names["coupon"], "coupon")


def off(coupon: Json, subtotal: int) -> int:
    """What the coupon takes off; never more than there is."""
    if coupon["percent_off"] is not None:
        share: int = round(subtotal * int(coupon["percent_off"]) / 100)
        return share
    return min(int(coupon["amount_off"]), subtotal)
