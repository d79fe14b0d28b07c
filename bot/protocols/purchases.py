"""What a shopping agent can do at the counter, whatever protocol it speaks: the same cart, holds, prices and checkout
as in a chat. It knows no protocol.

An agent fills a basket and hands its buyer the link to pay: money is taken on the payment provider's page only, so no
card number ever comes near. Stock is held from the moment the buyer opens that link.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import msgspec

from bot.clock import Clock
from bot.commerce.orders import BOUGHT, OrderState
from bot.conversation.identity import ConversationKey, Profile
from bot.conversation.messages import OrderedItem
from bot.errors import BadInput, Conflict, NotFound, Unavailable
from bot.selling.answers import CartView, CodeNotTaken, NotDelivered, OrderTaken
from bot.selling.order_answers import Checkout, CheckoutOpened, OrderView, PaymentArriving, PaymentsDown
from bot.selling.shop import Shop
from bot.storage import agent_checkouts, catalogue, contacts, conversations
from bot.storage.sql import Database, Row

ACCOUNT = "agents"
LIFE = timedelta(hours=24)
MOST_ITEMS = 99


class Why(StrEnum):
    NOT_FOUND = "not_found"
    OUT_OF_STOCK = "out_of_stock"
    NOT_DELIVERED = "not_delivered"
    CODE_REFUSED = "code_refused"
    AGE = "age"


@dataclass(frozen=True, slots=True)
class Trouble:
    """What stands in the way. `place` is which of the wanted items, `left` how many of it there are; `refusal` why a
    code was refused (`bot.commerce.promotions.Refusal`)."""

    why: Why
    place: int | None = None
    left: int = 0
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an agent asks for. `items` are ids of variants or products with quantities; None leaves what is there. What
    is None is not changed; an empty code drops it."""

    items: Sequence[tuple[str, int]] | None = None
    currency: str | None = None
    country: str | None = None
    code: str | None = None
    language: str | None = None
    buyer: Mapping[str, Any] | None = None
    destination: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Purchase:
    """`order` is set once it was paid. `pay_url` leads the buyer to the payment provider's page. `said` is what the
    agent told of buyer and destination, as it told it."""

    id: str
    cart: CartView
    order: OrderView | None
    cancelled: bool
    pay_url: str
    expires_at: datetime
    troubles: tuple[Trouble, ...] = ()
    said: Mapping[str, Any] = field(default_factory=dict)

    @property
    def payable(self) -> bool:
        return not (self.order or self.cancelled or self.troubles) and bool(self.cart.lines)


