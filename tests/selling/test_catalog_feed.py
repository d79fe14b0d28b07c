"""Product feeds of Meta and Google: in with every bad row told, out again, and the same either way."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.commerce.catalog import UNCOUNTED, Product, Sale, Variant
from bot.commerce.money import Money
from bot.errors import BadInput
from bot.selling.catalog.entries import Entry, Problem, Reading, sift
from bot.selling.catalog.feed_out import Shopfront, write_feed
from bot.selling.catalog.forms import read_any, recognised

ROW = {
    "id": "AERO-42",
    "item_group_id": "aero",
    "title": "Aero",
    "description": "A light road shoe.",
    "availability": "in stock",
    "quantity_to_sell_on_facebook": "5",
    "condition": "new",
    "price": "69.00 USD",
    "link": "https://shop.example/aero",
    "image_link": "https://pictures.example/aero.jpg",
    "brand": "Quietmile",
    "product_type": "Shoes > Running",
    "color": "blue",
    "size": "42",
}
FRONT = Shopfront("USD", "Shop", "https://shop.example", lambda image: image)


def table(path: Path, *rows: dict[str, str], delimiter: str = ",") -> Path:
    names = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    return path


def read(path: Path, form: str | None = None, **said: Any) -> tuple[list[Product], dict[str, int], list[Problem]]:
    found = list(sift(read_any(path, form, Reading(**said), lambda _done, _of: None), {}))
    entries = [each for each in found if isinstance(each, Entry)]
    pieces = {sku: sum(places.values()) for entry in entries for sku, places in entry.places.items()}
    return [entry.product for entry in entries], pieces, [each for each in found if isinstance(each, Problem)]


def one(path: Path) -> Product:
    products, _, problems = read(path)
    assert problems == []
    assert len(products) == 1
    return products[0]


def test_rows_of_a_group_are_one_product_wherever_they_stand(tmp_path: Path) -> None:
    other = {**ROW, "id": "MUG", "item_group_id": "", "title": "Mug", "color": "", "size": ""}
    feed = table(tmp_path / "feed.csv", ROW, other, {**ROW, "id": "AERO-43", "size": "43"})

    (mug, aero), pieces, problems = read(feed)

    assert problems == []
    assert (mug.id, [variant.sku for variant in mug.variants], mug.variants[0].options) == ("MUG", ["MUG"], {})
    assert [variant.options for variant in aero.variants] == [
        {"colour": "blue", "size": "42"},
        {"colour": "blue", "size": "43"},
    ]
    assert (aero.category, aero.kind, aero.link) == ("shoes/running", "running", "https://shop.example/aero")
    assert aero.variants[0].prices == {"USD": Money(6900, "USD")}
    assert pieces == {"MUG": 5, "AERO-42": 5, "AERO-43": 5}


@pytest.mark.parametrize(("name", "delimiter"), [("a.tsv", "\t"), ("a.csv", ";"), ("a.txt", "|")])
def test_the_delimiter_is_read_from_the_header(tmp_path: Path, name: str, delimiter: str) -> None:
    assert one(table(tmp_path / name, ROW, delimiter=delimiter)).title == "Aero"


def test_a_table_may_be_utf_16_or_begin_with_a_mark(tmp_path: Path) -> None:
    feed = table(tmp_path / "feed.csv", {**ROW, "title": "Größe"})
    text = feed.read_text(encoding="utf-8")
    for encoding in ("utf-16", "utf-8-sig"):
        feed.write_bytes(text.encode(encoding))
        assert one(feed).title == "Größe"


XML = """<?xml version="1.0"?>
<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel><title>Shop</title><link>https://shop.example</link>
<item>
  <title>Not this</title><g:title>Aero &amp; more</g:title><link>https://shop.example/aero</link>
  <g:id>AERO-42</g:id><g:price>69.00 USD</g:price><g:availability>in_stock</g:availability>
  <g:additional_image_link>https://p.example/2.jpg</g:additional_image_link>
  <g:additional_image_link>https://p.example/3.jpg</g:additional_image_link>
  <g:shipping><g:country>US</g:country><g:price>6.00 USD</g:price></g:shipping>
