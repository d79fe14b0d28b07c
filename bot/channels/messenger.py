"""Messenger: what it can show, receipts of its own, a person's name above a person's words, our reference on each send.

Limits and windows: Meta's Send API reference and policy. `confirms` is off: a send is answered when the message is in
the thread, so the order of sends is the order on the phone, while the `delivery` event comes for some messages only.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import msgspec

from bot.channel_accounts import Accounts
from bot.channels.base import Outgoing
from bot.channels.messenger_personas import Personas
from bot.channels.messenger_receipt import LINES, receipt_of
from bot.channels.meta_messaging import MetaMessaging
from bot.channels.meta_messaging_out import TEMPLATE_TEXT, message_of
from bot.clock import Clock
from bot.conversation.degrade import degrade
from bot.conversation.replies import Receipt, Shown
from bot.conversation.traits import Manners, Traits

TRAITS = Traits(
    text=2000,
    buttons=13,
    button_title=20,
    button_text=2000,
    cards=10,
    card_title=80,
    card_text=80,
    card_buttons=3,
    links=True,
    link_text=TEMPLATE_TEXT,
    pictures=True,
    files=True,
    caption=0,
    receipt=LINES,
)
MANNERS = Manners(
    window=timedelta(hours=24),
    ad_window=timedelta(days=7),
    human_window=timedelta(days=7),
    settle=timedelta(milliseconds=300),
    album=timedelta(milliseconds=1200),
    per_second=300,
    burst=300,
    pair_every=timedelta(seconds=1),
    pair_burst=20,
)
_WITHOUT_RECEIPT = msgspec.structs.replace(TRAITS, receipt=0)


class Messenger(MetaMessaging):
    """The channel of all our pages. `portrait` is the address of the picture beside a person's name."""

    name = "messenger"
    traits = TRAITS
    manners = MANNERS

    def __init__(
        self, *, accounts: Accounts, graph_url: str, client: httpx.AsyncClient, clock: Clock, portrait: str
    ) -> None:
        super().__init__(accounts=accounts, graph_url=graph_url, client=client, clock=clock)
        self._personas = Personas(accounts=accounts, graph_url=graph_url, client=client, portrait=portrait)

    def pieces(self, reply: Shown) -> list[dict[str, Any]]:
        bill = reply.bill if isinstance(reply, Receipt) else None
        shown = degrade(reply, TRAITS if bill else _WITHOUT_RECEIPT)
        return [receipt_of(one, bill) if bill and isinstance(one, Receipt) else message_of(one) for one in shown]

    async def request(self, outgoing: Outgoing) -> dict[str, Any]:
        body = await super().request(outgoing)
        body["message"] = {**outgoing.piece, "metadata": outgoing.ref}
        persona = await self._personas.of(outgoing.account, outgoing.speaker) if outgoing.by_person else ""
        return {**body, "persona_id": persona} if persona else body
