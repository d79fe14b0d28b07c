"""A shop floor without HTTP: a fresh database, agents, a customer who has written. Redis is down, nothing misses it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import select

from bot.accounts import Role, User
from bot.clock import FixedClock
from bot.conversation.identity import ConversationKey, Profile
from bot.conversation.messages import Inbound
from bot.handoff.policy import Reason
from bot.handoff.queue import Ticket, open_ticket, ticket_from
from bot.handoff.takeover import Takeover
from bot.inbox import Inbox
from bot.live import Live
from bot.news import Newsroom
from bot.outbox import Outbox
from bot.storage import accounts, conversations, inbox, tickets
from bot.storage.queue import Queue
from bot.storage.sql import Database
from bot.storage.tables import audit, events, live_events, messages
from bot.undelivered import Undelivered

MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Floor:
    def __init__(self, db: Database) -> None:
        self.db = db
        self.clock = FixedClock(MORNING)
        queue = Queue("redis://127.0.0.1:9/0")
        self.live = Live(db, queue, self.clock)
        self.outbox = Outbox(self.live, queue, self.clock)
        self.inbox = Inbox(
            db, queue, self.live, Newsroom(self.live, Undelivered(self.live, self.clock), self.clock), self.clock
        )
        self.takeover = Takeover(db, self.live, self.outbox, self.clock)
        self._names = count(1)

    def later(self, seconds: float = 1) -> None:
        self.clock.set(self.clock.now() + timedelta(seconds=seconds))

    async def agent(self, name: str, role: Role = Role.AGENT) -> User:
        email = f"{name.lower()}@souk.test"
        async with self.db.write() as tx:
            await accounts.put_user(tx, email, name, role.value, "no log-in", self.clock.now())
            row = await accounts.user_by_email(tx, email)
        assert row is not None
        return User(row.id, email, name, role)

    async def customer_writes(self, text: str, customer: str = "ada", channel: str = "web") -> int:
        """The id of the customer's conversation; the message lies in the inbox, unworked."""
        self.later()
        key = ConversationKey(channel, "shop", customer)
        said = Inbound(
            key, f"m{next(self._names)}", self.clock.now(), text=text, profile=Profile(name=customer.title())
        )
        await self.inbox.store([said])
        async with self.db.read() as tx:
            row = await conversations.by_key(tx, key)
        assert row is not None
        return int(row.id)

    async def hear(self, conversation: int) -> None:
        """What the worker does with a person's conversation: mark what came in as done, without a turn."""
        async with self.db.write() as tx:
            while (row := await inbox.next_new(tx, conversation)) is not None:
                await inbox.finish(tx, row.id, "done", self.clock.now())

    async def turn(self, conversation: int, *, in_time: bool = True) -> None:
        """What the worker does with the bot's conversation: one turn for each message.

        An answer that is not `in_time` comes after a person took over: it is recorded and leaves no events."""
        async with self.db.write() as tx:
            while (row := await inbox.next_new(tx, conversation)) is not None:
                turn = conversations.TurnRow(
                    id=f"t{row.id}",
                    conversation_id=conversation,
                    inbox_id=row.id,
                    text=row.body["text"],
                    model="m",
                    intent="greet",
                    confidence=0.9,
                    understood=True,
                    trace={},
                    review=None,
                )
                await conversations.add_turn(tx, turn, self.clock.now())
                if in_time:
                    heard = {"event": "user", "text": turn.text}
                    await conversations.add_events(tx, conversation, turn.id, [heard], self.clock.now())
                await inbox.finish(tx, row.id, "done", self.clock.now())

    async def hand_off(
        self, conversation: int, reason: Reason = Reason.ASKED_FOR_PERSON, priority: int = 0
    ) -> int | None:
        async with self.db.write() as tx:
            return await open_ticket(
                tx,
                self.live,
                conversation=conversation,
                reason=reason,
                summary="Asked for a person.",
                priority=priority,
                now=self.clock.now(),
            )

    async def ticket(self, ticket_id: int) -> Ticket:
        async with self.db.read() as tx:
            return ticket_from(await tickets.get(tx, ticket_id))

    async def conversation(self, conversation_id: int) -> Any:
        async with self.db.read() as tx:
            return await conversations.get(tx, conversation_id)

    async def told(self, topic: str) -> list[tuple[str, dict[str, Any]]]:
        """The live events of a topic, oldest first."""
        query = select(live_events.c.kind, live_events.c.data).where(live_events.c.topic == topic)
        async with self.db.read() as tx:
            return [(kind, data) for kind, data in (await tx.execute(query.order_by(live_events.c.id))).all()]

    async def audited(self) -> list[tuple[str, int | None]]:
        async with self.db.read() as tx:
            rows = (await tx.execute(select(audit.c.what, audit.c.user_id).order_by(audit.c.id))).all()
        return [(what, user_id) for what, user_id in rows]

    async def written(self, author: str = "agent") -> list[str]:
        query = select(messages.c.text).where(messages.c.author == author).order_by(messages.c.id)
        async with self.db.read() as tx:
            return list((await tx.execute(query)).scalars())

    async def told_to_bot(self, conversation: int) -> list[tuple[str, str]]:
        """Who said what, as the bot was told of it after a stay with people."""
        query = select(events.c.body).where(events.c.conversation_id == conversation).order_by(events.c.id)
        async with self.db.read() as tx:
            bodies = list((await tx.execute(query)).scalars())
        return [(body["data"]["author"], body["text"]) for body in bodies if body["event"] == "agent"]
