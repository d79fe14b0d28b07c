"""UCP over HTTP: `/.well-known/ucp` and, under `/ucp`, catalogue, carts, checkouts and orders. Translation only.

A cart and a checkout are the same thing here, under two names: a basket that can be paid. Source: the shopping
service's OpenAPI file.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import replace
from decimal import Decimal
from typing import Any

import msgspec
from sanic import Blueprint, Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response

from bot.commerce.money import Money
from bot.commerce.query import Query, read_query
from bot.errors import BadInput, NotFound, SoukError
from bot.protocols import ucp_words as words
from bot.protocols.purchases import Purchase, Purchases, Wanted
from bot.protocols.requests import COME_BACK_S, Answered, Doorkeeper, InFlight, read_body
from bot.selling.answers import ProductPage
from bot.selling.order_answers import CheckoutOpened
from bot.selling.shop import Shop

PROTOCOL = "ucp"
_MOST = 50
Handler = Callable[..., Coroutine[Any, Any, Answered]]
Seen = Callable[[Purchase, str], dict[str, Any]]


class _Item(msgspec.Struct, frozen=True):
    id: str


class _Line(msgspec.Struct, frozen=True):
    item: _Item
    quantity: int


class _Context(msgspec.Struct, frozen=True):
    address_country: str | None = None
    language: str | None = None
    currency: str | None = None


class _Discounts(msgspec.Struct, frozen=True):
    codes: list[str] = []


class _Method(msgspec.Struct, frozen=True):
    destinations: list[dict[str, Any]] = []


class _Fulfillment(msgspec.Struct, frozen=True):
    methods: list[_Method] = []


class _Basket(msgspec.Struct, frozen=True):
    """Of the protocol's checkout and cart, what this shop acts upon; the rest may be there."""

    line_items: list[_Line]
    context: _Context = _Context()
    buyer: dict[str, Any] | None = None
    discounts: _Discounts | None = None
    fulfillment: _Fulfillment | None = None

    def wanted(self) -> Wanted:
        places = self.fulfillment.methods[0].destinations if self.fulfillment and self.fulfillment.methods else []
        country = (places[0].get("address_country") if places else None) or self.context.address_country
        code = None
        if self.discounts is not None:
            code = self.discounts.codes[0] if self.discounts.codes else ""
        return Wanted(
            items=[(line.item.id, line.quantity) for line in self.line_items],
            currency=self.context.currency,
            country=country.upper() if isinstance(country, str) else None,
            code=code,
            language=self.context.language,
            buyer=self.buyer,
            destination={name: value for name, value in places[0].items() if name != "id"} if places else None,
        )


class _PriceFilter(msgspec.Struct, frozen=True):
    min: int | None = None
    max: int | None = None


class _Filters(msgspec.Struct, frozen=True):
    categories: list[str] = []
    price: _PriceFilter = _PriceFilter()


class _Pagination(msgspec.Struct, frozen=True):
    cursor: str = "0"
    limit: int = 10


class _Search(msgspec.Struct, frozen=True):
    query: str = ""
    context: _Context = _Context()
    filters: _Filters = _Filters()
    pagination: _Pagination = _Pagination()


class _Lookup(msgspec.Struct, frozen=True):
    ids: list[str]
    context: _Context = _Context()


class _GetProduct(msgspec.Struct, frozen=True):
    id: str
    context: _Context = _Context()


