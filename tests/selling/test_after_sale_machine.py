"""Whatever customers, people, the bank and the provider do after the sale, in whatever order: never more goes back than
was paid, every refund of the provider has one row, and what comes back is on the shelf once."""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter as Tally
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar

import httpx
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from bot.clock import FixedClock
from bot.commerce.money import Money
from bot.commerce.refunds import GIVEN, LIVE, RefundReason
from bot.errors import Conflict
from bot.payments.base import PaymentsError, RefundStatus
from bot.payments.stripe import StripePayments
from bot.search.fts5 import Fts5Index
from bot.selling.after_sale import OrderCancelled, RefundGiven, ReturnOpened
from bot.selling.drift import drift_inside
from bot.selling.order_answers import CheckoutOpened
from bot.selling.return_decisions import Remedy, ReturnDecisions
from bot.storage.sql import Database
from tests.payments.sandbox_process import API_KEY, HTTP, WEBHOOK_SECRET, Sandbox, running_sandbox
from tests.selling.after_the_sale import SHOES, SMALLER, AfterTheSale
from tests.selling.conftest import START, Counter
from tests.selling.people import lea
from tests.selling.till import Till, dollars

WHICH = st.integers(0, 10)
CARDS = st.sampled_from(["pm_card_visa", "pm_card_refundFail", "pm_card_pendingRefund"])
PRICE = dollars("69.00")


