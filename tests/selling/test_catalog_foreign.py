"""Catalogues of other shops: Shopify, Spree, Magento, Saleor and Oscar; small ones made here, and real ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.commerce.catalog import UNCOUNTED, Product, Sale, Translation
from bot.commerce.money import Money
from bot.selling.catalog.forms import recognised
from tests.selling.test_catalog_feed import read

REAL = Path(__file__).resolve().parents[3] / "shared" / "catalogs"

SHOPIFY = """Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,Option2 Value,\
Variant SKU,Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Price,\
Variant Compare At Price,Image Src,Image Position,Variant Image,Variant Barcode,Status
tee,Tee,<p>Soft &amp; light.<br>Cotton.</p>,Yarn Co,Shirts,"summer, cotton",true,Color,Red,Size,S,TEE-R-S,120,shopify,\
3,deny,20.00,25.00,https://p.example/1.jpg,1,,'4006381333931,active
tee,,,,,,,,Red,,M,TEE-R-M,130,shopify,0,deny,20.00,,https://p.example/2.jpg,2,https://p.example/m.jpg,,
tee,,,,,,,,Blue,,M,TEE-B-M,130,,,continue,twenty,,,,,,
tee,,,,,,,,,,,,,,,,,,https://p.example/3.jpg,3,,,
mug,Mug,,Yarn Co,Mugs,,true,Title,Default Title,,,,300,,,deny,12.50,,,,,,active
old,Old,,Yarn Co,Mugs,,false,Title,Default Title,,,OLD,300,,,deny,12.50,,,,,,draft
"""

MAGENTO = """sku,store_view_code,attribute_set_code,product_type,categories,name,description,weight,product_online,\
visibility,price,special_price,special_price_from_date,special_price_to_date,base_image,additional_attributes,qty,\
is_in_stock,use_config_manage_stock,manage_stock,configurable_variations,additional_images
TEE-S,,Top,simple,,Tee S,,0.2,1,Not Visible Individually,20.0000,15,6/1/26,7/1/26,/t/tee.jpg,size=S,4.0000,1,1,0,,
TEE-M,,Top,simple,,Tee M,,0.3,1,Not Visible Individually,,,,,,size=M,2,0,1,0,,
TEE,,Top,configurable,"Default Category/Men/Tees,Default Category/Sale",Tee,<p>Soft.</p>,,1,"Catalog, Search",20,,,,\
/t/tee.jpg,"material=Cotton|Wool,pattern=Solid",0,1,1,0,"sku=TEE-S,size=S|sku=TEE-M,size=M|sku=TEE-L,size=L",\
"/t/1.jpg,/t/2.jpg"
TEE,fr,,configurable,,T-shirt,<p>Doux.</p>,,,,,,,,,,,,,,,
BOX,,Top,bundle,Default Category/Sets,Box,,,1,"Catalog, Search",20,,,,,,1,1,1,0,,
FREE,,Top,virtual,Default Category/Gifts,Card,,,1,"Catalog, Search",10,,,,,,0,1,0,0,,
LONE,,Top,simple,,Lone,,,1,Not Visible Individually,10,,,,,,1,1,1,0,,
"""


def row(model: str, pk: Any, **fields: Any) -> dict[str, Any]:
    return {"model": model, "pk": pk, "fields": fields}


SALEOR = [
    row("product.category", 1, name="Clothes", parent=None),
    row("product.category", 2, name="Tees", parent=1),
    row("product.product", 7, name="Tee", slug="tee", category=2, description_plaintext="Soft.", weight="0.2:kg"),
    row("product.product", 8, name="Hidden", slug="hidden", category=2),
    row("product.producttranslation", 1, product=7, language_code="fr", name="T-shirt", description=None),
    row("product.productchannellisting", 1, product=7, channel=1, is_published=True, currency="USD"),
    row("product.productchannellisting", 2, product=8, channel=1, is_published=False, currency="USD"),
    row("product.productvariant", 1, sku="TEE-S", name="S", product=7, track_inventory=True, sort_order=1),
    row("product.productvariant", 2, sku=None, name="M", product=7, track_inventory=False, sort_order=2),
    row("product.productvariant", 3, sku="TEE-X", name="X", product=7, track_inventory=True, sort_order=3),
    *(
        row(
            "product.productvariantchannellisting",
            place,
            variant=variant,
            currency=currency,
            price_amount=amount,
            discounted_price_amount=lower,
        )
        for place, (variant, currency, amount, lower) in enumerate(
            [(1, "USD", "20.000", "15.000"), (1, "PLN", "80.000", "80.000"), (2, "USD", "20.000", "20.000")], 1
        )
    ),
    row("warehouse.warehouse", "a", slug="north"),
    row("warehouse.warehouse", "b", slug="south"),
    row("warehouse.stock", 1, warehouse="a", product_variant=1, quantity=4),
    row("warehouse.stock", 2, warehouse="b", product_variant=1, quantity=1),
]  # fmt: skip


def saved(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def by_id(products: list[Product]) -> dict[str, Product]:
    return {product.id: product for product in products}


def test_shopifys_rows_of_a_handle_are_one_product(tmp_path: Path) -> None:
    products, pieces, problems = read(saved(tmp_path / "products_export.csv", SHOPIFY))

    found = by_id(products)
    assert sorted(found) == ["mug", "tee"]
    tee, mug = found["tee"], found["mug"]
    assert (tee.description, tee.brand, tee.tags) == ("Soft & light.\nCotton.", "Yarn Co", ("summer", "cotton"))
    assert [variant.options for variant in tee.variants] == [
        {"colour": "Red", "size": "S"},
        {"colour": "Red", "size": "M"},
    ]
    assert tee.images == ("https://p.example/2.jpg", "https://p.example/3.jpg")
    assert tee.variants[1].image == "https://p.example/m.jpg"
    assert tee.variants[0].prices == {"USD": Money(2500, "USD")}
    assert tee.variants[0].sales == {"USD": Sale(Money(2000, "USD"))}
    assert (tee.variants[0].gtin, tee.weight_g) == ("4006381333931", 130)
    assert (mug.variants[0].sku, mug.variants[0].options) == ("mug", {})
    assert pieces == {"TEE-R-S": 3, "TEE-R-M": 0, "mug": UNCOUNTED}
    assert [(p.line, p.reason, p.sku) for p in problems] == [
        (4, "price: 'twenty' is no amount of money", "TEE-B-M")
    ]  # fmt: skip


def test_magentos_simple_rows_are_the_variants_of_a_configurable_one(tmp_path: Path) -> None:
    products, pieces, problems = read(saved(tmp_path / "catalog_product.csv", MAGENTO), weight_unit="lb")

    found = by_id(products)
    assert sorted(found) == ["FREE", "TEE"]
    tee = found["TEE"]
    small, medium = tee.variants
    assert (small.sku, small.options, medium.options) == ("TEE-S", {"size": "S"}, {"size": "M"})
    assert small.prices == medium.prices == {"USD": Money(2000, "USD")}
    assert small.sales["USD"].price == Money(1500, "USD")
    assert str(small.sales["USD"].starts) == "2026-06-01 00:00:00+00:00"
    assert (tee.category, tee.kind, tee.tags) == ("men/tees", "tees", ("sale",))
    assert (tee.materials, tee.details) == (("Cotton", "Wool"), {"pattern": "Solid"})
    assert tee.translations == {"fr": Translation("T-shirt", "Doux.")}
    assert (tee.image, tee.images, tee.weight_g) == ("images/tee.jpg", ("images/1.jpg", "images/2.jpg"), 136)
    assert pieces == {"TEE-S": 4, "TEE-M": 0, "FREE": UNCOUNTED}
    assert [(problem.line, problem.reason) for problem in problems] == [
        (4, "configurable_variations: the file has no TEE-L"),
        (6, "product_type: a bundle is not sold in a chat"),
    ]


def test_saleors_dump_has_prices_by_channel_and_stock_by_warehouse(tmp_path: Path) -> None:
    text = "[\n" + ",\n".join(json.dumps(each) for each in SALEOR) + "\n]"

    (tee,), pieces, problems = read(saved(tmp_path / "populatedb.json", text))

    small, medium = tee.variants
    assert (tee.id, tee.category, tee.weight_g) == ("tee", "clothes/tees", 200)
    assert small.prices == {"USD": Money(2000, "USD"), "PLN": Money(8000, "PLN")}
    assert small.sales == {"USD": Sale(Money(1500, "USD"))}
    assert (medium.sku, medium.options) == ("tee-2", {"variant": "M"})
    assert tee.translations == {"fr": Translation("T-shirt")}
    assert pieces == {"TEE-S": 5, "tee-2": UNCOUNTED}
    assert [str(problem) for problem in problems] == ["populatedb.json:11: price: no channel sells it"]


def test_a_dump_that_breaks_off_is_read_until_there(tmp_path: Path) -> None:
    text = "[\n" + ",\n".join(json.dumps(each) for each in SALEOR) + ",\n{"

    products, _, problems = read(saved(tmp_path / "populatedb.json", text))

    assert len(products) == 1
    assert (problems[0].line, problems[0].product) == (len(SALEOR) + 2, None)


def test_oscars_books_have_no_header(tmp_path: Path) -> None:
    text = 'Book,Books > Novels,978,"A Book","Long.",Partner,978,9.99,20\nBook,Books > Novels,979,"B",,P,979,x,1\n'

    (book,), pieces, (problem,) = read(saved(tmp_path / "books.csv", text), currency="GBP")

    assert (book.id, book.title, book.category) == ("978", "A Book", "books/novels")
    assert book.variants[0].prices == {"GBP": Money(999, "GBP")}
    assert pieces == {"978": 20}
    assert (problem.line, problem.product) == (2, "979")


def test_every_form_is_recognised_from_what_is_in_it(tmp_path: Path) -> None:
    assert recognised(saved(tmp_path / "a", SHOPIFY)) == "shopify"
    assert recognised(saved(tmp_path / "b", MAGENTO)) == "magento"
    assert recognised(saved(tmp_path / "c", json.dumps(SALEOR))) == "saleor"
    assert recognised(saved(tmp_path / "d", "id,title,price\n")) == "feed"
    assert recognised(saved(tmp_path / "e", " <rss/>")) == "feed"
    assert recognised(tmp_path) == "own"


@pytest.mark.parametrize(
    ("name", "form", "products", "variants"),
    [
        ("magento_luma_products.csv", "magento", 147, 1847),
        ("saleor_populatedb.json", "saleor", 32, 73),
        ("spree_sample_products.csv", "shopify", 37, 87),
        ("oscar_books.essential.csv", "oscar", 82, 82),
    ],
)
def test_a_real_catalogue_is_read_whole(name: str, form: str, products: int, variants: int) -> None:
    path = REAL / name
    if not path.exists():
        pytest.skip(f"the real catalogues are not beside the repository ({name})")

    found, pieces, problems = read(path)

    assert recognised(path) == form
    assert problems == []
    assert (len(found), sum(len(product.variants) for product in found), len(pieces)) == (products, variants, variants)
    assert all(variant.prices for product in found for variant in product.variants)
