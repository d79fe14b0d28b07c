"""Finding something to buy: search, refine, look at one product, choose its size and colour."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import ROUND_DOWN, Decimal, InvalidOperation
from typing import Any

import msgspec

from actions import edits, named, reading, wording
from actions.cart import in_already, put_all, put_in_cart
from actions.counter import Asked, CounterAction, Said
from actions.lines import change_line, kind_of
from actions.product import ask_again_for, chosen_of, exchange, present, remembered
from bot.commerce.money import Money, exponent
from bot.commerce.query import Query, read_query
from bot.conversation.phrases import phrase
from bot.errors import NotFound
from bot.selling.answers import CartLine, Found, ProductPage
from bot.selling.shop import Shop

PAGE = 9
"""Products in one message: WhatsApp's list takes ten rows, and one is for more."""
SMALLEST_STEP = Decimal("0.01")

_WISH = phrase("Gladly. What are you looking for? For example “a navy hoodie in M” or “mugs under 20”.")
_NOTHING = phrase("I found nothing like that in the shop. Try other words, such as “hoodie”, “mug” or “running shoes”.")
_GONE = phrase("That one is no longer in the shop, I am sorry.")


class Search(msgspec.Struct, frozen=True):
    """The slot `looking_for`: what is looked for, how it was called, what the shop calls it (`kind`), and how many hits
    were shown so far."""

    query: Query
    thing: str = ""
    seen: int = 0
    kind: str = ""

    @classmethod
    def asked_for(cls, asked: Asked) -> Search:
        """What this message looks for."""
        thing = next(iter(asked.named("product")), None)
        return cls(query_of(asked), thing.words if thing else "", kind=thing.value if thing else "")

    @classmethod
    def kept(cls, asked: Asked) -> Search | None:
        """The last search; None where there is none, or one that an older version of the bot wrote down."""
        try:
            return msgspec.convert(asked.slots.get("looking_for"), cls)
        except msgspec.ValidationError:
            return None

    def narrowed(self, new: Query) -> Search:
        """This search with the filters of a sentence that names nothing: "under 60", "only in blue"."""
        fields = ("min_price", "max_price", "size", "colour")
        given = {name: value for name in fields if (value := getattr(new, name)) is not None}
        return Search(replace(self.query, **given), self.thing, kind=self.kind)


class SearchProducts(CounterAction):
    title = "action_search_products"

    async def answer(self, asked: Asked) -> Said:
        search, last = Search.asked_for(asked), Search.kept(asked)
        if reading.words_in(search.query.text):
            return await look(self.shop, asked, search)
        if replace(search.query, text="") == Query():
            return await self.by_words(asked)
        return await look(self.shop, asked, last.narrowed(search.query) if last else search)

    async def by_words(self, asked: Asked) -> Said:
        """Nothing is marked. Some names are the same in every language ("hoodie"): the words as they are, or ask."""
        words = Query(text=asked.text)
        found = await self.shop.search(asked.conversation_id, words, limit=PAGE) if asked.text else None
        if found is None or not found.products or not found.exact:
            return Said.text(asked.say(_WISH))
        return shelf(asked, Search(words), found, headline(asked, Search(words), found))


class ShowCheaper(CounterAction):
    title = "action_show_cheaper"

    async def answer(self, asked: Asked) -> Said:
        last, shown = Search.kept(asked), named.shown_last(asked)
        prices = [Decimal(p["price"]) for p in shown if asked.slots.get("product_id") in (None, p["id"])]
        if last is None or not prices:
            return Said.text(
                asked.say("Cheaper than what? Tell me what you are looking for and your budget: “hoodies under 50”.")
            )
        bound = min(prices) - SMALLEST_STEP
        said = price_named(asked, "price_max")
        search = last.narrowed(Query(max_price=bound if said is None else said))
        found = await self.shop.search(asked.conversation_id, search.query, limit=PAGE)
        if not found.exact or not found.products:
            least = min(shown, key=lambda product: Decimal(product["price"]))
            return Said.text(
                asked.say(
                    "{title} is the least expensive that I have of this kind. Would you like to see it?",
                    title=least["title"],
                ),
                asked.buttons.show_product(least["id"]),
                asked.buttons.keep_looking,
            )
        return shelf(asked, search, found, asked.say("Less expensive:"))


class ShowMore(CounterAction):
    title = "action_show_more"

    async def answer(self, asked: Asked) -> Said:
        last = Search.kept(asked)
        if last is None:
            return Said.text(asked.say(_WISH))
        found = await self.shop.search(asked.conversation_id, last.query, offset=last.seen, limit=PAGE)
        if not found.products:
            again = msgspec.to_builtins(Search(last.query, last.thing, kind=last.kind))
            buttons = (asked.buttons.see_again, asked.buttons.show_cart)
            return Said.text(ended(asked, last.thing), *buttons, looking_for=again, product_id=None)
        if last.seen == 0:
            return shelf(asked, last, found, asked.say("Here they are again:"))
        more = asked.say("More {thing}:", thing=last.thing) if last.thing else asked.say("More of that:")
        return shelf(asked, last, found, more)


