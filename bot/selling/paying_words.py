"""What a customer hears of their money: the receipt, a payment that failed, money that goes back, the way back to a
checkout. Pure: an order in, a reply out, in their language and their way of writing amounts.
"""

from __future__ import annotations

from bot.commerce.orders import Attention
from bot.conversation.phrases import label_in, language_of, locale_for, speaker
from bot.conversation.replies import Bill, Choices, Line, Link, Option, Receipt
from bot.selling.order_answers import OrderView, PaidOrder

BUTTON = 20
"""WhatsApp's limit for a button's title."""


def arriving(order: OrderView, locale: str) -> str:
    say = speaker(language_of(locale))
    return say(
        "Thank you! Your bank has been asked to pay {total} for order {number}; that can take some days. I keep your "
        "things aside and write as soon as it is there.",
        number=order.number,
        total=order.total.format(locale_for(say.language, locale)),
    )


def bounced(order: OrderView, locale: str) -> Choices:
    say = speaker(language_of(locale))
    text = say(
        "The payment for order {number} did not come through, so nothing was bought and nothing is owed. Shall we try "
        "it another way?",
        number=order.number,
    )
    return Choices(text, [Option(say("Try again"), "/checkout"), Option(say("Talk to a person"), "/ask_human")])


def taken_up(order: OrderView, url: str, locale: str) -> Link:
    say = speaker(language_of(locale))
    text = say(
        "Your checkout for order {number} has closed; nothing was charged. Whenever you like, take it up again here. "
        "I hold nothing aside meanwhile.",
        number=order.number,
    )
    title = say("Pay {total}", total=order.total.format(locale_for(say.language, locale)))
    return Link(text, title if len(title) <= BUTTON else say("Pay"), url)


def paid_back(paid: PaidOrder, locale: str) -> str:
    say = speaker(language_of(locale))
    known = {
        "number": paid.order.number,
        "total": paid.order.total.format(locale_for(say.language, locale)),
    }
    if paid.attention == Attention.CANCELLED_BEFORE:
        begins = say("Your payment for order {number} came after it had been cancelled.", **known)
    else:
        begins = say(
            "I am very sorry: when your payment for order {number} came, something in it had just sold out.", **known
        )
    if not paid.order.total.amount:
        return begins
    back = say(
        "Nothing of it will be sent, and all of your {total} goes back to you; banks take 5 to 10 days.", **known
    )
    return f"{begins} {back}"


def receipt_of(order: OrderView, locale: str) -> Receipt:
    """The confirmation of a paid order, in the customer's language and their way of writing money."""
    say = speaker(language_of(locale))
    money = locale_for(say.language, locale)
    lines = [Line(label_in(say, line.title), line.quantity, line.amount.format(money)) for line in order.lines]
    off = f"{say('Discount')} {order.code or ''}".strip()
    if order.discount.amount:
        lines.append(Line(off, 0, (order.discount * -1).format(money)))
    if order.shipping.amount or order.way:
        lines.append(Line(order.way or say("Delivery"), 0, order.shipping.format(money)))
    if order.tax.amount:
        lines.append(Line(order.tax_name or say("Tax"), 0, order.tax.format(money)))
    if order.tax_included.amount:
        lines.append(
            Line(say("including {tax}", tax=order.tax_name or say("Tax")), 0, order.tax_included.format(money))
        )
    return Receipt(
        number=str(order.number),
        lines=lines,
        total=order.total.format(money),
        text=say("Paid, thank you! Your order number is {number}. I will write when it ships.", number=order.number),
        bill=Bill(
            customer=say("Our customer"),
            paid_with=say("Paid online"),
            currency=order.total.currency,
            prices=[str(line.unit_price.decimal) for line in order.lines],
            total=str(order.total.decimal),
            shipping=str(order.shipping.decimal) if order.shipping.amount else "",
            tax=str(order.tax.decimal) if order.tax.amount else "",
            off=(off, str(order.discount.decimal)) if order.discount.amount else None,
        ),
    )
