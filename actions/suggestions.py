"""Two likely meanings: which of them to offer, and how a tap on one carries what the message has named already."""

from __future__ import annotations

from actions import payloads
from actions.dialogue import NOT_UNDERSTOOD, Heard, Utter
from actions.titles import title_of
from bot.conversation.replies import Option

MOST = 2
"""Beside them stands a person, which makes three buttons."""
PLAUSIBLE = 0.12
NOT_OFFERED = frozenset(
    """
    greet goodbye thank affirm deny never_mind give_details out_of_scope complain repeat_that ask_human choose_product
    choose_option set_quantity ask_cheaper add_to_cart add_another switch_language
    """.split()  # noqa: SIM905
)
"""They mean nothing without their words, or are no wish that a button could stand for."""
_CARRIED = ("order_number", "product", "size", "colour", "quantity", "sku")


def likely(heard: Heard) -> list[str]:
    """The intents worth offering, best first."""
    found = [name for name, confidence in heard.ranking if confidence >= PLAUSIBLE and name != NOT_UNDERSTOOD]
    return [name for name in found if name not in NOT_OFFERED and title_of(name, heard.asked.language)][:MOST]


def choices(heard: Heard) -> tuple[Option, ...]:
    return tuple(choice(heard, intent) for intent in likely(heard))


def choice(heard: Heard, intent: str) -> Option:
    """The wish as a button, with what the message named as far as a payload holds it."""
    title = title_of(intent, heard.asked.language) or intent
    named = {name: value for name, value in heard.asked.entities.items() if name in _CARRIED}
    try:
        return Option(title, payloads.payload(intent, **named))
    except ValueError:
        return Option(title, payloads.payload(intent))


def doubt(heard: Heard) -> Utter:
    """Ask which wish is meant before anything that touches money begins."""
    intents = list(dict.fromkeys((heard.intent, *likely(heard))))[:MOST]
    return Utter("utter_did_you_mean", options=(*(choice(heard, one) for one in intents), heard.asked.buttons.person))
