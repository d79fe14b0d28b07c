"""Answers from the shop's own pages, quoted with the page's title, or the honest word that nothing is written there."""

from __future__ import annotations

from actions.dialogue import NOT_UNDERSTOOD, DialogueAction, Heard, Told, Utter
from bot.conversation.replies import Option
from bot.search.pages import Pages, Passage
from bot.selling.shop import Shop

PAGE_OF = {
    "ask_return_policy": "returns",
    "ask_payment_methods": "payment",
    "ask_privacy": "privacy",
    "ask_promotions": "promotions",
    "ask_shipping": "delivery",
}
"""Intents whose answer is known to stand on one page."""
ANYWHERE = frozenset({NOT_UNDERSTOOD, "out_of_scope"})
ENOUGH, STRONG, FEW = 0.25, 0.65, 2
"""How much of a question a passage must meet: where the intent says that a page is asked, and where it does not; there
it must also meet a few words, for one alone says little."""


class TellPage(DialogueAction):
    """The passage that answers best. An open checkout stays one tap away (a question is no change of mind)."""

    title = "action_tell_page"

    def __init__(self, shop: Shop, pages: Pages) -> None:
        super().__init__(shop)
        self.pages = pages

    async def tell(self, heard: Heard) -> Told:
        if heard.intent == "ask_shipping" and heard.asked.named("place"):
            # What the till knows of this very place follows (`actions.delivery`).
            return Told()
        passage = self.passage(heard)
        if heard.intent == "ask_shipping":
            return Told((quoted(passage),)) if passage else Told()
        if passage is None:
            return Told.response("utter_not_written")
        pay = await self.checkout_left_open(heard)
        return Told((quoted(passage, *pay),), {"offer": "checkout"} if pay else {})

    def passage(self, heard: Heard) -> Passage | None:
        if heard.intent in ANYWHERE:
            return strong_passage(self.pages, heard)
        page, language, text = PAGE_OF.get(heard.intent), heard.asked.language, heard.asked.text
        found = self.pages.find(text, language, page)
        if found is not None and found.named and found.share >= ENOUGH:
            return found
        if page is None:
            return None
        return None if page == "delivery" else self.pages.opening(page, language)

    async def checkout_left_open(self, heard: Heard) -> tuple[Option, ...]:
        cart = await self.shop.cart(heard.asked.conversation_id)
        if cart.checkout is None or not cart.checkout.current:
            return ()
        return (heard.asked.buttons.check_out(heard.asked.amount(cart.total)),)


def strong_passage(pages: Pages, heard: Heard) -> Passage | None:
    """For a message that was not understood as a question to the shop: only what plainly answers it."""
    found = pages.find(heard.asked.text, heard.asked.language) if heard.asked.text else None
    if found is None or not found.named or found.share < STRONG:
        return None
    return found if found.met >= FEW else None


def quoted(passage: Passage, *options: Option) -> Utter:
    return Utter("utter_from_page", {"title": passage.title, "text_of_page": passage.text}, options)
