"""What platforms tell that is not a turn, and what follows from it: how our messages fare, who answered elsewhere,
who is called otherwise now, who does not want to be written to.

Every piece of news may come twice and in any order; taking it again changes nothing.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import structlog

from bot.clock import Clock
from bot.conversation.identity import Profile
from bot.conversation.messages import (
    Alarm,
    Author,
    Delivery,
    Echo,
    Edited,
    Moved,
    News,
    Preference,
    Problem,
    Reaction,
    Seen,
    Status,
    ThreadControl,
)
from bot.conversation.ownership import Owner
from bot.conversation.replies import Shown, Text, by_address, reply_to, shown_from
from bot.handoff.policy import Reason, priority
from bot.handoff.queue import open_ticket
from bot.live import Live
from bot.storage import alarms, conversations, deliveries, identities, messages, outbox
from bot.storage.contacts import keep_news
from bot.storage.sql import Row, Transaction
from bot.telemetry import count
from bot.undelivered import Undelivered

_AGAIN = {Problem.PASSING: timedelta(seconds=4), Problem.THROTTLED: timedelta(seconds=30)}
_MOST_TIMES_AGAIN = 3

log = structlog.get_logger()


class Newsroom:
    def __init__(self, live: Live, undelivered: Undelivered, clock: Clock) -> None:
        self._live = live
        self._undelivered = undelivered
        self._clock = clock

    async def take(self, tx: Transaction, item: News) -> int | None:
        """Keep one piece of news. Returns a conversation that may send more now, else None."""
        match item:
            case Status():
                return await self._status(tx, item)
            case Seen():
                await self._seen(tx, item)
            case Echo():
                return await self._echo(tx, item)
            case Edited():
                await self._edited(tx, item)
            case Reaction():
                await self._reaction(tx, item)
            case Moved():
                await identities.move(tx, item.channel, item.account, item.old, item.new, self._clock.now())
            case Preference():
                await self._preference(tx, item)
            case ThreadControl():
                await self._thread_control(tx, item)
            case Alarm():
                await self._alarm(tx, item)
        return None

    # -- how ours fare -------------------------------------------------------------------------------------------------

    async def _status(self, tx: Transaction, status: Status) -> int | None:
        piece = await deliveries.find(tx, status)
        if piece is None:
            return None
        now = self._clock.now()
        news_to_us = piece.state != status.state.value
        await outbox.go_on(tx, piece.message_id, piece.piece, now)
        failed = status.state is Delivery.FAILED and news_to_us
        if failed and await self._tried_again(tx, piece, status):
            return int(piece.conversation_id)
        moved = await deliveries.take(tx, piece, status, now)
        if moved is not None:
            await self._tell(tx, moved)
        if failed and moved is not None:
            await outbox.give_up(tx, piece.message_id)
            await self._cannot_reach(tx, piece, status)
        return int(piece.conversation_id) if await outbox.confirm(tx, piece.conversation_id, now) else None

    async def _tried_again(self, tx: Transaction, piece: Row[Any], status: Status) -> bool:
        pause = _AGAIN.get(status.problem) if status.problem is not None else None
        if pause is None:
            return False
        until = self._clock.now() + pause
        return await outbox.again(tx, piece.message_id, piece.piece, until, _MOST_TIMES_AGAIN)

    async def _cannot_reach(self, tx: Transaction, piece: Row[Any], status: Status) -> None:
        problem = status.problem or Problem.UNREACHABLE
        count("not_delivered", channel=status.channel, problem=problem.value)
        message = await messages.message(tx, piece.message_id)
        reply = shown_from(message.body)
        if problem is Problem.MEDIA and by_address(reply) != reply:
            await self._say_without_media(tx, message, reply)
            return
        if problem is Problem.ACCOUNT:
            words = status.error_title or "The platform stopped delivering for this account."
            await self._alarm(tx, Alarm(status.channel, status.account, words, status.error_code))
        await self._undelivered.follow_up(tx, piece.conversation_id, problem, by_bot=message.author == Author.BOT)

    async def _say_without_media(self, tx: Transaction, message: Row[Any], reply: Shown) -> None:
        conversation = await conversations.get(tx, message.conversation_id)
        await messages.add_outgoing(
            tx,
            conversation=conversation,
            author=Author(message.author),
            reply=by_address(reply),
            now=self._clock.now(),
            turn_id=f"{message.turn_id}:words" if message.turn_id else None,
            part=message.part,
            user_id=message.user_id,
        )

    async def _seen(self, tx: Transaction, seen: Seen) -> None:
        conversation = await conversations.known(tx, seen.key)
        if conversation is None:
            return
        for moved in await deliveries.up_to(tx, conversation.id, seen.up_to, seen.state):
            await self._tell(tx, moved)

    async def _tell(self, tx: Transaction, moved: Row[Any]) -> None:
        news = {"id": moved.id, "delivery": moved.delivery}
        await self._live.announce(tx, f"conversation:{moved.conversation_id}", "delivery", news)

    # -- what people did elsewhere -------------------------------------------------------------------------------------

    async def _echo(self, tx: Transaction, echo: Echo) -> int | None:
        """A colleague answered in the platform's own app: it stands in the story, and the bot steps back."""
        if await deliveries.is_ours(tx, echo.key.channel, echo.event_key):
            return None
        overtaking = await self._overtaking(tx, echo)
        if overtaking is not None:
            return await self._status(tx, overtaking)
        now = self._clock.now()
        conversation = await conversations.find_or_make(tx, echo.key, Profile(), now)
        message_id = await messages.add_echo(tx, conversation.id, echo, now)
        if message_id is None:
            return None
        body = reply_to(Text(echo.text))
        news = {"id": message_id, "author": "agent", "name": "", "body": body, "created_at": now, "delivery": "sent"}
        await self._live.announce(tx, f"conversation:{conversation.id}", "message", news)
        if conversation.owner == Owner.BOT:
            await open_ticket(
                tx,
                self._live,
                conversation=conversation.id,
                reason=Reason.ANSWERED_ELSEWHERE,
                summary="",
                priority=priority(Reason.ANSWERED_ELSEWHERE, paid=False),
                now=now,
            )
        return None

    async def _overtaking(self, tx: Transaction, echo: Echo) -> Status | None:
        """Where the platform shows us a message of our own before it has answered the send (Instagram, which carries no
        reference of ours): what that tells of the piece."""
        conversation = await conversations.known(tx, echo.key)
        if conversation is None:
            return None
        begins = " ".join(echo.text.partition("\n")[0].split())
        for piece in await deliveries.in_flight(tx, conversation.id):
            if begins in " ".join(piece.text.split()):
                key = echo.key
                return Status(key.channel, key.account, echo.event_key, Delivery.SENT, echo.sent_at, piece.ref)
        return None

    async def _edited(self, tx: Transaction, edited: Edited) -> None:
        row = await messages.edit(tx, edited, self._clock.now())
        if row is not None:
            news = {"id": row.id, "text": edited.text}
            await self._live.announce(tx, f"conversation:{row.conversation_id}", "edited", news)

    async def _reaction(self, tx: Transaction, reaction: Reaction) -> None:
        conversation = await conversations.known(tx, reaction.key)
        if conversation is None:
            return
        message_id = await messages.react(tx, conversation.id, reaction)
        if message_id is not None:
            news = {"id": message_id, "emoji": reaction.emoji}
            await self._live.announce(tx, f"conversation:{conversation.id}", "reaction", news)

    async def _preference(self, tx: Transaction, preference: Preference) -> None:
        now = self._clock.now()
        conversation = await conversations.find_or_make(tx, preference.key, Profile(), now)
        await keep_news(tx, conversation.id, news=preference.wanted, at=now)
        if preference.everything:
            await conversations.set_stopped(tx, conversation.id, stopped=not preference.wanted)
            await self._live.announce(tx, f"conversation:{conversation.id}", "reach", {})

    async def _thread_control(self, tx: Transaction, control: ThreadControl) -> None:
        conversation = await conversations.find_or_make(tx, control.key, Profile(), self._clock.now())
        await conversations.set_writable(tx, conversation.id, writable=control.ours)
        await self._live.announce(tx, f"conversation:{conversation.id}", "reach", {})

    async def _alarm(self, tx: Transaction, alarm: Alarm) -> None:
        new = await alarms.raise_one(
            tx, alarm.channel, alarm.account, alarm.words, alarm.code, self._clock.now(), stops=False
        )
        if new:
            log.error("channel.alarm", channel=alarm.channel, account=alarm.account, code=alarm.code, words=alarm.words)
            await self._live.announce(tx, "queue", "alarm", {"channel": alarm.channel, "open": True})
