"""Sending back, exchanging, things that arrived wrong, and money back. A person carries each of them out."""

from __future__ import annotations

from actions.asking import item_label, label, line_of, order_of, variants_of, worth
from actions.closing import CloseForm
from actions.dialogue import Heard, Told, Utter


class ReturnItem(CloseForm):
    title = "action_return_item"
    form_name = "return_form"
    headline = "Wants to return something."

    async def done(self, heard: Heard) -> Told:
        order = await order_of(self.shop, heard)
        amount = heard.asked.amount(worth(order, heard)) if order else ""
        item = item_label(heard.asked.say, order, heard.slot("item"))
        facts = {"order": heard.slot("order_number"), "item": item, "amount": amount}
        return await self.hand_over(heard, Utter("utter_return_noted", facts))

    async def more_facts(self, heard: Heard) -> list[str]:
        order = await order_of(self.shop, heard)
        return [f"To be paid back: {worth(order, heard).format('en')}."] if order else []


class ExchangeItem(CloseForm):
    title = "action_exchange_item"
    form_name = "exchange_form"
    headline = "Wants to exchange something."

    async def done(self, heard: Heard) -> Told:
        order = await order_of(self.shop, heard)
        facts = {"order": heard.slot("order_number"), "item": item_label(heard.asked.say, order, heard.slot("item"))}
        return await self.hand_over(heard, Utter("utter_exchange_noted", {**facts, "what": await self.what(heard)}))

    async def what(self, heard: Heard) -> str:
        line = line_of(await order_of(self.shop, heard), heard.slot("item"))
        wanted = heard.slot("exchange_for")
        variants = await variants_of(self.shop, heard, line) if line else []
        return next((label(heard.asked.say, one.options.items()) for one in variants if one.sku == wanted), wanted)


class ReportProblem(CloseForm):
    title = "action_report_problem"
    form_name = "problem_form"
    headline = "Something arrived wrong."

    async def done(self, heard: Heard) -> Told:
        facts = {
            "order": heard.slot("order_number"),
            "item": item_label(heard.asked.say, await order_of(self.shop, heard), heard.slot("item")),
        }
        return await self.hand_over(heard, Utter("utter_problem_noted", facts))


class Refund(CloseForm):
    title = "action_refund"
    form_name = "refund_form"
    headline = "Asks for a refund, or where it is."

    async def done(self, heard: Heard) -> Told:
        return await self.hand_over_whole(heard, "utter_refund_noted")
