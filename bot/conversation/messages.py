"""What comes in from a customer, in our own words, after a channel has translated it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from bot.conversation.identity import ConversationKey, Profile

TEXT_LIMIT = 4096
"""Longest text of one message (WhatsApp's body limit); what is longer is cut before the engine sees it."""


class Author(StrEnum):
    """Who spoke. Who drives is `bot.conversation.ownership.Owner`."""

    CUSTOMER = "customer"
    BOT = "bot"
    AGENT = "agent"
    SYSTEM = "system"


class Delivery(StrEnum):
    """How far an outgoing message has come. The order is the fold's order: it only moves forward."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


_RANK = {
    Delivery.QUEUED: 0,
    Delivery.SENDING: 1,
    Delivery.FAILED: 2,
    Delivery.SENT: 3,
    Delivery.DELIVERED: 4,
    Delivery.READ: 5,
}


def fold_delivery(now: Delivery, news: Delivery) -> Delivery:
    """The state after a status arrived, in whatever order statuses arrive.

    A phone that got the message outranks another device's failure (Meta: `delivered` may follow `failed`)."""
    return news if _RANK[news] > _RANK[now] else now


class Attachment(msgspec.Struct, frozen=True):
    """A file that a customer sent. `reference` is the channel's own id or address of it."""

    kind: str
    reference: str
    mime_type: str = ""
    caption: str = ""


class Inbound(msgspec.Struct, frozen=True):
    """One message of one customer. Exactly one of `text` and `payload` drives the turn.

    `event_key` is the platform's id of the message, the key of deduplication. `payload` is a tapped button's payload,
    `text` what was typed (or the title of what was tapped, for people to read)."""

    key: ConversationKey
    event_key: str
    sent_at: datetime
    text: str = ""
    payload: str | None = None
    profile: Profile = Profile()
    attachments: list[Attachment] = []
    kind: str = "text"


class Status(msgspec.Struct, frozen=True):
    """News of a message that we sent. `outbox_ref` is our own id when the platform echoes it."""

    channel: str
    account: str
    provider_id: str
    state: Delivery
    at: datetime
    outbox_ref: str | None = None
    error_code: int | None = None
    error_title: str = ""
