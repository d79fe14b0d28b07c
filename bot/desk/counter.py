"""The counter as an agent stands behind it: the customer's own cart, changed and sent to the till for them.

The shop (`bot.selling`) decides what can be done; here is who may ask for it, on which picture of the cart, and what
the customer is told. Only whoever holds the conversation changes anything.
"""

from __future__ import annotations

from typing import Any

import msgspec

from bot.accounts import User
from bot.clock import Clock
from bot.commerce.query import read_query
from bot.commerce.shipping import ShippingTable
from bot.conversation.replies import Text
from bot.desk import cart_edits, goods_reading
from bot.desk.cart_lines import CartNews
from bot.desk.ends import Ends
from bot.desk.goods import (
    CartEdit,
    Country,
    DeskCart,
    ProductsFound,
)
from bot.desk.refusals import checkout_refusal
from bot.desk.words import Reach
from bot.errors import Conflict, NotFound
from bot.handoff.queue import TicketState
from bot.handoff.takeover import Takeover, require_client_id
from bot.live import Live
from bot.selling.cart_watch import CartMovedOn
from bot.selling.order_answers import CheckoutOpened
from bot.selling.shop import Shop
from bot.storage import desk as store
from bot.storage import idempotency, tickets
from bot.storage.sql import Database, Row

_FOUND = 8


class DeskCounter:
    def __init__(
        self,
        *,
        db: Database,
        shop: Shop,
        takeover: Takeover,
        live: Live,
        clock: Clock,
        ends: Ends,
        shipping: ShippingTable,
    ) -> None:
        self._db = db
        self._shop = shop
        self._takeover = takeover
        self._live = live
        self._clock = clock
        self._ends = ends
        self._shipping = shipping

    # -- looking -------------------------------------------------------------------------------------------------------

    async def cart(self, conversation_id: int) -> DeskCart:
        """Raises NotFound."""
        return goods_reading.cart(await self._shop.cart(conversation_id))

    async def products(self, conversation_id: int, words: str) -> ProductsFound:
        """What fits the words, in the customer's currency. Raises NotFound, `Unavailable` without an index."""
        found = await self._shop.search(conversation_id, read_query(words), limit=_FOUND)
        return goods_reading.found(found, [await self._shop.product(conversation_id, x.id) for x in found.products])

    async def product(self, conversation_id: int, product_id: str) -> ProductsFound:
        """That one, alone. Raises NotFound."""
        page = await self._shop.product(conversation_id, product_id)
        return ProductsFound([goods_reading.product(page)], total=1, exact=True)

    def countries(self) -> list[Country]:
        """Where the shop delivers to, by name."""
        names = goods_reading.country_names()
        listed = [Country(code, name) for code, name in names.items() if self._shipping.ways(code)]
        return sorted(listed, key=lambda country: country.name)

    # -- doing ---------------------------------------------------------------------------------------------------------

    async def edit(self, conversation_id: int, user: User, version: int, edit: CartEdit) -> DeskCart:
        """One change of the cart; `version` is the one that was looked at.

        Raises NotFound, BadInput, and Conflict: `not_yours` or `ticket_closed` for anybody but the holder,
        `cart_moved_on` with the `cart` as it is, those of `bot.desk.refusals`, `out_of_reach` where the customer is to
        be told and cannot be."""
        require_client_id(edit.client_id)
        conversation = await self._held(conversation_id, user)
        if edit.tell:
            self._require_reach(conversation)
        key = f"desk:{user.id}:{edit.client_id}"
        news = CartNews(user.name, conversation.locale)
        try:
            cart, line = await cart_edits.apply(self._shop.at_the_desk(version), conversation_id, key, edit, news)
        except CartMovedOn as moved:
            raise await self._moved_on(conversation_id) from moved
        await self._write_down(conversation_id, user, edit, key)
        if edit.tell and cart is not None and line is not None:
            words = Text(f"{line} {news.total(cart)}")
            await self._takeover.show(conversation.ticket_id, user, words, client_id=edit.client_id)
        return await self.cart(conversation_id)

    async def send_checkout(self, conversation_id: int, user: User, version: int, client_id: str) -> int:
        """Open the checkout of the cart that was looked at, and send the customer its link; the message's id.

        Raises as `edit` does, and Conflict `cart_empty`, `below_minimum`, `sold_out`, `payment_arriving`;
        `SenderUnproven` where nobody vouches for who writes; Unavailable `payments_down`: the same `client_id` again
        carries on."""
        require_client_id(client_id)
        conversation = await self._held(conversation_id, user)
        self._require_reach(conversation)
        try:
            key = f"desk:{user.id}:{client_id}"
            answer = await self._shop.at_the_desk(version).checkout(conversation_id, key)
        except CartMovedOn as moved:
            raise await self._moved_on(conversation_id) from moved
        refused = checkout_refusal(answer)
        if refused is not None or not isinstance(answer, CheckoutOpened):
            raise refused or AssertionError(answer)
        link = CartNews(user.name, conversation.locale).checkout(answer, self._clock.now())
        return await self._takeover.show(conversation.ticket_id, user, link, client_id=client_id)

    async def _write_down(self, conversation_id: int, user: User, edit: CartEdit, key: str) -> None:
        """Who did what, once."""
        now = self._clock.now()
        detail = {name: value for name, value in msgspec.to_builtins(edit).items() if name not in ("client_id", "tell")}
        async with self._db.write() as tx:
            if await idempotency.claim(tx, f"{key}:audit", now):
                await tickets.add_audit(tx, user.id, "cart_changed", conversation_id, detail, now)
        await self._live.wake()

    async def _moved_on(self, conversation_id: int) -> Conflict:
        cart = await self.cart(conversation_id)
        words = "The cart changed in the meantime, so nothing was done. Look at it again."
        return Conflict("cart_moved_on", words, version=cart.version, cart=cart)

    async def _held(self, conversation_id: int, user: User) -> Row[Any]:
        """The conversation that this agent holds. Raises NotFound, Conflict."""
        async with self._db.read() as tx:
            row = await store.conversation(tx, conversation_id)
        if row is None:
            raise NotFound("no_conversation", "There is no such conversation.")
        if row.ticket_id is None:
            raise Conflict("ticket_closed", "The bot has this conversation now; take it over to sell in it.")
        if row.state != TicketState.CLAIMED:
            raise Conflict("not_yours", "Claim this conversation first.", by=None)
        if row.agent_id != user.id:
            raise Conflict("not_yours", f"{row.agent} has this conversation.", by=row.agent)
        return row

    def _require_reach(self, conversation: Row[Any]) -> None:
        if self._ends.reach(conversation, self._clock.now()).state not in (Reach.OPEN, Reach.PERSON):
            raise Conflict("out_of_reach", "The customer cannot be written to just now, so nothing was done.")
