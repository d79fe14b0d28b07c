"""The one discount of a session: a coupon, or the promotion code that stands for one; who may use it, and how often.

Source: docs.stripe.com/payments/checkout/discounts. Knows no sums (`totals`).
"""

from __future__ import annotations

from sandbox.stripe.account import Account
from sandbox.stripe.errors import InvalidParams, Refusal
from sandbox.stripe.shapes import Json
from sandbox.stripe.store import Page


def chosen(account: Account, asked: Json) -> Json:
    """A session's `discounts[0]` of what a caller named. Raises `InvalidParams` or `Refusal` (404)."""
    if ("coupon" in asked) == ("promotion_code" in asked):
        raise InvalidParams("You must specify exactly one of: coupon, promotion_code.", param="discounts[0]")
    if "coupon" in asked:
        account.find("coupon", asked["coupon"], "discounts[0][coupon]")
        return {"coupon": asked["coupon"], "promotion_code": None}
    account.find("promotion_code", asked["promotion_code"], "discounts[0][promotion_code]")
    return {"coupon": None, "promotion_code": asked["promotion_code"]}


def by_code(account: Account, code: str) -> Json:
    """A session's `discounts[0]` of what a shopper typed. Codes do not tell capitals from small letters."""
    found = [promo for promo in account.store.every("promotion_code") if promo["code"].upper() == code.upper()]
    active = next((promo for promo in found if promo["active"]), None)
    if active is None:
        raise _invalid("This code is invalid.")
    return {"coupon": None, "promotion_code": active["id"]}


def promotion_of(account: Account, session: Json) -> Json | None:
    id_ = session["discounts"][0]["promotion_code"] if session["discounts"] else None
    return account.find("promotion_code", id_, "promotion_code") if id_ else None


def coupon_of(account: Account, session: Json) -> Json | None:
    if not session["discounts"]:
        return None
    promotion = promotion_of(account, session)
    id_ = promotion["promotion"]["coupon"] if promotion else session["discounts"][0]["coupon"]
    return account.find("coupon", id_, "coupon")


def check(account: Account, record: Json) -> None:
    """Whether the session's discount may be used now, by this shopper. Raises `Refusal`."""
    session = record["session"]
    coupon, promotion = coupon_of(account, session), promotion_of(account, session)
    if coupon is None:
        return
    now = account.clock.now()
    if not is_valid(coupon, now):
        raise Refusal(f"Coupon {coupon['id']} is used up and cannot be applied.", code="coupon_expired")
    if coupon["amount_off"] is not None and coupon["currency"] != session["currency"]:
        raise _invalid(f"This coupon is in {coupon['currency']}, and the order is not.")
    if promotion is not None:
        _check_promotion(account, record, promotion, now)


def is_valid(coupon: Json, now: int) -> bool:
    most, until = coupon["max_redemptions"], coupon["redeem_by"]
    return (most is None or coupon["times_redeemed"] < most) and (until is None or now <= until)


def redeem(account: Account, session: Json) -> None:
    """Count the discount of a session that was paid."""
    coupon, promotion = coupon_of(account, session), promotion_of(account, session)
    if coupon is not None:
        coupon = coupon | {"times_redeemed": coupon["times_redeemed"] + 1}
        account.put(coupon | {"valid": is_valid(coupon, account.clock.now())})
    if promotion is not None:
        times, most = promotion["times_redeemed"] + 1, promotion["max_redemptions"]
        active = promotion["active"] and (most is None or times < most)
        account.put(promotion | {"times_redeemed": times, "active": active})


def _check_promotion(account: Account, record: Json, promotion: Json, now: int) -> None:
    session, limits = record["session"], promotion["restrictions"]
    most, until = promotion["max_redemptions"], promotion["expires_at"]
    if not promotion["active"] or (most is not None and promotion["times_redeemed"] >= most):
        raise _invalid("This code can no longer be used.")
    if until is not None and now > until:
        raise _invalid("This code has expired.")
    if limits["minimum_amount"] is not None:
        goods = sum(line["amount_subtotal"] for line in record["lines"])
        if limits["minimum_amount_currency"] != session["currency"] or goods < limits["minimum_amount"]:
            raise _invalid("This code needs a larger order.")
    email = (session["customer_details"] or {}).get("email")
    if limits["first_time_transaction"] and email and _bought_before(account, email):
        raise _invalid("This code is for a first order.")


def _bought_before(account: Account, email: str) -> bool:
    wanted = {"$.session.customer_details.email": email, "$.session.status": "complete"}
    return bool(account.store.page("checkout.session", Page(1), wanted)[0])


def _invalid(words: str) -> Refusal:
    return Refusal(words, code="promotion_code_invalid", param="promotion_code")
