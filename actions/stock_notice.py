""" "Tell me when it comes": which thing in which options a customer waits for, and what they hear about it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from actions import named
from actions.counter import Asked, Said
from actions.product import present, remembered
from bot.commerce.query import Query
from bot.conversation.phrases import label_in
from bot.errors import NotFound
from bot.selling.shop import Shop
from bot.selling.wishes import StillThere, Wishes, WishKept

_NEWS = re.compile(
    r"newsletter|infolettre|\bnews\b|actus|nouveaut|nowości|offer|offre|promo|ofert|\bsales?\b|soldes|discount|zniżk"
    r"|mailing|subscri|abonn|subskry|न्यूज़|ऑफ़?र|सेल|सब्सक्राइब|ख़बरें",
    re.IGNORECASE,
)
"""Words of somebody who wants all the news, whatever product is in front of them."""


@dataclass(frozen=True, slots=True)
class Wish:
    product_id: str
    options: Mapping[str, str]


async def wish_meant(shop: Shop, asked: Asked) -> Wish | None:
    """The thing that is waited for: tapped, named, or in front of the customer. None for news in general."""
    options = named.options_of(asked)
    if not asked.text:
        tapped = asked.entities.get("product_id")
        return Wish(tapped, options) if tapped else None
    if _NEWS.search(asked.text):
        return None
    by_name = await _named(shop, asked)
    product_id = by_name or named.product_in_view(asked)
    if product_id is None:
        return None
    kept = remembered(asked) if asked.slots.get("product_id") == product_id else {}
    return Wish(product_id, {**kept, **options})


async def _named(shop: Shop, asked: Asked) -> str | None:
    """The product whose title the message says."""
    said = next((mention.value for mention in asked.named("product")), None)
    if said is None:
        return None
    found = await shop.search(asked.conversation_id, Query(text=said), limit=3)
    return next((one.id for one in found.products if one.title.casefold() == said.casefold()), None)


async def keep(shop: Shop, wishes: Wishes, asked: Asked, wish: Wish) -> Said:
    try:
        kept = await wishes.keep(asked.conversation_id, wish.product_id, wish.options)
    except NotFound:
        gone = asked.say("That one is no longer in the shop, I am sorry.")
        return Said.text(gone, asked.buttons.keep_looking)
    if isinstance(kept, StillThere):
        page = await shop.product(asked.conversation_id, kept.product_id)
        here = asked.say("Good news: {label} is in stock now.", label=label_in(asked.say, kept.label))
        said = present(asked, page, kept.options, pictured=False)
        return Said((*Said.text(here).replies, *said.replies), said.slots, said.offer, said.follow_up)
    if isinstance(kept, WishKept):
        text = asked.say(
            "I will write to you here, once, when {label} is in stock.", label=label_in(asked.say, kept.label)
        )
        return Said.text(text, asked.buttons.keep_looking)
    text = asked.say(
        "You wait for {limit} things already, and I can remember no more. “Stop” makes me forget them.",
        limit=kept.limit,
    )
    return Said.text(text, asked.buttons.keep_looking)
