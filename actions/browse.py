"""Finding something to buy: search, refine, look at one product, choose its size and colour."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import ROUND_DOWN, Decimal

import msgspec

from actions import reading, wording
from actions.cart import change_line, in_already, put_in_cart
from actions.counter import Asked, CounterAction, Said
from actions.product import ask_again_for, chosen_of, exchange, present, remembered
from bot.commerce.money import Money, exponent
from bot.commerce.query import Query, read_query
from bot.errors import NotFound
from bot.selling.answers import Found
from bot.selling.shop import Shop

PAGE = 9
"""Products in one message: WhatsApp's list takes ten rows, and one is for more."""
SMALLEST_STEP = Decimal("0.01")


class Search(msgspec.Struct, frozen=True):
    """The slot `looking_for`: what is looked for, how it was called, and how many hits were shown so far."""

    query: Query
    thing: str = ""
    seen: int = 0

    @classmethod
    def kept(cls, asked: Asked) -> Search | None:
        """The last search; None where there is none, or one that an older version of the bot wrote down."""
        try:
            return msgspec.convert(asked.slots.get("looking_for"), cls)
        except msgspec.ValidationError:
            return None


class SearchProducts(CounterAction):
    title = "action_search_products"

    async def answer(self, asked: Asked) -> Said:
        query = query_of(asked)
        last = Search.kept(asked)
        if last and not reading.words_in(query.text):
            return await look(self.shop, asked, Search(narrowed(last.query, query), last.thing))
        return await look(self.shop, asked, Search(query, asked.entities.get("product", "")))


class ShowCheaper(CounterAction):
    title = "action_show_cheaper"

    async def answer(self, asked: Asked) -> Said:
        last = Search.kept(asked)
        shown = asked.slots.get("shown") or []
        prices = [Decimal(p["price"]) for p in shown if asked.slots.get("product_id") in (None, p["id"])]
        if last is None or not prices:
            return Said.text("Cheaper than what? Tell me what you are looking for and your budget: “hoodies under 50”.")
        bound = min(prices) - SMALLEST_STEP
        search = Search(replace(last.query, max_price=bound), last.thing)
        found = await self.shop.search(asked.conversation_id, search.query, limit=PAGE)
        if not found.exact or not found.products:
            least = min(shown, key=lambda product: Decimal(product["price"]))
            return Said.text(
                f"{least['title']} is the least expensive that I have of this kind. Would you like to see it?",
                asked.buttons.show_product(least["id"]),
                asked.buttons.keep_looking,
            )
        return shelf(asked, search, found, "Less expensive:")


class ShowMore(CounterAction):
    title = "action_show_more"

    async def answer(self, asked: Asked) -> Said:
        last = Search.kept(asked)
        if last is None:
            return Said.text("Gladly. What are you looking for? For example “a navy hoodie in M” or “mugs under 20”.")
        found = await self.shop.search(asked.conversation_id, last.query, offset=last.seen, limit=PAGE)
        if not found.products:
            ended = f"That was everything{f' in {last.thing}' if last.thing else ''}. " if asked.text else ""
            again = msgspec.to_builtins(Search(last.query, last.thing))
            text = f"{ended}What else may I look for?" if ended else "Gladly. What else are you looking for?"
            return Said.text(text, asked.buttons.see_again, asked.buttons.show_cart, looking_for=again, product_id=None)
        more = "Here they are again" if last.seen == 0 else f"More{f' {last.thing}' if last.thing else ' of that'}"
        return shelf(asked, last, found, f"{more}:")


class ChooseProduct(CounterAction):
    title = "action_choose_product"

    async def answer(self, asked: Asked) -> Said:
        product_id = asked.entities.get("product_id") or pointed_at(asked)
        if product_id is None:
            return await look(self.shop, asked, Search(query_of(asked), asked.entities.get("product", "")))
        try:
            page = await self.shop.product(asked.conversation_id, product_id)
        except NotFound:
            return Said.text(
                "That one is no longer in the shop, I am sorry.", asked.buttons.keep_looking, product_id=None
            )
        return present(asked, page, chosen_of(asked, page))


class ChooseOption(CounterAction):
    title = "action_choose_option"

    async def answer(self, asked: Asked) -> Said:
        named = options_named(asked)
        if names_another_thing(asked):
            return await SearchProducts(self.shop).answer(asked)
        product_id = asked.entities.get("product_id") or asked.slots.get("product_id")
        if product_id is None:
            return await self.refine(asked, named)
        added = asked.slots.get("added")
        if added and added["product_id"] != product_id:
            added = None
        if not named or (asked.text and reading.is_question(asked.text)):
            page = await self.shop.product(asked.conversation_id, product_id)
            kept = added["options"] if added else chosen_of(asked, page)
            if not named:
                return ask_again_for(asked, page, kept)
            return (
                exchange(asked, page, added, named)
                if added
                else present(asked, page, {**kept, **named}, pictured=False)
            )
        if added:
            same = named.items() <= added["options"].items()
            return await (in_already(self.shop, asked) if same else change_line(self.shop, asked, added, named))
        kept = remembered(asked) if asked.slots.get("product_id") == product_id else {}
        return await put_in_cart(self.shop, asked, product_id, {**kept, **named}, asked.slots.get("wanted") or 1)

    async def refine(self, asked: Asked, named: Mapping[str, str]) -> Said:
        last = Search.kept(asked)
        if last is None:
            return Said.text("Of what? Tell me what you are looking for, for example “a navy hoodie in M”.")
        query = narrowed(last.query, Query(size=named.get("size"), colour=named.get("colour")))
        return await look(self.shop, asked, Search(query, last.thing))


