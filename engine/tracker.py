"""Rasa's tracker, made of a request and read back as new events. Nothing is kept between turns.

A request does not carry the whole conversation. It carries its state and its recent events:

    slots     what the older, cut events set
    events    first what else they led to (an active loop, perhaps rejected), then the tail, which begins with a
              message of the customer. A conversation that was never cut begins with its session start instead.

`rebuild` puts a head before the tail that leads Rasa to that state: a session start, the slots, the loop, a listen.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionReverted,
    ActiveLoop,
    Event,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
    deserialise_events,
)
from rasa.shared.core.trackers import DialogueStateTracker

from engine import wire


@dataclass
class Turn:
    """One turn on its way through Rasa: what it was asked, the tracker it grew, the actions that failed."""

    request: wire.TurnRequest
    tracker: DialogueStateTracker | None = None
    given: int = 0
    failures: dict[str, str] = field(default_factory=dict)

    def failed(self, action: str, kind: str) -> None:
        """Note a failure. The first kind noted is the cause; what Rasa raises because of it comes later."""
        self.failures.setdefault(action, kind)

    def new_events(self) -> list[Event]:
        return [] if self.tracker is None else list(self.tracker.events)[self.given :]


current_turn: ContextVar[Turn | None] = ContextVar("current_turn", default=None)


def turn_under_way() -> Turn:
    """The turn that this task answers. Raises LookupError outside of one."""
    turn = current_turn.get()
    if turn is None:
        raise LookupError("no turn is under way")
    return turn


class RequestTrackerStore(InMemoryTrackerStore):
    """Reads a turn's tracker from its request and hands back what Rasa saved.

    Outside of a turn (`rasa shell`, `rasa interactive`) it is Rasa's store in memory.
    """

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        turn = current_turn.get()
        if turn is None:
            return await super().retrieve(sender_id)
        if turn.tracker is None and (turn.request.events or turn.request.slots):
            turn.tracker = rebuild(sender_id, turn.request.slots, turn.request.events, self.domain)
            turn.given = len(turn.tracker.events)
        return turn.tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        turn = current_turn.get()
        if turn is None:
            await super().save(tracker)
        else:
            turn.tracker = tracker


def rebuild(sender_id: str, slots: dict[str, Any], events: list[wire.Event], domain: Domain) -> DialogueStateTracker:
    """The tracker that a request describes. Slots that `domain` does not know are left out.

    With slots and no events it holds the slots only: Rasa then has a session to start, which carries them over.

    Raises:
        wire.BadRequest: an event is of no kind that Rasa knows, or lacks what its kind needs.
    """
    try:
        given = deserialise_events(events)
    except (KeyError, TypeError, ValueError) as error:
        raise wire.BadRequest(f"`events` has one that Rasa cannot read: {error}") from error
    known = {slot.name for slot in domain.slots}
    start = given[0].timestamp if given else None
    settings = [SlotSet(name, value, timestamp=start) for name, value in slots.items() if name in known]
    return DialogueStateTracker.from_events(sender_id, with_head(settings, given), domain.slots)


def with_head(settings: list[Event], given: list[Event]) -> list[Event]:
    first = next((at for at, event in enumerate(given) if isinstance(event, UserUttered)), len(given))
    before, tail = given[:first], given[first:]
    if not given:
        return settings
    if any(isinstance(event, SessionStarted) for event in before):
        return given
    start = given[0].timestamp
    return [
        ActionExecuted(ACTION_SESSION_START_NAME, timestamp=start),
        SessionStarted(timestamp=start),
        *settings,
        *silent_turns(tail, start),
        *loop_or_listen(before, start),
        *before,
        ActionExecuted(ACTION_LISTEN_NAME, timestamp=start),
        *tail,
    ]


def silent_turns(tail: list[Event], start: float) -> Iterable[Event]:
    """A turn for each `rewind` and `undo` of the tail, to be taken away by one that reaches past the cut.

    Rasa undoes by dropping applied events until it meets a message or an action; without these it would drop the
    slots of the head with them.
    """
    for event in tail:
        if isinstance(event, (UserUtteranceReverted, ActionReverted)):
            yield ActionExecuted(ACTION_LISTEN_NAME, timestamp=start)
            yield UserUttered(timestamp=start)


def loop_or_listen(before: list[Event], start: float) -> Iterable[Event]:
    """The action that stands before the cut.

    An active loop's own, because Rasa folds a form's turns back to its first run. Else a listen, which keeps rules
    marked `conversation_start` from taking the cut for a start.
    """
    loop = next((event.name for event in before if isinstance(event, ActiveLoop)), None)
    yield ActionExecuted(loop or ACTION_LISTEN_NAME, timestamp=start)
