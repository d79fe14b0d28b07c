"""What is to go out, written in the transaction of whoever says it: the worker, an agent, a payment's confirmation.

Sending is `bot.sender`'s. It does not know channels: only which ones fetch what is said to them themselves.
"""

from __future__ import annotations

from typing import Any

from bot.clock import Clock
from bot.conversation.messages import Author
from bot.conversation.replies import Shown, reply_to
from bot.live import Live
from bot.storage import messages
from bot.storage.queue import SENDING, Queue
from bot.storage.sql import Row, Transaction
from bot.texting import Texting

PULLED = frozenset({"web", "voice", "ucp", "acp"})
"""Channels whose customers' side fetches: the page reads, the caller listens, the shopping agent asks."""


class Outbox:
    def __init__(self, live: Live, queue: Queue, clock: Clock, texting: Texting | None = None) -> None:
        self._live = live
        self._queue = queue
        self._clock = clock
        self._texting = texting
        self._beside: dict[int, set[int]] = {}

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
        if self._texting is not None:
            beside = await self._texting.beside(tx, conversation, author, reply, now, notice=notice)
            if beside.to is not None:
                mark = f"{turn_id}:text" if turn_id else None
                await self.say(tx, conversation=beside.to, author=author, reply=reply, turn_id=mark, part=part,
                               user_id=user_id, name=name, notice=notice)  # fmt: skip
                self._beside.setdefault(conversation.id, set()).add(beside.to.id)
            reply = beside.said
        message_id = await messages.add_outgoing(
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
        for sending in (conversation_id, *self._beside.pop(conversation_id, ())):
            await self._queue.hint(SENDING, sending)
        await self._live.wake()
