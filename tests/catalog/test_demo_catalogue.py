"""The demo catalogue is whole: it keeps its own schema, names nothing twice, and has a picture of everything."""

from __future__ import annotations

import json
import re
from collections import Counter
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
import yaml

from bot.chat.pictures import render_png

CATALOG = Path(__file__).parents[2] / "catalog"
FILES = sorted((CATALOG / "products").glob("*.yml"))
CURRENCIES = {"USD", "EUR"}
SVG = "{http://www.w3.org/2000/svg}"
DRAWN = {"svg", "title", "rect", "circle", "ellipse", "path", "g"}


@cache
def load(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.load(path.read_text(), yaml.CSafeLoader)
    return content


def all_products() -> list[dict[str, Any]]:
    return [product for path in FILES for product in load(path)["products"]]


def repeated(values: list[str]) -> list[str]:
    return [value for value, times in Counter(values).items() if times > 1]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_keeps_the_schema(path: Path) -> None:
    schema = json.loads((CATALOG / "schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)

    errors = [f"{e.json_path}: {e.message}" for e in jsonschema.Draft202012Validator(schema).iter_errors(load(path))]

    assert errors == []


def test_the_shop_is_large_enough_to_look_around_in() -> None:
    assert len(all_products()) >= 120
    assert len({product["category"].split("/")[0] for product in all_products()}) >= 6


def test_nothing_is_named_twice() -> None:
    products = all_products()

    assert repeated([product["id"] for product in products]) == []
    assert repeated([product["title"].casefold() for product in products]) == []
    assert repeated([variant["sku"] for product in products for variant in product["variants"]]) == []


def test_every_price_is_in_both_currencies_and_more_than_nothing() -> None:
    for product in all_products():
        for priced in (product, *(variant for variant in product["variants"] if "prices" in variant)):
            assert set(priced["prices"]) == CURRENCIES, product["id"]
            assert all(Decimal(amount) > 0 for amount in priced["prices"].values()), product["id"]


def test_variants_of_a_product_differ_in_the_same_options() -> None:
    for product in all_products():
        options = [variant["options"] for variant in product["variants"]]
        assert len({tuple(sorted(one)) for one in options}) == 1, product["id"]
        assert repeated([json.dumps(one, sort_keys=True) for one in options]) == [], product["id"]


def test_some_of_it_is_sold_out_and_most_is_not() -> None:
    stock = [[variant["stock"] for variant in product["variants"]] for product in all_products()]

    assert 0 < sum(max(counts) == 0 for counts in stock) < len(stock) / 10
    assert any(0 in counts and max(counts) > 0 for counts in stock)


def test_running_shoes_under_eighty_dollars_are_there_in_all_sizes() -> None:
    shoes = {p["title"]: p for p in all_products() if p["kind"] == "running shoe"}
    cheap = {title for title, shoe in shoes.items() if Decimal(shoe["prices"]["USD"]) < 80}

    assert {t: shoes[t]["prices"]["USD"] for t in ("Aero 2", "Trail Mini", "City Run")} == {
        "Aero 2": "69.00",
        "Trail Mini": "74.00",
        "City Run": "59.00",
    }
    assert len(cheap) == 8
    assert len(shoes) > len(cheap)
    for title in ("Aero 2", "Trail Mini", "City Run"):
        sizes = {v["options"]["size"] for v in shoes[title]["variants"]}
        assert sizes == {str(size) for size in range(36, 47)}
        assert all(v["stock"] >= 2 for v in shoes[title]["variants"] if v["options"]["size"] in ("41", "42", "43"))


def test_every_product_has_a_picture_and_every_picture_a_product() -> None:
    named = {product["image"] for product in all_products()}
    drawn = {f"images/{path.name}" for path in (CATALOG / "images").iterdir()}

    assert named == drawn


@pytest.mark.parametrize("path", sorted((CATALOG / "images").glob("*.svg")), ids=lambda path: path.stem)
def test_a_picture_is_small_square_and_only_drawn(path: Path) -> None:
    source = path.read_bytes()
    picture = ElementTree.fromstring(source)

    assert len(source) <= 4096
    assert picture.get("viewBox") == "0 0 600 600"
    assert {element.tag.removeprefix(SVG) for element in picture.iter()} <= DRAWN
    assert not re.search(rb"href|url\(|\bon\w+=", source)


def test_no_two_pictures_are_the_same_drawing() -> None:
    drawings = [path.read_text().partition("</title>")[2] for path in (CATALOG / "images").glob("*.svg")]

    assert repeated(drawings) == []


def test_a_picture_becomes_a_png_that_chat_apps_take() -> None:
    png = render_png((CATALOG / "images" / "aero-2.svg").read_bytes(), 400)

    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert int.from_bytes(png[16:20]) == int.from_bytes(png[20:24]) == 400
    assert len(png) < 60_000
