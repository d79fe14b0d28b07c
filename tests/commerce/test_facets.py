"""How found products divide."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bot.commerce.catalog import Product, Variant
from bot.commerce.facets import Band, facets_of
from bot.commerce.money import Money


def shoe(name: str, brand: str, amount: int, *colours: str) -> Product:
    variants = tuple(Variant(f"{name}-{c}", {"colour": c}, {"EUR": Money(amount, "EUR")}, 1) for c in colours)
    return Product(name, name, "", "", brand, "shoes", "shoe", None, (), (), None, variants)


def test_values_are_counted_by_product_the_most_first() -> None:
    found = [shoe("a", "Aero", 1900, "red", "blue"), shoe("b", "Birch", 4900, "blue"), shoe("c", "Aero", 9900, "grey")]

    facets = facets_of(found, "EUR")

    assert facets.brands == (("Aero", 2), ("Birch", 1))
    assert facets.colours == (("blue", 2), ("grey", 1), ("red", 1))
    assert facets.sizes == ()


def test_prices_are_cut_at_round_numbers() -> None:
    found = [shoe(str(amount), "Aero", amount, "red") for amount in (900, 1900, 2100, 4900, 5200, 9900)]

    assert facets_of(found, "EUR").prices == (
        Band(None, Decimal(20), 2),
        Band(Decimal(20), Decimal(50), 2),
        Band(Decimal(50), None, 2),
    )


def test_what_all_share_is_no_choice() -> None:
    facets = facets_of([shoe("a", "Aero", 1900, "red"), shoe("b", "Aero", 1900, "red")], "EUR")

    assert facets.brands == facets.colours == facets.prices == ()


@given(st.lists(st.integers(0, 10**7), max_size=30))
def test_every_price_is_in_one_band(amounts: list[int]) -> None:
    bands = facets_of([shoe(str(place), "Aero", amount, "red") for place, amount in enumerate(amounts)], "EUR").prices

    assert sum(band.products for band in bands) in (0, len(amounts))
