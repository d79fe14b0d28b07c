"""The tail of a conversation: what the engine is given of the past, and the state that the rest led to.

Rasa's events are folded by Rasa's own rules (`rasa.shared.core.trackers`): a session start and a restart forget, a
`rewind` takes back the last customer turn, an `undo` the last action. Folding the older events and keeping the newer
ones gives the engine the same state as replaying them all, at a cost that does not grow with the conversation.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

LONGEST = 60
KEPT = 30
"""A tail longer than LONGEST is cut, at a customer's turn, to about KEPT events."""


class Head(msgspec.Struct, frozen=True):
    """Slots and active loop (a form's name) at the point where the tail begins."""

    slots: dict[str, Any] = {}
    active_loop: str | None = None


def cut_at(events: Sequence[dict[str, Any]]) -> int:
    """How many of the oldest events to fold away: 0, or up to the last customer's turn that leaves KEPT events."""
    if len(events) <= LONGEST:
        return 0
    for place in range(len(events) - KEPT, 0, -1):
        if events[place].get("event") == "user":
            return place
    return 0


def fold(head: Head, events: Sequence[dict[str, Any]]) -> Head:
    """The state after these events."""
    slots = dict(head.slots)
    loop = head.active_loop
    for event in _applied(events):
        kind = event.get("event")
        if kind == "slot":
            slots[str(event.get("name"))] = event.get("value")
        elif kind in ("reset_slots", "restart", "session_started"):
            slots = {}
            loop = loop if kind == "reset_slots" else None
        elif kind == "active_loop":
            loop = event.get("name")
    return Head({name: value for name, value in slots.items() if value is not None}, loop)


def _applied(events: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The events that still count: rewinds and undos are carried out, and what a restart forgot is gone."""
    counted: list[dict[str, Any]] = []
    for event in events:
        kind = event.get("event")
        if kind == "rewind":
            _take_back(counted, "user")
        elif kind == "undo":
            _take_back(counted, "action")
        else:
            counted.append(event)
    return counted


def _take_back(counted: list[dict[str, Any]], kind: str) -> None:
    for place in range(len(counted) - 1, -1, -1):
        if counted[place].get("event") == kind:
            del counted[place:]
            return


def as_request_events(head: Head, tail: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """What goes into a turn's `events`: the active loop, if any, then the tail."""
    opened = [{"event": "active_loop", "name": head.active_loop}] if head.active_loop else []
    return [*opened, *tail]
