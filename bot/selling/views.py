"""From the catalogue's and the orders' words to answers. Pure, except that it trusts prices to be there: whoever calls
leaves out what has no price in the currency."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.commerce.cart import Line
from bot.commerce.catalog import Product, Variant, label
from bot.commerce.money import Money
from bot.commerce.orders import OrderState
from bot.commerce.query import same_value
from bot.selling.answers import (
    CartLine,
    NeedsOption,
    NoSuchOption,
    OptionValue,
    OutOfStock,
    ProductCard,
    ProductOption,
    ProductPage,
    VariantView,
)
from bot.selling.order_answers import OrderLine, OrderView, ShipmentView
from bot.selling.policy import ShopPolicy


def product_card(product: Product, currency: str, policy: ShopPolicy) -> ProductCard | None:
    """None for a product that has no price in this currency."""
    prices = product.price_range(currency)
    if prices is None:
        return None
    cheapest, dearest = prices
    return ProductCard(
        id=product.id,
        title=product.title,
        kind=product.kind,
        why=product.why,
        price=cheapest,
        price_varies=cheapest != dearest,
        image=policy.picture(product.image),
        sizes=product.values("size", in_stock=True),
        colours=product.values("colour", in_stock=True),
        in_stock=product.in_stock,
        sku=next((v.sku for v in product.variants if v.in_stock and v.prices.get(currency) == cheapest), ""),
    )


def product_page(product: Product, card: ProductCard, currency: str) -> ProductPage:
    return ProductPage(
        card=card,
        brand=product.brand,
        category=product.category,
        description=product.description,
        tags=list(product.tags),
        materials=list(product.materials),
        vegan=product.vegan,
        options=[_option(product, name) for name in product.option_names],
        variants=[
            VariantView(
                sku=variant.sku,
                options=dict(variant.options),
                price=variant.prices[currency],
                available=max(variant.available, 0),
            )
            for variant in product.variants
            if currency in variant.prices
        ],
    )


def _option(product: Product, name: str) -> ProductOption:
    in_stock = set(product.values(name, in_stock=True))
    return ProductOption(name, [OptionValue(value, value in in_stock) for value in product.values(name)])


def choose(product: Product, asked: Mapping[str, str]) -> Variant | NeedsOption | NoSuchOption | OutOfStock:
    """The one variant that is meant, or what stands in the way. An option with a single value is not asked for."""
    given: dict[str, str] = {}
    for name in product.option_names:
        if not asked.get(name):
            continue
        value = next((v for v in product.values(name, given=given) if same_value(asked[name], v)), None)
        if value is None:
            closest = product.values(name, in_stock=True, given=given)
            return NoSuchOption(product.id, product.title, name, asked[name], closest)
        given[name] = value
    for name in product.option_names:
        if name in given:
            continue
        values = product.values(name, given=given)
        if len(values) == 1:
            given[name] = values[0]
            continue
        in_stock = product.values(name, in_stock=True, given=given)
        if not in_stock:
            return out_of_stock(product, product.fitting(given)[0], wanted=1, available=0)
        return NeedsOption(product.id, product.title, name, in_stock)
    return product.fitting(given)[0]


def out_of_stock(product: Product, variant: Variant, *, wanted: int, available: int) -> OutOfStock:
    others = {
        name: product.values(name, in_stock=True, given={k: v for k, v in variant.options.items() if k != name})
        for name in product.option_names
    }
    return OutOfStock(
        product_id=product.id,
        title=product.title,
        label=label(product.title, variant.options),
        sku=variant.sku,
        wanted=wanted,
        available=available,
        others={name: [v for v in values if v != variant.options.get(name)] for name, values in others.items()},
    )


def cart_line(line: Line, product: Product, variant: Variant, price: Money, held: int, policy: ShopPolicy) -> CartLine:
    return CartLine(
        sku=line.sku,
        product_id=product.id,
        title=product.title,
        label=label(product.title, variant.options),
        options=dict(variant.options),
        quantity=line.quantity,
        unit_price=price,
        amount=price * line.quantity,
        available=max(variant.available, 0) + held,
        image=policy.picture(variant.image or product.image),
        note=line.note,
    )


def order_view(order: Any, lines: Iterable[Any], now: datetime, parcels: Iterable[Any] = ()) -> OrderView:
    """Of an order's row and the rows of its lines and parcels."""

    def money(amount: int) -> Money:
        return Money(amount, order.currency)

    return OrderView(
        number=order.number,
        state=order.state,
        lines=[
            OrderLine(
                sku=line.sku,
                product_id=line.product_id,
                title=line.title,
                quantity=line.quantity,
                unit_price=money(line.unit_amount),
                amount=money(line.unit_amount * line.quantity),
            )
            for line in lines
        ],
        subtotal=money(order.subtotal),
        shipping=money(order.shipping),
        total=money(order.total),
        created_at=order.created_at,
        paid_at=order.paid_at,
        pay_url=order.session_url if can_be_paid(order, now) else None,
        discount=money(order.discount),
        tax=money(order.tax),
        tax_included=money(order.tax_included),
        refunded=money(order.refunded),
        tax_name=order.tax_name,
        code=order.code,
        way=next((way["name"] for way in order.ways if way["way"] == order.way), ""),
        country=order.country,
        recovery_url=order.recovery_url if can_be_recovered(order, now) else None,
        shipped_at=order.shipped_at,
        delivered_at=order.delivered_at,
        note=order.note,
        shipments=[
            ShipmentView(
                state=row.state,
                lines=dict(row.lines),
                shipped_at=row.shipped_at,
                carrier=row.carrier,
                tracking_number=row.tracking_number,
                tracking_url=row.tracking_url,
                delivered_at=row.delivered_at,
            )
            for row in parcels
        ],
    )


def can_be_paid(order: Any, now: datetime) -> bool:
    """Whether the pay page of an order's row is open still, as far as the clock tells."""
    open_until = order.session_expires_at
    return bool(
        order.state == OrderState.AWAITING_PAYMENT and order.session_url and open_until is not None and open_until > now
    )


def can_be_recovered(order: Any, now: datetime) -> bool:
    until = order.recovery_until
    return bool(order.state == OrderState.EXPIRED and order.recovery_url and until is not None and until > now)


def page_of(cards: Sequence[ProductCard], offset: int, limit: int) -> list[ProductCard]:
    return list(cards[max(offset, 0) : max(offset, 0) + limit])
