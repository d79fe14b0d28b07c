"""WhatsApp's webhook bodies: a customer's message, what became of ours, what a person of the shop wrote."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from sandbox.graph.accounts import WHATSAPP
from sandbox.graph.phones import PhoneOf
from sandbox.graph.stand import Stand

_NUMBER = "15550100000"


def tell_message(stand: Stand, phone: PhoneOf, message: dict[str, Any], delivered: Callable[[], None]) -> None:
    """Where the customer hides the number, the user id is all that the shop is told."""
    number = {"wa_id": phone.id} if phone.id.isdigit() else {}
    sender = {"from": phone.id} if number else {}
    contacts = [{"profile": {"name": phone.name}, **number, "user_id": phone.user_id}]
    messages = [{**sender, "from_user_id": phone.user_id, **message}]
    _post(stand, phone, "messages", {"contacts": contacts, "messages": messages}, delivered)


def tell_status(stand: Stand, phone: PhoneOf, message_id: str, state: str, ref: str | None) -> None:
    status: dict[str, Any] = {
        "id": message_id,
        "status": state,
        "timestamp": str(int(time.time())),
        "recipient_user_id": phone.user_id,
    }
    if phone.id.isdigit():
        status["recipient_id"] = phone.id
    if ref:
        status["biz_opaque_callback_data"] = ref
    if state == "failed":
        status["errors"] = [_failure(stand.knobs.fail_status or 131026)]
    _post(stand, phone, "messages", {"statuses": [status]})


def tell_echo(stand: Stand, phone: PhoneOf, message: dict[str, Any]) -> None:
    """A person answered in WhatsApp's own app for businesses."""
    _post(stand, phone, "smb_message_echoes", {"message_echoes": [{"from": _NUMBER, "to": phone.id, **message}]})


def _failure(code: int) -> dict[str, Any]:
    return {"code": code, "title": "Simulated", "message": "Simulated", "error_data": {"details": "Simulated"}}


def _post(
    stand: Stand, phone: PhoneOf, about: str, value: dict[str, Any], delivered: Callable[[], None] | None = None
) -> None:
    metadata = {"display_phone_number": _NUMBER, "phone_number_id": stand.accounts.of[WHATSAPP].id}
    change = {"field": about, "value": {"messaging_product": "whatsapp", "metadata": metadata, **value}}
    body = {"object": "whatsapp_business_account", "entry": [{"id": stand.waba, "changes": [change]}]}
    stand.deliveries.post(WHATSAPP, phone.id, body, delivered or (lambda: None))
