"""A customer's WhatsApp from Meta's side: posts signed webhooks, reads what the Graph stand-in received."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
import time
from typing import Any

import httpx

from tests.support.stack import Stack, eventually

_ids = itertools.count(1)


def signature(secret: str, body: bytes) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


class Phone:
    """One customer. `says`, `taps` send and return the webhook's body; `hears` waits for the next message to them."""

    def __init__(self, stack: Stack, wa_id: str, name: str = "Maya Okafor") -> None:
        self.stack = stack
        self.wa_id = wa_id
        self.name = name
        self.heard = 0

    def says(self, text: str) -> bytes:
        return self.post({"type": "text", "text": {"body": text}})

    def taps(self, message: dict[str, Any], title: str) -> bytes:
        """Tap the button or the row with this title in a message that we received."""
        interactive = message["interactive"]
        action = interactive["action"]
        context = {"from": self.stack.settings.whatsapp_phone_number_id, "id": "wamid.context"}
        for button in action.get("buttons", []):
            if button["reply"]["title"] == title:
                tapped = {"type": "button_reply", "button_reply": button["reply"]}
                return self.post({"type": "interactive", "interactive": tapped, "context": context})
        for row in (row for section in action.get("sections", []) for row in section["rows"]):
            if row["title"] == title:
                tapped = {"type": "list_reply", "list_reply": row}
                return self.post({"type": "interactive", "interactive": tapped, "context": context})
        raise AssertionError(f"nothing is called {title!r} in {json.dumps(interactive)}")

    def body(self, message: dict[str, Any], *, message_id: str | None = None, at: float | None = None) -> bytes:
        """A webhook body as Meta writes it: non-ASCII escaped, timestamps as text."""
        full = {
            "from": self.wa_id,
            "id": message_id or f"wamid.{self.wa_id}.{next(_ids)}.{time.time_ns()}",
            "timestamp": str(int(at if at is not None else time.time())),
            **message,
        }
        value = {
            "messaging_product": "whatsapp",
            "metadata": {
                "display_phone_number": "15550100000",
                "phone_number_id": self.stack.settings.whatsapp_phone_number_id,
            },
            "contacts": [{"profile": {"name": self.name}, "wa_id": self.wa_id}],
            "messages": [full],
        }
        envelope = {
            "object": "whatsapp_business_account",
            "entry": [{"id": "9900", "changes": [{"field": "messages", "value": value}]}],
        }
        return json.dumps(envelope).encode()

    def post(self, message: dict[str, Any]) -> bytes:
        body = self.body(message)
        answer = self.post_body(body)
        assert answer.status_code == 200, answer.text
        return body

    def post_body(self, body: bytes) -> httpx.Response:
        headers = {
            "content-type": "application/json",
            "x-hub-signature-256": signature(self.stack.settings.meta_app_secret, body),
        }
        return httpx.post(f"{self.stack.url}/webhooks/whatsapp", content=body, headers=headers, timeout=10)

    def received(self) -> list[dict[str, Any]]:
        """Every message that the provider took for this customer, in order."""
        sent = httpx.get(f"{self.stack.graph_url}/_sim/sent", timeout=10).json()["sent"]
        return [item["body"] for item in sent if item["body"].get("to") == self.wa_id]

    def hears(self, *, within_s: float = 25.0) -> dict[str, Any]:
        """The next message to this customer."""
        message: dict[str, Any] = eventually(lambda: self.received()[self.heard :], within_s=within_s)[0]
        self.heard += 1
        return message

    def hears_until(self, words: str, *, within_s: float = 25.0) -> dict[str, Any]:
        """The next message with these words in it, passing over others."""
        until = time.monotonic() + within_s
        while True:
            message = self.hears(within_s=max(0.1, until - time.monotonic()))
            if words.lower() in text_of(message).lower():
                return message


def text_of(message: dict[str, Any]) -> str:
    """Everything a person reads in a message."""
    if message["type"] == "text":
        return str(message["text"]["body"])
    if message["type"] == "image":
        return str(message["image"].get("caption", ""))
    interactive = message["interactive"]
    action = interactive["action"]
    titles = [button["reply"]["title"] for button in action.get("buttons", [])]
    rows = [row for section in action.get("sections", []) for row in section["rows"]]
    titles += [f"{row['title']} {row.get('description', '')}" for row in rows]
    titles += [action["parameters"]["display_text"]] if "parameters" in action else []
    return "\n".join([interactive["body"]["text"], *titles])


def titles_of(message: dict[str, Any]) -> list[str]:
    action = message["interactive"]["action"]
    rows = [row["title"] for section in action.get("sections", []) for row in section["rows"]]
    return rows + [button["reply"]["title"] for button in action.get("buttons", [])]


def link_of(message: dict[str, Any]) -> str:
    return str(message["interactive"]["action"]["parameters"]["url"])
