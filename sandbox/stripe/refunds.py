"""Refunds: whole or in parts, until the charge is used up; some wait, and some fail after they had succeeded.

Source: docs.stripe.com/refunds and /testing#refunds.
"""

from __future__ import annotations

from sandbox.stripe import events, payment_methods
from sandbox.stripe.account import Account, Call, Cause
from sandbox.stripe.currencies import chargeable
from sandbox.stripe.disputes import close_inquiry, open_dispute_of
from sandbox.stripe.errors import InvalidParams, Refusal
from sandbox.stripe.expanding import expanded
from sandbox.stripe.ids import new_id
from sandbox.stripe.listing import EXPAND, LIST_BY_TIME, page_of
from sandbox.stripe.params import Param, changed_words, choice, read, text, whole, word_changes, words
from sandbox.stripe.shapes import Json, listing

DECIDED_AFTER_S = 5
"""A refund that waits, or fails later, is decided this long after it was made."""
_CREATE = EXPAND | {
    "payment_intent": Param(text()),
    "charge": Param(text()),
    "amount": Param(whole(1)),
    "reason": Param(choice("duplicate", "fraudulent", "requested_by_customer")),
    "metadata": Param(words),
}
_UPDATE = EXPAND | {"metadata": Param(word_changes)}
_LIST = LIST_BY_TIME | {"charge": Param(text()), "payment_intent": Param(text())}


def create(account: Account, call: Call) -> Json:
    asked = read(call.params, _CREATE)
    charge = _charge(account, asked)
    dispute = open_dispute_of(account, charge)
    if dispute is not None and not dispute["is_charge_refundable"]:
        raise Refusal(
            f"The charge {charge['id']} has been charged back; cannot issue a refund.", code="charge_disputed"
        )
    left = charge["amount"] - charge["amount_refunded"]
    if left == 0:
        raise Refusal(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    amount = asked.get("amount", left)
    if amount > left:
        raise Refusal(f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left}).", param="amount")
    if not chargeable(amount, charge["currency"]):
        raise Refusal("Invalid amount for this currency.", code="invalid_charge_amount", param="amount")
    refund = _begin(account, call.cause, charge, amount, asked)
    if dispute is not None and amount == left:
        close_inquiry(account, call.cause, dispute)
    return expanded(account, refund, asked.get("expand", []))


def retrieve(account: Account, call: Call) -> Json:
    asked = read(call.params, EXPAND)
    return expanded(account, account.find("refund", call.names["refund"], "id"), asked.get("expand", []))


def update(account: Account, call: Call) -> Json:
    asked = read(call.params, _UPDATE)
    refund = account.find("refund", call.names["refund"], "id")
    refund = account.put(refund | {"metadata": changed_words(refund["metadata"], asked.get("metadata", {}))})
    _report(account, call.cause, "refund.updated", refund)
    return expanded(account, refund, asked.get("expand", []))


def cancel(account: Account, call: Call) -> Json:
    asked = read(call.params, EXPAND)
    refund = account.find("refund", call.names["refund"], "id")
    if refund["status"] != "requires_action":
        raise Refusal(f"Refund {refund['id']} cannot be canceled: its status is {refund['status']}.")
    return expanded(account, decide(account, call.cause, refund, "canceled"), asked.get("expand", []))


def list_refunds(account: Account, call: Call) -> Json:
    asked = read(call.params, _LIST)
    wanted = {f"$.{name}": asked[name] for name in ("charge", "payment_intent") if name in asked}
    found, has_more = account.store.page("refund", page_of(asked), wanted)
    return expanded(account, listing("/v1/refunds", found, has_more=has_more), asked.get("expand", []))


def decide(account: Account, cause: Cause, refund: Json, status: str) -> Json:
    """Move a refund on. One that fails or is canceled leaves its money with us, to be refunded again."""
    gone, stays = refund["status"] in ("failed", "canceled"), status in ("failed", "canceled")
    if gone:
        raise Refusal(f"Refund {refund['id']} is {refund['status']} and stays so.")
    if stays:
        charge = account.find("charge", refund["charge"], "charge")
        charge |= {"amount_refunded": charge["amount_refunded"] - refund["amount"], "refunded": False}
        events.report(account, cause, "charge.updated", account.put(charge))
    failure = {"failure_reason": "expired_or_canceled_card"} if status == "failed" else {}
    refund = account.put(refund | {"status": status} | failure)
    _report(account, cause, "refund.updated", refund)
    if status == "failed":
        events.report(account, cause, "refund.failed", refund)
    return refund


def settle(account: Account, id_: str) -> None:
    """The bank's late word on a refund."""
    refund = account.find("refund", id_, "id")
    if refund["status"] in ("pending", "succeeded"):
        decide(
            account, Cause(), refund, _ends(account, account.find("charge", refund["charge"], "charge")) or "succeeded"
        )


def _begin(account: Account, cause: Cause, charge: Json, amount: int, asked: Json) -> Json:
    ends = _ends(account, charge)
    status = "pending" if ends == "succeeded" else "succeeded"
    refund = account.put(_refund(charge, amount, asked, status, account.clock.now()))
    refunded = charge["amount_refunded"] + amount
    charge = account.put(charge | {"amount_refunded": refunded, "refunded": refunded == charge["amount"]})
    events.report(account, cause, "charge.refunded", charge)
    events.report(account, cause, "refund.created", refund)
    if ends is not None:
        account.store.appoint(account.clock.now() + DECIDED_AFTER_S, "refund", refund["id"])
    return refund


def _ends(account: Account, charge: Json) -> str | None:
    """Where a refund of the charge ends, when that is not known at once."""
    method = payment_methods.find(account, charge["payment_method"])
    return payment_methods.test_card(method).refund if method["type"] == "card" else "succeeded"


def _report(account: Account, cause: Cause, kind: str, refund: Json) -> None:
    """Changes of a refund go out under two names. Source: docs.stripe.com/api/events/types."""
    events.report(account, cause, kind, refund)
    events.report(account, cause, "charge.refund.updated", refund)


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


def _refund(charge: Json, amount: int, asked: Json, status: str, now: int) -> Json:
    kind = charge["payment_method_details"]["type"]
    details: Json = {"type": kind, "card": {"type": "refund"}} if kind == "card" else {"type": kind}
    waits = {"pending_reason": "processing"} if status == "pending" else {}
    return waits | {
        "id": new_id("re_3"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": now,
        "currency": charge["currency"],
        "destination_details": details,
        "metadata": asked.get("metadata", {}),
        "payment_intent": charge["payment_intent"],
        "reason": asked.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": status,
        "transfer_reversal": None,
    }
