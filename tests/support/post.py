"""A shop that sends: real inbox, outbox, sender and database, one channel, a clock that the test moves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.channel_accounts import Account
from bot.channels.base import Channel
from bot.clock import FixedClock
from bot.conversation.identity import ConversationKey
from bot.conversation.messages import Author, Delivery, Inbound, Problem, Status
from bot.conversation.replies import Shown
from bot.inbox import Inbox
from bot.live import Live
from bot.news import Newsroom
from bot.outbox import Outbox
from bot.sender import Sender
from bot.storage import conversations, messages
from bot.storage.queue import Queue
from bot.storage.sql import Database
from bot.undelivered import Undelivered
from tests.support.databases import empty_database

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
KEY = ConversationKey("whatsapp", "777", "15551230000")


class Post:
    """A shop that sends: one customer, one platform, a clock that the test moves."""

    def __init__(
        self,
        folder: Path,
        queue_url: str,
        channel: Channel,
        *,
        account: str = KEY.account,
        templates: dict[str, str] | None = None,
    ) -> None:
        self.clock = FixedClock(NOW)
        self.db = Database(empty_database(folder))
        self.queue = Queue(queue_url)
        self.live = Live(self.db, self.queue, self.clock)
        undelivered = Undelivered(self.live, self.clock)
        self.inbox = Inbox(self.db, self.queue, self.live, Newsroom(self.live, undelivered, self.clock), self.clock)
        self.outbox = Outbox(self.live, self.queue, self.clock)
        self.channel = channel
        self.account = Account(channel="whatsapp", id=account, templates=templates or {})
        self.sender = Sender(
            db=self.db,
            queue=self.queue,
            live=self.live,
            clock=self.clock,
            channels={"whatsapp": channel},
            account={("whatsapp", account): self.account},
            undelivered=undelivered,
            name="test",
        )

    async def customer(self, customer: str = KEY.customer) -> int:
        key = ConversationKey(KEY.channel, self.account.id, customer)
        await self.inbox.store([Inbound(key, f"in.{customer}", self.clock.now(), text="hi")])
        async with self.db.read() as tx:
            row = await conversations.by_key(tx, key)
        assert row is not None
        return int(row.id)

    async def says(
        self,
        conversation_id: int,
        *replies: Shown,
        author: Author = Author.BOT,
        notice: bool = False,
        turn_id: str | None = None,
    ) -> list[int]:
        made = []
        async with self.db.write() as tx:
            conversation = await conversations.get(tx, conversation_id)
            for part, reply in enumerate(replies):
                made.append(
                    await self.outbox.say(
                        tx,
                        conversation=conversation,
                        author=author,
                        reply=reply,
                        notice=notice,
                        turn_id=turn_id,
                        part=part,
                    )
                )
        return made

    async def sends(self, conversation_id: int) -> None:
        """Send all that can be sent now."""
        while await self.sender.send_next(conversation_id):
            pass

    def later(self, **by: float) -> None:
        self.clock.set(self.clock.now() + timedelta(**by))

    async def delivery(self, message_id: int) -> str:
        async with self.db.read() as tx:
            return str((await messages.message(tx, message_id)).delivery)

    async def tickets(self) -> list[str]:
        async with self.db.read() as tx:
            rows = await tx.exec_driver_sql("SELECT reason FROM tickets ORDER BY id")
            return [row.reason for row in rows]

    async def hears(self, state: Delivery, ref: str, problem: Problem | None = None, code: int | None = None) -> None:
        status = Status("whatsapp", "777", f"wamid.{ref}", state, self.clock.now(), ref, code, problem=problem)
        await self.inbox.store([status])