async def look(shop: Shop, asked: Asked, search: Search) -> Said:
    found = await shop.search(asked.conversation_id, search.query, limit=PAGE)
    if not found.products:
        return Said.text(
            "I found nothing like that in the shop. Try other words, such as “hoodie”, “mug” or “running shoes”.",
            asked.buttons.what_can_you_do,
            asked.buttons.person,
            looking_for=None,
            shown=None,
            product_id=None,
        )
    return shelf(asked, search, found, headline(asked, search, found))


def shelf(asked: Asked, search: Search, found: Found, text: str) -> Said:
    """A list of products, remembered: "the second one", "cheaper" and "more" speak of it."""
    seen = search.seen + len(found.products)
    options = [asked.buttons.show_more] if seen < found.total else []
    shown = [{"id": p.id, "title": p.title, "price": str(p.price.decimal)} for p in found.products]
    return Said(
        (wording.cards(asked, text, found.products, *options),),
        {
            "looking_for": msgspec.to_builtins(Search(search.query, search.thing, seen)),
            "shown": shown,
            "product_id": None,
            "size": search.query.size,
            "colour": search.query.colour,
            "added": None,
            "wanted": None,
        },
    )


def headline(asked: Asked, search: Search, found: Found) -> str:
    query = search.query
    limits = filters(asked, query, found.products[0].price.currency)
    corrected = [f"“{typed}” as “{meant}”" for typed, meant in found.corrected.items()]
    read_as = f"I read {wording.listed(corrected)}. " if corrected else ""
    if not found.exact:
        given_up = {"colour": f"in {query.colour}", "size": f"in size {query.size}", "price": "at that price"}
        why = wording.listed([f"not {given_up[name]}" for name in found.relaxed if name in given_up])
        sorry = f"{why.capitalize()}, I am afraid." if why else "I have nothing that is quite that."
        return f"{read_as}{sorry} The closest:"
    count = f"{counted(found.total, search.thing)}{limits}"
    first = f" The first {len(found.products)}:" if found.total > len(found.products) else ""
    return f"{read_as}{count}, in stock{'.' if first else ':'}{first}"


def counted(total: int, thing: str) -> str:
    """ "8 running shoes", "2 matches for blanket": things are named as the customer named them."""
    if total > 1 and thing.endswith("s"):
        return f"{total} {thing}"
    matches = "One match" if total == 1 else f"{total} matches"
    return f"{matches} for {thing}" if thing else matches


def filters(asked: Asked, query: Query, currency: str) -> str:
    """ " in blue, size 42, under $80.00": the filters of a search, as one would say them."""
    said = f" in {query.colour}" if query.colour else ""
    said += f" in size {query.size.upper()}" if query.size else ""
    low, high = (said_price(asked, price, currency) for price in (query.min_price, query.max_price))
    if low and high:
        return f"{said} between {low} and {high}"
    return said + (f" up to {high}" if high else f" from {low}" if low else "")


def said_price(asked: Asked, price: Decimal | None, currency: str) -> str:
    if price is None:
        return ""
    coin = Decimal(1).scaleb(-exponent(currency))
    return asked.amount(Money.parse(str(price.quantize(coin, ROUND_DOWN)), currency))


def query_of(asked: Asked) -> Query:
    """What the sentence looks for: its prices as the shop reads them, its colour and size as Rasa found them."""
    query = read_query(asked.text)
    size, colour = asked.entities.get("size"), asked.entities.get("colour")
    if size and not query.size:
        # A number that was cut out as a price is not there any more, so it is not taken for a size.
        text, found = re.subn(rf"(?i)(?:\bin\s+)?(?<![\w-]){re.escape(size)}(?![\w-])", " ", query.text, count=1)
        query = replace(query, text=" ".join(text.split()), size=size) if found else query
    return replace(query, colour=query.colour or colour)


def narrowed(last: Query, new: Query) -> Query:
    """The last search with the filters of a sentence that names nothing: "under 60", "only in blue"."""
    given = {
        name: value
        for name in ("min_price", "max_price", "size", "colour")
        if (value := getattr(new, name)) is not None
    }
    return replace(last, **given)


def names_another_thing(asked: Asked) -> bool:
    """Whether a size or a colour comes with a thing that is not the one looked for: "black t-shirt in M"."""
    last = Search.kept(asked)
    thing = reading.words_in(asked.entities.get("product", "")) if asked.text else frozenset()
    return bool(thing - reading.words_in(last.thing if last else ""))


def pointed_at(asked: Asked) -> str | None:
    """The product that the sentence points at, among those shown last: by its place, else by its name."""
    shown = asked.slots.get("shown") or []
    place = reading.place_in(asked.text, len(shown))
    if place is None:
        named = reading.named_in(asked.text, [product["title"] for product in shown])
        place = named[0] if len(named) == 1 else None
    return None if place is None else str(shown[place]["id"])


def options_named(asked: Asked) -> dict[str, str]:
    """The size and the colour in this very message, tapped or written."""
    size = asked.entities.get("size") if not asked.text else reading.size_in(asked.text)
    colour = asked.entities.get("colour")
    named = {"size": size, "colour": colour if colour is None or not asked.text else colour.casefold()}
    return {name: value for name, value in named.items() if value}
