"""Questions about products: what one is like, which of two, which size. Nothing of what is talked about is lost."""

from __future__ import annotations

from actions import facts, named, reading, wording
from actions.browse import PAGE, Search, fitting, shelf
from actions.counter import Asked, CounterAction, Said
from actions.product import chosen_of, in_stock
from bot.commerce.query import Query
from bot.conversation.phrases import phrase
from bot.conversation.replies import Choices, Text
from bot.errors import NotFound
from bot.selling.answers import ProductPage
from bot.selling.shop import Shop

CANDIDATES = 40
"""Products of a kind among which the one in view is looked for."""
_OF_WHICH = phrase("Gladly. Which product do you mean? Tell me its name, or what you are looking for.")


class TellDetails(CounterAction):
    title = "action_tell_details"

    async def answer(self, asked: Asked) -> Said:
        page = await product_asked_about(self.shop, asked)
        if isinstance(page, Said):
            return page
        text, known = facts.told_of(asked, page)
        return await going_on(self.shop, asked, page, text, known=known)


class AdviseSize(CounterAction):
    """The catalogue knows what is there, not the customer's feet: the choice stays theirs."""

    title = "action_advise_size"

    async def answer(self, asked: Asked) -> Said:
        page = await product_asked_about(self.shop, asked)
        if isinstance(page, Said):
            return page
        if not page.card.sizes:
            text = asked.say("{title} comes in one size only.", title=page.card.title)
            return await going_on(self.shop, asked, page, text, known=True)
        fit = facts.quoted(asked, page, facts.FIT) or asked.say(
            "The catalogue says nothing special about the fit, so start from your usual size."
        )
        there = self.sizes_named(asked, page)
        gone = [size for size in self.sizes_said(asked, page) if size not in there]
        sorry = " ".join(wording.not_in(asked, "size", size) for size in gone)
        text = " ".join(part for part in (f"{page.card.title}.", sorry, facts.sizes(asked, page), fit) if part)
        choices = [asked.buttons.exchanges, asked.buttons.person]
        if there and not in_the_cart(asked, page):
            taken = [asked.buttons.choose_value(page.card.id, "size", value) for value in there[:2]]
            choices = [*taken, *choices][: wording.MOST_BUTTONS]
        pay_page = wording.open_checkout(asked, await self.shop.cart(asked.conversation_id))
        return Said((Choices(text, choices), *pay_page), kept(asked, page), asked.offer)

    def sizes_named(self, asked: Asked, page: ProductPage) -> list[str]:
        """Of the sizes in the message, those that can be had."""
        there = in_stock(page, "size", chosen_of(asked, page))
        return [size for size in self.sizes_said(asked, page) if size in there]

    def sizes_said(self, asked: Asked, page: ProductPage) -> list[str]:
        """The sizes in the message, as the catalogue writes them."""
        said = (fitting(page, {"size": reading.size_value(each.value)})["size"] for each in asked.named("size"))
        return list(dict.fromkeys(said))


class Compare(CounterAction):
    title = "action_compare"

    async def answer(self, asked: Asked) -> Said:
        pages = await self.two(asked)
        if len(pages) < 2:
            return Said.text(
                asked.say("Which two shall I compare? Tell me their names, or “the first and the third”."),
                asked.buttons.keep_looking,
                offer=asked.offer,
            )
        cards = [page.card for page in pages]
        lines = [self.line(asked, page) for page in pages]
        cheaper, dearer = sorted(cards, key=lambda card: card.price.amount)
        if cheaper.price != dearer.price and cheaper.price.currency == dearer.price.currency:
            difference = asked.amount(dearer.price - cheaper.price)
            lines.append(asked.say("{title} costs {difference} less.", title=cheaper.title, difference=difference))
        names = [asked.buttons.product_named(card.id, card.title) for card in cards]
        shown = [{"id": card.id, "title": card.title, "price": str(card.price.decimal)} for card in cards]
        reply = wording.question(asked, "\n".join(lines), "product", names)
        return Said((reply,), {"shown": shown, "product_id": None, "added": None})

    def line(self, asked: Asked, page: ProductPage) -> str:
        card = page.card
        about = (facts.material(asked, page), facts.sizes(asked, page))
        told = " ".join(
            [f"{card.title}, {wording.price_of(asked, card)}. {card.why}.", *(fact for fact in about if fact)]
        )
        return told if card.in_stock else f"{told} {asked.say('{title} is sold out just now.', title=card.title)}"

    async def two(self, asked: Asked) -> list[ProductPage]:
        """The two that are named, by place or by title; one that is named and the one in view; or the only two."""
        shown = named.shown_last(asked)
        ids = [str(shown[place]["id"]) for place in self.places(asked, len(shown))]
        for said in asked.named("product"):
            found = await by_title(self.shop, asked, said.value)
            ids += [found] if found else []
        in_view = asked.slots.get("product_id") or (asked.slots.get("added") or {}).get("product_id")
        ids += [str(in_view)] if in_view else []
        if len(dict.fromkeys(ids)) < 2 and len(shown) == 2:
            ids += [str(product["id"]) for product in shown]
        pages = [await page_of(self.shop, asked, product_id) for product_id in list(dict.fromkeys(ids))[:2]]
        return [page for page in pages if page is not None]

    def places(self, asked: Asked, length: int) -> list[int]:
        places = named.places_of(asked, length)
        if len(places) == 1 and named.quantity_of(asked) == 2 and length > 1:
            # "The first two", "the last two".
            return [0, 1] if places == [0] else [length - 2, length - 1]
        return places


