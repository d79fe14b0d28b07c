"""What Twilio does not offer, under `/_sim`: phones to write from, calls to make, faults on order."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from sanic import Request, Sanic
from sanic.response import HTTPResponse, file, json

from sandbox.twilio.calls import Call, Calls, NotListening
from sandbox.twilio.knobs import Knobs
from sandbox.twilio.phones import Message, Phone, new_sid
from sandbox.twilio.stand import Stand

_STOP, _START = {"stop", "stopall", "unsubscribe", "cancel", "end", "quit"}, {"start", "unstop", "yes"}
_PAGE = Path(__file__).with_name("page.html")


def add_simulator(app: Sanic[Any, Any], stand: Stand) -> None:
    _add_phones(app, stand)
    _add_calls(app, Calls(stand))

    @app.post("/_sim/knobs")
    async def turn(request: Request) -> HTTPResponse:
        stand.knobs = Knobs.of(request.json)
        return json({})

    @app.get("/")
    async def page(_request: Request) -> HTTPResponse:
        return await file(_PAGE, mime_type="text/html; charset=utf-8", headers={"Cache-Control": "no-store"})


def _add_phones(app: Sanic[Any, Any], stand: Stand) -> None:
    phones = stand.phones

    @app.get("/_sim/phones")
    async def list_phones(_request: Request) -> HTTPResponse:
        return json({"number": stand.number, "phones": list(phones.phones)})

    @app.get("/_sim/phones/<number:str>/thread", unquote=True)
    async def read_thread(_request: Request, number: str) -> HTTPResponse:
        return json(asdict(phones.get(number)))

    @app.post("/_sim/phones/<number:str>/send", unquote=True)
    async def send(request: Request, number: str) -> HTTPResponse:
        """`{"text", "media": id, "more": {...}}`; `more` are further fields of the webhook."""
        asked = request.json
        phone = phones.get(number)
        message = Message(new_sid("SM"), mine=True, body=str(asked.get("text", "")), state="delivered")
        phones.add(phone, message)
        _note_wish(phone, message.body)
        form = _posted(stand, phone, message, asked.get("media")) | dict(asked.get("more", {}))
        answer = await stand.webhooks.post(stand.hook("sms"), form)
        return json({"sid": message.sid, "status": answer.status_code if answer is not None else 0})

    @app.post("/_sim/media")
    async def keep(request: Request) -> HTTPResponse:
        media = new_sid("ME")
        phones.files[media] = (request.body, request.headers.get("content-type", "image/jpeg"))
        return json({"id": media, "base": f"http://{request.host}"})


def _posted(stand: Stand, phone: Phone, message: Message, media: Any) -> dict[str, str]:
    form = {
        "MessageSid": message.sid, "SmsSid": message.sid, "SmsMessageSid": message.sid, "SmsStatus": "received",
        "From": phone.number, "To": stand.number, "Body": message.body, "NumMedia": "0", "NumSegments": "1",
        "FromCity": "", "FromState": "", "FromZip": "", "FromCountry": "US", "ToCity": "", "ToState": "",
    }  # fmt: skip
    if isinstance(media, dict):
        url = f"{media['base']}{stand.messages_path}/{message.sid}/Media/{media['id']}"
        form |= {"NumMedia": "1", "MediaUrl0": url, "MediaContentType0": stand.phones.files[media["id"]][1]}
    return form


def _note_wish(phone: Phone, text: str) -> None:
    """Twilio keeps the list of who wants no more messages by itself."""
    word = text.strip().lower()
    phone.stopped = word in _STOP or (phone.stopped and word not in _START)


def _add_calls(app: Sanic[Any, Any], calls: Calls) -> None:
    @app.exception(NotListening)
    async def not_listening(_request: Request, why: NotListening) -> HTTPResponse:
        return json({"error": f"the call is {why}"}, status=409)

    @app.post("/_sim/calls")
    async def begin(request: Request) -> HTTPResponse:
        """`{"from": number}`; without a number it is withheld."""
        return json(asdict(await calls.begin(request.json.get("from"))))

    @app.get("/_sim/calls/<sid:str>")
    async def look(_request: Request, sid: str) -> HTTPResponse:
        return json(asdict(calls.calls[sid]))

    @app.post("/_sim/calls/<sid:str>/<act:say|queue|hangup>")
    async def act(request: Request, sid: str, act: str) -> HTTPResponse:
        """`say` takes `{"speech"}` or `{"digits"}`, neither is silence; `queue` takes `{"status"}`."""
        call, asked = calls.calls[sid], request.json or {}
        await _act(calls, call, act, asked)
        return json(asdict(call))


async def _act(calls: Calls, call: Call, act: str, asked: dict[str, Any]) -> None:
    if act == "say":
        await calls.say(call, speech=asked.get("speech"), digits=asked.get("digits"))
    elif act == "queue":
        await calls.leave_queue(call, str(asked.get("status", "completed")))
    else:
        await calls.hang_up(call)
