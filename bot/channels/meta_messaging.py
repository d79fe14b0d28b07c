"""What Messenger and Instagram share as channels: one webhook shape, one Send API. A page or account is one account.

Sources: Meta's Send API and webhook references of the Messenger Platform and of Instagram messaging. What differs is
in `messenger` and `instagram`.
"""

from __future__ import annotations

import contextlib
from typing import Any

import httpx

from bot.channel_accounts import Accounts
from bot.channels import meta
from bot.channels.base import ChannelError, Outgoing, Parsed, Received
from bot.channels.fetching import download
from bot.channels.meta_messaging_in import parsed
from bot.channels.meta_messaging_out import message_of
from bot.channels.reading import decoded, words
from bot.clock import Clock
from bot.conversation.degrade import degrade
from bot.conversation.messages import Attachment
from bot.conversation.replies import Shown
from bot.conversation.traits import Manners, Traits

MEDIA_HOSTS = ("fbcdn.net", "fbsbx.com", "cdninstagram.com")
"""Where Meta keeps what customers send; the addresses need no token and end after some days."""


class MetaMessaging:
    """Sends as `accounts`; webhooks are signed with their secrets."""

    name: str
    traits: Traits
    manners: Manners

    def __init__(self, *, accounts: Accounts, graph_url: str, client: httpx.AsyncClient, clock: Clock) -> None:
        self._accounts = accounts
        self._graph_url = graph_url
        self._client = client
        self._clock = clock

    def verify(self, received: Received) -> None:
        meta.verify(self._accounts.secrets(), received, self.name)

    def parse(self, received: Received) -> Parsed:
        return parsed(decoded(received.body, self.name), self.name, self._clock.now())

    def pieces(self, reply: Shown) -> list[dict[str, Any]]:
        return [message_of(shown) for shown in degrade(reply, self.traits)]

    async def send(self, outgoing: Outgoing) -> str:
        answer = await self.post(outgoing.account, "messages", await self.request(outgoing))
        return words(answer.get("message_id"))

    async def request(self, outgoing: Outgoing) -> dict[str, Any]:
        """A whole send. HUMAN_AGENT is the one tag that outlives the window, and for people's own words alone."""
        late = {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
        free = {"messaging_type": "RESPONSE"}
        kind = late if outgoing.outside_window and outgoing.by_person else free
        return {"recipient": {"id": outgoing.customer}, **kind, "message": outgoing.piece}

    async def seen(self, account: str, customer: str, event_key: str) -> None:
        """Two requests: a sender action must stand alone."""
        with contextlib.suppress(ChannelError):
            for action in ("mark_seen", "typing_on"):
                await self.post(account, "messages", {"recipient": {"id": customer}, "sender_action": action})

    async def name_of(self, account: str, customer: str) -> str:
        """By the User Profile API, for whoever has written to the account."""
        token = self._accounts.of(account).token
        url = f"{self.base_url(token)}/{customer}?fields=name"
        return words((await meta.get(self._client, url, token, self.name)).get("name"))

    async def fetch(self, account: str, attachment: Attachment) -> bytes:
        return await download(
            self._client, attachment.reference, channel=self.name, hosts=MEDIA_HOSTS, base_url=self._graph_url
        )

    async def post(self, account: str, edge: str, body: dict[str, Any]) -> dict[str, Any]:
        """`POST /<account>/<edge>` with the account's token. Raises the channel errors."""
        token = self._accounts.of(account).token
        return await meta.post(self._client, f"{self.base_url(token)}/{account}/{edge}", token, body, self.name)

    def base_url(self, token: str) -> str:
        return self._graph_url
