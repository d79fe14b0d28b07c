"""Between the platforms' webhooks and the inbox: what is answered 200 is kept first, and never waits for the database.

With SQLite a webhook is verified, understood and put into the spool, then answered; `run` carries the spool into the
inbox in its order, and again after a crash (the inbox knows every message by its id). With Postgres, where writers do
not wait for each other, the inbox itself is the first that keeps it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import structlog

from bot.channels.base import Channel, Received
from bot.inbox import Inbox
from bot.storage.spool import Spool, Spooled

_AT_ONCE = 20
_MOST_ATTEMPTS = 50
_LOOKS_EVERY_S = 5.0
_LONGEST_PAUSE_S = 5.0

log = structlog.get_logger()


class Intake:
    def __init__(self, inbox: Inbox, spool: Spool | None, channels: Mapping[str, Channel]) -> None:
        self._inbox = inbox
        self._spool = spool
        self._channels = channels
        self._news = asyncio.Event()

    async def accept(self, channel: Channel, received: Received) -> int:
        """Take a webhook's body; returns how many messages it held.

        Raises `SignatureRefused` or `BodyUnreadable`, and then nothing was kept."""
        if self._spool is None:
            return await self._inbox.accept(channel, received)
        channel.verify(received)
        parsed = channel.parse(received)
        if parsed.items:
            self._spool.add(channel.name, received.url, received.headers.get("content-type", ""), received.body)
            self._news.set()
        log.info("intake.kept", channel=channel.name, items=len(parsed.items), ignored=parsed.ignored)
        return len(parsed.inbound)

    async def run(self) -> None:
        """Carry what is kept into the inbox, for ever."""
        if self._spool is None:
            return
        pause = 0.0
        while True:
            self._news.clear()
            webhooks = self._spool.oldest(_AT_ONCE)
            if not webhooks:
                await self._more()
                continue
            well = await self._carry(webhooks, self._spool)
            pause = 0.0 if well else min(pause + 0.5, _LONGEST_PAUSE_S)
            await asyncio.sleep(pause)

    def close(self) -> None:
        if self._spool is not None:
            self._spool.close()

    async def _more(self) -> None:
        try:
            await asyncio.wait_for(self._news.wait(), _LOOKS_EVERY_S)
        except TimeoutError:
            return

    async def _carry(self, webhooks: list[Spooled], spool: Spool) -> bool:
        """Whether all of them are in the inbox now."""
        done = await asyncio.gather(*(self._store(webhook) for webhook in webhooks), return_exceptions=True)
        spool.remove([webhook.id for webhook, error in zip(webhooks, done, strict=True) if error is None])
        for webhook, error in zip(webhooks, done, strict=True):
            if isinstance(error, asyncio.CancelledError):
                raise error
            if isinstance(error, BaseException):
                last = webhook.attempts + 1 >= _MOST_ATTEMPTS
                spool.tried(webhook.id, given_up=repr(error)[:300] if last else None)
                log.error("intake.not_stored", webhook=webhook.id, channel=webhook.channel, last=last, exc_info=error)
        return not any(done)

    async def _store(self, webhook: Spooled) -> None:
        """Raises KeyError where the channel was switched off meanwhile: it waits until it is on again."""
        received = Received(webhook.url, {"content-type": webhook.content_type}, webhook.body)
        await self._inbox.store(self._channels[webhook.channel].parse(received).items)
