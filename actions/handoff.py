"""A person, please."""

from __future__ import annotations

from actions.counter import Asked, CounterAction, Said
from bot.conversation.replies import Handoff
from bot.handoff.policy import Reason


class AskForPerson(CounterAction):
    """Asks for the ticket; the worker opens it and tells the customer. What the bot alone knows goes along."""

    title = "action_ask_for_person"

    async def answer(self, asked: Asked) -> Said:
        return Said((Handoff(Reason.ASKED_FOR_PERSON.value, looked_at(asked)),))


def looked_at(asked: Asked) -> str:
    """What was in front of the customer, for the agent who takes over."""
    shown = {product["id"]: product["title"] for product in asked.slots.get("shown") or []}
    product = asked.slots.get("product_id")
    if product:
        return f"Was looking at {shown.get(product, product)}."
    return f"Was shown {', '.join(shown.values())}." if shown else ""
