"""What a form or a doubtful turn knows beyond the counter, and how it answers: by responses of domain.yml.

`Heard` adds to `Asked` what the model made of the message and which form was open when it came. `Told` names responses
instead of sentences: domain.yml holds each in every language, and an operator changes them without code.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Action, Tracker
from rasa_sdk.types import DomainDict

from actions.counter import Asked, refusal
from bot.conversation.replies import Option, Reply, reply_to
from bot.selling.shop import SenderUnproven, Shop

SURE = 0.6
"""Below this a wish that touches money is asked about first, and words inside a form are taken as an answer to it."""
NOT_UNDERSTOOD = "nlu_fallback"


@dataclass(frozen=True, slots=True)
class Heard:
    """One message inside the dialogue. `form` is the one that was open when it came, `requested` what that
    asked for, `loop` the one that is open now.

    `ranking` are the likeliest intents with their confidence, best first; a tap has only its own.
    """

    asked: Asked
    intent: str
    confidence: float
    ranking: Sequence[tuple[str, float]]
    form: str | None
    loop: str | None
    requested: str | None
    events: Sequence[Mapping[str, Any]]

    @classmethod
    def of(cls, tracker: Tracker, action: str) -> Heard:
        message = tracker.latest_message
        intent = message.get("intent") or {}
        form = open_form(tracker.events)
        return cls(
            asked=Asked.of(tracker, action),
            intent=str(intent.get("name") or NOT_UNDERSTOOD),
            confidence=float(intent.get("confidence") or 0.0),
            ranking=[(str(one["name"]), float(one["confidence"])) for one in message.get("intent_ranking") or []],
            form=form,
            loop=(tracker.active_loop or {}).get("name"),
            requested=tracker.slots.get("requested_slot") if form else None,
            events=tracker.events,
        )

    @property
    def tapped(self) -> bool:
        return not self.asked.text

    @property
    def sure(self) -> bool:
        return self.tapped or (self.intent != NOT_UNDERSTOOD and self.confidence >= SURE)

    @property
    def language(self) -> str:
        return str(self.asked.slots.get("language") or "en")

    def slot(self, name: str) -> str:
        return str(self.asked.slots.get(name) or "")


def open_form(events: Sequence[Mapping[str, Any]]) -> str | None:
    """The form that was open when the latest message came, whatever has been opened or closed since."""
    latest = max((place for place, event in enumerate(events) if event["event"] == "user"), default=len(events))
    names = [event.get("name") for event in events[:latest] if event["event"] == "active_loop"]
    return names[-1] if names else None


@dataclass(frozen=True, slots=True)
class Utter:
    """A response of domain.yml, what fills its gaps, and options beside its own buttons."""

    response: str
    facts: Mapping[str, str] = field(default_factory=dict)
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """What the customer hears, in order, what to keep in mind, and Rasa's events besides."""

    says: tuple[Utter | Reply, ...] = ()
    slots: Mapping[str, Any] = field(default_factory=dict)
    events: tuple[dict[str, Any], ...] = ()

    @classmethod
    def response(cls, name: str, *options: Option, **facts: str) -> Told:
        return cls((Utter(name, facts, options),))


class DialogueAction(Action, ABC):
    """Rasa's action, for the talk around the counter. `title` is its name in domain.yml."""

    title: str

    def __init__(self, shop: Shop) -> None:
        self.shop = shop

    def name(self) -> str:
        return self.title

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[dict[str, Any]]:
        heard = Heard.of(tracker, self.title)
        try:
            told = await self.tell(heard)
        except SenderUnproven as error:
            told = self.refuse_unproven(heard, error)
        for said in told.says:
            if isinstance(said, Utter):
                buttons = [{"title": option.title, "payload": option.payload} for option in said.options]
                facts: dict[str, Any] = {**said.facts}
                dispatcher.utter_message(response=said.response, buttons=buttons, **facts)
            else:
                dispatcher.utter_message(json_message=reply_to(said))
        return [*(SlotSet(name, value) for name, value in told.slots.items()), *told.events]

    def refuse_unproven(self, heard: Heard, error: SenderUnproven) -> Told:
        """What is said instead where nobody vouches for the sender."""
        return Told((refusal(heard.asked, error),))

    @abstractmethod
    async def tell(self, heard: Heard) -> Told:
        """Do it and say it."""
