"""The counter that every action stands behind: who asks and what was said, and how an answer goes back to Rasa.

An action is a `CounterAction`: it gets an `Asked`, makes its call of the shop and returns a `Said`. What it expects
to go wrong (sold out, an empty cart) it says in words; anything else it lets rise, so that the engine reports the
failed action and a person takes over.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Action, Tracker
from rasa_sdk.types import DomainDict

from actions.payloads import Buttons
from bot.commerce.money import Money
from bot.conversation import phrases
from bot.conversation.replies import Choices, Option, Reply, Text, reply_to
from bot.selling.shop import SenderUnproven, Shop


@dataclass(frozen=True, slots=True)
class Mention:
    """Something named in a message: its `entity`, its canonical `value` ("blue"), its `words` as typed ("bleu")."""

    entity: str
    value: str
    words: str
    start: int

    @classmethod
    def of(cls, found: Mapping[str, Any], text: str) -> Mention:
        start, end = found.get("start"), found.get("end")
        value = str(found["value"])
        return cls(found["entity"], value, text[start:end] if start is not None and end else value, start or 0)


@dataclass(frozen=True, slots=True)
class Asked:
    """One message of a customer and what is remembered of the conversation.

    `text` is empty for a tap. `key` names this action in this turn: the same turn run again has the same key and
    changes nothing twice. `language` is one of `bot.conversation.phrases.LANGUAGES`, `locale` Babel's name of how
    amounts and dates are written. `mentions` are in the order of the message, `intent` is what it was understood as.
    """

    conversation_id: int
    key: str
    text: str
    language: str
    locale: str
    mentions: tuple[Mention, ...]
    slots: Mapping[str, Any]
    intent: str = ""

    @classmethod
    def of(cls, tracker: Tracker, action: str) -> Asked:
        message = tracker.latest_message
        metadata = message.get("metadata") or {}
        turn = metadata.get("turn_id") or message["message_id"]
        words = message.get("text") or ""
        locale = metadata.get("locale")
        language = tracker.slots.get("language")
        if language not in phrases.LANGUAGES:
            language = phrases.language_of(locale)
        found = [Mention.of(entity, words) for entity in message.get("entities") or []]
        return cls(
            conversation_id=int(tracker.sender_id),
            key=f"{turn}:{action}",
            text="" if was_tapped(message) else words,
            language=language,
            locale=phrases.locale_for(language, locale),
            mentions=tuple(sorted(found, key=lambda mention: mention.start)),
            slots=dict(tracker.slots),
            intent=str((message.get("intent") or {}).get("name") or ""),
        )

    @property
    def say(self) -> phrases.Speaker:
        """`asked.say("Order {number}", number=7)`, in the customer's language."""
        return phrases.speaker(self.language)

    @property
    def buttons(self) -> Buttons:
        """The things to tap that many answers share, in the customer's language."""
        return Buttons(self.say)

    @property
    def entities(self) -> Mapping[str, str]:
        """The value of each entity, the first where several are named."""
        return {mention.entity: mention.value for mention in reversed(self.mentions)}

    @property
    def offer(self) -> str | None:
        """What a plain "yes" would agree to, for an answer that only comes in between. Nobody empties a cart by a yes
        that was meant for something else."""
        offer = self.slots.get("offer")
        return None if offer == "clear_cart" else offer

    def named(self, entity: str) -> list[Mention]:
        """Every mention of an entity, in the order of the message."""
        return [mention for mention in self.mentions if mention.entity == entity]

    def amount(self, money: Money) -> str:
        return money.format(self.locale)


def was_tapped(message: Mapping[str, Any]) -> bool:
    """Whether it is a button's payload. Words may begin with a slash too, but they are never understood for certain."""
    intent = message.get("intent") or {}
    return intent.get("confidence") == 1.0 and (message.get("text") or "").startswith(f"/{intent.get('name')}")


@dataclass(frozen=True, slots=True)
class Said:
    """What the customer hears, in order, and what to keep in mind. `offer` is what a plain "yes" would agree to."""

    replies: tuple[Reply, ...]
    slots: Mapping[str, Any] = field(default_factory=dict)
    offer: str | None = None
    follow_up: tuple[dict[str, Any], ...] = ()

    @classmethod
    def text(cls, text: str, *options: Option, offer: str | None = None, **slots: Any) -> Said:
        """A sentence, with things to tap when there are any."""
        return cls((Choices(text, list(options)) if options else Text(text),), slots, offer)

    def keeping(self, **slots: Any) -> Said:
        return Said(self.replies, {**self.slots, **slots}, self.offer, self.follow_up)


def refusal(asked: Asked, error: SenderUnproven) -> Reply:
    """Why nothing is done for this sender, and what they can do: a code shows that an order they name is theirs."""
    number = asked.entities.get("order_number", "").lstrip("#")
    ways = [asked.buttons.send_code(number)] if number.isdecimal() else []
    words = asked.say(
        "I cannot be sure that this mail is really from you: your mail host did not confirm the sender. So that nobody "
        "buys in your name or learns of your orders, I do this only when you write from your own mail program, or in "
        "our chat: {url}",
        url=error.chat_url,
    )
    return Choices(words, [*ways, asked.buttons.person])


class CounterAction(Action, ABC):
    """Rasa's action, at this shop's counter. `title` is its name in domain.yml."""

    title: str

    def __init__(self, shop: Shop) -> None:
        self.shop = shop

    def name(self) -> str:
        return self.title

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[dict[str, Any]]:
        asked = Asked.of(tracker, self.title)
        try:
            said = await self.answer(asked)
        except SenderUnproven as error:
            said = Said((refusal(asked, error),))
        for reply in said.replies:
            dispatcher.utter_message(json_message=reply_to(reply))
        kept = {**said.slots, "offer": said.offer}
        return [*(SlotSet(name, value) for name, value in kept.items()), *said.follow_up]

    @abstractmethod
    async def answer(self, asked: Asked) -> Said:
        """Do it and say it."""
