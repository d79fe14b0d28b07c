"""A call, step by step: what the caller hears next, and whether we listen, ask for patience, connect or hang up.

Each step is one webhook. What the caller said becomes a message like any other, which the worker answers; the step
waits for that answer for as long as Twilio lets a caller wait in silence, then says so and goes on waiting in the next
step. Where a call stands travels in its addresses, so any gateway can take the next step and a step that is asked for
twice is the same step.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from typing import Any, cast

import msgspec
import structlog

from bot.channel_accounts import Accounts
from bot.channels.voice import Call, Place, Voice, spoken_of
from bot.channels.voice_twiml import Step, Then
from bot.clock import Clock
from bot.conversation.card_numbers import MASK
from bot.conversation.messages import Author, Inbound, News
from bot.conversation.offers import rows_of
from bot.conversation.ownership import Owner
from bot.conversation.phone_numbers import country_of
from bot.conversation.phrases import Speaker, language_of, phrase, speaker
from bot.conversation.replies import Shown, Text, shown_from
from bot.handoff import policy
from bot.handoff.policy import Reason
from bot.handoff.queue import open_ticket
from bot.live import Live
from bot.outbox import Outbox
from bot.storage import calls, conversations, messages
from bot.storage.sql import Database, Row, Transaction

WAITS_S = 6.0
"""How long a step waits for the answer. Twilio cuts a webhook off at 15 seconds, a caller loses patience earlier."""
MOST_WAITS = 6
"""So often patience is asked for; then a person takes the call."""
USUAL_QUEUE = "souk"
_SPOKEN_IN = {"FR": "fr", "BE": "fr", "PL": "pl", "IN": "hi"}
"""The language to begin with, by the country of the caller's number, where nothing better is known."""
_AGAIN = re.compile(
    r"\*|(please )?(repeat|say (that|it) again|again please|pardon)( (that|it))?( please)?"
    r"|(tu peux |pouvez-vous |vous pouvez )?(r[ée]p[ée]te[rz]?|redites|encore une fois)( s'il (te|vous) pla[iî]t)?"
    r"|(prosz[ęe] )?(powt[óo]rz(y[ćc])?|jeszcze raz)( prosz[ęe])?"
    r"|(phir se|dobara)( boliye| bolo| bataiye| batao)?|(फिर से|दोबारा)( बोलिए| बोलो| बताइए| बताओ)?",
    re.IGNORECASE,
)
_PUNCTUATION = re.compile(r"[.,;:!?।]")
_OF_A_TURN = re.compile(r"t\d+")
_PATIENCE = (phrase("One moment, please."), phrase("I am still looking. Thank you for waiting."))

log = structlog.get_logger()


