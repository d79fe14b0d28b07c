"""Invoices: every figure of the order, in every language's letters, behind an address that nobody can guess."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from fpdf import FPDF
from hypothesis import given
from hypothesis import strategies as st

from bot.commerce.invoices import Invoice, InvoiceLine, Party, TaxLine, taxes_of
from bot.commerce.money import Money
from bot.commerce.tax import TaxRate, TaxTable
from bot.errors import NotFound
from bot.selling.invoice_pdf import draw
from bot.selling.invoices import PATH
from tests.support.sold import BUYER, Sold, sold_shop

ADDRESS = {"country": "PL", "line1": "ul. Długa 4/7", "city": "Kraków", "postal_code": "31-146"}
VAT = TaxTable((TaxRate(("PL",), Decimal(23), True, "", "VAT"), TaxRate(("PL",), Decimal(5), True, "books", "VAT")))


@pytest.fixture
async def sold(tmp_path: Path, valkey: str) -> AsyncIterator[Sold]:
    async with sold_shop(tmp_path, valkey) as shop:
        yield shop


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every text that a PDF library of somebody else is asked to draw."""
    texts: list[str] = []
    for name in ("cell", "multi_cell"):
        drawn = getattr(FPDF, name)

        def spy(self: FPDF, *args: Any, _drawn: Any = drawn, **more: Any) -> Any:
            if not more.get("dry_run"):
                texts.append(str(more.get("text", "")))
            return _drawn(self, *args, **more)

        monkeypatch.setattr(FPDF, name, spy)
    return texts


def money(cents: int) -> Money:
    return Money(cents, "EUR")


def line(cents: int, pieces: int = 1, off: int = 0, code: str = "", title: str = "Aero, blue, 42") -> InvoiceLine:
    return InvoiceLine(title, "SKU", pieces, money(cents), money(off), code)


def invoice(*lines: InvoiceLine, buyer: str = "Anna Nowak", **changes: Any) -> Invoice:
    goods = sum((each.unit_price * each.quantity for each in lines), start=money(0))
    off = sum((each.discount for each in lines), start=money(0))
    known: dict[str, Any] = {
        "number": 10_482,
        "issued": date(2026, 3, 2),
        "seller": Party("Souk Demo Ltd", ("12 Market Street",), "PL5260001246", "hello@shop.example"),
        "buyer": Party(buyer, ("ul. Długa 4/7", "31-146 Kraków", "PL")),
        "lines": tuple(lines),
        "goods": goods,
        "discount": off,
        "code": "",
        "delivery": money(600),
        "way": "Dostawa standardowa",
        "taxes": (),
        "total": goods - off + money(600),
        "refunded": money(0),
    }
    return Invoice(**{**known, **changes})


def test_every_figure_stands_on_it_in_the_buyers_words(written: list[str]) -> None:
    taxes = (TaxLine("VAT", money(2334), True, Decimal(23), money(10_147)),)
    pdf = draw(
        invoice(line(6900, 2, off=1319), taxes=taxes, code="SPRING", refunded=money(500)),
        "pl",
    )

    assert pdf.startswith(b"%PDF-")
    said = [" ".join(text.split()) for text in written]
    for words in (
        "Faktura 10482",
        "Wystawiona i opłacona 2 marca 2026",
        "Souk Demo Ltd",
        "NIP: PL5260001246",
        "ul. Długa 4/7",
        "Aero, niebieski, 42 SKU",
        "69,00 €",
        "124,81 €",
        "-13,19 €",
        "Dostawa (Dostawa standardowa)",
        "6,00 €",
        "w tym VAT 23% od 101,47 €",
        "130,81 €",
        "-5,00 €",
    ):
        assert words in said, (words, said)


