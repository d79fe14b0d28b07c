"""What a cart is bought under: a promotion code, where it goes, in which currency, what is noted and how old its owner
is. Every change in one transaction with its answer, as `bot.selling.cart_keeping` does it."""

from __future__ import annotations

from dataclasses import replace

from bot.clock import Clock
from bot.commerce.catalog import label
from bot.commerce.promotions import WAITING, same_code
from bot.commerce.shipping import ANYWHERE
from bot.conversation.phrases import language_of
from bot.errors import BadInput
from bot.selling.answers import (
    AgeNoted,
    CartChanged,
    CartView,
    Change,
    CodeAnswer,
    CodeNotTaken,
    CodeTaken,
    CurrencyAnswer,
    CurrencyNotSold,
    DeliveryTerms,
    NotDelivered,
    NotInCart,
    NotPriced,
    WayPrice,
)
from bot.selling.cart_keeping import CartKeeping, OpenedCart
from bot.selling.customers import Customer
from bot.selling.policy import ShopPolicy
from bot.storage import carts, catalogue

CODE_LENGTH = 60
"""Letters of a code that are looked at."""


class CartTerms:
    def __init__(self, keeping: CartKeeping, clock: Clock, policy: ShopPolicy) -> None:
        self._keeping = keeping
        self._clock = clock
        self._policy = policy

    async def apply_code(self, conversation_id: int, key: str, code: str) -> CodeAnswer:
        async def step(opened: OpenedCart) -> CodeAnswer:
            before = await self._seen(opened)
            cart = opened.cart.with_code(same_code(code)[:CODE_LENGTH])
            with_it = await self._keeping.view(opened.tx, opened.customer, cart, opened.currency)
            refused = with_it.code_refused
            if refused is None:
                replaced = before.code if counts(before) and before.code != cart.code else None
                return CodeTaken(await self._keeping.write(opened, cart), replaced)
            if refused.why in WAITING and (before.code == cart.code or not counts(before)):
                return CodeNotTaken(await self._keeping.write(opened, cart), refused, kept=True)
            return CodeNotTaken(before, refused)

        answer: CodeAnswer = await self._keeping.once(conversation_id, f"{key}:code", CodeAnswer, step)
        return answer

    async def drop_code(self, conversation_id: int, key: str) -> CartChanged | NotInCart:
        async def step(opened: OpenedCart) -> CartChanged | NotInCart:
            if opened.cart.code is None:
                return NotInCart()
            view = await self._keeping.write(opened, opened.cart.with_code(None))
            return CartChanged(view, None, opened.cart.code)

        answer: CartChanged | NotInCart = await self._keeping.once(
            conversation_id, f"{key}:drop_code", CartChanged | NotInCart, step
        )
        return answer

    async def send_to(self, conversation_id: int, key: str, country: str) -> CartChanged | NotDelivered:
        require_country(country)

        async def step(opened: OpenedCart) -> CartChanged | NotDelivered:
            if self._policy.rules.shipping.zone(country) is None:
                return NotDelivered(country, self._countries())
            return CartChanged(await self._keeping.write(opened, opened.cart.sent_to(country)), None)

        answer: CartChanged | NotDelivered = await self._keeping.once(
            conversation_id, f"{key}:send_to", CartChanged | NotDelivered, step
        )
        return answer

    async def add_note(self, conversation_id: int, key: str, note: str, sku: str | None) -> Change:
        async def step(opened: OpenedCart) -> Change:
            if not opened.cart.lines or (sku is not None and opened.cart.line(sku) is None):
                return NotInCart()
            view = await self._keeping.write(opened, opened.cart.noted(note, sku))
            return CartChanged(view, next((line for line in view.lines if line.sku == sku), None))

        answer: Change = await self._keeping.once(conversation_id, f"{key}:note", Change, step)
        return answer

    async def set_currency(self, conversation_id: int, key: str, currency: str) -> CurrencyAnswer:
        async def step(opened: OpenedCart) -> CurrencyAnswer:
            sold_in = self._policy.rules.shipping.currencies
            if currency not in sold_in:
                return CurrencyNotSold(currency, sorted(sold_in))
            without = await self._without_price(opened, currency)
            if without:
                return NotPriced(currency, without)
            await carts.put_currency(opened.tx, opened.customer.contact_id, currency)
            customer = replace(opened.customer, currency=currency)
            cart = opened.cart if currency == opened.currency else opened.cart.repriced()
            view = await self._keeping.write(replace(opened, customer=customer, currency=currency), cart)
            return CartChanged(view, None)

        answer: CurrencyAnswer = await self._keeping.once(conversation_id, f"{key}:currency", CurrencyAnswer, step)
        return answer

    async def note_age(self, conversation_id: int, key: str, age: int) -> AgeNoted:
        async def step(opened: OpenedCart) -> AgeNoted:
            known = max(age, opened.age_said or 0)
            await carts.put_age(opened.tx, opened.cart_id, known)
            return AgeNoted(known)

        answer: AgeNoted = await self._keeping.once(conversation_id, f"{key}:age", AgeNoted, step)
        return answer

    def delivery_terms(self, customer: Customer, country: str) -> DeliveryTerms:
        require_country(country)
        currency, language = customer.currency, language_of(customer.locale)
        ways = [
            WayPrice(
                way=way.id,
                name=way.names.get(language, way.name),
                days=way.days,
                cost=way.flat[currency],
                per_kilo=way.per_kilo.get(currency),
                free_from=way.free_from.get(currency),
            )
            for way in self._policy.rules.shipping.ways(country)
            if currency in way.flat
        ]
        return DeliveryTerms(country, sorted(ways, key=lambda way: way.cost.amount), self._countries())

    def _countries(self) -> list[str]:
        """All that are delivered to by name: the shop's own first, then as the owner wrote them."""
        own, zones = self._policy.country, self._policy.rules.shipping.zones
        named = dict.fromkeys(country for zone in zones for country in zone.countries if country != ANYWHERE)
        return sorted(named, key=lambda country: country != own)

    async def _without_price(self, opened: OpenedCart, currency: str) -> list[str]:
        """The labels of what could not be bought in this currency."""
        skus = [line.sku for line in opened.cart.lines]
        known = await catalogue.products_by_sku(opened.tx, skus, self._clock.now())
        return [label(product.title, variant.options) for product, variant in known.values()
                if currency not in variant.prices]  # fmt: skip

    async def _seen(self, opened: OpenedCart) -> CartView:
        return await self._keeping.view(opened.tx, opened.customer, opened.cart, opened.currency)


def require_country(country: str) -> None:
    """Raises `BadInput` for what is no country's code."""
    if not (len(country) == 2 and country.isascii() and country.isalpha() and country.isupper()):
        raise BadInput("country_unknown", "a country is two capital letters", country=country)


def counts(cart: CartView) -> bool:
    """Whether the cart has a code that takes something off."""
    return cart.code is not None and cart.code_refused is None
