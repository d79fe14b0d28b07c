"""What the calls about checkout sessions accept, as tables for `params.read`.

Knows forms, not sessions. Source: docs.stripe.com/api/checkout/sessions.
"""

from __future__ import annotations

from sandbox.stripe.listing import EXPAND, LIST_BY_TIME
from sandbox.stripe.params import Param, choice, flag, rows, table, text, url, whole, word_changes, words

MOST_LINES = 100
MOST_SHIPPING_OPTIONS = 5
LOCALES = (
    *("auto", "bg", "cs", "da", "de", "el", "en", "en-GB", "es", "es-419", "et", "fi", "fil", "fr", "fr-CA", "hr"),
    *("hu", "id", "it", "ja", "ko", "lt", "lv", "ms", "mt", "nb", "nl", "pl", "pt", "pt-BR", "ro", "ru"),
    *("sk", "sl", "sv", "th", "tr", "vi", "zh", "zh-HK", "zh-TW"),
)

_TAX_BEHAVIOR = choice("exclusive", "inclusive", "unspecified")
_PRODUCT = {
    "name": Param(text(), required=True),
    "description": Param(text()),
    "images": Param(rows(url, 8)),
    "metadata": Param(words),
    "tax_code": Param(text()),
}
_PRICE = {
    "currency": Param(text(3), required=True),
    "unit_amount": Param(whole(0, 99_999_999), required=True),
    "product_data": Param(table(_PRODUCT), required=True),
    "tax_behavior": Param(_TAX_BEHAVIOR),
}
_LINE = {"price_data": Param(table(_PRICE), required=True), "quantity": Param(whole(1, 999_999))}

_UNIT = choice("business_day", "day", "hour", "month", "week")
_BOUND = {"unit": Param(_UNIT, required=True), "value": Param(whole(1), required=True)}
_AMOUNT = {"amount": Param(whole(), required=True), "currency": Param(text(3), required=True)}
RATE = {
    "delivery_estimate": Param(table({"minimum": Param(table(_BOUND)), "maximum": Param(table(_BOUND))})),
    "display_name": Param(text(100), required=True),
    "fixed_amount": Param(table(_AMOUNT), required=True),
    "metadata": Param(words),
    "tax_behavior": Param(_TAX_BEHAVIOR),
    "tax_code": Param(text()),
    "type": Param(choice("fixed_amount")),
}
_SHIPPING = {"shipping_rate": Param(text()), "shipping_rate_data": Param(table(RATE))}
_SHIPPING_OPTIONS = Param(rows(table(_SHIPPING), MOST_SHIPPING_OPTIONS))

ADDRESS = {
    "line1": Param(text(), required=True),
    "line2": Param(text()),
    "city": Param(text()),
    "state": Param(text()),
    "postal_code": Param(text()),
    "country": Param(text(2), required=True),
}
PARCEL = {"name": Param(text(), required=True), "address": Param(table(ADDRESS), required=True)}

_DISCOUNT = {"coupon": Param(text()), "promotion_code": Param(text())}
_RECOVERY = {"enabled": Param(flag, required=True), "allow_promotion_codes": Param(flag)}
_INTENT = {"metadata": Param(words), "description": Param(text(1000))}

CREATE = EXPAND | {
    "after_expiration": Param(table({"recovery": Param(table(_RECOVERY))})),
    "allow_promotion_codes": Param(flag),
    "automatic_tax": Param(table({"enabled": Param(flag, required=True)})),
    "cancel_url": Param(url),
    "client_reference_id": Param(text(200)),
    "customer_email": Param(text(800)),
    "discounts": Param(rows(table(_DISCOUNT), 1)),
    "expires_at": Param(whole()),
    "line_items": Param(rows(table(_LINE), MOST_LINES), required=True),
    "locale": Param(choice(*LOCALES)),
    "metadata": Param(words),
    "mode": Param(choice("payment"), required=True),
    "origin_context": Param(choice("mobile_app", "web")),
    "payment_intent_data": Param(table(_INTENT)),
    "payment_method_types": Param(rows(choice("card", "sepa_debit", "us_bank_account"), 3)),
    "phone_number_collection": Param(table({"enabled": Param(flag, required=True)})),
    "shipping_address_collection": Param(table({"allowed_countries": Param(rows(text(2), 238), required=True)})),
    "shipping_options": _SHIPPING_OPTIONS,
    "submit_type": Param(choice("auto", "book", "donate", "pay")),
    "success_url": Param(url, required=True),
    "ui_mode": Param(choice("hosted_page")),
}
UPDATE = EXPAND | {
    "collected_information": Param(table({"shipping_details": Param(table(PARCEL))})),
    "metadata": Param(word_changes),
    "shipping_options": _SHIPPING_OPTIONS,
}
LIST = LIST_BY_TIME | {"payment_intent": Param(text()), "status": Param(choice("open", "complete", "expired"))}
