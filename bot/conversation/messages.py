"""What comes in from a customer, in our own words, after a channel has translated it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from bot.conversation.identity import ConversationKey, Profile

TEXT_LIMIT = 4096
"""Longest text of one message (WhatsApp's body limit); what is longer is cut before the engine sees it."""
GREETING = "/greet"
"""The one payload that comes without an offer of ours: of a platform's own ways in (a first button, a link)."""


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
    Delivery.SENT: 2,
    Delivery.FAILED: 3,
    Delivery.DELIVERED: 4,
    Delivery.READ: 5,
}


def fold_delivery(now: Delivery, news: Delivery) -> Delivery:
    """The state after a status arrived, in whatever order statuses arrive.

    A phone that got the message outranks another device's failure (Meta: `delivered` may follow `failed`)."""
    return news if _RANK[news] > _RANK[now] else now


class Problem(StrEnum):
    """Why a message of ours did not arrive, by what can be done about it."""

    PASSING = "passing"  # the platform's trouble: again, in a while
    THROTTLED = "throttled"  # too fast: again, slower
    MEDIA = "media"  # it could not fetch our picture: again, then as an address
    WINDOW = "window"  # the customer was silent too long
    UNREACHABLE = "unreachable"  # blocked, not there, does not want it: nothing helps
    REFUSED = "refused"  # not a message as the platform wants it: our fault, a person must answer
    ACCOUNT = "account"  # token, permission, payment of the account: everything stands still


def least_delivery(states: Iterable[Delivery]) -> Delivery:
    """How far a message of several pieces has come: failed if one has, else as far as the one furthest behind."""
    known = list(states)
    return Delivery.FAILED if Delivery.FAILED in known else min(known, key=_RANK.__getitem__)


class Attachment(msgspec.Struct, frozen=True):
    """A file that somebody sent. `reference` is the channel's own id or address of it; `kind` is image, video, audio,
    document, sticker, location (then `reference` is "latitude,longitude"), contact, story, share or file."""

    kind: str
    reference: str
    mime_type: str = ""
    caption: str = ""
    filename: str = ""
    sha256: str = ""


class Referral(msgspec.Struct, frozen=True):
    """What led a customer here: an ad, a post, a link with a word in it (`ref`)."""

    source: str
    ref: str = ""
    headline: str = ""
    url: str = ""

    @property
    def is_ad(self) -> bool:
        return self.source.lower() in ("ad", "ads")


class OrderedItem(msgspec.Struct, frozen=True):
    """A line of a cart that was filled in the platform's own catalogue. Its price is not kept: ours rules."""

    sku: str
    quantity: int


class Inbound(msgspec.Struct, frozen=True):
    """One message of one customer. Exactly one of `text` and `payload` drives the turn.

    `event_key` is the platform's id of the message, the key of deduplication. `payload` is a tapped button's payload,
    `text` what was typed (or the title of what was tapped, for people to read). `also` are other ids that the platform
    gives of the same customer (a phone number beside a user id). `thread` is what an answer must carry to hang on this
    message, in the channel's own words. `proven` is False where the platform cannot vouch for
    the sender (an unsigned e-mail): then nothing is told of orders and accounts. `original` is the whole text where
    `text` is only what is new in it (an e-mail without the older ones that it quotes), for people to read. `overheard`
    was said while another app holds the thread: it is kept for the story, and nobody here answers."""

    key: ConversationKey
    event_key: str
    sent_at: datetime
    text: str = ""
    payload: str | None = None
    profile: Profile = Profile()
    attachments: list[Attachment] = []
    kind: str = "text"
    also: list[str] = []
    reply_to: str | None = None
    referral: Referral | None = None
    product: str | None = None
    items: list[OrderedItem] = []
    form: dict[str, str] | None = None
    subject: str = ""
    original: str = ""
    thread: dict[str, Any] = {}
    proven: bool = True
    overheard: bool = False


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
    problem: Problem | None = None


class Seen(msgspec.Struct, frozen=True):
    """Everything that we sent to this customer up to a moment has come this far (Messenger's watermarks)."""

    key: ConversationKey
    state: Delivery
    up_to: datetime


class Echo(msgspec.Struct, frozen=True):
    """Somebody of the shop answered elsewhere: in the phone app, in the page's inbox. The bot steps back."""

    key: ConversationKey
    event_key: str
    sent_at: datetime
    text: str = ""
    attachments: list[Attachment] = []


class Edited(msgspec.Struct, frozen=True):
    """The customer changed a message (`of` is its event key), or took it back: then `text` is None."""

    key: ConversationKey
    of: str
    text: str | None
    at: datetime


class Reaction(msgspec.Struct, frozen=True):
    """An emoji put on a message, ours (by the platform's id) or theirs; an empty one takes it away."""

    key: ConversationKey
    of: str
    emoji: str


class Moved(msgspec.Struct, frozen=True):
    """The customer `old` is called `new` from now on: another number, another user id."""

    channel: str
    account: str
    old: str
    new: str


class Preference(msgspec.Struct, frozen=True):
    """Whether this customer wants to hear from the shop unasked: STOP and START, marketing off and on.

    `everything` is True where after a stop not even an answer may be sent."""

    key: ConversationKey
    wanted: bool
    everything: bool = False


class ThreadControl(msgspec.Struct, frozen=True):
    """Whether the platform lets us write in this thread (Messenger's hand-over between apps)."""

    key: ConversationKey
    ours: bool


class Alarm(msgspec.Struct, frozen=True):
    """The platform tells of trouble with an account; somebody of the shop must act."""

    channel: str
    account: str
    words: str
    code: int | None = None


News = Status | Seen | Echo | Edited | Reaction | Moved | Preference | ThreadControl | Alarm
"""What a webhook tells that is not a turn."""
