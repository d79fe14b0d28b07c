"""One-time codes: how somebody who writes from elsewhere shows that an order is theirs.

A code of six digits goes to the e-mail address the order was paid with (to the phone number by text, where the shop has
no mail), never to the conversation that asks. Whether there is such an order cannot be told from any answer: a number
that is nobody's is counted, tried and refused like one whose code is wrong. Codes are kept as keyed hashes.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import msgspec
import structlog

from bot.channel_accounts import Accounts
from bot.clock import Clock
from bot.conversation.identity import ConversationKey, Profile
from bot.conversation.messages import Author
from bot.conversation.phone_numbers import e164, gets_texts
from bot.conversation.phrases import language_of, speaker
from bot.conversation.replies import Text
from bot.outbox import Outbox
from bot.payments.base import Buyer
from bot.selling.answers import Answer
from bot.selling.once import tell, told_before
from bot.storage import conversations, order_codes, orders
from bot.storage.sql import Database, Row, Transaction

LIFE = timedelta(minutes=10)
SHOWN_FOR = timedelta(hours=1)
"""How long a right code shows its order to the conversation."""
MOST_TRIES = 5
MOST_HERE = ((timedelta(hours=1), 3), (timedelta(days=1), 6))
"""Codes that one conversation may ask for."""
MOST_OF_ONE = ((timedelta(hours=1), 5), (timedelta(days=1), 10))
"""Codes that may be asked for one number, by all together: nobody's mailbox is flooded, and guessing takes years."""
_PURPOSE = b"souk order codes"

log = structlog.get_logger()


class CodeWay(StrEnum):
    """Where this shop sends codes."""

    EMAIL = "email"
    PHONE = "phone"


class CodeSent(Answer, frozen=True):
    """If there is an order `number`, its code is on its way."""

    number: int
    way: str


class TooManyCodes(Answer, frozen=True):
    """No code was sent: this conversation, or all who asked for this number, asked too often."""

    number: int


class CodesOff(Answer, frozen=True):
    """The shop has neither mail nor text messages to send a code by."""


class CodeRight(Answer, frozen=True):
    """The order may be seen from this conversation until `until`."""

    number: int
    until: datetime


class CodeWrong(Answer, frozen=True):
    """`left` more tries; none of them left means that only a new code helps."""

    number: int
    left: int


class CodeGone(Answer, frozen=True):
    """There is no code to try: it ran out, was used, or was tried too often."""


Sending = CodeSent | TooManyCodes | CodesOff
Trying = CodeRight | CodeWrong | CodeGone


