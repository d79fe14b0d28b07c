"""Orders over HTTP: parcels from the shop's other systems, with a token; invoices for its people, and for whoever was
given an address that nobody can guess.
"""

from __future__ import annotations

import hmac

from sanic import Blueprint, Request
from sanic.response import HTTPResponse, raw

from bot.accounts import Accounts, Role
from bot.api import Api, error_answer
from bot.errors import NotAuthenticated, NotFound, Unavailable
from bot.selling.invoices import PATH, Invoices
from bot.selling.shipping_news import Reported, ShipmentReport, ShippingNews


def orders_api(*, accounts: Accounts, token: str, news: ShippingNews, invoices: Invoices) -> Api:
    """Without a token reporting is off, and says so."""
    api = Api("orders", accounts)

    def bearer(request: Request) -> None:
        if not token:
            raise Unavailable("orders_api_off", "This API is off: ORDERS_API_TOKEN is not set.")
        kind, _, given = (request.headers.get("authorization") or "").partition(" ")
        if kind.lower() != "bearer" or not hmac.compare_digest(given.strip().encode(), token.encode()):
            raise NotAuthenticated("token_wrong", "Send the token: Authorization: Bearer ...")

    @api.post("/orders/<number:int>/shipments", body=ShipmentReport, answer=Reported, check=bearer)
    async def report_shipment(_request: Request, body: ShipmentReport, number: int) -> Reported:
        """Report a parcel of an order: shipped, delivered or returned"""
        return await news.take(number, body)

    @api.get("/orders/<number:int>/invoice", roles=set(Role), file=True)
    async def read_invoice(_request: Request, number: int) -> HTTPResponse:
        """The invoice of a paid order, in its buyer's language"""
        return _file(number, await invoices.pdf(number))

    return api


def invoice_files(invoices: Invoices) -> Blueprint:
    """`GET /media/invoices/<number>.<language>.<until>.<signature>.pdf`, as `Invoices.address` writes it."""
    blueprint = Blueprint("invoices")

    @blueprint.get(f"{PATH}/<name:str>")
    async def read(_request: Request, name: str) -> HTTPResponse:
        try:
            return _file(*await invoices.fetch(name))
        except NotFound as error:
            return error_answer(error)

    return blueprint


def _file(number: int, pdf: bytes) -> HTTPResponse:
    headers = {
        "Content-Disposition": f'attachment; filename="invoice-{number}.pdf"',
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex",
    }
    return raw(pdf, content_type="application/pdf", headers=headers)
