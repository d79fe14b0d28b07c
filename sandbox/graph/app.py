"""The stand-in's HTTP: Graph's own address for sending, and `/_sim` for the simulator's page and for tests."""

from __future__ import annotations

import asyncio
import hmac
import json as json_text
import time
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any

from sanic import Request, Sanic
from sanic.response import HTTPResponse, html, json

from sandbox.graph.limits import Refused, check
from sandbox.graph.phones import Bubble, PhoneOf, Phones
from sandbox.graph.webhooks import Webhooks

_STATUS_PAUSE_S = 0.05


@dataclass
class Knobs:
    """Faults for the next sends: `codes` are answered as errors, `html` with a web page, `lose` accepted in silence."""

    codes: list[int] = field(default_factory=list)
    html: int = 0
    lose: int = 0


@dataclass
class Stand:
    phones: Phones
    webhooks: Webhooks
    token: str
    phone_number_id: str
    allow_origin: str
    knobs: Knobs = field(default_factory=Knobs)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)


def create_app(stand: Stand) -> Sanic[Any, Any]:
    app: Sanic[Any, Any] = Sanic("graph", configure_logging=False)
    app.config.RESPONSE_TIMEOUT = 3600
    app.config.GRACEFUL_SHUTDOWN_TIMEOUT = 1.0
    _add_graph(app, stand)
    _add_simulator(app, stand)
    _add_controls(app, stand)

    @app.after_server_stop
    async def stop(_app: Sanic[Any, Any]) -> None:
        stand.phones.save()
        await stand.webhooks.close()

    @app.on_request
    async def preflight(request: Request) -> HTTPResponse | None:
        """A browser asks before it posts; a route of its own would lose to the more exact ones, which do not know."""
        return HTTPResponse(status=204) if request.method == "OPTIONS" else None

    @app.on_response  # type: ignore[untyped-decorator]
    async def allow(_request: Request, response: HTTPResponse) -> None:
        response.headers["Access-Control-Allow-Origin"] = stand.allow_origin
        response.headers["Access-Control-Allow-Headers"] = "content-type, last-event-id"
        response.headers["Access-Control-Allow-Methods"] = "GET, POST"

    return app


# -- as Meta -----------------------------------------------------------------------------------------------------------


def _error(status: int, code: int, message: str, details: str = "") -> HTTPResponse:
    error: dict[str, Any] = {"message": f"(#{code}) {message}", "type": "OAuthException", "code": code}
    if details:
        error["error_data"] = {"messaging_product": "whatsapp", "details": details}
    return json({"error": error}, status=status)


def _add_graph(app: Sanic[Any, Any], stand: Stand) -> None:
    @app.post("/<version:str>/<number:str>/messages")
    async def send(request: Request, version: str, number: str) -> HTTPResponse:
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(given.encode(), stand.token.encode()):
            return _error(401, 190, "Invalid OAuth access token")
        if number != stand.phone_number_id or not version.startswith("v"):
            return _error(400, 100, "Unsupported post request")
        try:
            body = request.json
        except Exception:
            return _error(400, 100, "Invalid parameter", "the body is not JSON")
        return _take(stand, body if isinstance(body, dict) else {})


def _take(stand: Stand, body: dict[str, Any]) -> HTTPResponse:
    if body.get("status") != "read":
        if stand.knobs.codes:
            code = stand.knobs.codes.pop(0)
            return _error(400 if code not in (131000, 131016) else 500, code, "Simulated")
        if stand.knobs.html:
            stand.knobs.html -= 1
            return html("<html><body>502 Bad Gateway</body></html>", status=502)
    try:
        check(body)
    except Refused as refused:
        return _error(400, refused.code, "Invalid parameter", refused.details)
    if body.get("status") == "read":
        phone = stand.phones.mark_read(body["message_id"])
        if phone is not None and "typing_indicator" in body:
            stand.phones.set_typing(phone)
        return json({"success": True})
    return _accept(stand, body)


def _accept(stand: Stand, body: dict[str, Any]) -> HTTPResponse:
    to = str(body.get("to") or body.get("recipient"))
    message_id = stand.phones.message_id()
    stand.phones.sent.append({"id": message_id, "at": time.time(), "body": body})
    phone = stand.phones.get(to)
    content = {key: body[key] for key in ("type", body.get("type", "text")) if key in body}
    stand.phones.add(phone, Bubble(message_id, mine=False, body=content, at=time.time(), state="sent"))
    task = asyncio.create_task(_report(stand, phone, message_id, body.get("biz_opaque_callback_data")))
    stand.tasks.add(task)
    task.add_done_callback(stand.tasks.discard)
    stand.phones.save()
    if stand.knobs.lose:
        stand.knobs.lose -= 1
        return html("", status=504)
    known = {"wa_id": to} if to.isdigit() else {"user_id": to}
    contacts = [{"input": to, **known}]
    return json({"messaging_product": "whatsapp", "contacts": contacts, "messages": [{"id": message_id}]})


