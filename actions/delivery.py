"""Where the shop delivers to, how, how fast and for how much: for a place that is named, and for the cart as it is."""

from __future__ import annotations

from actions import sums, wording
from actions.counter import Asked, CounterAction, Said
from bot.conversation.countries import country_in, country_name, country_of
from bot.conversation.replies import Listing, Row
from bot.selling.answers import CartView, NotDelivered


class TellShipping(CounterAction):
    """A country that is named is where the cart goes from now on. Inside a checkout the answer leads back to the pay
    page, and what was offered stays offered."""

    title = "action_tell_shipping"

    async def answer(self, asked: Asked) -> Said:
        countries = countries_named(asked)
        cart = await self.shop.cart(asked.conversation_id)
        if len(countries) == 1:
            return await self.to(asked, countries[0])
        if countries:
            told = [await self.terms(asked, country) for country in countries]
            return Said.text("\n\n".join(told), asked.buttons.show_cart, offer=asked.offer)
        if asked.named("place"):
            return await self.which_country(asked, asked.named("place")[0].words)
        if cart.lines:
            return self.for_cart(asked, cart, [wording.sum_up(asked, cart)])
        terms = await self.shop.delivery_terms(asked.conversation_id)
        where = asked.say("Delivery ({country}):", country=country_name(terms.country, asked.language))
        hint = asked.say("Tell me another country, and I say what it is there.")
        text = "\n".join([where, *sums.prices(asked, terms.ways), hint])
        return Said.text(text, asked.buttons.keep_looking, asked.buttons.person, offer=asked.offer)

    async def to(self, asked: Asked, country: str) -> Said:
        """The one country that was named."""
        answer = await self.shop.send_to(asked.conversation_id, asked.key, country)
        if isinstance(answer, NotDelivered):
            text = self.not_there(asked, country, answer.countries)
            return Said.text(text, asked.buttons.show_cart, asked.buttons.person, offer=asked.offer)
        cart = answer.cart
        if not cart.lines:
            text = await self.terms(asked, country)
            return Said.text(text, asked.buttons.keep_looking, offer=asked.offer)
        where = asked.say("Yes, we deliver to {country}:", country=country_name(country, asked.language))
        return self.for_cart(asked, cart, [where, *sums.offers(asked, cart.deliveries), wording.sum_up(asked, cart)])

    async def terms(self, asked: Asked, country: str) -> str:
        terms = await self.shop.delivery_terms(asked.conversation_id, country)
        if not terms.ways:
            return self.not_there(asked, country, terms.countries)
        where = asked.say("Yes, we deliver to {country}:", country=country_name(country, asked.language))
        return "\n".join([where, *sums.prices(asked, terms.ways)])

    def not_there(self, asked: Asked, country: str, countries: list[str]) -> str:
        name = country_name(country, asked.language)
        others = ", ".join(country_name(each, asked.language) for each in countries)
        return asked.say("We do not deliver to {country}, I am sorry. We deliver to: {others}.",
                         country=name, others=others)  # fmt: skip

    async def which_country(self, asked: Asked, place: str) -> Said:
        """A town that is on no list here: nothing is guessed."""
        terms = await self.shop.delivery_terms(asked.conversation_id)
        text = asked.say("Which country is {place} in? Then I can tell you exactly.", place=place)
        rows = [
            Row(option.title, option.payload)
            for country in terms.countries[: wording.MOST_ROWS]
            for option in (asked.buttons.deliver_to(country, country_name(country, asked.language)),)
        ]
        return Said((Listing(text, asked.say("Countries"), rows),), offer=asked.offer)

    def for_cart(self, asked: Asked, cart: CartView, lines: list[str]) -> Said:
        text = "\n".join(lines)
        pay_page = wording.open_checkout(asked, cart)
        if pay_page:
            return Said((*Said.text(text).replies, *pay_page), offer="checkout")
        return wording.with_cart(asked, text, cart)


def countries_named(asked: Asked) -> list[str]:
    """The countries that a message names, in its order, each once."""
    found = [
        country_of(said.words, asked.language) or country_of(said.value, asked.language)
        for said in asked.named("place")
    ]
    if not found and asked.text:
        found = [country_in(asked.text)]
    return list(dict.fromkeys(country for country in found if country))
