"""When the mood is bad or something is wrong that no bot should handle: complaints and suspected fraud."""

from __future__ import annotations

import re

from rasa_sdk.events import ActiveLoop

from actions.dialogue import DialogueAction, Heard, Told, Utter
from actions.forms import ALL_SLOTS, FORMS
from bot.conversation.replies import Handoff
from bot.handoff.policy import Reason

PATIENCE = 2
"""The complaint of a conversation that goes to a person unasked; the first one is offered a person."""
_STRONG = re.compile(
    r"!!|\burgen|\basap\b|emergency|lawyer|police|scam|fraud|sue you|third time|3rd time|rip.?off|thie(?:f|ves)"
    r"|avocat|arnaque|voleur|escroc|troisième fois|3e fois|immédiatement"
    r"|pilne|natychmiast|oszu[sś]|złodziej|prawnik|policj|trzeci raz|skandal"
    r"|तुरंत|जल्दी|धोखा|पुलिस|वकील|चोर|तीसरी बार|turant|jaldi|dhokh|chor\b|teesri baar|vakeel",
    re.IGNORECASE,
)
_UPSET = re.compile(
    r"ridiculous|useless|worst|terrible|awful|stupid|fed up|unacceptable|disgust|annoy|wtf|hate"
    r"|inadmissible|nul\b|honte|scandal|marre|inacceptable|pire"
    r"|beznadziej|żenad|wkurz|masakra|fatal|najgors|dość tego|kpina"
    r"|बकवास|घटिया|बेकार|तंग आ|bakwas|ghatiya|bekaar|bekar|tang aa",
    re.IGNORECASE,
)
_LOUD = 10
"""So many capital letters, and nothing else, are shouting."""


class Complain(DialogueAction):
    """The first complaint is answered with sympathy and a person to tap; a second, or a strong one, by a person."""

    title = "action_console"

    async def tell(self, heard: Heard) -> Told:
        told = int(heard.asked.slots.get("complaints") or 0) + 1
        if told >= PATIENCE or is_strong(heard.asked.text):
            return send_to_person(heard, Reason.COMPLAINT)
        return Told((Utter("utter_sorry_offer_person"),), {"complaints": told})


class ReportFraud(DialogueAction):
    """To a person at once; what not to do meanwhile is said with the hand-off."""

    title = "action_report_fraud"

    async def tell(self, heard: Heard) -> Told:
        return send_to_person(heard, Reason.FRAUD)


def send_to_person(heard: Heard, reason: Reason) -> Told:
    """A person now, with what an open form had collected; the form is over."""
    details = [f"{name.replace('_', ' ')}: {heard.slot(name)}" for name in ALL_SLOTS if heard.slot(name)]
    form = f"Was in the middle of: {FORMS[heard.loop].intent.replace('_', ' ')}. " if heard.loop in FORMS else ""
    summary = f"{form}{'; '.join(details)}" if form else ""
    closed = (ActiveLoop(None),) if heard.loop else ()
    forgotten = dict.fromkeys(ALL_SLOTS) if heard.loop else {}
    return Told((Handoff(reason, summary),), {**forgotten, "complaints": None, "offer": None}, closed)


def is_strong(text: str) -> bool:
    """Urgent, or close to leaving: no time for a first answer."""
    return bool(_STRONG.search(text)) or is_loud(text)


def is_upset(text: str) -> bool:
    return bool(_UPSET.search(text)) or is_strong(text)


def is_loud(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    return len(letters) >= _LOUD and all(letter.isupper() for letter in letters)
