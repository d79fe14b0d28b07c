"""Catalogue files: the good rows at once, every mistake with its line, and nothing that was promised is lost."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.clock import FixedClock
from bot.errors import BadInput, NotFound
from bot.selling.answers import CartChanged, NeedsOption
from bot.selling.catalog_export import export_catalog
from bot.selling.catalog_import import KeptStock, import_catalog
from bot.storage import catalogue
from bot.storage import stock as stock_rows
from bot.storage.selling_tables import prices, products, stock, variants
from bot.storage.sql import Database
from tests.selling.conftest import CATALOG, START, Counter
from tests.selling.test_catalog_foreign import MAGENTO, SALEOR, SHOPIFY
from tests.selling.till import dollars

CLOCK = FixedClock(START)
DEMO = Path(__file__).parents[2] / "catalog"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "products").mkdir()
    return tmp_path


def write(folder: Path, text: str, name: str = "all.yml") -> Path:
    (folder / "products" / name).write_text(text)
    return folder


async def contents(db: Database) -> list[object]:
    async with db.read() as tx:
        tables = (products, variants, prices, stock)
        return [(await tx.execute(select(table).order_by(*table.primary_key.columns))).all() for table in tables]


async def test_the_demo_catalogue_is_sound(empty_db: Database) -> None:
    report = await import_catalog(empty_db, DEMO, CLOCK)

    assert report.problems == ()
    assert report.products >= 120
    assert report.written == report.products


async def test_the_same_files_again_change_nothing(empty_db: Database, folder: Path) -> None:
    first = await import_catalog(empty_db, write(folder, CATALOG), CLOCK)
    before = await contents(empty_db)

    again = await import_catalog(empty_db, folder, FixedClock(START.replace(year=2027)))

    assert (first.products, first.variants, first.written) == (3, 5, 3)
    assert (again.written, again.unchanged) == (0, 3)
    assert await contents(empty_db) == before


async def test_prices_are_kept_to_the_cent(empty_db: Database, folder: Path) -> None:
    own = CATALOG.replace("stock: 5}", 'stock: 5, prices: {USD: "69.99", EUR: "64.10"}}', 1)
    await import_catalog(empty_db, write(folder, own), CLOCK)

    async with empty_db.read() as tx:
        rows = (await tx.execute(select(prices).where(prices.c.sku.like("AERO-%")).order_by(prices.c.amount))).all()
    assert [(row.sku, row.currency, row.amount) for row in rows if row.currency == "USD"] == [
        ("AERO-BLU-42", "USD", 6900),
        ("AERO-RED-42", "USD", 6900),
        ("AERO-BLU-41", "USD", 6999),
    ]


async def test_an_exported_catalogue_says_the_same_when_it_is_read_again(
    empty_db: Database, folder: Path, tmp_path: Path
) -> None:
    await import_catalog(empty_db, write(folder, CATALOG), CLOCK)
    before = await contents(empty_db)

    count = await export_catalog(empty_db, tmp_path / "out" / "products.yml")
    again = await import_catalog(empty_db, tmp_path / "out", CLOCK)

    assert count == 3
    assert (again.problems, again.written) == ((), 0)
    assert await contents(empty_db) == before


async def test_a_dry_run_reports_and_writes_nothing(empty_db: Database, folder: Path) -> None:
    report = await import_catalog(empty_db, write(folder, CATALOG), CLOCK, dry_run=True)

    assert (report.products, report.written, report.ok) == (3, 3, True)
    assert await contents(empty_db) == [[], [], [], []]


MUG = """products:
  - id: mug
    title: Mug
    brand: Tarnfoot
    category: home/kitchen
    kind: mug
    description: A mug.
    why: Round
    tags: []
    image: images/mug.svg
    prices: {USD: "12.50"}
    weight_g: 120
    variants:
      - {sku: MUG, options: {}, stock: 3}
