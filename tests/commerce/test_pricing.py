"""What a basket costs, to the cent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commerce.money import Money, rounded
from bot.commerce.pricing import Item, Rules, quote
from bot.commerce.promotions import Discount, Good, Past, Promotion, Refusal, judge, same_code, split
from bot.commerce.shipping import DeliveryWay, ShippingTable, Zone
from bot.commerce.tax import TaxRate, TaxTable
from bot.payments.minor_units import to_stripe

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def dollars(amount: str) -> Money:
    return Money.parse(amount, "USD")


STANDARD = DeliveryWay(
    "standard", "Standard", (2, 3), {"USD": dollars("6")}, {"USD": dollars("75")}, names={"fr": "Livraison"}
)
EXPRESS = DeliveryWay(
    "express", "Express", (1, 1), {"USD": dollars("18")}, per_kilo={"USD": dollars("2")}, heaviest_g=5000
)
ABROAD = DeliveryWay("abroad", "Abroad", (5, 9), {"USD": dollars("14")})
SHIPPING = ShippingTable((Zone(("US", "CA"), (EXPRESS, STANDARD)), Zone(("GB",), (ABROAD,))))
TAX = TaxTable(
    (
        TaxRate(("GB",), Decimal(20), included=True, name="VAT"),
        TaxRate(("GB",), Decimal(0), included=True, code="books"),
        TaxRate(("CA",), Decimal(5), included=False, name="GST"),
    )
)
RULES = Rules(SHIPPING, TAX)


def price_of(*amounts: str, country: str = "US", discount: Discount | None = None) -> tuple[str, str, str]:
    cost = quote([Item(dollars(amount), 1, 500) for amount in amounts], "USD", country, RULES, discount=discount)
    return str(cost.goods.decimal), str(cost.shipping.decimal), str(cost.total.decimal)


def test_the_cheapest_delivery_is_counted() -> None:
    assert price_of("20.00") == ("20.00", "6.00", "26.00")


@pytest.mark.parametrize(("goods", "delivery"), [("74.99", "6.00"), ("75.00", "0.00"), ("75.01", "0.00")])
def test_delivery_is_free_from_the_limit_on(goods: str, delivery: str) -> None:
    assert price_of(goods)[1] == delivery


def test_an_empty_basket_costs_nothing() -> None:
    assert price_of() == ("0.00", "0.00", "0.00")


def test_every_kilogram_begun_is_paid_for() -> None:
    cost = quote([Item(dollars("10"), 2, 600)], "USD", "US", RULES)

    assert [(offer.way, offer.cost) for offer in cost.delivery] == [
        ("standard", dollars("6")),
        ("express", dollars("22")),
    ]


def test_what_is_too_heavy_for_a_way_does_not_get_it() -> None:
    cost = quote([Item(dollars("10"), 1, 5001)], "USD", "US", RULES)

    assert [offer.way for offer in cost.delivery] == ["standard"]


def test_a_country_that_nobody_named_is_not_delivered_to() -> None:
    cost = quote([Item(dollars("10"), 1)], "USD", "BR", RULES)

    assert not cost.deliverable
    assert cost.delivery == ()


def test_a_way_has_its_name_in_the_language_of_the_shopper() -> None:
    cost = quote([Item(dollars("10"), 1)], "USD", "US", RULES, language="fr")

    assert cost.delivery[0].name == "Livraison"


def test_tax_that_is_in_the_price_adds_nothing() -> None:
    cost = quote([Item(dollars("12.00"), 1), Item(dollars("5.00"), 1, tax_code="books")], "USD", "GB", RULES)

    assert (cost.tax.included, cost.tax.added, cost.tax.name) == (dollars("2.00"), dollars("0.00"), "VAT")
    assert cost.total == dollars("31.00")


def test_tax_on_top_is_of_what_is_really_paid() -> None:
    cost = quote([Item(dollars("10.00"), 1)], "USD", "CA", RULES, discount=Discount("FIVE", (dollars("5.00"),)))

    assert cost.tax.added == dollars("0.25")
    assert cost.total == dollars("11.25")


def test_a_code_that_frees_delivery_frees_the_cheapest_way() -> None:
    cost = quote([Item(dollars("10"), 1)], "USD", "US", RULES, discount=Discount("FREE", (dollars("0"),), True))

    assert [(offer.way, offer.cost.amount) for offer in cost.delivery] == [("standard", 0), ("express", 1800)]


SHOES = Good("aero", "shoes/running", dollars("69.00"))
MUG = Good("mug", "home/kitchen", dollars("12.50"))


def judged(promotion: Promotion, *goods: Good, past: Past | None = None) -> Discount | Refusal:
    return judge(promotion, goods, past or Past(), NOW)


def test_a_percentage_is_taken_off_the_goods_that_are_meant() -> None:
    answer = judged(Promotion("RUN", percent=Decimal(15), categories=("shoes",)), SHOES, MUG)

    assert answer == Discount("RUN", (dollars("10.35"), dollars("0.00")))


def test_an_amount_is_never_more_than_the_goods() -> None:
    answer = judged(Promotion("BIG", amount={"USD": dollars("500")}), MUG)

    assert answer == Discount("BIG", (dollars("12.50"),))


@pytest.mark.parametrize(
    ("promotion", "past", "why"),
    [
        (Promotion("A", percent=Decimal(1), starts=NOW + timedelta(1)), Past(), Refusal.NOT_YET),
        (Promotion("A", percent=Decimal(1), ends=NOW), Past(), Refusal.OVER),
        (Promotion("A", percent=Decimal(1), uses=3), Past(uses=3), Refusal.USED_UP),
        (Promotion("A", percent=Decimal(1), uses_each=1), Past(uses_here=1), Refusal.USED_BEFORE),
        (Promotion("A", percent=Decimal(1), first_order=True), Past(orders=1), Refusal.FIRST_ORDER_ONLY),
        (Promotion("A", percent=Decimal(1), minimum={"USD": dollars("12.51")}), Past(), Refusal.BELOW_MINIMUM),
        (Promotion("A", percent=Decimal(1), categories=("shoes",)), Past(), Refusal.NOT_FOR_THESE),
        (Promotion("A", amount={"EUR": Money(500, "EUR")}), Past(), Refusal.OTHER_CURRENCY),
    ],
)
def test_a_code_says_why_it_takes_nothing_off(promotion: Promotion, past: Past, why: Refusal) -> None:
    assert judged(promotion, MUG, past=past) == why


def test_codes_are_compared_without_case_and_blanks() -> None:
    assert same_code(" spring 10 ") == "SPRING10"


amounts = st.lists(st.integers(0, 10**7), min_size=1, max_size=30)


@given(amounts, st.integers(0, 10**7))
def test_a_split_loses_and_makes_no_cent(each: list[int], whole: int) -> None:
    parts = split(min(whole, sum(each)), each)

    assert sum(parts) == min(whole, sum(each))
    assert all(0 <= part <= amount for part, amount in zip(parts, each, strict=True))


@given(amounts, st.integers(0, 100), st.sampled_from(["US", "CA", "GB"]))
def test_the_total_is_its_parts_to_the_cent(each: list[int], percent: int, country: str) -> None:
    goods = [Good(str(place), "", Money(amount, "USD")) for place, amount in enumerate(each)]
    discount = judged(Promotion("X", percent=Decimal(percent)), *goods)
    assert isinstance(discount, Discount)

    cost = quote([Item(good.amount, 1) for good in goods], "USD", country, RULES, discount=discount)

    assert cost.total == cost.goods - cost.discount + cost.shipping + cost.tax.added
    assert sum((tax.added for tax in cost.line_taxes), Money.zero("USD")) == cost.tax.added
    assert sum((tax.included for tax in cost.line_taxes), Money.zero("USD")) == cost.tax.included
    assert Money.zero("USD") <= cost.discount <= cost.goods
    assert Money.zero("USD") <= cost.tax.added


@pytest.mark.parametrize(
    ("currency", "price", "off", "tax", "total"),
    [
        ("JPY", "8000", "1000", "560", "7560"),  # no decimals: 12.5 % of 8000, 8 % of 7000
        ("JPY", "333", "42", "23", "314"),
        ("KWD", "10.990", "1.370", "0.770", "10.390"),  # three decimals, paid in tens of fils
        ("EUR", "19.99", "2.50", "1.40", "18.89"),
    ],
)
def test_shares_are_rounded_to_what_the_currency_can_pay(
    currency: str, price: str, off: str, tax: str, total: str
) -> None:
    def money(text: str) -> Money:
        return Money.parse(text, currency)

    free = DeliveryWay("post", "Post", (1, 1), {currency: Money.zero(currency)})
    eight = TaxTable((TaxRate(("XX",), Decimal(8), included=False),))
    percent = Promotion("EIGHTH", percent=Decimal("12.5"))
    discount = judge(percent, [Good("p", "c", money(price))], Past(), NOW)
    assert isinstance(discount, Discount)

    rules = Rules(ShippingTable((Zone(("XX",), (free,)),)), eight)
    cost = quote([Item(money(price), 1)], currency, "XX", rules, discount=discount)

    assert (cost.discount, cost.tax.added, cost.total) == (money(off), money(tax), money(total))


@given(st.sampled_from(["USD", "JPY", "KWD", "ISK", "TND", "VND"]), st.integers(1, 10**7), st.integers(1, 10000))
def test_no_share_asks_for_a_coin_that_cannot_be_charged(currency: str, amount: int, hundredths: int) -> None:
    payable = amount * 10 if currency in ("KWD", "TND") else amount
    share = rounded(payable * Decimal(hundredths) / 10000, currency)

    assert share.amount % (10 if currency in ("KWD", "TND") else 1) == 0
    assert to_stripe(share) >= 0
    assert Money.zero(currency) <= share <= Money(payable, currency)