class Purchases:
    def __init__(self, *, db: Database, shop: Shop, clock: Clock, protocol: str, public_url: str) -> None:
        self._db = db
        self._shop = shop
        self._clock = clock
        self._protocol = protocol
        self._public_url = public_url

    async def open(self, key: str, wanted: Wanted) -> Purchase:
        """The same key again opens nothing new. Raises `BadInput` for no items, too many, or bad quantities."""
        if not wanted.items:
            raise BadInput("items_missing", "A checkout begins with at least one item.")
        _check(wanted.items)
        purchase = f"co_{hashlib.sha256(f'{self._protocol}:{key}'.encode()).hexdigest()[:32]}"
        now = self._clock.now()
        conversation = await self._conversation(purchase, wanted.currency, wanted.language)
        async with self._db.write() as tx:
            row = await agent_checkouts.add(
                tx,
                {
                    "id": purchase,
                    "protocol": self._protocol,
                    "conversation_id": conversation,
                    "state": "open",
                    "body": _said({}, wanted),
                    "created_at": now,
                    "expires_at": now + LIFE,
                },
            )
        return await self._fill(row, key, wanted)

    async def change(self, purchase: str, key: str, wanted: Wanted) -> Purchase:
        """Raises `NotFound`; `Conflict` for one that was paid or cancelled."""
        row = await self._row(purchase)
        await self._still_open(row)
        if wanted.items is not None:
            _check(wanted.items)
        async with self._db.write() as tx:
            await agent_checkouts.keep(tx, purchase, body=_said(row.body, wanted))
        return await self._fill(await self._row(purchase), key, wanted)

    async def look(self, purchase: str) -> Purchase:
        """Raises `NotFound`."""
        return await self._seen(await self._row(purchase))

    async def cancel(self, purchase: str, key: str) -> Purchase:
        """Raises `NotFound`; `Conflict` for one that was paid; `Unavailable` while the pay page cannot be closed."""
        row = await self._row(purchase)
        if row.state != "cancelled":
            await self._still_open(row)
            await self._shop.clear(row.conversation_id, f"{key}:cancel")
            # An empty cart opens no page, but closes the one that is open.
            closed = await self._shop.checkout(row.conversation_id, f"{key}:close")
            if isinstance(closed, PaymentArriving):
                raise Conflict("checkout_completed", "This checkout was paid already.")
            if isinstance(closed, PaymentsDown):
                raise Unavailable("payments_down", "The pay page cannot be closed right now; try again in a minute.")
            async with self._db.write() as tx:
                await agent_checkouts.keep(tx, purchase, state="cancelled")
        return await self._seen(await self._row(purchase))

    async def pay(self, purchase: str) -> Checkout:
        """The buyer goes to pay: the stock is held and the payment provider's page opened, once for a basket as it is.

        Raises `NotFound`, `Conflict`."""
        row = await self._row(purchase)
        await self._still_open(row)
        cart = await self._shop.cart(row.conversation_id)
        page = cart.checkout
        if page is not None and page.current:
            return CheckoutOpened(
                page.order_number, page.url, cart.subtotal, cart.shipping, page.total, page.expires_at,
                cart.discount, cart.tax, cart.code, again=True,
            )  # fmt: skip
        key = f"pay:{purchase}:{cart.version}:{int(self._clock.now().timestamp())}"
        return await self._shop.checkout(row.conversation_id, key)

    async def order(self, number: int) -> tuple[str, OrderView]:
        """The purchase behind an order of this protocol, and the order. Raises `NotFound`."""
        async with self._db.read() as tx:
            row = await agent_checkouts.of_number(tx, self._protocol, number)
        if row is not None:
            found = await self._shop.orders_for_people(row.conversation_id, number)
            if found and OrderState(found[0].state) in BOUGHT:
                return row.id, found[0]
        raise NotFound("order_unknown", "There is no such order.")

    async def product_of(self, item: str) -> str | None:
        """The product on sale that an id of the catalogue, a product's or a variant's, belongs to."""
        async with self._db.read() as tx:
            return await catalogue.product_of(tx, item)

    async def browser(self, currency: str | None, language: str | None) -> int:
        """The conversation in which the catalogue is looked at: one a currency and language, for all agents."""
        return await self._conversation(f"browsing-{currency or ''}-{language or ''}", currency, language)

    # -- inside --------------------------------------------------------------------------------------------------------

    async def _conversation(self, customer: str, currency: str | None, language: str | None) -> int:
        key = ConversationKey(self._protocol, ACCOUNT, customer)
        async with self._db.write() as tx:
            row = await conversations.find_or_make(tx, key, Profile(locale=language), self._clock.now())
            if currency:
                await contacts.keep_currency(tx, row.contact_id, currency)
            return int(row.id)

    async def _fill(self, row: Row[Any], key: str, wanted: Wanted) -> Purchase:
        conversation = row.conversation_id
        troubles: list[Trouble] = []
        if wanted.items is not None:
            await self._shop.clear(conversation, f"{key}:clear")
            items = [OrderedItem(item, quantity) for item, quantity in wanted.items]
            taken = await self._shop.take_order(conversation, key, items)
            troubles += _missing(wanted.items, taken)
        if wanted.country:
            sent = await self._shop.send_to(conversation, f"{key}:country", wanted.country)
            if isinstance(sent, NotDelivered):
                troubles.append(Trouble(Why.NOT_DELIVERED))
        if wanted.code:
            applied = await self._shop.apply_code(conversation, f"{key}:code", wanted.code)
            if isinstance(applied, CodeNotTaken):
                troubles.append(Trouble(Why.CODE_REFUSED, refusal=applied.refused.why))
        elif wanted.code is not None:
            await self._shop.drop_code(conversation, f"{key}:code")
        async with self._db.write() as tx:
            # What was refused stays told until the next change: a later look must not find it payable.
            kept = {**row.body, "troubles": msgspec.to_builtins(troubles)}
            await agent_checkouts.keep(tx, row.id, body=kept)
        return await self._seen(await self._row(row.id))

    async def _seen(self, row: Row[Any]) -> Purchase:
        cart = await self._shop.cart(row.conversation_id)
        order = await self._paid(row)
        found = msgspec.convert(row.body.get("troubles", []), list[Trouble]) if order is None else []
        if order is None and cart.lines:
            whys = {trouble.why for trouble in found}
            if not cart.deliveries and Why.NOT_DELIVERED not in whys:
                found.append(Trouble(Why.NOT_DELIVERED))
            if cart.code_refused is not None and Why.CODE_REFUSED not in whys:
                found.append(Trouble(Why.CODE_REFUSED, refusal=cart.code_refused.why))
        return Purchase(
            id=row.id,
            cart=cart,
            order=order,
            cancelled=row.state == "cancelled",
            pay_url=f"{self._public_url}/pay/{row.id}",
            expires_at=row.expires_at,
            troubles=tuple(found),
            said=row.body,
        )

    async def _paid(self, row: Row[Any]) -> OrderView | None:
        orders = await self._shop.orders_for_people(row.conversation_id)
        return next((order for order in orders if OrderState(order.state) in BOUGHT), None)

    async def _row(self, purchase: str) -> Row[Any]:
        async with self._db.read() as tx:
            row = await agent_checkouts.find(tx, self._protocol, purchase)
        if row is None or (row.expires_at < self._clock.now() and await self._paid(row) is None):
            raise NotFound("checkout_unknown", "There is no such checkout.")
        return row

    async def _still_open(self, row: Row[Any]) -> None:
        if row.state == "cancelled":
            raise Conflict("checkout_cancelled", "This checkout was cancelled.")
        if await self._paid(row) is not None:
            raise Conflict("checkout_completed", "This checkout was paid already.")


