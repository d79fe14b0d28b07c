"""What comes in, kept before it is answered: verify → parse → remember → store, commit, and only then 200.

A message is remembered by the platform's own id, so the same one again is the same row and no second turn. It does not
answer anybody: the worker does, woken by a hint that SQL can always repeat.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import structlog

from bot.channels.base import Channel
from bot.clock import Clock
from bot.conversation.messages import TEXT_LIMIT, Inbound, Status
from bot.conversation.ownership import Owner
from bot.live import Live
from bot.storage import conversations, inbox, outbox
from bot.storage.queue import WORK, Queue
from bot.storage.sql import Database, Row, Transaction

log = structlog.get_logger()


class Inbox:
    def __init__(self, db: Database, queue: Queue, live: Live, clock: Clock) -> None:
        self._db = db
        self._queue = queue
        self._live = live
        self._clock = clock

    async def accept(self, channel: Channel, headers: Mapping[str, str], body: bytes) -> int:
        """Take a webhook's body; returns how many messages were new.

        Raises `SignatureRefused` or `BodyUnreadable`, and then nothing was written."""
        channel.verify(headers, body)
        parsed = channel.parse(body)
        new = await self.store(parsed.inbound, parsed.statuses)
        log.info(
            "inbox.accepted",
            channel=channel.name,
            messages=len(parsed.inbound),
            new=new,
            statuses=len(parsed.statuses),
            ignored=parsed.ignored,
        )
        return new

    async def store(self, inbound: Sequence[Inbound], statuses: Sequence[Status] = ()) -> int:
        """Commit messages and statuses, then wake who works on them; returns how many messages were new."""
        if not inbound and not statuses:
            return 0
        touched: set[int] = set()
        async with self._db.write() as tx:
            for message in inbound:
                conversation = await self._remember(tx, message)
                if conversation is not None:
                    touched.add(conversation.id)
            for status in statuses:
                await self._fold(tx, status)
        for conversation_id in touched:
            await self._queue.hint(WORK, conversation_id)
        await self._live.wake()
        return len(touched)

    async def _remember(self, tx: Transaction, message: Inbound) -> Row[Any] | None:
        now = self._clock.now()
        conversation = await conversations.find_or_make(tx, message.key, message.profile, now)
        row = {
            "channel": message.key.channel,
            "account": message.key.account,
            "event_key": message.event_key,
            "conversation_id": conversation.id,
            "body": msgspec.to_builtins(message),
            "sent_at": min(message.sent_at, now),
            "received_at": now,
        }
        inbox_id = await inbox.add(tx, row)
        if inbox_id is None:
            return None
        await conversations.name_contact(tx, conversation.contact_id, message.profile.name)
        await self._write_down(tx, conversation, inbox_id, message)
        return conversation

    async def _write_down(self, tx: Transaction, conversation: Row[Any], inbox_id: int, message: Inbound) -> None:
        now = self._clock.now()
        text = message.text[:TEXT_LIMIT]
        body = {
            "type": "text",
            "text": text,
            "kind": message.kind,
            "attachments": msgspec.to_builtins(message.attachments),
        }
        message_id = await conversations.add_incoming(
            tx,
            conversation_id=conversation.id,
            inbox_id=inbox_id,
            text=text,
            payload=message.payload,
            body=body,
            now=now,
        )
        news = {"id": message_id, "author": "customer", "body": body, "event_key": message.event_key, "created_at": now}
        for topic in (f"conversation:{conversation.id}", f"chat:{conversation.id}"):
            await self._live.announce(tx, topic, "message", news)
        await self._live.announce(tx, "queue", "message", {"conversation_id": conversation.id})
        if conversation.owner == Owner.BOT:
            await self._live.announce(tx, f"chat:{conversation.id}", "typing", {"on": True})

    async def _fold(self, tx: Transaction, status: Status) -> None:
        moved = await outbox.fold_status(
            tx,
            provider_id=status.provider_id,
            ref=status.outbox_ref.partition(".")[0] if status.outbox_ref else None,
            state=status.state,
            error_code=status.error_code,
            error_title=status.error_title,
        )
        if moved is not None:
            news = {"id": moved.id, "delivery": moved.delivery}
            await self._live.announce(tx, f"conversation:{moved.conversation_id}", "delivery", news)
