"""A shop on a database of its own, with a small catalogue, a till at the sandbox and a clock that the test moves."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select

from bot.clock import FixedClock
from bot.commerce.money import Money
from bot.commerce.pricing import Rules
from bot.commerce.shipping import DeliveryWay, ShippingTable, Zone
from bot.commerce.tax import TaxTable
from bot.payments.stripe import StripePayments
from bot.search.fts5 import Fts5Index
from bot.selling.answers import CartChanged
from bot.selling.catalog_import import import_catalog, rebuild_index
from bot.selling.order_answers import CheckoutOpened, PaidOrder
from bot.selling.shop import Shop, ShopPolicy
from bot.storage.selling_tables import order_lines, orders, refunds, reservations, stock
from bot.storage.sql import Database, Transaction, migrate
from bot.storage.tables import contacts, conversations, idempotency
from tests.payments.sandbox_process import API_KEY, WEBHOOK_SECRET, Sandbox, running_sandbox
from tests.selling.till import Till, dollars

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

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
    materials: [mesh]
    vegan: true
    image: images/aero.svg
    prices: {USD: "69.00", EUR: "64.00"}
    weight_g: 460
    variants:
      - {sku: AERO-BLU-41, options: {colour: blue, size: "41"}, stock: 5}
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
  - id: sticker
    title: Sticker
    brand: Tarnfoot
    category: stationery
    kind: sticker
    description: A small sticker.
    why: Small
    tags: []
    image: images/sticker.svg
    prices: {USD: "0.20", EUR: "0.20"}
    weight_g: 1
    variants:
      - {sku: STICKER, options: {}, stock: 500}
"""


def rules(*flat: Money, free_from: Money | None = None, tax: TaxTable | None = None) -> Rules:
    """Delivery everywhere in one way, in the currencies of `flat`."""
    free = {} if free_from is None else {free_from.currency: free_from}
    way = DeliveryWay("standard", "Standard", (2, 3), {cost.currency: cost for cost in flat}, free)
    return Rules(ShippingTable((Zone(("*",), (way,)),)), tax or TaxTable())


def policy(**changes: Any) -> ShopPolicy:
    known: dict[str, Any] = {
        "currency": "USD",
        "locale": "en",
        "name": "Shop",
        "country": "US",
        "rules": rules(dollars("6.00"), free_from=dollars("75.00")),
        "success_url": "https://shop.example/paid?session={CHECKOUT_SESSION_ID}",
        "cancel_url": "https://shop.example/",
        "picture_url": "https://shop.example/pictures/",
        "livemode": False,
    }
    return ShopPolicy(**{**known, **changes})


class Counter:
    """A shop and all around it. `anna` is a conversation; `meet()` makes another one with somebody else."""

    def __init__(self, db: Database, index: Fts5Index, till: Till, clock: FixedClock) -> None:
        self.db = db
        self.till = till
        self.clock = clock
        self.index = index
        self.shop = self.shop_with()
        self.confirmed: list[PaidOrder] = []
        self.anna = 0

    async def meet(self, *, contact: int | None = None, locale: str | None = None, currency: str | None = None) -> int:
        async with self.db.write() as tx:
            if contact is None:
                made = await tx.execute(insert(contacts).values(created_at=self.clock.now(), currency=currency))
                contact = made.inserted_primary_key[0]
            number = len((await tx.execute(select(conversations.c.id))).all()) + 1
            made = await tx.execute(
                insert(conversations).values(
                    contact_id=contact,
                    channel="web",
                    account="shop",
                    customer=f"customer-{number}",
                    locale=locale,
                    head={},
                    created_at=self.clock.now(),
                )
            )
            return int(made.inserted_primary_key[0])

    def shop_with(self, **changes: Any) -> Shop:
        """The same shop under another policy."""
        decided = policy(**changes)
        return Shop(db=self.db, index=self.index, payments=self.till, clock=self.clock, policy=decided)

    async def then(self, tx: Transaction, paid: PaidOrder) -> None:
        self.confirmed.append(paid)

    async def shoes_in_cart(self, quantity: int = 1, *, conversation: int | None = None, key: str = "shoes") -> None:
        added = await self.shop.add(conversation or self.anna, key, "aero", {"size": "42", "colour": "blue"}, quantity)
        assert isinstance(added, CartChanged)

    async def checkout(self, key: str = "pay", *, conversation: int | None = None) -> CheckoutOpened:
        opened = await self.shop.checkout(conversation or self.anna, key)
        assert isinstance(opened, CheckoutOpened), opened
        return opened

    def wait(self, **time: float) -> None:
        self.clock.set(self.clock.now() + timedelta(**time))

    async def shelf(self, sku: str) -> tuple[int, int]:
        """How many are on hand and how many of those are held."""
        async with self.db.read() as tx:
            row = (await tx.execute(select(stock).where(stock.c.sku == sku))).one()
        return row.on_hand, row.reserved

    async def rows(self, table: str) -> list[Any]:
        known = {t.name: t for t in (orders, order_lines, refunds, reservations, idempotency, stock)}
        async with self.db.read() as tx:
            return list((await tx.execute(select(known[table]))).all())

    async def states(self) -> list[str]:
        return [row.state for row in await self.rows("orders")]


@pytest.fixture(scope="session")
def _template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a migrated, filled database and its index; making them takes longer than a test."""
    folder = tmp_path_factory.mktemp("template")
    (folder / "products.yml").write_text(CATALOG)
    migrate(f"sqlite:///{folder / 'empty.db'}")
    shutil.copy(folder / "empty.db", folder / "shop.db")
    asyncio.run(_fill(folder))
    return folder


async def _fill(folder: Path) -> None:
    db = Database(f"sqlite:///{folder / 'shop.db'}")
    report = await import_catalog(db, folder, FixedClock(START))
    assert report.ok, report.problems
    await rebuild_index(db, Fts5Index(folder / "search.db"), FixedClock(START))
    await db.close()


@pytest.fixture
async def empty_db(_template: Path, tmp_path: Path) -> AsyncIterator[Database]:
    shutil.copy(_template / "empty.db", tmp_path / "empty.db")
    database = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    yield database
    await database.close()


@pytest.fixture
async def counter(_template: Path, tmp_path: Path, sandbox: Sandbox) -> AsyncIterator[Counter]:
    for name in ("shop.db", "search.db"):
        shutil.copy(_template / name, tmp_path / name)
    db = Database(f"sqlite:///{tmp_path / 'shop.db'}")
    clock = FixedClock(START)
    counter = Counter(db, Fts5Index(tmp_path / "search.db"), Till(sandbox, clock), clock)
    counter.anna = await counter.meet()
    yield counter
    await counter.till.close()
    await db.close()


@pytest.fixture(scope="session")
def _running() -> Iterator[Sandbox]:
    with running_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(_running: Sandbox) -> Iterator[Sandbox]:
    """A sandbox of Stripe as a process of its own, at rest."""
    yield _running
    _running.rest()


@pytest.fixture
async def stripe(sandbox: Sandbox) -> AsyncIterator[StripePayments]:
    payments = StripePayments(api_key=API_KEY, webhook_secrets=[WEBHOOK_SECRET], api_url=sandbox.url)
    yield payments
    await payments.close()
