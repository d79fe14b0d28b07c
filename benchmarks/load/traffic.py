"""A busy half minute of a shop's webhooks, made up once and written as WhatsApp or as Messenger would.

Of what a shop is sent, three in four are news of its own messages (sent, delivered, read, not always in that order)
and one is a customer's message. One body in ten is a batch. The same plan is rendered for either platform.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

WORDS = (
    *("hi", "running shoes under 80", "do you have lamps", "what is your return policy", "where is my order"),
    *("show my cart", "how long is delivery", "thanks", "what can you do", "a blue hoodie in M"),
)
STATES = ("sent", "delivered", "read")
_BATCHES = 0.1
_LARGEST_BATCH = 4


@dataclass(frozen=True, slots=True)
class Said:
    """A customer's message; `customer` counts from 0."""

    id: str
    customer: int
    text: str


@dataclass(frozen=True, slots=True)
class News:
    """How far our message number `message` has come."""

    message: int
    customer: int
    state: str


Webhook = Sequence[Said | News]


def plan(webhooks: int, customers: int, seed: int = 1) -> list[Webhook]:
    """So many bodies' contents. News is of messages 0, 1, 2 …; message n went to customer n modulo `customers`."""
    chance = random.Random(seed)
    news = _news(customers, chance)
    made: list[Webhook] = []
    for place in range(webhooks):
        size = chance.randint(2, _LARGEST_BATCH) if chance.random() < _BATCHES else 1
        made.append([_item(f"load.{place}.{part}", customers, news, chance) for part in range(size)])
    return made


def _item(name: str, customers: int, news: Iterator[News], chance: random.Random) -> Said | News:
    if chance.random() < 0.75:
        return next(news)
    return Said(name, chance.randrange(customers), chance.choice(WORDS))


def _news(customers: int, chance: random.Random) -> Iterator[News]:
    """Of every 20 messages all states, in an order as platforms deliver it: roughly."""
    first = 0
    while True:
        some = [News(number, number % customers, state) for state in STATES for number in range(first, first + 20)]
        order = [place + chance.uniform(0, 25) for place in range(len(some))]
        yield from (some[place] for place in sorted(range(len(some)), key=order.__getitem__))
        first += 20


def backlog(messages: int, customers: int, size: int = 20) -> list[Webhook]:
    """What customers wrote before, `size` messages a body: the work that keeps the engine busy."""
    said = [Said(f"backlog.{n}", n % customers, WORDS[n // customers % len(WORDS)]) for n in range(messages)]
    return [said[place : place + size] for place in range(0, messages, size)]


def messages_of(webhooks: Sequence[Webhook]) -> list[Said]:
    return [item for items in webhooks for item in items if isinstance(item, Said)]


def news_of(webhooks: Sequence[Webhook]) -> list[News]:
    return [item for items in webhooks for item in items if isinstance(item, News)]


# -- as WhatsApp -------------------------------------------------------------------------------------------------------


def phone_of(customer: int) -> str:
    return str(15_559_000_000 + customer)


def provider_id_of(message: int) -> str:
    return f"wamid.ours.{message}"


def reference_of(message: int) -> str:
    """Our own id of a message of ours, which WhatsApp carries and tells again in its statuses."""
    return f"load-{message}"


def as_whatsapp(items: Webhook, number: str) -> bytes:
    """One body of the Cloud API, an entry an item, for our phone number's id."""
    changes = [{"field": "messages", "value": _whatsapp_value(item, number)} for item in items]
    entry = [{"id": "102290129340398", "changes": [change]} for change in changes]
    return json.dumps({"object": "whatsapp_business_account", "entry": entry}).encode()


def _whatsapp_value(item: Said | News, number: str) -> dict[str, Any]:
    wa_id = phone_of(item.customer)
    common = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550100000", "phone_number_id": number},
    }
    now = str(int(time.time()))
    if isinstance(item, News):
        told = {"id": provider_id_of(item.message), "status": item.state, "timestamp": now, "recipient_id": wa_id}
        return {**common, "statuses": [{**told, "biz_opaque_callback_data": reference_of(item.message)}]}
    said = {"from": wa_id, "id": f"wamid.{item.id}", "timestamp": now, "type": "text", "text": {"body": item.text}}
    contact = {"profile": {"name": f"Customer {item.customer}"}, "wa_id": wa_id}
    return {**common, "contacts": [contact], "messages": [said]}


# -- as Messenger ------------------------------------------------------------------------------------------------------


def as_messenger(items: Webhook, page: str) -> bytes:
    """One body of the Messenger Platform. A customer's id is their number, counted from 1."""
    entry = [{"id": page, "time": int(time.time() * 1000), "messaging": [_messenger_item(i, page)]} for i in items]
    return json.dumps({"object": "page", "entry": entry}).encode()


def _messenger_item(item: Said | News, page: str) -> dict[str, Any]:
    now = int(time.time() * 1000)
    common = {"sender": {"id": str(item.customer + 1)}, "recipient": {"id": page}, "timestamp": now}
    if isinstance(item, Said):
        return {**common, "message": {"mid": f"m_{item.id}", "text": item.text}}
    if item.state == "read":
        return {**common, "read": {"watermark": now}}
    return {**common, "delivery": {"mids": [f"m_ours.{item.message}"], "watermark": now}}
