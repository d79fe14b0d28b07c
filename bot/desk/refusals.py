"""Why the shop did not do what an agent asked, in the words of the desk. Nothing was changed where one of these stands.

People at work read English.
"""

from __future__ import annotations

from bot.commerce.promotions import Refusal
from bot.errors import BadInput, Conflict, NotFound, SoukError, Unavailable
from bot.selling.answers import (
    CartLimit,
    CodeRefused,
    NeedsAge,
    NeedsOption,
    NoSuchOption,
    NotDelivered,
    NotInCart,
    OutOfStock,
)
from bot.selling.order_answers import (
    BelowMinimum,
    CartEmpty,
    Checkout,
    CheckoutOpened,
    PaymentArriving,
    PaymentsDown,
    ShortLine,
    SoldOut,
)

_LOCALE = "en"

_CODES = {
    Refusal.UNKNOWN: "There is no such code.",
    Refusal.NOT_YET: "This code does not count yet.",
    Refusal.OVER: "This code has run out.",
    Refusal.USED_UP: "This code was used as often as it may be.",
    Refusal.USED_BEFORE: "This customer has used this code already.",
    Refusal.FIRST_ORDER_ONLY: "This code is for a customer's first order only.",
    Refusal.BELOW_MINIMUM: "The goods must cost more for this code.",
    Refusal.NOT_FOR_THESE: "This code is for other goods.",
    Refusal.OTHER_CURRENCY: "This code does not count in the cart's currency.",
}


def code_refused(refused: CodeRefused) -> str:
    words = _CODES[Refusal(refused.why)]
    if refused.minimum is not None and refused.missing is not None:
        minimum, missing = refused.minimum.format(_LOCALE), refused.missing.format(_LOCALE)
        return f"This code counts from {minimum} of goods: {missing} more."
    if refused.starts is not None:
        return f"{words} It begins on {refused.starts:%-d %B %Y}."
    if refused.why == Refusal.NOT_FOR_THESE and refused.categories:
        return f"{words} It is for {_either([path.rpartition('/')[2] for path in refused.categories])}."
    return words


def code_refusal(refused: CodeRefused) -> SoukError:
    return Conflict("code_refused", f"{refused.code}: {code_refused(refused)}", why=refused.why)


_Refused = OutOfStock | CartLimit | NotInCart | NeedsOption | NoSuchOption | NeedsAge | NotDelivered


def cart_refusal(answer: _Refused) -> SoukError:
    match answer:
        case OutOfStock():
            return Conflict("out_of_stock", _out_of_stock(answer), available=answer.available)
        case CartLimit(what="quantity"):
            return Conflict("cart_limit", f"There can be at most {answer.limit} of one thing.", limit=answer.limit)
        case CartLimit():
            return Conflict("cart_limit", f"A cart takes at most {answer.limit} lines.", limit=answer.limit)
        case NotInCart():
            return NotFound("not_in_cart", "That is not in the cart any more.")
        case NeedsOption():
            return BadInput("needs_option", f"Choose the {answer.name} of {answer.title}: {_either(answer.values)}.")
        case NoSuchOption():
            return BadInput("no_such_option", f"{answer.title} does not come in {answer.asked}.")
        case NeedsAge():
            words = f"{answer.title} is only for people of {answer.age} or older: ask the customer, and say so here."
            return Conflict("needs_age", words, age=answer.age)
        case NotDelivered():
            return BadInput("not_delivered", "The shop does not deliver to that country.", country=answer.country)


def checkout_refusal(answer: Checkout) -> SoukError | None:
    """None for a checkout that is open."""
    match answer:
        case CheckoutOpened():
            return None
        case CartEmpty():
            return Conflict("cart_empty", "The cart is empty, so there is nothing to pay.")
        case BelowMinimum():
            start, total = answer.minimum.format(_LOCALE), answer.total.format(_LOCALE)
            return Conflict("below_minimum", f"Card payments start at {start}, and this cart comes to {total}.")
        case NotDelivered():
            return Conflict("not_delivered", "The shop does not deliver to the cart's country.", country=answer.country)
        case SoldOut():
            return Conflict("sold_out", f"Somebody was faster. {' '.join(_short(line) for line in answer.lines)}")
        case PaymentArriving():
            words = f"The customer has just paid for order {answer.order_number}; the confirmation is on its way."
            return Conflict("payment_arriving", words, order=answer.order_number)
        case PaymentsDown():
            words = "The payment provider does not answer. The goods are kept aside; send it again in a minute."
            return Unavailable("payments_down", words)


def _out_of_stock(answer: OutOfStock) -> str:
    if answer.available:
        return f"Only {answer.available} of {answer.label} left."
    others = [f"{name} {_either(values)}" for name, values in answer.others.items() if values]
    instead = f" There is it in {' or in '.join(others)}." if others else ""
    return f"{answer.label} is sold out.{instead}"


def _short(line: ShortLine) -> str:
    return f"Only {line.available} of {line.label} left." if line.available else f"{line.label} is sold out."


def _either(values: list[str]) -> str:
    return " or ".join([", ".join(values[:-1]), values[-1]]) if len(values) > 1 else "".join(values)
