"""What the desk's API says of messages: what was said and shown, files, how far ours have come. Times are UTC."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from bot.conversation.messages import Author, Delivery
from bot.conversation.replies import Shown


class FileState(StrEnum):
    """Whether a customer's file is here: on its way, kept, gone from the platform, or refused (too large, unsafe)."""

    WAITING = "waiting"
    KEPT = "kept"
    GONE = "gone"
    REFUSED = "refused"


class DeskAttachment(msgspec.Struct, frozen=True):
    """The file itself is at `/desk/media/<message>/<place>`. `state` is null for what is none: a place, a contact.

    `where` is a place's "latitude,longitude", or a contact's number. `size` is in bytes."""

    kind: str
    place: int
    state: FileState | None
    caption: str
    filename: str
    mime_type: str
    size: int | None
    where: str


class CameFrom(msgspec.Struct, frozen=True):
    """What led the customer here: `source` is the platform's word (ad, post, …), `ref` its id or the link's word."""

    source: str
    headline: str
    url: str
    ref: str
    at: datetime


class DeskItem(msgspec.Struct, frozen=True):
    """A line of a cart filled in the platform's own catalogue; `label` is its id where we sell no such thing."""

    label: str
    quantity: int


class DeskMessage(msgspec.Struct, frozen=True, kw_only=True):
    """`reply` is what we showed, null for the customer's words. `tapped` says that they tapped a button with this text.

    `delivery` is null for incoming ones; `problem` says in words why an outgoing one did not arrive, `problem_code` is
    the platform's number for it. `elsewhere` marks a colleague's answer in the platform's own app. `sent_at` is null
    but for what reached us late. `taken_back` says that the customer deleted it. `whole` says that there is more of it
    than `text` at `/desk/messages/<message>/original`. `about` is the product they asked about."""

    id: int
    author: Author
    name: str
    text: str
    reply: Shown | None
    attachments: list[DeskAttachment]
    tapped: bool
    delivery: Delivery | None
    problem: str
    problem_code: int | None
    elsewhere: bool
    created_at: datetime
    sent_at: datetime | None
    reaction: str
    edited: bool
    taken_back: bool
    subject: str
    whole: bool
    came_from: CameFrom | None
    about: str
    items: list[DeskItem]
    form: dict[str, str]


class WholeMessage(msgspec.Struct, frozen=True):
    """A message with all that it quotes."""

    text: str


class Transcript(msgspec.Struct, frozen=True):
    """Oldest first; `more` says that older ones exist."""

    messages: list[DeskMessage]
    more: bool
