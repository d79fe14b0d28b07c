"""Whether a customer may be written to just now without having asked: by the platform's window, and by who drives.

The sender decides again when it sends; here the shop keeps back what would not arrive, so that it can be told later.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.channel_accounts import Account
from bot.channels.base import Channel
from bot.conversation.ownership import Owner
from bot.conversation.windows import Window, window
from bot.storage.sql import Row

_WEB = "web"
_VOICE = "voice"


class Reach:
    """`channels` are those that are on beside the shop's own page, which always is."""

    def __init__(self, channels: Mapping[str, Channel], accounts: Sequence[Account]) -> None:
        self._channels = channels
        self._accounts = {(account.channel, account.id): account for account in accounts}

    def freely(self, conversation: Row[Any], now: datetime) -> bool:
        """Inside the free window, where it can be read at leisure: nobody is called."""
        if not _ours(conversation) or conversation.channel == _VOICE:
            return False
        channel = self._channels.get(conversation.channel)
        if channel is None:
            return bool(conversation.channel == _WEB)
        wrote_at, ad_at = conversation.window_from, conversation.ad_at
        return window(channel.manners, wrote_at=wrote_at, ad_at=ad_at, now=now) is Window.OPEN

    def somehow(self, conversation: Row[Any], now: datetime) -> bool:
        """Freely, or by a template that the platform has approved; a caller by a text message."""
        if self.freely(conversation, now):
            return True
        channel = self._channels.get(conversation.channel)
        if channel is None or not _ours(conversation):
            return False
        account = self._accounts.get((conversation.channel, conversation.account))
        has_template = account is not None and bool(account.templates.get("notice")) and channel.traits.templates
        return has_template or conversation.channel == _VOICE


def _ours(conversation: Row[Any]) -> bool:
    return bool(conversation.owner == Owner.BOT and not conversation.stopped and conversation.writable)
