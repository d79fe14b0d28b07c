"""What a customer's message means before the engine is asked: pictures sent together, typed numbers, what reached us
late, orders from the platform's own catalogue.

It reads and decides; what follows is `bot.turns`'.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
import structlog
from babel.dates import format_timedelta

from bot.channels.base import Channel
from bot.conversation.choosing import chosen
from bot.conversation.messages import GREETING, Inbound, OrderedItem
from bot.conversation.phrases import Speaker, language_of, locale_for, phrase, speaker
from bot.conversation.replies import Choices, Handoff, Option, Reply, Text
from bot.handoff.policy import Reason
from bot.inbox import LATE
from bot.selling.answers import OrderTaken
from bot.storage import inbox, messages
from bot.storage.sql import Row, Transaction

ALBUM = ("image", "video", "document", "audio", "sticker")
_ALBUM_LIMIT = 30
_WAITED_AT_MOST = timedelta(seconds=4)
_SHOW_CART = "/show_cart"
_DENY = "/deny"
_LATE_WORDS = phrase("Sorry, what you wrote {ago} has only reached us now.")
_LATE_TAP = phrase("You chose “{title}” {ago}, and it has only reached us now. Do you still want that?")
_FORM_TAKEN = phrase("Thank you. Somebody from our team will look at your answers and write to you here.")

TakeOrder = Callable[[int, str, Sequence[OrderedItem]], Awaitable[OrderTaken]]
"""`(conversation, key, items)`: put them into the cart at our own prices."""
ProductOf = Callable[[Transaction, str], Awaitable[str | None]]
"""The product of a catalogue's id, which may be a product's or a variant's."""

log = structlog.get_logger()


class Heard(msgspec.Struct, frozen=True):
    """`rows` are the inbox rows of one turn, the first names it. `before` is said ahead of the answer, `instead` in
    its place. `events` are told to the engine ahead of the message."""

    rows: list[Row[Any]]
    message: Inbound
    payload: str | None
    before: list[Reply] = []
    instead: list[Reply] = []
    events: list[dict[str, Any]] = []


