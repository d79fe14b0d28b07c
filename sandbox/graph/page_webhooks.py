"""Messenger's and Instagram's webhook bodies: what a customer did, what became of a send, who holds it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from sandbox.graph.accounts import INSTAGRAM, MESSENGER, OUR_APP
from sandbox.graph.phones import PhoneOf
from sandbox.graph.stand import Stand

_OBJECTS = {MESSENGER: "page", INSTAGRAM: "instagram"}


def now_ms() -> int:
    return int(time.time() * 1000)


def tell_event(
    stand: Stand, phone: PhoneOf, event: dict[str, Any], delivered: Callable[[], None] | None = None
) -> None:
    """What the customer did. While another app holds the thread we only listen, and a postback has no payload."""
    ours = phone.owner == OUR_APP
    if not ours and "postback" in event:
        event = {**event, "postback": {"title": event["postback"].get("title", "")}}
    _post(stand, phone, "messaging" if ours else "standby", _from_customer(stand, phone) | event, delivered)


def tell_handover(stand: Stand, phone: PhoneOf, event: dict[str, Any]) -> None:
    """A change of the thread's owner is told in `messaging`, whoever holds it."""
    _post(stand, phone, "messaging", _from_customer(stand, phone) | event)


def tell_read(stand: Stand, phone: PhoneOf, message_id: str) -> None:
    """Messenger names a moment up to which everything was read, Instagram the message."""
    read = {"mid": message_id} if phone.platform == INSTAGRAM else {"watermark": now_ms()}
    _post(stand, phone, "messaging", _from_customer(stand, phone) | {"read": read})


def tell_delivered(stand: Stand, phone: PhoneOf, message_id: str) -> None:
    """Messenger only: Instagram says nothing of it."""
    if phone.platform == MESSENGER:
        delivery = {"mids": [message_id], "watermark": now_ms()}
        _post(stand, phone, "messaging", _from_customer(stand, phone) | {"delivery": delivery})


def tell_echo(stand: Stand, phone: PhoneOf, message: dict[str, Any], message_id: str, app: int) -> None:
    """What was sent, told to whoever listens. Only Messenger says by which app, and repeats its `metadata`."""
    echo: dict[str, Any] = {"mid": message_id, "is_echo": True}
    if phone.platform == MESSENGER:
        echo |= {"app_id": app, **({"metadata": message["metadata"]} if "metadata" in message else {})}
    if "text" in message:
        echo["text"] = message["text"]
    else:
        echo["attachments"] = [message["attachment"]]
    account = stand.accounts.of[phone.platform].id
    event = {"sender": {"id": account}, "recipient": {"id": phone.id}, "timestamp": now_ms(), "message": echo}
    _post(stand, phone, "messaging" if phone.owner == OUR_APP else "standby", event)


def _from_customer(stand: Stand, phone: PhoneOf) -> dict[str, Any]:
    account = stand.accounts.of[phone.platform].id
    return {"sender": {"id": phone.id}, "recipient": {"id": account}, "timestamp": now_ms()}


def _post(
    stand: Stand, phone: PhoneOf, about: str, event: dict[str, Any], delivered: Callable[[], None] | None = None
) -> None:
    entry = {"id": stand.accounts.of[phone.platform].id, "time": now_ms(), about: [event]}
    body = {"object": _OBJECTS[phone.platform], "entry": [entry]}
    stand.deliveries.post(phone.platform, phone.id, body, delivered or (lambda: None))
