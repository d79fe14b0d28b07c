"""Checkout sessions, their lines and their shipping rates as Stripe's API version writes them. Pure."""

from __future__ import annotations

from sandbox.stripe.ids import new_id
from sandbox.stripe.shapes import ADDRESS, Json

_SLOW = {"eur": ("sepa_debit",), "usd": ("us_bank_account",)}
"""What an account takes beside cards where a session does not say it, by currency."""


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
            "tax_behavior": price.get("tax_behavior", "unspecified"),
            "tiers_mode": None,
            "transform_quantity": None,
            "type": "one_time",
            "unit_amount": price["unit_amount"],
            "unit_amount_decimal": str(price["unit_amount"]),
        },
        "quantity": quantity,
        "taxes": [],
    }


def checkout_session(asked: Json, *, currency: str, expires_at: int, base_url: str, now: int) -> Json:
    """Without its sums (`totals`), its discounts and its ways of delivery (`sessions`)."""
    id_ = session_id()
    recovery = asked.get("after_expiration", {}).get("recovery")
    taxed = asked.get("automatic_tax", {}).get("enabled", False)
    return {
        "id": id_,
        "object": "checkout.session",
        "adaptive_pricing": None,
        "after_expiration": None if recovery is None else {"recovery": _recovery(recovery)},
        "allow_promotion_codes": asked.get("allow_promotion_codes"),
        "amount_subtotal": 0,
        "amount_total": 0,
        "automatic_tax": {
            "enabled": taxed,
            "liability": {"type": "self"} if taxed else None,
            "provider": "stripe" if taxed else None,
            "status": "requires_location_inputs" if taxed else None,
        },
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
        "customer_details": customer({"email": asked["customer_email"]}) if "customer_email" in asked else None,
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
        "payment_method_types": asked.get("payment_method_types", ["card", *_SLOW.get(currency, ())]),
        "payment_status": "unpaid",
        "permissions": None,
        "phone_number_collection": asked.get("phone_number_collection", {"enabled": False}),
        "recovered_from": None,
        "saved_payment_method_options": None,
        "setup_intent": None,
        "shipping_address_collection": asked.get("shipping_address_collection"),
        "shipping_cost": None,
        "shipping_options": [],
        "status": "open",
        "submit_type": asked.get("submit_type"),
        "subscription": None,
        "success_url": asked.get("success_url"),
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
        "url": pay_url(base_url, id_),
        "wallet_options": None,
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
        "tax_code": asked.get("tax_code"),
        "type": "fixed_amount",
    }


def session_id() -> str:
    return new_id("cs_test_a1", 56)


def pay_url(base_url: str, session_id: str) -> str:
    return f"{base_url}/c/pay/{session_id}"


def _recovery(asked: Json) -> Json:
    """Of `after_expiration[recovery]`, while the session is open."""
    return {
        "allow_promotion_codes": asked.get("allow_promotion_codes", False),
        "enabled": asked["enabled"],
        "expires_at": None,
        "url": None,
    }


def customer(known: Json) -> Json:
    """Customer details of what is known: `address`, `email`, `name`, `phone`."""
    absent = dict.fromkeys(("address", "business_name", "email", "individual_name", "name", "phone", "tax_ids"))
    return absent | known | {"tax_exempt": "none"}


def address(known: Json) -> Json:
    return dict.fromkeys(ADDRESS) | known


def collected(parcel: Json) -> Json:
    """Collected information of a parcel's `name` and `address`."""
    return {"business_name": None, "individual_name": None, "shipping_details": parcel}