class Hearing:
    def __init__(self, *, channels: Mapping[str, Channel], take_order: TakeOrder, product_of: ProductOf) -> None:
        self._channels = channels
        self._take_order = take_order
        self._product_of = product_of

    def settles_in(self, rows: Sequence[Row[Any]], now: datetime) -> float:
        """Seconds until the oldest of these waiting messages may be read: others sent with it may still be on the way,
        and a picture seldom comes alone."""
        channel = self._channels.get(rows[0].channel) if rows else None
        if channel is None:
            return 0.0
        manners = channel.manners
        newest: datetime = max(row.received_at for row in rows)
        pictures = all(_is_picture(msgspec.convert(row.body, Inbound)) for row in rows)
        first: datetime = rows[0].received_at
        ready = newest + manners.album if pictures else first + manners.settle
        return max(0.0, (min(ready, first + _WAITED_AT_MOST) - now).total_seconds())

    async def hear(self, tx: Transaction, rows: Sequence[Row[Any]], conversation: Row[Any], now: datetime) -> Heard:
        """The next turn of a conversation from its waiting messages, oldest first; at least one."""
        together = _album(rows)
        message = _merged(together)
        say = speaker(language_of(conversation.locale))
        payload, title = await self._meant(tx, conversation, message)
        late = now - message.sent_at > LATE
        if late and payload not in (None, GREETING):
            question = say(_LATE_TAP, title=title, ago=_ago(message, now, say, conversation))
            options = [Option(say("Yes, please"), payload), Option(say("No, thanks"), _DENY)]
            return Heard(together, message, None, instead=[Choices(question, options)])
        if message.form is not None:
            told = "\n".join(f"{name}: {value}" for name, value in message.form.items())
            handoff = Handoff(Reason.REQUEST.value, summary=f"A form was sent.\n{told}".strip())
            return Heard(together, message, None, instead=[Text(say(_FORM_TAKEN)), handoff])
        before: list[Reply] = []
        if late and message.text.strip() and not await messages.apologised(tx, rows[0].conversation_id):
            before.append(Text(say(_LATE_WORDS, ago=_ago(message, now, say, conversation))))
        return Heard(together, message, payload, before=before, events=await self._about(tx, message))

    async def _meant(self, tx: Transaction, conversation: Row[Any], message: Inbound) -> tuple[str | None, str]:
        """The payload that drives the turn, with its title: the one tapped, or the one that a typed answer means."""
        if message.payload == GREETING:
            return GREETING, message.text
        if message.payload is not None:
            title = await messages.offered(tx, conversation.id, message.payload)
            if title is None:
                log.warning("turn.payload_not_offered", conversation_id=conversation.id)
            return (message.payload, title or message.text) if title is not None else (None, "")
        channel = self._channels.get(conversation.channel)
        if channel is None or not message.text.strip():
            return None, ""
        for reply in await messages.last_said(tx, conversation.id):
            meant = chosen(reply, message.text, channel.traits)
            if meant is not None:
                return meant, message.text.strip()
        return None, ""

    async def _about(self, tx: Transaction, message: Inbound) -> list[dict[str, Any]]:
        """A product that the message was written about is the one in front of the customer."""
        product = await self._product_of(tx, message.product) if message.product else None
        return [{"event": "slot", "name": "product_id", "value": product}] if product else []

    async def take_order(self, heard: Heard, conversation: Row[Any], turn_id: str) -> Heard:
        """An order from the platform's catalogue goes into the cart at our prices, and the answer shows the cart."""
        if not heard.message.items or heard.instead:
            return heard
        taken = await self._take_order(conversation.id, turn_id, heard.message.items)
        say = speaker(language_of(conversation.locale))
        lacking = [
            say("{title}: {count} left, so I could not put {wanted} into your cart.", title=short.label,
                count=short.available, wanted=short.wanted)
            for short in taken.short
        ]  # fmt: skip
        if taken.unknown:
            lacking.append(say.n("1 thing of your order is not on sale any more.",
                                 "{count} things of your order are not on sale any more.", taken.unknown))  # fmt: skip
        lacking += [
            say("{title} is only for people of {age} or older: tell me here that you want it.",
                title=each.title, age=each.age)
            for each in taken.ages
        ]  # fmt: skip
        before: list[Reply] = [*heard.before, Text("\n".join(lacking))] if lacking else heard.before
        return msgspec.structs.replace(heard, payload=_SHOW_CART, before=before)


def _is_picture(message: Inbound) -> bool:
    return message.kind in ALBUM and bool(message.attachments) and message.payload is None


def _album(rows: Sequence[Row[Any]]) -> list[Row[Any]]:
    """The messages of the next turn: one, or the pictures that stand together at the beginning."""
    together: list[Row[Any]] = []
    for row in rows[:_ALBUM_LIMIT]:
        if not _is_picture(msgspec.convert(row.body, Inbound)):
            break
        together.append(row)
    return together or [rows[0]]


def _merged(rows: Sequence[Row[Any]]) -> Inbound:
    together = [msgspec.convert(row.body, Inbound) for row in rows]
    if len(together) == 1:
        return together[0]
    return msgspec.structs.replace(
        together[0],
        text="\n".join(message.text.strip() for message in together if message.text.strip()),
        attachments=[file for message in together for file in message.attachments],
    )


def _ago(message: Inbound, now: datetime, say: Speaker, conversation: Row[Any]) -> str:
    locale = locale_for(say.language, conversation.locale)
    return format_timedelta(message.sent_at - now, add_direction=True, locale=locale)


async def waiting(tx: Transaction, conversation_id: int) -> list[Row[Any]]:
    """The unread messages of a conversation, in the platform's order."""
    return await inbox.all_new(tx, conversation_id, _ALBUM_LIMIT)
