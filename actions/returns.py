"""Sending back, exchanging, things that arrived wrong, and money back.

What keeps the owner's rules is registered at once; what does not goes to a person, or the customer hears why not.
"""

from __future__ import annotations

from datetime import datetime

from actions import order_state, payloads
from actions.asking import item_label, label, line_of, order_of, variants_of
from actions.closing import CloseForm
from actions.dialogue import Heard, Told, Utter
from actions.filling import NOT_BY_RULES
from bot.commerce.orders import OrderState
from bot.commerce.refunds import LIVE
from bot.commerce.returns import NoReturn, ReturnKind, ReturnState
from bot.conversation.phrases import phrase
from bot.conversation.replies import Choices, Option, Text
from bot.handoff.policy import Reason
from bot.selling.after_sale import Aftermath, Return, ReturnOpened, ReturnRefused
from bot.selling.answers import VariantView
from bot.selling.order_answers import OrderView

WHY_NOT = {
    NoReturn.TOO_LATE: phrase(
        "Order {number} could be sent back until {until}. Anything that is faulty can still come back: tell me what is "
        "wrong with it."
    ),
    NoReturn.NEVER: phrase("Our shop takes nothing back by itself. What is faulty can always come back."),
    NoReturn.CATEGORY: phrase(
        "{item} cannot be sent back for reasons of hygiene, unless it arrived faulty. Other things of order {number} "
        "can."
    ),
    NoReturn.ALREADY: phrase("That is registered as a return already, or has come back."),
    NoReturn.NO_EXCHANGES: phrase("Our shop does not exchange by itself, but you can send it back and order anew."),
    NoReturn.SOLD_OUT: phrase("That has just sold out. You can choose something else, or send yours back."),
    NoReturn.OTHER_PRICE: phrase("You paid {paid}, and that one costs {price}, so a person has to arrange it."),
    NoReturn.REPLACEMENT: phrase("Order {number} came in exchange for something else, so a person has to arrange it."),
    NoReturn.UNDER_REVIEW: phrase("Order {number} is with a person of our team; I have passed on your wish."),
}
A_PERSONS = frozenset({NoReturn.OTHER_PRICE, NoReturn.REPLACEMENT, NoReturn.UNDER_REVIEW})
"""What cannot be done by the rules, but can be done."""


class SendsBack(CloseForm):
    """What the two forms share: how a registered return and a refused one are told."""

    async def end(self, heard: Heard) -> Told:
        if heard.slot("ended_by") != NOT_BY_RULES:
            return await super().end(heard)
        number, item = int(heard.slot("order_number")), heard.slot("item")
        quote = await self.shop.after.quote_return(heard.asked.conversation_id, number, item)
        return await self.refused(heard, quote) if isinstance(quote, ReturnRefused) else await super().end(heard)

    async def told(self, heard: Heard, answer: Return) -> Told:
        match answer:
            case ReturnOpened():
                return await self.opened(heard, answer)
            case ReturnRefused():
                return await self.refused(heard, answer)
        return Told.response(self.form.no_order)

    async def opened(self, heard: Heard, answer: ReturnOpened) -> Told:
        asked = heard.asked
        facts = {"id": answer.id, "amount": asked.amount(answer.amount), "day": self.until(heard, answer.send_by)}
        begins = asked.say("Return {id} is registered. Write that number on the parcel, and send it by {day}.", **facts)
        if answer.kind == ReturnKind.EXCHANGE:
            ends = asked.say("What you get instead is put aside for you, and leaves as soon as yours is here.")
        elif answer.waits:
            ends = asked.say("A person has to approve that {amount} goes back; they will write to you here.", **facts)
            return await self.hand_over(heard, Text(f"{begins} {ends}"), reason=Reason.REFUND_APPROVAL)
        elif answer.pay_first:
            ends = asked.say("{amount} goes back to what you paid with; banks take 5 to 10 days.", **facts)
        else:
            ends = asked.say("As soon as it is here, {amount} goes back to what you paid with.", **facts)
        return Told((Choices(f"{begins} {ends}", [self.how(heard), asked.buttons.my_order]),))

    async def refused(self, heard: Heard, answer: ReturnRefused) -> Told:
        why = NoReturn(answer.why)
        if why is NoReturn.NOT_SENT:
            return Told.response("utter_not_sent_yet", order=str(answer.order_number))
        if why not in WHY_NOT:
            return Told.response(self.form.no_order)
        asked, order = heard.asked, await order_of(self.shop, heard)
        text = asked.say(
            WHY_NOT[why],
            number=answer.order_number,
            item=item_label(asked.say, order, heard.slot("item")),
            until=self.until(heard, answer.until),
            paid=asked.amount(answer.paid) if answer.paid else "",
            price=asked.amount(answer.price) if answer.price else "",
        )
        if why in A_PERSONS:
            return await self.hand_over(heard, Text(text))
        return Told((Choices(text, [faulty(heard), asked.buttons.person]),))

    def until(self, heard: Heard, moment: datetime | None) -> str:
        return order_state.day(heard.asked, moment) if moment else ""

    def how(self, heard: Heard) -> Option:
        return Option(heard.asked.say("How to send it"), payloads.payload("ask_return_policy"))


