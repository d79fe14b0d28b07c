"""What the shop's pages say of delivery and codes is what the till does."""

from __future__ import annotations

import re

import pytest

from bot.composition import CATALOG
from bot.conversation.countries import country_name
from bot.conversation.phrases import LANGUAGES
from bot.search.pages import read_page
from bot.selling.shop_file import read_promotions, read_shop_file
from bot.settings import ROOT

AMOUNT = re.compile(r"\d+\.\d{2}")


def page(name: str, language: str) -> list[str]:
    """The sections of a page, with amounts as `Decimal` writes them."""
    text = (ROOT / "data" / "faq" / f"{name}.{language}.md").read_text(encoding="utf-8")
    return [section.text.replace(",", ".") for section in read_page(text, name, language)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_delivery_page_tells_every_amount_of_the_table_and_no_other(language: str) -> None:
    ways = [way for zone in read_shop_file(CATALOG / "shop.yml").rules().shipping.zones for way in zone.ways]
    charged = {
        str(money.decimal)
        for way in ways
        for table in (way.flat, way.per_kilo, way.free_from)
        for money in table.values()
    }

    assert set(AMOUNT.findall(page("delivery", language)[0])) == charged


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_delivery_page_tells_how_many_days_every_way_takes(language: str) -> None:
    ways = {way.days for zone in read_shop_file(CATALOG / "shop.yml").rules().shipping.zones for way in zone.ways}
    told = page("delivery", language)[1]

    for least, most in ways:
        said = rf"\b{most}\b" if least == most else rf"\b{least}\D{{1,6}}{most}\b"
        assert re.search(said, told), (least, most)


def test_the_delivery_page_names_every_country() -> None:
    zones = read_shop_file(CATALOG / "shop.yml").rules().shipping.zones
    told = page("delivery", "en")[2]
    countries = {country for zone in zones for country in zone.countries}

    assert {country for country in countries if country_name(country, "en") not in told} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_code_on_the_page_is_one_that_the_till_takes(language: str) -> None:
    promotions = read_promotions(CATALOG / "promotions.yml")
    codes = page("promotions", language)[1]
    named = set(re.findall(r"\b[A-Z]{4,}\d*\b", codes))

    assert named
    assert named <= set(promotions)
    amounts = {str(money.decimal) for code in named for money in (*promotions[code].amount.values(),
                                                                 *promotions[code].minimum.values())}  # fmt: skip
    assert set(AMOUNT.findall(codes)) == amounts
