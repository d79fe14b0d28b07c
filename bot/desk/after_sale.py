"""The desk after the sale: what waits for a person, and what a person does about it. Refunds, returns, disputes.

Every decision on something that waits carries the version that was seen; a new refund carries the writer's own name
for it, so that a second click pays nothing twice. Agents and owners only.
"""

from __future__ import annotations

from sanic import Request

from bot.accounts import Accounts, Role
from bot.api import Api, if_match, user_of
from bot.desk.after_sale_service import AfterSaleDesk
from bot.desk.after_sale_words import (
    AfterSaleView,
    CancelOrder,
    Decision,
    MakeGood,
    NewRefund,
    OrderAfterSale,
    Received,
)

_ROLES = {Role.AGENT}
_ORDER = "/desk/orders/<number:int>"
_REFUND = "/desk/refunds/<refund:int>"
_RETURN = "/desk/returns/<returned:int>"


def after_sale_api(*, accounts: Accounts, desk: AfterSaleDesk) -> Api:
    """The routes under `/api/v1/desk` about refunds, returns and disputes."""
    api = Api("after_sale", accounts)
    _add_reading(api, desk)
    _add_refunds(api, desk)
    _add_returns(api, desk)
    return api


def _add_reading(api: Api, desk: AfterSaleDesk) -> None:
    @api.get("/desk/after-sale", answer=AfterSaleView, roles=_ROLES)
    async def read_after_sale(request: Request) -> AfterSaleView:
        """What waits for a person: refunds to approve, returns on their way, disputes"""
        return await desk.waiting()

    @api.get(f"{_ORDER}/after-sale", answer=OrderAfterSale, roles=_ROLES)
    async def read_order_after_sale(request: Request, number: int) -> OrderAfterSale:
        """All that came after one order, and what may still be paid back"""
        return await desk.order(number)


def _add_refunds(api: Api, desk: AfterSaleDesk) -> None:
    @api.post(f"{_ORDER}/refunds", body=NewRefund, answer=OrderAfterSale, roles=_ROLES)
    async def refund_order(request: Request, number: int, body: NewRefund) -> OrderAfterSale:
        """Pay back a part or all of it; 409 `more_than_paid` and `disputed` say why not"""
        return await desk.refund(number, user_of(request), body)

    @api.post(f"{_ORDER}/cancel", body=CancelOrder, answer=OrderAfterSale, roles=_ROLES)
    async def cancel_order(request: Request, number: int, body: CancelOrder) -> OrderAfterSale:
        """Call it off before it leaves, and pay it back; 409 `too_late`, `under_review`, `payment_arriving`"""
        return await desk.cancel(number, user_of(request), body)

    @api.post(f"{_REFUND}/approve", answer=OrderAfterSale, roles=_ROLES, needs_version=True)
    async def approve_refund(request: Request, refund: int) -> OrderAfterSale:
        """Let a refund go; 409 `moved_on` when somebody decided first"""
        return await desk.approve_refund(refund, user_of(request), if_match(request))

    @api.post(f"{_REFUND}/decline", body=Decision, answer=OrderAfterSale, roles=_ROLES, needs_version=True)
    async def decline_refund(request: Request, refund: int, body: Decision) -> OrderAfterSale:
        """Pay nothing; tell the customer why in your own words"""
        return await desk.decline_refund(refund, user_of(request), if_match(request), body.note)


def _add_returns(api: Api, desk: AfterSaleDesk) -> None:
    @api.post(f"{_RETURN}/approve", answer=OrderAfterSale, roles=_ROLES, needs_version=True)
    async def approve_return(request: Request, returned: int) -> OrderAfterSale:
        """It is to be sent back; what an exchange is for is put aside"""
        return await desk.approve_return(returned, user_of(request), if_match(request))

    @api.post(f"{_RETURN}/decline", answer=OrderAfterSale, roles=_ROLES, needs_version=True)
    async def decline_return(request: Request, returned: int) -> OrderAfterSale:
        """It is not taken back; the customer hears so"""
        return await desk.decline_return(returned, user_of(request), if_match(request))

    @api.post(f"{_RETURN}/receive", body=Received, answer=OrderAfterSale, roles=_ROLES, needs_version=True)
    async def receive_return(request: Request, returned: int, body: Received) -> OrderAfterSale:
        """It has arrived: back onto the shelf, then the money or the other thing goes out"""
        return await desk.receive_return(returned, user_of(request), if_match(request), body.restock)

    @api.post(f"{_RETURN}/make-good", body=MakeGood, answer=OrderAfterSale, roles=_ROLES, needs_version=True)
    async def make_good(request: Request, returned: int, body: MakeGood) -> OrderAfterSale:
        """Replace what arrived wrong, or pay it back, at once; the customer keeps it"""
        return await desk.make_good(returned, user_of(request), if_match(request), body.remedy)
