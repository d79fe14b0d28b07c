"""Under which terms a cart is bought: codes, countries, currencies, notes, ages; and another variant of a line."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from bot.commerce.money import Money
from bot.commerce.pricing import Rules
from bot.commerce.promotions import Promotion, Refusal
from bot.commerce.shipping import DeliveryWay, ShippingTable, Zone
from bot.commerce.tax import TaxRate, TaxTable
from bot.conversation.messages import OrderedItem
from bot.errors import BadInput
from bot.selling.answers import (
    CartChanged,
    CodeNotTaken,
    CodeTaken,
    CurrencyNotSold,
    NeedsAge,
    NoSuchOption,
    NotDelivered,
    NotInCart,
    NotPriced,
    OutOfStock,
)
from bot.selling.shop import Shop
from bot.storage.selling_tables import orders, prices, products, stock
from bot.storage.tables import contacts, conversations
from tests.selling.conftest import START, Counter

BLUE_42 = {"size": "42", "colour": "blue"}


def dollars(amount: str) -> Money:
    return Money.parse(amount, "USD")


def euros(amount: str) -> Money:
    return Money.parse(amount, "EUR")


HOME = DeliveryWay("home", "Home", (1, 2), {"USD": dollars("6"), "EUR": euros("5")}, {"USD": dollars("75")})
FAST = DeliveryWay("fast", "Fast", (1, 1), {"USD": dollars("20"), "EUR": euros("18")}, heaviest_g=1000)
FAR = DeliveryWay("far", "Far", (5, 9), {"USD": dollars("14"), "EUR": euros("13")}, per_kilo={"USD": dollars("3")})
RULES = Rules(
    ShippingTable((Zone(("US", "CA"), (HOME, FAST)), Zone(("FR",), (FAR,)))),
    TaxTable(
        (
            TaxRate(("FR",), Decimal(20), included=True, name="TVA"),
            TaxRate(("CA",), Decimal(5), included=False, name="GST"),
        )
    ),
)
CODES = {
    promotion.code: promotion
    for promotion in (
        Promotion("TEN", percent=Decimal(10)),
        Promotion("FIVE", amount={"USD": dollars("5")}, minimum={"USD": dollars("25")}),
        Promotion("RUN", percent=Decimal(50), categories=("shoes/running",)),
        Promotion("SHIP", free_delivery=True),
        Promotion("SOON", percent=Decimal(10), starts=START + timedelta(days=3)),
        Promotion("FIRST", percent=Decimal(10), first_order=True),
    )
}


@pytest.fixture
def shop(counter: Counter) -> Shop:
    return counter.shop_with(rules=RULES, promotions=CODES)


async def mugs(shop: Shop, counter: Counter, quantity: int = 1, key: str = "mugs") -> None:
    assert isinstance(await shop.add(counter.anna, key, "mug", {}, quantity), CartChanged)


# -- codes -------------------------------------------------------------------------------------------------------------


async def test_a_code_is_read_without_case_and_blanks_and_counts(shop: Shop, counter: Counter) -> None:
    await mugs(shop, counter)

    answer = await shop.apply_code(counter.anna, "1", " te n ")

    assert isinstance(answer, CodeTaken)
    assert (answer.cart.code, answer.cart.discount, answer.replaced) == ("TEN", dollars("1.25"), None)
    assert answer.cart.total == dollars("17.25")


async def test_the_same_key_applies_once(shop: Shop, counter: Counter) -> None:
    await mugs(shop, counter)
    first = await shop.apply_code(counter.anna, "1", "TEN")
    await shop.drop_code(counter.anna, "2")

    assert await shop.apply_code(counter.anna, "1", "TEN") == first
    assert (await shop.cart(counter.anna)).code is None


async def test_a_code_whose_conditions_can_be_met_waits_until_they_are(shop: Shop, counter: Counter) -> None:
    await mugs(shop, counter)

    answer = await shop.apply_code(counter.anna, "1", "FIVE")
    await mugs(shop, counter, key="more")

    assert isinstance(answer, CodeNotTaken)
    assert (answer.refused.why, answer.refused.missing, answer.kept) == ("below_minimum", dollars("12.50"), True)
    assert (await shop.cart(counter.anna)).discount == dollars("5")


async def test_a_code_that_waits_does_not_push_out_one_that_counts(shop: Shop, counter: Counter) -> None:
    await mugs(shop, counter)
    await shop.apply_code(counter.anna, "1", "TEN")

    answer = await shop.apply_code(counter.anna, "2", "RUN")

    assert isinstance(answer, CodeNotTaken)
    assert (answer.refused.why, answer.refused.categories, answer.kept) == ("not_for_these", ["shoes/running"], False)
    assert answer.cart.code == "TEN"


async def test_a_code_that_counts_replaces_the_one_before(shop: Shop, counter: Counter) -> None:
    await mugs(shop, counter, 2)
    await shop.apply_code(counter.anna, "1", "TEN")

    answer = await shop.apply_code(counter.anna, "2", "FIVE")

    assert isinstance(answer, CodeTaken)
    assert (answer.replaced, answer.cart.discount) == ("TEN", dollars("5"))


@pytest.mark.parametrize(("code", "why"), [("NOPE", Refusal.UNKNOWN), ("SOON", Refusal.NOT_YET)])
@pytest.mark.parametrize("filled", [True, False])
async def test_a_code_of_no_use_now_is_not_kept(
    shop: Shop, counter: Counter, code: str, why: Refusal, filled: bool
) -> None:
    if filled:
        await mugs(shop, counter)

    answer = await shop.apply_code(counter.anna, "1", code)

    assert isinstance(answer, CodeNotTaken)
    assert (answer.refused.why, answer.kept, answer.cart.code) == (why, False, None)
    assert (await shop.cart(counter.anna)).code is None


async def test_a_code_stays_with_an_empty_cart_and_goes_when_it_is_dropped(shop: Shop, counter: Counter) -> None:
    assert isinstance(await shop.apply_code(counter.anna, "1", "SHIP"), CodeTaken)
    await mugs(shop, counter)
    assert (await shop.cart(counter.anna)).total == dollars("12.50")

    assert isinstance(await shop.drop_code(counter.anna, "3"), CartChanged)

    assert (await shop.cart(counter.anna)).total == dollars("18.50")
    assert await shop.drop_code(counter.anna, "4") == NotInCart()


async def test_a_code_for_a_first_order_is_for_no_second(shop: Shop, counter: Counter) -> None:
    await mugs(shop, counter)
    opened: Any = await shop.checkout(counter.anna, "pay")
    async with counter.db.write() as tx:
        await tx.execute(orders.update().where(orders.c.number == opened.order_number).values(state="paid"))

    answer = await shop.apply_code(counter.anna, "1", "FIRST")

    assert isinstance(answer, CodeNotTaken)
    assert answer.refused.why == Refusal.FIRST_ORDER_ONLY


# -- where it goes -----------------------------------------------------------------------------------------------------


async def test_a_country_prices_delivery_and_tax_and_stays_after_the_cart_is_cleared(
    shop: Shop, counter: Counter
) -> None:
    await mugs(shop, counter)

    answer = await shop.send_to(counter.anna, "1", "FR")
    await shop.clear(counter.anna, "2")

    assert isinstance(answer, CartChanged)
    cart = answer.cart
    assert (cart.shipping, cart.tax_included, cart.tax_name) == (dollars("17"), dollars("2.08"), "TVA")
    assert (cart.country, cart.country_known, cart.total) == ("FR", True, dollars("29.50"))
    assert (await shop.cart(counter.anna)).country == "FR"


async def test_where_nothing_goes_is_said_and_nothing_is_changed(shop: Shop, counter: Counter) -> None:
    await mugs(shop, counter)

    assert await shop.send_to(counter.anna, "1", "RU") == NotDelivered("RU", ["US", "CA", "FR"])
    assert (await shop.cart(counter.anna)).country == "US"


@pytest.mark.parametrize("country", ["fr", "France", "F1", "", "ÄÖ"])
async def test_what_is_no_countrys_code_is_refused(shop: Shop, counter: Counter, country: str) -> None:
    with pytest.raises(BadInput):
        await shop.send_to(counter.anna, "1", country)
    with pytest.raises(BadInput):
        await shop.delivery_terms(counter.anna, country or "xx")


async def test_terms_of_delivery_are_as_the_table_has_them(shop: Shop, counter: Counter) -> None:
    terms = await shop.delivery_terms(counter.anna, "FR")
    nowhere = await shop.delivery_terms(counter.anna, "RU")

    assert [(way.way, way.cost, way.per_kilo, way.days) for way in terms.ways] == [
        ("far", dollars("14"), dollars("3"), (5, 9))
    ]
    assert nowhere.ways == []


# -- currencies --------------------------------------------------------------------------------------------------------


async def test_another_currency_reprices_the_cart_and_is_the_contacts_from_then_on(
    shop: Shop, counter: Counter
) -> None:
    await mugs(shop, counter, 2)
    before = await shop.cart(counter.anna)

    answer = await shop.set_currency(counter.anna, "1", "EUR")

    assert isinstance(answer, CartChanged)
    assert (answer.cart.subtotal, answer.cart.shipping, answer.cart.total) == (euros("23"), euros("5"), euros("28"))
    assert answer.cart.version > before.version
    await shop.clear(counter.anna, "2")
    assert (await shop.cart(counter.anna)).total == euros("0")


async def test_a_code_of_another_currency_is_told_after_the_change(shop: Shop, counter: Counter) -> None:
    await mugs(shop, counter, 2)
    await shop.apply_code(counter.anna, "1", "FIVE")

    answer = await shop.set_currency(counter.anna, "2", "EUR")

    assert isinstance(answer, CartChanged)
    assert answer.cart.code_refused is not None
    assert answer.cart.code_refused.why == Refusal.OTHER_CURRENCY


async def test_a_currency_without_prices_is_refused_and_changes_nothing(shop: Shop, counter: Counter) -> None:
    await mugs(shop, counter)
    assert await shop.set_currency(counter.anna, "1", "JPY") == CurrencyNotSold("JPY", ["EUR", "USD"])
    async with counter.db.write() as tx:
        await tx.execute(prices.delete().where(prices.c.sku == "MUG", prices.c.currency == "EUR"))

    assert await shop.set_currency(counter.anna, "2", "EUR") == NotPriced("EUR", ["Camp Mug"])
    async with counter.db.read() as tx:
        assert (await tx.execute(select(contacts.c.currency))).scalars().first() is None
    assert (await shop.cart(counter.anna)).count == 1


# -- notes and exchanges -----------------------------------------------------------------------------------------------


async def test_notes_go_with_the_line_and_with_the_order(shop: Shop, counter: Counter) -> None:
    await mugs(shop, counter)
    await shop.add_note(counter.anna, "1", "engrave Léa", "MUG")
    await shop.add_note(counter.anna, "2", "leave it at the door")
    await shop.add_note(counter.anna, "3", "leave it at the door")

    await shop.checkout(counter.anna, "pay")

    [order] = await counter.rows("orders")
    [line] = await counter.rows("order_lines")
    assert (order.note, line.note) == ("leave it at the door", "engrave Léa")


async def test_a_note_on_nothing_is_not_in_the_cart(shop: Shop, counter: Counter) -> None:
    assert await shop.add_note(counter.anna, "1", "ring twice") == NotInCart()
    await mugs(shop, counter)
    assert await shop.add_note(counter.anna, "2", "engrave", "AERO-BLU-41") == NotInCart()


async def test_another_size_takes_the_place_of_the_line(counter: Counter) -> None:
    await counter.shoes_in_cart(2)
    await counter.shop.add(counter.anna, "mug", "mug", {})
    await counter.shop.add_note(counter.anna, "note", "for Sam", "AERO-BLU-42")

    answer = await counter.shop.exchange_line(counter.anna, "1", "AERO-BLU-42", {"size": "41"})

    assert isinstance(answer, CartChanged)
    assert [(line.sku, line.quantity, line.note) for line in answer.cart.lines] == [
        ("AERO-BLU-41", 2, "for Sam"),
        ("MUG", 1, ""),
    ]


async def test_exchanged_for_what_lies_there_already_makes_one_line(counter: Counter) -> None:
    await counter.shoes_in_cart(2)
    await counter.shop.add(counter.anna, "41", "aero", {"size": "41", "colour": "blue"}, 1)

    answer = await counter.shop.exchange_line(counter.anna, "1", "AERO-BLU-42", {"size": "41"})

    assert isinstance(answer, CartChanged)
    assert [(line.sku, line.quantity) for line in answer.cart.lines] == [("AERO-BLU-41", 3)]


async def test_an_exchange_for_too_few_or_for_nothing_changes_nothing(counter: Counter) -> None:
    await counter.shoes_in_cart(2)
    async with counter.db.write() as tx:
        await tx.execute(stock.update().where(stock.c.sku == "AERO-BLU-41").values(on_hand=1))

    few = await counter.shop.exchange_line(counter.anna, "1", "AERO-BLU-42", {"size": "41"})
    none = await counter.shop.exchange_line(counter.anna, "2", "AERO-BLU-42", {"colour": "teal"})
    gone = await counter.shop.exchange_line(counter.anna, "3", "MUG", {"colour": "teal"})

    assert isinstance(few, OutOfStock)
    assert (few.wanted, few.available) == (2, 1)
    assert isinstance(none, NoSuchOption)
    assert gone == NotInCart()
    [line] = (await counter.shop.cart(counter.anna)).lines
    assert (line.sku, line.quantity) == ("AERO-BLU-42", 2)


# -- ages --------------------------------------------------------------------------------------------------------------


async def test_what_is_not_for_everybody_waits_for_an_age_on_every_way_in(counter: Counter) -> None:
    shop = counter.shop
    async with counter.db.write() as tx:
        row = (await tx.execute(products.select().where(products.c.id == "mug"))).one()
        adult = {**row.attributes, "age_from": 18}
        await tx.execute(products.update().where(products.c.id == "mug").values(attributes=adult))

    assert await shop.add(counter.anna, "1", "mug", {}) == NeedsAge("mug", "Camp Mug", 18)
    taken = await shop.take_order(counter.anna, "2", [OrderedItem("mug", 1), OrderedItem("sticker", 9)])
    assert (taken.cart.count, taken.ages) == (9, [NeedsAge("mug", "Camp Mug", 18)])

    await shop.note_age(counter.anna, "3", 16)
    assert isinstance(await shop.add(counter.anna, "4", "mug", {}), NeedsAge)
    await shop.note_age(counter.anna, "5", 18)
    await shop.note_age(counter.anna, "6", 16)
    assert isinstance(await shop.add(counter.anna, "7", "mug", {}), CartChanged)


async def test_what_was_said_on_one_channel_holds_on_the_others(shop: Shop, counter: Counter) -> None:
    async with counter.db.read() as tx:
        contact = (await tx.execute(select(conversations.c.contact_id))).scalar_one()
    other = await counter.meet(contact=contact)
    await mugs(shop, counter, 2)
    await shop.apply_code(counter.anna, "1", "TEN")
    await shop.send_to(counter.anna, "2", "CA")
    await shop.add_note(counter.anna, "3", "ring twice")

    here, there = await shop.cart(counter.anna), await shop.cart(other)

    assert there == here
    assert (there.code, there.country, there.note, there.tax) == ("TEN", "CA", "ring twice", dollars("1.13"))
