"""An invoice drawn as a PDF file: one page or more of A4, in the buyer's language and letters. The one user of fpdf2.

Noto Sans holds Latin letters with every accent, Noto Sans Devanagari Hindi's; HarfBuzz joins them as they are written.
The fonts come as packages, because no server need have any. Their weights are not used: cutting one out of a variable
font takes seconds, so what is to stand out is drawn with a thin line around it.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager

import fontpkg
from babel.dates import format_date
from babel.numbers import format_percent
from fpdf import FPDF
from fpdf.enums import Align, TextMode, XPos, YPos

from bot.commerce.invoices import Invoice, Party, TaxLine
from bot.commerce.money import Money
from bot.conversation.phrases import Speaker, label_in, language_of, locale_for, phrase, speaker

_MARGIN = 18
_WIDTH = 210 - 2 * _MARGIN
_COLUMNS = (80.0, 16.0, 26.0, 26.0, 26.0)
_HEADS = (phrase("What was bought"), phrase("Pieces"), phrase("Price"), phrase("Discount"), phrase("Amount"))
_ACCENT = (15, 118, 110)
_GREY = (110, 110, 110)
_BOLD_LINE = 0.09
"""Millimetres around a letter that is to stand out."""


def draw(invoice: Invoice, locale: str) -> bytes:
    """The file. `locale` as a conversation has it: it says the language and how amounts and dates are written."""
    page = _Page(locale)
    page.head(invoice)
    page.parties(invoice)
    page.lines(invoice)
    page.sums(invoice)
    return bytes(page.pdf.output())


class _Page:
    def __init__(self, locale: str) -> None:
        self.say: Speaker = speaker(language_of(locale))
        self.locale = locale_for(self.say.language, locale)
        self.pdf = FPDF(format="A4")
        self.pdf.set_margins(_MARGIN, _MARGIN)
        self.pdf.set_auto_page_break(auto=True, margin=_MARGIN)
        self.pdf.add_font("latin", fname=fontpkg.path("Noto Sans"))
        self.pdf.add_font("devanagari", fname=fontpkg.path("Noto Sans Devanagari"))
        self.pdf.set_fallback_fonts(["devanagari"], exact_match=False)
        self.pdf.set_text_shaping(use_shaping_engine=True)
        self.pdf.set_font("latin", size=10)
        self.pdf.c_margin = 0
        self.pdf.add_page()

    def amount(self, money: Money) -> str:
        return money.format(self.locale)

    def _bold(self) -> AbstractContextManager[object]:
        return self.pdf.local_context(
            text_mode=TextMode.FILL_STROKE, line_width=_BOLD_LINE, draw_color=self.pdf.text_color
        )

    def head(self, invoice: Invoice) -> None:
        title = self.say("Invoice {number}", number=invoice.number)
        day = format_date(invoice.issued, format="long", locale=self.locale)
        self.pdf.set_title(title)
        self.pdf.set_creator(invoice.seller.name)
        self.pdf.set_font_size(20)
        self.pdf.set_text_color(*_ACCENT)
        with self._bold():
            self.pdf.cell(text=title, h=11, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.pdf.set_font_size(10)
        self.pdf.set_text_color(*_GREY)
        self.pdf.cell(text=self.say("Issued and paid on {day}", day=day), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.pdf.set_text_color(0)
        self.pdf.ln(8)

    def parties(self, invoice: Invoice) -> None:
        top = self.pdf.get_y()
        ends = []
        sides = ((self.say("Seller"), invoice.seller, 0.0), (self.say("Buyer"), invoice.buyer, _WIDTH / 2))
        for name, party, left in sides:
            self.pdf.set_y(top)
            ends.append(self._party(name, party, _MARGIN + left))
        self.pdf.set_y(max(ends) + 8)

    def _party(self, name: str, party: Party, left: float) -> float:
        tax_id = self.say("Tax number: {number}", number=party.tax_id) if party.tax_id else ""
        self.pdf.set_text_color(*_GREY)
        self._line(name, left)
        self.pdf.set_text_color(0)
        with self._bold():
            self._line(party.name or "–", left)
        for line in (*party.lines, party.email, tax_id):
            if line:
                self._line(line, left)
        return self.pdf.get_y()

    def _line(self, text: str, left: float) -> None:
        self.pdf.set_x(left)
        self.pdf.multi_cell(w=_WIDTH / 2 - 4, h=5.5, text=text, align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def lines(self, invoice: Invoice) -> None:
        heads = [self.say(word) for word in _HEADS]
        self.pdf.set_text_color(*_GREY)
        self._row(heads)
        self.pdf.set_text_color(0)
        self._rule()
        for line in invoice.lines:
            off = self.amount(line.discount) if line.discount.amount else ""
            name = f"{label_in(self.say, line.title)}\n{line.sku}"
            self._row([name, str(line.quantity), self.amount(line.unit_price), off, self.amount(line.amount)])
        self._rule()

    def _row(self, cells: Sequence[str]) -> None:
        """A line of the table: the first column wraps, the others stand to the right."""
        wrapped = self.pdf.multi_cell(w=_COLUMNS[0], h=5.5, text=cells[0], align=Align.L, dry_run=True, output="LINES")
        height = 5.5 * len(wrapped) if isinstance(wrapped, list) else 5.5
        if self.pdf.will_page_break(height + 2):
            self.pdf.add_page()
        top = self.pdf.get_y()
        self.pdf.multi_cell(w=_COLUMNS[0], h=5.5, text=cells[0], align=Align.L, new_x=XPos.RIGHT, new_y=YPos.TOP)
        for width, text in zip(_COLUMNS[1:], cells[1:], strict=True):
            self.pdf.cell(w=width, h=5.5, text=text, align=Align.R)
        self.pdf.set_xy(_MARGIN, top + height + 2)

    def _rule(self) -> None:
        self.pdf.set_draw_color(*_GREY)
        y = self.pdf.get_y()
        self.pdf.line(_MARGIN, y, _MARGIN + _WIDTH, y)
        self.pdf.ln(2)

    def sums(self, invoice: Invoice) -> None:
        say = self.say
        self._sum(say("Goods"), self.amount(invoice.goods))
        if invoice.discount.amount:
            self._sum(f"{say('Discount')} {invoice.code}".strip(), f"-{self.amount(invoice.discount)}")
        delivery = f"{say('Delivery')} ({invoice.way})" if invoice.way else say("Delivery")
        self._sum(delivery, self.amount(invoice.delivery))
        for tax in invoice.taxes:
            if not tax.included:
                self._sum(self._tax(tax), self.amount(tax.amount))
        with self._bold():
            self._sum(say("Total"), self.amount(invoice.total))
        for tax in invoice.taxes:
            if tax.included:
                self._sum(self._tax(tax), self.amount(tax.amount))
        if invoice.refunded.amount:
            self._sum(say("Paid back since"), f"-{self.amount(invoice.refunded)}")

    def _tax(self, tax: TaxLine) -> str:
        name = tax.name or self.say("Tax")
        if tax.percent is not None and tax.net is not None:
            share = format_percent(tax.percent / 100, format="#,##0.##%", locale=self.locale)
            name = self.say("{tax} {percent} on {net}", tax=name, percent=share, net=self.amount(tax.net))
        return self.say("of which {tax}", tax=name) if tax.included else name

    def _sum(self, name: str, amount: str) -> None:
        if self.pdf.will_page_break(6.5):
            self.pdf.add_page()
        self.pdf.set_x(_MARGIN)
        self.pdf.cell(w=_WIDTH - 40, h=6.5, text=name, align=Align.R)
        self.pdf.cell(w=40, h=6.5, text=amount, align=Align.R, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
