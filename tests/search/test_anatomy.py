"""What a title says that the thing is, and what it only is for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.commerce.catalog import Product, Translation, Variant
from bot.commerce.money import Money
from bot.commerce.query import Query, read_query
from bot.search.anatomy import KNOWN_TAKERS, Role, role_of, shape
from bot.search.base import Hits
from bot.search.fts5 import Fts5Index
from bot.search.stems import stem
from bot.search.words import tokens

TITLES = {
    "sleeve": "Northfold laptop sleeve 13 inch grey",
    "lock": "Keyed Laptop Lock 1.8 m",
    "stand": "Aluminium stand for laptop",
    "laptop": 'Fjord 14 Air laptop 35.6 cm (14") 16 GB 512 GB SSD',
    "drive": 'Fjord internal SSD 2.5" 512 GB',
    "mouse": "Fjord M2 mouse wireless",
    "pad": "Gel mouse pad blue",
    "case": "Clear case for iPhone 7",
}


@pytest.mark.parametrize(
    ("word", "title", "role"),
    [
        ("mouse", "Fjord M2 mouse USB", Role.HEAD),
        ("mouse", "Gel mouse pad", Role.TAKEN),
        ("screen", "Flat screen floorstand", Role.TAKEN),
        ("notebook", "Fjord 615 notebook PC", Role.HEAD),
        ("ipad", "Sleeve for iPad", Role.FOR),
        ("laptop", "Stand compatible with any laptop", Role.FOR),
        ("ssd", "Fjord 615 notebook 256 GB SSD", Role.PART),
        ("board", "Tower case black, USB 3.2, 4 fans, light board", Role.PART),
        ("mouse", "Wireless keyboard", Role.NONE),
    ],
)
def test_a_word_plays_one_role_in_a_title(word: str, title: str, role: Role) -> None:
    assert role_of(frozenset({stem(word)}), shape(title), KNOWN_TAKERS) is role


@pytest.mark.parametrize("written", ['17"', "17 inch", "17-inch", "17in", "17”"])
def test_a_number_and_its_unit_are_two_words_however_written(written: str) -> None:
    assert tokens(f"screen {written} black") == ["screen", "17", "inch", "black"]
    assert tokens("256GB") == ["256", "gb"]


def product(name: str, title: str, **changes: object) -> Product:
    variant = Variant(f"SKU-{name}", {}, {"EUR": Money(900, "EUR")}, 3, mpn="TN-2110" if name == "drive" else "")
    known = {"id": name, "title": title, "description": "", "why": "", "brand": "Fjord", "category": "", "kind": ""}
    rest = {"image": None, "tags": (), "materials": (), "vegan": None, "variants": (variant,)}
    return Product(**{**known, **rest, **changes})  # type: ignore[arg-type]


async def index_of(folder: Path, *products: Product) -> Fts5Index:
    async def each() -> AsyncIterator[Product]:
        for one in products:
            yield one

    index = Fts5Index(folder / "search.db")
    await index.rebuild(each())
    return index


async def found(folder: Path, words: str) -> Hits:
    index = await index_of(folder, *(product(name, title) for name, title in TITLES.items()))
    return await index.search(read_query(words), currency="EUR", limit=10)


@pytest.mark.parametrize(
    ("words", "chosen"),
    [
        ("laptop", ("laptop",)),
        ("laptops", ("laptop",)),
        ("laptop sleeve", ("sleeve",)),
        ("mouse", ("mouse",)),
        ("mouse pad", ("pad",)),
        ("ssd", ("drive",)),
        ("tn-2110", ("drive",)),
    ],
)
async def test_the_thing_is_chosen_and_not_what_is_made_for_it(tmp_path: Path, words: str, chosen: tuple[str]) -> None:
    hits = await found(tmp_path, words)

    assert hits.exact
    assert hits.chosen == chosen
    assert hits.ids[0] == chosen[0]


async def test_what_is_only_gone_with_is_close_and_not_it(tmp_path: Path) -> None:
    hits = await found(tmp_path, "iphone 7")

    assert not hits.exact
    assert hits.chosen == ("case",)


async def test_a_code_is_met_whole_or_not_at_all(tmp_path: Path) -> None:
    hits = await found(tmp_path, "tn-2111")

    assert not hits.exact
    assert "drive" not in hits.chosen
    assert hits.corrected == {}


@pytest.mark.parametrize("words", ["chaussures", "chaussure de course", "buty", "जूते"])
async def test_a_translated_title_is_found_in_its_language(tmp_path: Path, words: str) -> None:
    said = {
        "fr": Translation("Chaussures de course"),
        "pl": Translation("Buty do biegania"),
        "hi": Translation("दौड़ने के जूते"),
    }
    index = await index_of(
        tmp_path, product("shoe", "Aero running shoe", kind="running shoe", translations=said), product("mug", "Mug")
    )

    hits = await index.search(Query(words), currency="EUR", limit=5)

    assert hits.chosen == ("shoe",)
