"""The shop's page and Instagram account as tests send from them, and bodies to send."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx

from tests.sandbox.graph_process import HTTP, INSTAGRAM_ID, INSTAGRAM_TOKEN, PAGE_ID, PAGE_TOKEN, Graph


@dataclass(frozen=True)
class PageAccount:
    platform: str
    id: str
    token: str

    def post(self, graph: Graph, path: str, body: dict[str, Any], token: str | None = None) -> httpx.Response:
        headers = {"authorization": f"Bearer {token or self.token}"}
        return HTTP.post(f"{graph.url}/v25.0/{path}", json=body, headers=headers)

    def send(
        self, graph: Graph, body: dict[str, Any], *, node: str | None = None, token: str | None = None
    ) -> httpx.Response:
        return self.post(graph, f"{node or self.id}/messages", body, token)

    def sent_id(self, graph: Graph, body: dict[str, Any]) -> str:
        answer = self.send(graph, body)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["message_id"])


MESSENGER = PageAccount("messenger", PAGE_ID, PAGE_TOKEN)
INSTAGRAM = PageAccount("instagram", INSTAGRAM_ID, INSTAGRAM_TOKEN)


def text_to(customer: str, words: str = "Hello", **more: Any) -> dict[str, Any]:
    return {"recipient": {"id": customer}, "messaging_type": "RESPONSE", "message": {"text": words}, **more}


def quick_replies(customer: str, *titles: str, words: str = "Which size?") -> dict[str, Any]:
    body = text_to(customer, words)
    offered = [{"content_type": "text", "title": title, "payload": f"/{title.lower()}"} for title in titles]
    body["message"]["quick_replies"] = offered
    return body


def template_to(customer: str, payload: dict[str, Any]) -> dict[str, Any]:
    attachment = {"type": "template", "payload": payload}
    return {"recipient": {"id": customer}, "messaging_type": "RESPONSE", "message": {"attachment": attachment}}


def postback(title: str) -> dict[str, Any]:
    return {"type": "postback", "title": title, "payload": f"/{title.lower()}"}


def button_template(customer: str, words: str, *buttons: dict[str, Any]) -> dict[str, Any]:
    return template_to(customer, {"template_type": "button", "text": words, "buttons": list(buttons)})


def generic(customer: str, *titles: str, picture: str = "https://shop.example/a.png") -> dict[str, Any]:
    elements = [
        {"title": title, "subtitle": "$69 · Light, for roads", "image_url": picture, "buttons": [postback("Choose")]}
        for title in titles
    ]
    return template_to(customer, {"template_type": "generic", "elements": elements})


def receipt(number: str) -> dict[str, Any]:
    return {
        "template_type": "receipt",
        "recipient_name": "Maya Lind",
        "order_number": number,
        "currency": "USD",
        "payment_method": "Visa 4242",
        "summary": {"subtotal": 138, "shipping_cost": 0, "total_cost": 138},
        "elements": [{"title": "Aero 2", "subtitle": "42, blue", "quantity": 2, "price": 138, "currency": "USD"}],
    }