def ended(asked: Asked, thing: str) -> str:
    """There is no more to show."""
    if not asked.text:
        return asked.say("Gladly. What else are you looking for?")
    if thing:
        return asked.say("That was everything in {thing}. What else may I look for?", thing=thing)
    return asked.say("That was everything. What else may I look for?")


class ChooseProduct(CounterAction):
    title = "action_choose_product"

    async def answer(self, asked: Asked) -> Said:
        product_id = asked.entities.get("product_id") or named.pointed_at(asked) or named.the_other(asked)
        if product_id is None:
            return await self.by_name(asked)
        try:
            page = await self.shop.product(asked.conversation_id, product_id)
        except NotFound:
            return Said.text(asked.say(_GONE), asked.buttons.keep_looking, product_id=None)
        return present(asked, page, {**chosen_of(asked, page), **fitting(page, named.options_of(asked))})

    async def by_name(self, asked: Asked) -> Said:
        """Nothing of the list is meant: a title that the shop knows is shown, anything else is looked for."""
        search = Search.asked_for(asked)
        if not reading.words_in(search.query.text):
            shown = named.shown_last(asked)
            if not shown:
                return Said.text(asked.say(_WISH))
            return Said((wording.which_of(asked, shown),))
        if search.kind:
            found = await self.shop.search(asked.conversation_id, Query(text=search.kind), limit=1)
            if found.products and found.products[0].title.casefold() == search.kind.casefold():
                page = await self.shop.product(asked.conversation_id, found.products[0].id)
                return present(asked, page, fitting(page, named.options_of(asked)))
        return await look(self.shop, asked, search)


class ChooseOption(CounterAction):
    title = "action_choose_option"

    async def answer(self, asked: Asked) -> Said:
        wanted = named.several_of(asked)
        options = wanted[0].options
        line = await self.line_meant(asked) if options else None
        if line is not None:
            return await change_line(self.shop, asked, line.sku, options, wanted[0].quantity)
        if names_another_thing(asked):
            return await SearchProducts(self.shop).answer(asked)
        points = asked.text and (asked.named("position") or asked.named("product"))
        pointed = named.pointed_at(asked) if points else None
        product_id = asked.entities.get("product_id") or pointed or asked.slots.get("product_id")
        if product_id is None:
            return await self.refine(asked, options)
        added = asked.slots.get("added")
        if added and added["product_id"] != product_id:
            added = None
        if not options or (asked.text and named.is_question(asked)):
            return await self.tell(asked, product_id, added, options)
        kept = remembered(asked) if asked.slots.get("product_id") == product_id else {}
        if len(wanted) > 1:
            return await put_all(self.shop, asked, product_id, [(w.quantity, {**kept, **w.options}) for w in wanted])
        if added:
            return await self.correct(asked, added, wanted[0])
        quantity = wanted[0].quantity or asked.slots.get("wanted") or 1
        return await put_in_cart(self.shop, asked, product_id, {**kept, **options}, quantity)

    async def correct(self, asked: Asked, added: Mapping[str, Any], wanted: named.Wanted) -> Said:
        """Another size, colour or number of what was just put in."""
        quantity = wanted.quantity or added["quantity"]
        if wanted.options.items() <= dict(added["options"]).items() and quantity == added["quantity"]:
            return await in_already(self.shop, asked)
        return await change_line(self.shop, asked, added["sku"], wanted.options, wanted.quantity)

    async def line_meant(self, asked: Asked) -> CartLine | None:
        """The one line of the cart that a sentence changes by its name: "the socks in black instead"."""
        if not asked.named("product") or not edits.exchanges(asked.text) or named.is_question(asked):
            return None
        cart = await self.shop.cart(asked.conversation_id)
        words = reading.words_in(" ".join(f"{said.value} {said.words}" for said in asked.named("product")))
        names = [f"{line.label} {await kind_of(self.shop, asked, line)}" for line in cart.lines]
        found = reading.best_of(words, names)
        return cart.lines[found[0]] if len(found) == 1 else None

    async def tell(
        self, asked: Asked, product_id: str, added: Mapping[str, Any] | None, options: Mapping[str, str]
    ) -> Said:
        """A question about a size or a colour changes nothing."""
        page = await self.shop.product(asked.conversation_id, product_id)
        kept = dict(added["options"]) if added else chosen_of(asked, page)
        if not options:
            return ask_again_for(asked, page, kept)
        if added:
            return exchange(asked, page, added, options)
        return present(asked, page, {**kept, **fitting(page, options)}, pictured=False)

    async def refine(self, asked: Asked, options: Mapping[str, str]) -> Said:
        last = Search.kept(asked)
        if last is None:
            return Said.text(asked.say("Of what? Tell me what you are looking for, for example “a navy hoodie in M”."))
        query = Query(size=options.get("size"), colour=options.get("colour"))
        return await look(self.shop, asked, last.narrowed(query))


async def look(shop: Shop, asked: Asked, search: Search) -> Said:
    found = await shop.search(asked.conversation_id, search.query, limit=PAGE)
    if not found.products:
        return Said.text(
            asked.say(_NOTHING),
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
            "looking_for": msgspec.to_builtins(Search(search.query, search.thing, seen, search.kind)),
            "shown": shown,
            "product_id": None,
            "size": search.query.size,
            "colour": search.query.colour,
            "added": None,
            "wanted": None,
        },
    )


