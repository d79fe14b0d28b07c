"""Our answers in the words of ACP (Agentic Commerce Protocol), agentic checkout. Pure.

Source: the protocol's JSON schema of `VERSION`, which allows no field it does not name. Currencies are written small.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from bot.commerce.money import Money
from bot.commerce.promotions import Refusal
from bot.protocols.purchases import Purchase, Trouble, Why
from bot.protocols.ucp_words import sentence
from bot.selling.answers import CartLine, CartView
from bot.selling.order_answers import OrderLine, OrderView

VERSION = "2026-04-17"
_CODES = {
    Why.NOT_FOUND: "not_found",
    Why.OUT_OF_STOCK: "out_of_stock",
    Why.NOT_DELIVERED: "region_restricted",
    Why.CODE_REFUSED: "coupon_invalid",
    Why.AGE: "age_verification_required",
}
_REJECTED = {
    Refusal.OVER: "discount_code_expired",
    Refusal.NOT_YET: "discount_code_expired",
    Refusal.BELOW_MINIMUM: "discount_code_minimum_not_met",
    Refusal.USED_UP: "discount_code_usage_limit_reached",
    Refusal.USED_BEFORE: "discount_code_usage_limit_reached",
    Refusal.FIRST_ORDER_ONLY: "discount_code_user_ineligible",
}
Json = dict[str, Any]


def discovery(public_url: str, currencies: Iterable[str]) -> Json:
    """What `/.well-known/acp.json` tells."""
    return {
        "protocol": {"name": "acp", "version": VERSION, "supported_versions": [VERSION]},
        "api_base_url": f"{public_url}/acp",
        "transports": ["rest"],
        "capabilities": {
            "services": ["checkout"],
            "extensions": [{"name": "discount"}],
            "supported_currencies": sorted(currency.lower() for currency in currencies),
        },
    }


def error(kind: str, code: str, message: str, param: str | None = None) -> Json:
    told = {"type": kind, "code": code, "message": message}
    return told | ({"param": param} if param else {})


def session(purchase: Purchase, public_url: str) -> Json:
    """Payment is the buyer's own: `requires_escalation`, with `continue_url` to the shop's page to pay."""
    order = purchase.order
    told: Json = {
        "id": purchase.id,
        "protocol": {"version": VERSION},
        "capabilities": {"extensions": ["discount"]},
        "status": _status(purchase),
        "links": [{"type": "contact_us", "title": "Ask the shop", "url": f"{public_url}/"}],
        "expires_at": _time(purchase.expires_at),
    }
    for name, key in (("buyer", "buyer"), ("destination", "fulfillment_details")):
        if purchase.said.get(name):
            told[key] = purchase.said[name]
    return told | (_open(purchase) if order is None else _completed(purchase, order, public_url))


def _status(purchase: Purchase) -> str:
    if purchase.order is not None:
        return "completed"
    if purchase.cancelled:
        return "canceled"
    return "requires_escalation" if purchase.payable else "not_ready_for_payment"


def _open(purchase: Purchase) -> Json:
    view = purchase.cart
    lines = [line.sku for line in view.lines]
    told: Json = {
        "currency": view.total.currency.lower(),
        "line_items": [_line(line) for line in view.lines],
        "totals": _totals(view),
        "fulfillment_options": [
            {
                "type": "shipping",
                "id": offer.way,
                "title": offer.name,
                "description": f"{offer.days[0]}–{offer.days[1]} working days",
                "totals": [{"type": "fulfillment", "display_text": offer.name, "amount": offer.cost.amount}],
            }
            for offer in view.deliveries
        ],
        "messages": _messages(purchase.troubles),
    }
    if view.deliveries and lines:
        chosen = {"type": "shipping", "option_id": view.deliveries[0].way, "item_ids": lines}
        told["selected_fulfillment_options"] = [chosen]
    if purchase.payable:
        told["continue_url"] = purchase.pay_url
    return told | _discounts(view, purchase)


def _completed(purchase: Purchase, order: OrderView, public_url: str) -> Json:
    return {
        "currency": order.total.currency.lower(),
        "line_items": [_bought(line) for line in order.lines],
        "totals": _sums(order.subtotal, order.discount, order.shipping, order.tax, order.total),
        "fulfillment_options": [],
        "messages": [],
        "order": {
            "type": "order",
            "id": str(order.number),
            "checkout_session_id": purchase.id,
            "order_number": str(order.number),
            "permalink_url": f"{public_url}/",
            "status": "confirmed",
            "totals": _sums(order.subtotal, order.discount, order.shipping, order.tax, order.total),
        },
    }


def _line(line: CartLine) -> Json:
    told = _row(line.sku, line.label, line.quantity, line.unit_price, line.amount)
    told |= {"product_id": line.product_id, "sku": line.sku, "available_quantity": line.available}
    told["variant_options"] = [{"name": name, "value": value} for name, value in line.options.items()]
    return told | ({"images": [line.image]} if line.image else {})


def _bought(line: OrderLine) -> Json:
    return _row(line.sku, line.title, line.quantity, line.unit_price, line.amount)


def _row(sku: str, name: str, quantity: int, unit: Money, amount: Money) -> Json:
    totals = [
        {"type": "items_base_amount", "display_text": "Base amount", "amount": amount.amount},
        {"type": "subtotal", "display_text": "Subtotal", "amount": amount.amount},
        {"type": "total", "display_text": "Total", "amount": amount.amount},
    ]
    item = {"id": sku, "name": name, "unit_amount": unit.amount}
    return {"id": sku, "item": item, "name": name, "quantity": quantity, "unit_amount": unit.amount, "totals": totals}


def _totals(view: CartView) -> list[Json]:
    return _sums(view.subtotal, view.discount, view.shipping, view.tax, view.total)


def _sums(goods: Money, discount: Money, shipping: Money, tax: Money, total: Money) -> list[Json]:
    told = [
        ("items_base_amount", "Items", goods.amount),
        ("discount", "Discount", discount.amount),
        ("subtotal", "Subtotal", goods.amount - discount.amount),
        ("fulfillment", "Delivery", shipping.amount),
        ("tax", "Tax", tax.amount),
        ("total", "Total", total.amount),
    ]
    return [{"type": kind, "display_text": text, "amount": amount} for kind, text, amount in told]


def _messages(troubles: Iterable[Trouble]) -> list[Json]:
    return [
        {
            "type": "error",
            "code": _CODES[trouble.why],
            "severity": "high",
            "resolution": "recoverable",
            "content_type": "plain",
            "content": sentence(trouble),
            **({} if trouble.place is None else {"param": f"$.line_items[{trouble.place}]"}),
        }
        for trouble in troubles
    ]


def _discounts(view: CartView, purchase: Purchase) -> Json:
    refused = next((trouble for trouble in purchase.troubles if trouble.why is Why.CODE_REFUSED), None)
    code = view.code or purchase.said.get("code")
    if not code:
        return {}
    if refused is not None:
        reason = _REJECTED.get(Refusal(refused.refusal), "discount_code_invalid")
        rejected = {"code": code, "reason": reason, "message": sentence(refused)}
        return {"discounts": {"codes": [code], "applied": [], "rejected": [rejected]}}
    applied = {"id": code, "code": code, "coupon": {"id": code, "name": code}, "amount": view.discount.amount}
    return {"discounts": {"codes": [code], "applied": [applied], "rejected": []}}


def _time(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
