"""What the customer wants done: with one thing ("engrave Léa on it") or with the parcel ("leave it at the door")."""

from __future__ import annotations

import re

from actions import answers, edits, wording
from actions.counter import Asked, CounterAction, Said
from actions.lines import lines_meant, tell_change
from bot.selling.answers import CartChanged, CartLine, CartView

_ABOUT_THE_THING = re.compile(
    r"engrav|on it\b|on them\b|print|stitch|embroid|initials|\bwrap|ribbon|\bname\b"
    r"|grav(?:er|ez|é|ure)|dessus|imprim|brod|initiales|emball|ruban|prénom"
    r"|graw|nadruk|wyszyj|inicja|zapakuj|wstążk|imieni"
    r"|khudwa|likhwa|chhapwa|gift wrap|खुद|छप|काढ़|रैप|रिबन",
    re.IGNORECASE,
)
_NOTE_ALONE = re.compile(r"\b(?:note|comment|message|notatk\w*|uwag\w*|wiadomość)\b|नोट", re.IGNORECASE)
_SAYS_WHAT = re.compile(r"[:“”\"«»„]")
_SHORT = 10
"""Words of a sentence that only announces a note."""


class AddNote(CounterAction):
    """It is written down as it was said, for the people who pack; whether it can be done they decide."""

    title = "action_add_note"

    async def answer(self, asked: Asked) -> Said:
        cart = await self.shop.cart(asked.conversation_id)
        if not cart.lines:
            return wording.empty_cart(asked, asked.say("Your cart is empty, so there is nothing to note it on yet."))
        if announces(asked.text):
            if edits.takes_out(asked.text):
                return await self.take_back(asked, cart)
            return Said.text(asked.say("What shall I note? Begin with “note:” and write it in one message."))
        line = await self.line(asked, cart)
        note = answers.kept(asked.text)
        answer = await self.shop.add_note(asked.conversation_id, asked.key, note, line.sku if line else None)
        if not isinstance(answer, CartChanged):
            return tell_change(asked, answer)
        if line is None:
            noted = asked.say("Noted for your order: “{note}”.", note=note)
        else:
            noted = asked.say("Noted for {label}: “{note}”.", label=wording.label(asked, line.label), note=note)
        careful = asked.say("The people who pack read it; if it cannot be done, they write to you.")
        return wording.with_cart(asked, f"{noted} {careful}", answer.cart)

    async def take_back(self, asked: Asked, cart: CartView) -> Said:
        noted = [line.sku for line in cart.lines if line.note]
        for place, sku in enumerate([*noted, None] if cart.note else noted):
            answer = await self.shop.add_note(asked.conversation_id, f"{asked.key}:{place}", "", sku)
            cart = answer.cart if isinstance(answer, CartChanged) else cart
        return wording.with_cart(asked, asked.say("Your cart has no note any more."), cart)

    async def line(self, asked: Asked, cart: CartView) -> CartLine | None:
        """The thing that the note is about; None for the parcel."""
        if asked.named("product") or asked.named("position"):
            named = await lines_meant(self.shop, asked, cart)
            if len(named) == 1:
                return named[0]
        if not _ABOUT_THE_THING.search(asked.text):
            return None
        added = (asked.slots.get("added") or {}).get("sku")
        return next((line for line in cart.lines if line.sku == added), cart.lines[-1])


def announces(text: str) -> bool:
    """Whether a sentence speaks of a note and not yet of what stands in it."""
    return bool(_NOTE_ALONE.search(text)) and not _SAYS_WHAT.search(text) and len(text.split()) < _SHORT and (
        edits.takes_out(text) or not _ABOUT_THE_THING.search(text)
    )  # fmt: skip