class ReturnItem(SendsBack):
    title = "action_return_item"
    form_name = "return_form"
    headline = "Wants to return something."

    async def done(self, heard: Heard) -> Told:
        asked, number = heard.asked, int(heard.slot("order_number"))
        answer = await self.shop.after.open_return(
            asked.conversation_id, asked.key, number, heard.slot("item"), heard.slot("reason")
        )
        return await self.told(heard, answer)


class ExchangeItem(SendsBack):
    """Against another variant of the same thing at the same price; a person arranges anything else."""

    title = "action_exchange_item"
    form_name = "exchange_form"
    headline = "Wants to exchange something."

    async def done(self, heard: Heard) -> Told:
        order = await order_of(self.shop, heard)
        line = line_of(order, heard.slot("item"))
        variant = await self.variant(heard)
        if line is None or variant is None:
            return await self.arranged(heard, order)
        asked = heard.asked
        answer = await self.shop.after.open_exchange(
            asked.conversation_id, asked.key, int(heard.slot("order_number")), line.sku, variant.sku, variant.price
        )
        return await self.told(heard, answer)

    async def variant(self, heard: Heard) -> VariantView | None:
        """What is wanted, where the shop has it."""
        line = line_of(await order_of(self.shop, heard), heard.slot("item"))
        variants = await variants_of(self.shop, heard, line) if line else []
        return next((one for one in variants if one.sku == heard.slot("exchange_for")), None)

    async def arranged(self, heard: Heard, order: OrderView | None) -> Told:
        facts = {"order": heard.slot("order_number"), "item": item_label(heard.asked.say, order, heard.slot("item"))}
        variant = await self.variant(heard)
        wanted = label(heard.asked.say, variant.options.items()) if variant else heard.slot("exchange_for")
        return await self.hand_over(heard, Utter("utter_exchange_noted", {**facts, "what": wanted}))


class ReportProblem(CloseForm):
    """A person decides, and finds it ready to be replaced or paid back."""

    title = "action_report_problem"
    form_name = "problem_form"
    headline = "Something arrived wrong."

    async def done(self, heard: Heard) -> Told:
        asked, number = heard.asked, int(heard.slot("order_number"))
        await self.shop.after.report_problem(
            asked.conversation_id,
            asked.key,
            number,
            heard.slot("item"),
            heard.slot("problem"),
            replace=heard.slot("remedy") == "replacement",
        )
        facts = {
            "order": heard.slot("order_number"),
            "item": item_label(asked.say, await order_of(self.shop, heard), heard.slot("item")),
        }
        return await self.hand_over(heard, Utter("utter_problem_noted", facts), reason=Reason.RETURN_DECISION)


class Refund(CloseForm):
    """How the money is doing; and where none is on its way, what makes it go back."""

    title = "action_refund"
    form_name = "refund_form"
    headline = "Asks for a refund, or where it is."

    async def done(self, heard: Heard) -> Told:
        order = await order_of(self.shop, heard)
        if order is None:
            return Told.response(self.form.no_order)
        after = (await self.shop.after.of(heard.asked.conversation_id, order.number)).get(order.number)
        if after is not None and is_under_way(after):
            said = " ".join(order_state.afterwards(heard.asked, after))
            begins = heard.asked.say("Order {number}:", number=order.number)
            return Told((Choices(f"{begins} {said}", [heard.asked.buttons.my_order, heard.asked.buttons.person]),))
        return await self.way_to(heard, order)

    async def way_to(self, heard: Heard, order: OrderView) -> Told:
        """No money is on its way yet: what would send it."""
        asked, number = heard.asked, str(order.number)
        match OrderState(order.state):
            case OrderState.PAID:
                return Told.response("utter_not_sent_yet", order=number)
            case OrderState.CANCELLED:
                text = asked.say("Order {number} is cancelled, and nothing of it is left to pay back.", number=number)
                return Told((Choices(text, [asked.buttons.my_order, asked.buttons.person]),))
            case OrderState.SHIPPED | OrderState.DELIVERED:
                text = asked.say(
                    "For order {number} your money goes back when things come back. What is it?", number=number
                )
                back = Option(asked.say("I send it back"), payloads.payload("return_item", order_number=number))
                return Told((Choices(text, [back, faulty(heard), asked.buttons.person]),))
        text = asked.say("Order {number} is with a person of our team; I have passed on your wish.", number=number)
        return await self.hand_over(heard, Text(text))


def is_under_way(after: Aftermath) -> bool:
    """Whether money is, or will be, on its way back."""
    coming = (ReturnState.ASKED, ReturnState.APPROVED, ReturnState.RECEIVED)
    return (
        after.disputed
        or any(one.state in LIVE for one in after.refunds)
        or any(one.state in coming for one in after.returns)
    )


def faulty(heard: Heard) -> Option:
    number = heard.slot("order_number")
    return Option(heard.asked.say("It is faulty"), payloads.payload("report_item_problem", order_number=number))
