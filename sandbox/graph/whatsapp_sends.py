"""A shop's send on WhatsApp: refused or taken, put on its phone, and its statuses told."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from sanic.response import HTTPResponse, html, json

from sandbox.graph.accounts import WHATSAPP, Account
from sandbox.graph.phones import Bubble, PhoneOf
from sandbox.graph.stand import STATUS_PAUSE_S, Stand
from sandbox.graph.whatsapp_interactive_limits import check_interactive
from sandbox.graph.whatsapp_limits import check_content, check_envelope
from sandbox.graph.whatsapp_webhooks import tell_status


async def take(stand: Stand, account: Account, body: dict[str, Any]) -> HTTPResponse:
    """Raises `Refused`."""
    if body.get("status") == "read":
        check_envelope(body)
        return _read(stand, body)
    fault = stand.knobs.fault(WHATSAPP)
    if fault is not None:
        return fault
    check_envelope(body)
    kind = str(body.get("type", "text"))
    check_content(kind, body.get(kind), lambda media_id: stand.media.find(media_id) is not None, check_interactive)
    answer = _accept(stand, account, kind, body)
    await asyncio.sleep(stand.knobs.slow_s)
    return html("", status=504) if stand.knobs.loses() else answer


def _read(stand: Stand, body: dict[str, Any]) -> HTTPResponse:
    """A message that was read takes those before it along."""
    phone = stand.phones.whose(body["message_id"])
    if phone is not None:
        stand.phones.seen(phone)
        if "typing_indicator" in body:
            stand.phones.set_typing(phone)
    return json({"success": True})


def _accept(stand: Stand, account: Account, kind: str, body: dict[str, Any]) -> HTTPResponse:
    to = str(body.get("to") or body["recipient"]).removeprefix("+")
    message_id = stand.phones.message_id(WHATSAPP)
    stand.phones.sent.append(
        {"id": message_id, "at": time.time(), "platform": WHATSAPP, "account": account.id, "body": body}
    )
    phone = stand.phones.get(WHATSAPP, to)
    if kind == "reaction":
        stand.phones.react(phone, "shop", body["reaction"]["message_id"], body["reaction"]["emoji"])
    else:
        shown = {"type": kind, kind: body[kind], **({"context": body["context"]} if "context" in body else {})}
        stand.phones.add(phone, Bubble(message_id, mine=False, body=shown, at=time.time()))
    stand.start(_report(stand, phone, message_id, body.get("biz_opaque_callback_data")))
    stand.phones.save()
    known = {"wa_id": phone.id} if to.isdigit() else {"user_id": to}
    contacts = [{"input": str(body.get("to") or to), **known}]
    return json({"messaging_product": "whatsapp", "contacts": contacts, "messages": [{"id": message_id}]})


async def _report(stand: Stand, phone: PhoneOf, message_id: str, ref: str | None) -> None:
    for state in stand.knobs.told():
        await asyncio.sleep(STATUS_PAUSE_S)
        stand.phones.set_state(phone, message_id, state)
        if not stand.knobs.hold_statuses:
            tell_status(stand, phone, message_id, state, ref)
