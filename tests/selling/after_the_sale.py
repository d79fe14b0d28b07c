"""An order that is paid at the sandbox, for tests of what comes afterwards: the shop, Stripe's own library, and a
record of all that would be told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from bot.clock import FixedClock, SystemClock
from bot.commerce.after_sale import AfterSale, RefundRules, ReturnRules
from bot.commerce.orders import OrderState
from bot.payments.stripe import StripePayments
from bot.selling.after_sale import AfterSaleNews
from bot.selling.order_answers import CheckoutOpened, Fulfilled
from bot.selling.policy import ShopPolicy
from bot.selling.refunding import Refunding
from bot.selling.shop import Shop
from bot.storage.selling_tables import orders, refunds, returns, stock
from bot.storage.sql import Transaction
from tests.payments.paying import confirmation
from tests.payments.sandbox_process import API_KEY, HTTP, Sandbox
from tests.selling.conftest import Counter, policy
from tests.selling.till import dollars

SHOES = "AERO-BLU-42"
SMALLER = "AERO-BLU-41"

RULES = AfterSale(
    returns=ReturnRules(within=timedelta(days=30), not_for=("stationery",), delivery_back=True),
    refunds=RefundRules({"USD": dollars("100.00")}),
)


class AfterTheSale:
    """`told` is what customers and people would hear; the sandbox's clock goes with `clock`."""

    def __init__(self, counter: Counter, sandbox: Sandbox, payments: StripePayments, rules: AfterSale = RULES) -> None:
        self.counter = counter
        self.db = counter.db
        self.sandbox = sandbox
        self.payments = payments
        self.clock = FixedClock(SystemClock().now())
        sandbox.set_clock(self.clock.now())
        self.policy: ShopPolicy = replace(policy(), after_sale=rules)
        self.shop = Shop(db=counter.db, index=counter.index, payments=payments, clock=self.clock, policy=self.policy)
        self.refunding = Refunding(counter.db, payments, self.clock, self.policy)
        self.told: list[AfterSaleNews] = []

    @property
    def anna(self) -> int:
        return self.counter.anna

    async def then(self, tx: Transaction, news: AfterSaleNews) -> None:
        self.told.append(news)

    def wait(self, **time: float) -> None:
        self.clock.set(self.clock.now() + timedelta(**time))
        self.sandbox.set_clock(self.clock.now())

    async def open(self, *things: tuple[str, dict[str, str], int], conversation: int | None = None) -> CheckoutOpened:
        """A pay page of shoes, or of `things`."""
        who = conversation or self.anna
        for place, (product, options, quantity) in enumerate(
            things or (("aero", {"size": "42", "colour": "blue"}, 1),)
        ):
            await self.shop.add(who, f"{self.clock.now()}:{place}:{who}", product, options, quantity)
        opened = await self.shop.checkout(who, f"{self.clock.now()}:{who}:pay")
        assert isinstance(opened, CheckoutOpened), opened
        return opened

    async def bought(self, *things: tuple[str, dict[str, str], int], card: str = "pm_card_visa") -> int:
        """The number of an order that was paid at the pay page."""
        opened = await self.open(*things)
        await self.pay(opened.order_number, card)
        return opened.order_number

    async def pay(self, number: int, card: str = "pm_card_visa") -> None:
        session = await self.pay_only(number, card)
        assert isinstance(await self.shop.fulfil(session, self.counter.then), Fulfilled)

    async def pay_only(self, number: int, card: str = "pm_card_visa") -> str:
        """The shopper pays, and the shop has not heard of it yet. The session's id."""
        session = str((await self.order(number)).session_id)
        page = self.api(f"/v1/payment_pages/{session}")
        headers = {"authorization": f"Bearer {API_KEY}"}
        form = confirmation(page, card)
        paid = HTTP.post(f"{self.sandbox.url}/v1/payment_pages/{session}/confirm", data=form, headers=headers)
        assert paid.status_code == 200, paid.text
        return session

    def api(self, path: str, **asked: str) -> Any:
        """What Stripe's API says to a look."""
        headers = {"authorization": f"Bearer {API_KEY}"}
        answer = HTTP.get(f"{self.sandbox.url}{path}", params=asked, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def ship(self, number: int, *, delivered: bool = False) -> None:
        async with self.db.write() as tx:
            now = self.clock.now()
            state = OrderState.DELIVERED if delivered else OrderState.SHIPPED
            values: dict[str, Any] = {"state": state, "shipped_at": now, "delivered_at": now if delivered else None}
            await tx.execute(update(orders).where(orders.c.number == number).values(**values))

    async def carry_out(self) -> int:
        return await self.refunding.carry_out(self.then)

    async def order(self, number: int) -> Any:
        async with self.db.read() as tx:
            return (await tx.execute(select(orders).where(orders.c.number == number))).one()

    async def refunds(self) -> list[Any]:
        async with self.db.read() as tx:
            return list((await tx.execute(select(refunds).order_by(refunds.c.id))).all())

    async def returns(self) -> list[Any]:
        async with self.db.read() as tx:
            return list((await tx.execute(select(returns).order_by(returns.c.id))).all())

    async def on_hand(self, sku: str) -> int:
        async with self.db.read() as tx:
            return int((await tx.execute(select(stock.c.on_hand).where(stock.c.sku == sku))).scalar_one())

    async def at_stripe(self, number: int) -> list[Any]:
        """The provider's refunds of an order."""
        return list(await self.payments.refunds_of((await self.order(number)).payment_intent))

    async def at_the_bank(self, path: str, status: str) -> None:
        """How a refund or a dispute ends."""
        self.sandbox.control(path, {"status": status})

    async def set_on_hand(self, tx: Transaction, sku: str, pieces: int) -> None:
        await tx.execute(update(stock).where(stock.c.sku == sku).values(on_hand=pieces))

    async def forget_payment(self, tx: Transaction, number: int) -> None:
        await tx.execute(update(orders).where(orders.c.number == number).values(payment_intent=None))

    def heard(self, kind: Callable[..., AfterSaleNews]) -> list[Any]:
        return [news for news in self.told if isinstance(news, kind)]  # type: ignore[arg-type]
