"""A payment that was declined, charged twice, or could not even begin."""

from __future__ import annotations

from actions.closing import CloseForm
from actions.dialogue import Heard, Told, Utter
from bot.handoff.policy import Reason


class PaymentFailed(CloseForm):
    """Charged twice is a person's at once. Otherwise nothing was charged, and the pay page can be opened anew."""

    title = "action_payment_failed"
    form_name = "payment_form"
    headline = "A payment went wrong."

    async def done(self, heard: Heard) -> Told:
        problem = heard.slot("payment_problem")
        if problem == "twice":
            return await self.hand_over(heard, Utter("utter_charged_twice"), reason=Reason.PAYMENT_PROBLEM)
        return Told.response("utter_payment_page" if problem == "page" else "utter_payment_declined")

    async def more_facts(self, heard: Heard) -> list[str]:
        orders = await self.shop.orders(heard.asked.conversation_id)
        return [f"Latest orders: {', '.join(f'{one.number} {one.state}' for one in orders[:3])}."] if orders else []
