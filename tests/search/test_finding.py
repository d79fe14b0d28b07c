"""What shoppers type, against the demo catalogue: the thing itself first, slips forgiven, and no junk for what is not
sold. Every index must pass these."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from decimal import Decimal
from pathlib import Path

import pytest

from bot.commerce.catalog import Product, Variant
from bot.commerce.money import Money
from bot.commerce.query import Query, read_query
from bot.errors import Unavailable
from bot.search.base import Hits, ProductIndex
from bot.search.fts5 import Fts5Index
from bot.selling.catalog_file import read_catalog
from tests.search.conftest import Opening

Find = Callable[..., Awaitable[Hits]]
Products = dict[str, Product]
DEMO = Path(__file__).parents[2] / "catalog"


async def each(products: list[Product]) -> AsyncIterator[Product]:
    for product in products:
        yield product


@pytest.fixture(scope="module")
def products() -> Products:
    read = read_catalog(DEMO)
    assert read.problems == []
    return {product.id: product for product in read.products}


@pytest.fixture(scope="module")
def built(products: Products, opening: Opening) -> Opening:
    async def build() -> int:
        async with opening() as index:
            return await index.rebuild(each(list(products.values())))

    assert asyncio.run(build()) == len(products)
    return opening


@pytest.fixture
async def index(built: Opening) -> AsyncIterator[ProductIndex]:
    async with built() as index:
        yield index


@pytest.fixture
def find(index: ProductIndex) -> Find:
    async def find(asked: str | Query, limit: int = 50) -> Hits:
        query = read_query(asked) if isinstance(asked, str) else asked
        return await index.search(query, currency="USD", limit=limit)

    return find


@pytest.mark.parametrize(
    "asked",
    ["running shoes", "hey do u have running shoes under 80", "runing shoos", "Running SHOES!", "shoes for running"],
)
async def test_running_shoes_are_shoes_and_not_socks(find: Find, products: Products, asked: str) -> None:
    hits = await find(asked)

    kinds = [products[name].kind for name in hits.chosen[:5]]
    assert hits.exact
    assert kinds == ["running shoe"] * 5


async def test_socks_for_running_shoes_are_socks(find: Find, products: Products) -> None:
    hits = await find("socks for running shoes")

    assert hits.exact
    assert all("socks" in products[name].kind for name in hits.chosen)
    assert "running" in products[hits.chosen[0]].kind or "running" in " ".join(products[hits.chosen[0]].tags)


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("aero 2", "aero-2"),
        ("AER2-BLU-42", "aero-2"),
        ("tote", "zip-tote"),
        ("teapot", None),
        ("desk lamp", None),
        ("laptop sleeve", None),
        ("power bank", None),
    ],
)
async def test_a_thing_is_found_by_its_name(find: Find, products: Products, asked: str, first: str | None) -> None:
    hits = await find(asked)

    assert hits.exact
    assert first in hits.chosen[:3] if first else products[hits.chosen[0]].kind == asked


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        ("tshirt", "t-shirt"),
        ("t shirts", "t-shirt"),
        ("tees", "t-shirt"),
        ("back pack", "backpack"),
        ("head phones", "headphones"),
        ("waterbottle", "water bottle"),
        ("raincoat", "rain jacket"),
        ("trainers", "sneaker"),
        ("rucksack", "backpack"),
        ("pants", "trousers"),
    ],
)
async def test_words_are_joined_split_and_known_by_other_names(
    find: Find, products: Products, asked: str, kind: str
) -> None:
    hits = await find(asked)

    assert hits.exact
    assert kind in products[hits.chosen[0]].kind or kind in products[hits.chosen[0]].category


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("sneekers", "sneakers"),
        ("jaket", "jacket"),
        ("bakpack", "backpack"),
        ("trowsers", "trousers"),
        ("notbook", "notebook"),
        ("swetshirt", "sweatshirt"),
        ("hedphones", "headphones"),
        ("soks", "socks"),
    ],
)
async def test_a_slip_is_mended_and_told(find: Find, typed: str, meant: str) -> None:
    hits = await find(typed)

    assert hits.corrected == {typed: meant}
    assert hits.chosen == (await find(meant)).chosen


@pytest.mark.parametrize(
    "asked", ["pizza", "submarine", "skirt", "book", "umbrella", "gloves", "watch", "smartphone", "yoga", "xyzzy"]
)
async def test_what_the_shop_does_not_sell_is_not_found(find: Find, asked: str) -> None:
    hits = await find(asked)

    assert hits.chosen == ()
    assert not hits.exact


async def test_a_thing_with_a_word_that_nobody_knows_is_close_at_best(find: Find, products: Products) -> None:
    hits = await find("iphone case")

    assert not hits.exact
    assert hits.chosen
    assert all("case" in products[name].kind for name in hits.chosen)


async def test_who_it_is_for_does_not_matter(find: Find) -> None:
    assert (await find("a mug for my grandfather")).exact
    assert (await find("a mug for my grandfather")).chosen == (await find("mug")).chosen


async def test_a_word_of_the_catalogue_is_never_mended(find: Find) -> None:
    assert (await find("boots")).corrected == {}
    assert (await find("table lamp")).corrected == {}


async def test_sizes_and_models_are_never_mended(find: Find) -> None:
    hits = await find("AER3-BLU-42")

    assert not hits.exact
    assert hits.corrected == {}


async def test_size_colour_and_price_hold_for_one_variant(find: Find, products: Products) -> None:
    hits = await find(Query("running shoes", size="42", colour="Red", max_price=Decimal(80)))

    assert hits.chosen
    for name in hits.chosen:
        assert any(
            variant.options == {"size": "42", "colour": "red"} and variant.prices["USD"] <= Money(8000, "USD")
            for variant in products[name].variants
        )


async def test_both_ends_of_a_price_are_included(find: Find, products: Products) -> None:
    price = products["aero-2"].variants[0].prices["USD"].decimal

    at = await find(Query("aero", min_price=price, max_price=price))
    below = await find(Query("aero", max_price=price - Decimal("0.01")))

    assert at.chosen == ("aero-2",)
    assert below.chosen == ()


@pytest.mark.parametrize("category", ["shoes/running", "running", "Shoes"])
async def test_a_category_is_a_path_or_a_part_of_it(find: Find, products: Products, category: str) -> None:
    hits = await find(Query(category=category), 200)

    inside = [name for name, product in products.items() if category.casefold() in product.category]
    assert sorted(hits.chosen) == sorted(inside)


async def test_a_category_that_is_none_is_looked_for_as_a_word(find: Find) -> None:
    assert (await find(Query(category="backpack"))).chosen == (await find("backpack")).chosen


async def test_a_question_without_words_shows_everything(find: Find, products: Products) -> None:
    hits = await find("what do you sell?", 500)

    assert hits.exact
    assert set(hits.chosen) == set(products)


async def test_nothing_is_found_in_a_currency_the_shop_has_no_prices_in(index: ProductIndex) -> None:
    assert (await index.search(Query("shoes"), currency="XAU", limit=5)).chosen == ()


@pytest.mark.parametrize(
    "asked", ['"', "shoes AND", "NEAR(", "kind:shoe", "* OR *", "shoe'; DROP TABLE words", "\0", "-"]
)
async def test_the_index_language_cannot_be_spoken_by_shoppers(find: Find, asked: str) -> None:
    before = await find("shoes")
    await find(asked)
    assert await find("shoes") == before


def thing(name: str, **changes: object) -> Product:
    variant = Variant(name.upper(), {}, {"USD": Money(100, "USD")}, 1)
    known = {"id": name, "title": name, "description": "", "why": "", "brand": "", "category": "things", "kind": name}
    rest = {"image": None, "tags": (), "materials": (), "vegan": None, "variants": (variant,)}
    return Product(**{**known, **rest, **changes})  # type: ignore[arg-type]


async def test_a_rebuilt_index_knows_only_what_it_was_given(tmp_path: Path) -> None:
    index = Fts5Index(tmp_path / "search.db")
    await index.rebuild(each([thing("lantern")]))
    await index.rebuild(each([thing("kettle")]))

    assert (await index.search(Query("kettle"), currency="USD", limit=5)).chosen == ("kettle",)
    assert (await index.search(Query("lantern"), currency="USD", limit=5)).chosen == ()
    assert [path.name for path in tmp_path.iterdir()] == ["search.db"]


async def test_a_rebuild_that_fails_leaves_the_old_index(tmp_path: Path) -> None:
    index = Fts5Index(tmp_path / "search.db")
    await index.rebuild(each([thing("lantern")]))

    with pytest.raises(Exception, match="UNIQUE"):
        await index.rebuild(each([thing("kettle"), thing("kettle")]))

    assert (await index.search(Query("lantern"), currency="USD", limit=5)).chosen == ("lantern",)
    assert [path.name for path in tmp_path.iterdir()] == ["search.db"]


async def test_an_index_that_was_never_built_says_so(tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as refused:
        await Fts5Index(tmp_path / "search.db").search(Query("shoes"), currency="USD", limit=5)
    assert refused.value.code == "index_missing"
