"""Coupons: an amount or a percentage off a whole session. Source: docs.stripe.com/api/coupons."""

from __future__ import annotations

from sandbox.stripe.account import Account, Call
from sandbox.stripe.currencies import KNOWN
from sandbox.stripe.discounts import is_valid
from sandbox.stripe.errors import InvalidParams
from sandbox.stripe.ids import new_id
from sandbox.stripe.listing import EXPAND, LIST_BY_TIME, page_of
from sandbox.stripe.params import Param, changed_words, choice, percentage, read, text, whole, word_changes, words
from sandbox.stripe.shapes import Json, listing

_CREATE = EXPAND | {
    "amount_off": Param(whole(1)),
    "currency": Param(text(3)),
    "duration": Param(choice("forever", "once")),
    "id": Param(text(200)),
    "max_redemptions": Param(whole(1)),
    "metadata": Param(words),
    "name": Param(text(40)),
    "percent_off": Param(percentage),
    "redeem_by": Param(whole()),
}
_UPDATE = EXPAND | {"metadata": Param(word_changes), "name": Param(text(40))}


def create(account: Account, call: Call) -> Json:
    asked = read(call.params, _CREATE)
    if ("amount_off" in asked) == ("percent_off" in asked):
        raise InvalidParams("You must pass either `percent_off` or `amount_off`, and not both.", param="percent_off")
    if "amount_off" in asked and asked.get("currency", "").lower() not in KNOWN:
        raise InvalidParams("Missing required param: currency.", code="parameter_missing", param="currency")
    if account.store.kind_of(asked.get("id", "")) is not None:
        raise InvalidParams("Coupon already exists.", code="resource_already_exists", param="id")
    return account.put(_coupon(asked, account.clock.now()))


def retrieve(account: Account, call: Call) -> Json:
    read(call.params, EXPAND)
    return _current(account, account.find("coupon", call.names["coupon"], "coupon"))


def update(account: Account, call: Call) -> Json:
    asked = read(call.params, _UPDATE)
    coupon = account.find("coupon", call.names["coupon"], "coupon")
    coupon["metadata"] = changed_words(coupon["metadata"], asked.get("metadata", {}))
    return _current(account, account.put(coupon | {"name": asked.get("name", coupon["name"])}))


def list_coupons(account: Account, call: Call) -> Json:
    found, has_more = account.store.page("coupon", page_of(read(call.params, LIST_BY_TIME)), {})
    return listing("/v1/coupons", [_current(account, coupon) for coupon in found], has_more=has_more)


def _current(account: Account, coupon: Json) -> Json:
    return coupon | {"valid": is_valid(coupon, account.clock.now())}


def _coupon(asked: Json, now: int) -> Json:
    currency = asked.get("currency") if "amount_off" in asked else None
    return {
        "id": asked.get("id") or new_id("", 8),
        "object": "coupon",
        "amount_off": asked.get("amount_off"),
        "created": now,
        "currency": currency.lower() if currency else None,
        "duration": asked.get("duration", "once"),
        "duration_in_months": None,
        "livemode": False,
        "max_redemptions": asked.get("max_redemptions"),
        "metadata": asked.get("metadata", {}),
        "name": asked.get("name"),
        "percent_off": asked.get("percent_off"),
        "redeem_by": asked.get("redeem_by"),
        "times_redeemed": 0,
        "valid": True,
    }
