"""The slot `language` follows the customer: a message that clearly tells its language sets it before actions run.

Rasa fills slots from entities and intents only. `install` lets its slot filling read the language that
`engine.nlu.language` identified, in every way of talking to a model: turns, `rasa shell`, `rasa test`.
"""

from __future__ import annotations

import functools
from typing import Any

from rasa.core.actions.action import ActionExtractSlots
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, SlotSet
from rasa.shared.core.slots import CategoricalSlot
from rasa.shared.core.trackers import DialogueStateTracker

from engine.nlu.language import CONFIDENCE, LANGUAGE


def install() -> None:
    """Extend Rasa's slot filling. Twice is once."""
    if not hasattr(ActionExtractSlots.run, "__wrapped__"):
        ActionExtractSlots.run = following_language(ActionExtractSlots.run)


def following_language(run: Any) -> Any:
    @functools.wraps(run)
    async def run_and_follow(
        self: ActionExtractSlots, output_channel: Any, nlg: Any, tracker: DialogueStateTracker, domain: Domain
    ) -> list[Event]:
        events: list[Event] = await run(self, output_channel, nlg, tracker, domain)
        if any(isinstance(event, SlotSet) and event.key == LANGUAGE for event in events):
            return events
        return [*events, *language_events(tracker, domain)]

    return run_and_follow


def language_events(tracker: DialogueStateTracker, domain: Domain) -> list[Event]:
    """The slot's new value, when the domain has the slot, takes the value, and the latest message told another one."""
    said = tracker.latest_message.parse_data if tracker.latest_message else {}
    language = said.get(LANGUAGE)
    slot = next((slot for slot in domain.slots if slot.name == LANGUAGE), None)
    if slot is None or not language or not said.get(CONFIDENCE) or tracker.get_slot(LANGUAGE) == language:
        return []
    if isinstance(slot, CategoricalSlot) and language.lower() not in slot.values:
        return []
    return [SlotSet(LANGUAGE, language)]
