"""Our answers in the words of UCP (Universal Commerce Protocol, shopping service). Pure.

Source: the protocol's own JSON schemas, version `VERSION`. Amounts are integers in ISO 4217 minor units, as ours are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from bot.commerce.money import Money
from bot.commerce.orders import OrderState
from bot.protocols.purchases import Purchase, Trouble, Why
from bot.selling.answers import CartLine, CartView, ProductPage
from bot.selling.order_answers import OrderLine, OrderView

VERSION = "2026-04-08"
SERVICE = "dev.ucp.shopping"
CAPABILITIES = (
    "dev.ucp.shopping.catalog.search",
    "dev.ucp.shopping.catalog.lookup",
    "dev.ucp.shopping.cart",
    "dev.ucp.shopping.checkout",
    "dev.ucp.shopping.fulfillment",
    "dev.ucp.shopping.discount",
    "dev.ucp.shopping.order",
)
_EXTENDS = {"dev.ucp.shopping.fulfillment": "dev.ucp.shopping.checkout"}
_EXTENDS |= {"dev.ucp.shopping.discount": "dev.ucp.shopping.checkout"}
_CODES = {
    Why.NOT_FOUND: "not_found",
    Why.OUT_OF_STOCK: "out_of_stock",
    Why.NOT_DELIVERED: "address_undeliverable",
    Why.CODE_REFUSED: "eligibility_invalid",
    Why.AGE: "eligibility_invalid",
}
_SENTENCES = {
    Why.NOT_FOUND: "There is no such item in the shop.",
    Why.OUT_OF_STOCK: "There are only {left} of it left.",
    Why.NOT_DELIVERED: "The shop does not deliver there.",
    Why.CODE_REFUSED: "The discount code takes nothing off this basket ({refusal}).",
    Why.AGE: "It is sold to buyers of a certain age only; the buyer must say so in the shop's chat.",
}
Json = dict[str, Any]


def profile(public_url: str) -> Json:
    """What `/.well-known/ucp` tells: where the service is and what it can do."""
    described = f"https://ucp.dev/{VERSION}/specification"
    return {
        "ucp": {
            "version": VERSION,
            "services": {
                SERVICE: [{"version": VERSION, "spec": described, "transport": "rest", "endpoint": f"{public_url}/ucp"}]
            },
            "capabilities": {name: [_capability(name) | {"schema": _schema(name)}] for name in CAPABILITIES},
            "payment_handlers": {},
        }
    }


def _capability(name: str) -> Json:
    extends = {"extends": _EXTENDS[name]} if name in _EXTENDS else {}
    return {"version": VERSION} | extends


def _schema(name: str) -> str:
    return f"https://ucp.dev/{VERSION}/schemas/shopping/{name.removeprefix('dev.ucp.shopping.').replace('.', '_')}.json"


def meta(*, payments: bool = False) -> Json:
    told: Json = {"version": VERSION, "status": "success"}
    told["capabilities"] = {name: [_capability(name)] for name in CAPABILITIES}
    return told | ({"payment_handlers": {}} if payments else {})


def error(code: str, content: str, severity: str = "unrecoverable") -> Json:
    message = {"type": "error", "code": code, "content": content, "severity": severity}
    return {"ucp": {"version": VERSION, "status": "error"}, "messages": [message]}


# -- cart and checkout -------------------------------------------------------------------------------------------------


def cart(purchase: Purchase, public_url: str) -> Json:
    view = purchase.cart
    told: Json = {
        "ucp": meta(),
        "id": purchase.id,
        "line_items": [_line(line) for line in view.lines],
        "currency": view.total.currency,
        "totals": _totals(view),
        "messages": _messages(purchase.troubles),
        "links": links(public_url),
        "expires_at": _time(purchase.expires_at),
    }
    if purchase.payable:
        told["continue_url"] = purchase.pay_url
    return told | _discounts(view) | _buyer(purchase)


def checkout(purchase: Purchase, public_url: str) -> Json:
    """Where payment is due the buyer must go on by themselves: `requires_escalation` with the link to pay."""
    order = purchase.order
    if order is not None:
        told = _completed(purchase, order, public_url)
    else:
        told = cart(purchase, public_url) | {"ucp": meta(payments=True), "status": _status(purchase)}
        told |= _fulfillment(purchase)
        if purchase.payable:
            told["messages"].append(_to_pay())
    return told


def _status(purchase: Purchase) -> str:
    if purchase.cancelled:
        return "canceled"
    return "requires_escalation" if purchase.payable else "incomplete"


def _to_pay() -> Json:
    return {
        "type": "error",
        "code": "payment_required",
        "content": "The buyer pays on the shop's own page: open continue_url.",
        "severity": "requires_buyer_input",
    }


def _completed(purchase: Purchase, order: OrderView, public_url: str) -> Json:
    return {
        "ucp": meta(payments=True),
        "id": purchase.id,
        "status": "completed",
        "line_items": [_bought(line) for line in order.lines],
        "currency": order.total.currency,
        "totals": _order_totals(order),
        "messages": [],
        "links": links(public_url),
        "order": {
            "id": str(order.number),
            "label": f"#{order.number}",
            "permalink_url": f"{public_url}/ucp/orders/{order.number}",
        },
    } | _buyer(purchase)


def links(public_url: str) -> list[Json]:
    return [{"type": "faq", "url": f"{public_url}/", "title": "Ask the shop"}]


def _line(line: CartLine) -> Json:
    item: Json = {"id": line.sku, "title": line.label, "price": line.unit_price.amount}
    if line.image:
        item["image_url"] = line.image
    return {"id": line.sku, "item": item, "quantity": line.quantity, "totals": _plain(line.amount)}


def _bought(line: OrderLine) -> Json:
    item = {"id": line.sku, "title": line.title, "price": line.unit_price.amount}
    return {"id": line.sku, "item": item, "quantity": line.quantity, "totals": _plain(line.amount)}


def _plain(amount: Money) -> list[Json]:
    return [{"type": "subtotal", "amount": amount.amount}, {"type": "total", "amount": amount.amount}]


def _totals(view: CartView) -> list[Json]:
    delivery = view.deliveries[0].name if view.deliveries else ""
    return _sums(view.subtotal, view.discount, view.shipping, view.tax, view.total, delivery, view.tax_name)


def _order_totals(order: OrderView) -> list[Json]:
    return _sums(order.subtotal, order.discount, order.shipping, order.tax, order.total, order.way, order.tax_name)


def _sums(
    goods: Money, discount: Money, shipping: Money, tax: Money, total: Money, delivery: str, tax_name: str
) -> list[Json]:
    told: list[Json] = [{"type": "subtotal", "display_text": "Items", "amount": goods.amount}]
    if discount.amount:
        told.append({"type": "discount", "display_text": "Discount", "amount": -discount.amount})
    if delivery:
        told.append({"type": "fulfillment", "display_text": delivery, "amount": shipping.amount})
    if tax.amount:
        told.append({"type": "tax", "display_text": tax_name or "Tax", "amount": tax.amount})
    return [*told, {"type": "total", "display_text": "Total", "amount": total.amount}]


def _messages(troubles: Iterable[Trouble]) -> list[Json]:
    return [
        {
            "type": "error",
            "code": _CODES[trouble.why],
            "content": sentence(trouble),
            "severity": "recoverable",
            **({} if trouble.place is None else {"path": f"$.line_items[{trouble.place}]"}),
        }
        for trouble in troubles
    ]


def sentence(trouble: Trouble) -> str:
    return _SENTENCES[trouble.why].format(left=trouble.left, refusal=trouble.refusal.replace("_", " "))


def _discounts(view: CartView) -> Json:
    if view.code is None:
        return {}
    applied = []
    if view.code_refused is None:
        applied = [{"code": view.code, "title": view.code, "amount": view.discount.amount}]
    return {"discounts": {"codes": [view.code], "applied": applied}}


def _buyer(purchase: Purchase) -> Json:
    buyer = purchase.said.get("buyer")
    return {"buyer": buyer} if buyer else {}


def _fulfillment(purchase: Purchase) -> Json:
    """One way for the whole basket; which one, the buyer chooses when paying. The cheapest is counted until then."""
    view = purchase.cart
    if not view.lines or not view.deliveries:
        return {}
    lines = [line.sku for line in view.lines]
    place = {**purchase.said.get("destination", {}), "address_country": view.country}
    destination = {**place, "id": "destination", "type": "shipping_address"}
    options = [
        {
            "id": offer.way,
            "title": offer.name,
            "description": {"plain": f"{offer.days[0]}–{offer.days[1]} working days"},
            "totals": [{"type": "total", "amount": offer.cost.amount}],
        }
        for offer in view.deliveries
    ]
    group = {"id": "all", "line_item_ids": lines, "options": options, "selected_option_id": view.deliveries[0].way}
    method = {
        "id": "shipping",
        "type": "shipping",
        "line_item_ids": lines,
        "destinations": [destination],
        "selected_destination_id": "destination",
        "groups": [group],
    }
    return {"fulfillment": {"methods": [method]}}


# -- catalogue ---------------------------------------------------------------------------------------------------------


def product(page: ProductPage, inputs: Sequence[str] = ()) -> Json:
    """`inputs` are the ids that it was asked for by: every variant then tells which of them it answers."""
    card = page.card
    priced = sorted(page.variants, key=lambda variant: variant.price.amount)
    told: Json = {
        "id": card.id,
        "title": card.title,
        "description": {"plain": page.description or card.title},
        "categories": [{"value": page.category.replace("/", " > ")}] if page.category else [],
        "price_range": {"min": _price(priced[0].price), "max": _price(priced[-1].price)},
        "options": [
            {"name": option.name, "values": [{"label": value.value} for value in option.values]}
            for option in page.options
        ],
        "tags": page.tags,
        "variants": [],
    }
    if card.image:
        told["media"] = [{"type": "image", "url": card.image, "alt_text": card.title}]
    for variant in page.variants:
        entry: Json = {
            "id": variant.sku,
            "sku": variant.sku,
            "title": ", ".join([card.title, *variant.options.values()]),
            "description": {"plain": page.description or card.title},
            "price": _price(variant.price),
            "availability": {
                "available": variant.available > 0,
                "status": "in_stock" if variant.available > 0 else "out_of_stock",
            },
            "options": [{"name": name, "label": value} for name, value in variant.options.items()],
        }
        if inputs:
            entry["inputs"] = [
                {"id": asked, "match": "exact" if asked == variant.sku else "featured"}
                for asked in inputs
                if asked in (variant.sku, card.id)
            ]
        told["variants"].append(entry)
    if inputs:
        told["variants"] = [entry for entry in told["variants"] if entry["inputs"]]
    return told


def detail(page: ProductPage) -> Json:
    told = product(page)
    told["options"] = [
        {
            "name": option.name,
            "values": [{"label": value.value, "available": value.in_stock, "exists": True} for value in option.values],
        }
        for option in page.options
    ]
    return told


def _price(price: Money) -> Json:
    return {"amount": price.amount, "currency": price.currency}


# -- orders ------------------------------------------------------------------------------------------------------------


def order(checkout_id: str, view: OrderView, public_url: str) -> Json:
    sent = view.state in (OrderState.SHIPPED, OrderState.DELIVERED)
    lines = [{"id": line.sku, "quantity": line.quantity} for line in view.lines]
    events = [
        {"id": kind, "type": kind, "occurred_at": _time(at), "line_items": lines}
        for kind, at in (("shipped", view.shipped_at), ("delivered", view.delivered_at))
        if at is not None
    ]
    told: Json = {
        "ucp": meta(),
        "id": str(view.number),
        "label": f"#{view.number}",
        "checkout_id": checkout_id,
        "permalink_url": f"{public_url}/ucp/orders/{view.number}",
        "line_items": [
            {
                **_bought(line),
                "quantity": {"original": line.quantity, "total": line.quantity, "fulfilled": line.quantity * sent},
                "status": "fulfilled" if sent else "processing",
            }
            for line in view.lines
        ],
        "fulfillment": {"events": events},
        "currency": view.total.currency,
        "totals": _order_totals(view),
    }
    if view.refunded.amount:
        told["adjustments"] = [
            {
                "id": "refund",
                "type": "refund",
                "occurred_at": _time(view.created_at),
                "status": "completed",
                "totals": [{"type": "total", "amount": -view.refunded.amount}],
            }
        ]
    return told


def _time(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
