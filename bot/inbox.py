"""What comes in, kept before it is answered: verify → parse → remember → store, commit, and only then 200.

A message is remembered by the platform's own id, so the same one again is the same row and no second turn. It does not
answer anybody: the worker does, woken by a hint that SQL can always repeat.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType
from typing import Any

import msgspec
import structlog

from bot.channels.base import Channel, Received
from bot.clock import Clock
from bot.conversation.messages import TEXT_LIMIT, Inbound, News
from bot.conversation.ownership import Owner
from bot.live import Live
from bot.news import Newsroom
from bot.storage import conversations, inbox, media, messages
from bot.storage.group import GroupCommit
from bot.storage.queue import SENDING, WORK, Queue
from bot.storage.sql import Database, Row, Transaction

LATE = timedelta(minutes=15)
"""A message that took longer from the customer to us is answered as an old one (Meta delivers again for 7 days)."""

log = structlog.get_logger()


@dataclass(slots=True)
class _Kept:
    """What follows from what was stored: how many messages were new, and which conversations can go on."""

    new: int = 0
    touched: set[int] = field(default_factory=set)
    unblocked: set[int] = field(default_factory=set)


class Inbox:
    """`locales`: the language of an account (channel, id), for customers who have not spoken yet."""

    def __init__(
        self,
        db: Database,
        queue: Queue,
        live: Live,
        newsroom: Newsroom,
        clock: Clock,
        locales: Mapping[tuple[str, str], str] = MappingProxyType({}),
    ) -> None:
        self._queue = queue
        self._live = live
        self._newsroom = newsroom
        self._clock = clock
        self._locales = locales
        self._group = GroupCommit(db, self._keep)

    async def accept(self, channel: Channel, received: Received) -> int:
        """Take a webhook's body; returns how many messages were new.

        Raises `SignatureRefused` or `BodyUnreadable`, and then nothing was written."""
        channel.verify(received)
        parsed = channel.parse(received)
        new = await self.store(parsed.items)
        log.info("inbox.accepted", channel=channel.name, items=len(parsed.items), new=new, ignored=parsed.ignored)
        return new

    async def store(self, items: Sequence[Inbound | News]) -> int:
        """Commit messages and news in their order, then wake who works on them; returns how many messages were new."""
        if not items:
            return 0
        kept = await self._group.add(items)
        for conversation_id in kept.touched:
            await self._queue.hint(WORK, conversation_id)
        for conversation_id in kept.unblocked:
            await self._queue.hint(SENDING, conversation_id)
        await self._live.wake()
        return kept.new

    async def _keep(self, tx: Transaction, items: Sequence[Inbound | News]) -> _Kept:
        kept = _Kept()
        for item in items:
            if isinstance(item, Inbound):
                conversation = await self._remember(tx, item)
                if conversation is not None:
                    kept.new += 1
                    kept.touched.add(conversation.id)
            else:
                waiting = await self._newsroom.take(tx, item)
                if waiting is not None:
                    kept.unblocked.add(waiting)
        return kept

    async def _remember(self, tx: Transaction, message: Inbound) -> Row[Any] | None:
        now = self._clock.now()
        locale = message.profile.locale or self._locales.get((message.key.channel, message.key.account))
        profile = msgspec.structs.replace(message.profile, locale=locale)
        conversation = await conversations.find_or_make(tx, message.key, profile, now, message.also)
        row = {
            "channel": message.key.channel,
            "account": message.key.account,
            "event_key": message.event_key[:300],
            "conversation_id": conversation.id,
            "body": msgspec.to_builtins(message),
            "sent_at": min(message.sent_at, now),
            "received_at": now,
        }
        inbox_id = await inbox.add(tx, row)
        if inbox_id is None:
            return None
        await conversations.name_contact(tx, conversation.contact_id, message.profile.name)
        if message.overheard:
            await inbox.finish(tx, inbox_id, "done", now)
        else:
            await conversations.hear_from(tx, conversation, message, now)
        await self._write_down(tx, conversation, inbox_id, message)
        return None if message.overheard else conversation

    async def _write_down(self, tx: Transaction, conversation: Row[Any], inbox_id: int, message: Inbound) -> None:
        now = self._clock.now()
        text = message.text[:TEXT_LIMIT]
        body = {
            "type": "text",
            "text": text,
            "kind": message.kind,
            "attachments": msgspec.to_builtins(message.attachments),
        }
        if message.subject:
            body["subject"] = message.subject
        if message.original:
            body["original"] = message.original
        # What an agent sees of it beside its words: what led here, what it asks about or orders, a filled form.
        for name in ("referral", "product", "items", "form"):
            if value := getattr(message, name):
                body[name] = msgspec.to_builtins(value)
        message_id = await messages.add_incoming(
            tx,
            conversation_id=conversation.id,
            inbox_id=inbox_id,
            text=text,
            payload=message.payload,
            body=body,
            now=now,
            late=now - message.sent_at > LATE,
        )
        await media.expect(tx, message_id, message.attachments, now)
        news = {"id": message_id, "author": "customer", "body": body, "event_key": message.event_key, "created_at": now}
        told = [(f"conversation:{conversation.id}", "message", news), (f"chat:{conversation.id}", "message", news)]
        told.append(("queue", "message", {"conversation_id": conversation.id}))
        if conversation.owner == Owner.BOT:
            told.append((f"chat:{conversation.id}", "typing", {"on": True}))
        await self._live.announce_all(tx, told)