class Calls:
    def __init__(
        self,
        *,
        db: Database,
        live: Live,
        outbox: Outbox,
        clock: Clock,
        keep: Callable[[Sequence[Inbound | News]], Awaitable[int]],
        accounts: Accounts,
        shop: str,
        waits_s: float = WAITS_S,
    ) -> None:
        self._db = db
        self._live = live
        self._outbox = outbox
        self._clock = clock
        self._keep = keep
        self._accounts = accounts
        self._shop = shop
        self._waits_s = waits_s

    # -- the steps -----------------------------------------------------------------------------------------------------

    async def begin(self, call: Call) -> Step:
        """Somebody calls."""
        async with self._db.read() as tx:
            known = await conversations.known(tx, call.key)
            language = await self._language(tx, call, known)
            heard = await calls.newest_message(tx, known.id) if known is not None else 0
        if known is not None and known.owner == Owner.PERSON:
            return self._connected(call, language, [], Place(turn=1, heard=heard))
        return self._listening(self._greeting(speaker(language)), language, Place(turn=1, heard=heard))

    async def hear(self, call: Call, message: Inbound | None, place: Place) -> Step:
        """What the caller said or pressed; None where they were silent."""
        if message is None:
            return await self._silent(call, place)
        if _AGAIN.fullmatch(_PUNCTUATION.sub("", message.text).strip()):
            return await self._again(call, place, [])
        before = []
        async with self._db.read() as tx:
            language = await self._language(tx, call, await conversations.known(tx, call.key))
        if message.kind == "card_number":
            before.append(_never_say_cards(speaker(language)))
            if not message.text.replace(MASK, "").strip(" .,;:!?"):
                return await self._again(call, place, before)
        profile = msgspec.structs.replace(message.profile, locale=language)
        await self._keep([msgspec.structs.replace(message, profile=profile)])
        return await self._answer(call, place, before)

    async def wait(self, call: Call, place: Place) -> Step:
        """The caller was asked for patience, and the time is over."""
        return await self._answer(call, place, [])

    async def after_queue(self, call: Call) -> Step:
        """A person took the call and it is over, or nobody was there to take it."""
        async with self._db.read() as tx:
            language = await self._language(tx, call, await conversations.known(tx, call.key))
        say = speaker(language)
        if call.dialled in ("completed", "answered"):
            return Step([say("Thank you for calling. Goodbye.")], language, Then.END)
        if call.number is not None:
            words = say("Nobody of our team is free just now. They have your request, and will write to you.")
        else:
            words = say("Nobody of our team is free just now. Please call again a little later.")
        return Step([words], language, Then.END)

    async def ended(self, call: Call) -> None:
        """A line for the people at the desk, once: no caller reads it."""
        mark = f"call:{call.sid}"[:64]
        async with self._db.write() as tx:
            conversation = await conversations.known(tx, call.key)
            if conversation is None or await calls.is_said(tx, mark):
                return
            words = Text(f"The call ended ({call.status}) after {call.seconds} seconds.")
            await self._outbox.say(tx, conversation=conversation, author=Author.SYSTEM, reply=words, turn_id=mark)
        await self._live.wake()

    # -- their parts ---------------------------------------------------------------------------------------------------

    async def _answer(self, call: Call, place: Place, before: list[str]) -> Step:
        """What follows from what the caller said last, once it is there."""
        async with self._db.read() as tx:
            turn = await calls.turn(tx, call.key, call.event_key(place.turn))
        if turn is None:
            return await self._silent(call, place)
        if not await self._is_answered(call, place, turn.conversation_id):
            if place.waits >= MOST_WAITS:
                return await self._give_up(call, place, turn.conversation_id)
            return await self._patience(call, place, before)
        async with self._db.read() as tx:
            conversation = await conversations.get(tx, turn.conversation_id)
            rows = [
                row
                for row in await calls.said_after(tx, conversation.id, place.heard)
                if row.turn_id == f"t{turn.id}" or not _OF_A_TURN.fullmatch(row.turn_id or "")
            ]
        language = language_of(conversation.locale)
        replies = [shown_from(row.body) for row in rows]
        after = Place(turn=place.turn + 1, heard=max([place.heard, *(row.id for row in rows)]))
        if conversation.owner == Owner.PERSON:
            return self._connected(call, language, [*before, *_read(_without_chat(replies, language), language)], after)
        said = [*before, *_read(replies, language)] or [speaker(language)("What else can I do for you?")]
        return self._listening(said, language, after, replies)

    async def _is_answered(self, call: Call, place: Place, conversation_id: int) -> bool:
        news = cast(AsyncGenerator[str], self._live.stream([f"chat:{conversation_id}"], None))
        try:
            async with asyncio.timeout(self._waits_s), aclosing(news):
                async for _ in news:
                    async with self._db.read() as tx:
                        turn = await calls.turn(tx, call.key, call.event_key(place.turn))
                        conversation = await conversations.get(tx, conversation_id)
                    if turn is None or turn.state != "new" or conversation.owner == Owner.PERSON:
                        return True
        except TimeoutError:
            return False
        return False

    async def _patience(self, call: Call, place: Place, before: list[str]) -> Step:
        async with self._db.read() as tx:
            language = await self._language(tx, call, await conversations.known(tx, call.key))
        words = speaker(language)(_PATIENCE[min(place.waits, 1)])
        waiting = msgspec.structs.replace(place, waits=place.waits + 1, silences=0)
        return Step([*before, words], language, Then.WAIT, waiting)

    async def _give_up(self, call: Call, place: Place, conversation_id: int) -> Step:
        """The answer does not come: a person takes the call, and finds a ticket."""
        log.error("call.given_up", conversation_id=conversation_id)
        async with self._db.write() as tx:
            conversation = await conversations.get(tx, conversation_id)
            if conversation.owner == Owner.BOT:
                said = [(Author(row.author), row.text)
                        for row in await messages.transcript(tx, conversation_id, limit=20)]  # fmt: skip
                await open_ticket(
                    tx,
                    self._live,
                    conversation=conversation_id,
                    reason=Reason.ENGINE_DOWN,
                    summary=policy.summary(Reason.ENGINE_DOWN, messages=said),
                    priority=policy.priority(Reason.ENGINE_DOWN, paid=False),
                    now=self._clock.now(),
                )
        await self._live.wake()
        language = language_of(conversation.locale)
        words = speaker(language)("I am sorry, I cannot answer this by myself just now.")
        return self._connected(call, language, [words], place)

    async def _silent(self, call: Call, place: Place) -> Step:
        async with self._db.read() as tx:
            language = await self._language(tx, call, await conversations.known(tx, call.key))
        say = speaker(language)
        if place.silences:
            return Step([say("I still do not hear you. Goodbye, and call again any time.")], language, Then.END)
        return await self._again(call, place, [say("Sorry, I did not hear you.")], silences=1)

    async def _again(self, call: Call, place: Place, before: list[str], silences: int = 0) -> Step:
        """What was said last in this call, once more."""
        async with self._db.read() as tx:
            conversation = await conversations.known(tx, call.key)
            language = await self._language(tx, call, conversation)
            turn = await calls.newest_turn(tx, call.key, call.sid)
            rows = await calls.said_in(tx, f"t{turn.id}") if turn is not None else []
        replies = [shown_from(row.body) for row in rows]
        said = _read(replies, language) or self._greeting(speaker(language))
        after = msgspec.structs.replace(place, turn=place.turn + 1, silences=silences, waits=0)
        return self._listening([*before, *said], language, after, replies)

    def _greeting(self, say: Speaker) -> list[str]:
        return [say("Welcome to {shop}. What can I do for you? Speak, or press a key.", shop=self._shop)]

    def _listening(self, said: list[str], language: str, place: Place, replies: Sequence[Shown] = ()) -> Step:
        hints = [row.title for reply in replies for row in rows_of(reply, Voice.traits)]
        return Step(said, language, Then.LISTEN, place, hints=hints)

    def _connected(self, call: Call, language: str, said: list[str], place: Place) -> Step:
        words = speaker(language)("I put you through to a colleague. Please stay on the line.")
        queue = self._accounts.of(call.account).queue or USUAL_QUEUE
        return Step([*said, words], language, Then.CONNECT, place, queue=queue)

    async def _language(self, tx: Transaction, call: Call, known: Row[Any] | None) -> str:
        if known is not None and known.locale:
            return language_of(known.locale)
        if call.number is not None:
            locale = await calls.locale_of(tx, call.number)
            usual = self._accounts.of(call.account).locale or _SPOKEN_IN.get(country_of(call.number))
            return language_of(locale or usual)
        return language_of(self._accounts.of(call.account).locale)


def _never_say_cards(say: Speaker) -> str:
    return say(
        "Please never say or press the number of a card on the phone. I did not keep it. You pay on a secure page, "
        "whose link I send to you."
    )


def _read(replies: Sequence[Shown], language: str) -> list[str]:
    say = speaker(language)
    return [text for reply in replies for text in spoken_of(reply, say)]


def _without_chat(replies: Sequence[Shown], language: str) -> list[Shown]:
    """Without the words for those who go on writing: this caller is put through instead."""
    say = speaker(language)
    written = {policy.words(reason, say) for reason in Reason}
    return [reply for reply in replies if not (isinstance(reply, Text) and reply.text in written)]
