"""The shop's ends of its channels as the desk speaks of them: what each is called, and who may be written to now.

Pure but for what it was given. The sender decides again when it sends; this tells people beforehand by the same rules.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from bot.channel_accounts import Account
from bot.conversation.traits import Manners, Traits
from bot.conversation.windows import Window, closes_at, window
from bot.desk.words import Reach, Reachable
from bot.handoff.takeover import REACTIONS
from bot.storage.sql import Row

WEB = "web"


class Way(msgspec.Struct, frozen=True):
    """A channel that is on: how it behaves, and what it can show."""

    manners: Manners
    traits: Traits


class Ends:
    """`ways` are the channels that are on beside the shop's own page, which always is; `accounts` their accounts."""

    def __init__(self, ways: Mapping[str, Way], accounts: Sequence[Account]) -> None:
        self._ways = {WEB: Way(Manners(pulled=True), Traits(text=0)), **ways}
        self._accounts = {(account.channel, account.id): account for account in accounts}
        self._count = Counter(account.channel for account in accounts)

    @property
    def channels(self) -> list[str]:
        return list(self._ways)

    def called(self, channel: str, account: str) -> str:
        """Brand, number or address of an end; empty where the channel has one only, and nobody needs to tell apart."""
        known = self._accounts.get((channel, account))
        if channel == WEB or (known is not None and self._count[channel] < 2):
            return ""
        return (known.brand if known is not None else "") or account

    def reactions(self, channel: str) -> list[str]:
        """The emojis that can be put on a customer's message there."""
        way = self._ways.get(channel)
        return list(REACTIONS) if way is not None and way.traits.reactions else []

    def reach(self, conversation: Row[Any], now: datetime) -> Reachable:
        """By a row with `channel`, `account`, `stopped`, `writable`, `window_from` and `ad_at`."""
        way = self._ways.get(conversation.channel)
        if way is None:
            return Reachable(Reach.OFF)
        if conversation.stopped:
            return Reachable(Reach.STOPPED)
        if not conversation.writable:
            return Reachable(Reach.NOT_OURS)
        wrote_at, ad_at, manners = conversation.window_from, conversation.ad_at, way.manners
        state = window(manners, wrote_at=wrote_at, ad_at=ad_at, now=now)
        if state is Window.OPEN:
            return Reachable(Reach.OPEN, closes_at(manners, wrote_at=wrote_at, ad_at=ad_at))
        if state is Window.PERSON and manners.human_window is not None:
            return Reachable(Reach.PERSON, wrote_at + manners.human_window)
        account = self._accounts.get((conversation.channel, conversation.account))
        name = account.templates.get("notice", "") if account is not None and way.traits.templates else ""
        return Reachable(Reach.NOTICE, notice=name) if name else Reachable(Reach.SHUT)