def headline(asked: Asked, search: Search, found: Found) -> str:
    say, query = asked.say, search.query
    corrected = [say("“{typed}” as “{meant}”", typed=typed, meant=meant) for typed, meant in found.corrected.items()]
    read_as = f"{say('I read {words}.', words=wording.listed(say, corrected))} " if corrected else ""
    if not found.exact:
        return f"{read_as}{given_up(asked, query, found)} {say('The closest:')}"
    limits = filters(asked, query, found.products[0].price.currency)
    count = counted(asked, found.total, search.thing)
    if limits:
        count = say("{matches} {filters}", matches=count, filters=limits)
    if found.total <= len(found.products):
        return f"{read_as}{say('{matches}, in stock:', matches=count)}"
    first = say("The first {count}:", count=len(found.products))
    return f"{read_as}{say('{matches}, in stock.', matches=count)} {first}"


def given_up(asked: Asked, query: Query, found: Found) -> str:
    """What was asked for and is not there."""
    options = {"size": query.size, "colour": query.colour}
    missing = [wording.not_in(asked, name, value) for name, value in options.items() if value and name in found.relaxed]
    if "price" in found.relaxed:
        missing.append(asked.say("Not at that price, I am afraid."))
    return " ".join(missing) or asked.say("I have nothing that is quite that.")


def counted(asked: Asked, total: int, thing: str) -> str:
    """ "8 running shoes", "2 matches for blanket": things are named as the customer named them."""
    if not thing:
        return asked.say.n("One match", "{count} matches", total)
    if total > 1 and thing.endswith("s") and asked.language == "en":
        return f"{total} {thing}"
    return asked.say.n("One match for {thing}", "{count} matches for {thing}", total, thing=thing)


def filters(asked: Asked, query: Query, currency: str) -> str:
    """ "in size 42, in blue, up to $80.00": the filters of a search, as one would say them."""
    options = {"colour": query.colour or "", "size": (query.size or "").upper()}
    said = [wording.such(asked, {name: value for name, value in options.items() if value})]
    low, high = (said_price(asked, price, currency) for price in (query.min_price, query.max_price))
    if low and high:
        said.append(asked.say("between {low} and {high}", low=low, high=high))
    elif high:
        said.append(asked.say("up to {price}", price=high))
    elif low:
        said.append(asked.say("from {price}", price=low))
    return ", ".join(part for part in said if part)


def said_price(asked: Asked, price: Decimal | None, currency: str) -> str:
    if price is None:
        return ""
    coin = Decimal(1).scaleb(-exponent(currency))
    return asked.amount(Money.parse(str(price.quantize(coin, ROUND_DOWN)), currency))


def query_of(asked: Asked) -> Query:
    """What the message looks for: an English sentence as the shop reads it, in other languages (and for a tap) the
    shop's own words for what is named. Prices, sizes and colours are filters."""
    query = read_query(named.english(asked))
    size, colour = asked.entities.get("size"), asked.entities.get("colour")
    if not named.english(asked):
        words = [said.value for said in asked.mentions if said.entity in ("brand", "product", "sku")]
        query = Query(text=" ".join(dict.fromkeys(words)), size=reading.size_value(size) if size else None)
    elif size and not query.size:
        # A number that was cut out as a price is not there any more, so it is not taken for a size.
        typed = next(said.words for said in asked.named("size"))
        text, found = re.subn(rf"(?i)(?:\bin\s+)?(?<![\w-]){re.escape(typed)}(?![\w-])", " ", query.text, count=1)
        query = replace(query, text=" ".join(text.split()), size=size) if found else query
    return replace(
        query,
        colour=query.colour or colour,
        min_price=price_named(asked, "price_min") if query.min_price is None else query.min_price,
        max_price=price_named(asked, "price_max") if query.max_price is None else query.max_price,
    )


def price_named(asked: Asked, entity: str) -> Decimal | None:
    try:
        price = Decimal(asked.entities[entity])
    except (KeyError, InvalidOperation):
        return None
    return price if price.is_finite() and price >= 0 else None


def names_another_thing(asked: Asked) -> bool:
    """Whether a size or a colour comes with a thing that is not the one looked for: "black t-shirt in M"."""
    if not asked.text:
        return False
    search, last = Search.asked_for(asked), Search.kept(asked)
    known = reading.words_in(f"{last.thing} {last.kind}") if last else frozenset()
    titles = [product["title"] for product in named.shown_last(asked)]
    return bool(reading.words_in(search.kind) - known) and not reading.best_of(reading.words_in(search.kind), titles)


def fitting(page: ProductPage, options: Mapping[str, str]) -> dict[str, str]:
    """Options as the catalogue writes them; what the product has not stays as it was said."""
    known = {option.name: {v.value.casefold(): v.value for v in option.values} for option in page.options}
    return {name: known[name].get(value.casefold(), value) for name, value in options.items() if name in known}
