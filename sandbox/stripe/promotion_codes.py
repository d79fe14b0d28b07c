"""Promotion codes: words that a shopper types for a coupon. Source: docs.stripe.com/api/promotion_codes."""

from __future__ import annotations

import re

from sandbox.stripe.account import Account, Call
from sandbox.stripe.currencies import KNOWN
from sandbox.stripe.errors import InvalidParams
from sandbox.stripe.expanding import expanded
from sandbox.stripe.ids import new_id
from sandbox.stripe.listing import EXPAND, LIST_BY_TIME, page_of
from sandbox.stripe.params import Param, changed_words, choice, flag, read, table, text, whole, word_changes, words
from sandbox.stripe.shapes import Json, listing

_PROMOTION = {"type": Param(choice("coupon"), required=True), "coupon": Param(text())}
_RESTRICTIONS = {
    "first_time_transaction": Param(flag),
    "minimum_amount": Param(whole(1)),
    "minimum_amount_currency": Param(text(3)),
}
_CREATE = EXPAND | {
    "active": Param(flag),
    "code": Param(text(500)),
    "expires_at": Param(whole()),
    "max_redemptions": Param(whole(1)),
    "metadata": Param(words),
    "promotion": Param(table(_PROMOTION), required=True),
    "restrictions": Param(table(_RESTRICTIONS)),
}
_UPDATE = EXPAND | {"active": Param(flag), "metadata": Param(word_changes)}
_LIST = LIST_BY_TIME | {"active": Param(flag), "code": Param(text()), "coupon": Param(text())}


def create(account: Account, call: Call) -> Json:
    asked = read(call.params, _CREATE)
    coupon = account.find("coupon", asked["promotion"].get("coupon", ""), "promotion[coupon]")
    code = asked.get("code") or new_id("", 8).upper()
    if re.fullmatch(r"[A-Za-z0-9_-]+", code) is None:
        raise InvalidParams("A code may hold letters, digits, dashes and underscores only.", param="code")
    if asked.get("active", True) and _is_taken(account, code):
        raise InvalidParams("An active promotion code with this code already exists.", param="code")
    limits = asked.get("restrictions", {})
    if "minimum_amount" in limits and limits.get("minimum_amount_currency", "").lower() not in KNOWN:
        raise InvalidParams(
            "Missing required param: restrictions[minimum_amount_currency].",
            code="parameter_missing",
            param="restrictions[minimum_amount_currency]",
        )
    promotion = account.put(_promotion_code(asked, coupon["id"], code, account.clock.now()))
    return expanded(account, promotion, asked.get("expand", []))


def retrieve(account: Account, call: Call) -> Json:
    asked = read(call.params, EXPAND)
    promotion = account.find("promotion_code", call.names["promotion_code"], "promotion_code")
    return expanded(account, promotion, asked.get("expand", []))


def update(account: Account, call: Call) -> Json:
    asked = read(call.params, _UPDATE)
    promotion = account.find("promotion_code", call.names["promotion_code"], "promotion_code")
    if asked.get("active") and not promotion["active"] and _is_taken(account, promotion["code"]):
        raise InvalidParams("An active promotion code with this code already exists.", param="active")
    promotion |= {
        "active": asked.get("active", promotion["active"]),
        "metadata": changed_words(promotion["metadata"], asked.get("metadata", {})),
    }
    return expanded(account, account.put(promotion), asked.get("expand", []))


def list_promotion_codes(account: Account, call: Call) -> Json:
    asked = read(call.params, _LIST)
    paths = {"active": "$.active", "code": "$.code", "coupon": "$.promotion.coupon"}
    wanted = {path: asked[name] for name, path in paths.items() if name in asked}
    found, has_more = account.store.page("promotion_code", page_of(asked), wanted)
    return expanded(account, listing("/v1/promotion_codes", found, has_more=has_more), asked.get("expand", []))


def _is_taken(account: Account, code: str) -> bool:
    known = account.store.every("promotion_code")
    return any(promotion["active"] and promotion["code"].upper() == code.upper() for promotion in known)


def _promotion_code(asked: Json, coupon: str, code: str, now: int) -> Json:
    limits = asked.get("restrictions", {})
    currency = limits.get("minimum_amount_currency")
    return {
        "id": new_id("promo_1"),
        "object": "promotion_code",
        "active": asked.get("active", True),
        "code": code,
        "created": now,
        "customer": None,
        "customer_account": None,
        "expires_at": asked.get("expires_at"),
        "livemode": False,
        "max_redemptions": asked.get("max_redemptions"),
        "metadata": asked.get("metadata", {}),
        "promotion": {"type": "coupon", "coupon": coupon},
        "restrictions": {
            "first_time_transaction": limits.get("first_time_transaction", False),
            "minimum_amount": limits.get("minimum_amount"),
            "minimum_amount_currency": currency.lower() if currency else None,
        },
        "times_redeemed": 0,
    }
