"""Instagram direct messages: what they can show, and which of Meta's two addresses an account's token is for.

Limits: Meta's Instagram messaging reference; a text has 1,000 bytes, not characters. There are no receipts, personas,
documents, or references of ours on a message. `confirms` is off: a send is answered when the message is in the thread.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import msgspec

from bot.channels.meta_messaging import MetaMessaging
from bot.channels.meta_messaging_out import TEMPLATE_TEXT, message_of
from bot.conversation.degrade import degrade
from bot.conversation.replies import File, Shown
from bot.conversation.traits import Manners, Measure, Traits

TRAITS = Traits(
    text=1000,
    measure=Measure.BYTES,
    buttons=13,
    button_title=20,
    button_text=1000,
    cards=10,
    card_title=80,
    card_text=80,
    card_buttons=3,
    links=True,
    link_text=TEMPLATE_TEXT,
    pictures=True,
    files=True,
    caption=0,
)
MANNERS = Manners(
    window=timedelta(hours=24),
    human_window=timedelta(days=7),
    settle=timedelta(milliseconds=300),
    album=timedelta(milliseconds=1200),
    per_second=100,
    burst=100,
    pair_every=timedelta(seconds=1),
    pair_burst=20,
)
_WITHOUT_FILES = msgspec.structs.replace(TRAITS, files=False)
_FACEBOOK, _INSTAGRAM = "graph.facebook.com", "graph.instagram.com"


class Instagram(MetaMessaging):
    """The channel of all our Instagram accounts."""

    name = "instagram"
    traits = TRAITS
    manners = MANNERS

    def pieces(self, reply: Shown) -> list[dict[str, Any]]:
        document = isinstance(reply, File) and reply.kind not in ("audio", "video")
        return [message_of(shown) for shown in degrade(reply, _WITHOUT_FILES if document else TRAITS)]

    def base_url(self, token: str) -> str:
        """Tokens of Instagram's own log-in begin with IG and work at Instagram's address only; a page's token, for an
        account that is linked to it, works at Facebook's."""
        own_login = token.startswith("IG") and urlsplit(self._graph_url).hostname == _FACEBOOK
        return self._graph_url.replace(_FACEBOOK, _INSTAGRAM, 1) if own_login else self._graph_url
