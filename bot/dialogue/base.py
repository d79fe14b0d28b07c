"""What a turn is, seen from outside the engine: a function from what was to what comes next.

SoukError
└── EngineError
    ├── EngineUnavailable   503  no answer, or it is starting or loading: the same turn may be asked again
    └── TurnRefused         502  it answered that this turn cannot be: asking again will not help
"""

from __future__ import annotations

from typing import Any, Protocol

import msgspec

from bot.conversation.replies import Reply
from bot.errors import SoukError


class EngineError(SoukError):
    status = 503


class EngineUnavailable(EngineError):
    pass


class TurnRefused(EngineError):
    status = 502


class Said(msgspec.Struct, frozen=True, omit_defaults=True):
    """The one message of a turn: `payload` of something tapped, else `text` as typed."""

    id: str
    text: str | None = None
    payload: str | None = None
    locale: str | None = None
    metadata: dict[str, Any] = {}


class TurnRequest(msgspec.Struct, frozen=True, omit_defaults=True):
    turn_id: str
    conversation_id: str
    message: Said
    slots: dict[str, Any]
    events: list[dict[str, Any]]
    model: str | None = None


class Intent(msgspec.Struct, frozen=True):
    name: str
    confidence: float = 0.0


class ActionFailure(msgspec.Struct, frozen=True):
    action: str
    kind: str = ""


class Trace(msgspec.Struct, frozen=True):
    """Why the answer is what it is."""

    model: str | None = None
    language: str | None = None
    intent_ranking: list[Intent] = []
    entities: list[dict[str, Any]] = []
    steps: list[dict[str, Any]] = []
    errors: list[ActionFailure] = []

    @property
    def intent(self) -> Intent | None:
        return self.intent_ranking[0] if self.intent_ranking else None


class Turn(msgspec.Struct, frozen=True):
    events: list[dict[str, Any]]
    replies: list[Reply]
    trace: Trace


class Engine(Protocol):
    async def turn(self, request: TurnRequest) -> Turn:
        """Raises `EngineUnavailable` or `TurnRefused`."""
