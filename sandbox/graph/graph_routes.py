"""The stand-in as Meta: Graph's own addresses for sending, files, personas, profiles and the thread's owner."""

from __future__ import annotations

from typing import Any

from sanic import Request, Sanic
from sanic.response import HTTPResponse, json, raw

from sandbox.graph import page_sends, whatsapp_sends
from sandbox.graph.accounts import WHATSAPP, Account
from sandbox.graph.page_settings import add_persona, hand_over, list_personas, set_profile
from sandbox.graph.refusals import INVALID, Refused, error_answer
from sandbox.graph.stand import Stand

_VERSION = r"<version:v\d+\.\d+>"
_UPLOADS = {
    5: ("image/jpeg", "image/png"),
    16: ("audio/aac", "audio/mp4", "audio/mpeg", "audio/amr", "audio/ogg", "video/mp4", "video/3gpp"),
    0.5: ("image/webp",),
}
"""Megabytes by type of file; documents, which are everything else, up to 100."""


def token_of(request: Request) -> str:
    """From the header, or, as Messenger's samples have it, from the address."""
    bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
    return str(bearer or request.args.get("access_token", ""))


def body_of(request: Request) -> dict[str, Any]:
    """Raises `Refused`."""
    try:
        body = request.json
    except Exception as error:
        raise Refused(INVALID, "Invalid parameter: the body is not JSON") from error
    return body if isinstance(body, dict) else {}


def origin_of(request: Request) -> str:
    return f"http://{request.host}"


def add_graph(app: Sanic[Any, Any], stand: Stand) -> None:
    _add_errors(app)
    _add_messages(app, stand)
    _add_files(app, stand)

    @app.post(f"/{_VERSION}/<node:str>/<call:messenger_profile|pass_thread_control|take_thread_control>")
    async def arrange(request: Request, version: str, node: str, call: str) -> HTTPResponse:
        account = stand.accounts.acting(token_of(request), node)
        if account.platform == WHATSAPP:
            raise Refused(INVALID, f"Unsupported post request: {call}")
        body = body_of(request)
        if call == "messenger_profile":
            return json(set_profile(stand, account, body))
        return json(hand_over(stand, account, call, body))

    @app.route(f"/{_VERSION}/<node:str>/personas", methods=["GET", "POST"])
    async def personas(request: Request, version: str, node: str) -> HTTPResponse:
        account = stand.accounts.acting(token_of(request), node)
        asked = request.method == "GET"
        return json(list_personas(stand, account) if asked else add_persona(stand, account, body_of(request)))


def _add_errors(app: Sanic[Any, Any]) -> None:
    @app.exception(Refused)
    async def refuse(request: Request, refused: Refused) -> HTTPResponse:
        return error_answer(refused, getattr(request.ctx, "platform", ""))


def _add_messages(app: Sanic[Any, Any], stand: Stand) -> None:
    @app.post(f"/{_VERSION}/<node:str>/messages")
    async def send(request: Request, version: str, node: str) -> HTTPResponse:
        account = stand.accounts.acting(token_of(request), node)
        request.ctx.platform = account.platform
        body = body_of(request)
        take = whatsapp_sends.take if account.platform == WHATSAPP else page_sends.take
        return await take(stand, account, body)


def _add_files(app: Sanic[Any, Any], stand: Stand) -> None:
    @app.post(f"/{_VERSION}/<node:str>/media")
    async def upload(request: Request, version: str, node: str) -> HTTPResponse:
        account = stand.accounts.acting(token_of(request), node)
        request.ctx.platform = account.platform
        file = request.files.get("file") if request.files else None
        if file is None or request.form is None or request.form.get("messaging_product") != "whatsapp":
            raise Refused(INVALID, "Invalid parameter: file and messaging_product are required")
        most = next((megabytes for megabytes, kinds in _UPLOADS.items() if file.type in kinds), 100)
        if len(file.body) > most * 1024 * 1024:
            raise Refused(INVALID, f"Invalid parameter: {file.type} is at most {most} MB")
        return json({"id": stand.media.keep(file.body, file.type, file.name).id})

    @app.get(f"/{_VERSION}/<node:str>")
    async def look(request: Request, version: str, node: str) -> HTTPResponse:
        """A file by its media id (WhatsApp), or a customer's name by their id (Messenger, Instagram)."""
        account = stand.accounts.by_token(token_of(request))
        if account.platform != WHATSAPP:
            return json(_profile(stand, account, node))
        file = stand.media.find(node)
        if file is None:
            raise Refused(INVALID, f"Object with ID '{node}' does not exist", subcode=33)
        about = {"url": f"{origin_of(request)}/files/{file.id}", "mime_type": file.mime_type, "sha256": file.sha256}
        return json({"messaging_product": "whatsapp", "id": file.id, "file_size": file.size, **about})

    @app.get("/files/<media_id:str>")
    async def read_with_token(request: Request, media_id: str) -> HTTPResponse:
        """WhatsApp's files, which want the token once more."""
        stand.accounts.by_token(token_of(request))
        return _content(stand, media_id)

    @app.get("/cdn/<media_id:str>")
    async def read_by_address(_request: Request, media_id: str) -> HTTPResponse:
        """Messenger's and Instagram's files, for whoever has the address."""
        return _content(stand, media_id)


def _content(stand: Stand, media_id: str) -> HTTPResponse:
    file = stand.media.find(media_id)
    if file is None:
        return raw(b"", status=404)
    headers = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
    return raw(stand.media.read(file), content_type=file.mime_type, headers=headers)


def _profile(stand: Stand, account: Account, customer: str) -> dict[str, Any]:
    phone = stand.phones.phones.get((account.platform, customer))
    if phone is None:
        raise Refused(INVALID, f"Object with ID '{customer}' does not exist", subcode=33)
    first, _, last = phone.name.partition(" ")
    return {"id": customer, "name": phone.name, "first_name": first, "last_name": last}
