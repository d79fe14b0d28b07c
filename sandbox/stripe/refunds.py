"""Refunds: whole or in parts, until the charge is used up."""

from __future__ import annotations

from sandbox.stripe import events, shapes
from sandbox.stripe.account import Account, Call
from sandbox.stripe.currencies import chargeable
from sandbox.stripe.errors import InvalidParams, Refusal
from sandbox.stripe.listing import EXPAND, LIST, page_of
from sandbox.stripe.params import Param, choice, read, text, whole, words
from sandbox.stripe.shapes import Json

_CREATE = EXPAND | {
    "payment_intent": Param(text()),
    "charge": Param(text()),
    "amount": Param(whole(1)),
    "reason": Param(choice("duplicate", "fraudulent", "requested_by_customer")),
    "metadata": Param(words),
}

_LIST = LIST | {"payment_intent": Param(text()), "charge": Param(text())}


def create(account: Account, call: Call) -> Json:
    asked = read(call.params, _CREATE)
    charge = _charge(account, asked)
    left = charge["amount"] - charge["amount_refunded"]
    if left == 0:
        raise Refusal(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    amount = asked.get("amount", left)
    if amount > left:
        raise Refusal(f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left}).", param="amount")
    if not chargeable(amount, charge["currency"]):
        raise Refusal("Invalid amount for this currency.", code="invalid_charge_amount", param="amount")
    refund = account.put(shapes.refund(charge, amount, asked, account.clock.now()))
    refunded = charge["amount_refunded"] + amount
    charge = account.put(charge | {"amount_refunded": refunded, "refunded": refunded == charge["amount"]})
    events.report(account, call.cause, "charge.refunded", charge)
    events.report(account, call.cause, "refund.created", refund)
    return refund


def retrieve(account: Account, call: Call) -> Json:
    read(call.params, EXPAND)
    return account.find("refund", call.names["refund"], "id")


def list_refunds(account: Account, call: Call) -> Json:
    asked = read(call.params, _LIST)
    wanted = {f"$.{name}": asked[name] for name in ("payment_intent", "charge") if name in asked}
    found, has_more = account.store.page("refund", page_of(asked), wanted)
    return shapes.listing("/v1/refunds", found, has_more=has_more)


def _charge(account: Account, asked: Json) -> Json:
    """The charge to give back, named itself or by its payment intent. Raises `InvalidParams` or `Refusal`."""
    if ("charge" in asked) == ("payment_intent" in asked):
        raise InvalidParams(
            "One of the following params should be provided for this request: payment_intent or charge.",
            code="parameter_missing",
            param="payment_intent",
        )
    if "charge" in asked:
        charge = account.find("charge", asked["charge"], "charge")
    else:
        intent = account.find("payment_intent", asked["payment_intent"], "payment_intent")
        charge = account.find("charge", intent["latest_charge"] or "", "charge") if intent["latest_charge"] else {}
    if not charge.get("paid"):
        raise Refusal("This payment does not have a successful charge to refund.")
    return charge
