"""What is done beside a turn, best effort and not waited for: the message is shown as read and an answer as being
written, and a customer whose name no message tells is looked up at the platform, once in the life of a process.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from typing import Any

import structlog

from bot.channels.base import Channel, ChannelError, KnowsNames
from bot.conversation.messages import Inbound
from bot.storage import contacts, conversations
from bot.storage.sql import Database, Row

log = structlog.get_logger()


class Courtesies:
    def __init__(self, db: Database, channels: Mapping[str, Channel]) -> None:
        self._db = db
        self._channels = channels
        self._tasks: set[asyncio.Task[None]] = set()
        self._looked_up: set[int] = set()

    def show(self, conversation: Row[Any], message: Inbound) -> None:
        """Begin, for a message that is being answered now."""
        channel = self._channels.get(conversation.channel)
        if channel is None:
            return
        key = message.key
        self._begin(channel.seen(key.account, key.customer, message.event_key))
        if isinstance(channel, KnowsNames) and conversation.contact_id not in self._looked_up:
            self._looked_up.add(conversation.contact_id)
            self._begin(self._name(channel, conversation.contact_id, message))

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _name(self, channel: KnowsNames, contact_id: int, message: Inbound) -> None:
        async with self._db.read() as tx:
            if await contacts.name_of(tx, contact_id):
                return
        try:
            name = await channel.name_of(message.key.account, message.key.customer)
        except ChannelError as error:
            log.info("courtesies.no_name", channel=message.key.channel, code=error.code)
            return
        async with self._db.write() as tx:
            await conversations.name_contact(tx, contact_id, name)
