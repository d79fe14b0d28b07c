"""What a customer reads when an agent works on their cart, in their own language."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.commerce.money import Money
from bot.conversation.phrases import label_in, language_of, locale_for, speaker
from bot.conversation.replies import Link
from bot.selling.answers import CartChanged, CartView
from bot.selling.order_answers import CheckoutOpened

_TITLE = 20
"""What WhatsApp lets stand on a button."""
_STEP = timedelta(minutes=5)
"""The time that is left is rounded down, so that nobody is promised more than there is."""


class CartNews:
    """`agent` is the name of who did it, `locale` the customer's."""

    def __init__(self, agent: str, locale: str | None) -> None:
        self._agent = agent
        self._say = speaker(language_of(locale))
        self._locale = locale_for(self._say.language, locale)

    def put_in(self, changed: CartChanged) -> str:
        assert changed.line is not None
        label = label_in(self._say, changed.line.label)
        if changed.line.quantity == 1:
            return self._say("{agent} put {label} into your cart.", agent=self._agent, label=label)
        return self._counted(changed.line.quantity, label)

    def counted(self, changed: CartChanged) -> str:
        if changed.line is None:
            return self.taken_out(changed)
        return self._counted(changed.line.quantity, label_in(self._say, changed.line.label))

    def taken_out(self, changed: CartChanged) -> str:
        label = label_in(self._say, changed.removed or "")
        return self._say("{agent} took {label} out of your cart.", agent=self._agent, label=label)

    def exchanged(self, changed: CartChanged) -> str:
        assert changed.line is not None
        label = label_in(self._say, changed.line.label)
        return self._say("{agent} exchanged it in your cart: now it is {label}.", agent=self._agent, label=label)

    def code_used(self, code: str) -> str:
        return self._say("{agent} put the code {code} on your cart.", agent=self._agent, code=code)

    def code_taken_back(self) -> str:
        return self._say("{agent} took the code off your cart.", agent=self._agent)

    def total(self, cart: CartView) -> str:
        if not cart.lines:
            return self._say("Your cart is empty now.")
        return self._say("Total: {total}.", total=self._amount(cart.total))

    def checkout(self, opened: CheckoutOpened, now: datetime) -> Link:
        say, total = self._say, self._amount(opened.total)
        text = say("Here is your secure checkout: order {number}, {total}.", number=opened.order_number, total=total)
        minutes = max(opened.expires_at - now, timedelta()) // _STEP * _STEP // timedelta(minutes=1)
        kept = (
            say.n("I hold your things for one minute.", "I hold your things for {count} minutes.", minutes)
            if minutes
            else say("It closes in a moment.")
        )
        label = say("Pay {total}", total=total)
        return Link(f"{text} {kept}", label if len(label) <= _TITLE else say("Pay"), opened.url)

    def _counted(self, quantity: int, label: str) -> str:
        return self._say(
            "{agent} made it {quantity} × {label} in your cart.", agent=self._agent, quantity=quantity, label=label
        )

    def _amount(self, amount: Money) -> str:
        return amount.format(self._locale)
