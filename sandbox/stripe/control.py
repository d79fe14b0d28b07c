"""The control routes under `/_sandbox`: what only a sandbox has, for tests and for people who try a shop.

They move time, turn faults on and play the banks. All but the health check want the API key.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, Literal

import msgspec
from msgspec import Struct
from sanic import HTTPResponse, Request, Sanic
from sanic.response import json as json_response

from sandbox.stripe import disputes, refunds, timers
from sandbox.stripe.account import Account, Cause
from sandbox.stripe.errors import Refusal
from sandbox.stripe.gate import Gate
from sandbox.stripe.knobs import Knobs
from sandbox.stripe.shapes import Json

Handler = Callable[..., Coroutine[Any, Any, HTTPResponse]]


class _Clock(Struct, forbid_unknown_fields=True):
    advance_s: int = 0
    now: int | None = None


class _DisputeEnd(Struct, forbid_unknown_fields=True):
    status: Literal["won", "lost", "warning_closed", "needs_response"]


class _RefundEnd(Struct, forbid_unknown_fields=True):
    status: Literal["pending", "requires_action", "succeeded", "failed", "canceled"]


def add_routes(app: Sanic[Any, Any], gate: Gate) -> None:
    account = gate.account

    async def healthz(request: Request) -> HTTPResponse:
        return json_response({"status": "ok"})

    async def knobs(request: Request) -> HTTPResponse:
        if request.method == "DELETE":
            account.faults.rest()
        if request.method == "POST":
            changes = msgspec.json.decode(request.body, type=Knobs)
            account.faults.turn(changes, set(msgspec.json.decode(request.body, type=dict[str, Any])))
        return json_response(account.faults.shown())

    async def clock(request: Request) -> HTTPResponse:
        if request.method == "POST":
            _move(account, msgspec.json.decode(request.body, type=_Clock))
        return json_response({"now": account.clock.now(), "ahead_s": account.clock.ahead})

    async def deliveries(request: Request) -> HTTPResponse:
        return json_response(account.deliveries.listed())

    async def dispute(request: Request, id: str) -> HTTPResponse:
        end = msgspec.json.decode(request.body, type=_DisputeEnd).status
        return json_response(
            _decided(account, lambda: disputes.decide(account, Cause(), disputes.find(account, id), end))
        )

    async def refund(request: Request, id: str) -> HTTPResponse:
        end = msgspec.json.decode(request.body, type=_RefundEnd).status
        found = account.find("refund", id, "id")
        return json_response(_decided(account, lambda: refunds.decide(account, Cause(), found, end)))

    app.add_route(healthz, "/_sandbox/healthz", name="healthz")
    routes: tuple[tuple[Handler, str, list[str]], ...] = (
        (knobs, "knobs", ["GET", "POST", "DELETE"]),
        (clock, "clock", ["GET", "POST"]),
        (deliveries, "deliveries", ["GET"]),
        (dispute, "disputes/<id:str>", ["POST"]),
        (refund, "refunds/<id:str>", ["POST"]),
    )
    for handler, path, methods in routes:
        app.add_route(_guarded(gate, handler), f"/_sandbox/{path}", methods=methods, name=handler.__name__)


def _move(account: Account, asked: _Clock) -> None:
    if asked.now is not None:
        account.clock.set(asked.now)
    account.clock.advance(asked.advance_s)
    timers.run_due(account)


def _decided(account: Account, decide: Callable[[], Json]) -> Json:
    with account.store.transaction():
        decided = decide()
    account.deliveries.hurry()
    return decided


def _guarded(gate: Gate, handler: Handler) -> Handler:
    async def checked(request: Request, **names: str) -> HTTPResponse:
        try:
            gate.check_key(request.headers.get("authorization", ""))
            return await handler(request, **names)
        except Refusal as refusal:
            return json_response(refusal.body, status=refusal.status)
        except msgspec.MsgspecError as error:
            return json_response({"error": {"message": str(error)}}, status=400)

    return checked
