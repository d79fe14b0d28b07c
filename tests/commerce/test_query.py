"""What a sentence asks for."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.commerce.catalog import Product, Variant
from bot.commerce.money import Money
from bot.commerce.query import Query, read_query


@pytest.mark.parametrize(
    ("sentence", "query"),
    [
        ("running shoes under 80", Query("running shoes", max_price=Decimal(80))),
        ("running shoes under $80", Query("running shoes", max_price=Decimal(80))),
        ("mugs up to 12,50 €", Query("mugs", max_price=Decimal("12.50"))),
        ("something for 30 or less", Query("something for", max_price=Decimal(30))),
        ("shoes over 50", Query("shoes", min_price=Decimal(50))),
        ("a bag between 20 and 50 dollars", Query("a bag", min_price=Decimal(20), max_price=Decimal(50))),
        ("socks $5-10", Query("socks", min_price=Decimal(5), max_price=Decimal(10))),
        ("blue t-shirt size M", Query("t-shirt", size="m", colour="blue")),
        ("shoes in navy blue, size 42", Query("shoes", size="42", colour="navy")),
        ("sneakers in a size 42.5", Query("sneakers", size="42.5")),
        ("a gray hoodie", Query("a hoodie", colour="grey")),
        ("chaussures à moins de 80 €", Query("chaussures", max_price=Decimal(80))),
        ("un sac entre 20 et 40 euros", Query("un sac", min_price=Decimal(20), max_price=Decimal(40))),
        ("bottes à partir de 50 euros", Query("bottes", min_price=Decimal(50))),
        ("pas plus de 12,50 € une tasse", Query("une tasse", max_price=Decimal("12.50"))),
        ("chaussures en pointure 42", Query("chaussures", size="42")),
        ("buty do 80 zł", Query("buty", max_price=Decimal(80))),
        ("kubek poniżej 30", Query("kubek", max_price=Decimal(30))),
        ("torba od 20 do 40 zł", Query("torba", min_price=Decimal(20), max_price=Decimal(40))),
        ("torba między 20 a 40", Query("torba", min_price=Decimal(20), max_price=Decimal(40))),
        ("koszulka w rozmiarze M", Query("koszulka", size="m")),
        ("plecak do 15 calowego laptopa", Query("plecak do 15 calowego laptopa")),
        ("500 रुपये से कम के जूते", Query("जूते", max_price=Decimal(500))),
        ("जूते 500 रुपये तक", Query("जूते", max_price=Decimal(500))),
        ("200 से 500 के बीच बैग", Query("बैग", min_price=Decimal(200), max_price=Decimal(500))),
        ("42 नंबर के जूते", Query("जूते", size="42")),
        ("500 se kam ke joote", Query("joote", max_price=Decimal(500))),
        ("bag 200 se 500 ke beech", Query("bag", min_price=Decimal(200), max_price=Decimal(500))),
        ("joote 500 se zyada", Query("joote", min_price=Decimal(500))),
        ("aero 2", Query("aero 2")),
        ("a pack of 3 notebooks", Query("a pack of 3 notebooks")),
        ("undersized backpack", Query("undersized backpack")),
        ("redwood lamp", Query("redwood lamp")),
        ("", Query("")),
    ],
)
def test_filters_are_taken_out_of_a_sentence(sentence: str, query: Query) -> None:
    assert read_query(sentence) == query


def shoe() -> Product:
    def variant(sku: str, size: str, colour: str, amount: int, available: int) -> Variant:
        return Variant(sku, {"size": size, "colour": colour}, {"USD": Money(amount, "USD")}, available)

    variants = (
        variant("A", "42", "blue", 6900, 1),
        variant("B", "43", "red", 8900, 1),
        variant("C", "44", "red", 1, 0),
    )
    return Product("aero", "Aero", "", "", "", "shoes", "shoe", None, (), (), None, variants)


@pytest.mark.parametrize(
    ("query", "accepted"),
    [
        (Query(), True),
        (Query(size="42", colour="Blue"), True),
        (Query(size="42", colour="red"), False),
        (Query(size="43", max_price=Decimal(80)), False),
        (Query(max_price=Decimal("69.00")), True),
        (Query(max_price=Decimal("68.99")), False),
        (Query(min_price=Decimal(89)), True),
        (Query(min_price=Decimal("89.01")), False),
        (Query(size="44"), False),
        (Query(size="44", in_stock=False), True),
    ],
)
def test_one_and_the_same_variant_must_fit(query: Query, accepted: bool) -> None:
    assert query.accepts(shoe(), "USD") is accepted


def test_nothing_fits_in_a_currency_it_has_no_price_in() -> None:
    assert not Query().accepts(shoe(), "EUR")


def test_a_query_gives_up_one_filter_at_a_time_and_then_all() -> None:
    asked = Query("shoes", max_price=Decimal(80), size="42", colour="teal")

    assert list(asked.relaxations()) == [
        (asked, ()),
        (replace(asked, colour=None), ("colour",)),
        (replace(asked, size=None), ("size",)),
        (replace(asked, max_price=None), ("price",)),
        (Query("shoes"), ("colour", "size", "price")),
    ]


def test_a_query_without_filters_has_nothing_to_give_up() -> None:
    assert list(Query("shoes").relaxations()) == [(Query("shoes"), ())]
