"""A customer who is erased leaves no word, name or identity behind; the books stay."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import create_engine, text

from bot.clock import SystemClock
from bot.conversation.identity import ConversationKey, Profile
from bot.conversation.messages import Inbound
from bot.inbox import Inbox
from bot.live import Live
from bot.news import Newsroom
from bot.storage.erasure import contact_of, erase
from bot.storage.queue import Queue
from bot.storage.schema import metadata
from bot.storage.sql import Database, migrate
from bot.undelivered import Undelivered

NOW = datetime(2026, 11, 22, tzinfo=UTC)
KEY = ConversationKey("whatsapp", "777", "15551230000")
SECRET_WORDS = "my door code is 4711"


async def test_nothing_that_a_customer_said_is_left_in_any_table(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    migrate(url)
    db, queue, clock = Database(url), Queue("redis://127.0.0.1:1/0"), SystemClock()
    live = Live(db, queue, clock)
    inbox = Inbox(db, queue, live, Newsroom(live, Undelivered(live, clock), clock), clock)
    profile = Profile(name="Maya Okafor", phone="+15551230000")
    await inbox.store([Inbound(KEY, "wamid.1", NOW, text=SECRET_WORDS, profile=profile)])

    async with db.write() as tx:
        contact = await contact_of(tx, ConversationKey("whatsapp", "", KEY.customer))
        assert contact is not None
        done = await erase(tx, contact, NOW)
    assert (done.conversations, done.messages) == (1, 1)
    await db.close()
    await queue.close()

    engine = create_engine(url)
    with engine.connect() as connection:
        for table in metadata.tables:
            for row in connection.execute(text(f"SELECT * FROM {table}")):
                for wanted in (SECRET_WORDS, "Maya", KEY.customer):
                    assert wanted not in str(row), f"{wanted!r} is still in {table}"
    engine.dispose()
