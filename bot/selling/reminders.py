"""Reminders: who wants news hears once of a cart that was left lying, by day, where writing is free, never while a
person of the shop drives, and never of a cart that went to the till.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog

from bot.clock import Clock
from bot.conversation.messages import Author
from bot.conversation.payloads import payload
from bot.conversation.phrases import label_in, language_of, locale_for, speaker
from bot.conversation.replies import Choices, Option
from bot.outbox import Outbox
from bot.selling.answers import CartView
from bot.selling.policy import ShopPolicy
from bot.selling.reaching import Reach
from bot.storage import reminders
from bot.storage.sql import Database, Row, Transaction

DAY = (time(9), time(21))
"""When a reminder may come, by the shop's own clock."""
TOO_OLD = timedelta(days=7)
_PAGE = 100
_NAMED = 3

log = structlog.get_logger()


class Reminders:
    """`cart_of` reads a conversation's cart."""

    def __init__(
        self,
        *,
        db: Database,
        outbox: Outbox,
        reach: Reach,
        clock: Clock,
        policy: ShopPolicy,
        cart_of: Callable[[int], Awaitable[CartView]],
    ) -> None:
        self._db = db
        self._outbox = outbox
        self._reach = reach
        self._clock = clock
        self._policy = policy
        self._cart_of = cart_of

    async def remind(self) -> int:
        """Remind of every cart whose time has come. How many that were."""
        rules, now = self._policy.after_sale.reminders, self._clock.now()
        if rules.cart_after is None or not DAY[0] <= now.astimezone(ZoneInfo(rules.zone)).time() < DAY[1]:
            return 0
        reminded = last = 0
        while True:
            async with self._db.read() as tx:
                lying = await reminders.lying(
                    tx, since=now - TOO_OLD, until=now - rules.cart_after, after_id=last, limit=_PAGE
                )
            if not lying:
                return reminded
            for row in lying:
                last = row.id
                reminded += await self._remind(row, now)

    async def _remind(self, row: Row[Any], now: datetime) -> bool:
        async with self._db.read() as tx:
            conversation = await reminders.where_they_talk(tx, row.contact_id)
        if conversation is None or not self._reach.freely(conversation, now):
            return False
        cart = await self._cart_of(conversation.id)
        if cart.version != row.version or not any(line.available >= line.quantity for line in cart.lines):
            return False
        async with self._db.write() as tx:
            if not await reminders.mark(tx, row.id, row.version, now):
                return False
            await self._say(tx, conversation, cart)
        await self._outbox.wake(conversation.id)
        log.info("cart.reminded", conversation_id=conversation.id)
        return True

    async def _say(self, tx: Transaction, conversation: Row[Any], cart: CartView) -> None:
        locale = conversation.locale or self._policy.locale
        say = speaker(language_of(locale))
        named = [f"{line.quantity} × {label_in(say, line.label)}" for line in cart.lines[:_NAMED]]
        total = cart.total.format(locale_for(say.language, locale))
        text = say("Your cart is still here: {things}. {total} in all, whenever you like.",
                   things=", ".join([*named, *(["…"] if len(cart.lines) > _NAMED else [])]), total=total)  # fmt: skip
        options = [
            Option(say("Check out"), payload("checkout")),
            Option(say("My cart"), payload("show_cart")),
            Option(say("Stop telling me"), payload("opt_out")),
        ]
        turn_id = f"reminder:{cart.version}:{conversation.id}"
        reply = Choices(text, options)
        await self._outbox.say(
            tx, conversation=conversation, author=Author.BOT, reply=reply, turn_id=turn_id, notice=True
        )
