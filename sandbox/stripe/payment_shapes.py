"""Payment intents, payment methods and charges as Stripe's API version writes them. Pure."""

from __future__ import annotations

from sandbox.stripe.cards import TestCard
from sandbox.stripe.ids import new_id
from sandbox.stripe.shapes import ADDRESS, Json


def payment_intent(session: Json, asked: Json, now: int) -> Json:
    """`asked` is the session's `payment_intent_data`."""
    id_ = new_id("pi_3")
    return {
        "id": id_,
        "object": "payment_intent",
        "amount": session["amount_total"],
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": None,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic",
        "client_secret": f"{id_}_secret_{new_id('')}",
        "confirmation_method": "automatic",
        "created": now,
        "currency": session["currency"],
        "customer": None,
        "customer_account": None,
        "description": asked.get("description"),
        "excluded_payment_method_types": None,
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": asked.get("metadata", {}),
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": {},
        "payment_method_types": session["payment_method_types"],
        "processing": None,
        "receipt_email": None,
        "review": None,
        "setup_future_usage": None,
        "shipping": _shipping(session),
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": "requires_payment_method",
        "transfer_data": None,
        "transfer_group": None,
    }


def _shipping(session: Json) -> Json | None:
    """The parcel's name and address as a session collected them."""
    parcel = (session["collected_information"] or {}).get("shipping_details")
    if parcel is None:
        return None
    phone = (session["customer_details"] or {}).get("phone")
    return {**parcel, "carrier": None, "phone": phone, "tracking_number": None}


def billing_details(asked: Json) -> Json:
    return {
        "address": dict.fromkeys(ADDRESS) | asked.get("address", {}),
        "email": asked.get("email"),
        "name": asked.get("name"),
        "phone": asked.get("phone"),
        "tax_id": None,
    }


def fingerprint(card: TestCard) -> str:
    return f"sandbox{card.number[-9:]}"


def card_payment_method(card: TestCard, expiry: tuple[int, int], asked: Json, now: int) -> Json:
    return _payment_method("card", asked, now) | {
        "card": {
            "brand": card.brand,
            "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": None},
            "country": "US",
            "display_brand": card.brand,
            "exp_month": expiry[0],
            "exp_year": expiry[1],
            "fingerprint": fingerprint(card),
            "funding": "credit",
            "generated_from": None,
            "last4": card.last4,
            "networks": {"available": [card.brand], "preferred": None},
            "regulated_status": "unregulated",
            "three_d_secure_usage": {"supported": True},
            "wallet": None,
        }
    }


def debit_payment_method(iban: str, asked: Json, now: int) -> Json:
    return _payment_method("sepa_debit", asked, now) | {
        "sepa_debit": {
            "bank_code": iban[4:9],
            "branch_code": "",
            "country": iban[:2],
            "fingerprint": f"sandbox{iban[-9:]}",
            "generated_from": None,
            "last4": iban[-4:],
        }
    }


def us_payment_method(account_number: str, asked: Json, now: int) -> Json:
    return _payment_method("us_bank_account", asked, now) | {
        "us_bank_account": {
            "account_holder_type": asked["us_bank_account"].get("account_holder_type", "individual"),
            "account_type": "checking",
            "bank_name": "STRIPE TEST BANK",
            "financial_connections_account": None,
            "fingerprint": f"sandbox{account_number[-9:]}",
            "last4": account_number[-4:],
            "networks": {"preferred": "ach", "supported": ["ach"]},
            "routing_number": asked["us_bank_account"]["routing_number"],
            "status_details": None,
        }
    }


def _payment_method(kind: str, asked: Json, now: int) -> Json:
    return {
        "id": new_id("pm_1"),
        "object": "payment_method",
        "allow_redisplay": "unspecified",
        "billing_details": billing_details(asked.get("billing_details", {})),
        "created": now,
        "customer": None,
        "customer_account": None,
        "livemode": False,
        "metadata": asked.get("metadata", {}),
        "type": kind,
    }


def charge(intent: Json, method: Json, now: int) -> Json:
    """A charge that went through; `declined` makes it one that did not."""
    return {
        "id": new_id("ch_3"),
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": intent["amount"],
        "amount_refunded": 0,
        "application": None,
        "application_fee": None,
        "application_fee_amount": None,
        "balance_transaction": None,
        "billing_details": method["billing_details"],
        "calculated_statement_descriptor": "SANDBOX",
        "captured": True,
        "created": now,
        "currency": intent["currency"],
        "customer": None,
        "description": intent["description"],
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "fraud_details": {},
        "livemode": False,
        "metadata": intent["metadata"],
        "on_behalf_of": None,
        "outcome": _outcome("authorized", "approved_by_network", "Payment complete."),
        "paid": True,
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": _method_details(method),
        "receipt_email": None,
        "receipt_number": None,
        "receipt_url": None,
        "refunded": False,
        "review": None,
        "shipping": intent["shipping"],
        "source_transfer": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": "succeeded",
        "transfer_data": None,
        "transfer_group": None,
    }


def declined(charge: Json, code: str, decline_code: str | None, message: str) -> Json:
    outcome = _outcome("issuer_declined", "declined_by_network", "The bank did not accept the payment.")
    return charge | {
        "amount_captured": 0,
        "captured": False,
        "failure_code": code,
        "failure_message": message,
        "outcome": outcome | {"reason": decline_code},
        "paid": False,
        "status": "failed",
    }


def _outcome(kind: str, network_status: str, message: str) -> Json:
    return {
        "advice_code": None,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": network_status,
        "reason": None,
        "risk_level": "normal",
        "seller_message": message,
        "type": kind,
    }


def _method_details(method: Json) -> Json:
    if method["type"] == "sepa_debit":
        debit = {name: method["sepa_debit"][name] for name in ("bank_code", "branch_code", "country", "last4")}
        return {"type": "sepa_debit", "sepa_debit": debit | {"fingerprint": None, "mandate": None}}
    if method["type"] == "us_bank_account":
        account = method["us_bank_account"]
        told = ("account_holder_type", "account_type", "bank_name", "fingerprint", "last4", "routing_number")
        return {"type": "us_bank_account", "us_bank_account": {name: account[name] for name in told}}
    card = method["card"]
    known = ("brand", "checks", "country", "exp_month", "exp_year", "fingerprint", "funding", "last4")
    shown = {name: card[name] for name in known}
    absent = dict.fromkeys(("installments", "mandate", "three_d_secure", "wallet"))
    return {"type": "card", "card": shown | absent | {"network": card["brand"]}}
