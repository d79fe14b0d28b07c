"""Stripe's objects as its API version writes them, made from what is known. Pure: no store, no clock.

The tests hold every one of them against Stripe's own OpenAPI file of the same version.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sandbox.stripe.cards import TestCard
from sandbox.stripe.ids import new_id

API_VERSION = "2026-05-27.dahlia"
Json = dict[str, Any]


def line_item(line: Json, now: int) -> Json:
    """One line of `line_items` as it was asked for, with the price and product that Stripe makes for it."""
    price, quantity = line["price_data"], line.get("quantity", 1)
    amount = price["unit_amount"] * quantity
    return {
        "id": new_id("li_"),
        "object": "item",
        "amount_discount": 0,
        "amount_subtotal": amount,
        "amount_tax": 0,
        "amount_total": amount,
        "currency": price["currency"],
        "description": price["product_data"]["name"],
        "price": {
            "id": new_id("price_"),
            "object": "price",
            "active": False,
            "billing_scheme": "per_unit",
            "created": now,
            "currency": price["currency"],
            "custom_unit_amount": None,
            "livemode": False,
            "lookup_key": None,
            "metadata": {},
            "nickname": None,
            "product": new_id("prod_", 14),
            "recurring": None,
            "tax_behavior": "unspecified",
            "tiers_mode": None,
            "transform_quantity": None,
            "type": "one_time",
            "unit_amount": price["unit_amount"],
            "unit_amount_decimal": str(price["unit_amount"]),
        },
        "quantity": quantity,
        "taxes": [],
    }


def checkout_session(asked: Json, *, total: int, currency: str, expires_at: int, base_url: str, now: int) -> Json:
    id_ = new_id("cs_test_a1", 56)
    return {
        "id": id_,
        "object": "checkout.session",
        "adaptive_pricing": None,
        "after_expiration": None,
        "allow_promotion_codes": None,
        "amount_subtotal": total,
        "amount_total": total,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "billing_address_collection": None,
        "cancel_url": asked.get("cancel_url"),
        "client_reference_id": asked.get("client_reference_id"),
        "client_secret": None,
        "collected_information": None,
        "consent": None,
        "consent_collection": None,
        "created": now,
        "currency": currency,
        "currency_conversion": None,
        "custom_fields": [],
        "custom_text": {
            "after_submit": None,
            "shipping_address": None,
            "submit": None,
            "terms_of_service_acceptance": None,
        },
        "customer": None,
        "customer_account": None,
        "customer_creation": "if_required",
        "customer_details": _customer(asked["customer_email"], None) if "customer_email" in asked else None,
        "customer_email": asked.get("customer_email"),
        "discounts": [],
        "expires_at": expires_at,
        "invoice": None,
        "invoice_creation": None,
        "livemode": False,
        "locale": asked.get("locale"),
        "metadata": asked.get("metadata", {}),
        "mode": "payment",
        "origin_context": asked.get("origin_context"),
        "payment_intent": None,
        "payment_link": None,
        "payment_method_collection": "if_required",
        "payment_method_configuration_details": None,
        "payment_method_options": {},
        "payment_method_types": asked.get("payment_method_types", ["card"]),
        "payment_status": "unpaid",
        "permissions": None,
        "phone_number_collection": {"enabled": False},
        "recovered_from": None,
        "saved_payment_method_options": None,
        "setup_intent": None,
        "shipping_address_collection": None,
        "shipping_cost": None,
        "shipping_options": [],
        "status": "open",
        "submit_type": asked.get("submit_type"),
        "subscription": None,
        "success_url": asked.get("success_url"),
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
        "url": f"{base_url}/c/pay/{id_}",
        "wallet_options": None,
    }


def coupon(asked: Json, now: int) -> Json:
    currency = asked.get("currency")
    return {
        "id": new_id("", 8),
        "object": "coupon",
        "amount_off": asked.get("amount_off"),
        "created": now,
        "currency": currency.lower() if currency else None,
        "duration": asked.get("duration", "once"),
        "duration_in_months": None,
        "livemode": False,
        "max_redemptions": asked.get("max_redemptions"),
        "metadata": asked.get("metadata", {}),
        "name": asked.get("name"),
        "percent_off": asked.get("percent_off"),
        "redeem_by": None,
        "times_redeemed": 0,
        "valid": True,
    }


def shipping_rate(asked: Json, now: int) -> Json:
    """Of `shipping_rate_data`."""
    amount = asked["fixed_amount"]
    return {
        "id": new_id("shr_1"),
        "object": "shipping_rate",
        "active": False,
        "created": now,
        "delivery_estimate": asked.get("delivery_estimate"),
        "display_name": asked["display_name"],
        "fixed_amount": {"amount": amount["amount"], "currency": amount["currency"].lower()},
        "livemode": False,
        "metadata": asked.get("metadata", {}),
        "tax_behavior": asked.get("tax_behavior", "unspecified"),
        "tax_code": None,
        "type": "fixed_amount",
    }


def shipping_cost(rate: Json) -> Json:
    amount = rate["fixed_amount"]["amount"]
    return {"amount_subtotal": amount, "amount_tax": 0, "amount_total": amount, "shipping_rate": rate["id"]}


def total_details(discount: int, shipping: int) -> Json:
    return {"amount_discount": discount, "amount_shipping": shipping, "amount_tax": 0}


def recovery(asked: Json) -> Json:
    """Of `after_expiration[recovery]`, while the session is open."""
    return {
        "allow_promotion_codes": asked.get("allow_promotion_codes", False),
        "enabled": asked["enabled"],
        "expires_at": None,
        "url": None,
    }


def _customer(email: str | None, name: str | None) -> Json:
    return {
        "address": None,
        "business_name": None,
        "email": email,
        "individual_name": None,
        "name": name,
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": None,
    }


def with_customer(session: Json, billing: Json) -> Json:
    return session | {"customer_details": _customer(billing["email"], billing["name"])}


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
        "shipping": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": "requires_payment_method",
        "transfer_data": None,
        "transfer_group": None,
    }


def billing_details(asked: Json) -> Json:
    address = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
    return {
        "address": address | asked.get("address", {}),
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
        "shipping": None,
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
    card = method["card"]
    known = ("brand", "checks", "country", "exp_month", "exp_year", "fingerprint", "funding", "last4")
    shown = {name: card[name] for name in known}
    absent = dict.fromkeys(("installments", "mandate", "three_d_secure", "wallet"))
    return {"type": "card", "card": shown | absent | {"network": card["brand"]}}


def refund(charge: Json, amount: int, asked: Json, now: int) -> Json:
    kind = charge["payment_method_details"]["type"]
    details: Json = {"type": kind, "card": {"type": "refund"}} if kind == "card" else {"type": kind}
    return {
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
        "status": "succeeded",
        "transfer_reversal": None,
    }


def event(kind: str, about: Json, request: Json, now: int) -> Json:
    return {
        "id": new_id("evt_1"),
        "object": "event",
        "api_version": API_VERSION,
        "created": now,
        "data": {"object": about},
        "livemode": False,
        "pending_webhooks": 1,
        "request": request,
        "type": kind,
    }


def year(now: int) -> int:
    return datetime.fromtimestamp(now, UTC).year


def month(now: int) -> int:
    return datetime.fromtimestamp(now, UTC).month


def listing(url: str, data: list[Json], *, has_more: bool) -> Json:
    return {"object": "list", "url": url, "has_more": has_more, "data": data}
