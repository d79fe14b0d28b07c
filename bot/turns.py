"""One turn: one message of a customer, asked of the engine, and everything that follows from it in one transaction.

The turn's id comes from the inbox row, so a turn that is run again is the same turn: actions change nothing twice, and
the guarded update of the inbox row lets only one run commit. While a person owns the conversation nothing reaches the
engine.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import structlog

from bot.clock import Clock
from bot.conversation.messages import TEXT_LIMIT, Author, Inbound
from bot.conversation.ownership import Owner
from bot.conversation.phrases import LANGUAGES, language_of, phrase, speaker
from bot.conversation.replies import Handoff, Reply, Text
from bot.conversation.tail import Head, as_request_events, cut_at, fold
from bot.courtesies import Courtesies
from bot.dialogue.base import Engine, EngineUnavailable, Said, Trace, Turn, TurnRefused, TurnRequest
from bot.handoff import policy
from bot.handoff.policy import Reason
from bot.handoff.queue import customer_wrote, open_ticket
from bot.hearing import Heard, Hearing, waiting
from bot.live import Live
from bot.outbox import Outbox
from bot.storage import conversations, inbox, messages
from bot.storage.sql import Database, Row, Transaction

MOST_ATTEMPTS = 9
"""With the pauses between them about a minute: as long as a restart of the engine may take on a busy machine."""
_PASSING = frozenset({"unreachable", "timeout"})
NOT_UNDERSTOOD = frozenset({"nlu_fallback", "out_of_scope"})
ASKED_AGAIN = frozenset({"action_ask_again", "action_decline", "utter_out_of_scope"})
ANSWERED_BY_A_PAGE = "action_tell_page"
_UNREADABLE = phrase(
    "I can only read words and taps so far. Tell me in a few words what you need, or write “human” and somebody from "
    "our team will look at what you sent."
)

LiveModel = Callable[[Transaction], Awaitable[str | None]]
log = structlog.get_logger()


class Story(msgspec.Struct, frozen=True):
    """What a hand-off's summary tells beside the words: ready lines of cart and orders, and whether money was paid."""

    cart: list[str] = []
    orders: list[str] = []
    paid: bool = False


class RetryTurn(Exception):
    """The engine is not there; the same turn may be run again after `after_s` seconds."""

    def __init__(self, after_s: float) -> None:
        super().__init__(f"again in {after_s} s")
        self.after_s = after_s


class _Asked(msgspec.Struct, frozen=True):
    """What a turn looked at before it asked the engine."""

    heard: Heard
    conversation: Row[Any]
    head: Head
    tail: list[dict[str, Any]]
    last_event_id: int
    model: str | None

    @property
    def row(self) -> Row[Any]:
        """The inbox row that gives the turn its name."""
        return self.heard.rows[0]

    @property
    def message(self) -> Inbound:
        return self.heard.message

    @property
    def payload(self) -> str | None:
        return self.heard.payload

    @property
    def turn_id(self) -> str:
        return f"t{self.row.id}"


