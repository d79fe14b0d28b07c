"""A row of pictured cards on one channel: as it is, as one picture over buttons, or as something to choose. Pure."""

from __future__ import annotations

from bot.conversation.lengths import BLANK, cleaned
from bot.conversation.offers import buttons_first, list_first, options_fit, options_from, rows_from, rows_of
from bot.conversation.phrases import Speaker
from bot.conversation.pieces import bold, joined, length, prose, texts, word
from bot.conversation.replies import Card, Cards, Choices, Option, Row, Shown
from bot.conversation.traits import Traits


def card_words(reply: Cards, traits: Traits) -> str:
    """What stands over the buttons of a single card, on a channel that shows it as a picture over buttons."""
    card = reply.cards[0]
    named = joined(bold(card.title, traits), card.subtitle, by=" ")
    return joined(reply.text, named, card.text)


def degrade_cards(reply: Cards, traits: Traits, say: Speaker) -> list[Shown]:
    carousel = _carousel(reply, traits)
    if carousel:
        return [*texts(reply.text, traits), carousel]
    if len(reply.cards) == 1:
        over_buttons = _over_buttons(reply, reply.cards[0], traits, say)
        if over_buttons:
            return over_buttons
    # A card without options is nothing to choose, but still something to read.
    told = [joined(card.title, card.subtitle, card.text, by=" · ") for card in reply.cards if not card.options]
    text = joined(prose(reply.text, traits), *told)
    return list_first(text, reply.button, rows_of(reply, traits), traits, say)


def _carousel(reply: Cards, traits: Traits) -> Cards | None:
    own = rows_of(Choices("", reply.options), traits)
    if not 0 < len(reply.cards) <= traits.cards or (own and not options_fit(own, traits)):
        return None
    shown = [card for card in (_element(card, traits) for card in reply.cards) if card]
    if len(shown) < len(reply.cards):
        return None
    return Cards("", word(reply.button, traits, traits.opener) or BLANK, shown, options_from(own))


def _element(card: Card, traits: Traits) -> Card | None:
    """None where its options do not fit, even with their titles cut."""
    rows = [
        Row(word(row.title, traits, traits.button_title), row.payload)
        for row in rows_of(Choices("", card.options), traits)
    ]
    if rows and not options_fit(rows, traits, most=traits.card_buttons):
        return None
    words = joined(word(card.subtitle, traits), word(card.text, traits), by=" · ")
    title = word(card.title, traits, traits.card_title) or BLANK
    return Card(title, options_from(rows), word(words, traits, traits.card_text), "", cleaned(card.image or "") or None)


def _over_buttons(reply: Cards, card: Card, traits: Traits, say: Speaker) -> list[Shown]:
    """Empty where its options and the reply's own do not fit under one text."""
    options = options_from(rows_of(Choices("", [*card.options, *reply.options]), traits))
    if not options_fit(list(rows_from(options)), traits):
        return []
    before, shown = _short(reply, card, traits)
    if not (traits.pictures and shown.cards[0].image):
        return [*before, *buttons_first(card_words(shown, traits), list(rows_from(options)), traits, say)]
    mine = {option.payload for option in card.options}
    on_card = [option for option in options if option.payload in mine]
    rest = [option for option in options if option.payload not in mine]
    return [*before, Cards(shown.text, shown.button, [_with(shown.cards[0], on_card)], rest)]


def _short(reply: Cards, card: Card, traits: Traits) -> tuple[list[Shown], Cards]:
    """So that `card_words` fit over buttons: what is too long goes before as text, the reply's own words first."""
    title = word(card.title, traits, traits.card_title) or BLANK
    subtitle = word(card.subtitle, traits, traits.card_text)
    button = word(reply.button, traits, traits.opener) or BLANK
    image = cleaned(card.image or "") or None
    said, why = prose(reply.text, traits), prose(card.text, traits)
    shown = Cards("", button, [Card(title, [], subtitle, "", image)])
    for text, more in ((said, why), ("", why), ("", "")):
        shown = Cards(text, button, [Card(title, [], subtitle, more, image)])
        if length(card_words(shown, traits), traits) <= traits.button_text:
            break
    dropped = joined("" if shown.text else said, "" if shown.cards[0].text else why)
    return [*texts(dropped, traits)], shown


def _with(card: Card, options: list[Option]) -> Card:
    return Card(card.title, options, card.subtitle, card.text, card.image)
