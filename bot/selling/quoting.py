"""What a cart costs for its customer now: the pure sum (`bot.commerce.pricing`) with what the database knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.clock import Clock
from bot.commerce.cart import Cart
from bot.commerce.catalog import Product
from bot.commerce.pricing import Item, Quote, quote
from bot.commerce.promotions import Discount, Good, Refusal, judge, same_code
from bot.conversation.phrases import language_of
from bot.selling.answers import CartLine, CodeRefused
from bot.selling.customers import Customer
from bot.selling.policy import ShopPolicy
from bot.storage import promotions
from bot.storage.sql import Transaction


@dataclass(frozen=True, slots=True)
class Quoted:
    """`of_lines` is the discount of each line, in their order."""

    quote: Quote
    discount: Discount | None
    refused: CodeRefused | None


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
        judged = await self._judged(tx, customer, cart, lines, products) if cart.code and lines else None
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
        return Quoted(cost, discount, judged if isinstance(judged, CodeRefused) else None)

    async def _judged(
        self,
        tx: Transaction,
        customer: Customer,
        cart: Cart,
        lines: Sequence[CartLine],
        products: Mapping[str, Product],
    ) -> Discount | CodeRefused:
        code = same_code(cart.code or "")
        promotion = self._policy.promotions.get(code)
        if promotion is None:
            return CodeRefused(code, Refusal.UNKNOWN)
        goods = [Good(line.product_id, products[line.sku].category, line.amount) for line in lines]
        past = await promotions.past(tx, code, customer.contact_id)
        answer = judge(promotion, goods, past, self._clock.now())
        if isinstance(answer, Discount):
            return answer
        return CodeRefused(code, answer, promotion.minimum.get(lines[0].amount.currency))
