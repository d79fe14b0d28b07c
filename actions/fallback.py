"""Not understood, for the first time, or no business of a shop: the shop's pages are asked before the customer is."""

from __future__ import annotations

from rasa_sdk.events import FollowupAction

from actions.dialogue import DialogueAction, Heard, Told, Utter
from actions.faq import strong_passage
from actions.suggestions import choices
from actions.trouble import is_upset, send_to_person
from bot.handoff.policy import Reason
from bot.search.pages import Pages
from bot.selling.shop import Shop

TELL_PAGE = FollowupAction("action_tell_page")


class AskAgain(DialogueAction):
    """Offers what may have been meant. Somebody who is upset already is not asked again: a person comes.

    It also answers an intent that has no rule yet. Then no rule says what comes next, so the action says it: the open
    form's question again, or listen.
    """

    title = "action_ask_again"

    def __init__(self, shop: Shop, pages: Pages) -> None:
        super().__init__(shop)
        self.pages = pages

    async def tell(self, heard: Heard) -> Told:
        if is_upset(heard.asked.text):
            told = send_to_person(heard, Reason.COMPLAINT)
            return Told(told.says, told.slots, (*told.events, FollowupAction("action_listen")))
        if strong_passage(self.pages, heard):
            return Told(events=(TELL_PAGE,))
        if heard.loop:
            return Told((Utter("utter_not_got"),), events=(FollowupAction(heard.loop),))
        return Told((self.question(heard),), events=(FollowupAction("action_listen"),))

    def question(self, heard: Heard) -> Utter:
        buttons = heard.asked.buttons
        meant = choices(heard)
        if meant:
            return Utter("utter_did_you_mean", options=(*meant, buttons.person))
        common = (buttons.show_cart, buttons.my_order, buttons.person)
        title = in_view(heard)
        if title:
            return Utter("utter_ask_again_product", {"product_in_view": title}, common)
        return Utter("utter_ask_again", options=common)


class Decline(DialogueAction):
    """What a shop is not for, unless a page of the shop answers it plainly."""

    title = "action_decline"

    def __init__(self, shop: Shop, pages: Pages) -> None:
        super().__init__(shop)
        self.pages = pages

    async def tell(self, heard: Heard) -> Told:
        if strong_passage(self.pages, heard):
            return Told(events=(TELL_PAGE,))
        return Told.response("utter_out_of_scope")


def in_view(heard: Heard) -> str | None:
    """The title of the product in front of the customer, while it is not in the cart yet."""
    shown = {product["id"]: product["title"] for product in heard.asked.slots.get("shown") or []}
    return None if heard.asked.slots.get("added") else shown.get(heard.slot("product_id"))
