"""Keeping a cart: every change in one transaction with its answer, every answer with the whole cart as it is then."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from bot.clock import Clock
from bot.commerce.cart import MOST_OF_ONE, Cart, CartLimitReached
from bot.commerce.catalog import Product, Variant, label
from bot.commerce.money import Money
from bot.conversation.phrases import language_of
from bot.errors import NotFound
from bot.selling.answers import (
    Add,
    CartChanged,
    CartLimit,
    CartLine,
    CartView,
    Change,
    DeliveryOffer,
    Exchange,
    NeedsAge,
    NotInCart,
    OpenCheckout,
    OrderTaken,
    OutOfStock,
)
from bot.selling.cart_watch import announce_cart, require_seen
from bot.selling.customers import Customer, customer_of
from bot.selling.once import tell, told_before
from bot.selling.policy import ShopPolicy
from bot.selling.quoting import Quoted, Quoting
from bot.selling.views import can_be_paid, cart_line, choose, out_of_stock
from bot.storage import carts, catalogue, orders, stock
from bot.storage.sql import Database, Transaction


@dataclass(frozen=True, slots=True)
class OpenedCart:
    """A customer's cart in a transaction that holds its lock."""

    tx: Transaction
    customer: Customer
    cart_id: int
    currency: str
    cart: Cart
    age_said: int | None = None


async def open_cart(tx: Transaction, conversation_id: int, policy: ShopPolicy, clock: Clock) -> OpenedCart:
    """Lock the cart. An empty one turns to the currency its customer is served in now."""
    customer = await customer_of(tx, conversation_id, policy)
    row = await carts.lock_cart(tx, customer.contact_id, customer.currency, clock.now())
    cart = await carts.read_cart(tx, row)
    currency = row.currency if cart.lines else customer.currency
    return OpenedCart(tx, customer, row.id, currency, cart, row.age_said)


