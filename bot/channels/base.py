"""What a channel is: it translates bytes to our words and our words to bytes. It decides nothing and stores nothing.

SoukError
└── ChannelError              facts: channel
    ├── SignatureRefused      401  not signed by the platform
    ├── BodyUnreadable        400  signed, but not what the platform sends
    ├── ChannelUnavailable    503  no usable answer: try again with the same reference
    ├── ChannelRateLimited    429  retry_after seconds, scope "number" or "pair"
    ├── WindowClosed          409  only an approved template, or a person's task, can follow
    ├── MediaRefused          502  it could not fetch our picture: again, then as an address
    ├── MessageRefused        400  never try again; provider_code says why, `ours` whose fault it is
    ├── MediaGone             410  the platform has a customer's file no more
    ├── MediaNotTaken         400  a customer's file that we do not take: too big, from elsewhere, not as announced
    └── CredentialsRefused    502  the account is shut or the token wrong: stop the channel, tell the owner
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

import msgspec

from bot.conversation.messages import Attachment, Inbound, News, Status
from bot.conversation.replies import Shown
from bot.conversation.traits import Manners, Traits
from bot.errors import SoukError


class ChannelError(SoukError):
    status = 502

    def __init__(self, code: str, message: str, *, channel: str, provider_code: int | None = None) -> None:
        super().__init__(code, message, channel=channel)
        self.channel = channel
        self.provider_code = provider_code


class SignatureRefused(ChannelError):
    status = 401


class BodyUnreadable(ChannelError):
    status = 400


class ChannelUnavailable(ChannelError):
    status = 503


class ChannelRateLimited(ChannelError):
    status = 429

    def __init__(self, message: str, *, channel: str, retry_after: float, scope: str, provider_code: int) -> None:
        super().__init__("rate_limited", message, channel=channel, provider_code=provider_code)
        self.retry_after = retry_after
        self.scope = scope


class WindowClosed(ChannelError):
    status = 409


class MediaRefused(ChannelError):
    """The platform could not fetch a picture or a file of the message."""

    status = 502


class MessageRefused(ChannelError):
    """`ours`: the message is not as the platform wants it. Else the customer cannot or does not want to get it;
    `opted_out`: they said so to the platform, and nothing may be sent until they take it back."""

    status = 400

    def __init__(
        self,
        code: str,
        message: str,
        *,
        channel: str,
        provider_code: int | None = None,
        ours: bool = False,
        opted_out: bool = False,
    ) -> None:
        super().__init__(code, message, channel=channel, provider_code=provider_code)
        self.ours = ours
        self.opted_out = opted_out


class MediaGone(ChannelError):
    status = 410


class MediaNotTaken(ChannelError):
    status = 400


class CredentialsRefused(ChannelError):
    pass


class Received(msgspec.Struct, frozen=True):
    """A webhook as it arrived. `url` is the public address that was posted to, with its query; header names are lower
    case; `body` are the bytes that were signed."""

    url: str
    headers: Mapping[str, str]
    body: bytes


class Parsed(msgspec.Struct, frozen=True):
    """What one webhook body held, in its order. `ignored` counts what means nothing to a shop."""

    items: list[Inbound | News] = []
    ignored: int = 0

    @property
    def inbound(self) -> list[Inbound]:
        """The turns among them."""
        return [item for item in self.items if isinstance(item, Inbound)]

    @property
    def statuses(self) -> list[Status]:
        return [item for item in self.items if isinstance(item, Status)]


class Outgoing(msgspec.Struct, frozen=True, kw_only=True):
    """One piece on its way. `ref` travels along where the platform can carry it, and comes back in statuses.

    `by_person` and `speaker`: a person wrote it, called so. `outside_window`: the customer was silent too long for a
    free answer, and this goes by the rule for people. `answering`: what the customer's last message told of its thread
    (`conversations.thread`), for channels whose messages hang together. `locale`: the customer's, for words that the
    channel adds. `also`: the further pieces of the same turn, on a channel that gathers them."""

    account: str
    customer: str
    piece: dict[str, Any]
    ref: str
    by_person: bool = False
    speaker: str = ""
    outside_window: bool = False
    answering: dict[str, Any] = {}
    locale: str | None = None
    also: list[dict[str, Any]] = []


class Channel(Protocol):
    name: str
    traits: Traits
    manners: Manners

    def verify(self, received: Received) -> None:
        """Raises `SignatureRefused` unless the platform signed these very bytes."""

    def parse(self, received: Received) -> Parsed:
        """Everything in the body, in our words. Total on whatever the platform sends; raises `BodyUnreadable`."""

    def pieces(self, reply: Shown) -> list[dict[str, Any]]:
        """The requests that show this reply, in order: always the same ones for the same reply."""

    async def send(self, outgoing: Outgoing) -> str:
        """Send one piece; returns the platform's id of it. Raises the errors above, nothing else."""

    async def seen(self, account: str, customer: str, event_key: str) -> None:
        """Best effort: show the customer that the message was read and an answer is being written."""


@runtime_checkable
class KnowsNames(Protocol):
    """A channel whose messages name nobody, but whose platform tells a customer's name when it is asked."""

    async def name_of(self, account: str, customer: str) -> str:
        """Empty where the platform knows none. Raises the channel errors."""


@runtime_checkable
class FetchesMedia(Protocol):
    """A channel that keeps its customers' files for a while and hands them out. Who asks is `bot.media`."""

    async def fetch(self, account: str, attachment: Attachment) -> bytes:
        """The file that `attachment.reference` names, whole, checked against its `sha256` where that was told.

        Raises `ChannelUnavailable` and `CredentialsRefused` (later, perhaps), `MediaGone`, `MediaNotTaken`."""
