"""In which currency the customer sees prices."""

from __future__ import annotations

import re

from babel.numbers import get_currency_name

from actions import wording
from actions.counter import Asked, CounterAction, Said
from bot.selling.answers import CartChanged, CurrencyNotSold, NotPriced

_UNITS = {
    r"euro|यूरो|€|\beur\b": ("EUR",),
    r"dol+ar|डॉलर|\$|\busd\b": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD"),
    r"pound|livres?\b|funt|पाउंड|£|\bgbp\b": ("GBP",),
    r"francs?\b|frank|फ़्रैंक|फ्रैंक|\bchf\b": ("CHF",),
    r"z[lł]ot|zł\b|ज़्लॉटी|\bpln\b": ("PLN",),
    r"rupe|rupay|rupi|roupie|रुपय|रुपए|रुपये|₹|\binr\b": ("INR",),
    r"\byen|jen(?:y|ach|ów)?\b|येन|¥|\bjpy\b": ("JPY",),
    r"dinar|दीनार|\bkwd\b": ("KWD", "BHD", "JOD"),
    r"kron|koron|couronne|क्रोन": ("SEK", "NOK", "DKK", "CZK"),
}
"""Words of the shop's languages, and the currencies that they may mean, the likeliest first."""


class SwitchCurrency(CounterAction):
    title = "action_switch_currency"

    async def answer(self, asked: Asked) -> Said:
        meant = [asked.entities["currency"]] if "currency" in asked.entities else currencies_in(asked.text)
        cart = await self.shop.cart(asked.conversation_id)
        if not meant:
            now = currency_name(asked, cart.total.currency)
            text = asked.say("Your prices are in {currency}. Which currency shall it be?", currency=now)
            return Said.text(text, asked.buttons.show_cart, offer=asked.offer)
        answer = await self.shop.set_currency(asked.conversation_id, f"{asked.key}:{meant[0]}", meant[0])
        if isinstance(answer, CurrencyNotSold):
            other = next((currency for currency in meant if currency in answer.sold_in), None)
            if other is not None:
                answer = await self.shop.set_currency(asked.conversation_id, f"{asked.key}:{other}", other)
        match answer:
            case CartChanged():
                name = currency_name(asked, answer.cart.total.currency)
                text = asked.say("Prices are in {currency} now.", currency=name)
                if not answer.cart.lines:
                    return Said.text(text, asked.buttons.keep_looking)
                return wording.with_cart(asked, f"{text} {wording.sum_up(asked, answer.cart)}", answer.cart)
            case NotPriced():
                things = wording.listed(asked.say, [wording.label(asked, label) for label in answer.labels])
                name = currency_name(asked, answer.currency)
                text = asked.say("{things} has no price in {currency}, so I left your cart as it is.",
                                 things=things, currency=name)  # fmt: skip
                return Said.text(text, asked.buttons.show_cart, asked.buttons.person)
            case CurrencyNotSold():
                return self.offered(asked, answer.currency, answer.sold_in)

    def offered(self, asked: Asked, currency: str, sold_in: list[str]) -> Said:
        names = wording.listed(asked.say, [currency_name(asked, each) for each in sold_in])
        text = asked.say("We do not sell in {currency}, only in {others}.",
                         currency=currency_name(asked, currency), others=names)  # fmt: skip
        options = [asked.buttons.prices_in(each) for each in sold_in[: wording.MOST_BUTTONS]]
        return Said.text(text, *options)


def currencies_in(text: str) -> tuple[str, ...]:
    """What the first money word of a sentence may mean: "euros, not dollars" are euros."""
    found = [(match.start(), codes) for pattern, codes in _UNITS.items()
             if (match := re.search(pattern, text, re.IGNORECASE))]  # fmt: skip
    return min(found)[1] if found else ()


def currency_name(asked: Asked, currency: str) -> str:
    return str(get_currency_name(currency, locale=asked.locale))