"""


@pytest.mark.parametrize(
    ("good", "bad", "line", "reason"),
    [
        ('USD: "12.50"', "USD: 12.50", 2, "prices"),
        ('USD: "12.50"', 'USD: "12.505"', 2, "prices.USD: USD has no such small coin"),
        ('USD: "12.50"', 'USD: "0"', 2, "prices.USD: a price is more than nothing"),
        ('USD: "12.50"', 'dollars: "1"', 2, "three capital letters"),
        ('{USD: "12.50"}', "{}", 2, "at least one price"),
        ("id: mug", "id: ' mug'", 2, "id: expected str matching"),
        ("    title: Mug\n", "", 2, "title"),
        ("why: Round", "why: Round\n    colour: red", 2, "unknown field colour"),
        ("stock: 3", "stock: -1", 14, "stock: expected int >= 0"),
        ("stock: 3", "stock: three", 14, "stock: expected"),
        ("options: {}", "options: {size: 42}", 14, "options"),
        ("sku: MUG", "sku: ' MUG'", 14, "sku: expected str matching"),
        ("stock: 3}", 'stock: 3, prices: {EUR: "1.00"}}', 14, "the same currencies"),
        (
            "stock: 3}",
            "stock: 3}\n      - {sku: MUG, options: {}, stock: 1}",
            15,
            "MUG stands twice, first in all.yml:14",
        ),
        ("stock: 3}", "stock: 3}\n      - {sku: MUG-2, options: {}, stock: 1}", 15, "has the same options"),
        ("stock: 3}", 'stock: 3}\n      - {sku: MUG-2, options: {size: "1"}, stock: 1}', 15, "have the same options"),
        ("    title: Mug\n", "    title: Mug\n    title: Jug\n", 2, "title stands twice"),
        ("products:", "things:", 1, "a catalogue file is `products:` and a list"),
        ("  - id: mug", "  - id: [mug", 3, "expected ',' or ']'"),
    ],
)
async def test_a_mistake_is_told_with_its_line_and_strictly_nothing_is_written(
    empty_db: Database, folder: Path, good: str, bad: str, line: int, reason: str
) -> None:
    assert good in MUG

    report = await import_catalog(empty_db, write(folder, MUG.replace(good, bad, 1)), CLOCK, strict=True)

    assert [(problem.file, problem.line) for problem in report.problems] == [("all.yml", line)]
    assert reason in report.problems[0].reason
    assert await contents(empty_db) == [[], [], [], []]


async def test_all_mistakes_of_all_files_are_told_at_once(empty_db: Database, folder: Path) -> None:
    write(folder, MUG.replace("stock: 3", "stock: -1"), "a.yml")
    write(folder, MUG.replace("id: mug", "id: cup").replace("sku: MUG", "sku: ''"), "b.yml")
    write(folder, MUG.replace("id: mug", "id: jug").replace("sku: MUG", "sku: JUG"), "c.yml")

    report = await import_catalog(empty_db, folder, CLOCK, strict=True)

    assert [str(problem).split(": ")[0] for problem in report.problems] == ["a.yml:14", "b.yml:14"]
    assert await contents(empty_db) == [[], [], [], []]


async def test_an_id_may_stand_once_in_all_files(empty_db: Database, folder: Path) -> None:
    write(folder, MUG, "a.yml")
    write(folder, MUG.replace("sku: MUG", "sku: MUG-2"), "b.yml")

    report = await import_catalog(empty_db, folder, CLOCK)

    assert [str(problem) for problem in report.problems] == ["b.yml:2: the id mug stands twice, first in a.yml:2"]


async def test_every_product_names_the_same_currencies(empty_db: Database, folder: Path) -> None:
    write(folder, MUG, "a.yml")
    other = MUG.replace("id: mug", "id: jug").replace("sku: MUG", "sku: JUG")
    write(folder, other.replace('{USD: "12.50"}', '{EUR: "12.50"}'), "b.yml")

    report = await import_catalog(empty_db, folder, CLOCK)

    assert [str(problem) for problem in report.problems] == ["b.yml:2: every product has prices in USD"]


async def test_a_sku_cannot_move_to_another_product(empty_db: Database, folder: Path) -> None:
    await import_catalog(empty_db, write(folder, MUG), CLOCK)

    report = await import_catalog(empty_db, write(folder, MUG.replace("id: mug", "id: jug")), CLOCK)

    assert [str(problem) for problem in report.problems] == ["all.yml:14: the SKU MUG belongs to mug already"]


async def test_an_empty_folder_is_said_to_be_one(empty_db: Database, folder: Path) -> None:
    with pytest.raises(BadInput) as refused:
        await import_catalog(empty_db, folder, CLOCK)
    assert refused.value.code == "catalog_missing"


async def _buy_shoes(counter: Counter, quantity: int) -> None:
    await counter.shoes_in_cart(quantity)
    await counter.checkout()
    counter.till.pay(counter.till.last)
    await counter.shop.fulfil(counter.till.last, counter.then)


async def test_what_was_sold_stays_sold_when_the_same_file_comes_again(counter: Counter, folder: Path) -> None:
    await _buy_shoes(counter, 2)

    await import_catalog(counter.db, write(folder, CATALOG), CLOCK)

    assert await counter.shelf("AERO-BLU-42") == (3, 0)


async def test_a_new_count_is_believed(counter: Counter, folder: Path) -> None:
    await _buy_shoes(counter, 2)

    await import_catalog(counter.db, write(folder, CATALOG.replace("stock: 5", "stock: 8")), CLOCK)

    assert await counter.shelf("AERO-BLU-42") == (8, 0)


async def test_a_count_below_what_is_held_keeps_what_is_promised_and_says_so(counter: Counter, folder: Path) -> None:
    await counter.shoes_in_cart(4)
    await counter.checkout()

    report = await import_catalog(counter.db, write(folder, CATALOG.replace("stock: 5", "stock: 1")), CLOCK)

    assert report.kept == (KeptStock("AERO-BLU-42", counted=1, held=4),)
    assert await counter.shelf("AERO-BLU-42") == (4, 4)
    assert await counter.shelf("AERO-BLU-41") == (1, 0)


async def test_a_product_that_left_the_files_is_off_sale_and_still_known_to_the_cart(
    counter: Counter, folder: Path
) -> None:
    await counter.shoes_in_cart()
    without_shoes = "products:\n" + CATALOG[CATALOG.index("  - id: mug") :]

    report = await import_catalog(counter.db, write(folder, without_shoes), CLOCK)

    assert report.retired == 1
    (line,) = (await counter.shop.cart(counter.anna)).lines
    assert (line.label, line.available) == ("Aero, blue, 42", 0)
    with pytest.raises(NotFound):
        await counter.shop.product(counter.anna, "aero")
    async with counter.db.read() as tx:
        assert (await tx.execute(select(products.c.active).where(products.c.id == "aero"))).scalar_one() is False


async def test_a_product_that_comes_back_is_on_sale_again(counter: Counter, folder: Path) -> None:
    without_shoes = "products:\n" + CATALOG[CATALOG.index("  - id: mug") :]
    await import_catalog(counter.db, write(folder, without_shoes), CLOCK)

    await import_catalog(counter.db, write(folder, CATALOG), CLOCK)

    assert (await counter.shop.product(counter.anna, "aero")).card.in_stock


TWO_MUGS = """products:
  - id: mug
    title: Mug
    prices: {USD: "12.50"}
    variants:
      - {sku: MUG-S, options: {size: small}, stock: 3}
      - {sku: MUG-L, options: {size: large}, stock: 4}
  - id: jug
    title: Jug
    prices: {USD: "20.00"}
    variants:
      - {sku: JUG, options: {}, stock: 1}
