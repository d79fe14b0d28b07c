"""Checkout sessions: opened, looked at, listed, closed by the shop or by time. Paying them is `payments`.

A stored session is a record: `session` as Stripe shows it, its `lines`, what the pay page shows of them (`goods`) and
the `intent` data for the payment to come.
"""

from __future__ import annotations

from typing import Any

from sandbox.stripe import coupons, events, shapes
from sandbox.stripe.account import Account, Call, Cause
from sandbox.stripe.currencies import KNOWN, MINIMUM, chargeable
from sandbox.stripe.errors import InvalidParams, Refusal
from sandbox.stripe.listing import EXPAND, LIST, page_of
from sandbox.stripe.params import Param, choice, flag, read, rows, table, text, url, whole, words
from sandbox.stripe.shapes import Json

SHORTEST_S = 30 * 60
LONGEST_S = 24 * 3600
MOST_LINES = 100
LOCALES = (
    *("auto", "bg", "cs", "da", "de", "el", "en", "en-GB", "es", "es-419", "et", "fi", "fil", "fr", "fr-CA", "hr"),
    *("hu", "id", "it", "ja", "ko", "lt", "lv", "ms", "mt", "nb", "nl", "pl", "pt", "pt-BR", "ro", "ru"),
    *("sk", "sl", "sv", "th", "tr", "vi", "zh", "zh-HK", "zh-TW"),
)

_PRODUCT = {
    "name": Param(text(), required=True),
    "description": Param(text()),
    "images": Param(rows(url, 8)),
    "metadata": Param(words),
}
_PRICE = {
    "currency": Param(text(3), required=True),
    "unit_amount": Param(whole(0, 99_999_999), required=True),
    "product_data": Param(table(_PRODUCT), required=True),
}
_LINE = {"price_data": Param(table(_PRICE), required=True), "quantity": Param(whole(1, 999_999))}
_UNIT = choice("business_day", "day", "hour", "month", "week")
_BOUND = {"unit": Param(_UNIT, required=True), "value": Param(whole(1), required=True)}
_AMOUNT = {"amount": Param(whole(), required=True), "currency": Param(text(3), required=True)}
_RATE = {
    "delivery_estimate": Param(table({"minimum": Param(table(_BOUND)), "maximum": Param(table(_BOUND))})),
    "display_name": Param(text(100), required=True),
    "fixed_amount": Param(table(_AMOUNT), required=True),
    "metadata": Param(words),
    "tax_behavior": Param(choice("exclusive", "inclusive", "unspecified")),
    "type": Param(choice("fixed_amount")),
}
_SHIPPING = {"shipping_rate_data": Param(table(_RATE), required=True)}
_RECOVERY = {"enabled": Param(flag, required=True), "allow_promotion_codes": Param(flag)}
_INTENT = {"metadata": Param(words), "description": Param(text(1000))}
_CREATE = EXPAND | {
    "after_expiration": Param(table({"recovery": Param(table(_RECOVERY))})),
    "allow_promotion_codes": Param(flag),
    "automatic_tax": Param(table({"enabled": Param(flag, required=True)})),
    "discounts": Param(rows(table({"coupon": Param(text())}), 1)),
    "phone_number_collection": Param(table({"enabled": Param(flag, required=True)})),
    "shipping_address_collection": Param(table({"allowed_countries": Param(rows(text(2), 238), required=True)})),
    "shipping_options": Param(rows(table(_SHIPPING), 5)),
    "mode": Param(choice("payment"), required=True),
    "line_items": Param(rows(table(_LINE), MOST_LINES), required=True),
    "success_url": Param(url, required=True),
    "cancel_url": Param(url),
    "client_reference_id": Param(text(200)),
    "customer_email": Param(text(800)),
    "expires_at": Param(whole()),
    "locale": Param(choice(*LOCALES)),
    "metadata": Param(words),
    "origin_context": Param(choice("mobile_app", "web")),
    "payment_intent_data": Param(table(_INTENT)),
    "payment_method_types": Param(rows(choice("card", "sepa_debit"), 2)),
    "submit_type": Param(choice("auto", "book", "donate", "pay")),
    "ui_mode": Param(choice("hosted_page")),
}
_LIST = LIST | {"payment_intent": Param(text()), "status": Param(choice("open", "complete", "expired"))}
_EXPANDABLE = frozenset({"line_items", "payment_intent", "payment_intent.latest_charge", "shipping_cost.shipping_rate"})


