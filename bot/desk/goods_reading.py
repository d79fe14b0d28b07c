"""The shop's answers into the desk's words of selling. Pure."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import msgspec
from babel import Locale

from bot.commerce.money import Money
from bot.desk.goods import (
    DeskBuyer,
    DeskCart,
    DeskCartLine,
    DeskCheckout,
    DeskOrder,
    DeskOrderLine,
    DeskParcel,
    DeskProduct,
    DeskVariant,
    DeskWay,
    ProductsFound,
)
from bot.desk.refusals import code_refused
from bot.payments.base import Buyer
from bot.selling.answers import CartLine, CartView, Found, OpenCheckout, ProductPage
from bot.selling.order_answers import OrderView, ShipmentView
from bot.storage.sql import Row

LOCALE = "en"
"""The people at work read English for now; customers read their own language."""


def cart(view: CartView) -> DeskCart:
    return DeskCart(
        version=view.version,
        lines=[_line(one) for one in view.lines],
        count=view.count,
        subtotal=view.subtotal.format(LOCALE),
        discount=_some(view.discount),
        code=view.code,
        refused=None if view.code_refused is None else code_refused(view.code_refused),
        shipping=_some(view.shipping),
        ways=[DeskWay(one.way, one.name, _some(one.cost), one.days) for one in view.deliveries],
        tax=_some(view.tax),
        tax_included=_some(view.tax_included),
        tax_name=view.tax_name,
        total=view.total.format(LOCALE),
        country=view.country,
        country_name=country_name(view.country),
        country_known=view.country_known,
        note=view.note,
        checkout=None if view.checkout is None else _checkout(view.checkout),
    )


def order(view: OrderView, facts: Row[*tuple[Any, ...]] | None) -> DeskOrder:
    """`facts` is the order's row (`bot.storage.desk.orders_of`): what only people of the shop may see."""
    return DeskOrder(
        number=view.number,
        state=view.state,
        attention=(facts.attention or "") if facts is not None else "",
        source=facts.source if facts is not None else "chat",
        lines=[DeskOrderLine(one.sku, one.title, one.quantity, one.amount.format(LOCALE)) for one in view.lines],
        subtotal=view.subtotal.format(LOCALE),
        discount=_some(view.discount),
        code=view.code,
        shipping=_some(view.shipping),
        way=view.way,
        tax=_some(view.tax),
        tax_included=_some(view.tax_included),
        tax_name=view.tax_name,
        total=view.total.format(LOCALE),
        refunded=_some(view.refunded),
        note=view.note,
        buyer=_buyer(facts.buyer) if facts is not None and facts.buyer else None,
        parcels=[_parcel(one) for one in view.shipments],
        pay_url=view.pay_url,
        created_at=view.created_at,
        paid_at=view.paid_at,
        shipped_at=view.shipped_at,
        delivered_at=view.delivered_at,
    )


def found(answer: Found, pages: list[ProductPage]) -> ProductsFound:
    return ProductsFound([product(page) for page in pages], answer.total, answer.exact)


def product(page: ProductPage) -> DeskProduct:
    card = page.card
    price = card.price.format(LOCALE)
    return DeskProduct(
        id=card.id,
        title=card.title,
        why=card.why,
        price=f"from {price}" if card.price_varies else price,
        image=card.image,
        variants=[
            DeskVariant(
                sku=variant.sku,
                name=", ".join(variant.options.values()),
                options=variant.options,
                price=variant.price.format(LOCALE),
                available=variant.available,
            )
            for variant in page.variants
        ],
    )


@lru_cache(maxsize=1)
def country_names() -> dict[str, str]:
    """Names of countries by their two letters."""
    territories = Locale(LOCALE).territories
    return {code: name for code, name in territories.items() if len(code) == 2 and code.isalpha() and code not in _NONE}


_NONE = frozenset({"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"})
"""CLDR counts these among territories, and nobody lives there."""


def country_name(code: str) -> str:
    return country_names().get(code, code)


def _line(one: CartLine) -> DeskCartLine:
    return DeskCartLine(
        sku=one.sku,
        product=one.product_id,
        title=one.title,
        label=one.label,
        options=one.options,
        quantity=one.quantity,
        unit=one.unit_price.format(LOCALE),
        amount=one.amount.format(LOCALE),
        available=one.available,
        image=one.image,
        note=one.note,
    )


def _checkout(opened: OpenCheckout) -> DeskCheckout:
    return DeskCheckout(
        order=opened.order_number,
        url=opened.url,
        total=opened.total.format(LOCALE),
        expires_at=opened.expires_at,
        current=opened.current,
    )


def _buyer(told: Any) -> DeskBuyer:
    buyer = msgspec.convert(told, Buyer)
    place = buyer.address
    lines = [buyer.ship_to_name or buyer.name] if place is not None else []
    if place is not None:
        town = " ".join(part for part in (place.postal_code, place.city, place.state) if part)
        lines += [place.line1, place.line2, town, country_name(place.country)]
    return DeskBuyer(buyer.name, buyer.email, buyer.phone, [line for line in lines if line])


def _parcel(one: ShipmentView) -> DeskParcel:
    return DeskParcel(
        state=one.state,
        carrier=one.carrier,
        number=one.tracking_number,
        url=one.tracking_url,
        lines=one.lines,
        shipped_at=one.shipped_at,
        delivered_at=one.delivered_at,
    )


def _some(amount: Money) -> str | None:
    return amount.format(LOCALE) if amount.amount else None