class CartKeeping:
    """With `seen`, changes are refused (`CartMovedOn`) unless the cart is at that version."""

    def __init__(self, db: Database, clock: Clock, policy: ShopPolicy, *, seen: int | None = None) -> None:
        self._db = db
        self._seen = seen
        self._clock = clock
        self._policy = policy
        self._quoting = Quoting(clock, policy)

    async def cart(self, conversation_id: int) -> CartView:
        async with self._db.read() as tx:
            customer = await customer_of(tx, conversation_id, self._policy)
            row = await carts.cart_row(tx, customer.contact_id)
            cart = await carts.read_cart(tx, row) if row else Cart()
            currency = row.currency if row and cart.lines else customer.currency
            return await self.view(tx, customer, cart, currency)

    async def add(
        self, conversation_id: int, key: str, product_id: str, options: Mapping[str, str], quantity: int
    ) -> Add:
        async def step(opened: OpenedCart) -> Add:
            product = await catalogue.product_by_id(opened.tx, product_id, self._clock.now())
            if product is None:
                raise NotFound("product_unknown", "there is no such product", product_id=product_id)
            chosen = choose(product, options)
            if not isinstance(chosen, Variant):
                return chosen
            return await self._put(opened, product, chosen, lambda cart: cart.add(chosen.sku, quantity))

        answer: Add = await self.once(conversation_id, f"{key}:add", Add, step)
        return answer

    async def take_order(self, conversation_id: int, key: str, items: Sequence[tuple[str, int]]) -> OrderTaken:
        """`items`: ids of products or variants with quantities; a product stands for its first variant in stock."""

        async def step(opened: OpenedCart) -> OrderTaken:
            short: list[OutOfStock] = []
            unknown = 0
            ages: list[NeedsAge] = []
            for item, quantity in items:
                sku = await catalogue.sku_of(opened.tx, item)
                if sku is None or quantity < 1:
                    unknown += 1
                    continue
                put = await self._put_sku(opened, sku, partial(_more, sku=sku, quantity=min(quantity, MOST_OF_ONE)))
                if isinstance(put, OutOfStock):
                    short.append(put)
                elif isinstance(put, NeedsAge):
                    ages.append(put)
                elif isinstance(put, CartLimit):
                    unknown += 1
                opened = await open_cart(opened.tx, conversation_id, self._policy, self._clock)
            view = await self.view(opened.tx, opened.customer, opened.cart, opened.currency)
            return OrderTaken(view, short, unknown, ages)

        answer: OrderTaken = await self.once(conversation_id, f"{key}:order", OrderTaken, step)
        return answer

    async def add_again(self, conversation_id: int, key: str, quantity: int) -> Change:
        async def step(opened: OpenedCart) -> Change:
            line = opened.cart.newest
            if line is None:
                return NotInCart()
            return await self._put_sku(opened, line.sku, lambda cart: cart.add(line.sku, quantity))

        return await self._change(conversation_id, f"{key}:add_again", step)

    async def set_quantity(self, conversation_id: int, key: str, quantity: int, sku: str | None) -> Change:
        async def step(opened: OpenedCart) -> Change:
            line = opened.cart.line(sku) if sku else opened.cart.newest
            if line is None:
                return NotInCart()
            return await self._put_sku(opened, line.sku, lambda cart: cart.put(line.sku, quantity))

        return await self._change(conversation_id, f"{key}:set_quantity", step)

    async def remove(self, conversation_id: int, key: str, sku: str | None) -> Change:
        async def step(opened: OpenedCart) -> Change:
            line = opened.cart.line(sku) if sku else opened.cart.newest
            if line is None:
                return NotInCart()
            return await self._put_sku(opened, line.sku, lambda cart: cart.remove(line.sku))

        return await self._change(conversation_id, f"{key}:remove", step)

    async def clear(self, conversation_id: int, key: str) -> Change:
        async def step(opened: OpenedCart) -> Change:
            if not opened.cart.lines:
                return NotInCart()
            return CartChanged(await self.write(opened, opened.cart.clear()), None)

        return await self._change(conversation_id, f"{key}:clear", step)

    async def exchange(self, conversation_id: int, key: str, sku: str, options: Mapping[str, str]) -> Exchange:
        async def step(opened: OpenedCart) -> Exchange:
            line = opened.cart.line(sku)
            if line is None:
                return NotInCart()
            product, variant = (await catalogue.products_by_sku(opened.tx, [sku], self._clock.now()))[sku]
            chosen = choose(product, {**variant.options, **options})
            if not isinstance(chosen, Variant):
                return chosen
            return await self._put(opened, product, chosen, lambda cart: cart.exchange(sku, chosen.sku))

        answer: Exchange = await self.once(conversation_id, f"{key}:exchange", Exchange, step)
        return answer

    # -- one change ----------------------------------------------------------------------------------------------------

    async def _change(self, conversation_id: int, key: str, step: Callable[[OpenedCart], Awaitable[Change]]) -> Change:
        answer: Change = await self.once(conversation_id, key, Change, step)
        return answer

    async def once(self, conversation_id: int, key: str, answers: Any, step: Callable[[OpenedCart], Any]) -> Any:
        """The answer of `step`, one of the union `answers`, to the locked cart; the stored one for a key of before."""
        async with self._db.write() as tx:
            opened = await open_cart(tx, conversation_id, self._policy, self._clock)
            if (before := await told_before(tx, key, answers)) is not None:
                return before
            require_seen(opened.cart.version, self._seen)
            return await tell(tx, key, await step(opened), self._clock.now())

    async def _put_sku(self, opened: OpenedCart, sku: str, change: Callable[[Cart], Cart]) -> Change:
        product, variant = (await catalogue.products_by_sku(opened.tx, [sku], self._clock.now()))[sku]
        return await self._put(opened, product, variant, change)

    async def _put(
        self, opened: OpenedCart, product: Product, variant: Variant, change: Callable[[Cart], Cart]
    ) -> CartChanged | OutOfStock | CartLimit | NeedsAge:
        try:
            cart = change(opened.cart)
        except CartLimitReached as reached:
            return CartLimit(reached.what, reached.limit)
        before, after = opened.cart.line(variant.sku), cart.line(variant.sku)
        if after is None:
            return CartChanged(await self.write(opened, cart), None, label(product.title, variant.options))
        if before is None or after.quantity > before.quantity:
            refused = await self._held_back(opened, product, variant, after.quantity)
            if refused is not None:
                return refused
        view = await self.write(opened, cart)
        return CartChanged(view, next(line for line in view.lines if line.sku == variant.sku))

    async def _held_back(
        self, opened: OpenedCart, product: Product, variant: Variant, wanted: int
    ) -> OutOfStock | NeedsAge | None:
        """Why so many of it may not be in the cart: age before stock."""
        if product.age_from is not None and (opened.age_said or 0) < product.age_from:
            return NeedsAge(product.id, product.title, product.age_from)
        own = await stock.held_for(opened.tx, opened.customer.contact_id)
        free = max(variant.available, 0) + own.get(variant.sku, 0)
        return out_of_stock(product, variant, wanted=wanted, available=free) if wanted > free else None

    async def write(self, opened: OpenedCart, cart: Cart) -> CartView:
        now = self._clock.now()
        await carts.write_cart(opened.tx, opened.cart_id, cart, opened.currency, now)
        await announce_cart(opened.tx, opened.customer.contact_id, cart.version, now)
        return await self.view(opened.tx, opened.customer, cart, opened.currency)

    # -- the cart as it is ---------------------------------------------------------------------------------------------

    async def view(self, tx: Transaction, customer: Customer, cart: Cart, currency: str) -> CartView:
        lines, products = await cart_lines(tx, customer, cart, currency, self._policy, self._clock.now())
        quoted = await self._quoting.of(tx, customer, cart, lines, products, currency)
        cost = quoted.quote
        usual = next((way for way in self._policy.rules.shipping.ways(cost.country) if currency in way.flat), None)
        return CartView(
            lines=lines,
            count=sum(line.quantity for line in lines),
            subtotal=cost.goods,
            shipping=cost.shipping,
            total=cost.total,
            free_shipping_from=usual.free_from.get(currency) if usual else None,
            flat_shipping=usual.flat[currency] if usual else Money.zero(currency),
            checkout=await self._open_checkout(tx, customer, cart, quoted),
            discount=cost.discount,
            code=cart.code,
            code_refused=quoted.refused,
            tax=cost.tax.added,
            tax_included=cost.tax.included,
            tax_name=cost.tax.name,
            country=cost.country,
            country_known=cart.country is not None,
            deliveries=[DeliveryOffer(offer.way, offer.name, offer.cost, offer.days) for offer in cost.delivery],
            note=cart.note,
            version=cart.version,
        )

    async def _open_checkout(
        self, tx: Transaction, customer: Customer, cart: Cart, quoted: Quoted
    ) -> OpenCheckout | None:
        order = await orders.open_order(tx, customer.contact_id)
        if order is None or not can_be_paid(order, self._clock.now()):
            return None
        total = Money(order.total, order.currency)
        return OpenCheckout(
            order_number=order.number,
            url=order.session_url,
            total=total,
            expires_at=order.session_expires_at,
            current=order.cart_version == cart.version and total == quoted.quote.total,
        )


def _more(cart: Cart, *, sku: str, quantity: int) -> Cart:
    return cart.add(sku, quantity)


async def cart_lines(
    tx: Transaction, customer: Customer, cart: Cart, currency: str, policy: ShopPolicy, now: datetime
) -> tuple[list[CartLine], dict[str, Product]]:
    """The lines with what they cost `now`, in the customer's language, and their products by SKU. One that lost its
    price in this currency cannot be sold and is left out."""
    known = await catalogue.products_by_sku(tx, [line.sku for line in cart.lines], now)
    language = language_of(customer.locale)
    held = await stock.held_for(tx, customer.contact_id)
    lines = [
        cart_line(line, product.in_language(language), variant, variant.prices[currency], held.get(line.sku, 0), policy)
        for line in cart.lines
        for product, variant in (known[line.sku],)
        if currency in variant.prices
    ]
    return lines, {sku: product for sku, (product, _) in known.items()}
