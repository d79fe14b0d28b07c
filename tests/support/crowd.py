"""A crowd of buyers who want more than there is, at a shop whose payment provider and workers fail all the time.

They stand at the shop's own counter (`Shop`) in this process, with Stripe's library against the sandbox; the provider's
reports go to the real gateway, and worker processes settle them. Who gets something pays for it, walks away from the
pay page, pays twice at once, or changes the cart while paying. `account_for` holds afterwards what the provider took
against what the shop wrote down.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import func, insert, select

from bot import commands
from bot.commerce.orders import OrderState
from bot.commerce.refunds import RefundState
from bot.composition import Parts
from bot.payments.base import PaymentsError
from bot.selling.drift import drift_beside, drift_inside
from bot.selling.order_answers import CheckoutOpened, PaymentArriving, PaymentsDown
from bot.settings import ROOT, Settings
from bot.storage.selling_tables import order_lines, orders, payment_events, prices, products, refunds, stock, variants
from bot.storage.tables import contacts, conversations, messages
from tests.payments.paying import confirmation

PRICE = 3000
AT_ONCE = 24
STORM = {
    "seed": 7,
    "api_limit_percent": 4,
    "api_fail_percent": 4,
    "api_fail_late_percent": 4,
    "api_drop_answer_percent": 4,
    "api_hang_percent": 0.5,
    "api_hang_s": 12,
    "webhook_duplicate_percent": 30,
    "webhook_twin_percent": 30,
    "webhook_drop_percent": 10,
    "webhook_shuffle": True,
    "webhook_delay_s": 0.3,
}
"""Every fault that the sandbox knows; a dropped report never comes."""
WALKS_AWAY, PAYS_TWICE, CHANGES, HAS_CODE = 0.15, 0.15, 0.15, 0.3
_PATIENCE_S = (0.2, 1.0)


@dataclass
class Account:
    """What came of the crowd. All but `sold` and `paid_back` must be nothing."""

    sold: int = 0
    paid_back: int = 0
    oversold: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    drift: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        return not (self.oversold or self.lost or self.doubled or self.drift)


class Crowd:
    """`things` are SKUs that nobody else sells, each with so many `pieces`."""

    def __init__(self, settings: Settings, *, things: int, pieces: int, seed: int = 11) -> None:
        self.parts = Parts(settings)
        self.shop = self.parts.shop
        self.skus = [f"CROWD-{number}" for number in range(things)]
        self.pieces = pieces
        self.stripe = httpx.AsyncClient(
            base_url=settings.stripe_api_url,
            headers={"authorization": f"Bearer {settings.stripe_api_key}"},
            timeout=60,
            limits=httpx.Limits(max_connections=AT_ONCE),
        )
        self.dice = random.Random(seed)
        self.outcomes: Counter[str] = Counter()
        self._room = asyncio.Semaphore(AT_ONCE)
        self._before: set[str] = set()

    async def close(self) -> None:
        await self.stripe.aclose()
        await self.parts.close()

    async def stock_up(self) -> None:
        now = self.parts.clock.now()
        self._before = {each["id"] for each in await self._sessions()} | set(await self._drift())
        async with self.parts.db.write() as tx:
            for sku in self.skus:
                texts = {"title": sku.title(), "attributes": {}, "updated_at": now}
                await tx.execute(insert(products).values(id=sku.lower(), **texts))
                await tx.execute(insert(variants).values(sku=sku, product_id=sku.lower(), options={}))
                await tx.execute(insert(prices).values(sku=sku, currency="USD", amount=PRICE))
                await tx.execute(insert(stock).values(sku=sku, on_hand=self.pieces, counted=self.pieces))

    async def turn(self, **knobs: Any) -> None:
        (await self.stripe.post("/_sandbox/knobs", json=knobs)).raise_for_status()

    async def rest(self) -> None:
        (await self.stripe.delete("/_sandbox/knobs")).raise_for_status()

    # -- buying --------------------------------------------------------------------------------------------------------

    async def rush(self, buyers: int, *, tries: int = 3) -> None:
        """Let so many come in; returns when the last has paid or gone."""
        async with asyncio.TaskGroup() as group:
            for number in range(buyers):
                group.create_task(self._buy(number, tries))

    async def _buy(self, number: int, tries: int) -> None:
        sku, mood = self.dice.choice(self.skus), self.dice.random()
        has_code = self.dice.random() < HAS_CODE
        async with self._room:
            conversation = await self._come_in(number)
        outcome = "nothing left"
        for attempt in range(tries):
            async with self._room:
                bought = await self._try(conversation, f"{number}:{attempt}", sku, mood, has_code=has_code)
            if bought is not None:
                outcome = bought
                break
            await asyncio.sleep(self.dice.uniform(*_PATIENCE_S))
        self.outcomes[outcome] += 1

    async def _try(self, conversation: int, key: str, sku: str, mood: float, *, has_code: bool) -> str | None:
        """None where there is nothing left just now."""
        if not (await self.shop.cart(conversation)).lines:
            await self.shop.add(conversation, f"{key}:add", sku.lower(), {})
        if has_code:
            await self.shop.apply_code(conversation, f"{key}:code", "WELCOME10")
        opened = await self._checkout(conversation, f"{key}:pay")
        if not isinstance(opened, CheckoutOpened):
            return "paid already" if isinstance(opened, PaymentArriving) else None
        session = opened.url.rsplit("/", 1)[-1]
        if mood < WALKS_AWAY:
            await self._closes(session)
            return "walked away"
        if mood < WALKS_AWAY + PAYS_TWICE:
            taken = await asyncio.gather(self._pay(session), self._pay(session))
            return "paid" if any(taken) else None
        if mood < WALKS_AWAY + PAYS_TWICE + CHANGES:
            return await self._changes_while_paying(conversation, key, session)
        return "paid" if await self._pay(session) else None

    async def _changes_while_paying(self, conversation: int, key: str, session: str) -> str | None:
        async def elsewhere() -> Any:
            await self.shop.send_to(conversation, f"{key}:to", "CA")
            return await self._checkout(conversation, f"{key}:again")

        paid, opened = await asyncio.gather(self._pay(session), elsewhere())
        if paid or not isinstance(opened, CheckoutOpened):
            return "paid" if paid else None
        return "paid" if await self._pay(opened.url.rsplit("/", 1)[-1]) else None

    async def _come_in(self, number: int) -> int:
        now = self.parts.clock.now()
        async with self.parts.db.write() as tx:
            made = await tx.execute(insert(contacts).values(created_at=now, currency="USD"))
            talk = {"channel": "web", "account": "crowd", "customer": f"crowd-{number}", "head": {}, "created_at": now}
            contact = made.inserted_primary_key[0]
            made = await tx.execute(insert(conversations).values(contact_id=contact, last_customer_at=now, **talk))
        return int(made.inserted_primary_key[0])

    async def _checkout(self, conversation: int, key: str) -> Any:
        """As somebody who taps "Try again" while the provider does not answer."""
        for _ in range(8):
            opened = await self.shop.checkout(conversation, key)
            if not isinstance(opened, PaymentsDown):
                return opened
            await asyncio.sleep(self.dice.uniform(*_PATIENCE_S))
        return opened

    async def _pay(self, session: str) -> bool:
        """As a browser does on the pay page. False where it is closed."""
        page = (await self.stripe.get(f"/v1/payment_pages/{session}")).json()
        if page.get("status") != "open":
            return False
        answer = await self.stripe.post(f"/v1/payment_pages/{session}/confirm", data=confirmation(page))
        return answer.is_success

    async def _closes(self, session: str) -> None:
        """The pay page runs out."""
        for _ in range(20):
            with suppress(httpx.TransportError):
                answer = await self.stripe.post(f"/v1/checkout/sessions/{session}/expire")
                if answer.status_code in (200, 400):
                    return

    # -- afterwards ----------------------------------------------------------------------------------------------------

    async def settle(self, within_s: float) -> None:
        """Wait until the workers have worked off what was reported, and look for what was not, as their timers do."""
        settlement, clock = self.parts.settlement, asyncio.get_running_loop()
        until = clock.time() + within_s
        while clock.time() < until:
            with suppress(PaymentsError):
                await self.shop.reconcile(settlement.confirm, settlement.lapsed)
                if not await self._waiting():
                    return
            await asyncio.sleep(0.5)

    async def _waiting(self) -> int:
        """What is not settled yet: reports, refunds."""
        under_way = (RefundState.APPROVED, RefundState.SENT, RefundState.PENDING)
        async with self.parts.db.read() as tx:
            reports = await tx.execute(
                select(func.count()).select_from(payment_events).where(payment_events.c.state == "new")
            )
            back = await tx.execute(select(func.count()).select_from(refunds).where(refunds.c.state.in_(under_way)))
            return int(reports.scalar_one() + back.scalar_one())

    async def account_for(self) -> Account:
        account = Account()
        new = [each for each in await self._sessions() if each["id"] not in self._before]
        paid = [each for each in new if each["payment_status"] == "paid"]
        async with self.parts.db.read() as tx:
            rows = {str(row.id): row for row in (await tx.execute(select(orders))).all()}
            lines = select(order_lines.c.order_id).join(orders, orders.c.id == order_lines.c.order_id)
            mine = lines.where(order_lines.c.sku.in_(self.skus), orders.c.state == OrderState.PAID)
            ours = list((await tx.execute(mine)).scalars())
            shelves = (await tx.execute(select(stock).where(stock.c.sku.in_(self.skus)))).all()
            told = await tx.execute(select(messages.c.turn_id).where(messages.c.turn_id.like("paid:%")))
            confirmed = Counter(str(turn_id) for turn_id in told.scalars())
        charged = Counter(str(each["metadata"]["order_id"]) for each in paid)
        account.doubled += [f"order {order} was charged {times} times" for order, times in charged.items() if times > 1]
        account.doubled += [f"{turn} was told {times} times" for turn, times in confirmed.items() if times > 1]
        for session in paid:
            order = rows.get(session["metadata"]["order_id"])
            if order is None or order.session_id != session["id"]:
                account.lost.append(f"{session['id']} is paid, and no order says so")
            elif order.state == OrderState.PAID:
                account.sold += 1
                if not confirmed[f"paid:{order.number}"]:
                    account.lost.append(f"order {order.number} is paid, and nobody was told")
            elif order.state == OrderState.CANCELLED and order.refunded == session["amount_total"]:
                account.paid_back += 1
            else:
                account.lost.append(f"order {order.number} is {order.state} ({order.attention}), and it is paid")
        sold_to = [rows[str(order)].contact_id for order in ours]
        account.doubled += [
            f"contact {who} bought {times} times" for who, times in Counter(sold_to).items() if times > 1
        ]
        gone = sum(self.pieces - row.on_hand for row in shelves)
        account.oversold = max(len(ours) - self.pieces * len(self.skus), abs(gone - len(ours)), 0)
        account.drift = [each for each in await self._drift() if each not in self._before]
        return account

    async def _drift(self) -> list[str]:
        """What `souk doctor` says of orders, stock and payments."""
        now = self.parts.clock.now()
        beside = await drift_beside(self.parts.db, self.parts.payments, now)
        return [*await drift_inside(self.parts.db, now), *beside]

    async def _sessions(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        asked: dict[str, Any] = {"limit": 100}
        while True:
            answer = await self.stripe.get("/v1/checkout/sessions", params=asked)
            page = answer.raise_for_status().json()
            found += page["data"]
            if not page["has_more"]:
                return found
            asked["starting_after"] = page["data"][-1]["id"]


class Workers:
    """Worker processes that are killed (-9) and started again, one after the other."""

    def __init__(self, settings: Settings, count: int) -> None:
        self._settings = settings
        self._running = [self._start(number) for number in range(count)]
        self.killed = 0

    def _start(self, number: int) -> subprocess.Popen[bytes]:
        log = Path(self._settings.home) / "log" / f"crowd-worker-{number}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as words:
            return subprocess.Popen(
                list(commands.worker(self._settings).arguments),
                cwd=ROOT,
                env={**os.environ, **self._settings.environment()},
                stdout=words,
                stderr=words,
            )

    async def die_now_and_then(self, every_s: float, dice: random.Random) -> None:
        while True:
            await asyncio.sleep(every_s)
            number = dice.randrange(len(self._running))
            self._running[number].send_signal(signal.SIGKILL)
            self._running[number].wait()
            self.killed += 1
            self._running[number] = self._start(number)

    def stop(self) -> None:
        for process in self._running:
            process.terminate()
        for process in self._running:
            process.wait(20)