def create(account: Account, call: Call) -> Json:
    asked = read(call.params, _CREATE)
    expand = _expandable(asked.get("expand", []), "")
    now = account.clock.now()
    currency = _one_currency(asked["line_items"])
    lines = [shapes.line_item(line, now) for line in asked["line_items"]]
    subtotal = sum(line["amount_total"] for line in lines)
    rates = [shapes.shipping_rate(each["shipping_rate_data"], now) for each in asked.get("shipping_options", [])]
    taken = [account.find("coupon", each["coupon"], "discounts[0][coupon]") for each in asked.get("discounts", [])]
    off = sum(coupons.off(coupon, subtotal) for coupon in taken)
    total = subtotal - off + (rates[0]["fixed_amount"]["amount"] if rates else 0)
    _check_total(total, currency)
    session = shapes.checkout_session(
        asked,
        total=subtotal,
        currency=currency,
        expires_at=_expiry(asked, now),
        base_url=account.base_url,
        now=now,
    )
    session |= _choices(asked, rates, taken)
    session |= {"amount_total": total, "total_details": shapes.total_details(off, total - subtotal + off)}
    for rate in rates:
        account.put(rate)
    goods = [line["price_data"]["product_data"] for line in asked["line_items"]]
    record = {"session": session, "lines": lines, "goods": goods, "intent": asked.get("payment_intent_data", {})}
    save(account, record)
    account.store.appoint(session["expires_at"], "lapse", session["id"])
    return _shown(account, record, expand)


def _choices(asked: Json, rates: list[Json], taken: list[Json]) -> Json:
    """What the shopper is asked for and may choose, and what is chosen at first."""
    recovery = asked.get("after_expiration", {}).get("recovery")
    return {
        "after_expiration": None if recovery is None else {"recovery": shapes.recovery(recovery)},
        "allow_promotion_codes": asked.get("allow_promotion_codes"),
        "discounts": [{"coupon": coupon["id"], "promotion_code": None} for coupon in taken],
        "phone_number_collection": asked.get("phone_number_collection", {"enabled": False}),
        "shipping_address_collection": asked.get("shipping_address_collection"),
        "shipping_cost": shapes.shipping_cost(rates[0]) if rates else None,
        "shipping_options": [
            {"shipping_amount": rate["fixed_amount"]["amount"], "shipping_rate": rate["id"]} for rate in rates
        ],
    }


def retrieve(account: Account, call: Call) -> Json:
    expand = _expandable(read(call.params, EXPAND).get("expand", []), "")
    return _shown(account, find(account, call.names["session"]), expand)


def line_items(account: Account, call: Call) -> Json:
    asked = read(call.params, LIST)
    record = find(account, call.names["session"])
    return _line_list(record, asked.get("limit", 10))


def list_sessions(account: Account, call: Call) -> Json:
    asked = read(call.params, _LIST)
    expand = _expandable(asked.get("expand", []), "data.")
    wanted = {f"$.session.{name}": asked[name] for name in ("payment_intent", "status") if name in asked}
    found, has_more = account.store.page("checkout.session", page_of(asked), wanted)
    data = [_shown(account, record, expand) for record in found]
    return shapes.listing("/v1/checkout/sessions", data, has_more=has_more)


