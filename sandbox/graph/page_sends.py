"""A shop's send on Messenger or Instagram: refused or taken, put on its phone, echoed, and reported as seen."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from sanic.response import HTTPResponse, html, json

from sandbox.graph.accounts import OUR_APP, Account
from sandbox.graph.page_limits import check_action, check_recipient, check_send
from sandbox.graph.page_webhooks import tell_delivered, tell_echo, tell_read
from sandbox.graph.phones import Bubble, PhoneOf
from sandbox.graph.refusals import Refused
from sandbox.graph.stand import STATUS_PAUSE_S, Stand
from sandbox.graph.template_limits import check_template

_NOT_THE_OWNER = 2018300


async def take(stand: Stand, account: Account, body: dict[str, Any]) -> HTTPResponse:
    """Raises `Refused`."""
    if "sender_action" in body:
        return _act(stand, account, body)
    fault = stand.knobs.fault(account.platform)
    if fault is not None:
        return fault
    state = stand.phones.pages[account.platform]
    phone_id = check_recipient(body)
    message = check_send(body, account.platform, state.personas)
    template = message.get("attachment", {}).get("payload", {})
    if message.get("attachment", {}).get("type") == "template":
        check_template(template, account.platform, state.orders)
    phone = _held(stand, account, phone_id)
    if template.get("template_type") == "receipt":
        state.orders.append(template["order_number"])
    answer = _accept(stand, account, phone, body)
    await asyncio.sleep(stand.knobs.slow_s)
    return html("", status=504) if stand.knobs.loses() else answer


def _held(stand: Stand, account: Account, customer: str) -> PhoneOf:
    """The customer's phone, if the thread is ours. Raises `Refused`."""
    phone = stand.phones.get(account.platform, customer)
    if phone.owner != OUR_APP:
        raise Refused(10, "Another app is controlling this thread now", subcode=_NOT_THE_OWNER, status=403)
    return phone


def _act(stand: Stand, account: Account, body: dict[str, Any]) -> HTTPResponse:
    customer = check_recipient(body)
    check_action(body)
    action, payload = body["sender_action"], body.get("payload", {})
    phone = _held(stand, account, customer)
    if action == "mark_seen":
        stand.phones.seen(phone)
    elif action.startswith("typing"):
        stand.phones.set_typing(phone, action == "typing_on")
    else:
        emoji = payload["reaction"] if action == "react" else ""
        stand.phones.react(phone, "shop", payload["message_id"], emoji)
    return json({"recipient_id": customer})


def _accept(stand: Stand, account: Account, phone: PhoneOf, body: dict[str, Any]) -> HTTPResponse:
    message_id = stand.phones.message_id(account.platform)
    now = time.time()
    stand.phones.sent.append(
        {"id": message_id, "at": now, "platform": account.platform, "account": account.id, "body": body}
    )
    persona = stand.phones.pages[account.platform].personas.get(str(body.get("persona_id")))
    shown = {**body["message"], **({"persona": persona} if persona else {})}
    stand.phones.add(phone, Bubble(message_id, mine=False, body=shown, at=now))
    stand.start(_report(stand, phone, message_id, body["message"]))
    stand.phones.save()
    return json({"recipient_id": phone.id, "message_id": message_id})


async def _report(stand: Stand, phone: PhoneOf, message_id: str, message: dict[str, Any]) -> None:
    """The echo, then what `statuses` asks for; of "sent" neither platform tells anything."""
    await asyncio.sleep(STATUS_PAUSE_S)
    tell_echo(stand, phone, message, message_id, OUR_APP)
    for state in stand.knobs.told():
        await asyncio.sleep(STATUS_PAUSE_S)
        stand.phones.set_state(phone, message_id, state)
        if stand.knobs.hold_statuses:
            continue
        if state == "delivered":
            tell_delivered(stand, phone, message_id)
        elif state == "read":
            tell_read(stand, phone, message_id)
