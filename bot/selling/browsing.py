"""Looking around: what fits a question, and what one product is. The index knows words, the database knows stock."""

from __future__ import annotations

from decimal import Decimal

from bot.clock import Clock
from bot.commerce.catalog import Product
from bot.commerce.facets import Facets, facets_of
from bot.commerce.query import Query
from bot.conversation.phrases import language_of
from bot.errors import NotFound
from bot.search.base import Hits, ProductIndex
from bot.selling.answers import FacetValue, Found, FoundFacets, PriceBand, ProductCard, ProductPage
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
            hits, products, cards = await self._look(asked, customer)
            if not cards:
                continue
            found = Found(
                products=page_of(cards, offset, limit),
                total=len(cards),
                exact=hits.exact and not relaxed,
                relaxed=list(relaxed),
                corrected=hits.corrected,
                facets=_facets(facets_of(products, customer.currency)),
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

    async def _look(self, query: Query, customer: Customer) -> tuple[Hits, list[Product], list[ProductCard]]:
        """What the index chose and is still so, with the card of each."""
        hits = await self._index.search(query, currency=customer.currency, limit=CANDIDATES)
        async with self._db.read() as tx:
            chosen = await catalogue.products_by_id(tx, hits.chosen, self._clock.now())
        carded = [(product, card) for product in chosen if (card := self._card(product, query, customer)) is not None]
        return hits, [product for product, _ in carded], [card for _, card in carded]

    def _card(self, product: Product, query: Query, customer: Customer) -> ProductCard | None:
        if not query.accepts(product, customer.currency):
            return None
        return product_card(product.in_language(language_of(customer.locale)), customer.currency, self._policy)


def _facets(facets: Facets) -> FoundFacets:
    return FoundFacets(
        brands=[FacetValue(*pair) for pair in facets.brands],
        colours=[FacetValue(*pair) for pair in facets.colours],
        sizes=[FacetValue(*pair) for pair in facets.sizes],
        prices=[PriceBand(_text(each.least), _text(each.most), each.products) for each in facets.prices],
    )


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else format(amount.normalize(), "f")
