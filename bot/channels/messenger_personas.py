"""Messenger's personas: the name of the person who writes, above what they write. Made once for each name on each page.

A persona is only an ornament: where Meta refuses one, the words go out under the page's own name.
"""

from __future__ import annotations

import httpx

from bot.channel_accounts import Accounts
from bot.channels import meta
from bot.channels.base import ChannelError
from bot.channels.reading import records, words

_LONGEST_NAME = 50
_CHANNEL = "messenger"


class Personas:
    def __init__(self, *, accounts: Accounts, graph_url: str, client: httpx.AsyncClient, portrait: str) -> None:
        self._accounts = accounts
        self._graph_url = graph_url
        self._client = client
        self._portrait = portrait
        self._known: dict[tuple[str, str], str] = {}

    async def of(self, account: str, name: str) -> str:
        """The persona's id on this page; empty where there is none to be had."""
        name = name.strip()[:_LONGEST_NAME]
        if not name:
            return ""
        known = self._known.get((account, name))
        if known:
            return known
        try:
            found = await self._found(account, name) or await self._made(account, name)
        except ChannelError:
            return ""
        self._known[account, name] = found
        return found

    async def _found(self, account: str, name: str) -> str:
        """Another process, or this one before it was started anew, may have made it."""
        token = self._accounts.of(account).token
        url = f"{self._graph_url}/{account}/personas?limit=100"
        try:
            listed = await meta.get(self._client, url, token, _CHANNEL)
        except ChannelError:
            return ""
        return next((words(one.get("id")) for one in records(listed.get("data")) if one.get("name") == name), "")

    async def _made(self, account: str, name: str) -> str:
        body = {"name": name, "profile_picture_url": self._portrait}
        url = f"{self._graph_url}/{account}/personas"
        made = await meta.post(self._client, url, self._accounts.of(account).token, body, _CHANNEL)
        return words(made.get("id"))