def expire(account: Account, call: Call) -> Json:
    expand = _expandable(read(call.params, EXPAND).get("expand", []), "")
    record = find(account, call.names["session"])
    status = record["session"]["status"]
    if status != "open":
        raise Refusal(
            'Only Checkout Sessions with a status in ["open"] can be expired.'
            f" This Checkout Session has a status of `{status}`."
        )
    close(account, call.cause, record)
    return _shown(account, record, expand)


def find(account: Account, id_: str) -> Json:
    """The record of a session. Raises `Refusal` (404)."""
    return account.find("checkout.session", id_, "session")


def lapse(account: Account, id_: str) -> None:
    """The time of a session is over; nothing happens to one that was paid or closed before."""
    record = find(account, id_)
    if record["session"]["status"] == "open":
        close(account, Cause(), record)


def close(account: Account, cause: Cause, record: Json) -> None:
    record["session"] |= {"status": "expired", "url": None}
    save(account, record)
    events.report(account, cause, "checkout.session.expired", record["session"])


def save(account: Account, record: Json) -> None:
    account.store.put("checkout.session", record["session"]["id"], record)


def _one_currency(lines: list[Json]) -> str:
    for place, line in enumerate(lines):
        price, path = line["price_data"], f"line_items[{place}][price_data]"
        currency = price["currency"] = price["currency"].lower()
        if currency not in KNOWN:
            raise InvalidParams(f"Invalid currency: {currency}.", param=f"{path}[currency]")
        if currency != lines[0]["price_data"]["currency"]:
            raise InvalidParams("All line items must have the same currency.", param=f"{path}[currency]")
        if not chargeable(price["unit_amount"], currency):
            raise InvalidParams(
                f"Invalid amount: {currency} cannot be charged in so small a coin.",
                code="invalid_charge_amount",
                param=f"{path}[unit_amount]",
            )
    return str(lines[0]["price_data"]["currency"])


def _check_total(total: int, currency: str) -> None:
    if total < MINIMUM.get(currency, 1):
        raise InvalidParams(
            f"The Checkout Session's total amount must be at least {MINIMUM.get(currency, 1)} {currency}"
            " in the smallest currency unit.",
            code="amount_too_small",
        )
    if total > 99_999_999:
        raise InvalidParams("The Checkout Session's total amount is too large.", code="amount_too_large")


def _expiry(asked: Json, now: int) -> int:
    expires_at = int(asked.get("expires_at", now + LONGEST_S))
    if expires_at < now + SHORTEST_S:
        raise InvalidParams(
            "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.", param="expires_at"
        )
    if expires_at > now + LONGEST_S:
        raise InvalidParams(
            "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.", param="expires_at"
        )
    return expires_at


def _expandable(expand: list[str], prefix: str) -> list[str]:
    for name in expand:
        if name.removeprefix(prefix) not in _EXPANDABLE or not name.startswith(prefix):
            raise InvalidParams(f"This property cannot be expanded ({name}).", param="expand")
    return [name.removeprefix(prefix) for name in expand]


def _shown(account: Account, record: Json, expand: list[str]) -> Json:
    session: dict[str, Any] = dict(record["session"])
    if "line_items" in expand:
        session["line_items"] = _line_list(record, 10)
    if "shipping_cost.shipping_rate" in expand and (cost := session["shipping_cost"]):
        rate = account.find("shipping_rate", cost["shipping_rate"], "shipping_rate")
        session["shipping_cost"] = cost | {"shipping_rate": rate}
    intent_id = session["payment_intent"]
    if intent_id and any(name.startswith("payment_intent") for name in expand):
        intent = account.find("payment_intent", intent_id, "intent")
        if "payment_intent.latest_charge" in expand and intent["latest_charge"]:
            intent["latest_charge"] = account.find("charge", intent["latest_charge"], "charge")
        session["payment_intent"] = intent
    return session


def _line_list(record: Json, limit: int) -> Json:
    path = f"/v1/checkout/sessions/{record['session']['id']}/line_items"
    return shapes.listing(path, record["lines"][:limit], has_more=len(record["lines"]) > limit)
