"""The shop's counter: everything that a conversation can ask of it, one method a wish.

Each changing method takes the caller's idempotency key: its answer is stored in the transaction of the change, and the
same key again returns that answer and changes nothing. The cart belongs to the contact behind the conversation, so it
is the same on every channel. Every method raises `NotFound` for a conversation that never was; those about orders raise
`SenderUnproven` where nobody vouches for who writes. Sentences, channels and the language model are not known here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from typing import Any

from bot.clock import Clock
from bot.commerce.query import Query
from bot.conversation.messages import OrderedItem
from bot.payments.base import Payments
from bot.search.base import ProductIndex
from bot.selling.afterwards import Afterwards
from bot.selling.answers import (
    Add,
    AgeNoted,
    CartChanged,
    CartView,
    Change,
    CodeAnswer,
    CurrencyAnswer,
    DeliveryTerms,
    Exchange,
    Found,
    NotDelivered,
    NotInCart,
    OrderTaken,
    ProductPage,
)
from bot.selling.browsing import Browsing
from bot.selling.cart_keeping import CartKeeping
from bot.selling.cart_terms import CartTerms
from bot.selling.checkouts import Checkouts
from bot.selling.customers import customer_of
from bot.selling.fulfilment import Settlement, Then
from bot.selling.order_answers import Checkout, Fulfilment, OrderView, Release
from bot.selling.policy import ShopPolicy
from bot.selling.reconciling import Reconciling
from bot.selling.refunding import Refunding
from bot.selling.releasing import Releases, Tell
from bot.selling.views import order_view
from bot.selling.vouching import SenderUnproven, orders_of_sender, vouch, vouch_for_orders
from bot.storage import orders, shipments
from bot.storage.sql import Database, Row, Transaction

__all__ = ["SenderUnproven", "Shop", "ShopPolicy", "Then"]

_ORDERS_SHOWN = 10


class Shop:
    def __init__(
        self, *, db: Database, index: ProductIndex, payments: Payments, clock: Clock, policy: ShopPolicy
    ) -> None:
        self._db = db
        self._payments = payments
        self._clock = clock
        self._policy = policy
        self._browsing = Browsing(db, index, clock, policy)
        self._carts = CartKeeping(db, clock, policy)
        self._terms = CartTerms(self._carts, clock, policy)
        self._checkouts = Checkouts(db, payments, clock, policy)
        self._refunding = Refunding(db, payments, clock, policy)
        self.after = Afterwards(db, payments, clock, policy, self._refunding)
        """After the sale: calling off, sending back, and how the money is doing."""
        self._settlement = Settlement(db, payments, clock, policy, self._refunding)
        self._releases = Releases(db, payments, clock, self._settlement)
        self._reconciling = Reconciling(db, payments, clock, self._settlement, self._releases)

    def at_the_desk(self, cart_version: int) -> Shop:
        """The same counter for an agent who has looked at the cart: what changes it or opens its checkout raises
        `CartMovedOn` once it is at another version, and orders come from the desk."""
        shop = copy(self)
        shop._carts = CartKeeping(self._db, self._clock, self._policy, seen=cart_version)
        shop._terms = CartTerms(shop._carts, self._clock, self._policy)
        shop._checkouts = Checkouts(
            self._db, self._payments, self._clock, self._policy, seen=cart_version, source="desk"
        )
        return shop

    # -- looking around ------------------------------------------------------------------------------------------------

    async def search(self, conversation_id: int, query: Query, *, offset: int = 0, limit: int = 9) -> Found:
        """What fits the question, or the closest to it: see `Found`. Raises `Unavailable` without an index."""
        return await self._browsing.search(conversation_id, query, offset=offset, limit=limit)

    async def product(self, conversation_id: int, product_id: str) -> ProductPage:
        """Raises `NotFound` for a product that is not on sale."""
        return await self._browsing.product(conversation_id, product_id)

    # -- the cart ------------------------------------------------------------------------------------------------------

    async def cart(self, conversation_id: int) -> CartView:
        return await self._carts.cart(conversation_id)

    async def add(
        self, conversation_id: int, key: str, product_id: str, options: Mapping[str, str], quantity: int = 1
    ) -> Add:
        """Options that are not needed may be left out, and unknown names are ignored.

        Raises `NotFound` for a product that is not on sale, `BadInput` for a quantity below one."""
        return await self._carts.add(conversation_id, key, product_id, options, quantity)

    async def take_order(self, conversation_id: int, key: str, items: Sequence[OrderedItem]) -> OrderTaken:
        """A cart that was filled in a platform's own catalogue, at our prices."""
        return await self._carts.take_order(conversation_id, key, [(item.sku, item.quantity) for item in items])

    async def add_again(self, conversation_id: int, key: str, quantity: int = 1) -> Change:
        """Another one: more of the line that was changed last."""
        return await self._carts.add_again(conversation_id, key, quantity)

    async def set_quantity(self, conversation_id: int, key: str, quantity: int, sku: str | None = None) -> Change:
        """Make it two. Without `sku`, the line that was changed last. Zero removes it."""
        return await self._carts.set_quantity(conversation_id, key, quantity, sku)

    async def remove(self, conversation_id: int, key: str, sku: str | None = None) -> Change:
        """Without `sku`, the line that was changed last."""
        return await self._carts.remove(conversation_id, key, sku)

    async def clear(self, conversation_id: int, key: str) -> Change:
        return await self._carts.clear(conversation_id, key)

    async def exchange_line(self, conversation_id: int, key: str, sku: str, options: Mapping[str, str]) -> Exchange:
        """Another size or colour of a line, as many and with its note; options that are not named stay as they are."""
        return await self._carts.exchange(conversation_id, key, sku, options)

    async def add_note(self, conversation_id: int, key: str, note: str, sku: str | None = None) -> Change:
        """What is to be done with a line, or without `sku` with all of it. It goes behind earlier notes; an empty one
        takes them back. `NotInCart` for an empty cart too."""
        return await self._terms.add_note(conversation_id, key, note, sku)

    # -- under which terms ---------------------------------------------------------------------------------------------

    async def apply_code(self, conversation_id: int, key: str, code: str) -> CodeAnswer:
        """One code a cart: one that counts takes the place of the one before. A code whose conditions shopping on may
        meet waits in the cart, unless another one counts there. The cart may be empty."""
        return await self._terms.apply_code(conversation_id, key, code)

    async def drop_code(self, conversation_id: int, key: str) -> CartChanged | NotInCart:
        """`CartChanged.removed` is the code; `NotInCart` where there is none."""
        return await self._terms.drop_code(conversation_id, key)

    async def send_to(self, conversation_id: int, key: str, country: str) -> CartChanged | NotDelivered:
        """Where the cart goes, from now on. Raises `BadInput` for what is no country's code (ISO 3166, capitals)."""
        return await self._terms.send_to(conversation_id, key, country)

    async def delivery_terms(self, conversation_id: int, country: str | None = None) -> DeliveryTerms:
        """How the shop delivers to a country, without one to where the cart goes. Raises `BadInput` as above."""
        async with self._db.read() as tx:
            customer = await customer_of(tx, conversation_id, self._policy)
        return self._terms.delivery_terms(customer, country or (await self.cart(conversation_id)).country)

    async def set_currency(self, conversation_id: int, key: str, currency: str) -> CurrencyAnswer:
        """The currency of all prices for this contact, the cart's too."""
        return await self._terms.set_currency(conversation_id, key, currency)

    async def note_age(self, conversation_id: int, key: str, age: int) -> AgeNoted:
        """The customer says that they are at least so old: what `NeedsAge` held back can be added."""
        return await self._terms.note_age(conversation_id, key, age)

    # -- paying --------------------------------------------------------------------------------------------------------

    async def checkout(self, conversation_id: int, key: str) -> Checkout:
        """The link to the pay page of the cart as it is; the stock is held meanwhile. The same cart again gives the
        same link. `PaymentsDown` is the one answer that is not stored: the same key tries again.

        Raises `SenderUnproven`."""
        await self.vouch(conversation_id)
        return await self._checkouts.checkout(conversation_id, key)

    async def vouch(self, conversation_id: int) -> None:
        """Raises `SenderUnproven`: before anything is asked or done about an order or an account."""
        async with self._db.read() as tx:
            await vouch(tx, conversation_id, self._policy)

    async def vouch_for_orders(self, conversation_id: int) -> None:
        """Raises `SenderUnproven`, unless a one-time code has shown an order to this conversation."""
        async with self._db.read() as tx:
            await vouch_for_orders(tx, conversation_id, self._policy, self._clock.now())

    async def orders(self, conversation_id: int, number: int | None = None) -> list[OrderView]:
        """The contact's own orders and those that a one-time code has shown here, newest first; with `number` that one,
        or none if it is neither.

        Raises `SenderUnproven`."""
        async with self._db.read() as tx:
            now = self._clock.now()
            rows = await orders_of_sender(tx, conversation_id, number, _ORDERS_SHOWN, self._policy, now)
            return await self._views(tx, rows)

    async def orders_for_people(self, conversation_id: int, number: int | None = None) -> list[OrderView]:
        """The contact's own orders for the people of the shop, whoever writes."""
        async with self._db.read() as tx:
            customer = await customer_of(tx, conversation_id, self._policy)
            return await self._views(tx, await orders.orders_of(tx, customer.contact_id, number, _ORDERS_SHOWN))

    async def _views(self, tx: Transaction, rows: Sequence[Row[Any]]) -> list[OrderView]:
        lines = await orders.lines_of(tx, [row.id for row in rows])
        parcels = await shipments.of_orders(tx, [row.id for row in rows])
        now = self._clock.now()
        return [order_view(row, lines.get(row.id, []), now, parcels.get(row.id, [])) for row in rows]

    # -- for the worker ------------------------------------------------------------------------------------------------

    async def fulfil(self, session_id: str, then: Then) -> Fulfilment:
        """A payment was reported: settle its order, once. `then(tx, paid)` runs inside the transaction that does it,
        with `paid.attention` set where a person must look. Raises `PaymentsError` when the provider cannot be asked:
        report again later."""
        return await self._settlement.fulfil(session_id, then)

    async def expire(self, session_id: str, tell: Tell | None = None) -> Release:
        """A pay page was reported to have run out. `tell(tx, lapsed)` runs inside the transaction that lets its order
        go. Raises `PaymentsError`."""
        return await self._releases.expire(session_id, tell)

    async def payment_failed(self, session_id: str, tell: Tell | None = None) -> Release:
        """A slow payment was reported to have failed. Raises `PaymentsError`."""
        return await self._releases.payment_failed(session_id, tell)

    async def release_dead_sessions(self, then: Then, tell: Tell | None = None) -> int:
        """For a timer, every minute: close and settle the orders whose hold has ended. Returns how many moved."""
        return await self._releases.release_dead_sessions(then, tell)

    async def reconcile(self, then: Then, tell: Tell | None = None) -> int:
        """For a timer, every few minutes: repair what no report told. Returns how many orders moved. Raises
        `PaymentsError`."""
        return await self._reconciling.repair(then, tell)
