"""Whatever customers do to their carts, in whatever order: every sum is right, and nobody sells what is not there."""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter as Tally
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from bot.clock import SystemClock
from bot.commerce.money import Money
from bot.payments.stripe import StripePayments
from bot.search.fts5 import Fts5Index
from bot.selling.answers import CartView
from bot.selling.order_answers import CheckoutOpened, Fulfilled
from bot.selling.shop import Shop
from bot.storage.sql import Database
from tests.payments.sandbox_process import API_KEY, WEBHOOK_SECRET, Sandbox, running_sandbox
from tests.selling.conftest import Counter, policy
from tests.selling.pay_page import PayPage
from tests.selling.test_cart_terms import CODES, RULES
from tests.selling.till import Till

WHO = st.integers(0, 2)
"""Three conversations; the first two are one customer's."""
SKUS = st.sampled_from(["AERO-BLU-41", "AERO-BLU-42", "AERO-RED-42", "MUG", "STICKER"])
THINGS = st.sampled_from(
    [("aero", {"size": "41", "colour": "blue"}), ("aero", {"size": "42", "colour": "blue"}), ("mug", {})]
)
SHELF = {"AERO-BLU-41": 5, "AERO-BLU-42": 5, "AERO-RED-42": 0, "MUG": 3, "STICKER": 500}


