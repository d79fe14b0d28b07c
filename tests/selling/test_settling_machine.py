"""Whatever shoppers, the provider, its reports and the clock do, in whatever order: money and goods stay together."""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter as Tally
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import update

from bot.clock import FixedClock, SystemClock
from bot.payments.base import PaymentsError
from bot.payments.stripe import StripePayments
from bot.search.fts5 import Fts5Index
from bot.selling.drift import drift_inside
from bot.selling.order_answers import CheckoutOpened
from bot.selling.shop import Shop
from bot.storage.selling_tables import prices
from bot.storage.sql import Database
from tests.payments.sandbox_process import API_KEY, WEBHOOK_SECRET, Sandbox, running_sandbox
from tests.selling.conftest import Counter, policy
from tests.selling.pay_page import PayPage
from tests.selling.till import Till

WHO = st.integers(0, 2)
WHICH = st.integers(0, 10)
REPORTS = st.sampled_from(["fulfil", "expire", "payment_failed"])


class Settling(RuleBasedStateMachine):
    """Three shoppers who each want two of five pairs of shoes."""

    sandbox: ClassVar[Sandbox]
    template: ClassVar[Path]

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = TemporaryDirectory()
        for name in ("shop.db", "search.db"):
            shutil.copy(self.template / name, Path(self.folder.name, name))
        self.keys = 0
        self.pages: list[PayPage] = []
        self.do(self.open())

    def do(self, coroutine: Any) -> Any:
        return self.runner.run(coroutine)

    async def open(self) -> None:
        home = Path(self.folder.name)
        self.clock = FixedClock(SystemClock().now())
        self.sandbox.set_clock(self.clock.now())
        self.db = Database(f"sqlite:///{home / 'shop.db'}")
        self.stripe = StripePayments(api_key=API_KEY, webhook_secrets=[WEBHOOK_SECRET], api_url=self.sandbox.url)
        self.counter = Counter(self.db, Fts5Index(home / "search.db"), Till(self.sandbox, self.clock), self.clock)
        index = self.counter.index
        self.shop = Shop(db=self.db, index=index, payments=self.stripe, clock=self.clock, policy=policy())
        self.counter.shop = self.shop
        self.people = [await self.counter.meet() for _ in range(3)]

    @rule(who=WHO)
    def checks_out(self, who: int) -> None:
        self.keys += 1
        self.do(self._check_out(self.people[who], f"key-{self.keys}"))

    async def _check_out(self, who: int, key: str) -> None:
        if not (await self.shop.cart(who)).lines:
            await self.shop.add(who, key, "aero", {"size": "42", "colour": "blue"}, 2)
        opened = await self.shop.checkout(who, key)
        if isinstance(opened, CheckoutOpened):
            session = opened.url.rsplit("/", 1)[-1]
            if session not in [page.session for page in self.pages]:
                self.pages.append(PayPage(self.sandbox, session))

    @rule(who=WHO)
    def takes_another(self, who: int) -> None:
        self.keys += 1
        self.do(self.shop.add_again(self.people[who], f"key-{self.keys}"))

    @rule(cents=st.integers(6500, 7500))
    def a_price_changes(self, cents: int) -> None:
        async def change() -> None:
            async with self.db.write() as tx:
                await tx.execute(update(prices).where(prices.c.currency == "USD").values(amount=cents))

        self.do(change())

    @precondition(lambda self: self.pages)
    @rule(which=WHICH)
    def pays(self, which: int) -> None:
        page = self._page(which)
        if self.do(page.now())["status"] == "open":
            self.do(page.pay())

    def _page(self, which: int) -> PayPage:
        """For a shopper or a test to look at: the faults are the shop's."""
        self.sandbox.control("knobs", method="DELETE")
        return self.pages[which % len(self.pages)]

    @precondition(lambda self: self.pages)
    @rule(which=WHICH, pays=st.booleans())
    def takes_up_again(self, which: int, pays: bool) -> None:
        page = self._page(which)
        if self.do(page.now())["status"] == "expired":
            again = self.do(page.taken_up())
            if again.session not in [known.session for known in self.pages]:
                self.pages.append(again)
            if pays and self.do(again.now())["status"] == "open":
                self.do(again.pay())

    @precondition(lambda self: self.pages)
    @rule(which=WHICH, report=REPORTS, times=st.integers(1, 3))
    def is_reported(self, which: int, report: str, times: int) -> None:
        session = self.pages[which % len(self.pages)].session

        async def reports() -> None:
            settle = {"fulfil": lambda: self.shop.fulfil(session, self.counter.then)}
            told = [settle.get(report, lambda: getattr(self.shop, report)(session))() for _ in range(times)]
            for answer in await asyncio.gather(*told, return_exceptions=True):
                assert not isinstance(answer, BaseException) or isinstance(answer, PaymentsError), answer

        self.do(reports())

    @rule(minutes=st.integers(1, 50))
    def time_passes(self, minutes: int) -> None:
        self.clock.set(self.clock.now() + timedelta(minutes=minutes))
        self.sandbox.set_clock(self.clock.now())

    @rule()
    def the_timer_looks(self) -> None:
        self.do(self.shop.release_dead_sessions(self.counter.then))

    @rule(times=st.integers(1, 4), late=st.booleans())
    def the_provider_fails(self, times: int, late: bool) -> None:
        self.sandbox.turn(api_fail_next=times, api_fail_status=500, api_fail_after_work=late)

    @rule()
    def the_reconciler_looks(self) -> None:
        self.do(self._reconcile())

    async def _reconcile(self) -> None:
        try:
            await self.shop.reconcile(self.counter.then)
        except PaymentsError:
            return

    @invariant()
    def our_own_books_agree(self) -> None:
        assert self.do(drift_inside(self.db, self.clock.now())) == []

    @invariant()
    def nobody_is_told_twice(self) -> None:
        told = Tally((paid.order.number, paid.attention) for paid in self.counter.confirmed)
        assert all(times == 1 for times in told.values()), told

    def teardown(self) -> None:
        try:
            self.sandbox.control("knobs", method="DELETE")
            self.do(self._reconcile())
            self.do(self._every_payment_is_accounted_for())
            self.our_own_books_agree()
            self.nobody_is_told_twice()
        finally:
            self.sandbox.rest()
            self.do(self.counter.till.close())
            self.do(self.stripe.close())
            self.do(self.db.close())
            self.runner.close()
            self.folder.cleanup()

    async def _every_payment_is_accounted_for(self) -> None:
        rows = {row.session_id: row for row in await self.counter.rows("orders")}
        refunds = {row.order_id: row.amount for row in await self.counter.rows("refunds")}
        sold = 0
        for page in self.pages:
            session = await page.now()
            if session["payment_status"] != "paid":
                continue
            order = rows.get(page.session)
            assert order is not None, f"{page.session} is paid, and no order says so"
            assert order.state in ("paid", "cancelled"), (order.state, order.attention)
            assert order.total == session["amount_total"]
            if order.state == "cancelled":
                assert refunds[order.id] == session["amount_total"]
            sold += order.state == "paid" and sum(
                line.quantity for line in await self.counter.rows("order_lines") if line.order_id == order.id
            )
        assert await self.counter.shelf("AERO-BLU-42") == (5 - sold, await self._held())

    async def _held(self) -> int:
        return sum(row.quantity for row in await self.counter.rows("reservations") if row.state == "held")


@pytest.fixture(scope="module")
def _sandbox() -> Iterator[Sandbox]:
    with running_sandbox() as sandbox:
        yield sandbox


@pytest.mark.timeout(600)
def test_money_and_goods_stay_together(_sandbox: Sandbox, _template: Path) -> None:  # noqa: PT019
    Settling.sandbox, Settling.template = _sandbox, _template
    run_state_machine_as_test(
        Settling,
        settings=settings(
            max_examples=5, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
