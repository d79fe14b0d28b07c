"""Payment methods: a test card or a test bank account, remembered without its number."""

from __future__ import annotations

import re

from sandbox.stripe import payment_shapes, shapes
from sandbox.stripe.account import Account, Call
from sandbox.stripe.cards import (
    ACCOUNT_FAILS,
    ACCOUNT_SUCCEEDS,
    CARDS,
    IBAN_FAILS,
    IBAN_SUCCEEDS,
    ROUTING_NUMBER,
    TestCard,
    by_number,
    by_token,
    card_error,
)
from sandbox.stripe.errors import InvalidParams
from sandbox.stripe.listing import EXPAND
from sandbox.stripe.params import Param, choice, read, table, text, whole, words
from sandbox.stripe.shapes import Json

READY_MADE = "pm_card_"

_ADDRESS = {name: Param(text()) for name in ("city", "country", "line1", "line2", "postal_code", "state")}
_BILLING = {
    "address": Param(table(_ADDRESS)),
    "email": Param(text(800)),
    "name": Param(text()),
    "phone": Param(text()),
}
_CARD = {
    "token": Param(text()),
    "number": Param(text()),
    "exp_month": Param(whole()),
    "exp_year": Param(whole()),
    "cvc": Param(text()),
}
_ACCOUNT = {
    "account_holder_type": Param(choice("individual", "company"), required=True),
    "account_number": Param(text(), required=True),
    "routing_number": Param(text(), required=True),
}
_CREATE = EXPAND | {
    "type": Param(choice("card", "sepa_debit", "us_bank_account"), required=True),
    "card": Param(table(_CARD)),
    "sepa_debit": Param(table({"iban": Param(text(), required=True)})),
    "us_bank_account": Param(table(_ACCOUNT)),
    "billing_details": Param(table(_BILLING)),
    "metadata": Param(words),
}


def create(account: Account, call: Call) -> Json:
    asked = read(call.params, _CREATE)
    if asked["type"] not in asked:
        name = asked["type"]
        raise InvalidParams(f"Missing required param: {name}.", code="parameter_missing", param=name)
    if asked["type"] == "card":
        return remember_card(account, asked["card"], asked)
    return remember_debit(account, asked) if asked["type"] == "sepa_debit" else _remember_account(account, asked)


def remember_card(account: Account, card: Json, asked: Json) -> Json:
    """`card` is a token or number, expiry and CVC. Raises `Refusal` (402) for a card that cannot be one."""
    now = account.clock.now()
    if "token" in card:
        return _put(account, by_token(card["token"], "tok_"), (12, shapes.year(now) + 2), asked)
    for name in ("number", "exp_month", "exp_year"):
        if name not in card:
            where = f"card[{name}]"
            raise InvalidParams(f"Missing required param: {where}.", code="parameter_missing", param=where)
    found = by_number(card["number"])
    month, year = card["exp_month"], card["exp_year"]
    if not 1 <= month <= 12:
        raise card_error("invalid_expiry_month", "Your card's expiration month is invalid.", "exp_month")
    if not (shapes.year(now), shapes.month(now)) <= (year, month) <= (shapes.year(now) + 50, 12):
        raise card_error("invalid_expiry_year", "Your card's expiration date is in the past.", "exp_year")
    if "cvc" in card and re.fullmatch(r"[0-9]{3,4}", card["cvc"]) is None:
        raise card_error("invalid_cvc", "Your card's security code is invalid.", "cvc")
    return _put(account, found, (month, year), asked)


def find(account: Account, id_: str) -> Json:
    """A stored method or one of Stripe's ready-made ones (`pm_card_visa`). Raises `Refusal` (404)."""
    if id_.startswith(READY_MADE):
        card = by_token(id_, READY_MADE)
        return _put(account, card, (12, shapes.year(account.clock.now()) + 2), {})
    return account.find("payment_method", id_, "payment_method")


def retrieve(account: Account, call: Call) -> Json:
    read(call.params, EXPAND)
    return account.find("payment_method", call.names["payment_method"], "payment_method")


def test_card(method: Json) -> TestCard:
    """The test card behind a stored card method."""
    return next(card for card in CARDS if payment_shapes.fingerprint(card) == method["card"]["fingerprint"])


def _put(account: Account, card: TestCard, expiry: tuple[int, int], asked: Json) -> Json:
    return account.put(payment_shapes.card_payment_method(card, expiry, asked, account.clock.now()))


def remember_debit(account: Account, asked: Json) -> Json:
    """Raises `InvalidParams` for an account that is no test account."""
    iban = asked["sepa_debit"]["iban"].replace(" ", "").upper()
    if iban not in (IBAN_SUCCEEDS, IBAN_FAILS):
        raise InvalidParams("The IBAN you provided is no test IBAN.", code="invalid_bank_account_iban", param="iban")
    return account.put(payment_shapes.debit_payment_method(iban, asked, account.clock.now()))


def bounces(method: Json) -> bool:
    """Whether a bank account will refuse what is taken from it."""
    last4 = method[method["type"]]["last4"]
    return last4 in (IBAN_FAILS[-4:], ACCOUNT_FAILS[-4:])


def _remember_account(account: Account, asked: Json) -> Json:
    known = asked["us_bank_account"]
    if known["routing_number"] != ROUTING_NUMBER or known["account_number"] not in (ACCOUNT_SUCCEEDS, ACCOUNT_FAILS):
        raise InvalidParams("The account you provided is no test account.", param="us_bank_account[account_number]")
    number = known["account_number"]
    return account.put(payment_shapes.us_payment_method(number, asked, account.clock.now()))
