"""What a customer can do in WhatsApp, as the message in Meta's webhook. What is not offered cannot be tapped."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sandbox.graph.phones import PhoneOf
from sandbox.graph.refusals import NotOffered
from sandbox.graph.stand import Stand


def message_of(stand: Stand, phone: PhoneOf, asked: dict[str, Any]) -> dict[str, Any]:
    """The webhook's message, still without id and time. Raises `NotOffered`.

    `asked` is one of {text}, {reply: {id}, of}, {media: {id, kind, caption?, voice?}}, {location}, {contacts},
    {flow, of}, {order: {items, text?}}, {reaction: {emoji}, of}; a text may carry `product` (a retailer id) or
    `referral` (an advert). `of` with a text answers that message.
    """
    context = {"context": {"id": asked["of"]}} if "of" in asked else {}
    if "text" in asked:
        return {"type": "text", "text": {"body": str(asked["text"])}, **context, **_about(stand, asked)}
    if "reply" in asked:
        return {**_tapped(phone, asked["of"], asked["reply"].get("id")), **context}
    if "flow" in asked:
        return {**_flow(phone, asked["of"], asked["flow"]), **context}
    if "media" in asked:
        return {**_media(stand, asked["media"]), **context}
    if "reaction" in asked:
        emoji = asked["reaction"].get("emoji", "")
        shown = {"emoji": emoji} if emoji else {}
        return {"type": "reaction", "reaction": {"message_id": asked["of"], **shown}}
    if "order" in asked:
        return {"type": "order", "order": _order(stand, asked["order"])}
    for kind in ("location", "contacts"):
        if kind in asked:
            return {"type": kind, kind: asked[kind], **context}
    raise NotOffered("nothing that a customer could do")


def _about(stand: Stand, asked: dict[str, Any]) -> dict[str, Any]:
    """What a text is about: a product of the catalogue, or the advert that led to it."""
    if "product" in asked:
        product = {"catalog_id": stand.catalog.id, "product_retailer_id": asked["product"]}
        return {"context": {"referred_product": product}}
    return {"referral": asked["referral"]} if "referral" in asked else {}


def _tapped(phone: PhoneOf, of: str, wanted: str) -> dict[str, Any]:
    bubble = phone.bubble(of)
    if bubble is None or bubble.mine:
        raise NotOffered("there is no such message")
    for kind, reply in _offers(bubble.body):
        if reply.get("id", reply.get("payload")) == wanted:
            if kind == "button":
                return {"type": kind, kind: reply}
            return {"type": "interactive", "interactive": {"type": kind, kind: reply}}
    raise NotOffered("nothing like that was offered in this message")


def _offers(body: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Everything that can be tapped in a message, by the kind of answer that it gives."""
    action = body.get("interactive", {}).get("action", {})
    for button in action.get("buttons", []):
        yield "button_reply", button["reply"]
    for section in action.get("sections", []):
        for row in section.get("rows", []):
            yield "list_reply", row
    for card in action.get("cards", []):
        for button in card["action"].get("buttons", []):
            yield "button_reply", button["quick_reply"]
    for component in body.get("template", {}).get("components", []):
        for parameter in component.get("parameters", []):
            if parameter["type"] == "payload":
                yield "button", {"payload": parameter["payload"], "text": parameter["payload"]}


def _flow(phone: PhoneOf, of: str, filled: dict[str, Any]) -> dict[str, Any]:
    bubble = phone.bubble(of)
    interactive = bubble.body.get("interactive", {}) if bubble else {}
    if interactive.get("type") != "flow":
        raise NotOffered("no form was offered in this message")
    token = interactive["action"]["parameters"].get("flow_token", "unused")
    answer = {"name": "flow", "body": "Sent", "response_json": json.dumps({"flow_token": token, **filled})}
    return {"type": "interactive", "interactive": {"type": "nfm_reply", "nfm_reply": answer}}


def _media(stand: Stand, asked: dict[str, Any]) -> dict[str, Any]:
    """`kind` is image, video, audio, document or sticker; the file was put in by `POST /_sim/media`."""
    file = stand.media.find(str(asked.get("id")))
    if file is None:
        raise NotOffered("there is no such file")
    kind = str(asked["kind"])
    told: dict[str, Any] = {"id": file.id, "mime_type": file.mime_type, "sha256": file.sha256}
    if kind == "audio":
        told["voice"] = bool(asked.get("voice", False))
    if asked.get("caption"):
        told["caption"] = str(asked["caption"])
    if kind == "document":
        told["filename"] = file.name
    return {"type": kind, kind: told}


def _order(stand: Stand, asked: dict[str, Any]) -> dict[str, Any]:
    """What the customer's app writes beside each product, unless the test says otherwise, is the catalogue's price."""
    known = {item.product_retailer_id: item for item in stand.catalog.items}
    items = []
    for given in asked["items"]:
        item = known.get(given["product_retailer_id"])
        shown = {"item_price": item.price, "currency": item.currency} if item else {}
        items.append({"quantity": 1, **shown, **given})
    return {"catalog_id": stand.catalog.id, "text": str(asked.get("text", "")), "product_items": items}
