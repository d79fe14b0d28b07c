"""Paying a session: the payment intent, its charges, the bank's question, and money that arrives later.

Knows records and methods, nothing of forms or pages: the API's confirm call and the pay page both end here.
"""

from __future__ import annotations

from sandbox.stripe import events, payment_methods, sessions, shapes
from sandbox.stripe.account import Account, Call, Cause
from sandbox.stripe.cards import IBAN_FAILS, Decline
from sandbox.stripe.errors import InvalidParams, Refusal
from sandbox.stripe.listing import EXPAND
from sandbox.stripe.params import read
from sandbox.stripe.shapes import Json

SETTLES_AFTER_S = 5
"""A test bank debit is decided this long after the session completed."""
NOT_AUTHENTICATED = Decline(
    "payment_intent_authentication_failure", None, "Your bank did not confirm that it was you. Nothing was paid."
)
DEBIT_FAILED = Decline("insufficient_funds", "insufficient_funds", "The bank account has insufficient funds.")


def retrieve(account: Account, call: Call) -> Json:
    for name in (expand := read(call.params, EXPAND).get("expand", [])):
        if name != "latest_charge":
            raise InvalidParams(f"This property cannot be expanded ({name}).", param="expand")
    intent = account.find("payment_intent", call.names["intent"], "intent")
    if expand and intent["latest_charge"]:
        intent["latest_charge"] = account.find("charge", intent["latest_charge"], "charge")
    return intent


def pay(account: Account, cause: Cause, record: Json, method: Json) -> Json:
    """Try to pay an open session; the payment intent afterwards is `succeeded`, `processing` or `requires_action`.

    Raises `Refusal`: 400 for a session that is not open or does not take this kind of method,
    402 when the card was declined.
    """
    session = record["session"]
    if session["status"] != "open":
        raise Refusal(f"This Checkout Session is no longer active: it is {session['status']}.")
    if method["type"] not in session["payment_method_types"]:
        raise Refusal(f"This Checkout Session does not accept {method['type']}.", param="payment_method")
    intent = _intent_of(account, record) | {"payment_method": method["id"]}
    if method["type"] == "sepa_debit":
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
    if method["sepa_debit"]["last4"] == IBAN_FAILS[-4:]:
        _decline(account, Cause(), intent, DEBIT_FAILED)
        events.report(account, Cause(), "checkout.session.async_payment_failed", record["session"])
        return
    _succeed(account, Cause(), intent)
    record["session"]["payment_status"] = "paid"
    sessions.save(account, record)
    events.report(account, Cause(), "checkout.session.async_payment_succeeded", record["session"])


def _intent_of(account: Account, record: Json) -> Json:
    session = record["session"]
    if session["payment_intent"]:
        return account.find("payment_intent", session["payment_intent"], "intent")
    intent = account.put(shapes.payment_intent(session, record["intent"], account.clock.now()))
    session["payment_intent"] = intent["id"]
    sessions.save(account, record)
    return intent


def _ask_bank(account: Account, record: Json, intent: Json) -> Json:
    session = record["session"]
    question = {
        "type": "redirect_to_url",
        "redirect_to_url": {"url": f"{session['url']}/authenticate", "return_url": session["url"]},
    }
    return account.put(intent | {"status": "requires_action", "next_action": question})


def _wait_for_debit(account: Account, cause: Cause, record: Json, intent: Json) -> Json:
    intent = account.put(intent | {"status": "processing"})
    _complete(account, cause, record, intent, payment_status="unpaid")
    account.store.appoint(account.clock.now() + SETTLES_AFTER_S, "settle", record["session"]["id"])
    return intent


def _charge(account: Account, cause: Cause, record: Json, intent: Json, decline: Decline | None) -> Json:
    if decline is not None:
        raise _decline(account, cause, intent, decline)
    intent = _succeed(account, cause, intent)
    _complete(account, cause, record, intent, payment_status="paid")
    return intent


def _succeed(account: Account, cause: Cause, intent: Json) -> Json:
    method = payment_methods.find(account, intent["payment_method"])
    charge = account.put(shapes.charge(intent, method, account.clock.now()))
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
    events.report(account, cause, "charge.succeeded", charge)
    events.report(account, cause, "payment_intent.succeeded", intent)
    return intent


def _decline(account: Account, cause: Cause, intent: Json, decline: Decline) -> Refusal:
    """Write down a payment that failed; the refusal is for whoever tried it."""
    method = payment_methods.find(account, intent["payment_method"])
    charge = shapes.charge(intent, method, account.clock.now())
    charge = account.put(shapes.declined(charge, decline.code, decline.decline_code, decline.message))
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


def _complete(account: Account, cause: Cause, record: Json, intent: Json, *, payment_status: str) -> None:
    method = payment_methods.find(account, intent["payment_method"])
    record["session"] = shapes.with_customer(record["session"], method["billing_details"]) | {
        "status": "complete",
        "payment_status": payment_status,
        "url": None,
    }
    sessions.save(account, record)
    events.report(account, cause, "checkout.session.completed", record["session"])
