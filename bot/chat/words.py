"""What the web chat's API takes and gives, as types: the shapes that the page's TypeScript is generated from."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from bot.conversation.messages import Author, Delivery
from bot.conversation.ownership import Owner
from bot.conversation.replies import Shown

ClientId = Annotated[
    str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{8,64}$", description="Made by the page, once a message")
]


class Welcome(msgspec.Struct, frozen=True):
    """What an empty page says: the shop's name, a greeting and a few things to start with."""

    shop: str
    greeting: str
    suggestions: list[str]


class ChatState(msgspec.Struct, frozen=True):
    """`started` is False until the customer's first message. `known` tells whether a session came with the request: a
    page that is still unknown after it was given one is in a browser that keeps no cookie here. It then asks for a
    `token`, which is given for that alone."""

    welcome: Welcome
    started: bool
    known: bool = False
    token: str | None = None


class ChatMessage(msgspec.Struct, frozen=True):
    """One bubble. `client_id` is the page's own id of a customer's message, `name` the agent's of an agent's."""

    id: int
    author: Author
    body: Shown
    created_at: datetime
    name: str | None = None
    delivery: Delivery | None = None
    client_id: str | None = None


class ChatHistory(msgspec.Struct, frozen=True):
    """Oldest first. `agent` is the name of the person who has taken over, `language` the one that is spoken here.

    `live_from` is where the event stream goes on from without a gap: all of this was read in one transaction."""

    messages: list[ChatMessage]
    more: bool
    live_from: int
    owner: Owner = Owner.BOT
    agent: str | None = None
    language: str | None = None


class NewMessage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Exactly one of `text` (typed) and `payload` (of something tapped)."""

    client_id: ClientId
    text: str | None = None
    payload: str | None = None


class Accepted(msgspec.Struct, frozen=True):
    """The message is kept. The same `client_id` again gets the same answer and changes nothing."""

    id: int
    text: str


class CartLineShown(msgspec.Struct, frozen=True):
    sku: str
    label: str
    quantity: int
    amount: str
    image: str | None = None
    note: str = ""


class CartShown(msgspec.Struct, frozen=True):
    """Amounts are formatted; the total is the subtotal less `discount`, and `shipping` and `tax` on top. Those two are
    None where there is none, `tax_included` is the part of the total that is tax. `missing_for_free_shipping` is None
    where delivery is free already or never is. `delivery_to` is the country that was named, `undeliverable` the one
    that nothing is delivered to. `code_refused` says in words why `code` takes nothing off."""

    lines: list[CartLineShown]
    count: int
    subtotal: str
    shipping: str
    total: str
    free_shipping: bool
    missing_for_free_shipping: str | None = None
    checkout_url: str | None = None
    discount: str | None = None
    code: str | None = None
    code_refused: str | None = None
    tax: str | None = None
    tax_included: str | None = None
    tax_name: str = ""
    delivery_to: str | None = None
    undeliverable: str | None = None
    note: str = ""


class Embedding(msgspec.Struct, frozen=True):
    """What a site's button and its frame say, in the reader's language; `unread` has a `{count}` to fill."""

    shop: str
    open: str
    close: str
    loading: str
    failed: str
    elsewhere: str
    unread: str