@pytest.mark.parametrize("locale", ["en", "fr", "pl", "hi", "hi-Latn"])
def test_it_can_be_drawn_in_every_language_and_in_any_letters(locale: str, caplog: pytest.LogCaptureFixture) -> None:
    pdf = draw(invoice(line(6900, title="Żółta czapka"), buyer="राधिका श्रीवास्तव · Zażółć Gęślą · Ñandú"), locale)
    assert b"NotoSans" in pdf
    assert not [record for record in caplog.records if "missing" in record.message.lower()], caplog.text


def test_a_long_order_goes_over_pages() -> None:
    pdf = draw(invoice(*[line(100 + n, title=f"A thing with a rather long name, number {n}") for n in range(80)]), "en")
    assert pdf.count(b"/Type /Page\n") >= 3


def test_tax_is_told_by_rate_where_the_table_gives_what_was_charged() -> None:
    lines = [line(12_300), line(10_500, code="books")]
    taxes = taxes_of(lines, VAT, "PL", included=money(2800), added=money(0), name="VAT")
    assert taxes == (
        TaxLine("VAT", money(500), True, Decimal(5), money(10_000)),
        TaxLine("VAT", money(2300), True, Decimal(23), money(10_000)),
    )


def test_tax_that_the_table_does_not_give_is_told_as_it_was_charged() -> None:
    taxes = taxes_of([line(12_300)], VAT, "PL", included=money(2000), added=money(0), name="VAT")
    assert taxes == (TaxLine("VAT", money(2000), True),)
    assert taxes_of([line(12_300)], VAT, "US", included=money(0), added=money(0), name="") == ()


LINES = st.lists(
    st.builds(line, st.integers(1, 10_000_00), st.integers(1, 9), code=st.sampled_from(["", "books"])), max_size=6
)


@given(LINES, st.booleans())
def test_taxes_by_rate_always_add_up_to_what_was_charged(lines: list[InvoiceLine], held: bool) -> None:
    table = TaxTable(tuple(TaxRate(rate.countries, rate.percent, held, rate.code, rate.name) for rate in VAT.rates))
    tax = table.tax([(each.amount, each.tax_code) for each in lines], "PL", "EUR")
    taxes = taxes_of(lines, table, "PL", included=tax.included, added=tax.added, name=tax.name)
    assert sum((each.amount for each in taxes), start=money(0)) == tax.included + tax.added
    assert all(each.percent is not None for each in taxes)


async def test_an_address_gives_the_file_for_a_week_and_a_changed_one_nothing(sold: Sold) -> None:
    number = await sold.sell(await sold.meet(), buyer={**BUYER, "address": ADDRESS})
    invoices = sold.parts.invoices
    address = invoices.address(number, "pl")
    name = address.rpartition("/")[2]
    assert address.startswith(f"{sold.parts.settings.public_url}{PATH}/{number}.pl.")

    fetched = await invoices.fetch(name)
    assert (fetched[0], fetched[1][:5]) == (number, b"%PDF-")
    for forged in (name.replace(str(number), str(number + 1)), name[:-8] + "0000.pdf", "x", "", f"{number}.pl.9.é.pdf"):
        with pytest.raises(NotFound):
            await invoices.fetch(forged)
    sold.wait(days=8)
    with pytest.raises(NotFound):
        await invoices.fetch(name)


async def test_what_was_never_paid_has_no_invoice(sold: Sold) -> None:
    number = await sold.sell(await sold.meet(), state="awaiting_payment")
    with pytest.raises(NotFound):
        await sold.parts.invoices.pdf(number)


async def test_the_order_and_its_buyer_are_read_as_they_were_paid(sold: Sold, written: list[str]) -> None:
    number = await sold.sell(await sold.meet(locale="pl"), buyer={**BUYER, "address": ADDRESS}, refunded=1250)
    await sold.parts.invoices.pdf(number)
    said = [" ".join(text.split()) for text in written]
    for words in ("Anna Nowak", "31-146 Kraków", "Anna@Nowak.example", "100,00 USD", "-12,50 USD", "Souk Demo Ltd"):
        assert words in said, (words, said)