class Carts(RuleBasedStateMachine):
    sandbox: ClassVar[Sandbox]
    template: ClassVar[Path]

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = TemporaryDirectory()
        for name in ("shop.db", "search.db"):
            shutil.copy(self.template / name, Path(self.folder.name, name))
        self.do(self.open())
        self.keys = 0

    async def open(self) -> None:
        home = Path(self.folder.name)
        clock: Any = SystemClock()
        self.db = Database(f"sqlite:///{home / 'shop.db'}")
        self.payments = StripePayments(api_key=API_KEY, webhook_secrets=[WEBHOOK_SECRET], api_url=self.sandbox.url)
        index = Fts5Index(home / "search.db")
        self.counter = Counter(self.db, index, Till(self.sandbox, clock), clock)
        decided = policy(rules=RULES, promotions=CODES)
        self.shop = Shop(db=self.db, index=index, payments=self.payments, clock=clock, policy=decided)
        first = await self.counter.meet()
        self.people = [first, await self.counter.meet(contact=1), await self.counter.meet()]

    def teardown(self) -> None:
        self.do(self.counter.till.close())
        self.do(self.payments.close())
        self.do(self.db.close())
        self.runner.close()
        self.folder.cleanup()

    def do(self, coroutine: Any) -> Any:
        return self.runner.run(coroutine)

    def edit(self, method: str, who: int, *asked: Any, **named: Any) -> Any:
        """Do it, and once more with the same key: the second changes nothing and answers the same."""
        self.keys += 1
        call = getattr(self.shop, method)
        answer = self.do(call(self.people[who], f"k{self.keys}", *asked, **named))
        assert self.do(call(self.people[who], f"k{self.keys}", *asked, **named)) == answer
        return answer

    # -- what customers do -----------------------------------------------------------------------------------------

    @rule(who=WHO, thing=THINGS, quantity=st.integers(1, 4))
    def add(self, who: int, thing: tuple[str, dict[str, str]], quantity: int) -> None:
        self.edit("add", who, *thing, quantity)

    @rule(who=WHO, sku=SKUS, quantity=st.integers(0, 7))
    def set_quantity(self, who: int, sku: str, quantity: int) -> None:
        self.edit("set_quantity", who, quantity, sku)

    @rule(who=WHO, sku=SKUS)
    def remove(self, who: int, sku: str) -> None:
        self.edit("remove", who, sku)

    @rule(who=WHO, sku=SKUS, options=st.sampled_from([{"size": "41"}, {"size": "42"}, {"colour": "red"}]))
    def exchange(self, who: int, sku: str, options: dict[str, str]) -> None:
        self.edit("exchange_line", who, sku, options)

    @rule(who=WHO, code=st.sampled_from([*CODES, "NOPE"]))
    def apply_code(self, who: int, code: str) -> None:
        self.edit("apply_code", who, code)

    @rule(who=WHO)
    def drop_code(self, who: int) -> None:
        self.edit("drop_code", who)

    @rule(who=WHO, country=st.sampled_from(["US", "CA", "FR", "RU"]))
    def send_to(self, who: int, country: str) -> None:
        self.edit("send_to", who, country)

    @rule(who=WHO, currency=st.sampled_from(["USD", "EUR", "JPY"]))
    def set_currency(self, who: int, currency: str) -> None:
        self.edit("set_currency", who, currency)

    @rule(who=WHO, sku=st.none() | SKUS, note=st.sampled_from(["", "engrave Léa", "ring twice"]))
    def add_note(self, who: int, sku: str | None, note: str) -> None:
        self.edit("add_note", who, note, sku)

    @rule(who=WHO)
    def clear(self, who: int) -> None:
        self.edit("clear", who)

    @rule(who=WHO)
    def checkout(self, who: int) -> None:
        before = self.cart(who)
        self.keys += 1
        answer = self.do(self.shop.checkout(self.people[who], f"k{self.keys}"))
        if isinstance(answer, CheckoutOpened):
            assert (answer.total, answer.discount, answer.tax) == (before.total, before.discount, before.tax)

    @rule()
    def pay(self) -> None:
        """Whoever has a pay page open pays there."""
        for order in self.do(self.counter.rows("orders")):
            if order.state == "awaiting_payment" and order.session_id:
                self.do(PayPage(self.sandbox, order.session_id).pay())
                assert isinstance(self.do(self.shop.fulfil(order.session_id, self.counter.then)), Fulfilled)
                return

    # -- what always holds -----------------------------------------------------------------------------------------

    def cart(self, who: int) -> CartView:
        found: CartView = self.do(self.shop.cart(self.people[who]))
        return found

    @invariant()
    def every_total_is_the_sum_of_its_parts(self) -> None:
        for who in range(len(self.people)):
            cart = self.cart(who)
            nothing = Money.zero(cart.total.currency)
            assert cart.subtotal == sum((line.unit_price * line.quantity for line in cart.lines), nothing)
            assert cart.total == cart.subtotal - cart.discount + cart.shipping + cart.tax
            assert nothing <= cart.discount <= cart.subtotal
            assert cart.shipping == (cart.deliveries[0].cost if cart.deliveries else nothing)
            assert cart.code_refused is None or cart.discount == nothing

    @invariant()
    def one_customer_has_one_cart_on_both_channels(self) -> None:
        assert self.cart(0) == self.cart(1)

    @invariant()
    def orders_add_up_and_nothing_is_sold_that_is_not_there(self) -> None:
        orders = {order.id: order for order in self.do(self.counter.rows("orders"))}
        for order in orders.values():
            assert order.total == order.subtotal - order.discount + order.shipping + order.tax
        held: Tally[str] = Tally()
        sold: Tally[str] = Tally()
        for hold in self.do(self.counter.rows("reservations")):
            held[hold.sku] += hold.quantity if hold.state == "held" else 0
            sold[hold.sku] += hold.quantity if hold.state == "sold" else 0
        for shelf in self.do(self.counter.rows("stock")):
            assert shelf.on_hand + sold[shelf.sku] == SHELF[shelf.sku]
            assert 0 <= shelf.reserved == held[shelf.sku] <= shelf.on_hand


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    with running_sandbox() as sandbox:
        yield sandbox


def test_any_edits_keep_every_sum_and_sell_nothing_twice(running: Sandbox, _template: Path) -> None:  # noqa: PT019
    Carts.sandbox, Carts.template = running, _template
    few = settings(max_examples=8, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Carts, settings=few)
