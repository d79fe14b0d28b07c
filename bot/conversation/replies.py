"""What Souk can say: one small vocabulary that every channel renders in its own way.

The JSON form (tag `type`) is what actions send with `dispatcher.utter_message(json_message=...)`, what is stored with
an outgoing message, and what the web pages draw. It knows nothing of any channel's limits.
"""

from __future__ import annotations

from typing import Any

import msgspec

PAYLOAD_BYTES = 200
"""WhatsApp takes 200 characters in a list row's id and 256 in a button's; the smaller one rules."""


class Option(msgspec.Struct, frozen=True):
    """Something the customer can tap. `payload` is `/intent{"entity": "value"}`."""

    title: str
    payload: str


class Row(msgspec.Struct, frozen=True):
    title: str
    payload: str
    description: str = ""


class Card(msgspec.Struct, frozen=True):
    """A product: the first option is the card's own tap, at most one more stands beside it. `sku` names it in a
    platform's own catalogue, empty where no variant can be bought."""

    title: str
    options: list[Option]
    subtitle: str = ""
    text: str = ""
    image: str | None = None
    sku: str = ""


class Line(msgspec.Struct, frozen=True):
    """`quantity` is 0 where nothing is counted: delivery, tax, what a code takes off."""

    title: str
    quantity: int
    amount: str

    @property
    def words(self) -> str:
        return f"{self.quantity} × {self.title}" if self.quantity else self.title


class Text(msgspec.Struct, frozen=True, tag="text"):
    text: str


class Choices(msgspec.Struct, frozen=True, tag="choices"):
    text: str
    options: list[Option]


class Listing(msgspec.Struct, frozen=True, tag="listing"):
    text: str
    button: str
    rows: list[Row]


class Cards(msgspec.Struct, frozen=True, tag="cards"):
    text: str
    button: str
    cards: list[Card]
    options: list[Option] = []


class Link(msgspec.Struct, frozen=True, tag="link"):
    text: str
    label: str
    url: str


class Picture(msgspec.Struct, frozen=True, tag="picture"):
    url: str
    caption: str = ""


class Bill(msgspec.Struct, frozen=True):
    """A receipt's plain amounts, for platforms that draw receipts themselves: decimal numbers as text ("69.00").

    `prices` are of one of each line that is counted, in the receipt's order. `paid_with` and `customer` are ready
    words. `shipping` and `tax` are empty where they are none; `off` is what was taken off, as (ready word, amount)."""

    customer: str
    paid_with: str
    currency: str
    prices: list[str]
    total: str
    shipping: str = ""
    tax: str = ""
    off: tuple[str, str] | None = None


class Receipt(msgspec.Struct, frozen=True, tag="receipt"):
    """`amount` and `total` are already formatted for the customer's language and currency."""

    number: str
    lines: list[Line]
    total: str
    text: str = ""
    url: str | None = None
    bill: Bill | None = None


class File(msgspec.Struct, frozen=True, tag="file"):
    """A file by its address: `kind` is audio, video or document."""

    kind: str
    url: str
    caption: str = ""
    filename: str = ""


class Order(msgspec.Struct, frozen=True, tag="order"):
    """How an order stands. `state` and the amounts are ready words in the customer's language."""

    number: str
    state: str
    lines: list[Line]
    total: str
    text: str = ""
    url: str | None = None


class Template(msgspec.Struct, frozen=True, tag="template"):
    """A message that the platform approved beforehand, the only one allowed outside the window.

    `values` fill its places in order; `text` is what it says, for channels without templates and for people."""

    name: str
    language: str
    values: list[str]
    text: str


class React(msgspec.Struct, frozen=True, tag="react"):
    """An emoji of ours on a message of the customer's; `of` is the platform's id of it."""

    emoji: str
    of: str


class Handoff(msgspec.Struct, frozen=True, tag="handoff"):
    """Never shown: asks for a person. `reason` is one of `bot.handoff.policy.Reason`'s values."""

    reason: str
    summary: str = ""


Shown = Text | Choices | Listing | Cards | Link | Picture | File | Receipt | Order | Template | React
Reply = Shown | Handoff


def reply_from(value: Any) -> Reply:
    """A reply from its JSON form. Raises `msgspec.ValidationError` on anything else."""
    reply: Reply = msgspec.convert(value, Reply)
    return reply


def shown_from(value: Any) -> Shown:
    """Like `reply_from`, for what is kept as a message: a hand-off is never one."""
    shown: Shown = msgspec.convert(value, Shown)
    return shown


def reply_to(reply: Reply) -> dict[str, Any]:
    """The JSON form of a reply, as plain values."""
    value = msgspec.to_builtins(reply)
    assert isinstance(value, dict)
    return value


def offered_payloads(reply: Reply) -> list[str]:
    """Every payload a customer could send by tapping this reply."""
    if isinstance(reply, Choices):
        return [option.payload for option in reply.options]
    if isinstance(reply, Listing):
        return [row.payload for row in reply.rows]
    if isinstance(reply, Cards):
        on_cards = [option.payload for card in reply.cards for option in card.options]
        return on_cards + [option.payload for option in reply.options]
    return []


def title_of(reply: Reply, payload: str) -> str | None:
    """What the customer read on the thing they tapped."""
    if isinstance(reply, Choices):
        return next((o.title for o in reply.options if o.payload == payload), None)
    if isinstance(reply, Listing):
        return next((r.title for r in reply.rows if r.payload == payload), None)
    if isinstance(reply, Cards):
        for card in reply.cards:
            for place, option in enumerate(card.options):
                if option.payload == payload:
                    return card.title if place == 0 else f"{card.title}: {option.title}"
        return next((o.title for o in reply.options if o.payload == payload), None)
    return None


def plain_text(reply: Reply) -> str:
    """One line or a few that tell the same to somebody who only reads: transcripts, summaries, notifications."""
    if isinstance(reply, Text):
        return reply.text
    if isinstance(reply, Choices):
        return f"{reply.text} [{' · '.join(o.title for o in reply.options)}]"
    if isinstance(reply, Listing):
        return f"{reply.text} [{' · '.join(r.title for r in reply.rows)}]"
    if isinstance(reply, Cards):
        shown = [f"{c.title} {c.subtitle}".strip() for c in reply.cards]
        return f"{reply.text} [{' · '.join(shown)}]"
    if isinstance(reply, Link):
        return f"{reply.text} [{reply.label}]"
    if isinstance(reply, Picture):
        return reply.caption or "Picture"
    if isinstance(reply, File):
        return reply.caption or reply.filename or reply.kind
    if isinstance(reply, Template):
        return reply.text
    if isinstance(reply, React):
        return reply.emoji
    if isinstance(reply, Receipt | Order):
        lines = ", ".join(line.words for line in reply.lines if line.quantity)
        state = f" ({reply.state})" if isinstance(reply, Order) else ""
        return f"{reply.text} {reply.number}{state}: {lines}, {reply.total}".strip()
    return ""


def by_address(reply: Shown) -> Shown:
    """The same without pictures, files and links behind a word: their addresses in words, for when a platform could not
    fetch them, or shows words alone."""
    if isinstance(reply, Link):
        return Text(f"{reply.text}\n{reply.url}".strip())
    if isinstance(reply, Picture | File):
        return Text(f"{reply.caption}\n{reply.url}".strip())
    if isinstance(reply, Cards):
        return msgspec.structs.replace(reply, cards=[msgspec.structs.replace(c, image=None) for c in reply.cards])
    return reply
