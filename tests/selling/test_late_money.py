"""Money that comes late, or not by the page we know, over real HTTP: held again, paid back, repaired."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.clock import FixedClock, SystemClock
from bot.commerce.after_sale import AfterSale
from bot.payments.base import PaymentsUnavailable
from bot.payments.stripe import StripePayments
from bot.selling.drift import drift_beside, drift_inside
from bot.selling.order_answers import AlreadyDone, Fulfilled, LapsedOrder, PaidBack, Released
from bot.selling.refunding import Refunding
from bot.selling.shop import Shop
from bot.storage.sql import Transaction
from tests.payments.sandbox_process import Sandbox
from tests.selling.conftest import Counter, policy
from tests.selling.pay_page import PayPage

SHOES = "AERO-BLU-42"


class Late:
    """A shop at the sandbox, and what its customers are told of checkouts that closed."""

    def __init__(self, counter: Counter, sandbox: Sandbox, stripe: StripePayments) -> None:
        self.counter = counter
        self.sandbox = sandbox
        self.stripe = stripe
        self.clock = FixedClock(SystemClock().now())
        self.shop = Shop(db=counter.db, index=counter.index, payments=stripe, clock=self.clock, policy=policy())
        counter.shop = self.shop
        self.lapsed: list[LapsedOrder] = []

    async def tell(self, tx: Transaction, lapsed: LapsedOrder) -> None:
        self.lapsed.append(lapsed)

    async def page(self, quantity: int = 1, *, conversation: int | None = None) -> PayPage:
        who = conversation or self.counter.anna
        await self.counter.shoes_in_cart(quantity, conversation=who, key=f"shoes-{who}")
        opened = await self.counter.checkout(f"pay-{who}", conversation=who)
        order = next(row for row in await self.counter.rows("orders") if row.number == opened.order_number)
        return PayPage(self.sandbox, order.session_id)

    async def closed(self, quantity: int = 1) -> PayPage:
        """A page that ran out and was let go."""
        page = await self.page(quantity)
        await page.runs_out()
        assert isinstance(await self.shop.expire(page.session, self.tell), Released)
        return page

    async def fulfil(self, page: PayPage) -> Any:
        return await self.shop.fulfil(page.session, self.counter.then)

    async def reconcile(self) -> int:
        return await self.shop.reconcile(self.counter.then, self.tell)

    async def order(self) -> Any:
        return (await self.counter.rows("orders"))[0]

    async def drift(self) -> list[str]:
        now = self.clock.now()
        beside = await drift_beside(self.counter.db, self.stripe, now)
        return [*await drift_inside(self.counter.db, now), *beside]


@pytest.fixture
def late(counter: Counter, sandbox: Sandbox, stripe: StripePayments) -> Late:
    return Late(counter, sandbox, stripe)


async def test_a_closed_page_is_told_with_the_way_back(late: Late) -> None:
    page = await late.closed()

    (told,) = late.lapsed
    assert (told.why, told.cart_same) == ("expired", True)
    recovery = (await page.now())["after_expiration"]["recovery"]
    assert told.order.recovery_url == recovery["url"]
    (mine,) = await late.shop.orders(late.counter.anna)
    assert (mine.pay_url, mine.recovery_url) == (None, recovery["url"])


async def test_a_closed_page_whose_cart_has_changed_says_so(late: Late) -> None:
    page = await late.page()
    await late.shop.add_again(late.counter.anna, "more")
    await page.runs_out()

    await late.shop.expire(page.session, late.tell)

    assert [told.cart_same for told in late.lapsed] == [False]


async def test_a_page_that_the_shop_closed_itself_is_told_to_nobody(late: Late) -> None:
    page = await late.page()
    await late.shop.add_again(late.counter.anna, "more")
    await late.counter.checkout("again")

    assert isinstance(await late.shop.expire(page.session, late.tell), AlreadyDone)
    assert late.lapsed == []


async def test_a_checkout_taken_up_again_pays_its_order_and_holds_its_stock_again(late: Late) -> None:
    again = await (await late.closed()).taken_up()

    await again.pay()

    assert isinstance(await late.fulfil(again), Fulfilled)
    order = await late.order()
    assert (order.state, order.session_id) == ("paid", again.session)
    assert await late.counter.shelf(SHOES) == (4, 0)
    assert await late.drift() == []


async def test_a_checkout_taken_up_before_its_end_was_reported_pays_its_order(late: Late) -> None:
    page = await late.page()
    await page.runs_out()
    again = await page.taken_up()
    await again.pay()

    assert isinstance(await late.fulfil(again), Fulfilled)
    assert await late.shop.expire(page.session, late.tell) != Released((await late.order()).number)
    assert await late.counter.shelf(SHOES) == (4, 0)
    assert await late.drift() == []


async def test_money_for_what_is_gone_goes_back_to_the_cent_once(late: Late) -> None:
    again = await (await late.closed(4)).taken_up()
    other = await late.counter.meet()
    await late.page(3, conversation=other)
    session = await again.pay()

    answer, second = await late.fulfil(again), await late.fulfil(again)
    refunding = Refunding(late.counter.db, late.stripe, late.clock, policy(after_sale=AfterSale()))
    late.clock.set(late.clock.now() + timedelta(seconds=1))

    async def nobody(tx: Transaction, news: object) -> None:
        return None

    await refunding.carry_out(nobody)
    await refunding.carry_out(nobody)

    assert isinstance(answer, PaidBack)
    assert isinstance(second, AlreadyDone)
    order = await late.order()
    assert (order.state, order.attention, order.refunded) == ("cancelled", "sold_out", session["amount_total"])
    assert sum(r.amount.amount for r in await late.stripe.refunds_of(order.payment_intent)) == session["amount_total"]
    assert await late.counter.shelf(SHOES) == (5, 3)
    assert await late.drift() == []


async def test_a_lost_report_of_a_payment_is_repaired(late: Late) -> None:
    page = await late.page()
    await page.pay()

    assert await late.drift() != []
    assert await late.reconcile() == 1
    assert await late.reconcile() == 0

    assert (await late.order()).state == "paid"
    assert len(late.counter.confirmed) == 1
    assert await late.drift() == []


async def test_a_lost_report_of_a_closed_page_is_repaired(late: Late) -> None:
    page = await late.page()
    await page.runs_out()

    assert await late.reconcile() == 1
    assert await late.reconcile() == 0

    assert (await late.order()).state == "expired"
    assert await late.counter.shelf(SHOES) == (5, 0)
    assert len(late.lapsed) == 1


async def test_a_lost_report_of_a_checkout_taken_up_again_is_repaired(late: Late) -> None:
    again = await (await late.closed()).taken_up()
    await again.pay()

    assert await late.reconcile() == 1
    assert (await late.order()).session_id == again.session


async def test_an_open_page_is_left_alone(late: Late) -> None:
    await late.page()

    assert await late.reconcile() == 0
    assert await late.counter.states() == ["awaiting_payment"]
    assert await late.drift() == []


async def test_without_an_answer_the_next_look_begins_where_this_one_would_have(late: Late) -> None:
    page = await late.page()
    await page.pay()
    late.sandbox.turn(api_fail_next=3, api_fail_status=503)
    with pytest.raises(PaymentsUnavailable):
        await late.reconcile()
    late.sandbox.rest()

    assert await late.reconcile() == 1


async def test_checkouts_of_another_shop_on_the_same_account_are_nobodys_business(late: Late) -> None:
    page = await late.page()
    line = {"price_data[currency]": "usd", "price_data[unit_amount]": "500", "price_data[product_data][name]": "Tea"}
    theirs = {f"line_items[0][{k.partition('[')[0]}]{k[k.index('[') :]}": v for k, v in line.items()}
    asked = {"mode": "payment", "success_url": "https://other.example/", **theirs, "line_items[0][quantity]": "1"}
    other = PayPage(late.sandbox, (await page.ask("POST", "/v1/checkout/sessions", asked))["id"])
    await other.pay()

    assert await late.reconcile() == 0
    assert await late.drift() == []


async def test_the_drift_of_stock_orders_and_codes_is_told(late: Late) -> None:
    await late.page()
    async with late.counter.db.write() as tx:
        await tx.exec_driver_sql(f"UPDATE stock SET reserved = 3 WHERE sku = '{SHOES}'")
        await tx.exec_driver_sql("UPDATE orders SET total = total + 1, refunded = 5")

    told = "\n".join(await late.drift())

    assert f"{SHOES}: 5 on hand, 3 counted as held, 1 held" in told
    assert "total 7501, refunded 5, refunds say 0" in told
