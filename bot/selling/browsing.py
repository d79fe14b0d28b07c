"""Looking around: what fits a question, and what one product is. The index knows words, the database knows stock."""

from __future__ import annotations

from bot.clock import Clock
from bot.commerce.catalog import Product
from bot.commerce.query import Query
from bot.conversation.phrases import language_of
from bot.errors import NotFound
from bot.search.base import Hits, ProductIndex
from bot.selling.answers import Found, ProductCard, ProductPage
from bot.selling.customers import Customer, customer_of
from bot.selling.policy import ShopPolicy
from bot.selling.views import page_of, product_card, product_page
from bot.storage import catalogue
from bot.storage.sql import Database

CANDIDATES = 120
"""How many products of the index are looked up. Nobody reads further in a chat; `Found.total` stops here too."""


class Browsing:
    def __init__(self, db: Database, index: ProductIndex, clock: Clock, policy: ShopPolicy) -> None:
        self._db = db
        self._index = index
        self._clock = clock
        self._policy = policy

    async def search(self, conversation_id: int, query: Query, *, offset: int, limit: int) -> Found:
        """As asked; else all the words with fewer filters; else the closest words with as many filters as it takes."""
        async with self._db.read() as tx:
            customer = await customer_of(tx, conversation_id, self._policy)
        closest: Found | None = None
        for asked, relaxed in query.relaxations():
            hits, cards = await self._look(asked, customer)
            if not cards:
                continue
            found = Found(
                products=page_of(cards, offset, limit),
                total=len(cards),
                exact=hits.exact and not relaxed,
                relaxed=list(relaxed),
                corrected=hits.corrected,
            )
            if hits.exact:
                return found
            closest = closest or found
        return closest or Found(products=[], total=0, exact=False)

    async def product(self, conversation_id: int, product_id: str) -> ProductPage:
        async with self._db.read() as tx:
            customer = await customer_of(tx, conversation_id, self._policy)
            found = await catalogue.product_by_id(tx, product_id, self._clock.now())
        product = found.in_language(language_of(customer.locale)) if found else None
        card = product_card(product, customer.currency, self._policy) if product else None
        if product is None or card is None:
            raise NotFound("product_unknown", "there is no such product", product_id=product_id)
        return product_page(product, card, customer.currency)

    async def _look(self, query: Query, customer: Customer) -> tuple[Hits, list[ProductCard]]:
        hits = await self._index.search(query, currency=customer.currency, limit=CANDIDATES)
        async with self._db.read() as tx:
            products = await catalogue.products_by_id(tx, hits.chosen, self._clock.now())
        return hits, [card for product in products if (card := self._card(product, query, customer)) is not None]

    def _card(self, product: Product, query: Query, customer: Customer) -> ProductCard | None:
        if not query.accepts(product, customer.currency):
            return None
        return product_card(product.in_language(language_of(customer.locale)), customer.currency, self._policy)
