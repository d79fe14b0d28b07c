"""Orders that are placed already: cancel, change, deliver elsewhere, a parcel that is not there, a receipt."""

from __future__ import annotations

from actions import payloads
from actions.asking import order_of
from actions.closing import CloseForm
from actions.dialogue import DialogueAction, Heard, Told, Utter
from actions.unlocking import ask_for_code, code_slots
from bot.commerce.orders import OrderState
from bot.conversation.replies import Choices, File, Line, Option, Receipt, Text
from bot.handoff.policy import Reason
from bot.selling.after_sale import CancelTooLate, OrderCancelled, UnderReview
from bot.selling.invoices import Invoices
from bot.selling.order_answers import OrderView, PaymentArriving, PaymentsDown
from bot.selling.shop import Shop

RECEIPTS_FOR = (OrderState.PAID, OrderState.SHIPPED, OrderState.DELIVERED)


class CancelOrder(CloseForm):
    """Called off at once, as far as it has not left; what was paid goes back."""

    title = "action_cancel_order"
    form_name = "cancel_form"
    headline = "Wants to cancel an order, and confirmed it."

    async def done(self, heard: Heard) -> Told:
        asked, number = heard.asked, int(heard.slot("order_number"))
        answer = await self.shop.after.cancel(asked.conversation_id, asked.key, number)
        match answer:
            case OrderCancelled():
                return await self.cancelled(heard, answer)
            case CancelTooLate():
                return Told.response("utter_cancel_too_late", order=str(number))
            case PaymentArriving():
                text = asked.say(
                    "Order {number} is being paid at this moment, so I have not cancelled it. Ask me again once it is "
                    "confirmed, and your money goes back.",
                    number=number,
                )
                return Told((Choices(text, [self.again(heard), asked.buttons.my_order]),))
            case PaymentsDown():
                text = asked.say(
                    "Our payment service does not answer just now, so I have not cancelled order {number} yet. Please "
                    "try again in a few minutes.",
                    number=number,
                )
                return Told((Choices(text, [self.again(heard), asked.buttons.person]),))
            case UnderReview():
                text = asked.say(
                    "Order {number} is with a person of our team; I have passed on your wish.", number=number
                )
                return await self.hand_over(heard, Text(text))
        return Told.response(self.form.no_order)

    async def cancelled(self, heard: Heard, answer: OrderCancelled) -> Told:
        asked, number = heard.asked, answer.order_number
        done = asked.say("Order {number} is cancelled.", number=number)
        if answer.amount is None:
            nothing = "" if answer.paid else asked.say("Nothing was charged, and nothing will be.")
            return Told((Choices(f"{done} {nothing}".strip(), [asked.buttons.keep_looking]),))
        amount = asked.amount(answer.amount)
        if answer.waits:
            text = asked.say(
                "A person has to approve that {amount} goes back; they will write to you here.", amount=amount
            )
            return await self.hand_over(heard, Text(f"{done} {text}"), reason=Reason.REFUND_APPROVAL)
        text = asked.say("{amount} goes back to what you paid with; banks take 5 to 10 days.", amount=amount)
        return Told((Choices(f"{done} {text}", [asked.buttons.keep_looking]),))

    def again(self, heard: Heard) -> Option:
        number = heard.slot("order_number")
        return Option(heard.asked.say("Try again"), payloads.payload("cancel_order", order_number=number))


class ChangeOrder(CloseForm):
    title = "action_change_order"
    form_name = "change_order_form"
    headline = "Wants to change a placed order."

    async def done(self, heard: Heard) -> Told:
        facts = {"order": heard.slot("order_number"), "what": heard.slot("change")}
        return await self.hand_over(heard, Utter("utter_change_noted", facts))


class ChangeAddress(CloseForm):
    title = "action_change_address"
    form_name = "address_form"
    headline = "Wants an order delivered to another address, and confirmed it."

    async def done(self, heard: Heard) -> Told:
        facts = {"order": heard.slot("order_number"), "address": heard.slot("address")}
        return await self.hand_over(heard, Utter("utter_address_noted", facts))


class ParcelMissing(CloseForm):
    """A parcel that has not been sent cannot be missing: then the customer hears how the order is doing."""

    title = "action_parcel_missing"
    form_name = "parcel_form"
    headline = "A parcel is missing or late."

    async def done(self, heard: Heard) -> Told:
        order = await order_of(self.shop, heard)
        sent = order is not None and order.state in (OrderState.SHIPPED, OrderState.DELIVERED)
        response = "utter_parcel_noted" if sent else "utter_parcel_not_sent"
        return await self.hand_over(heard, Utter(response, {"order": heard.slot("order_number")}))


class TellInvoice(DialogueAction):
    """The receipt and the invoice of the order that is named, else of the newest one that is paid; an order that is not
    theirs needs its code first."""

    title = "action_tell_invoice"

    def __init__(self, shop: Shop, invoices: Invoices) -> None:
        super().__init__(shop)
        self.invoices = invoices

    async def tell(self, heard: Heard) -> Told:
        named = heard.asked.entities.get("order_number", "")
        number = int(named) if named.isdigit() else None
        orders = await self.shop.orders(heard.asked.conversation_id, number)
        if number is not None and not orders:
            return Told(slots=code_slots(str(number)), events=ask_for_code())
        paid = [order for order in orders if OrderState(order.state) in RECEIPTS_FOR]
        if not paid:
            return Told.response("utter_no_receipt")
        order, *older = paid
        numbers = [str(one.number) for one in older[:2]]
        options = tuple(Option(number, payloads.payload("ask_invoice", order_number=number)) for number in numbers)
        says = (Utter("utter_receipt", {"order": str(order.number)}, options), receipt(heard, order))
        return Told((*says, self.invoice(heard, order)) if order.paid_at is not None else says)

    def invoice(self, heard: Heard, order: OrderView) -> File:
        caption = heard.asked.say("Invoice {number}", number=order.number)
        address = self.invoices.address(order.number, heard.asked.language)
        return File("document", address, caption, f"invoice-{order.number}.pdf")


def receipt(heard: Heard, order: OrderView) -> Receipt:
    lines = [Line(line.title, line.quantity, heard.asked.amount(line.amount)) for line in order.lines]
    if order.shipping.amount:
        lines.append(Line("🚚", 1, heard.asked.amount(order.shipping)))
    return Receipt(str(order.number), lines, heard.asked.amount(order.total))
