"""Why a promotion code takes nothing off, in words, with what would help. Pure."""

from __future__ import annotations

from babel.dates import format_date

from bot.commerce.promotions import Refusal
from bot.conversation.phrases import Speaker, phrase
from bot.selling.answers import CodeRefused

_WHY = {
    Refusal.UNKNOWN: phrase("I do not know the code {code}. Is it spelt like that?"),
    Refusal.OVER: phrase("{code} is over, I am sorry."),
    Refusal.USED_UP: phrase("{code} is used up, I am sorry."),
    Refusal.USED_BEFORE: phrase("You have used {code} as often as it can be used."),
    Refusal.FIRST_ORDER_ONLY: phrase("{code} is only for a first order."),
    Refusal.OTHER_CURRENCY: phrase("{code} does not count for prices in this currency."),
    Refusal.NOT_FOR_THESE: phrase("{code} is for other things than those in your cart."),
}


def why_not(refused: CodeRefused, say: Speaker, locale: str) -> str:
    """`locale` is Babel's name of how amounts and dates are written."""
    code, why = refused.code, Refusal(refused.why)
    if why is Refusal.BELOW_MINIMUM and refused.minimum is not None and refused.missing is not None:
        minimum, missing = refused.minimum.format(locale), refused.missing.format(locale)
        return say("{code} counts from {minimum} on: {missing} more, and it does.",
                   code=code, minimum=minimum, missing=missing)  # fmt: skip
    if why is Refusal.NOT_FOR_THESE and refused.categories:
        things = ", ".join(path.replace("/", " › ") for path in refused.categories)
        return say("{code} is only for {things}, and your cart has none of that.", code=code, things=things)
    if why is Refusal.NOT_YET and refused.starts is not None:
        return say("{code} starts on {date}.", code=code, date=format_date(refused.starts, "long", locale))
    return say(_WHY[why], code=code)
