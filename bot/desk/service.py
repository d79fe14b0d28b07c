"""The desk as one agent sees it: the queue, the conversations, one conversation with all that belongs to it.

Who may change what in a conversation is decided by `bot.handoff.takeover`; this reads. Carts and orders come from the
shop, by two functions that the composition gives.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from bot.accounts import User
from bot.clock import Clock
from bot.desk import goods_reading, reading, transcript
from bot.desk.ends import Ends
from bot.desk.said import DeskMessage, Transcript, WholeMessage
from bot.desk.words import ConversationList, ConversationView, QueueView
from bot.errors import BadInput, Conflict, NotFound
from bot.handoff.queue import QUEUE
from bot.live import Live
from bot.selling.answers import CartView
from bot.selling.order_answers import OrderView
from bot.storage import alarms, tickets
from bot.storage import desk as store
from bot.storage.sql import Database, Row, Transaction

CartOf = Callable[[int], Awaitable[CartView]]
OrdersOf = Callable[[int], Awaitable[Sequence[OrderView]]]

PAGE = 50
_QUEUE_LIMIT = 300
_TURNS = 5
_ORDERS = 10
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PLACE = re.compile(r"([0-9]{1,16})-([0-9]{1,18})")

log = structlog.get_logger()


class Desk:
    """`cart` and `orders` are those of a conversation's contact (`Shop.cart`, `Shop.orders`)."""

    def __init__(self, *, db: Database, live: Live, clock: Clock, cart: CartOf, orders: OrdersOf, ends: Ends) -> None:
        self._db = db
        self._live = live
        self._clock = clock
        self._cart = cart
        self._orders = orders
        self._ends = ends

    async def queue(self, user: User) -> QueueView:
        """At most 300 lines; the counts count all."""
        async with self._db.read() as tx:
            rows = await store.queue(tx, _QUEUE_LIMIT)
            counts = await store.count_open(tx)
            trouble = await alarms.open_ones(tx)
            waiting = await store.waiting_to_go(tx) if trouble else {}
        told = [reading.alarm(row, waiting, self._ends) for row in trouble]
        return reading.queue_view(rows, counts, told, user.id, self._ends, self._clock.now())

    async def conversations(
        self, user: User, *, search: str, channels: Sequence[str], before: tuple[datetime, int] | None, limit: int
    ) -> ConversationList:
        """`before` is the place of the last one that was read, as `next` told it."""
        async with self._db.read() as tx:
            rows = await store.recent(tx, search=search.strip(), channels=channels, before=before, limit=limit + 1)
        lines = [reading.line(row, user.id, self._ends) for row in rows[:limit]]
        return ConversationList(lines, next=place_of(rows[limit - 1]) if len(rows) > limit else None)

    async def conversation(self, conversation_id: int, user: User) -> ConversationView:
        """Raises NotFound."""
        async with self._db.read() as tx:
            row = await store.conversation(tx, conversation_id)
            if row is None:
                raise NotFound("no_conversation", "There is no such conversation.")
            names = await store.identities_of(tx, row.contact_id)
            said = await store.page_of_messages(tx, conversation_id, before=None, limit=PAGE + 1)
            shown = await transcript.transcript(tx, said, PAGE)
            led = await store.last_referral(tx, conversation_id)
            turns = await store.last_turns(tx, conversation_id, _TURNS)
            notes = await tickets.notes_of(tx, conversation_id)
            audit = await tickets.audit_of(tx, conversation_id)
            bought = await store.orders_of(tx, row.contact_id, _ORDERS)
        cart = await self._cart(conversation_id)
        orders = await self._orders(conversation_id)
        now = self._clock.now()
        return ConversationView(
            id=row.id,
            channel=row.channel,
            account=self._ends.called(row.channel, row.account),
            reach=self._ends.reach(row, now),
            reactions=self._ends.reactions(row.channel),
            proven=row.proven,
            came_from=transcript.came_from(led.body, led.created_at) if led is not None else None,
            owner=row.owner,
            owner_version=row.owner_version,
            ticket=reading.held(row, user.id),
            contact=reading.contact(row, names, self._ends),
            cart=goods_reading.cart(cart),
            orders=[goods_reading.order(one, bought.get(one.number)) for one in orders[:_ORDERS]],
            summary=row.summary or "",
            understood=[reading.understood(one) for one in turns],
            notes=[reading.note(one) for one in notes],
            history=reading.history(audit),
            transcript=shown,
            now=now,
        )

    async def messages(self, conversation_id: int, before: int | None) -> Transcript:
        async with self._db.read() as tx:
            rows = await store.page_of_messages(tx, conversation_id, before=before, limit=PAGE + 1)
            return await transcript.transcript(tx, rows, PAGE)

    async def message(self, message_id: int) -> DeskMessage:
        """Raises NotFound."""
        async with self._db.read() as tx:
            [message] = await transcript.messages(tx, [await _said(tx, message_id)])
        return message

    async def whole(self, message_id: int) -> WholeMessage:
        """Raises NotFound."""
        async with self._db.read() as tx:
            row = await _said(tx, message_id)
        return WholeMessage(row.body.get("original") or row.text)

    async def alarm_seen(self, alarm_id: int, user: User) -> None:
        """Somebody has seen to it. Raises NotFound where it is not open, Conflict where only mending ends it."""
        async with self._db.write() as tx:
            row = next((one for one in await alarms.open_ones(tx) if one.id == alarm_id), None)
            if row is None:
                raise NotFound("no_alarm", "This has been seen to already.")
            if row.stops:
                raise Conflict("not_mended", "It ends by itself as soon as a message gets through again.")
            await alarms.close(tx, alarm_id, self._clock.now())
            log.info("desk.alarm_seen", alarm_id=alarm_id, channel=row.channel, account=row.account, user_id=user.id)
            await self._live.announce(tx, QUEUE, "alarm", {"channel": row.channel, "open": False})
        await self._live.wake()

    async def open_ticket(self, conversation_id: int) -> int:
        """The id of the conversation's open ticket. Raises Conflict while the bot owns it."""
        async with self._db.read() as tx:
            row = await tickets.open_of(tx, conversation_id)
        if row is None:
            raise Conflict("ticket_closed", "The bot has this conversation now; take it over to write in it.")
        ticket_id: int = row.id
        return ticket_id


def place_of(row: Row[Any]) -> str:
    """Where a conversation stands in the list: microseconds of its last message, and its id."""
    return f"{(row.last_message_at - _EPOCH) // timedelta(microseconds=1)}-{row.id}"


def place_from(told: str) -> tuple[datetime, int]:
    """The place that `place_of` told. Raises BadInput."""
    found = _PLACE.fullmatch(told)
    if found is None:
        raise BadInput("bad_place", "before is what `next` told.")
    return _EPOCH + timedelta(microseconds=int(found[1])), int(found[2])


async def _said(tx: Transaction, message_id: int) -> Row[Any]:
    row = await store.message(tx, message_id)
    if row is None:
        raise NotFound("no_message", "There is no such message.")
    return row
