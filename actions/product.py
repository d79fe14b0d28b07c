"""One product in front of the customer: what is chosen of it, what is still open, and how it is shown. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from actions import wording
from actions.counter import Asked, Said
from bot.conversation.phrases import phrase
from bot.conversation.replies import Picture, Reply
from bot.selling.answers import ProductPage

_NO_OTHER = {
    "size": phrase("{title} comes in no other size just now."),
    "colour": phrase("{title} comes in no other colour just now."),
}


def remembered(asked: Asked) -> dict[str, str]:
    """The size and the colour named earlier for this search or this product."""
    return {name: asked.slots[name] for name in ("size", "colour") if asked.slots.get(name)}


def chosen_of(asked: Asked, page: ProductPage) -> dict[str, str]:
    """What was named earlier and can be had of this product, as the catalogue writes it."""
    chosen: dict[str, str] = {}
    for name, value in remembered(asked).items():
        fitting = {v.casefold(): v for v in in_stock(page, name, chosen)}
        if value.casefold() in fitting:
            chosen[name] = fitting[value.casefold()]
    return chosen


def in_stock(page: ProductPage, name: str, chosen: Mapping[str, str]) -> list[str]:
    """The values of an option that can be had together with what is chosen, in the catalogue's order."""
    others = {key: value for key, value in chosen.items() if key != name}
    fitting = (v for v in page.variants if v.available and others.items() <= v.options.items() and name in v.options)
    return list(dict.fromkeys(variant.options[name] for variant in fitting))


def present(asked: Asked, page: ProductPage, chosen: Mapping[str, str], *, pictured: bool = True) -> Said:
    """One product, and the one question that is still open."""
    card = page.card
    facts = f"{card.title}, {wording.price_of(asked, card)}. {card.why}."
    picture: tuple[Reply, ...] = (Picture(card.image, facts),) if card.image and pictured else ()
    kept = {"product_id": card.id, "added": None, "wanted": None, "size": None, "colour": None}
    if not card.in_stock:
        sold_out = asked.say("{title} is sold out just now.", title=card.title)
        tell_me = asked.buttons.tell_me(card.id, {})
        return Said((*picture, *Said.text(sold_out, tell_me, asked.buttons.keep_looking).replies), kept)
    missing = not_there(page, chosen)
    if missing:
        values = in_stock(page, missing, chosen)
        sorry = wording.not_in(asked, missing, chosen[missing])
        others = {name: value for name, value in chosen.items() if name != missing}
        tell_me = asked.buttons.tell_me(card.id, chosen)
        if not values:
            return Said((*picture, *Said.text(sorry, tell_me, asked.buttons.keep_looking).replies), {**kept, **others})
        asking = wording.ask_option(asked, card.id, card.title, missing, values, sorry, others, also=[tell_me])
        return Said((*picture, asking), {**kept, **others})
    question = open_question(page, chosen)
    before = "" if picture else facts
    if question:
        values = in_stock(page, question, chosen)
        asking = wording.ask_option(asked, card.id, card.title, question, values, before, chosen)
        return Said((*picture, asking), {**kept, **chosen})
    which = wording.sentence(wording.such(asked, chosen))
    ask = asked.say("{which}: shall I add it?", which=which) if which else asked.say("Shall I add it to your cart?")
    said = Said.text(f"{before} {ask}".strip(), asked.buttons.add_to_cart, asked.buttons.keep_looking)
    return Said((*picture, *said.replies), {**kept, **chosen}, offer="add_to_cart")


def not_there(page: ProductPage, chosen: Mapping[str, str]) -> str | None:
    """The option whose value cannot be had: one that the product never comes in before one that only goes with
    others."""
    alone = (name for name, value in chosen.items() if value not in in_stock(page, name, {}))
    together = (name for name, value in chosen.items() if value not in in_stock(page, name, chosen))
    return next(alone, None) or next(together, None)


def exchange(asked: Asked, page: ProductPage, added: Mapping[str, Any], named: Mapping[str, str]) -> Said:
    """ "Do they come in mint?", when blue is in the cart already."""
    product_id, title, options = page.card.id, page.card.title, added["options"]
    for name, value in named.items():
        values = {v.casefold(): v for v in in_stock(page, name, options)}
        if value.casefold() == options.get(name, "").casefold():
            text = asked.say("Yes, that is the one in your cart: {value}.", value=asked.say.word("option", value))
            return Said.text(text, asked.buttons.show_cart, asked.buttons.keep_looking)
        if value.casefold() in values:
            change = asked.buttons.change_it(product_id, name, values[value.casefold()])
            which = wording.such(asked, {name: values[value.casefold()]})
            text = asked.say("Yes, there is {title} {which}. Shall I change it?", title=title, which=which)
            return Said.text(text, change, asked.buttons.show_cart)
        others = [v for v in values.values() if v != options.get(name)]
        sorry = wording.not_in(asked, name, value)
        tell_me = asked.buttons.tell_me(product_id, {**options, name: value})
        if others:
            return Said((wording.ask_option(asked, product_id, title, name, others, sorry, also=[tell_me]),))
        return Said.text(sorry, tell_me, asked.buttons.show_cart, asked.buttons.keep_looking)
    raise ValueError("a question about an option names one")


def open_question(page: ProductPage, chosen: Mapping[str, str]) -> str | None:
    """The option to ask for next. One that leaves no choice is not asked, nor is the colour once there is a size:
    the first one in stock, which the picture shows, is taken and named, and can be changed with a word."""
    for option in page.options:
        if option.name in chosen or (option.name == "colour" and "size" in chosen):
            continue
        if len(in_stock(page, option.name, chosen)) > 1:
            return option.name
    return None


def ask_again_for(asked: Asked, page: ProductPage, chosen: Mapping[str, str]) -> Said:
    """ "Another colour": ask with everything that goes with what is chosen."""
    name = "colour" if any(option.name == "colour" for option in page.options) else "size"
    values: Sequence[str] = [value for value in in_stock(page, name, chosen) if value != chosen.get(name)]
    if not values:
        only = asked.say(_NO_OTHER[name], title=page.card.title)
        return Said.text(only, asked.buttons.show_cart, asked.buttons.keep_looking)
    asking = wording.ask_option(asked, page.card.id, page.card.title, name, values)
    return Said((asking,), {"product_id": page.card.id})
