"""The sandbox as a web server: Stripe's paths, the pay page, and the control routes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from sanic import HTTPResponse, Request, Sanic
from sanic.exceptions import SanicException
from sanic.response import json as json_response
from sanic.response import raw

from sandbox.stripe import (
    charges,
    control,
    coupons,
    disputes,
    events,
    pay_page,
    payment_methods,
    payment_pages,
    payments,
    promotion_codes,
    refunds,
    sessions,
    shipping_rates,
    timers,
    webhook_endpoints,
)
from sandbox.stripe.account import Account, Operation
from sandbox.stripe.gate import Gate, Incoming

log = logging.getLogger(__name__)
Handler = Callable[..., Coroutine[Any, Any, HTTPResponse]]

OPERATIONS: tuple[tuple[str, str, Operation], ...] = (
    ("GET", "/v1/charges", charges.list_charges),
    ("GET", "/v1/charges/<charge:str>", charges.retrieve),
    ("POST", "/v1/checkout/sessions", sessions.create),
    ("GET", "/v1/checkout/sessions", sessions.list_sessions),
    ("GET", "/v1/checkout/sessions/<session:str>", sessions.retrieve),
    ("POST", "/v1/checkout/sessions/<session:str>", sessions.update),
    ("GET", "/v1/checkout/sessions/<session:str>/line_items", sessions.line_items),
    ("POST", "/v1/checkout/sessions/<session:str>/expire", sessions.expire),
    ("POST", "/v1/coupons", coupons.create),
    ("GET", "/v1/coupons", coupons.list_coupons),
    ("GET", "/v1/coupons/<coupon:str>", coupons.retrieve),
    ("POST", "/v1/coupons/<coupon:str>", coupons.update),
    ("GET", "/v1/disputes", disputes.list_disputes),
    ("GET", "/v1/disputes/<dispute:str>", disputes.retrieve),
    ("POST", "/v1/disputes/<dispute:str>", disputes.update),
    ("POST", "/v1/disputes/<dispute:str>/close", disputes.close),
    ("GET", "/v1/events", events.list_events),
    ("GET", "/v1/events/<id:str>", events.retrieve),
    ("GET", "/v1/payment_intents", payments.list_intents),
    ("GET", "/v1/payment_intents/<intent:str>", payments.retrieve),
    ("POST", "/v1/payment_methods", payment_methods.create),
    ("GET", "/v1/payment_methods/<payment_method:str>", payment_methods.retrieve),
    ("GET", "/v1/payment_pages/<page:str>", payment_pages.retrieve),
    ("POST", "/v1/payment_pages/<page:str>/confirm", payment_pages.confirm),
    ("POST", "/v1/promotion_codes", promotion_codes.create),
    ("GET", "/v1/promotion_codes", promotion_codes.list_promotion_codes),
    ("GET", "/v1/promotion_codes/<promotion_code:str>", promotion_codes.retrieve),
    ("POST", "/v1/promotion_codes/<promotion_code:str>", promotion_codes.update),
    ("POST", "/v1/refunds", refunds.create),
    ("GET", "/v1/refunds", refunds.list_refunds),
    ("GET", "/v1/refunds/<refund:str>", refunds.retrieve),
    ("POST", "/v1/refunds/<refund:str>", refunds.update),
    ("POST", "/v1/refunds/<refund:str>/cancel", refunds.cancel),
    ("POST", "/v1/shipping_rates", shipping_rates.create),
    ("GET", "/v1/shipping_rates", shipping_rates.list_rates),
    ("GET", "/v1/shipping_rates/<shipping_rate:str>", shipping_rates.retrieve),
    ("POST", "/v1/webhook_endpoints", webhook_endpoints.create),
    ("GET", "/v1/webhook_endpoints", webhook_endpoints.list_endpoints),
    ("GET", "/v1/webhook_endpoints/<webhook_endpoint:str>", webhook_endpoints.retrieve),
    ("POST", "/v1/webhook_endpoints/<webhook_endpoint:str>", webhook_endpoints.update),
)


def create_app(gate: Gate) -> Sanic[Any, Any]:
    app: Sanic[Any, Any] = Sanic("stripe_sandbox", configure_logging=False)
    app.config.REQUEST_MAX_SIZE = 1_000_000
    app.config.GRACEFUL_SHUTDOWN_TIMEOUT = 1.0  # an idle browser keeps its connection open
    for method, path, operation in OPERATIONS:
        name = f"{operation.__module__}.{operation.__name__}".replace(".", "_")
        app.add_route(_api(gate, operation), path, methods=[method], name=name)
    pay_page.add_routes(app, gate.account)
    control.add_routes(app, gate)
    app.exception(SanicException)(_unknown_url)
    app.exception(Exception)(_broken)
    _add_background(app, gate.account)
    return app


def _api(gate: Gate, operation: Operation) -> Handler:
    async def handler(request: Request, **names: str) -> HTTPResponse:
        outgoing = await gate.answer(operation, _incoming(request, names))
        if outgoing.lost and request.transport is not None:
            await asyncio.sleep(outgoing.hold_s)
            request.transport.close()
        return raw(outgoing.body.encode(), status=outgoing.status, headers=outgoing.headers)

    return handler


def _incoming(request: Request, names: dict[str, str]) -> Incoming:
    form = request.query_string if request.method == "GET" else request.body.decode("utf-8", "replace")
    headers = {name.lower(): value for name, value in request.headers.items()}
    return Incoming(request.method, request.path, names, form, headers)


async def _unknown_url(request: Request, error: SanicException) -> HTTPResponse:
    status = 404 if error.status_code == 405 else error.status_code
    message = f"Unrecognized request URL ({request.method}: {request.path})." if status == 404 else str(error)
    return json_response({"error": {"message": message, "type": "invalid_request_error"}}, status=status)


async def _broken(request: Request, error: Exception) -> HTTPResponse:
    log.error("%s %s failed", request.method, request.path, exc_info=error)
    return json_response({"error": {"message": "The sandbox itself failed.", "type": "api_error"}}, status=500)


def _add_background(app: Sanic[Any, Any], account: Account) -> None:
    async def begin(app: Sanic[Any, Any]) -> None:
        app.ctx.loops = [
            asyncio.create_task(timers.run(account)),
            asyncio.create_task(account.deliveries.run()),
        ]

    async def end(app: Sanic[Any, Any]) -> None:
        for loop in app.ctx.loops:
            loop.cancel()
        await asyncio.gather(*app.ctx.loops, return_exceptions=True)
        account.store.close()
        account.record.close()

    app.before_server_start(begin)
    app.after_server_stop(end)
