"""The WhatsApp Cloud API: verifies, sends and fetches. Bodies in: `whatsapp_in`; out: `whatsapp_out`. One number is one
account; all numbers share this channel. Limits and manners are from Meta's message, pricing and throughput references.
"""

from __future__ import annotations

import contextlib
import re
from datetime import timedelta
from typing import Any

import httpx

from bot.channel_accounts import Account, Accounts
from bot.channels import meta
from bot.channels.base import (
    ChannelError,
    CredentialsRefused,
    MediaGone,
    MediaNotTaken,
    MessageRefused,
    Outgoing,
    Parsed,
    Received,
)
from bot.channels.fetching import MOST_BYTES, check_digest, download
from bot.channels.reading import decoded, number, records, words
from bot.channels.whatsapp_in import parsed
from bot.channels.whatsapp_out import bodies_of, for_account
from bot.channels.whatsapp_people import CHANNEL, is_number
from bot.channels.whatsapp_products import catalogue_bodies
from bot.clock import Clock
from bot.conversation.messages import Attachment
from bot.conversation.replies import Shown
from bot.conversation.traits import Manners, Traits

TRAITS = Traits(
    text=4096,
    buttons=3,
    button_title=20,
    button_text=1024,
    rows=10,
    row_title=24,
    row_description=72,
    opener=20,
    links=True,
    pictures=True,
    files=True,
    caption=1024,
    templates=True,
    reactions=True,
    bold="*",
)
MANNERS = Manners(
    window=timedelta(hours=24),
    ad_window=timedelta(hours=72),
    settle=timedelta(milliseconds=300),
    album=timedelta(milliseconds=1200),
    confirms=True,
    per_second=80,
    burst=80,
    pair_every=timedelta(seconds=6),
    pair_burst=45,
)
_FILE_HOSTS = ("fbsbx.com", "fbcdn.net", "facebook.com", "whatsapp.net")
_MEDIA_ID = re.compile(r"[A-Za-z0-9_-]{1,200}")
_NO_SUCH_OBJECT = 100


class WhatsApp:
    """The channel of all our phone numbers."""

    name = CHANNEL

    traits = TRAITS
    manners = MANNERS

    def __init__(self, *, accounts: Accounts, graph_url: str, client: httpx.AsyncClient, clock: Clock) -> None:
        self._accounts = accounts
        self._graph_url = graph_url
        self._client = client
        self._clock = clock
        self._has_catalogue = any(account.catalogue for account in accounts.all)

    def verify(self, received: Received) -> None:
        meta.verify(self._accounts.secrets(), received, self.name)

    def parse(self, received: Received) -> Parsed:
        return parsed(decoded(received.body, self.name), self._clock.now())

    def pieces(self, reply: Shown) -> list[dict[str, Any]]:
        by_catalogue = catalogue_bodies(reply, TRAITS) if self._has_catalogue else []
        return by_catalogue or bodies_of(reply, TRAITS)

    async def send(self, outgoing: Outgoing) -> str:
        """A piece that Meta refuses as such goes in its other form, where it has one."""
        account = self._accounts.of(outgoing.account)
        *first, last = for_account(outgoing.piece, account.catalogue)
        for body in first:
            try:
                return await self._send(outgoing, account, body)
            except MessageRefused as error:
                if not error.ours:
                    raise
        return await self._send(outgoing, account, last)

    async def _send(self, outgoing: Outgoing, account: Account, body: dict[str, Any]) -> str:
        whole = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            **_address(outgoing.customer),
            **body,
            "biz_opaque_callback_data": outgoing.ref,
        }
        answer = await self._post(outgoing.account, account.token, whole)
        sent = records(answer.get("messages"))
        return words(sent[0].get("id")) if sent else ""

    async def seen(self, account: str, customer: str, event_key: str) -> None:
        """Blue ticks for this message and those before it; "typing…" until our answer, at most 25 seconds."""
        body = {
            "messaging_product": "whatsapp",
            "status": "read",
            "message_id": event_key,
            "typing_indicator": {"type": "text"},
        }
        with contextlib.suppress(ChannelError):
            await self._post(account, self._accounts.of(account).token, body)

    async def fetch(self, account: str, attachment: Attachment) -> bytes:
        """By the media id, which Meta keeps for 7 days: first its address, good for minutes, then the bytes."""
        token = self._accounts.of(account).token
        about = await self._about(attachment.reference, token)
        size = number(about.get("file_size"))
        if size is not None and size > MOST_BYTES:
            raise MediaNotTaken("too_big", f"The file has {size:.0f} bytes.", channel=self.name)
        content = await download(
            self._client,
            words(about.get("url")),
            channel=self.name,
            hosts=_FILE_HOSTS,
            base_url=self._graph_url,
            headers=meta.bearer(token),
        )
        for told in (words(about.get("sha256")), attachment.sha256):
            check_digest(content, told, self.name)
        return content

    async def _about(self, media_id: str, token: str) -> dict[str, Any]:
        if not _MEDIA_ID.fullmatch(media_id):
            raise MediaNotTaken("no_id", "The message names no file.", channel=self.name)
        try:
            return await meta.get(self._client, f"{self._graph_url}/{media_id}", token, self.name)
        except (MessageRefused, CredentialsRefused) as error:
            if isinstance(error, CredentialsRefused) and error.provider_code != _NO_SUCH_OBJECT:
                raise
            raise MediaGone("media_gone", "Meta has the file no more.", channel=self.name) from error

    async def _post(self, account: str, token: str, body: dict[str, Any]) -> dict[str, Any]:
        return await meta.post(self._client, f"{self._graph_url}/{account}/messages", token, body, self.name)


def _address(customer: str) -> dict[str, str]:
    """A phone number is sent to with `to`, a business-scoped user id (`CC.…`) with `recipient`."""
    return {"to": customer} if is_number(customer) else {"recipient": customer}
