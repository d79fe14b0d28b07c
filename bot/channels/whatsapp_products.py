"""Products shown from Meta's own catalogue, where an account has one: customers look through it, put things into
WhatsApp's cart and send that as an order.

A retailer id in that catalogue is a variant's SKU (docs/channels/whatsapp.md). Meta may lack a product or refuse it, so
each such piece carries what is sent otherwise. A product message has no buttons: what can be tapped goes beside it.
"""

from __future__ import annotations

from typing import Any

from bot.channels.whatsapp_out import bodies_of, interactive, picture_body
from bot.conversation.cards import card_words
from bot.conversation.lengths import cut, is_blank
from bot.conversation.pieces import joined, length, word
from bot.conversation.replies import Card, Cards, Choices, Shown
from bot.conversation.traits import Traits

_HEADER, _SECTION, _MOST = 60, 24, 30
_LONGEST_ID = 100


def catalogue_bodies(reply: Shown, traits: Traits) -> list[dict[str, Any]]:
    """Empty where the reply is no row of products that the catalogue may hold."""
    if not isinstance(reply, Cards) or not 0 < len(reply.cards) <= _MOST:
        return []
    ids = [card.sku for card in reply.cards]
    if len(set(ids)) < len(ids) or not all(0 < len(each) <= _LONGEST_ID for each in ids):
        return []
    return _one(reply, reply.cards[0], traits) if len(ids) == 1 else _several(reply, traits)


def _one(reply: Cards, card: Card, traits: Traits) -> list[dict[str, Any]]:
    """The product, then its words over everything that can be tapped."""
    options = [*card.options, *reply.options]
    if not card.image or not options or length(reply.text, traits) > traits.button_text:
        return []
    told = {} if is_blank(reply.text) else {"body": {"text": word(reply.text, traits)}}
    shape = {"type": "product", **told, "action": {"product_retailer_id": card.sku}}
    product = {
        "type": "interactive",
        "interactive": shape,
        "in_catalogue": True,
        "otherwise": picture_body(card.image, word(reply.text, traits)),
    }
    return [product, *bodies_of(Choices(card_words(Cards("", reply.button, [card]), traits), options), traits)]


def _several(reply: Cards, traits: Traits) -> list[dict[str, Any]]:
    """What else can be tapped under the reply's words, then the products."""
    first = bodies_of(Choices(reply.text, reply.options), traits) if reply.options else []
    title = word(reply.button, traits) or word(reply.text, traits)
    otherwise = bodies_of(Cards(title if first else reply.text, reply.button, reply.cards), traits)
    if not title or len(otherwise) != 1:
        return []
    lines = [joined(card.title, card.subtitle, by="  ") for card in reply.cards]
    text = cut(joined("" if first else reply.text, *lines), traits.button_text, traits.measure)
    items = [{"product_retailer_id": card.sku} for card in reply.cards]
    section = {"title": word(title, traits, _SECTION), "product_items": items}
    header = {"type": "text", "text": word(title, traits, _HEADER)}
    products = interactive("product_list", text or title, {"sections": [section]}, header=header)
    return [*first, {**products, "in_catalogue": True, "otherwise": otherwise[0]}]
