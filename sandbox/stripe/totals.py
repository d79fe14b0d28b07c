"""What a session costs: goods, less the discount, plus delivery, plus tax. Counted anew after every choice.

Knows documents, not who changed them. A discount is shared among the lines by their weight, as Stripe shows it.
"""

from __future__ import annotations

from itertools import accumulate, pairwise

from sandbox.stripe import taxes
from sandbox.stripe.account import Account
from sandbox.stripe.currencies import MINIMUM
from sandbox.stripe.discounts import coupon_of
from sandbox.stripe.errors import InvalidParams
from sandbox.stripe.shapes import Json

MOST = 99_999_999


def recount(account: Account, record: Json) -> None:
    """Write the sums of `record` into it. Raises `InvalidParams` for a total that cannot be charged."""
    session, lines = record["session"], record["lines"]
    subtotals = [line["amount_subtotal"] for line in lines]
    off = _off(account, session, sum(subtotals))
    country = tax_country(session) if session["automatic_tax"]["enabled"] else None
    for line, share in zip(lines, shares(off, subtotals), strict=True):
        behavior = line["price"]["tax_behavior"]
        tax, total = _taxed(line["amount_subtotal"] - share, country, behavior, session["currency"])
        line |= {"amount_discount": share, "amount_tax": tax, "amount_total": total}
    delivery = _delivery(account, session, country)
    total = sum(line["amount_total"] for line in lines) + (delivery["amount_total"] if delivery else 0)
    _check(total, session["currency"])
    session |= {
        "amount_subtotal": sum(subtotals),
        "amount_total": total,
        "shipping_cost": delivery,
        "total_details": {
            "amount_discount": off,
            "amount_shipping": delivery["amount_subtotal"] if delivery else 0,
            "amount_tax": sum(line["amount_tax"] for line in lines) + (delivery["amount_tax"] if delivery else 0),
        },
    }
    if session["automatic_tax"]["enabled"]:
        status = "complete" if country else "requires_location_inputs"
        session["automatic_tax"] = session["automatic_tax"] | {"status": status}


def tax_country(session: Json) -> str | None:
    """Where the parcel goes, or where the shopper is; None while neither is known."""
    parcel = (session["collected_information"] or {}).get("shipping_details")
    address = parcel["address"] if parcel else (session["customer_details"] or {}).get("address")
    return address["country"] if address else None


def _off(account: Account, session: Json, subtotal: int) -> int:
    coupon = coupon_of(account, session)
    if coupon is None:
        return 0
    if coupon["percent_off"] is None:
        return min(int(coupon["amount_off"]), subtotal)
    hundredths: int = round(coupon["percent_off"] * 100)
    return (2 * subtotal * hundredths + 10_000) // 20_000


def shares(amount: int, weights: list[int]) -> list[int]:
    """`amount` in parts by weight; the parts are whole and make it up exactly."""
    total = sum(weights)
    if total == 0:
        return [0 for _ in weights]
    return [
        after - before for before, after in pairwise(amount * sum_ // total for sum_ in accumulate(weights, initial=0))
    ]


def _delivery(account: Account, session: Json, country: str | None) -> Json | None:
    if session["shipping_cost"] is None:
        return None
    rate = account.find("shipping_rate", session["shipping_cost"]["shipping_rate"], "shipping_rate")
    amount = rate["fixed_amount"]["amount"]
    tax, total = _taxed(amount, country, rate["tax_behavior"], session["currency"])
    return {"amount_subtotal": amount, "amount_tax": tax, "amount_total": total, "shipping_rate": rate["id"]}


def _taxed(amount: int, country: str | None, behavior: str, currency: str) -> tuple[int, int]:
    """The tax of `amount`, and the amount with it."""
    if country is None:
        return 0, amount
    included = taxes.is_included(behavior, currency)
    tax = taxes.of(amount, country, included=included)
    return tax, amount if included else amount + tax


def _check(total: int, currency: str) -> None:
    if 0 < total < MINIMUM.get(currency, 1):
        raise InvalidParams(
            f"The Checkout Session's total amount must be at least {MINIMUM.get(currency, 1)} {currency}"
            " in the smallest currency unit.",
            code="amount_too_small",
        )
    if total > MOST:
        raise InvalidParams("The Checkout Session's total amount is too large.", code="amount_too_large")
