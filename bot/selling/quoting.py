"""What a cart costs for its customer now: the pure sum (`bot.commerce.pricing`) with what the database knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.clock import Clock
from bot.commerce.cart import Cart
from bot.commerce.catalog import Product
from bot.commerce.money import Money
from bot.commerce.pricing import Item, Quote, quote
from bot.commerce.promotions import Discount, Good, Promotion, Refusal, closed, judge, same_code
from bot.conversation.phrases import language_of
from bot.selling.answers import CartLine, CodeRefused
from bot.selling.customers import Customer
from bot.selling.policy import ShopPolicy
from bot.storage import promotions
from bot.storage.sql import Transaction


@dataclass(frozen=True, slots=True)
class Quoted:
    """`tax_codes` are those of the lines, in their order, as `discount.of_lines` and `quote.line_taxes` are."""

    quote: Quote
    discount: Discount | None
    refused: CodeRefused | None
    tax_codes: tuple[str, ...] = ()


class Quoting:
    def __init__(self, clock: Clock, policy: ShopPolicy) -> None:
        self._clock = clock
        self._policy = policy

    async def of(
        self,
        tx: Transaction,
        customer: Customer,
        cart: Cart,
        lines: Sequence[CartLine],
        products: Mapping[str, Product],
        currency: str,
    ) -> Quoted:
        """`products` by SKU, at least those of the lines."""
        judged = await self._judged(tx, customer, cart, lines, products) if cart.code else None
        discount = judged if isinstance(judged, Discount) else None
        items = [
            Item(line.unit_price, line.quantity, products[line.sku].weight_g or 0, products[line.sku].tax_code)
            for line in lines
        ]
        cost = quote(
            items,
            currency,
            cart.country or self._policy.country,
            self._policy.rules,
            discount=discount,
            language=language_of(customer.locale),
        )
        refused = judged if isinstance(judged, CodeRefused) else None
        return Quoted(cost, discount, refused, tuple(item.tax_code for item in items))

    async def _judged(
        self,
        tx: Transaction,
        customer: Customer,
        cart: Cart,
        lines: Sequence[CartLine],
        products: Mapping[str, Product],
    ) -> Discount | CodeRefused | None:
        """None for a good code and an empty cart."""
        code = same_code(cart.code or "")
        promotion = self._policy.promotions.get(code)
        if promotion is None:
            return CodeRefused(code, Refusal.UNKNOWN)
        past = await promotions.past(tx, code, customer.contact_id)
        now = self._clock.now()
        goods = [Good(line.product_id, products[line.sku].category, line.amount) for line in lines]
        answer = judge(promotion, goods, past, now) if goods else closed(promotion, past, now)
        if answer is None or isinstance(answer, Discount):
            return answer
        return _refused(promotion, answer, goods)


def _refused(promotion: Promotion, why: Refusal, goods: Sequence[Good]) -> CodeRefused:
    """With what the customer can do about it."""
    minimum = promotion.minimum.get(goods[0].amount.currency) if goods else None
    missing = None
    if why is Refusal.BELOW_MINIMUM and minimum is not None:
        missing = minimum - sum((good.amount for good in goods), start=Money.zero(minimum.currency))
    return CodeRefused(
        code=promotion.code,
        why=why,
        minimum=minimum,
        missing=missing,
        starts=promotion.starts if why is Refusal.NOT_YET else None,
        categories=list(promotion.categories),
    )
