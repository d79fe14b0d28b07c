"""Paying a session: the payment intent, its charges, the bank's question, and money that arrives later.

Knows records and methods, nothing of forms or pages: the API's confirm call and the pay page both end here.
"""

from __future__ import annotations

from sandbox.stripe import discounts, events, payment_methods, payment_shapes, sessions, shopper
from sandbox.stripe.account import Account, Call, Cause
from sandbox.stripe.cards import Decline
from sandbox.stripe.errors import InvalidParams, Refusal
from sandbox.stripe.expanding import expanded
from sandbox.stripe.listing import EXPAND, LIST_BY_TIME, page_of
from sandbox.stripe.params import read
from sandbox.stripe.session_shapes import customer
from sandbox.stripe.shapes import Json, listing

SETTLES_AFTER_S = 5
"""A test bank debit is decided this long after the session completed."""
DISPUTED_AFTER_S = 5
"""The bank of a card that disputes does so this long after the charge."""
NOT_AUTHENTICATED = Decline(
    "payment_intent_authentication_failure", None, "Your bank did not confirm that it was you. Nothing was paid."
)
DEBIT_FAILED = Decline("insufficient_funds", "insufficient_funds", "The bank account has insufficient funds.")


def retrieve(account: Account, call: Call) -> Json:
    asked = read(call.params, EXPAND)
    intent = account.find("payment_intent", call.names["intent"], "intent")
    return expanded(account, intent, asked.get("expand", []))


def list_intents(account: Account, call: Call) -> Json:
    asked = read(call.params, LIST_BY_TIME)
    found, has_more = account.store.page("payment_intent", page_of(asked), {})
    return expanded(account, listing("/v1/payment_intents", found, has_more=has_more), asked.get("expand", []))


def pay(account: Account, cause: Cause, record: Json, method: Json | None) -> Json | None:
    """Try to pay an open session; the payment intent afterwards is `succeeded`, `processing` or `requires_action`.
    There is none, and needs no method, when nothing is to be paid.

    Raises `Refusal`: 400 for a session that is not open, lacks something or does not take this kind of method,
    402 when the card was declined.
    """
    session = record["session"]
    if session["status"] != "open":
        raise Refusal(f"This Checkout Session is no longer active: it is {session['status']}.")
    shopper.check_ready(account, record)
    if session["amount_total"] == 0:
        _complete(account, cause, record, {}, payment_status="no_payment_required")
        return None
    if method is None:
        raise InvalidParams("Missing required param: payment_method.", code="parameter_missing", param="payment_method")
    if method["type"] not in session["payment_method_types"]:
        raise Refusal(f"This Checkout Session does not accept {method['type']}.", param="payment_method")
    intent = _intent_of(account, record) | {"payment_method": method["id"]}
    if method["type"] != "card":
        return _wait_for_debit(account, cause, record, intent)
    card = payment_methods.test_card(method)
    if card.authenticates:
        return _ask_bank(account, record, intent)
    return _charge(account, cause, record, intent, card.decline)


def authenticate(account: Account, cause: Cause, record: Json, *, confirmed: bool) -> Json:
    """The shopper's answer to the bank's question. Raises `Refusal` when nobody asked or the answer was no."""
    intent_id = record["session"]["payment_intent"]
    intent = account.find("payment_intent", intent_id, "intent") if intent_id else None
    if record["session"]["status"] != "open" or intent is None or intent["status"] != "requires_action":
        raise Refusal("This Checkout Session does not wait for its shopper's bank.")
    return _charge(account, cause, record, intent, None if confirmed else NOT_AUTHENTICATED)


def settle(account: Account, session_id: str) -> None:
    """The bank's late word on a debit."""
    record = sessions.find(account, session_id)
    intent = account.find("payment_intent", record["session"]["payment_intent"], "intent")
    method = payment_methods.find(account, intent["payment_method"])
    if payment_methods.bounces(method):
        _decline(account, Cause(), intent, DEBIT_FAILED)
        events.report(account, Cause(), "checkout.session.async_payment_failed", record["session"])
        return
    _succeed(account, Cause(), intent)
    record["session"]["payment_status"] = "paid"
    sessions.save(account, record)
    events.report(account, Cause(), "checkout.session.async_payment_succeeded", record["session"])


