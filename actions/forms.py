"""The forms: what each collects, about which orders, and how a message fills it.

A form's `validate_...` action reads the message: what it names fills slots, asked for or not ("no, order 10483");
"never mind" or a wish for a person ends the form; anything else is no answer, so Rasa's rules answer it and the form
asks again afterwards. What is done with a full form is its closing action's (`actions.closing`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from actions.counter import Mention
from actions.dialogue import DialogueAction, Heard, Told
from actions.filling import Filling
from actions.unlocking import CODE_FORM
from bot.commerce.orders import OrderState
from bot.selling.shop import SenderUnproven, Shop

S = OrderState
BOUGHT = frozenset({S.PAID, S.SHIPPED, S.DELIVERED, S.NEEDS_ATTENTION})
ARRIVING = frozenset({S.SHIPPED, S.DELIVERED, S.NEEDS_ATTENTION})
GONE_OUT = (S.SHIPPED, S.DELIVERED)
UNDER_WAY = frozenset({S.AWAITING_PAYMENT, S.PAID, S.NEEDS_ATTENTION})
NEVER_PAID = {S.AWAITING_PAYMENT: "utter_order_not_paid", S.EXPIRED: "utter_order_never_paid"}
GONE = {S.CANCELLED: "utter_order_cancelled", S.EXPIRED: "utter_order_never_paid"}


@dataclass(frozen=True, slots=True)
class Form:
    """`slots` are domain.yml's, in order. `states` are those of the orders it can be about; none: it is about no order.

    `refusals` are responses for orders in other states, `no_order` the one for a customer without any. A `money` form
    is not opened on a guess.
    """

    name: str
    intent: str
    slots: tuple[str, ...]
    states: frozenset[OrderState] = frozenset()
    refusals: Mapping[OrderState, str] = field(default_factory=dict)
    no_order: str = "utter_no_order"
    money: bool = False


FORMS = {
    form.name: form
    for form in (
        Form("return_form", "return_item", ("order_number", "item", "reason", "sure"), ARRIVING,
             {**NEVER_PAID, **GONE, S.PAID: "utter_not_sent_yet"}, money=True),
        Form("exchange_form", "exchange_item", ("order_number", "item", "exchange_for", "sure"), ARRIVING,
             {**NEVER_PAID, **GONE, S.PAID: "utter_not_sent_yet"}, money=True),
        Form("problem_form", "report_item_problem", ("order_number", "item", "problem", "remedy"), BOUGHT,
             {**NEVER_PAID, **GONE}),
        Form("refund_form", "ask_refund", ("order_number",), BOUGHT | {S.CANCELLED}, NEVER_PAID),
        Form("cancel_form", "cancel_order", ("order_number", "sure"), UNDER_WAY,
             {**GONE, **dict.fromkeys(GONE_OUT, "utter_cancel_too_late")}, money=True),
        Form("change_order_form", "change_order", ("order_number", "change"), UNDER_WAY,
             {**GONE, **dict.fromkeys(GONE_OUT, "utter_change_too_late")}, "utter_nothing_to_change"),
        Form("address_form", "change_address", ("order_number", "address", "sure"), UNDER_WAY,
             {**GONE, **dict.fromkeys(GONE_OUT, "utter_address_too_late")}, "utter_address_without_order"),
        Form("parcel_form", "parcel_missing", ("order_number",), BOUGHT,
             {**NEVER_PAID, **GONE}),
        Form("payment_form", "payment_failed", ("payment_problem",)),
        Form("contact_form", "update_contact", ("contact_field", "contact_value", "sure")),
        Form("erase_form", "delete_my_data", ("sure",)),
    )
}  # fmt: skip
KEPT_BETWEEN = ("order_number", "item")
"""What one form hands to the next when the customer changes their mind: "rather exchange it"."""
LEFT_BY = {"never_mind": "customer", "ask_human": "person"}
LEAVING = 0.4
"""How surely somebody must want out of a form: less than usual, for to be kept in is worse than to begin again."""
ALL_SLOTS = tuple(dict.fromkeys(name for form in FORMS.values() for name in form.slots))


class FillForm(DialogueAction):
    """Rasa's `validate_<form>`, called when the form opens and at every message while it is open."""

    def __init__(self, shop: Shop, form: Form) -> None:
        super().__init__(shop)
        self.form = form
        self.title = f"validate_{form.name}"

    async def tell(self, heard: Heard) -> Told:
        if self.form.states:
            await self.shop.vouch_for_orders(heard.asked.conversation_id)
        else:
            await self.shop.vouch(heard.asked.conversation_id)
        if heard.form == CODE_FORM:
            heard = after_code(heard)
        ended = self.ended_by(heard)
        if ended:
            return Told(slots={**self.forgotten(heard), "ended_by": ended, "requested_slot": None})
        orders = await self.shop.orders(heard.asked.conversation_id) if self.form.states else []
        filling = Filling(self.shop, self.form.intent, self.form.slots, self.form.states, heard, orders)
        if heard.form == self.form.name:
            return await filling.go_on()
        return await filling.begin(self.forgotten(heard))

    def refuse_unproven(self, heard: Heard, error: SenderUnproven) -> Told:
        """The form is over before it asks anything; its closing action says why."""
        return Told(slots={**self.forgotten(heard), "ended_by": "unproven", "requested_slot": None})

    def ended_by(self, heard: Heard) -> str | None:
        """Why the form ends with this message whatever it holds; None while it goes on."""
        if heard.form != self.form.name:
            return "doubt" if self.form.money and not heard.sure else None
        leaves = heard.tapped or heard.confidence >= LEAVING
        return LEFT_BY.get(heard.intent) if leaves else None

    def forgotten(self, heard: Heard) -> dict[str, None]:
        """What an earlier form left that must not count in this one, and what a "yes" would have agreed to."""
        if heard.form == self.form.name:
            return {}
        kept = KEPT_BETWEEN if heard.form in FORMS else ("order_number",)
        return {name: None for name in (*self.form.slots, "ended_by", "offer") if name not in kept}


def after_code(heard: Heard) -> Heard:
    """The message was the code that showed the form's order, and says nothing else."""
    number = heard.slot("order_number")
    asked = replace(heard.asked, text="", mentions=(Mention("order_number", number, number, 0),))
    return replace(heard, asked=asked)
