"""What goes out, sent: each piece in its order, within rates and windows, tried again where that helps.

A row is marked `sending` before the provider is called and goes on after. If the process dies in between, the
provider's status (which carries our reference) settles the row; only when none came for STUCK is it sent again.
What becomes of a message that cannot go is `bot.undelivered`'s.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.channel_accounts import Account
from bot.channels.base import (
    Channel,
    ChannelError,
    ChannelRateLimited,
    ChannelUnavailable,
    CredentialsRefused,
    MediaRefused,
    MessageRefused,
    Outgoing,
    WindowClosed,
)
from bot.clock import Clock
from bot.conversation.messages import Author, Problem
from bot.conversation.replies import Shown, Template, by_address, plain_text, shown_from
from bot.conversation.windows import Window, window
from bot.live import Live
from bot.storage import alarms, conversations, deliveries, outbox
from bot.storage.queue import SENDING, Queue
from bot.storage.sql import Database, Row, Transaction
from bot.telemetry import count
from bot.undelivered import Undelivered

STUCK = timedelta(seconds=20)
MOST_ATTEMPTS = 8
CONFIRMED_WITHIN = timedelta(seconds=2)
"""How long the next piece waits for news of the last one: phones show pieces in the order in which they get them."""
_AN_HOUR = timedelta(hours=1)
_LONGEST_PAUSE_S = 600.0
_LONGEST_THROTTLE_S = 3600.0
_RESERVED_FOR_REPLIES = 0.25
_MEDIA_ATTEMPTS = 3
_AT_ONCE = 16

log = structlog.get_logger()


class Sender:
    """One task in each worker process, one conversation's messages at a time."""

    def __init__(
        self,
        *,
        db: Database,
        queue: Queue,
        live: Live,
        clock: Clock,
        channels: Mapping[str, Channel],
        account: Mapping[tuple[str, str], Account],
        undelivered: Undelivered,
        name: str,
    ) -> None:
        self._db = db
        self._queue = queue
        self._live = live
        self._clock = clock
        self._channels = channels
        self._account = account
        self._undelivered = undelivered
        self._name = name
        self._room = asyncio.Semaphore(_AT_ONCE)

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            while True:
                for subject in await self._queue.hints(SENDING, self._name, count=_AT_ONCE, wait_s=2):
                    await self._room.acquire()
                    group.create_task(self._guarded(int(subject)))

    async def _guarded(self, conversation_id: int) -> None:
        try:
            async with self._queue.lease(f"send:{conversation_id}", ttl_s=20) as lease:
                if lease is not None:
                    while not lease.lost.is_set() and await self.send_next(conversation_id):
                        pass
        except Exception:
            log.exception("outbox.failed", conversation_id=conversation_id)
        finally:
            self._room.release()

    async def send_next(self, conversation_id: int) -> bool:
        """Send the oldest unsent piece. False when there is nothing to send now."""
        now = self._clock.now()
        async with self._db.read() as tx:
            row = await outbox.next_unsent(tx, conversation_id)
            if row is None or row.next_at > now or (row.state == "sending" and row.started_at > now - STUCK):
                return False
            alarm = await alarms.stopping(tx, row.channel, row.account)
            unconfirmed = await deliveries.last_unconfirmed(tx, conversation_id)
            answers = await deliveries.answers_since(tx, conversation_id, now - _AN_HOUR)
        channel = self._channels.get(row.channel)
        if channel is None or row.stopped or not row.writable:
            return await self._refuse(row, _why_not(row, channel))
        if _is_answer(row) and answers >= (channel.manners.answers_an_hour or answers + 1):
            words = "The bot answered this customer as often as it may in an hour."
            return await self._refuse(row, MessageRefused("answers_an_hour", words, channel=row.channel, ours=True))
        reply, outside = self._fitting(row, channel, now)
        if reply is None:
            words = "The customer was silent for too long."
            return await self._refuse(row, WindowClosed("window_closed", words, channel=row.channel))
        pieces = channel.pieces(by_address(reply) if _media_failed(row) else reply)
        if row.piece >= len(pieces):
            async with self._db.write() as tx:
                await outbox.finish(tx, row)
            return True
        if channel.manners.confirms and unconfirmed is not None and now < unconfirmed + CONFIRMED_WITHIN:
            return await self._put_off(row, unconfirmed + CONFIRMED_WITHIN, outbox.AWAITS_STATUS)
        wait_s = await self._room_for(row, channel, now)
        if wait_s:
            return await self._put_off(row, now + timedelta(seconds=wait_s), "rate")
        return await self._send(row, channel, pieces, alarm, outside=outside)

    async def _send(
        self,
        row: Row[Any],
        channel: Channel,
        pieces: Sequence[dict[str, Any]],
        alarm: Row[Any] | None,
        *,
        outside: bool,
    ) -> bool:
        now = self._clock.now()
        async with self._db.write() as tx:
            if alarm is not None and not await alarms.try_now(tx, alarm, now):
                await outbox.put_off(tx, row, max(alarm.again_at, now + timedelta(seconds=5)), "account")
                return False
            ref = await outbox.begin(tx, row, now)
            more = await outbox.rest_of_turn(tx, row) if channel.manners.gathers else []
        outgoing = Outgoing(
            account=row.account,
            customer=row.customer,
            piece=pieces[row.piece],
            ref=ref,
            by_person=row.author == Author.AGENT,
            speaker=row.speaker or "",
            outside_window=outside,
            answering=row.thread or {},
            locale=row.locale,
            also=[piece for other in more for piece in channel.pieces(shown_from(other.body))],
        )
        try:
            provider_id = await channel.send(outgoing)
        except ChannelError as error:
            count("not_sent", channel=row.channel, code=error.code)
            return await self._after(row, ref, error, more)
        now = self._clock.now()
        async with self._db.write() as tx:
            await outbox.go_on(tx, row.message_id, row.piece, now)
            moved = await deliveries.accepted(tx, ref, provider_id, now)
            await self._tell(tx, moved)
            for other in more:
                with_it = await outbox.begin(tx, other, now)
                await outbox.go_on(tx, other.message_id, other.piece, now)
                await self._tell(tx, await deliveries.accepted(tx, with_it, provider_id, now))
            if alarm is not None:
                await alarms.close(tx, alarm.id, now)
                await self._live.announce(tx, "queue", "alarm", {"channel": row.channel, "open": False})
        count("messages_sent", channel=row.channel)
        await self._live.wake()
        return True

    async def _room_for(self, row: Row[Any], channel: Channel, now: datetime) -> float:
        """Seconds until the account's and the customer's rates allow one more; 0 takes the tokens."""
        manners, at = channel.manners, now.timestamp()
        pair = f"pair:{row.channel}:{row.account}:{row.customer}"
        wait = await self._queue.take(
            pair, per_second=1 / manners.pair_every.total_seconds(), burst=manners.pair_burst, now=at
        )
        if wait:
            return wait
        wait = await self._queue.take(
            _number(row),
            per_second=manners.per_second,
            burst=manners.burst,
            now=at,
            reserve=manners.burst * _RESERVED_FOR_REPLIES if row.notice else 0.0,
        )
        if wait:
            await self._queue.give_back(pair)
        return wait

    def _fitting(self, row: Row[Any], channel: Channel, now: datetime) -> tuple[Shown | None, bool]:
        """What may be said just now: the reply itself, a template with its words, or nothing; and whether it goes by
        the rule for people's late answers."""
        reply = shown_from(row.body)
        state = window(channel.manners, wrote_at=row.window_from, ad_at=row.ad_at, now=now)
        if state is Window.OPEN or isinstance(reply, Template):
            return reply, False
        if state is Window.PERSON and row.author == Author.AGENT:
            return reply, True
        account = self._account.get((row.channel, row.account))
        name = account.templates.get("notice") if account is not None else None
        if name and channel.traits.templates:
            words = plain_text(by_address(reply))
            return Template(name, row.locale or "en", [words], words), False
        return None, False

    # -- when it did not go --------------------------------------------------------------------------------------------

    async def _after(self, row: Row[Any], ref: str, error: ChannelError, more: Sequence[Row[Any]]) -> bool:
        pause = await self._pause(row, error)
        log.warning(
            "outbox.not_sent",
            conversation_id=row.conversation_id,
            message_id=row.message_id,
            code=error.code,
            again_in_s=pause,
        )
        if pause is None:
            for other in more:
                await self._refuse(other, error)
            return await self._refuse(row, error, ref)
        now = self._clock.now()
        async with self._db.write() as tx:
            if isinstance(error, CredentialsRefused):
                new = await alarms.raise_one(
                    tx, row.channel, row.account, error.message, error.provider_code, now, stops=True
                )
                if new:
                    log.error("channel.stopped", channel=row.channel, account=row.account, code=error.code)
                    await self._live.announce(tx, "queue", "alarm", {"channel": row.channel, "open": True})
            await outbox.put_off(tx, row, now + timedelta(seconds=pause), error.code)
        await self._live.wake()
        return False

    async def _pause(self, row: Row[Any], error: ChannelError) -> float | None:
        """Seconds until the next try; None when trying again cannot help."""
        if isinstance(error, ChannelRateLimited):
            wait: float = min(error.retry_after * 4**row.attempts, _LONGEST_THROTTLE_S)
            pair = f"pair:{row.channel}:{row.account}:{row.customer}"
            until = self._clock.now().timestamp() + wait
            await self._queue.pause(pair if error.scope == "pair" else _number(row), until=until)
            return wait
        if isinstance(error, CredentialsRefused):
            return 60.0
        if isinstance(error, MediaRefused):
            return float(2.0**row.attempts) if row.attempts < _MEDIA_ATTEMPTS + 1 else None
        if isinstance(error, ChannelUnavailable) and row.attempts + 1 < MOST_ATTEMPTS:
            return float(min(2.0**row.attempts, _LONGEST_PAUSE_S))
        return None

    async def _put_off(self, row: Row[Any], until: datetime, why: str) -> bool:
        async with self._db.write() as tx:
            await outbox.put_off(tx, row, until, why)
        return False

    async def _refuse(self, row: Row[Any], error: ChannelError, ref: str | None = None) -> bool:
        """It will not go: the row fails, the desk sees why, and a person is asked where one can help."""
        now = self._clock.now()
        async with self._db.write() as tx:
            ref = ref or await outbox.begin(tx, row, now)
            if not await outbox.fail(tx, row, error.code):
                return True
            await self._tell(tx, await deliveries.failed(tx, ref, error.provider_code, error.message))
            if isinstance(error, MessageRefused) and error.opted_out:
                await conversations.set_stopped(tx, row.conversation_id, stopped=True)
            await self._undelivered.follow_up(tx, row.conversation_id, _problem(error), by_bot=row.author == Author.BOT)
        await self._live.wake()
        return True

    async def _tell(self, tx: Transaction, moved: Row[Any] | None) -> None:
        if moved is not None:
            news = {"id": moved.id, "delivery": moved.delivery}
            await self._live.announce(tx, f"conversation:{moved.conversation_id}", "delivery", news)


def _is_answer(row: Row[Any]) -> bool:
    """Whether the bot says it because the customer wrote."""
    return row.author == Author.BOT and row.turn_id is not None


def _number(row: Row[Any]) -> str:
    return f"number:{row.channel}:{row.account}"


def _why_not(row: Row[Any], channel: Channel | None) -> ChannelError:
    if channel is None:
        return MessageRefused("channel_off", "This channel is switched off.", channel=row.channel, ours=True)
    if row.stopped:
        return MessageRefused("stopped", "They asked not to be written to.", channel=row.channel)
    return MessageRefused("not_our_thread", "Another app holds this conversation.", channel=row.channel)


def _problem(error: ChannelError) -> Problem:
    if isinstance(error, WindowClosed):
        return Problem.WINDOW
    if isinstance(error, MessageRefused) and not error.ours:
        return Problem.UNREACHABLE
    return Problem.REFUSED


def _media_failed(row: Row[Any]) -> bool:
    return row.attempts >= _MEDIA_ATTEMPTS and str(row.last_error).startswith("media_")
