"""The words around a purchase that need more than a fixed answer: "no", "forget it", another language, "what?"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from rasa_sdk.events import FollowupAction

from actions.dialogue import DialogueAction, Heard, Told
from bot.conversation.phrases import LANGUAGES
from bot.conversation.replies import Choices, Handoff, Option, Reply, Text, reply_from

LATIN_HINDI = "hi-Latn"


class LeaveIt(DialogueAction):
    """Nothing is done, and a later "yes" agrees to nothing."""

    title = "action_leave_it"

    async def tell(self, heard: Heard) -> Told:
        response = "utter_offer_left" if heard.slot("offer") else "utter_all_right"
        told = Told.response(response, heard.asked.buttons.keep_looking, heard.asked.buttons.show_cart)
        return Told(told.says, {"offer": None})


class SwitchLanguage(DialogueAction):
    """Sets the language, so that the response after it speaks it already. One that nobody here speaks is told."""

    title = "action_switch_language"

    async def tell(self, heard: Heard) -> Told:
        language = heard.asked.entities.get("language", "")
        if language == "hi" and heard.language == LATIN_HINDI:
            language = LATIN_HINDI
        if language not in LANGUAGES:
            return Told(events=(FollowupAction("utter_which_language"),))
        return Told(slots={"language": language}, events=(FollowupAction("utter_language_switched"),))


class RepeatThat(DialogueAction):
    """The last answer once more. Inside a form nothing: the form asks its question again by itself."""

    title = "action_repeat"

    async def tell(self, heard: Heard) -> Told:
        if heard.loop:
            return Told()
        said = last_said(heard.events)
        return Told(tuple(said)) if said else Told.response("utter_nothing_to_repeat")


def last_said(events: Sequence[Mapping[str, Any]]) -> list[Reply]:
    """What the bot said in its latest turn before this one."""
    said: list[Reply] = []
    users = 0
    for event in reversed(events):
        if event["event"] == "user":
            users += 1
            if said:
                break
        elif event["event"] == "bot" and users and (reply := reply_of(event)) is not None:
            said.insert(0, reply)
    return said


def reply_of(event: Mapping[str, Any]) -> Reply | None:
    """A bot's event in our words; None for what was never shown."""
    data = event.get("data") or {}
    if data.get("custom"):
        try:
            reply = reply_from(data["custom"])
        except msgspec.ValidationError:
            return None
        return None if isinstance(reply, Handoff) else reply
    text = str(event.get("text") or "")
    options = [Option(str(one["title"]), str(one["payload"])) for one in data.get("buttons") or []]
    if options:
        return Choices(text, options)
    return Text(text) if text else None
