"""Invoices: made anew from the order whenever somebody asks, and handed out by an address that nobody can guess.

An address holds the order's number, the language and how long it is good, signed; whoever has it gets the file, because
chat platforms fetch files without saying who they are. Who may ask for an address is decided before (`Shop.orders`).
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from bot.clock import Clock
from bot.commerce.invoices import Invoice, InvoiceLine, Party, taxes_of
from bot.commerce.money import Money
from bot.conversation.phrases import LANGUAGES
from bot.errors import NotFound
from bot.payments.base import Address, Buyer
from bot.selling.policy import ShopPolicy
from bot.storage import orders
from bot.storage.sql import Database, Row

PATH = "/media/invoices"
GOOD_FOR = timedelta(days=7)
_PURPOSE = b"souk invoices"


class Invoices:
    def __init__(self, *, db: Database, clock: Clock, policy: ShopPolicy, secret_key: str, public_url: str) -> None:
        self._db = db
        self._clock = clock
        self._policy = policy
        self._key = hmac.new(secret_key.encode(), _PURPOSE, hashlib.sha256).digest()
        self._public_url = public_url

    def address(self, number: int, language: str) -> str:
        """Where the invoice of an order is for a week. `language` is one of `bot.conversation.phrases.LANGUAGES`."""
        until = int((self._clock.now() + GOOD_FOR).timestamp())
        said = f"{number}.{language}.{until}"
        return f"{self._public_url}{PATH}/{said}.{self._sign(said)}.pdf"

    async def fetch(self, name: str) -> tuple[int, bytes]:
        """The order's number and its invoice by the last part of an address. Raises `NotFound` for one that we never
        gave, or that is no longer good."""
        said, _, signature = name.removesuffix(".pdf").rpartition(".")
        parts = said.split(".")
        right = hmac.compare_digest(self._sign(said).encode(), signature.encode())
        if not right or len(parts) != 3 or int(parts[2]) < self._clock.now().timestamp():
            raise NotFound("invoice_unknown", "There is no invoice at this address, or no longer.")
        return int(parts[0]), await self.pdf(int(parts[0]), parts[1])

    async def pdf(self, number: int, language: str | None = None) -> bytes:
        """The invoice of a paid order as a PDF file, in the order's own language unless told otherwise. Raises
        `NotFound` where nothing was paid."""
        invoice, locale = await self._invoice(number)
        spoken = language if language in LANGUAGES else None
        return await asyncio.to_thread(_draw, invoice, spoken or locale)

    async def _invoice(self, number: int) -> tuple[Invoice, str]:
        async with self._db.read() as tx:
            order = await orders.order_by_number(tx, number)
            lines = (await orders.lines_of(tx, [order.id])).get(order.id, []) if order is not None else []
        if order is None or order.paid_at is None:
            raise NotFound("invoice_unknown", "There is no invoice of this order.", order=number)
        return self._read(order, lines), order.locale

    def _read(self, order: Row[Any], rows: list[Row[Any]]) -> Invoice:
        def money(amount: int) -> Money:
            return Money(amount, order.currency)

        lines = tuple(
            InvoiceLine(row.title, row.sku, row.quantity, money(row.unit_amount), money(row.discount), row.tax_code)
            for row in rows
        )
        zone = ZoneInfo(self._policy.after_sale.reminders.zone)
        return Invoice(
            number=order.number,
            issued=order.paid_at.astimezone(zone).date(),
            seller=self._policy.seller or Party(self._policy.name),
            buyer=_buyer(msgspec.convert(order.buyer or {}, Buyer)),
            lines=lines,
            goods=money(order.subtotal),
            discount=money(order.discount),
            code=order.code or "",
            delivery=money(order.shipping),
            way=next((way["name"] for way in order.ways if way["way"] == order.way), ""),
            taxes=taxes_of(
                lines,
                self._policy.rules.tax,
                order.country,
                included=money(order.tax_included),
                added=money(order.tax),
                name=order.tax_name,
            ),
            total=money(order.total),
            refunded=money(order.refunded),
        )

    def _sign(self, said: str) -> str:
        return hmac.new(self._key, said.encode(), hashlib.sha256).hexdigest()[:40]


def _draw(invoice: Invoice, locale: str) -> bytes:
    # The library of PDFs takes two seconds and 45 MB to load, in every process; few of them ever draw.
    from bot.selling.invoice_pdf import draw

    return draw(invoice, locale)


def _buyer(buyer: Buyer) -> Party:
    at = buyer.address or Address(country="")
    town = " ".join(part for part in (at.postal_code, at.city, at.state) if part)
    written = (buyer.ship_to_name if buyer.ship_to_name != buyer.name else "", at.line1, at.line2, town, at.country)
    return Party(buyer.name or buyer.ship_to_name, tuple(part for part in written if part), email=buyer.email)
