"""The desk as one agent sees it: the queue, the conversations, one conversation with all that belongs to it.

Who may change what is decided by `bot.handoff.takeover`; this reads. Carts and orders come from the shop, by two
functions that the composition gives.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from bot.accounts import User
from bot.clock import Clock
from bot.desk import reading
from bot.desk.words import ConversationList, ConversationView, DeskMessage, QueueView, Transcript
from bot.errors import Conflict, NotFound
from bot.selling.answers import CartView, OrderView
from bot.storage import desk as store
from bot.storage import tickets
from bot.storage.sql import Database

CartOf = Callable[[int], Awaitable[CartView]]
OrdersOf = Callable[[int], Awaitable[Sequence[OrderView]]]

PAGE = 50
_QUEUE_LIMIT = 300
_TURNS = 5
_ORDERS = 10


class Desk:
    """`cart` and `orders` are those of a conversation's contact (`Shop.cart`, `Shop.orders`)."""

    def __init__(self, *, db: Database, clock: Clock, cart: CartOf, orders: OrdersOf) -> None:
        self._db = db
        self._clock = clock
        self._cart = cart
        self._orders = orders

    async def queue(self, user: User) -> QueueView:
        """At most 300 lines; the counts count all."""
        async with self._db.read() as tx:
            rows = await store.queue(tx, _QUEUE_LIMIT)
            counts = await store.count_open(tx)
        return reading.queue_view(rows, counts, user.id, self._clock.now())

    async def conversations(self, user: User, *, search: str, limit: int) -> ConversationList:
        async with self._db.read() as tx:
            rows = await store.recent(tx, search=search.strip(), limit=limit)
        return ConversationList([reading.line(row, user.id) for row in rows])

    async def conversation(self, conversation_id: int, user: User) -> ConversationView:
        """Raises NotFound."""
        async with self._db.read() as tx:
            row = await store.conversation(tx, conversation_id)
            if row is None:
                raise NotFound("no_conversation", "There is no such conversation.")
            said = await store.page_of_messages(tx, conversation_id, before=None, limit=PAGE + 1)
            turns = await store.last_turns(tx, conversation_id, _TURNS)
            notes = await tickets.notes_of(tx, conversation_id)
            audit = await tickets.audit_of(tx, conversation_id)
        cart = await self._cart(conversation_id)
        orders = await self._orders(conversation_id)
        return ConversationView(
            id=row.id,
            channel=row.channel,
            owner=row.owner,
            owner_version=row.owner_version,
            ticket=reading.held(row, user.id),
            contact=reading.contact(row),
            cart=reading.cart(cart),
            orders=[reading.order(one) for one in orders[:_ORDERS]],
            summary=row.summary or "",
            understood=[reading.understood(one) for one in turns],
            notes=[reading.note(one) for one in notes],
            history=reading.history(audit),
            transcript=reading.transcript(said, PAGE),
            now=self._clock.now(),
        )

    async def messages(self, conversation_id: int, before: int | None) -> Transcript:
        async with self._db.read() as tx:
            rows = await store.page_of_messages(tx, conversation_id, before=before, limit=PAGE + 1)
        return reading.transcript(rows, PAGE)

    async def message(self, message_id: int) -> DeskMessage:
        async with self._db.read() as tx:
            return reading.message(await store.message(tx, message_id))

    async def open_ticket(self, conversation_id: int) -> int:
        """The id of the conversation's open ticket. Raises Conflict while the bot owns it."""
        async with self._db.read() as tx:
            row = await tickets.open_of(tx, conversation_id)
        if row is None:
            raise Conflict("ticket_closed", "The bot has this conversation now; take it over to write in it.")
        ticket_id: int = row.id
        return ticket_id
