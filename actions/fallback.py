"""Not understood, for the first time: ask again, and say what would be understood."""

from __future__ import annotations

from rasa_sdk.events import FollowupAction

from actions.counter import Asked, CounterAction, Said


class AskAgain(CounterAction):
    """Also answers an intent that has no rule yet. Then no rule says what comes next, so the action says it: listen."""

    title = "action_ask_again"

    async def answer(self, asked: Asked) -> Said:
        said = Said.text(
            f"Sorry, I did not get that. {hint(asked)}",
            asked.buttons.show_cart,
            asked.buttons.my_order,
            asked.buttons.person,
        )
        return Said(said.replies, said.slots, asked.slots.get("offer"), (FollowupAction("action_listen"),))


def hint(asked: Asked) -> str:
    """How to go on from where the customer is."""
    shown = {product["id"]: product["title"] for product in asked.slots.get("shown") or []}
    title = shown.get(asked.slots.get("product_id") or "")
    if title and not asked.slots.get("added"):
        return f"For {title}, write a size or a colour, or “add it”. I can also do this:"
    return "Tell me what you are looking for, for example “running shoes under 80”, or tap one of these:"