def _intent_of(account: Account, record: Json) -> Json:
    """The session's payment intent, made at the first try; its amount and parcel are the session's of now."""
    session = record["session"]
    fresh = payment_shapes.payment_intent(session, record["intent"], account.clock.now())
    if session["payment_intent"]:
        known = account.find("payment_intent", session["payment_intent"], "intent")
        return known | {"amount": fresh["amount"], "shipping": fresh["shipping"]}
    session["payment_intent"] = fresh["id"]
    account.put(fresh)
    sessions.save(account, record)
    return fresh


def _ask_bank(account: Account, record: Json, intent: Json) -> Json:
    session = record["session"]
    question = {
        "type": "redirect_to_url",
        "redirect_to_url": {"url": f"{session['url']}/authenticate", "return_url": session["url"]},
    }
    return account.put(intent | {"status": "requires_action", "next_action": question})


def _wait_for_debit(account: Account, cause: Cause, record: Json, intent: Json) -> Json:
    intent = account.put(intent | {"status": "processing"})
    method = payment_methods.find(account, intent["payment_method"])
    _complete(account, cause, record, method["billing_details"], payment_status="unpaid")
    account.store.appoint(account.clock.now() + SETTLES_AFTER_S, "settle", record["session"]["id"])
    return intent


def _charge(account: Account, cause: Cause, record: Json, intent: Json, decline: Decline | None) -> Json:
    if decline is not None:
        raise _decline(account, cause, intent, decline)
    intent = _succeed(account, cause, intent)
    method = payment_methods.find(account, intent["payment_method"])
    _complete(account, cause, record, method["billing_details"], payment_status="paid")
    return intent


def _succeed(account: Account, cause: Cause, intent: Json) -> Json:
    method = payment_methods.find(account, intent["payment_method"])
    charge = account.put(payment_shapes.charge(intent, method, account.clock.now()))
    intent = account.put(
        intent
        | {
            "amount_received": intent["amount"],
            "last_payment_error": None,
            "latest_charge": charge["id"],
            "next_action": None,
            "status": "succeeded",
        }
    )
    if method["type"] == "card" and payment_methods.test_card(method).dispute:
        account.store.appoint(account.clock.now() + DISPUTED_AFTER_S, "dispute", charge["id"])
    events.report(account, cause, "charge.succeeded", charge)
    events.report(account, cause, "payment_intent.succeeded", intent)
    return intent


def _decline(account: Account, cause: Cause, intent: Json, decline: Decline) -> Refusal:
    """Write down a payment that failed; the refusal is for whoever tried it."""
    method = payment_methods.find(account, intent["payment_method"])
    charge = payment_shapes.charge(intent, method, account.clock.now())
    charge = account.put(payment_shapes.declined(charge, decline.code, decline.decline_code, decline.message))
    refusal = Refusal(
        decline.message,
        status=402,
        kind="card_error",
        code=decline.code,
        keeps_work=True,
        decline_code=decline.decline_code,
        charge=charge["id"],
    )
    intent = account.put(
        intent
        | {
            "last_payment_error": refusal.error | {"payment_method": method},
            "latest_charge": charge["id"],
            "next_action": None,
            "payment_method": None,
            "status": "requires_payment_method",
        }
    )
    events.report(account, cause, "charge.failed", charge)
    events.report(account, cause, "payment_intent.payment_failed", intent)
    return refusal


def _complete(account: Account, cause: Cause, record: Json, billing: Json, *, payment_status: str) -> None:
    session = record["session"]
    parcel = (session["collected_information"] or {}).get("shipping_details")
    told = {name: value for name, value in (session["customer_details"] or {}).items() if value}
    known = {name: billing.get(name) for name in ("email", "name", "phone")} | told
    if not known.get("address"):
        lives = billing.get("address") or {}
        known["address"] = lives if lives.get("country") else parcel["address"] if parcel else None
    record["session"] = session | {
        "customer_details": customer(known),
        "payment_status": payment_status,
        "status": "complete",
        "url": None,
    }
    sessions.save(account, record)
    discounts.redeem(account, record["session"])
    events.report(account, cause, "checkout.session.completed", record["session"])
