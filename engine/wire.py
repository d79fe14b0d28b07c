"""What the engine is asked and what it answers: the JSON of every route, as structs. Knows nothing of Rasa.

    EngineError             answered as {"error": {"code", "message"}}
    ├── BadRequest          400 bad_request     the body is not what the route takes
    ├── ModelUnknown        404 model_unknown   no such file among the models
    ├── ModelBroken         422 model_broken    the file is there and cannot be loaded
    ├── NoModel             503 no_model        nothing has been trained yet
    └── EngineBusy          503 engine_busy     too many turns at once; ask again

A failed action is none of these: the turn is answered 200 and `trace.errors` names it.
"""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

Event = dict[str, Any]


class EngineError(Exception):
    """`status` is the answer's HTTP status, `code` what callers decide by, the message one sentence for people."""

    status = 500
    code = "engine_failed"


class BadRequest(EngineError):
    status, code = 400, "bad_request"


class ModelUnknown(EngineError):
    status, code = 404, "model_unknown"


class ModelBroken(EngineError):
    status, code = 422, "model_broken"


class NoModel(EngineError):
    status, code = 503, "no_model"


class EngineBusy(EngineError):
    status, code = 503, "engine_busy"


class TurnMessage(msgspec.Struct, frozen=True):
    """One message of a customer: `text` they typed, or the `payload` (`/intent{"entity": "value"}`) of a button."""

    id: str
    text: str | None = None
    payload: str | None = None
    locale: str | None = None
    metadata: dict[str, Any] = {}

    def __post_init__(self) -> None:
        if bool(self.text) == bool(self.payload):
            raise ValueError("a message carries either `text` or `payload`, and it is not empty")


class TurnRequest(msgspec.Struct, frozen=True):
    """A turn's whole input. `slots` and `events` are explained in `tracker`."""

    turn_id: str
    conversation_id: str
    message: TurnMessage
    model: str | None = None
    slots: dict[str, Any] = {}
    events: list[Event] = []


class Step(msgspec.Struct, frozen=True):
    """An action the bot took, and the policy that chose it; `confidence` is 0 to 1."""

    action: str | None
    policy: str | None
    confidence: float | None


class ActionFailure(msgspec.Struct, frozen=True):
    """An action that did not do its work. `kind`: unreachable, timeout, refused, invalid, crashed or looping."""

    action: str
    kind: str


class Trace(msgspec.Struct, frozen=True):
    """Why the bot answered so: the model's file name, the ten likeliest intents, entities, steps, failures.

    `language` is the one that the message was understood in. `wishes` are the parts that a message of several wishes
    was cut into, in the order they were answered; intents and entities are then those of the first.
    """

    model: str
    language: str | None
    intent_ranking: list[dict[str, Any]]
    entities: list[dict[str, Any]]
    steps: list[Step]
    errors: list[ActionFailure]
    wishes: list[str] = []


class TurnAnswer(msgspec.Struct, frozen=True):
    """The new events only, the replies in order as Rasa's collecting channel makes them, and the reasons."""

    events: list[Event]
    replies: list[dict[str, Any]]
    trace: Trace


class ParseRequest(msgspec.Struct, frozen=True):
    text: str
    model: str | None = None


class ParseAnswer(msgspec.Struct, frozen=True):
    intent: dict[str, Any]
    intent_ranking: list[dict[str, Any]]
    entities: list[dict[str, Any]]
    model: str


class LoadRequest(msgspec.Struct, frozen=True):
    model: str


class Health(msgspec.Struct, frozen=True):
    """`model` answers turns that name none (null when nothing is trained); `models` are in memory."""

    status: str
    model: str | None
    models: list[str]
    rasa: str


Body = TypeVar("Body")


def read(body: bytes, kind: type[Body]) -> Body:
    """Parse a request's bytes into `kind`.

    Raises:
        BadRequest: not JSON, or not of that shape; the sentence says where.
    """
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.DecodeError as error:
        raise BadRequest(str(error)) from error


def write(answer: Any) -> bytes:
    """JSON of a struct. Rasa's components put numpy's numbers into what they return; they become plain ones."""
    return msgspec.json.encode(answer, enc_hook=plain)


def plain(value: Any) -> Any:
    if hasattr(value, "item"):
        return value.item()
    raise NotImplementedError(f"{type(value).__name__} has no JSON form")
