"""The desk's HTTP API of selling. Every change carries the version of the cart that was looked at."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from sanic import Request
from sanic.response import HTTPResponse, raw

from bot.accounts import Role
from bot.api import Api, if_match, user_of
from bot.desk.asked import number
from bot.desk.counter import DeskCounter
from bot.desk.goods import CartEdit, CheckoutSent, Countries, DeskCart, ProductsFound, SendCheckout
from bot.desk.service import Desk
from bot.errors import BadInput

_ROLES = {Role.AGENT}
_ONE = "/desk/conversations/<conversation:int>"
_SEARCH_LIMIT = 200


InvoiceOf = Callable[[int], Awaitable[bytes]]
"""An order's invoice as a PDF file; raises NotFound where nothing was paid."""


def add_counter(api: Api, desk: Desk, counter: DeskCounter, invoice: InvoiceOf) -> None:
    """Carts, products, checkouts, invoices: added to the desk's routes."""
    _add_looking(api, counter)
    _add_invoices(api, invoice)
    _add_doing(api, desk, counter)


def _add_looking(api: Api, counter: DeskCounter) -> None:
    @api.get(f"{_ONE}/cart", answer=DeskCart, roles=_ROLES)
    async def read_cart(request: Request, conversation: int) -> DeskCart:
        """The customer's cart, the same on every channel"""
        return await counter.cart(conversation)

    @api.get("/desk/products", answer=ProductsFound, roles=_ROLES)
    async def find_products(request: Request) -> ProductsFound:
        """Products in the currency of `?conversation=`: what fits `?q=`, or the one `?product=`"""
        conversation = number(request, "conversation")
        if conversation is None:
            raise BadInput("no_conversation", "Say for which conversation.")
        product = request.args.get("product")
        if product:
            return await counter.product(conversation, product)
        return await counter.products(conversation, (request.args.get("q") or "")[:_SEARCH_LIMIT])

    @api.get("/desk/countries", answer=Countries, roles=_ROLES)
    async def list_countries(request: Request) -> Countries:
        """Where the shop delivers to"""
        return Countries(counter.countries())


def _add_invoices(api: Api, invoice: InvoiceOf) -> None:
    @api.get("/desk/orders/<number:int>/invoice", file=True, roles=_ROLES)
    async def read_invoice(request: Request, number: int) -> HTTPResponse:
        """The invoice of a paid order, in the order's own language"""
        named = {"Content-Disposition": f'inline; filename="{number}.pdf"', "Cache-Control": "private, no-store"}
        return raw(await invoice(number), content_type="application/pdf", headers=named)


def _add_doing(api: Api, desk: Desk, counter: DeskCounter) -> None:
    @api.patch(f"{_ONE}/cart", body=CartEdit, answer=DeskCart, roles=_ROLES, needs_version=True)
    async def edit_cart(request: Request, conversation: int, body: CartEdit) -> DeskCart:
        """Change the cart; 409 `cart_moved_on` has the cart as it is now, if it is no longer the one you saw"""
        return await counter.edit(conversation, user_of(request), if_match(request), body)

    @api.post(f"{_ONE}/checkout", body=SendCheckout, answer=CheckoutSent, roles=_ROLES, needs_version=True)
    async def send_checkout(request: Request, conversation: int, body: SendCheckout) -> CheckoutSent:
        """Open the checkout of this cart and send its link to the customer; If-Match is the cart's version"""
        message = await counter.send_checkout(conversation, user_of(request), if_match(request), body.client_id)
        return CheckoutSent(await counter.cart(conversation), await desk.message(message))
