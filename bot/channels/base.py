"""What a channel is: it translates bytes to our words and our words to bytes. It decides nothing and stores nothing.

SoukError
└── ChannelError              facts: channel
    ├── SignatureRefused      401  not signed by the platform
    ├── BodyUnreadable        400  signed, but not what the platform sends
    ├── ChannelUnavailable    503  no usable answer: try again with the same reference
    ├── ChannelRateLimited    429  retry_after seconds, scope "number" or "pair"
    ├── WindowClosed          409  only an approved template, or a person's task, can follow
    ├── MessageRefused        400  never try again; provider_code says why
    └── CredentialsRefused    502  the account is shut or the token wrong: stop the channel, tell the owner
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import msgspec

from bot.conversation.messages import Inbound, Status
from bot.conversation.replies import Shown
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


class MessageRefused(ChannelError):
    status = 400


class CredentialsRefused(ChannelError):
    pass


class Parsed(msgspec.Struct, frozen=True):
    """What one webhook body held. `ignored` counts the items that are neither a turn nor a status."""

    inbound: list[Inbound] = []
    statuses: list[Status] = []
    ignored: int = 0


class Channel(Protocol):
    name: str

    def verify(self, headers: Mapping[str, str], body: bytes) -> None:
        """Raises `SignatureRefused` unless the platform signed these very bytes."""

    def parse(self, body: bytes) -> Parsed:
        """Everything in the body, in our words. Total on whatever the platform sends; raises `BodyUnreadable`."""

    async def send(self, account: str, customer: str, reply: Shown, ref: str) -> str:
        """Send one reply; returns the platform's id of it. `ref` travels along and comes back in statuses.

        Raises the errors above, nothing else."""

    async def seen(self, account: str, customer: str, event_key: str) -> None:
        """Best effort: show the customer that the message was read and an answer is being written."""
