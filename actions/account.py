"""Who the customer is and what the shop may keep: contact details, data, news."""

from __future__ import annotations

from rasa_sdk.events import FollowupAction

from actions.closing import CloseForm
from actions.dialogue import DialogueAction, Heard, Told, Utter
from actions.stock_notice import keep, wish_meant
from bot.consent import Consent
from bot.selling.shop import Shop
from bot.selling.wishes import Wishes


class UpdateContact(CloseForm):
    title = "action_update_contact"
    form_name = "contact_form"
    headline = "Wants other contact details, and confirmed them."

    async def done(self, heard: Heard) -> Told:
        return await self.hand_over(heard, Utter("utter_contact_noted", {"value": heard.slot("contact_value")}))


class DeleteData(CloseForm):
    """A person checks who asks before anything is erased; `souk erase` does it."""

    title = "action_delete_data"
    form_name = "erase_form"
    headline = "Wants all their data erased, and confirmed it."

    async def done(self, heard: Heard) -> Told:
        return await self.hand_over(heard, Utter("utter_erase_noted"))


class TakeDetail(DialogueAction):
    """A detail that nobody asked for: an order's number leads to the order, anything else is asked about.

    Inside a form it is one that the form did not ask for, so the form's question comes again and nothing else is said.
    """

    title = "action_take_detail"

    async def tell(self, heard: Heard) -> Told:
        if heard.loop:
            return Told()
        if heard.asked.entities.get("order_number"):
            follows = heard.slot("waiting_form") or "action_tell_order_status"
            return Told(slots={"waiting_form": None}, events=(FollowupAction(follows),))
        return Told.response("utter_what_about_it")


class KeepConsent(DialogueAction):
    """News or no news, written down with the time it was said. Who names a thing waits for that alone."""

    def __init__(self, shop: Shop, consent: Consent, wishes: Wishes, *, news: bool) -> None:
        super().__init__(shop)
        self.consent = consent
        self.wishes = wishes
        self.news = news
        self.title = "action_opt_in" if news else "action_opt_out"

    async def tell(self, heard: Heard) -> Told:
        await self.shop.vouch(heard.asked.conversation_id)
        wish = await wish_meant(self.shop, heard.asked) if self.news else None
        if wish is not None:
            said = await keep(self.shop, self.wishes, heard.asked, wish)
            return Told(said.replies, {**said.slots, "offer": said.offer})
        if not self.news:
            await self.wishes.forget(heard.asked.conversation_id)
        await self.consent.keep(heard.asked.conversation_id, news=self.news)
        return Told.response("utter_opted_in" if self.news else "utter_opted_out")
