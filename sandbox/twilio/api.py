"""The stand-in as Twilio: the Messages resource, with its checks, its list and its media, and the states it tells."""

from __future__ import annotations

import asyncio
import base64
import hmac
from typing import Any
from urllib.parse import parse_qs

from sanic import Request, Sanic
from sanic.response import HTTPResponse, html, json, raw

from sandbox.twilio import refusals
from sandbox.twilio.phones import E164, Message, new_sid, resource
from sandbox.twilio.refusals import Refused
from sandbox.twilio.stand import Stand

LONGEST_BODY = 1600
_STATUS_PAUSE_S = 0.05
_LOST_FOR_S = 20.0


def add_api(app: Sanic[Any, Any], stand: Stand) -> None:
    @app.exception(Refused)
    async def refuse(_request: Request, refused: Refused) -> HTTPResponse:
        return refused.answer()

    @app.post("/2010-04-01/Accounts/<account:str>/Messages.json")
    async def take_message(request: Request, account: str) -> HTTPResponse:
        _check_caller(stand, request, account)
        await asyncio.sleep(stand.knobs.slow_s)
        if (code := stand.knobs.next_code()) is not None:
            raise Refused(code)
        if stand.knobs.breaks():
            return html("<html><body>502 Bad Gateway</body></html>", status=502)
        return await _take(stand, request)

    @app.get("/2010-04-01/Accounts/<account:str>/Messages.json")
    async def list_messages(request: Request, account: str) -> HTTPResponse:
        """The newest first, as Twilio lists them."""
        _check_caller(stand, request, account)
        phone = stand.phones.phones.get(request.args.get("To") or "")
        page = int(request.args.get("PageSize") or 50)
        newest = [message for message in reversed(phone.messages) if not message.mine][:page] if phone else []
        return json({"messages": [_shown(stand, phone.number, message) for message in newest] if phone else []})

    @app.get("/2010-04-01/Accounts/<account:str>/Messages/<message:str>/Media/<media:str>")
    async def read_media(request: Request, account: str, message: str, media: str) -> HTTPResponse:
        _check_caller(stand, request, account)
        content, kind = stand.phones.files.get(media, (b"", ""))
        return raw(content, content_type=kind) if kind else raw(b"", status=404)


def _check_caller(stand: Stand, request: Request, account: str) -> None:
    given = request.headers.get("authorization", "").removeprefix("Basic ").encode()
    wanted = base64.b64encode(f"{stand.account_sid}:{stand.auth_token}".encode())
    if account != stand.account_sid or not hmac.compare_digest(given, wanted):
        raise Refused(refusals.AUTHENTICATE)


async def _take(stand: Stand, request: Request) -> HTTPResponse:
    form = parse_qs(request.body.decode())
    to, body, sender = ("".join(form.get(name, [])) for name in ("To", "Body", "From"))
    media = form.get("MediaUrl", [])
    if not E164.fullmatch(to):
        raise Refused(refusals.INVALID_TO)
    if sender != stand.number:
        raise Refused(refusals.NOT_OURS)
    if not body and not media:
        raise Refused(refusals.NO_BODY)
    if len(body.encode("utf-16-le")) // 2 > LONGEST_BODY:
        raise Refused(refusals.TOO_LONG)
    phone = stand.phones.get(to)
    if phone.stopped:
        raise Refused(refusals.OPTED_OUT)
    message = Message(new_sid("MM" if media else "SM"), mine=False, body=body, media=media)
    stand.phones.add(phone, message)
    stand.start(_tell(stand, to, message, "".join(form.get("StatusCallback", []))))
    if stand.knobs.loses():
        await asyncio.sleep(_LOST_FOR_S)
    return json(_shown(stand, to, message), status=201)


async def _tell(stand: Stand, to: str, message: Message, callback: str) -> None:
    for state in stand.knobs.told():
        await asyncio.sleep(_STATUS_PAUSE_S)
        stand.phones.set_state(message, state)
        form = {"MessageSid": message.sid, "MessageStatus": state, "SmsSid": message.sid, "SmsStatus": state,
                "To": to, "From": stand.number}  # fmt: skip
        if state == "undelivered":
            form["ErrorCode"] = str(stand.knobs.fail_status)
        if callback:
            await stand.webhooks.post(callback, form)


def _shown(stand: Stand, number: str, message: Message) -> dict[str, object]:
    return resource(message, number=number, ours=stand.number, account=stand.account_sid)
