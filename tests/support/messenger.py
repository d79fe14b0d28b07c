"""A customer's Messenger or Instagram from Meta's side: posts signed webhooks, reads what the stand-in received."""

from __future__ import annotations

import itertools
import json
import time
from typing import Any

import httpx

from tests.support.phone import signature
from tests.support.stack import Stack, eventually

_ids = itertools.count(1)
_OBJECTS = {"messenger": "page", "instagram": "instagram"}


class PagePhone:
    """One customer of a page. `says`, `taps` and the others send and return the webhook's body; `hears` waits for the
    next message to them, as it was sent: `{"text"?, "quick_replies"?, "attachment"?}`."""

    def __init__(self, stack: Stack, customer: str, platform: str = "messenger") -> None:
        """`customer` is a page-scoped id: digits. `platform` is "messenger" or "instagram"."""
        self.stack = stack
        self.customer = customer
        self.platform = platform
        self.heard = 0

    @property
    def account(self) -> str:
        settings = self.stack.settings
        return settings.messenger_page_id if self.platform == "messenger" else settings.instagram_account_id

    def says(self, text: str) -> bytes:
        return self.post({"message": {"mid": self.new_mid(), "text": text}})

    def taps(self, message: dict[str, Any], title: str) -> bytes:
        """Tap the quick reply or the postback button with this title in a message that we received."""
        if any(reply.get("title") == title for reply in message.get("quick_replies", [])):
            return self.taps_quick_reply(message, title)
        for button in _buttons(message):
            if button["type"] == "postback" and button["title"] == title:
                return self.postback(button["payload"], title)
        raise AssertionError(f"nothing is called {title!r} in {json.dumps(message)}")

    def taps_quick_reply(self, message: dict[str, Any], title: str) -> bytes:
        reply = next(reply for reply in message["quick_replies"] if reply["title"] == title)
        tapped = {"text": title[:20], "quick_reply": {"payload": reply["payload"]}}
        return self.post({"message": {"mid": self.new_mid(), **tapped}})

    def postback(self, payload: str, title: str = "") -> bytes:
        return self.post({"postback": {"mid": self.new_mid(), "title": title, "payload": payload}})

    def new_mid(self) -> str:
        return f"m_{self.customer}_{next(_ids)}_{time.time_ns()}"

    def body(self, *events: dict[str, Any], at: float | None = None, where: str = "messaging") -> bytes:
        """A webhook body as Meta writes it: non-ASCII escaped, milliseconds; `where` is `messaging` or `standby`."""
        moment = int((at if at is not None else time.time()) * 1000)
        common = {"sender": {"id": self.customer}, "recipient": {"id": self.account}, "timestamp": moment}
        entry = {"id": self.account, "time": moment, where: [common | event for event in events]}
        return json.dumps({"object": _OBJECTS[self.platform], "entry": [entry]}).encode()

    def post(self, event: dict[str, Any]) -> bytes:
        body = self.body(event)
        answer = self.post_body(body)
        assert answer.status_code == 200, answer.text
        return body

    def post_body(self, body: bytes) -> httpx.Response:
        headers = {
            "content-type": "application/json",
            "x-hub-signature-256": signature(self.stack.settings.meta_app_secret, body),
        }
        return httpx.post(f"{self.stack.url}/webhooks/{self.platform}", content=body, headers=headers, timeout=10)

    def sent(self) -> list[dict[str, Any]]:
        """Every request that the platform took for this customer, in order, with its tag, persona and type."""
        everything = httpx.get(f"{self.stack.graph_url}/_sim/sent", timeout=10).json()["sent"]
        bodies = [item["body"] for item in everything if item["platform"] == self.platform]
        return [body for body in bodies if body["recipient"]["id"] == self.customer]

    def received(self) -> list[dict[str, Any]]:
        return [body["message"] for body in self.sent()]

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
    payload = message.get("attachment", {}).get("payload", {})
    lines = [message.get("text", ""), payload.get("text", ""), payload.get("order_number", "")]
    for element in payload.get("elements", []):
        lines += [element.get("title", ""), element.get("subtitle", "")]
    return "\n".join(line for line in [*lines, *titles_of(message)] if line)


def titles_of(message: dict[str, Any]) -> list[str]:
    """What can be tapped: quick replies, then buttons."""
    replies = [reply.get("title", "") for reply in message.get("quick_replies", [])]
    return replies + [button["title"] for button in _buttons(message)]


def link_of(message: dict[str, Any]) -> str:
    """Where the first link button leads."""
    return next(str(button["url"]) for button in _buttons(message) if button["type"] == "web_url")


def _buttons(message: dict[str, Any]) -> list[dict[str, Any]]:
    payload = message.get("attachment", {}).get("payload", {})
    return [button for holder in (payload, *payload.get("elements", [])) for button in holder.get("buttons", [])]
