"""What a contact has agreed to: whether the shop may send news and offers. It sends nothing itself.

Messages about a customer's own orders need no such word and do not ask here.
"""

from __future__ import annotations

from bot.clock import Clock
from bot.storage import contacts
from bot.storage.sql import Database


class Consent:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def keep(self, conversation_id: int, *, news: bool) -> None:
        """Write down what the contact behind a conversation has said, and when. Said twice it keeps the first time."""
        async with self._db.write() as tx:
            await contacts.keep_news(tx, conversation_id, news=news, at=self._clock.now())

    async def news(self, conversation_id: int) -> bool | None:
        """Whether the contact wants news; None where nothing was ever said."""
        async with self._db.read() as tx:
            return await contacts.news_of(tx, conversation_id)
