"""Customers' files, fetched from the platforms that keep them for days, and kept for the people of the shop.

Fetching has nothing to do with answering: a message is a turn at once, and its picture follows when the platform hands
it out. What cannot be had is tried again with growing pauses for as long as Meta keeps files.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import structlog

from bot.channels.base import Channel, ChannelError, ChannelUnavailable, FetchesMedia, MediaGone, MediaNotTaken
from bot.clock import Clock
from bot.conversation.messages import Attachment
from bot.errors import NotFound
from bot.live import Live
from bot.storage import media
from bot.storage.media_files import MediaFiles
from bot.storage.sql import Database, Row, Transaction
from bot.telemetry import count

KEPT_BY_PLATFORM = timedelta(days=7)
"""How long Meta keeps what customers send (media reference); what was not fetched by then is gone."""
_LOOKS_EVERY_S = 2.0
_SWEPT_EVERY_S = 3600.0
_AT_ONCE = 4
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=6)
_CLAIMED = timedelta(minutes=10)

log = structlog.get_logger()


class Kept(msgspec.Struct, frozen=True):
    """A file that is here. `mime_type` and `filename` are the sender's words."""

    path: Path
    mime_type: str
    filename: str


class Media:
    def __init__(
        self, *, db: Database, live: Live, clock: Clock, channels: Mapping[str, Channel], files: MediaFiles
    ) -> None:
        self._db = db
        self._live = live
        self._clock = clock
        self._channels = channels
        self._files = files

    async def run(self) -> None:
        """Fetch until cancelled; any number of workers may."""
        swept = 0.0
        while True:
            try:
                if time.monotonic() - swept > _SWEPT_EVERY_S:
                    swept = time.monotonic()
                    await self.sweep()
                found = await self.fetch_due()
            except Exception:
                log.exception("media.failed")
                found = 0
            if not found:
                await asyncio.sleep(_LOOKS_EVERY_S)

    async def fetch_due(self) -> int:
        """Try what is due now; returns how many files that were."""
        async with self._db.read() as tx:
            rows = await media.due(tx, self._clock.now(), _AT_ONCE)
        mine = [row for row in rows if await self._claim(row)]
        await asyncio.gather(*(self._fetch(row) for row in mine))
        return len(mine)

    async def sweep(self) -> None:
        """Remove files that no message has any more: taken back, or left over where a process died."""
        old = await asyncio.to_thread(self._files.older_than, _SWEPT_EVERY_S)
        async with self._db.read() as tx:
            unwanted = await media.nobodys(tx, old)
        await asyncio.to_thread(self._files.remove, unwanted)

    async def _claim(self, row: Row[Any]) -> bool:
        async with self._db.write() as tx:
            return await media.claim(tx, row, self._clock.now() + _CLAIMED)

    async def _fetch(self, row: Row[Any]) -> None:
        attachment = _attachment(row)
        channel = self._channels.get(row.channel)
        if attachment is None:
            await self._end(row, media.REFUSED, "taken_back")
            return
        try:
            if not isinstance(channel, FetchesMedia):
                raise ChannelUnavailable("no_files", "This channel hands out no files now.", channel=row.channel)
            content = await channel.fetch(row.account, attachment)
        except MediaNotTaken as error:
            await self._end(row, media.REFUSED, error.code)
        except MediaGone as error:
            await self._end(row, media.GONE, error.code)
        except ChannelError as error:
            await self._later(row, error)
        else:
            await self._keep(row, content)

    async def _keep(self, row: Row[Any], content: bytes) -> None:
        digest = await asyncio.to_thread(self._files.put, content)
        async with self._db.write() as tx:
            if await media.keep(tx, row.id, sha256=digest, size=len(content)):
                await self._tell(tx, row, media.KEPT)
            unwanted = await media.nobodys(tx, [digest])
        if unwanted:
            await asyncio.to_thread(self._files.remove, unwanted)
            return
        count("media", channel=row.channel, state=media.KEPT)
        await self._live.wake()

    async def _later(self, row: Row[Any], error: ChannelError) -> None:
        now = self._clock.now()
        pause = min(_FIRST_PAUSE * 4 ** min(row.attempts, 10), _LONGEST_PAUSE)
        if now + pause > row.created_at + KEPT_BY_PLATFORM:
            await self._end(row, media.GONE, error.code)
            return
        log.warning("media.later", media_id=row.id, code=error.code, again_in_s=pause.total_seconds())
        async with self._db.write() as tx:
            await media.put_off(tx, row.id, now + pause, error.code)

    async def _end(self, row: Row[Any], state: str, why: str) -> None:
        log.warning("media.not_kept", media_id=row.id, channel=row.channel, state=state, why=why)
        count("media", channel=row.channel, state=state)
        async with self._db.write() as tx:
            await media.end(tx, row.id, state, why)
            await self._tell(tx, row, state)
        await self._live.wake()

    async def _tell(self, tx: Transaction, row: Row[Any], state: str) -> None:
        news = {"id": row.message_id, "place": row.place, "state": state}
        await self._live.announce(tx, f"conversation:{row.conversation_id}", "media", news)

    async def of(self, message_id: int, place: int) -> Kept:
        """The file of one attachment. Raises NotFound, whose code says whether it may still come: `media_waiting`."""
        async with self._db.read() as tx:
            row = await media.of_message(tx, message_id, place)
        if row is None:
            raise NotFound("no_media", "There is no such file.")
        attachment = _attachment(row)
        path = await asyncio.to_thread(self._files.path, row.sha256 or "")
        if row.state != media.KEPT or path is None or attachment is None:
            state = media.GONE if row.state == media.KEPT else row.state
            raise NotFound(f"media_{state}", "The file is not here.")
        return Kept(path, row.mime_type, attachment.filename)


def _attachment(row: Row[Any]) -> Attachment | None:
    """None where the customer took the message back."""
    attachments = row.body.get("attachments") or []
    return msgspec.convert(attachments[row.place], Attachment) if row.place < len(attachments) else None