async def product_asked_about(shop: Shop, asked: Asked) -> ProductPage | Said:
    """The product that the question is about: the one named, else the one that is talked about, else the only one in
    the cart. Where that is not clear, the question back."""
    product_id = named.pointed_at(asked)
    in_cart = {line.product_id for line in (await shop.cart(asked.conversation_id)).lines}
    if product_id is None and asked.named("product"):
        thing = Search.asked_for(asked)
        found = await shop.search(asked.conversation_id, Query(text=thing.kind, in_stock=False), limit=CANDIDATES)
        ids = [product.id for product in found.products] if found.exact else []
        near = [each for each in (named.product_in_view(asked), *sorted(in_cart)) if each in ids]
        product_id = next(iter(near), ids[0] if len(ids) == 1 else None)
        if product_id is None and len(ids) > 1:
            found = await shop.search(asked.conversation_id, thing.query, limit=PAGE)
            return shelf(asked, thing, found, asked.say("Which one do you mean? Tap it, or tell me its name."))
    elif product_id is None:
        product_id = named.product_in_view(asked) or (next(iter(in_cart)) if len(in_cart) == 1 else None)
    page = await page_of(shop, asked, product_id) if product_id else None
    return page or which_product(asked)


async def by_title(shop: Shop, asked: Asked, title: str) -> str | None:
    """The id of the product that has this title."""
    found = await shop.search(asked.conversation_id, Query(text=title, in_stock=False), limit=5)
    return next((product.id for product in found.products if product.title.casefold() == title.casefold()), None)


async def page_of(shop: Shop, asked: Asked, product_id: str) -> ProductPage | None:
    try:
        return await shop.product(asked.conversation_id, product_id)
    except NotFound:
        return None


def which_product(asked: Asked) -> Said:
    shown = named.shown_last(asked)
    offer = asked.offer
    if not shown:
        return Said.text(asked.say(_OF_WHICH), offer=offer)
    return Said((wording.which_of(asked, shown),), offer=offer)


async def going_on(shop: Shop, asked: Asked, page: ProductPage, text: str, *, known: bool) -> Said:
    """An answer, and the way on from where the customer is: back to an open pay page, or to the cart."""
    cart = await shop.cart(asked.conversation_id)
    pay_page = wording.open_checkout(asked, cart)
    if pay_page:
        return Said((Text(text), *pay_page), kept(asked, page), asked.offer)
    if in_the_cart(asked, page):
        way_on = asked.buttons.check_out(asked.amount(cart.total))
    else:
        way_on = asked.buttons.add_to_cart if page.card.in_stock else asked.buttons.keep_looking
    other = asked.buttons.keep_looking if known else asked.buttons.person
    options = list(dict.fromkeys([way_on, other]))
    return Said((Choices(text, options),), kept(asked, page), asked.offer)


def in_the_cart(asked: Asked, page: ProductPage) -> bool:
    """Whether this product is what was put into the cart last."""
    return bool((asked.slots.get("added") or {}).get("product_id") == page.card.id)


def kept(asked: Asked, page: ProductPage) -> dict[str, object]:
    """The product is in view now; what was chosen of it before stays chosen."""
    if in_the_cart(asked, page) or asked.slots.get("product_id") == page.card.id:
        return {"product_id": page.card.id}
    return {"product_id": page.card.id, "added": None, "wanted": None}