def _check(items: Sequence[tuple[str, int]]) -> None:
    if len(items) > MOST_ITEMS or any(not item or quantity < 1 for item, quantity in items):
        raise BadInput("items_bad", "Items are at most 99, each with an id and a quantity of one or more.")


def _missing(items: Sequence[tuple[str, int]], taken: OrderTaken) -> list[Trouble]:
    """Of each wanted item, in their order: that it is not known, or that there is too little of it."""
    inside = {name for line in taken.cart.lines for name in (line.sku, line.product_id)}
    short = {name: each for each in taken.short for name in (each.sku, each.product_id)}
    aged = {each.product_id for each in taken.ages}
    troubles = []
    for place, (item, _) in enumerate(items):
        if item in aged or (item not in inside and item not in short and aged):
            troubles.append(Trouble(Why.AGE, place))
        elif item in short:
            troubles.append(Trouble(Why.OUT_OF_STOCK, place, short[item].available))
        elif item not in inside:
            troubles.append(Trouble(Why.NOT_FOUND, place))
    return troubles


def _said(before: Mapping[str, Any], wanted: Wanted) -> dict[str, Any]:
    told = {"buyer": wanted.buyer, "destination": wanted.destination}
    code = {} if wanted.code is None else {"code": wanted.code}
    return {**before, **code, **{name: dict(value) for name, value in told.items() if value is not None}}
