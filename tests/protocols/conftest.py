"""A shop that speaks UCP and ACP over real HTTP, with the demo catalogue, and the sandbox of Stripe at its till."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sanic import Sanic

from bot.clock import SystemClock
from bot.payments.stripe import StripePayments
from bot.protocols.acp import Acp
from bot.protocols.paying import paying
from bot.protocols.purchases import Purchases
from bot.protocols.requests import Doorkeeper
from bot.protocols.ucp import Ucp
from bot.search.fts5 import Fts5Index
from bot.selling.catalog_import import import_catalog, rebuild_index
from bot.selling.order_answers import Fulfilled, PaidOrder
from bot.selling.policy import ShopPolicy
from bot.selling.shop import Shop
from bot.selling.shop_file import read_promotions, read_shop_file
from bot.storage.sql import Database, Transaction
from tests.payments.paying import confirmation
from tests.payments.sandbox_process import API_KEY, WEBHOOK_SECRET, Sandbox, running_sandbox
from tests.support.counter import free_socket, serving
from tests.support.databases import empty_database

CATALOG = Path(__file__).parents[2] / "catalog"
KEY = "the key of an agent"
_names = count(1)


class Till:
    """The shop as agents meet it, and the buyer who pays."""

    def __init__(self, url: str, shop: Shop, purchases: Purchases, sandbox: Sandbox) -> None:
        self.url = url
        self.shop = shop
        self.purchases = purchases
        self.sandbox = sandbox
        self.http = httpx.AsyncClient(base_url=url, headers={"X-API-Key": KEY})

    async def ask(self, method: str, path: str, body: Any = None, *, key: str | None = None, **headers: str) -> Any:
        changes = {} if method == "GET" else {"Idempotency-Key": key or str(uuid4())}
        return await self.http.request(method, path, json=body, headers={**changes, **headers})

    async def buyer_pays(self, pay_url: str) -> None:
        """Opens the link, presses its button, pays with a card that is taken, and Stripe's report is heard."""
        assert "<button>" in (await self.http.get(pay_url)).text
        led = await self.http.post(pay_url)
        assert led.status_code == 303, led.text
        session = await self.session(led.headers["location"])
        async with self._stripe() as stripe:
            card = (await stripe.post("/v1/payment_methods", data={"type": "card", "card[token]": "tok_visa"})).json()
            page = (await stripe.get(f"/v1/payment_pages/{session['id']}")).json()
            paid = confirmation(page, card["id"])
            (await stripe.post(f"/v1/payment_pages/{session['id']}/confirm", data=paid)).raise_for_status()
        assert isinstance(await self.shop.fulfil(session["id"], _heard), Fulfilled)

    async def session(self, pay_page: str) -> Any:
        """What Stripe knows of the checkout that this page is of."""
        async with self._stripe() as stripe:
            return (await stripe.get(f"/v1/checkout/sessions/{httpx.URL(pay_page).path.rsplit('/', 1)[-1]}")).json()

    async def left(self, sku: str) -> int:
        """How many pieces nobody holds."""
        browsing = await self.purchases.browser(None, None)
        page = await self.shop.product(browsing, "aero-2")
        return next(variant.available for variant in page.variants if variant.sku == sku)

    def _stripe(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=self.sandbox.url, headers={"authorization": f"Bearer {API_KEY}"})


async def _heard(_tx: Transaction, _paid: PaidOrder) -> None:
    """Nobody is told here."""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with running_sandbox() as running:
        yield running


@pytest.fixture
async def till(tmp_path: Path, sandbox: Sandbox) -> AsyncIterator[Till]:
    db, clock = Database(empty_database(tmp_path)), SystemClock()
    index = Fts5Index(tmp_path / "search.db")
    assert (await import_catalog(db, CATALOG, clock)).ok
    await rebuild_index(db, index, clock)
    payments = StripePayments(api_key=API_KEY, webhook_secrets=[WEBHOOK_SECRET], api_url=sandbox.url)
    listening, url = free_socket()
    shop_file = read_shop_file(CATALOG / "shop.yml")
    policy = ShopPolicy(
        name=shop_file.name,
        currency=shop_file.currency,
        locale=shop_file.locale,
        country=shop_file.country,
        rules=shop_file.rules(),
        promotions=read_promotions(CATALOG / "promotions.yml"),
        success_url=f"{url}/",
        cancel_url=f"{url}/",
        picture_url=f"{url}/media/",
        livemode=False,
    )
    shop = Shop(db=db, index=index, payments=payments, clock=clock, policy=policy)
    app: Sanic[Any, Any] = Sanic(f"protocols-{next(_names)}", configure_logging=False)
    counters = [Purchases(db=db, shop=shop, clock=clock, protocol=name, public_url=url) for name in ("ucp", "acp")]
    doors = [Doorkeeper(db, clock, name, KEY) for name in ("ucp", "acp")]
    app.blueprint(Ucp(shop=shop, purchases=counters[0], door=doors[0], public_url=url).blueprint())
    app.blueprint(Acp(purchases=counters[1], door=doors[1], public_url=url, currencies=["USD", "EUR"]).blueprint())
    app.blueprint(paying(counters, url))
    async with serving(app, listening):
        opened = Till(url, shop, counters[0], sandbox)
        yield opened
        await opened.http.aclose()
    await payments.close()
    await db.close()
