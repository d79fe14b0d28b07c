"""Wishes: a customer is told when what was sold out, or never there, is in stock. Once, in the order of asking.

As many are told as there are pieces; the next in line a day later, if something is left. Who cannot be written to just
now keeps waiting. A wish is consent to that one message and to nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import structlog

from bot.clock import Clock
from bot.commerce.catalog import Product, Variant, label
from bot.commerce.query import same_value
from bot.conversation.messages import Author
from bot.conversation.payloads import payload
from bot.conversation.phrases import label_in, language_of, locale_for, speaker
from bot.conversation.replies import Choices, Option
from bot.errors import NotFound
from bot.outbox import Outbox
from bot.selling.answers import Answer
from bot.selling.customers import customer_of
from bot.selling.policy import ShopPolicy
from bot.selling.reaching import Reach
from bot.storage import catalogue, conversations, stock_wishes
from bot.storage.sql import Database, Row, Transaction

MOST = 20
"""Things that one customer waits for."""
NEXT_AFTER = timedelta(days=1)
"""How long those who were told have before the next in line hear of the same pieces."""

log = structlog.get_logger()


class WishKept(Answer, frozen=True):
    """`label` names what is waited for."""

    label: str


class StillThere(Answer, frozen=True):
    """There is nothing to wait for: it is in stock. `options` as the catalogue writes them."""

    product_id: str
    label: str
    options: dict[str, str]


class WishesFull(Answer, frozen=True):
    limit: int


class Wishes:
    def __init__(self, *, db: Database, outbox: Outbox, reach: Reach, clock: Clock, policy: ShopPolicy) -> None:
        self._db = db
        self._outbox = outbox
        self._reach = reach
        self._clock = clock
        self._policy = policy

    async def keep(
        self, conversation_id: int, product_id: str, options: Mapping[str, str]
    ) -> WishKept | StillThere | WishesFull:
        """Wait for a product with these options, whether the catalogue has it so yet or not. The same wish twice is
        one. Raises `NotFound` for a product that is not on sale."""
        now = self._clock.now()
        async with self._db.write() as tx:
            customer = await customer_of(tx, conversation_id, self._policy)
            product = await catalogue.product_by_id(tx, product_id, now)
            if product is None:
                raise NotFound("product_unknown", "there is no such product", product_id=product_id)
            wanted = _as_written(product, options)
            named = label(product.title, wanted)
            if any(variant.in_stock for variant in product.fitting(wanted)):
                return StillThere(product.id, named, wanted)
            if await stock_wishes.count(tx, customer.contact_id) >= MOST:
                return WishesFull(MOST)
            await stock_wishes.add(
                tx,
                contact_id=customer.contact_id,
                conversation_id=conversation_id,
                product_id=product.id,
                options=wanted,
                now=now,
            )
        return WishKept(named)

    async def forget(self, conversation_id: int) -> int:
        """The contact waits for nothing any more. How many wishes that were."""
        async with self._db.write() as tx:
            customer = await customer_of(tx, conversation_id, self._policy)
            return await stock_wishes.drop(tx, customer.contact_id)

    # -- for a timer ---------------------------------------------------------------------------------------------------

    async def tell_waiting(self) -> int:
        """Tell those whose wish has come true and whose turn it is. How many were told."""
        async with self._db.read() as tx:
            back = await stock_wishes.products_back(tx)
        told: list[int] = []
        for product_id in back:
            async with self._db.write() as tx:
                told += await self._tell(tx, product_id)
        for conversation_id in told:
            await self._outbox.wake(conversation_id)
        return len(told)

    async def _tell(self, tx: Transaction, product_id: str) -> list[int]:
        now = self._clock.now()
        product = await catalogue.product_by_id(tx, product_id, now)
        if product is None:
            return []
        free = {variant.sku: max(variant.available, 0) for variant in product.variants}
        for wish in await stock_wishes.told_since(tx, product_id, now - NEXT_AFTER):
            _take(product, wish, free)
        told = []
        for wish in await stock_wishes.waiting(tx, product_id):
            conversation = await conversations.get(tx, wish.conversation_id)
            if not self._reach.somehow(conversation, now):
                continue
            variant = _take(product, wish, free)
            if variant is not None and await stock_wishes.mark_told(tx, wish.id, now):
                await self._say(tx, conversation, product, variant, wish)
                told.append(int(conversation.id))
        return told

    async def _say(
        self, tx: Transaction, conversation: Row[Any], product: Product, variant: Variant, wish: Row[Any]
    ) -> None:
        customer = await customer_of(tx, conversation.id, self._policy)
        say = speaker(language_of(customer.locale))
        named = label_in(say, label(product.in_language(say.language).title, _as_written(product, wish.options)))
        price = variant.prices.get(customer.currency)
        if price is None:
            text = say("You asked me to tell you: {label} is in stock again.", label=named)
        else:
            cost = price.format(locale_for(say.language, customer.locale))
            text = say("You asked me to tell you: {label} is in stock again, for {price}.", label=named, price=cost)
        options = _as_written(product, wish.options)
        reply = Choices(
            text,
            [
                Option(say("Add to cart"), payload("add_to_cart", product_id=product.id, **options)),
                Option(say("Stop telling me"), payload("opt_out")),
            ],
        )
        await self._outbox.say(
            tx, conversation=conversation, author=Author.BOT, reply=reply, turn_id=f"wish:{wish.id}", notice=True
        )
        log.info("wish.told", conversation_id=conversation.id, product_id=product.id)


def _as_written(product: Product, options: Mapping[str, str]) -> dict[str, str]:
    """The options that the product has, as its variants write their values; a value that is none of theirs stays."""
    return {
        name: next((value for value in product.values(name) if same_value(options[name], value)), options[name])
        for name in product.option_names
        if options.get(name)
    }


def _take(product: Product, wish: Row[Any], free: dict[str, int]) -> Variant | None:
    """A free piece of what is wished for, counted as taken; None where there is none."""
    for variant in product.fitting(_as_written(product, wish.options)):
        if free[variant.sku] > 0:
            free[variant.sku] -= 1
            return variant
    return None
