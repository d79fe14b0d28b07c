"""How a form ends: carried out, handed to a person with all that was collected, or left as it was, and it says which.

A closing action never claims more than was done. What the shop cannot do by itself yet becomes a ticket, whose summary
holds every detail, so that nothing has to be told twice.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import replace

from actions.asking import item_label, order_of
from actions.dialogue import DialogueAction, Heard, Told, Utter
from actions.forms import ALL_SLOTS, FORMS, Form
from actions.suggestions import doubt
from actions.unlocking import ask_for_code, code_slots
from bot.commerce.orders import OrderState
from bot.conversation.phrases import speaker
from bot.conversation.replies import Handoff, Text
from bot.handoff.policy import Reason
from bot.selling.shop import SenderUnproven, Shop


class CloseForm(DialogueAction):
    """What follows a form. `form_name` is the form's in domain.yml, `headline` its first words in a ticket."""

    form_name: str
    headline: str

    def __init__(self, shop: Shop) -> None:
        super().__init__(shop)
        self.form: Form = FORMS[self.form_name]

    async def tell(self, heard: Heard) -> Told:
        return self.forgetting(await self.end(heard))

    def refuse_unproven(self, heard: Heard, error: SenderUnproven) -> Told:
        return self.forgetting(super().refuse_unproven(heard, error))

    def forgetting(self, told: Told) -> Told:
        """What is said, with every slot of every form empty again."""
        return replace(told, slots={**told.slots, **dict.fromkeys(ALL_SLOTS), "ended_by": None, "offer": None})

    async def end(self, heard: Heard) -> Told:
        await self._vouch(heard)
        match heard.slot("ended_by"):
            case "":
                return Told.response("utter_left_as_it_is") if heard.slot("sure") == "no" else await self.done(heard)
            case "doubt":
                return Told((doubt(heard),))
            case "person":
                return Told((Handoff(Reason.ASKED_FOR_PERSON, await self.summary(heard)),))
            case "no_order":
                return replace(Told.response(self.form.no_order), slots={"waiting_form": self.form.name})
            case "unseen":
                return Told(slots=code_slots(heard.slot("code_for"), self.form.name), events=ask_for_code())
            case "wrong_state":
                return await self.refuse(heard)
        return Told.response("utter_left_it")

    async def _vouch(self, heard: Heard) -> None:
        if self.form.states:
            await self.shop.vouch_for_orders(heard.asked.conversation_id)
        else:
            await self.shop.vouch(heard.asked.conversation_id)

    async def refuse(self, heard: Heard) -> Told:
        order = await order_of(self.shop, heard)
        response = self.form.refusals.get(OrderState(order.state)) if order else None
        return Told.response(response or self.form.no_order, order=heard.slot("order_number"))

    @abstractmethod
    async def done(self, heard: Heard) -> Told:
        """The form is full."""

    async def hand_over(self, heard: Heard, *says: Utter | Text, reason: Reason = Reason.REQUEST) -> Told:
        """Say what was noted, and give it to a person."""
        return Told((*says, Handoff(reason, await self.summary(heard))))

    async def summary(self, heard: Heard) -> str:
        """What an agent reads: a line of facts, in English like the rest of the desk."""
        order = await order_of(self.shop, heard)
        facts = [self.headline]
        if order is not None:
            facts.append(f"Order {order.number}, {order.state}, {order.total.format('en')}.")
        if item := item_label(speaker("en"), order, heard.slot("item")):
            facts.append(f"Item: {item}.")
        for name in self.form.slots:
            if name not in ("order_number", "item", "sure") and (value := heard.slot(name)):
                facts.append(f"{name.replace('_', ' ').capitalize()}: {value}.")
        return " ".join([*facts, *await self.more_facts(heard)])

    async def more_facts(self, heard: Heard) -> list[str]:
        return []
