"""Two actions for the engine's tests: one does its work, one breaks."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher


class LookUp(Action):
    def name(self) -> str:
        return "action_look_up"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:
        dispatcher.utter_message(json_message={"type": "text", "text": f"Something {tracker.get_slot('colour')}."})
        return [SlotSet("looked_up", tracker.latest_message["metadata"].get("turn_id"))]


class Break(Action):
    def name(self) -> str:
        return "action_break"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:
        raise RuntimeError("This action always breaks.")
