"""What to send on a channel that lacks a reply's shape: the rules from rich to plain. Pure.

Buttons become a list, a list becomes numbered lines; a row of cards becomes a list; a link button becomes its address.
Nothing that can be chosen is lost: by tapping, or by typing a line's number (see `choosing`). It knows no channel by
name, only `Traits`, and no platform's bodies: a channel makes one message of each thing that comes out here.
"""

from __future__ import annotations

from bot.conversation.cards import degrade_cards
from bot.conversation.lengths import BLANK, one_line
from bot.conversation.offers import buttons_first, list_first, rows_of
from bot.conversation.phrases import ENGLISH, Speaker, speaker
from bot.conversation.pieces import above, bold, joined, prose, texts, word
from bot.conversation.replies import (
    Cards,
    Choices,
    File,
    Line,
    Link,
    Listing,
    Order,
    Picture,
    React,
    Receipt,
    Shown,
    Template,
    Text,
    offered_payloads,
)
from bot.conversation.traits import Traits

_ENGLISH = speaker(ENGLISH)


def degrade(reply: Shown, traits: Traits, say: Speaker = _ENGLISH) -> list[Shown]:
    """What to send, in order, each within `traits`. `say` is only used where the channel speaks. Never empty.

    A channel must be ready for Text and, of the other shapes, for those that its traits name:
    - Choices where it has `buttons`; Listing where it has `rows`; Link where it has `links`; Picture where it has
      `pictures`; File where it has `files` (audio never has a caption); Template where it has `templates`;
      React where it has `reactions`.
    - Cards where it has `cards`: its `text` is empty then, for the words went before as Text; its own `options` are
      buttons beside the whole row (quick replies). Where it has no `cards` but `buttons` and `pictures`: Cards with
      exactly one card with an image, to be shown as this picture over `card_words(reply, traits)` (`cards`), under
      which stand the buttons `[*card.options, *reply.options]`.
    - Receipt where it has `receipt`: its `text` is empty for the same reason. Order never: it is a Link or a Text.

    Texts over buttons are within `button_text`, those of a Link within `link_text`; what is longer goes before."""
    if isinstance(reply, Choices):
        return buttons_first(reply.text, rows_of(reply, traits), traits, say)
    if isinstance(reply, Listing):
        return list_first(reply.text, reply.button, rows_of(reply, traits), traits, say)
    if isinstance(reply, Cards):
        return degrade_cards(reply, traits, say)
    if isinstance(reply, Link):
        return _link(reply.text, reply.label, reply.url, traits)
    if isinstance(reply, Picture | File):
        return _media(reply, traits, say)
    if isinstance(reply, Receipt | Order):
        return _account(reply, traits)
    if isinstance(reply, Template):
        return _template(reply, traits)
    if isinstance(reply, React):
        return [reply] if traits.reactions and one_line(reply.of) else _words(reply.emoji, traits)
    return _words(reply.text, traits)


def is_numbered(reply: Shown, traits: Traits) -> bool:
    """Whether the customer chooses by number: something is offered, and nothing of it can be tapped."""
    shown = degrade(reply, traits)
    return bool(rows_of(reply, traits)) and not any(offered_payloads(part) for part in shown)


def _words(text: str, traits: Traits) -> list[Shown]:
    return [*(texts(text, traits) or [Text(BLANK)])]


def _link(text: str, label: str, url: str, traits: Traits) -> list[Shown]:
    address = one_line(url)
    if traits.links and address:
        before, last = above(text, traits.link_text, traits)
        return [*before, Link(last or BLANK, word(label, traits, traits.button_title) or BLANK, address)]
    if traits.speaks or not address:
        return _words(prose(text, traits) or label, traits)
    named = joined(word(label, traits), address, by=": ")
    return _words(joined(prose(text, traits), named), traits)


def _media(reply: Picture | File, traits: Traits, say: Speaker) -> list[Shown]:
    address = one_line(reply.url)
    if address and (traits.pictures if isinstance(reply, Picture) else traits.files):
        room = 0 if isinstance(reply, File) and reply.kind == "audio" else traits.caption
        before, last = above(reply.caption, room, traits)
        if isinstance(reply, Picture):
            return [*before, Picture(address, last)]
        return [*before, File(reply.kind, address, last, word(reply.filename, traits))]
    caption = prose(reply.caption, traits)
    if traits.speaks:
        unseen = (
            say("There is a picture that I cannot read aloud.")
            if isinstance(reply, Picture)
            else say("There is a file that I cannot read aloud.")
        )
        return _words(caption or unseen, traits)
    return _words(joined(caption, address), traits)


def _account(reply: Receipt | Order, traits: Traits) -> list[Shown]:
    number, total, url = word(reply.number, traits), word(reply.total, traits), one_line(reply.url or "")
    lines = [Line(word(line.title, traits) or BLANK, line.quantity, word(line.amount, traits) or BLANK)
             for line in reply.lines]  # fmt: skip
    if isinstance(reply, Receipt) and 0 < len(lines) <= traits.receipt:
        receipt = Receipt(number or BLANK, lines, total or BLANK, "", url or None)
        return [*texts(reply.text, traits), receipt]
    state = word(reply.state, traits) if isinstance(reply, Order) else ""
    text = joined(
        prose(reply.text, traits),
        joined(bold(number, traits), state, by=" · "),
        *(f"{line.words}  {line.amount}" for line in lines),
        bold(total, traits),
    )
    if not url:
        return _words(text, traits)
    return _link(text, number if traits.links else "", url, traits)


def _template(reply: Template, traits: Traits) -> list[Shown]:
    """Meta refuses values that are empty or hold line ends."""
    if not traits.templates:
        return _words(reply.text, traits)
    values = [word(value, traits) or BLANK for value in reply.values]
    return [Template(reply.name, reply.language, values, prose(reply.text, traits) or BLANK)]
