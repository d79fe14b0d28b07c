"""The words around a purchase that need more than a fixed answer: "no", which takes back what was offered."""

from __future__ import annotations

from actions.counter import Asked, CounterAction, Said


class LeaveIt(CounterAction):
    """Nothing is done, and a later "yes" agrees to nothing."""

    title = "action_leave_it"

    async def answer(self, asked: Asked) -> Said:
        text = "All right, I leave it as it is." if asked.slots.get("offer") else "All right."
        return Said.text(f"{text} What else may I do?", asked.buttons.keep_looking, asked.buttons.show_cart)
