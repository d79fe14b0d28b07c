"""The web chat as a channel. Its messages come in through `bot.chat` and go out by live push, so there is little to do.

A message of ours is delivered by being in SQL, where the page's event stream reads it. It knows no session and no page.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.channels.base import BodyUnreadable, Parsed, SignatureRefused
from bot.conversation.replies import Shown


class WebChat:
    name = "web"

    def verify(self, headers: Mapping[str, str], body: bytes) -> None:
        raise SignatureRefused("no_webhook", "The web chat has no webhook.", channel=self.name)

    def parse(self, body: bytes) -> Parsed:
        raise BodyUnreadable("no_webhook", "The web chat has no webhook.", channel=self.name)

    async def send(self, account: str, customer: str, reply: Shown, ref: str) -> str:
        return ref

    async def seen(self, account: str, customer: str, event_key: str) -> None:
        return None