async def _report(stand: Stand, phone: PhoneOf, message_id: str, ref: str | None) -> None:
    for state in ("sent", "delivered", "read"):
        await asyncio.sleep(_STATUS_PAUSE_S)
        stand.phones.set_state(phone, message_id, state)
        stand.webhooks.status(phone.wa_id, message_id, state, ref)


# -- the simulator's page ----------------------------------------------------------------------------------------------


def _add_simulator(app: Sanic[Any, Any], stand: Stand) -> None:
    phones = stand.phones

    @app.get("/_sim/phones")
    async def list_phones(_request: Request) -> HTTPResponse:
        return json({"phones": [{"wa_id": p.wa_id, "name": p.name} for p in phones.phones.values()]})

    @app.post("/_sim/phones")
    async def make_phone(request: Request) -> HTTPResponse:
        asked = request.json
        phone = phones.get(str(asked["wa_id"]), str(asked.get("name", "")))
        phones.save()
        return json({"wa_id": phone.wa_id, "name": phone.name})

    @app.get("/_sim/phones/<wa_id:str>/thread")
    async def read_thread(_request: Request, wa_id: str) -> HTTPResponse:
        phone = phones.get(wa_id)
        return json({"name": phone.name, "bubbles": [asdict(b) for b in phone.bubbles], "typing": phone.typing})

    @app.post("/_sim/phones/<wa_id:str>/send")
    async def write(request: Request, wa_id: str) -> HTTPResponse:
        """`{"text": …}` types, `{"reply": {"id", "title"}, "of": <message id>}` taps what that message offered."""
        phone = phones.get(wa_id)
        asked = request.json
        message = _typed(asked) if "text" in asked else _tapped(phone, asked)
        if message is None:
            return json({"error": "nothing like that was offered in this message"}, status=400)
        message |= {"id": phones.message_id(), "timestamp": str(int(time.time()))}
        shown = {key: value for key, value in message.items() if key not in ("id", "timestamp", "context")}
        phones.add(phone, Bubble(str(message["id"]), mine=True, body=shown, at=time.time()))
        phones.save()
        message_id = str(message["id"])
        delivered = partial(phones.set_state, phone, message_id, "delivered")
        stand.webhooks.message(phone.wa_id, phone.name, message, delivered)
        return json({"id": message_id})

    @app.get("/_sim/phones/<wa_id:str>/events")
    async def stream(request: Request, wa_id: str) -> None:
        response = await request.respond(
            content_type="text/event-stream",
            headers={"Cache-Control": "no-store", "Access-Control-Allow-Origin": stand.allow_origin},
        )
        await response.send("event: hello\ndata: {}\n\n")
        async for news in phones.watch(wa_id):
            await response.send(": beat\n\n" if news is None else f"data: {json_text.dumps(news)}\n\n")


def _typed(asked: dict[str, Any]) -> dict[str, Any]:
    return {"type": "text", "text": {"body": str(asked["text"])}}


def _tapped(phone: PhoneOf, asked: dict[str, Any]) -> dict[str, Any] | None:
    """The webhook's message for a tap, if the message it is on offers this button or row."""
    bubble = next((b for b in phone.bubbles if b.id == asked.get("of") and not b.mine), None)
    action = bubble.body.get("interactive", {}).get("action", {}) if bubble else {}
    wanted = asked.get("reply", {}).get("id")
    for button in action.get("buttons", []):
        if button["reply"]["id"] == wanted:
            return _interactive("button_reply", button["reply"], asked["of"])
    for row in (row for section in action.get("sections", []) for row in section["rows"]):
        if row["id"] == wanted:
            return _interactive("list_reply", row, asked["of"])
    return None


def _interactive(kind: str, reply: dict[str, Any], of: str) -> dict[str, Any]:
    return {"type": "interactive", "interactive": {"type": kind, kind: reply}, "context": {"id": of}}


# -- for tests ---------------------------------------------------------------------------------------------------------


def _add_controls(app: Sanic[Any, Any], stand: Stand) -> None:
    @app.get("/_sim/sent")
    async def read_sent(_request: Request) -> HTTPResponse:
        return json({"sent": stand.phones.sent})

    @app.post("/_sim/knobs")
    async def turn_knobs(request: Request) -> HTTPResponse:
        asked = request.json
        stand.knobs.codes = [int(code) for code in asked.get("codes", [])]
        stand.knobs.html = int(asked.get("html", 0))
        stand.knobs.lose = int(asked.get("lose", 0))
        stand.webhooks.hold_statuses = bool(asked.get("hold_statuses", False))
        return json({"ok": True})
