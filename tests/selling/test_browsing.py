"""Looking around: what is found, what it costs, and what is said when it is not quite that."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import update

from bot.commerce.money import Money
from bot.commerce.query import Query, read_query
from bot.errors import NotFound, Unavailable
from bot.search.fts5 import Fts5Index
from bot.selling.answers import FacetValue, OptionValue
from bot.selling.shop import Shop
from bot.storage.selling_tables import stock
from tests.selling.conftest import Counter, policy, rules
from tests.selling.till import dollars


async def test_a_card_says_what_can_be_bought_now(counter: Counter) -> None:
    found = await counter.shop.search(counter.anna, Query("shoes"))

    (card,) = found.products
    assert (found.total, found.exact, found.relaxed) == (1, True, [])
    assert (card.price, card.price_varies) == (dollars("69.00"), False)
    assert (card.sizes, card.colours) == (["41", "42"], ["blue"])
    assert card.image == "https://shop.example/pictures/aero.png"
    assert card.sku == "AERO-BLU-41"


async def test_what_is_sold_out_is_not_offered(counter: Counter) -> None:
    async with counter.db.write() as tx:
        await tx.execute(update(stock).where(stock.c.sku == "MUG").values(on_hand=0))

    found = await counter.shop.search(counter.anna, Query("mug"))

    assert (found.products, found.total, found.exact) == ([], 0, False)


async def test_what_is_held_for_somebody_is_not_offered(counter: Counter) -> None:
    await counter.shop.add(counter.anna, "1", "mug", {}, 3)
    await counter.checkout()

    assert (await counter.shop.search(await counter.meet(), Query("mug"))).total == 0


async def test_a_colour_that_is_not_there_gives_the_closest_and_says_so(counter: Counter) -> None:
    found = await counter.shop.search(counter.anna, read_query("teal shoes"))

    assert [card.id for card in found.products] == ["aero"]
    assert (found.exact, found.relaxed) == (False, ["colour"])
    assert found.products[0].colours == ["blue"]


async def test_a_price_that_is_too_low_gives_the_closest_and_says_so(counter: Counter) -> None:
    found = await counter.shop.search(counter.anna, Query("shoes", max_price=Decimal(50), size="42"))

    assert (found.exact, found.relaxed) == (False, ["price"])


async def test_a_sold_out_size_in_a_colour_gives_the_closest_and_says_so(counter: Counter) -> None:
    found = await counter.shop.search(counter.anna, Query("shoes", size="42", colour="red"))

    assert (found.total, found.exact, found.relaxed) == (1, False, ["colour"])


async def test_what_the_shop_does_not_have_is_not_found(counter: Counter) -> None:
    found = await counter.shop.search(counter.anna, read_query("a red submarine under 80"))

    assert (found.products, found.exact) == ([], False)


async def test_pages_follow_each_other(counter: Counter) -> None:
    everything = await counter.shop.search(counter.anna, Query())
    pages = [await counter.shop.search(counter.anna, Query(), offset=place, limit=1) for place in range(4)]

    assert everything.total == 3
    assert [card.id for page in pages for card in page.products] == [card.id for card in everything.products]
    assert {page.total for page in pages} == {3}


async def test_a_contact_sees_prices_in_their_own_currency(counter: Counter) -> None:
    shop = counter.shop_with(rules=rules(dollars("6.00"), Money(600, "EUR")))
    euro = await counter.meet(currency="EUR")

    page = await shop.product(euro, "mug")

    assert page.card.price.format("en") == "€11.50"


async def test_a_page_shows_every_option_and_what_is_in_stock(counter: Counter) -> None:
    page = await counter.shop.product(counter.anna, "aero")

    assert [option.name for option in page.options] == ["size", "colour"]
    assert page.options[1].values == [OptionValue("blue", True), OptionValue("red", False)]
    assert [(variant.sku, variant.available) for variant in page.variants] == [
        ("AERO-BLU-41", 5),
        ("AERO-BLU-42", 5),
        ("AERO-RED-42", 0),
    ]
    assert (page.vegan, page.materials) == (True, ["mesh"])


async def test_an_unknown_product_is_not_found(counter: Counter) -> None:
    with pytest.raises(NotFound):
        await counter.shop.product(counter.anna, "spaceship")


async def test_a_shop_without_an_index_says_so(counter: Counter) -> None:
    index = Fts5Index(counter.index.path.with_name("nowhere.db"))
    shop = Shop(db=counter.db, index=index, payments=counter.till, clock=counter.clock, policy=policy())

    with pytest.raises(Unavailable):
        await shop.search(counter.anna, Query("shoes"))


async def test_what_is_found_says_how_it_can_be_narrowed_down(counter: Counter) -> None:
    found = await counter.shop.search(counter.anna, Query(), limit=1)

    assert found.total == 3
    assert FacetValue("blue", 1) in found.facets.colours
    assert sum(band.products for band in found.facets.prices) == 3