"""


async def on_sale(db: Database) -> dict[str, list[str]]:
    async with db.read() as tx:
        return {
            product.id: [variant.sku for variant in product.variants]
            async for product in catalogue.every_product(tx, START)
        }


async def test_a_bad_row_costs_itself_and_what_it_names_stays_as_it_was(empty_db: Database, folder: Path) -> None:
    await import_catalog(empty_db, write(folder, TWO_MUGS), CLOCK)
    bad = TWO_MUGS.replace("stock: 4", "stock: many").replace('"20.00"', "20.00").replace("title: Mug", "title: Cup")

    report = await import_catalog(empty_db, write(folder, bad), CLOCK)

    assert [(problem.line, problem.product, problem.sku) for problem in report.problems] == [
        (7, "mug", "MUG-L"),
        (8, "jug", None),
    ]
    assert (report.done, report.products, report.changed, report.retired, report.spared) == (True, 1, 1, 0, 2)
    assert await on_sale(empty_db) == {"jug": ["JUG"], "mug": ["MUG-S", "MUG-L"]}
    async with empty_db.read() as tx:
        mug = await catalogue.product_by_id(tx, "mug", START)
    assert mug is not None
    assert (mug.title, mug.variants[1].available) == ("Cup", 4)


async def test_a_spared_variant_goes_once_the_file_leaves_it_out(empty_db: Database, folder: Path) -> None:
    await import_catalog(empty_db, write(folder, TWO_MUGS), CLOCK)
    await import_catalog(empty_db, write(folder, TWO_MUGS.replace("stock: 4", "stock: many")), CLOCK)
    without = TWO_MUGS.replace("      - {sku: MUG-L, options: {size: large}, stock: 4}\n", "")

    report = await import_catalog(empty_db, write(folder, without), CLOCK)

    assert report.changed == 1
    assert await on_sale(empty_db) == {"jug": ["JUG"], "mug": ["MUG-S"]}


async def test_a_bad_row_that_names_nothing_takes_nothing_off_sale(empty_db: Database, folder: Path) -> None:
    await import_catalog(empty_db, write(folder, TWO_MUGS), CLOCK)

    report = await import_catalog(empty_db, write(folder, TWO_MUGS.replace("id: jug", "name: jug")), CLOCK)

    assert (report.retiring, report.retired) == (False, 0)
    assert sorted(await on_sale(empty_db)) == ["jug", "mug"]


async def test_a_file_in_which_nothing_is_good_changes_nothing(empty_db: Database, folder: Path) -> None:
    await import_catalog(empty_db, write(folder, TWO_MUGS), CLOCK)
    before = await contents(empty_db)

    report = await import_catalog(empty_db, write(folder, TWO_MUGS.replace("title", "name")), CLOCK)
    (folder / "empty.csv").write_text("id,title,price\n")
    empty = await import_catalog(empty_db, folder / "empty.csv", CLOCK)

    assert (report.done, report.retired, len(report.problems)) == (False, 0, 2)
    assert (empty.done, empty.products) == (False, 0)
    assert await contents(empty_db) == before


async def test_a_dry_run_says_what_the_import_then_does(counter: Counter, folder: Path) -> None:
    await counter.shoes_in_cart(4)
    await counter.checkout()
    text = CATALOG.replace("stock: 5}", "stock: 1}").replace("Camp Mug", "Cup").replace("stock: 500", "stock: no")
    before = await contents(counter.db)

    foretold = await import_catalog(counter.db, write(folder, text), CLOCK, dry_run=True)

    assert await contents(counter.db) == before
    assert await import_catalog(counter.db, folder, CLOCK) == foretold
    assert (foretold.changed, foretold.unchanged, foretold.counted, foretold.spared) == (1, 1, 2, 1)


async def test_stock_is_counted_by_place_and_sold_from_the_sum(counter: Counter, folder: Path) -> None:
    text = CATALOG.replace('size: "42"}, stock: 5', 'size: "42"}, stock: {north: 2, south: 4}')
    report = await import_catalog(counter.db, write(folder, text), CLOCK)
    await _buy_shoes(counter, 3)
    again = await import_catalog(counter.db, folder, CLOCK)

    async with counter.db.read() as tx:
        places = await stock_rows.places(tx)
    assert (report.counted, again.counted) == (1, 0)
    assert await counter.shelf("AERO-BLU-42") == (3, 0)
    assert places["AERO-BLU-42"] == {"north": 0, "south": 3}
    assert places["AERO-BLU-41"] == {"": 5}


SALE = """    sale: {prices: {USD: "49.00"}, starts: 2026-03-03T00:00:00Z, ends: 2026-03-04T00:00:00Z}
    variants:
      - {sku: AERO"""


async def test_a_sale_is_what_it_costs_while_it_runs(counter: Counter, folder: Path) -> None:
    text = CATALOG.replace("    variants:\n      - {sku: AERO", SALE, 1)
    await import_catalog(counter.db, write(folder, text), CLOCK)

    costs = []
    for _day in range(3):
        page = await counter.shop.product(counter.anna, "aero")
        await counter.shoes_in_cart(key=f"day {_day}")
        costs.append((page.card.price, (await counter.shop.cart(counter.anna)).lines[0].unit_price))
        counter.wait(hours=20)

    assert costs == [(dollars("69.00"),) * 2, (dollars("49.00"),) * 2, (dollars("69.00"),) * 2]


async def test_a_product_is_shown_in_the_customers_language(counter: Counter, folder: Path) -> None:
    french = "title: Camp Mug\n    translations: {fr: {title: Tasse, description: Une tasse.}}"
    await import_catalog(counter.db, write(folder, CATALOG.replace("title: Camp Mug", french)), CLOCK)
    marie = await counter.meet(locale="fr-CA")

    page = await counter.shop.product(marie, "mug")
    await counter.shop.add(marie, "in", "mug", {})

    assert (page.card.title, page.description, page.card.why) == ("Tasse", "Une tasse.", "Unbreakable")
    assert (await counter.shop.cart(marie)).lines[0].label == "Tasse"
    assert (await counter.shop.product(counter.anna, "mug")).card.title == "Camp Mug"


async def test_a_product_may_have_options_of_any_name(counter: Counter, folder: Path) -> None:
    soaps = """products:
  - id: soap
    title: Soap
    prices: {USD: "5.00"}
    variants:
      - {sku: SOAP-L, options: {scent: lavender}, stock: 3}
      - {sku: SOAP-R, options: {scent: rose}, stock: 3}
"""
    await import_catalog(counter.db, write(folder, soaps), CLOCK)

    assert await counter.shop.add(counter.anna, "1", "soap", {}) == NeedsOption(
        "soap", "Soap", "scent", ["lavender", "rose"]
    )
    assert isinstance(await counter.shop.add(counter.anna, "2", "soap", {"scent": "rose"}), CartChanged)


async def test_all_that_a_foreign_catalogue_says_survives_our_own_form(
    empty_db: Database, folder: Path, tmp_path: Path
) -> None:
    for name, text in (("shopify.csv", SHOPIFY), ("dump.json", json.dumps(SALEOR)), ("magento.csv", MAGENTO)):
        (tmp_path / name).write_text(text)
        await import_catalog(empty_db, tmp_path / name, CLOCK)
        before = await contents(empty_db)

        await export_catalog(empty_db, tmp_path / "out.yml")
        again = await import_catalog(empty_db, tmp_path / "out.yml", CLOCK)

        assert (again.problems, again.written, again.retired, again.counted) == ((), 0, 0, 0)
        assert await contents(empty_db) == before


async def test_others_write_while_a_catalogue_is_being_read(empty_db: Database, folder: Path) -> None:
    """A long file holds no lock: only its last moment does."""
    write(folder, TWO_MUGS)
    other = sqlite3.connect(empty_db._turnstile._paths[0].with_name("empty.db"), timeout=0)
    written: list[int] = []

    def told(done: int, _of: int) -> None:
        with other:
            other.execute("INSERT INTO cursors (name, value, updated_at) VALUES (?, '', '2026-01-01')", (str(done),))
        written.append(done)

    report = await import_catalog(empty_db, folder, CLOCK, told=told)
    other.close()

    assert (report.done, written) == (True, [1, 2])


async def test_an_import_that_breaks_off_leaves_nothing_in_the_way_of_the_next(
    empty_db: Database, folder: Path
) -> None:
    def told(_done: int, _of: int) -> None:
        raise KeyError

    write(folder, TWO_MUGS)
    for _time in range(3):
        with pytest.raises(KeyError):
            await import_catalog(empty_db, folder, CLOCK, told=told)

    assert await contents(empty_db) == [[], [], [], []]
    assert (await import_catalog(empty_db, folder, CLOCK)).added == 2


products_of_a_file = st.dictionaries(
    st.sampled_from(["a", "b", "c", "d"]),
    st.tuples(st.sampled_from(["Mug", "Jug"]), st.integers(0, 3), st.booleans()),
    max_size=4,
)


@given(files=st.lists(products_of_a_file, min_size=1, max_size=4))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_whatever_the_files_say_the_shop_sells_the_last_good_word(
    empty_db: Database, tmp_path: Path, files: list[dict[str, tuple[str, int, bool]]]
) -> None:
    folder = Path(mkdtemp(dir=tmp_path))
    shutil.copy(tmp_path / "empty.db", folder / "shop.db")
    db = Database(f"sqlite:///{folder / 'shop.db'}")
    expected: dict[str, tuple[str, int]] = {}
    for said in files:
        rows = [
            f"{name},{title},{'1.00 USD' if good else 'bad'},{'in stock'},{pieces}"
            for name, (title, pieces, good) in said.items()
        ]
        (folder / "feed.csv").write_text("\n".join(["id,title,price,availability,quantity", *rows]))
        good = {name: (title, pieces) for name, (title, pieces, is_good) in said.items() if is_good}
        if good:
            spared = {name: now for name, now in expected.items() if name in said}
            expected = {**spared, **good}
        for _again in range(2):
            report = await import_catalog(db, folder / "feed.csv", CLOCK)
        assert (report.written, report.counted, report.retired) == (0, 0, 0)
    async with db.read() as tx:
        found = [product async for product in catalogue.every_product(tx, START)]
    await db.close()
    assert {product.id: (product.title, product.variants[0].available) for product in found} == expected