class AfterSale(RuleBasedStateMachine):
    """One customer who buys one or two pairs at a time; ten pairs in two sizes are on the shelf."""

    sandbox: ClassVar[Sandbox]
    template: ClassVar[Path]

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = TemporaryDirectory()
        for name in ("shop.db", "search.db"):
            shutil.copy(self.template / name, Path(self.folder.name, name))
        self.numbers: list[int] = []
        self.keys = 0
        self.shelf = Tally({SHOES: 5, SMALLER: 5})
        self.do(self.open())

    def do(self, coroutine: Any) -> Any:
        return self.runner.run(coroutine)

    def key(self) -> str:
        self.keys += 1
        return f"key-{self.keys}"

    def number(self, which: int) -> int:
        return self.numbers[which % len(self.numbers)]

    async def open(self) -> None:
        home = Path(self.folder.name)
        clock = FixedClock(START)
        self.db = Database(f"sqlite:///{home / 'shop.db'}")
        self.stripe = StripePayments(api_key=API_KEY, webhook_secrets=[WEBHOOK_SECRET], api_url=self.sandbox.url)
        counter = Counter(self.db, Fts5Index(home / "search.db"), Till(self.sandbox, clock), clock)
        counter.anna = await counter.meet()
        self.after = AfterTheSale(counter, self.sandbox, self.stripe)
        self.people = ReturnDecisions(self.db, self.after.clock, self.after.policy, self.after.refunding)
        self.lea = await lea(self.after)

    # -- what people do ------------------------------------------------------------------------------------------------

    @precondition(lambda self: len(self.numbers) < 4)
    @rule(pairs=st.integers(1, 2), card=CARDS)
    def buys(self, pairs: int, card: str) -> None:
        async def bought() -> int | None:
            who, key = self.after.anna, self.key()
            await self.after.shop.clear(who, f"{key}:clear")
            await self.after.shop.add(who, key, "aero", {"size": "42", "colour": "blue"}, pairs)
            opened = await self.after.shop.checkout(who, key)
            if not isinstance(opened, CheckoutOpened):
                return None
            await self.after.pay(opened.order_number, card)
            return opened.order_number

        self.sandbox.control("knobs", method="DELETE")
        number = self.do(bought())
        if number is not None:
            self.numbers.append(number)
            self.shelf[SHOES] -= pairs

    @precondition(lambda self: self.numbers)
    @rule(which=WHICH)
    def ships(self, which: int) -> None:
        if self.do(self.after.order(self.number(which))).state == "paid":
            self.do(self.after.ship(self.number(which)))

    @precondition(lambda self: self.numbers)
    @rule(which=WHICH)
    def cancels(self, which: int) -> None:
        number = self.number(which)
        pairs = self.do(self.pairs_of(number))
        answer = self.do(self.after.shop.after.cancel(self.after.anna, self.key(), number))
        if isinstance(answer, OrderCancelled) and not answer.again:
            self.shelf[SHOES] += pairs

    @precondition(lambda self: self.numbers)
    @rule(which=WHICH)
    def sends_back(self, which: int) -> None:
        shop, number = self.after.shop.after, self.number(which)
        self.do(shop.open_return(self.after.anna, self.key(), number, SHOES, "too_small"))

    @precondition(lambda self: self.numbers)
    @rule(which=WHICH)
    def exchanges(self, which: int) -> None:
        shop, number = self.after.shop.after, self.number(which)
        answer = self.do(shop.open_exchange(self.after.anna, self.key(), number, SHOES, SMALLER, PRICE))
        if isinstance(answer, ReturnOpened):
            self.shelf[SMALLER] -= sum(answer.pieces.values())

    @precondition(lambda self: self.numbers)
    @rule(which=WHICH, replace=st.booleans())
    def complains(self, which: int, replace: bool) -> None:
        shop, number = self.after.shop.after, self.number(which)
        self.do(shop.report_problem(self.after.anna, self.key(), number, SHOES, "broken", replace=replace))

    @rule(which=WHICH, version=st.integers(0, 1), twice=st.booleans())
    def is_received(self, which: int, version: int, twice: bool) -> None:
        for _ in range(1 + twice):
            row = self.decided(which, lambda one: self.people.receive(one.id, self.lea, version, self.after.then))
            if row is not None:
                self.shelf[SHOES] += sum(line["quantity"] for line in row.lines)

    @rule(which=WHICH)
    def is_declined(self, which: int) -> None:
        row = self.decided(which, lambda one: self.people.decline(one.id, self.lea, one.version, self.after.then))
        if row is not None and row.kind == "exchange" and row.state == "approved":
            self.shelf += Tally({line["exchange_for"]: line["quantity"] for line in row.lines if line["exchange_for"]})

    @rule(which=WHICH, remedy=st.sampled_from(Remedy))
    def is_made_good(self, which: int, remedy: Remedy) -> None:
        then = self.after.then
        row = self.decided(which, lambda one: self.people.make_good(one.id, self.lea, one.version, remedy, then))
        if row is not None and remedy is Remedy.REPLACEMENT:
            self.shelf[SHOES] -= sum(line["quantity"] for line in row.lines)

    def decided(self, which: int, decide: Any) -> Any | None:
        """The return as it was before somebody decided about it; None where nothing could be decided."""
        rows = self.do(self.after.returns())
        if not rows:
            return None
        row = rows[which % len(rows)]
        try:
            self.do(decide(row))
        except Conflict:
            return None
        return row

    @precondition(lambda self: self.numbers)
    @rule(which=WHICH, cents=st.integers(1, 16_000), by_lea=st.booleans())
    def is_paid_back(self, which: int, cents: int, by_lea: bool) -> None:
        async def ask() -> None:
            order = await self.after.order(self.number(which))
            async with self.db.write() as tx:
                await self.after.refunding.ask(
                    tx,
                    order,
                    Money(cents, "USD"),
                    RefundReason.REQUESTED,
                    key=self.key(),
                    asked_by=self.lea if by_lea else None,
                )

        self.do(ask())

    @rule(which=WHICH, approved=st.booleans())
    def is_approved(self, which: int, approved: bool) -> None:
        waiting = [row for row in self.do(self.after.refunds()) if row.state == "asked"]
        if waiting:
            row = waiting[which % len(waiting)]
            decide = self.after.refunding.approve if approved else self.after.refunding.decline
            self.do(decide(row.id, self.lea, row.version))

    # -- what the provider and the clock do ----------------------------------------------------------------------------

    @precondition(lambda self: self.numbers)
    @rule(which=WHICH, cents=st.integers(1, 8_000))
    def is_paid_back_at_the_dashboard(self, which: int, cents: int) -> None:
        order = self.do(self.after.order(self.number(which)))
        form = {"payment_intent": order.payment_intent, "amount": str(cents)}
        headers = {"authorization": f"Bearer {API_KEY}"}
        with suppress(httpx.TransportError):  # the answer may be one of those that are lost
            HTTP.post(f"{self.sandbox.url}/v1/refunds", data=form, headers=headers)

    @rule(times=st.integers(1, 4), status=st.sampled_from([429, 500]), late=st.booleans())
    def the_provider_fails(self, times: int, status: int, late: bool) -> None:
        self.sandbox.turn(api_fail_next=times, api_fail_status=status, api_fail_after_work=late)

    @rule(times=st.integers(1, 3))
    def answers_are_lost(self, times: int) -> None:
        self.sandbox.turn(api_drop_answer_next=times)

    @rule(workers=st.integers(1, 3))
    def the_worker_pays(self, workers: int) -> None:
        async def work() -> None:
            await asyncio.gather(*(self.after.carry_out() for _ in range(workers)))

        self.do(work())

    @rule(minutes=st.integers(1, 500))
    def time_passes(self, minutes: int) -> None:
        self.after.wait(minutes=minutes)

    @precondition(lambda self: self.numbers)
    @rule(which=WHICH)
    def is_reported(self, which: int) -> None:
        self.do(self.look(self.number(which)))

    async def look(self, number: int) -> None:
        try:
            await self.after.refunding.look((await self.after.order(number)).payment_intent, self.after.then)
        except PaymentsError:
            return

    # -- what always holds ---------------------------------------------------------------------------------------------

    @invariant()
    def our_own_books_agree(self) -> None:
        assert self.do(drift_inside(self.db, self.after.clock.now())) == []

    @invariant()
    def what_comes_back_is_on_the_shelf_once(self) -> None:
        assert {sku: self.do(self.after.on_hand(sku)) for sku in (SHOES, SMALLER)} == dict(self.shelf)

    @invariant()
    def nobody_is_told_twice(self) -> None:
        told = Tally(news.once for news in self.after.told)
        assert all(times == 1 for times in told.values()), told

    async def pairs_of(self, number: int) -> int:
        [order] = await self.after.shop.orders(self.after.anna, number)
        return sum(line.quantity for line in order.lines)

    def teardown(self) -> None:
        try:
            self.sandbox.control("knobs", method="DELETE")
            self.do(self.all_is_paid_back())
        finally:
            self.sandbox.rest()
            self.do(self.stripe.close())
            self.do(self.db.close())
            self.runner.close()
            self.folder.cleanup()

    async def all_is_paid_back(self) -> None:
        """Given time, what was approved has gone back, and provider and shop tell the same story."""
        for _ in range(8):
            self.after.wait(minutes=20)
            await self.after.carry_out()
        for number in self.numbers:
            await self.look(number)
            order = await self.after.order(number)
            rows = [row for row in await self.after.refunds() if row.order_id == order.id]
            made = await self.after.at_stripe(number)
            assert sorted(refund.id for refund in made) == sorted(row.provider_id for row in rows if row.provider_id)
            taken = [one for one in made if one.status not in (RefundStatus.FAILED, RefundStatus.CANCELED)]
            assert sum(one.amount.amount for one in taken) == order.refunded <= order.total
            assert not [row for row in rows if row.state in ("approved", "sent")]
            # What still waits for a person may be more by now than is left: then the provider refuses it.
            assert sum(row.amount for row in rows if row.state in LIVE and row.state != "asked") <= order.total
        told = {news.once for news in self.after.told if isinstance(news, RefundGiven)}
        given = {f"refund:{row.id}:given" for row in await self.after.refunds() if row.state in GIVEN}
        assert given <= told, "money went back, and nobody was told"


@pytest.fixture(scope="module")
def _sandbox() -> Iterator[Sandbox]:
    with running_sandbox() as sandbox:
        yield sandbox


@pytest.mark.timeout(600)
def test_money_and_goods_go_back_once_whatever_happens(_sandbox: Sandbox, _template: Path) -> None:  # noqa: PT019
    AfterSale.sandbox, AfterSale.template = _sandbox, _template
    checks = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    run_state_machine_as_test(
        AfterSale,
        settings=settings(max_examples=10, stateful_step_count=20, deadline=None, suppress_health_check=checks),
    )