class Turns:
    def __init__(
        self,
        *,
        db: Database,
        engine: Engine,
        outbox: Outbox,
        live: Live,
        clock: Clock,
        courtesies: Courtesies,
        hearing: Hearing,
        live_model: LiveModel,
        story: Callable[[int], Awaitable[Story]],
    ) -> None:
        self._db = db
        self._engine = engine
        self._outbox = outbox
        self._live = live
        self._clock = clock
        self._courtesies = courtesies
        self._hearing = hearing
        self._live_model = live_model
        self._story = story

    async def run_next(self, conversation_id: int) -> bool:
        """Work off the oldest new message. False when there is none. Raises `RetryTurn` while the engine is away."""
        asked = await self._look(conversation_id)
        if asked is None:
            return False
        if asked.conversation.owner == Owner.PERSON:
            await self._leave_to_person(asked)
        elif asked.heard.instead:
            await self._commit(asked, Turn([], asked.heard.instead, Trace()), understood=True)
        elif asked.payload is None and not asked.message.text.strip():
            unreadable = Text(speaker(language_of(asked.conversation.locale))(_UNREADABLE))
            await self._commit(asked, Turn([], [unreadable], Trace()), understood=False)
        else:
            await self._ask(asked)
        await self._outbox.wake(conversation_id)
        return True

    async def _look(self, conversation_id: int) -> _Asked | None:
        async with self._db.read() as tx:
            rows = await waiting(tx, conversation_id)
            if not rows:
                return None
            conversation = await conversations.get(tx, conversation_id)
            events = await conversations.events_after(tx, conversation_id, conversation.head_event_id)
            heard = await self._hearing.hear(tx, rows, conversation, self._clock.now())
            asked = _Asked(
                heard=heard,
                conversation=conversation,
                head=msgspec.convert(conversation.head, Head),
                tail=[event.body for event in events],
                last_event_id=events[-1].id if events else conversation.head_event_id,
                model=await self._live_model(tx),
            )
        if conversation.owner == Owner.BOT:
            heard = await self._hearing.take_order(heard, conversation, asked.turn_id)
        return msgspec.structs.replace(asked, heard=heard)

    async def settles_in(self, conversation_id: int) -> float:
        """Seconds until the next turn may begin (`Hearing.settles_in`); nobody is kept waiting for a person's turn."""
        async with self._db.read() as tx:
            rows = await waiting(tx, conversation_id)
        return self._hearing.settles_in(rows, self._clock.now())

    async def _ask(self, asked: _Asked) -> None:
        self._courtesies.show(asked.conversation, asked.message)
        try:
            turn = await self._engine.turn(_request(asked))
        except EngineUnavailable:
            await self._again_or(asked, Turn([], [], Trace()), Reason.ENGINE_DOWN)
            return
        except TurnRefused as error:
            log.error("turn.refused", conversation_id=asked.conversation.id, turn_id=asked.turn_id, code=error.code)
            await self._commit(asked, Turn([], [], Trace()), understood=True, reason=Reason.ENGINE_DOWN)
            return
        if any(failure.kind in _PASSING for failure in turn.trace.errors):
            # Nothing of this turn is kept: run again it is the same turn, and actions change nothing twice.
            await self._again_or(asked, turn, Reason.ACTION_FAILED)
            return
        await self._commit(asked, turn, understood=asked.payload is not None or was_understood(turn))

    async def _again_or(self, asked: _Asked, turn: Turn, reason: Reason) -> None:
        """Raise `RetryTurn`, or, when that was done often enough, leave the conversation to a person."""
        async with self._db.write() as tx:
            attempts = await inbox.count_attempt(tx, asked.row.id)
        if attempts < MOST_ATTEMPTS:
            raise RetryTurn(min(0.5 * 2**attempts, 10.0))
        log.error("turn.given_up", conversation_id=asked.conversation.id, turn_id=asked.turn_id, reason=reason.value)
        await self._commit(asked, turn, understood=True, reason=reason)

    async def _leave_to_person(self, asked: _Asked) -> None:
        async with self._db.write() as tx:
            if await self._finish(tx, asked, "done"):
                await customer_wrote(tx, self._live, conversation=asked.conversation.id)

    # -- what follows from a turn --------------------------------------------------------------------------------------

    async def _commit(self, asked: _Asked, turn: Turn, *, understood: bool, reason: Reason | None = None) -> None:
        """Everything at once: events, replies, the turn's record, the ticket if one is due, and `done`."""
        count = 0 if understood else asked.conversation.misunderstood + 1
        wish = next((reply for reply in turn.replies if isinstance(reply, Handoff)), None)
        failed = [failure.action for failure in turn.trace.errors]
        due = reason or policy.decide(asked=wish, misunderstood=count, failed_actions=failed)
        story = await self._story(asked.conversation.id) if due else Story()
        now = self._clock.now()
        async with self._db.write() as tx:
            conversation = await conversations.get(tx, asked.conversation.id)
            if not await self._finish(tx, asked, "failed" if reason else "done"):
                return
            await self._live.announce(tx, f"chat:{conversation.id}", "typing", {"on": False})
            record = _turn_row(asked, turn, understood)
            await conversations.add_turn(tx, record, now)
            if record.review is not None:
                await self._live.announce(tx, "studio", "misunderstood", {"turn": record.id})
            if conversation.owner_version != asked.conversation.owner_version:
                # A person took over while the engine was thinking: the bot's answer comes too late.
                await customer_wrote(tx, self._live, conversation=conversation.id)
                return
            await self._keep_events(tx, asked, turn, conversation.id)
            conversation = await self._keep_language(tx, conversation, turn)
            await conversations.set_misunderstood(tx, conversation.id, 0 if due else count)
            await self._say(tx, asked, conversation, turn.replies, due)
            if due is not None:
                await self._open(tx, conversation.id, due, wish, story)

    async def _finish(self, tx: Transaction, asked: _Asked, state: str) -> bool:
        """Mark every message of the turn as read. False when another worker did: then nothing may be committed."""
        done = [await inbox.finish(tx, row.id, state, self._clock.now()) for row in asked.heard.rows]
        return done[0]

    async def _keep_events(self, tx: Transaction, asked: _Asked, turn: Turn, conversation_id: int) -> None:
        happened = [*asked.heard.events, *turn.events]
        await conversations.add_events(tx, conversation_id, asked.turn_id, happened, self._clock.now())
        place = cut_at(asked.tail)
        if place:
            head = fold(asked.head, asked.tail[:place])
            kept = len(asked.tail) - place
            await conversations.advance_head(
                tx, conversation_id, msgspec.to_builtins(head), asked.last_event_id, keep=kept
            )

    async def _keep_language(self, tx: Transaction, conversation: Row[Any], turn: Turn) -> Row[Any]:
        """The conversation, in the language that the customer speaks by now: what is said later without being asked
        (a payment arrived, a person is on the way) is said in it too."""
        language = language_spoken(turn)
        if language is None or language == language_of(conversation.locale):
            return conversation
        await conversations.set_locale(tx, conversation.id, language)
        await self._live.announce(tx, f"chat:{conversation.id}", "language", {"language": language})
        return await conversations.get(tx, conversation.id)

    async def _say(
        self, tx: Transaction, asked: _Asked, conversation: Row[Any], replies: list[Reply], due: Reason | None
    ) -> None:
        shown = [reply for reply in replies if not isinstance(reply, Handoff)]
        if due in (Reason.NOT_UNDERSTOOD, Reason.ENGINE_DOWN):
            shown = []
        shown = [*(reply for reply in asked.heard.before if not isinstance(reply, Handoff)), *shown]
        words = policy.words(due, speaker(language_of(conversation.locale))) if due is not None else ""
        if words:
            shown.append(Text(words))
        for part, reply in enumerate(shown):
            await self._outbox.say(
                tx, conversation=conversation, author=Author.BOT, reply=reply, turn_id=asked.turn_id, part=part
            )

    async def _open(
        self, tx: Transaction, conversation_id: int, reason: Reason, wish: Handoff | None, story: Story
    ) -> None:
        said = [(Author(row.author), row.text) for row in await messages.transcript(tx, conversation_id, limit=20)]
        told = wish.summary if wish else ""
        await open_ticket(
            tx,
            self._live,
            conversation=conversation_id,
            reason=reason,
            summary=policy.summary(reason, messages=said, cart=story.cart, orders=story.orders, told=told),
            priority=policy.priority(reason, paid=story.paid),
            now=self._clock.now(),
        )


