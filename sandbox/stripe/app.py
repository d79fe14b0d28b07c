"""The sandbox as a web server: Stripe's paths, the pay page, and the control routes under `/_sandbox`."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

import msgspec
from sanic import HTTPResponse, Request, Sanic
from sanic.exceptions import SanicException
from sanic.response import json as json_response
from sanic.response import raw

from sandbox.stripe import (
    coupons,
    events,
    pay_page,
    payment_methods,
    payment_pages,
    payments,
    refunds,
    sessions,
    timers,
)
from sandbox.stripe.account import Account, Operation
from sandbox.stripe.errors import Refusal
from sandbox.stripe.gate import Gate, Incoming
from sandbox.stripe.knobs import Knobs

log = logging.getLogger(__name__)
Handler = Callable[..., Coroutine[Any, Any, HTTPResponse]]

OPERATIONS: tuple[tuple[str, str, Operation], ...] = (
    ("POST", "/v1/checkout/sessions", sessions.create),
    ("GET", "/v1/checkout/sessions", sessions.list_sessions),
    ("GET", "/v1/checkout/sessions/<session:str>", sessions.retrieve),
    ("GET", "/v1/checkout/sessions/<session:str>/line_items", sessions.line_items),
    ("POST", "/v1/checkout/sessions/<session:str>/expire", sessions.expire),
    ("POST", "/v1/coupons", coupons.create),
    ("GET", "/v1/coupons/<coupon:str>", coupons.retrieve),
    ("GET", "/v1/payment_intents/<intent:str>", payments.retrieve),
    ("POST", "/v1/payment_methods", payment_methods.create),
    ("GET", "/v1/payment_pages/<page:str>", payment_pages.retrieve),
    ("POST", "/v1/payment_pages/<page:str>/confirm", payment_pages.confirm),
    ("POST", "/v1/refunds", refunds.create),
    ("GET", "/v1/refunds", refunds.list_refunds),
    ("GET", "/v1/refunds/<refund:str>", refunds.retrieve),
    ("GET", "/v1/events", events.list_events),
    ("GET", "/v1/events/<id:str>", events.retrieve),
)


def create_app(gate: Gate) -> Sanic[Any, Any]:
    app: Sanic[Any, Any] = Sanic("stripe_sandbox", configure_logging=False)
    app.config.REQUEST_MAX_SIZE = 1_000_000
    app.config.GRACEFUL_SHUTDOWN_TIMEOUT = 1.0  # an idle browser keeps its connection open
    for method, path, operation in OPERATIONS:
        name = f"{operation.__module__}.{operation.__name__}".replace(".", "_")
        app.add_route(_api(gate, operation), path, methods=[method], name=name)
    pay_page.add_routes(app, gate.account)
    _add_control_routes(app, gate)
    app.exception(SanicException)(_unknown_url)
    app.exception(Exception)(_broken)
    _add_background(app, gate.account)
    return app


def _api(gate: Gate, operation: Operation) -> Handler:
    async def handler(request: Request, **names: str) -> HTTPResponse:
        outgoing = await gate.answer(operation, _incoming(request, names))
        if outgoing.lost and request.transport is not None:
            request.transport.close()
        return raw(outgoing.body.encode(), status=outgoing.status, headers=outgoing.headers)

    return handler


def _incoming(request: Request, names: dict[str, str]) -> Incoming:
    form = request.query_string if request.method == "GET" else request.body.decode("utf-8", "replace")
    headers = {name.lower(): value for name, value in request.headers.items()}
    return Incoming(request.method, request.path, names, form, headers)


def _add_control_routes(app: Sanic[Any, Any], gate: Gate) -> None:
    account = gate.account

    async def healthz(request: Request) -> HTTPResponse:
        return json_response({"status": "ok"})

    async def knobs(request: Request) -> HTTPResponse:
        if request.method == "POST":
            changes = msgspec.json.decode(request.body, type=Knobs)
            account.knobs.turn(changes, set(msgspec.json.decode(request.body, type=dict[str, Any])))
        return json_response(account.knobs.shown())

    async def clock(request: Request) -> HTTPResponse:
        if request.method == "POST":
            seconds = msgspec.json.decode(request.body, type=dict[str, int])["advance_s"]
            account.clock.advance(seconds)
            timers.run_due(account)
        return json_response({"now": account.clock.now(), "ahead_s": account.clock.ahead})

    async def deliveries(request: Request) -> HTTPResponse:
        return json_response(account.deliveries.listed())

    def guarded(handler: Handler) -> Handler:
        async def checked(request: Request) -> HTTPResponse:
            try:
                gate.check_key(request.headers.get("authorization", ""))
                return await handler(request)
            except Refusal as refusal:
                return json_response(refusal.body, status=refusal.status)
            except (msgspec.MsgspecError, KeyError) as error:
                return json_response({"error": {"message": str(error)}}, status=400)

        return checked

    app.add_route(healthz, "/_sandbox/healthz", name="healthz")
    app.add_route(guarded(knobs), "/_sandbox/knobs", methods=["GET", "POST"], name="knobs")
    app.add_route(guarded(clock), "/_sandbox/clock", methods=["GET", "POST"], name="clock")
    app.add_route(guarded(deliveries), "/_sandbox/deliveries", name="deliveries")


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

    app.before_server_start(begin)
    app.after_server_stop(end)