</item>
<item><g:id>BAD</g:id><g:title>Bad</g:title><g:price>cheap</g:price><g:availability>in_stock</g:availability></item>
</channel></rss>
"""


def test_a_feed_in_xml_says_the_same_and_its_lines_are_known(tmp_path: Path) -> None:
    feed = tmp_path / "feed.xml"
    feed.write_text(XML)

    (product,), pieces, problems = read(feed)

    assert (product.title, product.link) == ("Aero & more", "https://shop.example/aero")
    assert product.images == ("https://p.example/2.jpg", "https://p.example/3.jpg")
    assert product.variants[0].prices == {"USD": Money(6900, "USD")}
    assert pieces == {"AERO-42": UNCOUNTED}
    assert [str(problem) for problem in problems] == ["feed.xml:10: price: 'cheap' is no amount of money"]


def test_what_stands_before_a_break_in_a_feed_is_read(tmp_path: Path) -> None:
    feed = tmp_path / "feed.xml"
    feed.write_text(XML.replace("<g:id>BAD</g:id>", "<g:id>BAD</id>"))

    (product,), _, (problem,) = read(feed)

    assert product.variants[0].sku == "AERO-42"
    assert (problem.line, problem.product) == (10, None)
    assert "cannot be read from here" in problem.reason


def test_a_feed_with_entities_of_its_own_is_not_read(tmp_path: Path) -> None:
    feed = tmp_path / "feed.xml"
    feed.write_text(XML.replace("<rss", '<!DOCTYPE rss [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;">]><rss', 1))

    products, _, (problem,) = read(feed)

    assert products == []
    assert "entities" in problem.reason


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"price": ""}, "price: it is missing"),
        ({"price": "free"}, "price: 'free' is no amount of money"),
        ({"price": "0.00 USD"}, "price: a price is more than nothing"),
        ({"price": "69.005 USD"}, "price: USD has no such small coin"),
        ({"price": "69.00 USD", "sale_price": "50 EUR"}, "sale_price: it is in another currency than the price"),
        ({"sale_price": "50.00 USD", "sale_price_effective_date": "soon"}, "sale_price: 'soon' is no moment"),
        (
            {"sale_price": "50 USD", "sale_price_effective_date": "2026-02-01/2026-01-01"},
            "sale_price: it ends before it starts",
        ),
        ({"availability": "perhaps"}, "availability: 'perhaps' is none"),
        ({"availability": "", "quantity_to_sell_on_facebook": ""}, "availability: it is missing"),
        ({"quantity_to_sell_on_facebook": "many"}, "quantity: 'many' is no number of pieces"),
        ({"title": ""}, "title: it is missing"),
        ({"id": ""}, "id: it is missing"),
        ({"id": "x" * 81}, "id: it is longer than 80 characters"),
        ({"size": "x" * 61}, "size: an option has 1 to 60 characters"),
        ({"shipping_weight": "heavy"}, "shipping_weight: 'heavy' is no weight"),
        ({"id": "AERO-41", "size": "41"}, "AERO-41 stands twice, first in feed.csv:2"),
        ({"size": "41"}, "AERO-41 has the same options"),
        ({"size": ""}, "all variants of a product have the same options, here colour, size"),
    ],
)
def test_a_bad_row_is_told_with_its_line_and_the_rest_is_read(
    tmp_path: Path, changed: dict[str, str], reason: str
) -> None:
    good = {**ROW, "id": "AERO-41", "size": "41"}
    third = {**ROW, "id": "AERO-40", "size": "40"}
    feed = table(tmp_path / "feed.csv", {**good, "sale_price": "", "shipping_weight": ""}, {**ROW, **changed}, third)
    text = feed.read_text()
    if "sale_price_effective_date" in changed and "sale_price_effective_date" not in text.splitlines()[0]:
        pytest.fail("the column is missing")

    (product,), _, problems = read(feed)

    assert [(problem.file, problem.line) for problem in problems] == [("feed.csv", 3)]
    assert reason in problems[0].reason
    assert [variant.sku for variant in product.variants] == ["AERO-41", "AERO-40"]


def test_a_row_of_another_encoding_costs_itself_alone(tmp_path: Path) -> None:
    feed = table(tmp_path / "feed.csv", ROW, {**ROW, "id": "AERO-43", "size": "43", "brand": "Sch\u00f6n"})
    feed.write_bytes(feed.read_text(encoding="utf-8").encode("latin-1"))

    (product,), _, (problem,) = read(feed)

    assert [variant.sku for variant in product.variants] == ["AERO-42"]
    assert (problem.line, problem.reason, problem.sku) == (3, "it is not UTF-8", "AERO-43")


def test_lines_are_counted_in_the_file_not_in_rows(tmp_path: Path) -> None:
    feed = table(tmp_path / "feed.csv", {**ROW, "description": "Light.\nFor roads."}, {**ROW, "id": "B", "price": ""})

    _, _, (problem,) = read(feed)

    assert problem.line == 4


def test_a_sale_has_its_time(tmp_path: Path) -> None:
    when = "2026-06-01T00:00+02:00/2026-07-01T00:00+02:00"
    feed = table(tmp_path / "feed.csv", {**ROW, "sale_price": "49.00 USD", "sale_price_effective_date": when})

    (variant,) = one(feed).variants

    starts, ends = datetime(2026, 5, 31, 22, tzinfo=UTC), datetime(2026, 6, 30, 22, tzinfo=UTC)
    assert variant.sales == {"USD": Sale(Money(4900, "USD"), starts, ends)}
    assert variant.at(starts).prices == {"USD": Money(4900, "USD")}
    assert variant.at(starts).usual == {"USD": Money(6900, "USD")}
    assert variant.at(ends).prices == {"USD": Money(6900, "USD")}


def test_variants_without_a_colour_are_told_apart_by_what_they_differ_in(tmp_path: Path) -> None:
    plain = {**ROW, "color": "", "size": ""}
    wool = {**plain, "id": "A", "title": "Blanket - wool", "material": "wool"}
    feed = table(tmp_path / "feed.csv", wool, {**wool, "id": "B", "title": "Blanket - cotton", "material": "cotton"})

    product = one(feed)

    assert product.title == "Blanket"
    assert [variant.options for variant in product.variants] == [{"material": "wool"}, {"material": "cotton"}]


def test_what_looks_like_no_catalogue_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("name,telephone\nAnna,123\n")
    with pytest.raises(BadInput, match="looks like no catalogue"):
        recognised(tmp_path / "list.csv")
    with pytest.raises(BadInput, match="there is no"):
        recognised(tmp_path / "missing.csv")


# -- there and back ----------------------------------------------------------------------------------------------------

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=30)
PLAIN = st.text("abc ÄßЖझ漢'\"&<>;:/-", min_size=1, max_size=12).map(str.strip).filter(bool)
DAYS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).map(lambda day: day.replace(second=0, microsecond=0))
PRICES = st.integers(1, 10**9).map(lambda cents: f"{cents // 100}.{cents % 100:02} USD")


@st.composite
def feeds(draw: st.DrawFn) -> list[dict[str, str]]:
    rows = []
    for product in range(draw(st.integers(1, 4))):
        said = {
            "item_group_id": draw(st.sampled_from(["", f"group {product}", f"<{product}>&"])),
            "title": draw(PLAIN),
            "description": draw(WORDS),
            "link": f"https://shop.example/{product}",
            "image_link": draw(st.sampled_from(["", "https://p.example/a.jpg"])),
            "additional_image_link": draw(st.sampled_from(["", "https://p.example/b.jpg,https://p.example/a.jpg"])),
            "brand": draw(WORDS),
            "product_type": draw(WORDS),
            "google_product_category": draw(st.sampled_from(["", "Apparel > Shoes", "187"])),
            "material": draw(st.sampled_from(["", "wool/cotton"])),
            "gender": draw(st.sampled_from(["", "female"])),
            "adult": draw(st.sampled_from(["", "no", "yes"])),
            "shipping_weight": draw(st.sampled_from(["", "1.5 kg", "3 lb", "460 g"])),
            "product_highlight": draw(PLAIN),
            "internal_label": draw(st.sampled_from(["", "['road','it''s light']"])),
        }
        for variant in range(draw(st.integers(1, 3)) if said["item_group_id"] else 1):
            days = sorted(draw(st.lists(DAYS, min_size=2, max_size=2, unique=True)))
            rows.append(
                {
                    **said,
                    "id": f"SKU {product}/{variant}",
                    "size": str(variant),
                    "price": draw(PRICES),
                    "sale_price": draw(st.one_of(st.just(""), PRICES)),
                    "sale_price_effective_date": draw(st.sampled_from(["", "/".join(f"{day}Z" for day in days)])),
                    "availability": draw(st.sampled_from(["in stock", "out of stock", "preorder"])),
                    "quantity_to_sell_on_facebook": draw(st.sampled_from(["", "0", "7"])),
                    "additional_variant_attribute": f"scent:{draw(st.sampled_from(['lavender', 'no: none']))}",
                    "gtin": draw(st.sampled_from(["", "4006381333931"])),
                }
            )
    return rows


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with TemporaryDirectory() as made:
        yield Path(made)


@pytest.mark.parametrize(("feed", "suffix"), [("meta", "csv"), ("meta", "tsv"), ("google", "csv"), ("google", "xml")])
@given(rows=feeds())
@settings(max_examples=30, deadline=None)
def test_what_was_read_from_a_feed_is_written_and_read_as_the_same(
    folder: Path, feed: str, suffix: str, rows: list[dict[str, str]]
) -> None:
    first = read(table(folder / "in.csv", *rows))
    assert first[2] == []

    out = folder / f"out.{suffix}"
    written, left_out = write_feed(first[0], first[1], out, feed, FRONT)

    assert (written, left_out) == (len(rows), 0)
    assert read(out) == first


def test_a_variant_without_a_price_in_the_feeds_currency_is_counted_not_written(tmp_path: Path) -> None:
    product = one(table(tmp_path / "in.csv", {**ROW, "price": "69.00 EUR"}))

    assert write_feed([product], {}, tmp_path / "out.csv", "meta", FRONT) == (0, 1)


def test_a_feed_for_openai_names_what_it_requires(tmp_path: Path) -> None:
    product = one(table(tmp_path / "in.csv", ROW))

    write_feed([product], {"AERO-42": 2}, tmp_path / "out.csv", "openai", FRONT)

    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    needed = ("item_id", "title", "description", "url", "brand", "seller_name", "image_url", "availability", "price")
    assert all(row[name] for name in needed)
    assert (row["item_id"], row["availability"], row["price"]) == ("AERO-42", "in_stock", "69.00 USD")


def test_an_unknown_suffix_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        write_feed([], {}, tmp_path / "out.doc", "meta", FRONT)


def test_a_sale_outside_its_time_changes_nothing() -> None:
    variant = Variant("A", {}, {"USD": Money(100, "USD")}, 1)
    assert variant.at(datetime(2026, 1, 1, tzinfo=UTC)) is variant
