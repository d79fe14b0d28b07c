"""What a shopper typed on the pay page, read into choices and a payment; what is wrong is said in words, by field.

Knows no HTML and no HTTP.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

from sandbox.stripe import payment_methods, payments, shopper
from sandbox.stripe.account import Account, Cause
from sandbox.stripe.errors import Refusal
from sandbox.stripe.pay_fields import money
from sandbox.stripe.shapes import ADDRESS, Json

FIELDS = (
    *("email", "phone", "country", "ship_name", "line1", "line2", "postal_code", "city", "state", "delivery", "code"),
    *("number", "expiry", "cvc", "name", "iban"),
)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_EXPIRY = re.compile(r"\s*([0-9]{1,2})\s*[/-]?\s*(?:20)?([0-9]{2})\s*")
_FIELD_OF_PARAM = {
    "card[number]": "number",
    "cvc": "cvc",
    "exp_month": "expiry",
    "exp_year": "expiry",
    "iban": "iban",
    "number": "number",
    "promotion_code": "code",
    "shipping[address][country]": "country",
}
_NEEDED = {
    "country": "Please choose a country.",
    "ship_name": "Please write the name on the parcel.",
    "line1": "Please write street and number.",
    "city": "Please write the city.",
}


T = TypeVar("T")


class Wrong(Exception):
    """Words for the shopper about one field, or about the payment as a whole (`""`)."""

    def __init__(self, field: str, words: str, status: int = 422) -> None:
        super().__init__(words)
        self.field = field
        self.status = status


def prefilled(session: Json) -> dict[str, str]:
    """What the form knows before anything is typed; a country where there is no other, or the reader's own."""
    details = session["customer_details"] or {}
    parcel = (session["collected_information"] or {}).get("shipping_details") or {"name": "", "address": {}}
    address = parcel["address"] or details.get("address") or {}
    known = {name: address.get(name) or "" for name in ADDRESS}
    offered, home = shopper.countries(session), (session["locale"] or "").rpartition("-")[2].upper()
    if not known["country"]:
        known["country"] = offered[0] if len(offered) == 1 else home if home in offered else ""
    return known | {
        "email": details.get("email") or session["customer_email"] or "",
        "phone": details.get("phone") or "",
        "ship_name": parcel["name"],
    }


def take_choices(account: Account, record: Json, typed: dict[str, str], do: str) -> None:
    """Note the way and the country, and take the code or drop it. Raises `Wrong`."""
    session = record["session"]
    if session["automatic_tax"]["enabled"] and typed["country"] in shopper.countries(session):
        _or_wrong(lambda: shopper.live_in(account, record, typed["country"]))
    if typed["delivery"]:
        _or_wrong(lambda: shopper.choose_delivery(account, record, typed["delivery"]))
    if do == "drop":
        shopper.drop_code(account, record)
    if do == "code":
        _or_wrong(lambda: shopper.use_code(account, record, typed["code"]), "code")


def take_payment(account: Account, record: Json, typed: dict[str, str], expected: str) -> Json | None:
    """Note everything that was typed and pay; the payment intent, None when nothing was to be paid. Raises `Wrong`."""
    session = record["session"]
    if _EMAIL.fullmatch(typed["email"]) is None:
        raise Wrong("email", "Please write your e-mail address, like you@example.com.")
    if shopper.asks_phone(session) and len(re.sub(r"\D", "", typed["phone"])) < 5:
        raise Wrong("phone", "Please write a phone number for the parcel service.")
    _take_place(account, record, typed)
    phone = typed["phone"] if shopper.asks_phone(session) else None
    _or_wrong(lambda: shopper.introduce(account, record, email=typed["email"], name=typed["name"], phone=phone))
    take_choices(account, record, typed, "code" if typed["code"] else "")
    total = record["session"]["amount_total"]
    if expected and expected != str(total):
        raise Wrong("", f"The total is now {money(record['session'], total)}. Please look at it and pay again.", 409)
    method = _method(account, record, typed) if total else None
    return _or_wrong(lambda: payments.pay(account, Cause(), record, method))


def _take_place(account: Account, record: Json, typed: dict[str, str]) -> None:
    session = record["session"]
    if not shopper.countries(session):
        return
    for field in _NEEDED if shopper.ships(session) else ("country",):
        if not typed[field]:
            raise Wrong(field, _NEEDED[field])
    if shopper.ships(session):
        parcel = {"name": typed["ship_name"], "address": {name: typed[name] for name in ADDRESS}}
        _or_wrong(lambda: shopper.send_to(account, record, parcel))
    else:
        _or_wrong(lambda: shopper.live_in(account, record, typed["country"]))


def _method(account: Account, record: Json, typed: dict[str, str]) -> Json:
    billing = {"email": typed["email"], "name": typed["name"] or None}
    if typed["iban"] or "card" not in record["session"]["payment_method_types"]:
        asked = {"sepa_debit": {"iban": typed["iban"]}, "billing_details": billing}
        return _or_wrong(lambda: payment_methods.remember_debit(account, asked), "iban")
    expiry = _EXPIRY.fullmatch(typed["expiry"])
    if expiry is None:
        raise Wrong("expiry", "Please write month and year, like 12 / 34.")
    card = {
        "number": re.sub(r"[\s-]", "", typed["number"]),
        "exp_month": int(expiry[1]),
        "exp_year": 2000 + int(expiry[2]),
        "cvc": typed["cvc"],
    }
    return _or_wrong(lambda: payment_methods.remember_card(account, card, {"billing_details": billing}))


def _or_wrong(act: Callable[[], T], field: str = "") -> T:
    try:
        return act()
    except Refusal as refusal:
        named = _FIELD_OF_PARAM.get(refusal.error.get("param", ""), field)
        raise Wrong(named, str(refusal), 422 if field else 402) from refusal
