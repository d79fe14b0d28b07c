"""The shop's API for its own other systems: parcels of an order, reported with a token instead of a signature."""

from __future__ import annotations

import hmac

from sanic import Request

from bot.accounts import Accounts
from bot.api import Api
from bot.errors import NotAuthenticated, Unavailable
from bot.selling.shipping_news import Reported, ShipmentReport, ShippingNews


def orders_api(*, accounts: Accounts, token: str, news: ShippingNews) -> Api:
    """Without a token it is off, and says so."""
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

    return api
