"""What no platform offers, under `/_sim`: phones to write on, files to send, what was sent, faults on order."""

from __future__ import annotations

import json as json_text
import time
from dataclasses import asdict
from functools import partial
from typing import Any

from sanic import Request, Sanic
from sanic.response import HTTPResponse, json

from sandbox.graph import page_webhooks, whatsapp_webhooks
from sandbox.graph.accounts import INBOXES, OUR_APP, PLATFORMS, WHATSAPP
from sandbox.graph.graph_routes import origin_of
from sandbox.graph.knobs import Knobs
from sandbox.graph.page_acts import event_of
from sandbox.graph.phones import Bubble, PhoneOf
from sandbox.graph.refusals import NotOffered
from sandbox.graph.stand import Stand
from sandbox.graph.whatsapp_acts import message_of

_PHONE = f"<platform:{'|'.join(PLATFORMS)}>/<customer:str>"


def add_simulator(app: Sanic[Any, Any], stand: Stand) -> None:
    _add_phones(app, stand)
    _add_acts(app, stand)
    _add_controls(app, stand)


def _add_phones(app: Sanic[Any, Any], stand: Stand) -> None:
    phones = stand.phones

    @app.get("/_sim/phones")
    async def list_phones(_request: Request) -> HTTPResponse:
        """Every phone, and the platforms that the shop is on."""
        return json({"platforms": list(stand.accounts.of), "phones": [_named(one) for one in phones.phones.values()]})

    @app.post("/_sim/phones")
    async def make_phone(request: Request) -> HTTPResponse:
        """`{"platform", "id", "name"}`."""
        asked = request.json
        phone = phones.get(str(asked["platform"]), str(asked["id"]), str(asked.get("name", "")))
        phones.save()
        return json(_named(phone))

    @app.get(f"/_sim/phones/{_PHONE}/thread")
    async def read_thread(_request: Request, platform: str, customer: str) -> HTTPResponse:
        phone = phones.get(platform, customer)
        page = phones.pages.get(platform)
        shown = {"bubbles": [asdict(bubble) for bubble in phone.bubbles], "typing": phone.typing}
        return json({**_named(phone), **shown, "owner": phone.owner, "profile": page.profile if page else {}})

    @app.get(f"/_sim/phones/{_PHONE}/events")
    async def stream(request: Request, platform: str, customer: str) -> None:
        phone = phones.get(platform, customer)
        response = await request.respond(
            content_type="text/event-stream",
            headers={"Cache-Control": "no-store", "Access-Control-Allow-Origin": stand.allow_origin},
        )
        await response.send("event: hello\ndata: {}\n\n")
        async for news in phones.watch(phone):
            await response.send(": beat\n\n" if news is None else f"data: {json_text.dumps(news)}\n\n")


def _named(phone: PhoneOf) -> dict[str, Any]:
    return {"platform": phone.platform, "id": phone.id, "user_id": phone.user_id, "name": phone.name}


def _add_acts(app: Sanic[Any, Any], stand: Stand) -> None:
    @app.exception(NotOffered)
    async def not_offered(_request: Request, why: NotOffered) -> HTTPResponse:
        return json({"error": str(why)}, status=400)

    @app.post(f"/_sim/phones/{_PHONE}/send")
    async def act(request: Request, platform: str, customer: str) -> HTTPResponse:
        """What the customer does; see `whatsapp_acts.message_of` and `page_acts.event_of` for what can be asked."""
        phone = stand.phones.get(platform, customer)
        message_id = stand.phones.message_id(platform)
        if platform == WHATSAPP:
            _act_on_whatsapp(stand, phone, request.json, message_id)
        else:
            _act_on_page(stand, phone, request.json, message_id, origin_of(request))
        stand.phones.save()
        return json({"id": message_id})

    @app.post(f"/_sim/phones/{_PHONE}/inbox")
    async def answer_by_hand(request: Request, platform: str, customer: str) -> HTTPResponse:
        """A person of the shop in Meta's own app: `{"text"}` answers, `{"take": true}` takes the thread and
        `{"give": true}` gives it back to us."""
        phone = stand.phones.get(platform, customer)
        _by_hand(stand, phone, request.json)
        stand.phones.save()
        return json({"ok": True})


