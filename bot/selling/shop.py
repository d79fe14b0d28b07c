"""The shop's counter: everything that a conversation can ask of it, one method a wish.

Each changing method takes the caller's idempotency key: its answer is stored in the transaction of the change, and the
same key again returns that answer and changes nothing. The cart belongs to the contact behind the conversation, so it
is the same on every channel. Sentences, channels and the language model are not known here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.clock import Clock
from bot.commerce.query import Query
from bot.payments.base import Payments
from bot.search.base import ProductIndex
from bot.selling.answers import (
    Add,
    CartView,
    Change,
    Checkout,
    Found,
    Fulfilment,
    OrderView,
    PaidOrder,
    ProductPage,
    Release,
)
from bot.storage.sql import Database, Transaction

Then = Callable[[Transaction, PaidOrder], Awaitable[None]]
"""Called inside the transaction that settles an order, so that the confirmation is written with it or not at all."""


@dataclass(frozen=True, slots=True)
class ShopPolicy:
    """`currency` and `locale` are for contacts of whom nothing better is known. `success_url` and `cancel_url` are
    where the pay page leads back to; `picture_url` is put before a product's picture (`…/pictures/`)."""

    currency: str
    locale: str
    success_url: str
    cancel_url: str
    picture_url: str
    livemode: bool


class Shop:
    def __init__(
        self, *, db: Database, index: ProductIndex, payments: Payments, clock: Clock, policy: ShopPolicy
    ) -> None: ...

    async def search(self, conversation_id: int, query: Query, *, offset: int = 0, limit: int = 9) -> Found: ...

    async def product(self, conversation_id: int, product_id: str) -> ProductPage:
        """Raises `NotFound`."""

    async def cart(self, conversation_id: int) -> CartView: ...

    async def add(
        self, conversation_id: int, key: str, product_id: str, options: Mapping[str, str], quantity: int = 1
    ) -> Add:
        """Raises `NotFound` for a product that is not in the catalogue."""

    async def add_again(self, conversation_id: int, key: str, quantity: int = 1) -> Change:
        """ "Another one": more of the line that was changed last."""

    async def set_quantity(self, conversation_id: int, key: str, quantity: int, sku: str | None = None) -> Change:
        """ "Make it two". Without `sku`, the line that was changed last. Zero removes it."""

    async def remove(self, conversation_id: int, key: str, sku: str | None = None) -> Change: ...

    async def clear(self, conversation_id: int, key: str) -> Change: ...

    async def checkout(self, conversation_id: int, key: str) -> Checkout: ...

    async def orders(self, conversation_id: int, number: int | None = None) -> Sequence[OrderView]:
        """The contact's own orders, newest first; with `number` that one or none."""

    async def fulfil(self, session_id: str, then: Then) -> Fulfilment: ...

    async def expire(self, session_id: str) -> Release: ...

    async def payment_failed(self, session_id: str) -> Release: ...

    async def release_dead_sessions(self, then: Then) -> int: ...