class OrderCodes:
    def __init__(
        self, *, db: Database, outbox: Outbox, clock: Clock, secret_key: str, mail: Accounts, sms: Accounts
    ) -> None:
        self._db = db
        self._outbox = outbox
        self._clock = clock
        self._key = hmac.new(secret_key.encode(), _PURPOSE, hashlib.sha256).digest()
        self._mail = mail
        self._sms = sms

    @property
    def way(self) -> CodeWay | None:
        """None where codes are off."""
        if self._mail:
            return CodeWay.EMAIL
        return CodeWay.PHONE if self._sms else None

    async def send(self, conversation_id: int, key: str, number: int) -> Sending:
        """Send a code for an order's number. The same `key` again sends nothing and answers the same."""
        way = self.way
        if way is None:
            return CodesOff()
        async with self._db.write() as tx:
            before: Sending | None = await told_before(tx, f"{key}:code", CodeSent | TooManyCodes)
            if before is not None:
                return before
            answer, to = await self._send(tx, conversation_id, number, way)
            await tell(tx, f"{key}:code", answer, self._clock.now())
        if to is not None:
            await self._outbox.wake(to)
        return answer

    async def _send(
        self, tx: Transaction, conversation_id: int, number: int, way: CodeWay
    ) -> tuple[CodeSent | TooManyCodes, int | None]:
        now = self._clock.now()
        if await self._too_many(tx, conversation_id, number, now):
            log.warning("order_code.too_many", conversation_id=conversation_id, order=number)
            return TooManyCodes(number), None
        order = await orders.order_by_number(tx, number)
        to = await self._owner(tx, order, now) if order is not None else None
        code = f"{secrets.randbelow(1_000_000):06d}"
        await order_codes.add(
            tx,
            conversation_id=conversation_id,
            number=number,
            order_id=order.id if order is not None and to is not None else None,
            code_hash=self._hash(conversation_id, number, code),
            sent_to=to.customer if to is not None else "",
            now=now,
            expires_at=now + LIFE,
        )
        log.info("order_code.asked", conversation_id=conversation_id, order=number)
        if order is None or to is None:
            return CodeSent(number, way), None
        words = _letter(order.locale, code, number)
        await self._outbox.say(tx, conversation=to, author=Author.BOT, reply=words, notice=True)
        return CodeSent(number, way), int(to.id)

    async def _too_many(self, tx: Transaction, conversation_id: int, number: int, now: datetime) -> bool:
        for span, most in MOST_HERE:
            if await order_codes.asked_here(tx, conversation_id, now - span) >= most:
                return True
        for span, most in MOST_OF_ONE:
            if await order_codes.asked_for(tx, number, now - span) >= most:
                return True
        return False

    async def _owner(self, tx: Transaction, order: Row[Any], now: datetime) -> Row[Any] | None:
        """The conversation by mail or text with whoever paid; None where they left no way to be reached."""
        buyer = msgspec.convert(order.buyer or {}, Buyer)
        locale = order.locale or None
        if self._mail:
            address = buyer.email.strip().lower()
            key = ConversationKey("email", self._mail.all[0].id, address)
            profile = Profile(email=address, locale=locale)
        else:
            address = e164(buyer.phone.strip()) or ""
            key = ConversationKey("sms", self._sms.all[0].id, address)
            profile = Profile(phone=address, locale=locale)
            if not gets_texts(address):
                return None
        if not address:
            return None
        found = await conversations.find_or_make(tx, key, profile, now)
        return None if found.stopped else found

    async def check(self, conversation_id: int, key: str, code: str) -> Trying:
        """Try a code of six digits. The same `key` again is not another try."""
        async with self._db.write() as tx:
            before: Trying | None = await told_before(tx, f"{key}:try", Trying)
            if before is not None:
                return before
            return await tell(tx, f"{key}:try", await self._check(tx, conversation_id, code), self._clock.now())

    async def _check(self, tx: Transaction, conversation_id: int, code: str) -> Trying:
        now = self._clock.now()
        row = await order_codes.newest(tx, conversation_id)
        if row is None or row.expires_at <= now or not await order_codes.try_it(tx, row.id, MOST_TRIES):
            return CodeGone()
        right = hmac.compare_digest(row.code_hash, self._hash(conversation_id, row.number, code))
        if not right or row.order_id is None:
            log.warning("order_code.wrong", conversation_id=conversation_id, order=row.number, tries=row.tries + 1)
            return CodeWrong(row.number, MOST_TRIES - row.tries - 1)
        await order_codes.show(tx, row.id, now + SHOWN_FOR)
        log.info("order_code.right", conversation_id=conversation_id, order=row.number)
        return CodeRight(row.number, now + SHOWN_FOR)

    async def waiting(self, conversation_id: int) -> int | None:
        """The order's number whose code this conversation was asked for last and has not written yet."""
        async with self._db.read() as tx:
            row = await order_codes.newest(tx, conversation_id)
        waits = row is not None and row.shown_until is None and row.created_at > self._clock.now() - SHOWN_FOR
        return int(row.number) if row is not None and waits else None

    def _hash(self, conversation_id: int, number: int, code: str) -> str:
        said = f"{conversation_id}:{number}:{code}"
        return hmac.new(self._key, said.encode(), hashlib.sha256).hexdigest()


def _letter(locale: str, code: str, number: int) -> Text:
    say = speaker(language_of(locale))
    return Text(
        say(
            "Your code is {code}. Somebody, you we hope, wants to see order {number} in our chat: write the code there "
            "within {minutes} minutes. If it was not you, do nothing: without the code nobody sees your order.",
            code=code,
            number=number,
            minutes=int(LIFE.total_seconds() // 60),
        )
    )
