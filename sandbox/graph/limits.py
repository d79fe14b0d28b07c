"""What Meta refuses in a message, by its message reference: returns the reason, or None when the body is fine."""

from __future__ import annotations

from typing import Any

_TEXT, _BODY, _CAPTION = 4096, 1024, 1024


class Refused(Exception):
    """Meta's answer to a body that it does not take: an error code and words for a developer."""

    def __init__(self, code: int, details: str) -> None:
        super().__init__(details)
        self.code = code
        self.details = details


def check(body: dict[str, Any]) -> None:
    """Raises `Refused`."""
    _need(body.get("messaging_product") == "whatsapp", "messaging_product must be whatsapp")
    if body.get("status") == "read":
        _need(isinstance(body.get("message_id"), str), "message_id is required")
        return
    _need(bool(body.get("to") or body.get("recipient")), "to or recipient is required")
    _need(len(str(body.get("biz_opaque_callback_data", ""))) <= 512, "biz_opaque_callback_data is too long")
    kind = body.get("type", "text")
    checks = {"text": _text, "image": _image, "interactive": _interactive}
    if kind not in checks:
        raise Refused(131051, f"Unsupported message type: {kind}")
    content = body.get(kind)
    if not isinstance(content, dict):
        raise Refused(131008, f"Required parameter is missing: {kind}")
    checks[kind](content)


def _need(holds: bool, details: str) -> None:
    if not holds:
        raise Refused(131009, details)


def _length(value: Any, name: str, most: int, least: int = 1) -> str:
    _need(isinstance(value, str) and least <= len(value.strip() and value) <= most, f"{name}: {least} to {most}")
    return str(value)


def _text(content: dict[str, Any]) -> None:
    _length(content.get("body"), "text.body", _TEXT)


def _image(content: dict[str, Any]) -> None:
    link = content.get("link") or content.get("id")
    _need(isinstance(link, str) and bool(link), "image needs a link or an id")
    _need(not str(link).endswith(".svg"), "images are JPEG or PNG")
    _length(content.get("caption", ""), "image.caption", _CAPTION, 0)


def _interactive(content: dict[str, Any]) -> None:
    _length(_part(content, "body").get("text"), "interactive.body.text", _BODY)
    action = _part(content, "action")
    kind = content.get("type")
    if kind == "button":
        _buttons(action)
    elif kind == "list":
        _list(action)
    elif kind == "cta_url":
        parameters = _part(action, "parameters")
        _length(parameters.get("display_text"), "display_text", 20)
        _need(str(parameters.get("url", "")).startswith(("http://", "https://")), "url must be an address")
    else:
        raise Refused(131009, f"interactive.type {kind} is not known")


def _part(content: dict[str, Any], name: str) -> dict[str, Any]:
    part = content.get(name)
    if not isinstance(part, dict):
        raise Refused(131008, f"Required parameter is missing: {name}")
    return part


def _buttons(action: dict[str, Any]) -> None:
    replies = [_part(button, "reply") for button in action.get("buttons", [])]
    _need(1 <= len(replies) <= 3, "1 to 3 buttons")
    titles = [_length(reply.get("title"), "button title", 20) for reply in replies]
    _need(len(set(titles)) == len(titles), "button titles must differ")
    for reply in replies:
        _length(reply.get("id"), "button id", 256)


def _list(action: dict[str, Any]) -> None:
    _length(action.get("button"), "list button", 20)
    rows = [row for section in action.get("sections", []) for row in section.get("rows", [])]
    _need(1 <= len(rows) <= 10, "1 to 10 rows in all sections")
    ids = [_length(row.get("id"), "row id", 200) for row in rows]
    _need(len(set(ids)) == len(ids), "row ids must differ")
    for row in rows:
        _length(row.get("title"), "row title", 24)
        _length(row.get("description", ""), "row description", 72, 0)
