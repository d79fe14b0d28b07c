"""What is to go out, written in the transaction of whoever says it: the worker, an agent, a payment's confirmation.

Sending is `bot.sender`'s. It does not know channels: only which ones fetch what is said to them themselves.
"""

from __future__ import annotations

from typing import Any

from bot.clock import Clock
from bot.conversation.messages import Author
from bot.conversation.replies import Shown, reply_to
from bot.live import Live
from bot.storage import conversations
from bot.storage.queue import SENDING, Queue
from bot.storage.sql import Row, Transaction

PULLED = frozenset({"web", "voice"})
"""Channels whose customers' side fetches: the page reads, the caller listens."""


class Outbox:
    def __init__(self, live: Live, queue: Queue, clock: Clock) -> None:
        self._live = live
        self._queue = queue
        self._clock = clock

    async def say(
        self,
        tx: Transaction,
        *,
        conversation: Row[Any],
        author: Author,
        reply: Shown,
        turn_id: str | None = None,
        part: int = 0,
        user_id: int | None = None,
        name: str = "",
        notice: bool = False,
    ) -> int:
        """Write a message of ours in this transaction. Call `wake` after it committed. A `notice` is what nobody waits
        for: it goes behind the replies."""
        now = self._clock.now()
        message_id = await conversations.add_outgoing(
            tx,
            conversation=conversation,
            author=author,
            reply=reply,
            now=now,
            turn_id=turn_id,
            part=part,
            user_id=user_id,
            pulled=conversation.channel in PULLED,
            notice=notice,
        )
        news = {
            "id": message_id,
            "author": author.value,
            "name": name,
            "body": reply_to(reply),
            "created_at": now,
            "delivery": "sent" if conversation.channel in PULLED else "queued",
        }
        for topic in (f"conversation:{conversation.id}", f"chat:{conversation.id}"):
            await self._live.announce(tx, topic, "message", news)
        return message_id

    async def wake(self, conversation_id: int) -> None:
        await self._queue.hint(SENDING, conversation_id)
        await self._live.wake()
