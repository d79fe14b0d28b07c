"""What a shopper chooses on the pay page is what the order says afterwards, to the cent, over real HTTP."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import SystemClock
from bot.commerce.money import Money
from bot.commerce.orders import Attention
from bot.commerce.pricing import Rules
from bot.commerce.promotions import Promotion
from bot.commerce.shipping import DeliveryWay, ShippingTable, Zone
from bot.commerce.tax import TaxRate, TaxTable
from bot.payments.base import Address, Buyer, CheckoutSession, PaymentStatus, SessionStatus
from bot.payments.stripe import StripePayments
from bot.selling.order_answers import CheckoutOpened, Fulfilled
from bot.selling.paid import Paid, paid_of
from bot.selling.paying_words import receipt_of
from bot.selling.shop import Shop
from tests.payments.sandbox_process import Sandbox
from tests.selling.conftest import START, Counter, policy
from tests.selling.pay_page import PayPage
from tests.selling.till import dollars

WAYS = (
    DeliveryWay("standard", "Standard", (2, 3), {"USD": dollars("6.00")}),
    DeliveryWay("express", "Express", (1, 1), {"USD": dollars("18.00")}),
)
SALES_TAX = TaxRate(("US",), Decimal("10"), included=False, name="Sales tax")


def shop_at(counter: Counter, stripe: StripePayments, *, tax: TaxTable | None = None, **changes: Any) -> Shop:
    rules = Rules(ShippingTable((Zone(("US", "CA"), WAYS),)), tax or TaxTable())
    decided = policy(**{"rules": rules, **changes})
    counter.shop = Shop(db=counter.db, index=counter.index, payments=stripe, clock=SystemClock(), policy=decided)
    return counter.shop


async def open_page(counter: Counter, sandbox: Sandbox) -> PayPage:
    await counter.shoes_in_cart()
    await counter.checkout()
    return PayPage(sandbox, (await counter.rows("orders"))[-1].session_id)


async def rate(page: PayPage, place: int) -> str:
    return str((await page.now())["shipping_options"][place]["shipping_rate"])


async def settled(counter: Counter, page: PayPage) -> Any:
    """The order's row, once its payment was reported."""
    answer = await counter.shop.fulfil(page.session, counter.then)
    assert isinstance(answer, Fulfilled), answer
    (order,) = await counter.rows("orders")
    assert (
        order.total
        == order.subtotal - order.discount + order.shipping + order.tax
        == (await page.now())["amount_total"]
    )
    return order


async def test_another_delivery_is_paid_sent_and_told(
    counter: Counter, sandbox: Sandbox, stripe: StripePayments
) -> None:
    shop_at(counter, stripe)
    page = await open_page(counter, sandbox)

    await page.pay(shipping_rate=await rate(page, 1))

    order = await settled(counter, page)
    assert (order.state, order.way, order.shipping, order.total) == ("paid", "express", 1800, 8700)
    receipt = receipt_of(counter.confirmed[0].order, "en")
    assert [(line.words, line.amount) for line in receipt.lines] == [
        ("1 × Aero, blue, 42", "$69.00"),
        ("Express", "$18.00"),
    ]
    assert receipt.total == "$87.00"


async def test_who_bought_and_where_it_goes_is_kept(counter: Counter, sandbox: Sandbox, stripe: StripePayments) -> None:
    shop_at(counter, stripe)
    page = await open_page(counter, sandbox)

    await page.pay(**{"shipping[address][country]": "CA"}, phone="+15145550100")

    order = await settled(counter, page)
    assert order.country == "CA"
    assert order.buyer["email"] == "lea@example.com"
    assert order.buyer["ship_to_name"] == "Léa Martin"
    assert order.buyer["address"]["city"] == "Lyon"


async def test_a_code_of_ours_is_taken_off_on_the_pay_page(
    counter: Counter, sandbox: Sandbox, stripe: StripePayments
) -> None:
    shop = shop_at(counter, stripe, promotions={"TEN": Promotion("TEN", percent=Decimal(10))})
    await counter.shoes_in_cart()
    await shop.apply_code(counter.anna, "code", "ten")
    await shop.checkout(counter.anna, "pay")
    page = PayPage(sandbox, (await counter.rows("orders"))[-1].session_id)

    await page.pay()

    order = await settled(counter, page)
    assert (order.state, order.discount, order.code, order.total) == ("paid", 690, "TEN", 6810)
    receipt = receipt_of(counter.confirmed[0].order, "en")
    assert ("Discount TEN", "-$6.90") in [(line.words, line.amount) for line in receipt.lines]


async def test_a_code_of_the_providers_comes_off_the_order_and_its_lines(
    counter: Counter, sandbox: Sandbox, stripe: StripePayments
) -> None:
    shop = shop_at(counter, stripe, provider_codes=True)
    await shop.add(counter.anna, "mug", "mug", {})
    page = await open_page(counter, sandbox)
    coupon = await page.ask("POST", "/v1/coupons", {"percent_off": "10", "duration": "once"})
    promotion = {"promotion[type]": "coupon", "promotion[coupon]": coupon["id"], "code": "STRIPE10"}
    await page.ask("POST", "/v1/promotion_codes", promotion)

    await page.pay(promotion_code="STRIPE10")

    order = await settled(counter, page)
    assert (order.state, order.discount) == ("paid", 815)
    assert sum(line.discount for line in await counter.rows("order_lines")) == 815