def was_understood(turn: Turn) -> bool:
    """Whether the bot did more than ask again. Words that no intent fits may still be a fine answer: to the question of
    a form, or one that a page of the shop answers."""
    intent = turn.trace.intent
    if intent is None or intent.name not in NOT_UNDERSTOOD:
        return True
    done = {event.get("name") for event in turn.events if event.get("event") == "action"}
    done.discard("action_listen")
    return ANSWERED_BY_A_PAGE in done or (bool(done) and not done & ASKED_AGAIN)


def language_spoken(turn: Turn) -> str | None:
    """The language after this turn: the one that was kept in mind, else that of the message; None for no news."""
    slots = [event for event in turn.events if event.get("event") == "slot" and event.get("name") == "language"]
    spoken = slots[-1].get("value") if slots else turn.trace.language
    return spoken if spoken in LANGUAGES else None


def _request(asked: _Asked) -> TurnRequest:
    said = Said(
        id=asked.message.event_key,
        text=None if asked.payload is not None else asked.message.text[:TEXT_LIMIT],
        payload=asked.payload,
        locale=asked.conversation.locale,
        metadata={"channel": asked.conversation.channel, "sent_at": asked.message.sent_at.isoformat()},
    )
    return TurnRequest(
        turn_id=asked.turn_id,
        conversation_id=str(asked.conversation.id),
        message=said,
        slots=asked.head.slots,
        events=[*as_request_events(asked.head, asked.tail), *asked.heard.events],
        model=asked.model,
    )


def _turn_row(asked: _Asked, turn: Turn, understood: bool) -> conversations.TurnRow:
    intent = turn.trace.intent
    return conversations.TurnRow(
        id=asked.turn_id,
        conversation_id=asked.conversation.id,
        inbox_id=asked.row.id,
        text=asked.message.text[:TEXT_LIMIT],
        model=turn.trace.model,
        intent=intent.name if intent else None,
        confidence=intent.confidence if intent else None,
        understood=understood,
        trace=msgspec.to_builtins(turn.trace),
        review=None if understood or not asked.message.text.strip() else "open",
    )