class Ucp:
    def __init__(self, *, shop: Shop, purchases: Purchases, door: Doorkeeper, public_url: str) -> None:
        self._shop = shop
        self._purchases = purchases
        self._door = door
        self._public_url = public_url

    def blueprint(self) -> Blueprint:
        blueprint = Blueprint("ucp")

        @blueprint.get("/.well-known/ucp")
        async def discover(_request: Request) -> HTTPResponse:
            return json_response(words.profile(self._public_url), headers={"Cache-Control": "public, max-age=300"})

        routes: list[tuple[str, str, Handler]] = [
            ("POST", "/catalog/search", self.search),
            ("POST", "/catalog/lookup", self.lookup),
            ("POST", "/catalog/product", self.product),
            ("GET", "/orders/<order:str>", self.order),
        ]
        for path, seen in (("/carts", words.cart), ("/checkout-sessions", words.checkout)):
            routes += [
                ("POST", path, self._opening(seen)),
                ("GET", f"{path}/<purchase:str>", self._looking(seen)),
                ("PUT", f"{path}/<purchase:str>", self._changing(seen)),
                ("POST", f"{path}/<purchase:str>/cancel", self._cancelling(seen)),
            ]
        routes.append(("POST", "/checkout-sessions/<purchase:str>/complete", self.complete))
        for number, (method, path, handler) in enumerate(routes):
            blueprint.add_route(self._guarded(handler), f"/ucp{path}", methods=[method], name=f"ucp_{number}")
        return blueprint

    def _guarded(self, handler: Handler) -> Callable[..., Coroutine[Any, Any, HTTPResponse]]:
        async def answer(request: Request, **parameters: str) -> HTTPResponse:
            try:
                self._door.let_in(request)
                answered = await handler(request, **parameters)
            except SoukError as refused:
                headers = {"Retry-After": str(COME_BACK_S)} if isinstance(refused, InFlight) else {}
                recoverable = "recoverable" if refused.status < 500 else "unrecoverable"
                body = words.error(refused.code, refused.message, recoverable)
                return json_response(body, status=refused.status, headers=headers)
            return json_response(answered.body, status=answered.status, headers=_headers(answered))

        return answer

    # -- baskets -------------------------------------------------------------------------------------------------------

    def _opening(self, seen: Seen) -> Handler:
        async def opening(request: Request) -> Answered:
            async def work(key: str) -> Answered:
                opened = await self._purchases.open(key, read_body(request, _Basket).wanted())
                return Answered(201, seen(opened, self._public_url))

            return await self._door.once(request, work)

        return opening

    def _looking(self, seen: Seen) -> Handler:
        async def looking(request: Request, purchase: str) -> Answered:
            return Answered(200, seen(await self._purchases.look(purchase), self._public_url))

        return looking

    def _changing(self, seen: Seen) -> Handler:
        async def changing(request: Request, purchase: str) -> Answered:
            async def work(key: str) -> Answered:
                changed = await self._purchases.change(purchase, key, read_body(request, _Basket).wanted())
                return Answered(200, seen(changed, self._public_url))

            return await self._door.once(request, work)

        return changing

    def _cancelling(self, seen: Seen) -> Handler:
        async def cancelling(request: Request, purchase: str) -> Answered:
            async def work(key: str) -> Answered:
                return Answered(200, seen(await self._purchases.cancel(purchase, key), self._public_url))

            return await self._door.once(request, work)

        return cancelling

    async def complete(self, request: Request, purchase: str) -> Answered:
        """No agent pays here: the answer holds the payment provider's page, with the stock held for the buyer."""

        async def work(_key: str) -> Answered:
            paying = await self._purchases.pay(purchase)
            told = words.checkout(await self._purchases.look(purchase), self._public_url)
            if isinstance(paying, CheckoutOpened):
                told |= {"continue_url": paying.url}
            return Answered(200, told)

        return await self._door.once(request, work)

    async def order(self, request: Request, order: str) -> Answered:
        if not order.isdecimal() or len(order) > 12:
            raise NotFound("order_unknown", "There is no such order.")
        checkout, view = await self._purchases.order(int(order))
        return Answered(200, words.order(checkout, view, self._public_url))

    # -- the catalogue -------------------------------------------------------------------------------------------------

    async def search(self, request: Request) -> Answered:
        asked = read_body(request, _Search)
        context = asked.context
        conversation = await self._purchases.browser(context.currency, context.language)
        currency = (await self._shop.cart(conversation)).total.currency
        query = _filtered(read_query(asked.query), asked.filters, currency)
        limit = max(1, min(asked.pagination.limit, _MOST))
        offset = int(asked.pagination.cursor) if asked.pagination.cursor.isdecimal() else 0
        found = await self._shop.search(conversation, query, offset=offset, limit=limit)
        pages = [await self._shop.product(conversation, card.id) for card in found.products]
        more = offset + limit < found.total
        pagination: dict[str, Any] = {"has_next_page": more, "total_count": found.total}
        if more:
            pagination["cursor"] = str(offset + limit)
        told = {"ucp": words.meta(), "products": [words.product(page) for page in pages], "pagination": pagination}
        if not found.exact and found.products:
            closest = "Nothing fits as asked; these are the closest."
            told["messages"] = [{"type": "info", "code": "closest_matches", "content": closest}]
        return Answered(200, told)

    async def lookup(self, request: Request) -> Answered:
        asked = read_body(request, _Lookup)
        if not 1 <= len(asked.ids) <= _MOST:
            raise BadInput("ids_bad", f"Ask for 1 to {_MOST} ids.")
        conversation = await self._purchases.browser(asked.context.currency, asked.context.language)
        by_product: dict[str, tuple[ProductPage, list[str]]] = {}
        unknown = []
        for name in dict.fromkeys(asked.ids):
            page = await self._page(conversation, name)
            if page is None:
                unknown.append(name)
            else:
                by_product.setdefault(page.card.id, (page, []))[1].append(name)
        told: dict[str, Any] = {
            "ucp": words.meta(),
            "products": [words.product(page, inputs) for page, inputs in by_product.values()],
        }
        if unknown:
            told["messages"] = [
                {"type": "info", "code": "not_found", "content": f"Not in this shop: {', '.join(unknown)}."}
            ]
        return Answered(200, told)

    async def product(self, request: Request) -> Answered:
        asked = read_body(request, _GetProduct)
        conversation = await self._purchases.browser(asked.context.currency, asked.context.language)
        page = await self._page(conversation, asked.id)
        if page is None:
            raise NotFound("not_found", "There is no such item in the shop.")
        return Answered(200, {"ucp": words.meta(), "product": words.detail(page)})

    async def _page(self, conversation: int, name: str) -> ProductPage | None:
        """By the id of a product or of one of its variants."""
        product = await self._purchases.product_of(name)
        return None if product is None else await self._shop.product(conversation, product)


def _filtered(query: Query, filters: _Filters, currency: str) -> Query:
    """The filters of the request on top of what the words say. Prices come in minor units."""

    def major(amount: int | None, said: Decimal | None) -> Decimal | None:
        return said if amount is None else Money(amount, currency).decimal

    return replace(
        query,
        min_price=major(filters.price.min, query.min_price),
        max_price=major(filters.price.max, query.max_price),
        category=filters.categories[0] if filters.categories else query.category,
    )


def _headers(answered: Answered) -> dict[str, str]:
    return {"Idempotent-Replayed": "true"} if answered.again else {}