async def test_tax_that_the_provider_counts_is_part_of_the_total(
    counter: Counter, sandbox: Sandbox, stripe: StripePayments
) -> None:
    shop_at(counter, stripe, tax=TaxTable(by_provider=True))
    page = await open_page(counter, sandbox)

    session = await page.pay(**{"shipping[address][country]": "US"})

    order = await settled(counter, page)
    assert order.tax == session["total_details"]["amount_tax"]


async def test_tax_by_table_is_a_line_on_the_pay_page_and_tax_in_the_order(
    counter: Counter, sandbox: Sandbox, stripe: StripePayments
) -> None:
    shop_at(counter, stripe, tax=TaxTable((SALES_TAX,)))
    page = await open_page(counter, sandbox)

    await page.pay()

    order = await settled(counter, page)
    assert (order.tax, order.total) == (690, 6900 + 600 + 690)
    receipt = receipt_of(counter.confirmed[0].order, "en")
    assert ("Sales tax", "$6.90") in [(line.words, line.amount) for line in receipt.lines]


async def test_what_a_code_makes_free_needs_no_payment_and_is_an_order_all_the_same(
    counter: Counter, sandbox: Sandbox, stripe: StripePayments
) -> None:
    gift = Promotion("GIFT", percent=Decimal(100), free_delivery=True)
    shop = shop_at(counter, stripe, promotions={"GIFT": gift})
    await counter.shoes_in_cart()
    await shop.apply_code(counter.anna, "code", "GIFT")
    opened = await shop.checkout(counter.anna, "pay")
    assert isinstance(opened, CheckoutOpened)
    assert opened.total == dollars("0")
    page = PayPage(sandbox, (await counter.rows("orders"))[-1].session_id)

    session = await page.pay(None)

    order = await settled(counter, page)
    assert session["payment_status"] == "no_payment_required"
    assert (order.state, order.total, order.payment_intent) == ("paid", 0, None)


# -- and nothing else passes -------------------------------------------------------------------------------------------

ORDER = SimpleNamespace(
    currency="USD", subtotal=6900, discount=500, shipping=600, tax=640, tax_included=0, total=7640, country="US",
    countries=["US", "CA"], ways=[{"way": "standard", "amount": 600}, {"way": "express", "amount": 1800}],
)  # fmt: skip
POLICY = policy(rules=Rules(ShippingTable((Zone(("US", "CA"), WAYS),)), TaxTable()))


def session(**changes: Any) -> CheckoutSession:
    right = CheckoutSession(
        id="cs_1",
        url=None,
        expires_at=START,
        amount_total=Money(7640, "USD"),
        payment_status=PaymentStatus.PAID,
        status=SessionStatus.COMPLETE,
        livemode=False,
        payment_intent="pi_1",
        client_reference_id="1",
        amount_goods=Money(7540, "USD"),
        amount_off=Money(500, "USD"),
        amount_delivery=Money(600, "USD"),
        amount_tax=Money(0, "USD"),
        delivery="standard",
        buyer=Buyer(address=Address("US")),
    )
    return replace(right, **changes)


def test_the_session_that_was_asked_for_is_right() -> None:
    assert isinstance(paid_of(ORDER, session(), POLICY), Paid)


@given(
    part=st.sampled_from(["amount_goods", "amount_off", "amount_delivery", "amount_tax"]),
    more=st.integers(-5000, 5000).filter(bool),
)
def test_no_part_may_be_another_however_the_total_is_made_to_fit(part: str, more: int) -> None:
    was = getattr(session(), part).amount
    sign = -1 if part == "amount_off" else 1
    wrong = session(**{part: Money(was + more, "USD"), "amount_total": Money(7640 + sign * more, "USD")})

    assert paid_of(ORDER, wrong, POLICY) is Attention.AMOUNT_MISMATCH


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"livemode": True}, Attention.LIVEMODE_MISMATCH),
        ({"delivery": "express"}, Attention.AMOUNT_MISMATCH),
        ({"delivery": "pigeon"}, Attention.AMOUNT_MISMATCH),
        ({"delivery": None}, Attention.AMOUNT_MISMATCH),
        ({"amount_total": Money(7640, "EUR")}, Attention.AMOUNT_MISMATCH),
        ({"amount_tax": None}, Attention.AMOUNT_MISMATCH),
        ({"buyer": Buyer(address=Address("FR"))}, Attention.ADDRESS_MISMATCH),
    ],
)
def test_what_was_not_asked_for_goes_to_a_person(wrong: dict[str, Any], why: Attention) -> None:
    assert paid_of(ORDER, session(**wrong), POLICY) is why


def test_an_order_whose_own_parts_do_not_make_its_total_goes_to_a_person() -> None:
    order = SimpleNamespace(**{**vars(ORDER), "total": 7641})

    assert paid_of(order, session(), POLICY) is Attention.AMOUNT_MISMATCH


def test_tax_in_the_prices_shrinks_with_what_the_providers_code_takes_off() -> None:
    order = SimpleNamespace(**{**vars(ORDER), "discount": 0, "tax": 0, "tax_included": 1150, "total": 7500})
    allowing = replace(POLICY, provider_codes=True)
    half = session(amount_goods=Money(6900, "USD"), amount_off=Money(3450, "USD"), amount_total=Money(4050, "USD"))

    paid = paid_of(order, half, allowing)

    assert isinstance(paid, Paid)
    assert (paid.discount, paid.tax_included, paid.total) == (3450, 575, 4050)