def _act_on_whatsapp(stand: Stand, phone: PhoneOf, asked: dict[str, Any], message_id: str) -> None:
    shown = message_of(stand, phone, asked)
    message = {"id": message_id, "timestamp": str(int(time.time())), **shown}
    if shown["type"] == "reaction":
        stand.phones.react(phone, "customer", asked["of"], asked["reaction"].get("emoji", ""))
    else:
        stand.phones.add(phone, Bubble(message_id, mine=True, body=shown, at=time.time()))
    whatsapp_webhooks.tell_message(
        stand, phone, message, partial(stand.phones.set_state, phone, message_id, "delivered")
    )


def _act_on_page(stand: Stand, phone: PhoneOf, asked: dict[str, Any], message_id: str, origin: str) -> None:
    event = event_of(stand, phone, asked, message_id, origin)
    if "reaction" in event:
        stand.phones.react(phone, "customer", asked["of"], event["reaction"].get("emoji", ""))
    shown = event.get("message") or event.get("postback") or {}
    if shown.get("mid") == message_id:
        said = {"text": shown["title"], "postback": shown["payload"]} if "postback" in event else shown
        body = {name: value for name, value in said.items() if name != "mid"}
        stand.phones.add(phone, Bubble(message_id, mine=True, body=body, at=time.time()))
    page_webhooks.tell_event(stand, phone, event, partial(stand.phones.set_state, phone, message_id, "delivered"))


def _by_hand(stand: Stand, phone: PhoneOf, asked: dict[str, Any]) -> None:
    if "text" in asked:
        message_id = stand.phones.message_id(phone.platform)
        words = str(asked["text"])
        if phone.platform == WHATSAPP:
            body: dict[str, Any] = {"type": "text", "text": {"body": words}}
            echo = {"id": message_id, "timestamp": str(int(time.time())), **body}
            whatsapp_webhooks.tell_echo(stand, phone, echo)
        else:
            body = {"text": words}
            page_webhooks.tell_echo(stand, phone, body, message_id, INBOXES[phone.platform])
        stand.phones.add(phone, Bubble(message_id, mine=False, body=body, at=time.time()))
    elif asked.get("take"):
        phone.owner = INBOXES[phone.platform]
        page_webhooks.tell_handover(stand, phone, {"take_thread_control": {"previous_owner_app_id": str(OUR_APP)}})
    elif asked.get("give"):
        before, phone.owner = phone.owner, OUR_APP
        passed = {"new_owner_app_id": str(OUR_APP), "previous_owner_app_id": str(before), "metadata": ""}
        page_webhooks.tell_handover(stand, phone, {"pass_thread_control": passed})


def _add_controls(app: Sanic[Any, Any], stand: Stand) -> None:
    @app.post("/_sim/media")
    async def put_file(request: Request) -> HTTPResponse:
        """A file on the customer's phone: its bytes are the body, its type the content type."""
        mime_type = request.headers.get("content-type", "application/octet-stream")
        file = stand.media.keep(request.body, mime_type, request.args.get("name", ""))
        return json(asdict(file))

    @app.get("/_sim/catalog")
    async def read_catalog(_request: Request) -> HTTPResponse:
        return json({"catalog_id": stand.catalog.id, "items": [asdict(item) for item in stand.catalog.items]})

    @app.get("/_sim/sent")
    async def read_sent(_request: Request) -> HTTPResponse:
        return json({"sent": stand.phones.sent})

    @app.post("/_sim/knobs")
    async def turn_knobs(request: Request) -> HTTPResponse:
        stand.knobs = Knobs.of(request.json)
        return json({"ok": True})
