"""A shop with a small catalogue in which orders have been paid already: for what comes after, without a pay page.

Its parts are the real ones on a database and a queue of their own; only the clock is the test's.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, update

from bot.clock import FixedClock
from bot.composition import Parts
from bot.conversation.identity import ConversationKey, Profile
from bot.conversation.replies import Shown, shown_from
from bot.selling.catalog_import import import_catalog
from bot.settings import load
from bot.storage import conversations, orders
from bot.storage.selling_tables import orders as orders_table
from bot.storage.selling_tables import prices, stock, variants
from bot.storage.tables import conversations as conversations_table
from bot.storage.tables import messages
from tests.support.databases import empty_database
from tests.support.stack import free_base_port

START = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
CATALOG = """
products:
  - id: aero
    title: Aero
    brand: Quietmile
    category: shoes/running
    kind: running shoe
    description: A light road shoe.
    why: Light, for roads
    tags: [road]
    image: images/aero.svg
    prices: {USD: "69.00", EUR: "64.00"}
    weight_g: 460
    variants:
      - {sku: AERO-BLU-42, options: {colour: blue, size: "42"}, stock: 5}
      - {sku: AERO-RED-42, options: {colour: red, size: "42"}, stock: 0}
  - id: mug
    title: Camp Mug
    brand: Tarnfoot
    category: home/kitchen
    kind: mug
    description: An enamel mug.
    why: Unbreakable
    tags: [camping]
    image: images/mug.svg
    prices: {USD: "12.50", EUR: "11.50"}
    weight_g: 120
    variants:
      - {sku: MUG, options: {}, stock: 3}
"""
MAIL = {"MAIL_FROM": "Souk <hello@shop.example>", "SMTP_URL": "smtp://127.0.0.1:1", "MAIL_WEBHOOK_SECRET": "s"}
SHOES_AND_MUGS = (("AERO-BLU-42", "aero", "Aero, blue, 42", 1, 6900), ("MUG", "mug", "Camp Mug", 2, 1250))
BUYER = {"name": "Anna Nowak", "email": "Anna@Nowak.example", "phone": "+48601234567"}


class Sold:
    """`parts` of a shop, `clock` of the test. Orders are numbered from 10001."""

    def __init__(self, parts: Parts, clock: FixedClock) -> None:
        self.parts = parts
        self.clock = clock
        self._customers = 0

    async def meet(self, channel: str = "whatsapp", locale: str | None = "en", customer: str = "") -> int:
        """Somebody new has just written."""
        self._customers += 1
        key = ConversationKey(channel, self.account(channel), customer or f"1555000{self._customers:04d}")
        async with self.parts.db.write() as tx:
            row = await conversations.find_or_make(tx, key, Profile(locale=locale), self.clock.now())
            await self._change(tx, row.id, window_from=self.clock.now(), last_customer_at=self.clock.now())
        return int(row.id)

    def account(self, channel: str) -> str:
        known = self.parts.settings.accounts_of(channel)
        return known.all[0].id if known else "shop"

    async def change(self, conversation_id: int, **values: Any) -> None:
        async with self.parts.db.write() as tx:
            await self._change(tx, conversation_id, **values)

    async def _change(self, tx: Any, conversation_id: int, **values: Any) -> None:
        which = conversations_table.c.id == conversation_id
        await tx.execute(update(conversations_table).where(which).values(**values))

    async def sell(
        self,
        conversation_id: int,
        lines: Sequence[tuple[str, str, str, int, int]] = SHOES_AND_MUGS,
        *,
        state: str = "paid",
        buyer: Mapping[str, Any] | None = BUYER,
        **values: Any,
    ) -> int:
        """An order of `lines` (SKU, product, title, pieces, cents each); its number."""
        now = self.clock.now()
        async with self.parts.db.write() as tx:
            conversation = await conversations.get(tx, conversation_id)
            goods = sum(pieces * cents for _, _, _, pieces, cents in lines)
            row = await orders.add_order(
                tx,
                {
                    "contact_id": conversation.contact_id,
                    "conversation_id": conversation_id,
                    "state": state,
                    "currency": "USD",
                    "subtotal": goods,
                    "shipping": 600,
                    "total": goods + 600,
                    "idempotency_key": f"sold-{now.timestamp()}-{conversation_id}-{goods}-{len(values)}",
                    "locale": conversation.locale or "en",
                    "created_at": now,
                    "paid_at": now if state != "awaiting_payment" else None,
                    "buyer": dict(buyer) if buyer is not None else None,
                    "ways": [{"way": "standard", "name": "Standard delivery", "amount": 600, "days": [2, 3]}],
                    "way": "standard",
                    "country": "PL",
                    **values,
                },
                [
                    {"sku": sku, "product_id": product, "title": title, "quantity": pieces, "unit_amount": cents}
                    for sku, product, title, pieces, cents in lines
                ],
            )
        return int(row.number)

    async def order(self, number: int) -> Any:
        async with self.parts.db.read() as tx:
            return (await tx.execute(select(orders_table).where(orders_table.c.number == number))).one()

    async def said(self, conversation_id: int) -> list[Shown]:
        """Everything that was said to a customer, in order."""
        async with self.parts.db.read() as tx:
            query = select(messages).where(messages.c.conversation_id == conversation_id).order_by(messages.c.id)
            return [shown_from(row.body) for row in (await tx.execute(query)).all() if row.author != "customer"]

    async def conversation_with(self, channel: str, customer: str) -> int:
        async with self.parts.db.read() as tx:
            row = await conversations.by_key(tx, ConversationKey(channel, self.account(channel), customer))
        assert row is not None, f"nobody wrote to {customer}"
        return int(row.id)

    async def shelve(self, sku: str, pieces: int) -> None:
        async with self.parts.db.write() as tx:
            await tx.execute(update(stock).where(stock.c.sku == sku).values(on_hand=pieces, reserved=0))

    async def add_variant(self, sku: str, product_id: str, options: Mapping[str, str], *, pieces: int) -> None:
        """The catalogue has something new."""
        async with self.parts.db.write() as tx:
            await tx.execute(insert(variants).values(sku=sku, product_id=product_id, options=dict(options)))
            await tx.execute(insert(prices).values(sku=sku, currency="USD", amount=6900))
            await tx.execute(insert(stock).values(sku=sku, on_hand=pieces, counted=pieces))

    def wait(self, **time: float) -> None:
        self.clock.set(self.clock.now() + timedelta(**time))


@asynccontextmanager
async def sold_shop(home: Path, queue_url: str, **environment: str) -> AsyncIterator[Sold]:
    """A shop with WhatsApp, text messages and, unless the environment says otherwise, mail."""
    (home / "products.yml").write_text(CATALOG, encoding="utf-8")
    port = free_base_port()
    variables = {
        "SOUK_HOME": str(home),
        "PORT": str(port),
        "DATABASE_URL": empty_database(home),
        "REDIS_URL": queue_url,
        **MAIL,
        **environment,
    }
    parts = Parts(load({name: value for name, value in variables.items() if value}))
    clock = FixedClock(START)
    parts.clock = clock  # type: ignore[assignment]
    try:
        report = await import_catalog(parts.db, home, clock)
        assert report.ok, report.problems
        yield Sold(parts, clock)
    finally:
        await parts.close()
