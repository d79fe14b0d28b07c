"""What a caller cannot take by ear goes to their phone as a text message, in the transaction that says it on the call.

An address cannot be read aloud, a receipt is to be kept, and what a person writes or a timer tells finds nobody on the
line. It decides that, and where such a text goes; writing it is `bot.outbox`'s.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from bot.channel_accounts import Accounts
from bot.conversation.identity import ConversationKey, Profile
from bot.conversation.lengths import addresses_in
from bot.conversation.messages import Author
from bot.conversation.phone_numbers import e164, gets_texts
from bot.conversation.phrases import language_of, phrase, speaker
from bot.conversation.replies import Link, Order, Receipt, Shown, Text, plain_text
from bot.storage import conversations
from bot.storage.sql import Row, Transaction

CALLS = "voice"
_LINK_SENT = phrase("I have sent you the link by text message.")
_KEPT = phrase("You have it as a text message too.")
_WITHHELD = phrase(
    "I cannot text you the link, because your number is withheld. Please call again with your number shown, or write "
    "to us in the chat on our website."
)
_NO_TEXTS = phrase(
    "I cannot send a text message to this number. Please call from a mobile phone, or write to us in the chat on our "
    "website."
)


class Beside(msgspec.Struct, frozen=True):
    """What is said on the call, and the conversation that gets the whole reply as a text, or None."""

    said: Shown
    to: Row[Any] | None = None


class Texting:
    def __init__(self, sms: Accounts) -> None:
        self._sms = sms

    async def beside(
        self, tx: Transaction, conversation: Row[Any], author: Author, reply: Shown, now: datetime, *, notice: bool
    ) -> Beside:
        """Where `reply` goes besides the call, and what the call says of it. A reply elsewhere stays as it is."""
        if conversation.channel != CALLS or author is Author.SYSTEM:
            return Beside(reply)
        linked = _has_address(reply)
        if not (linked or notice or author is Author.AGENT or isinstance(reply, Receipt)):
            return Beside(reply)
        number = e164(conversation.customer)
        phone = await self._phone(tx, conversation, number, now) if number is not None else None
        if phone is not None:
            return Beside(_told(reply, conversation, _LINK_SENT if linked else _KEPT), phone)
        return Beside(_told(reply, conversation, _NO_TEXTS if number else _WITHHELD) if linked else reply)

    async def _phone(self, tx: Transaction, call: Row[Any], number: str, now: datetime) -> Row[Any] | None:
        """The conversation by text with this number; None where none can be had."""
        if not self._sms or not gets_texts(number):
            return None
        key = ConversationKey("sms", self._sms.of(call.account).id, number)
        phone = await conversations.find_or_make(tx, key, Profile(phone=number, locale=call.locale), now)
        return None if phone.stopped else phone


def _has_address(reply: Shown) -> bool:
    linked = isinstance(reply, Link) or (isinstance(reply, Receipt | Order) and bool(reply.url))
    return linked or bool(addresses_in(plain_text(reply)))


def _told(reply: Shown, conversation: Row[Any], sentence: str) -> Shown:
    """The reply as the call says it: without the address, with a sentence of where it is."""
    words = speaker(language_of(conversation.locale))(sentence)
    if isinstance(reply, Receipt | Order):
        return msgspec.structs.replace(reply, url=None, text=f"{reply.text} {words}".strip())
    if isinstance(reply, Link | Text):
        return Text(f"{reply.text}\n{words}".strip())
    return reply
