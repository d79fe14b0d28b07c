"""What Messenger and Instagram refuse in a template: generic, button, media, receipt. Instagram has the first two."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from sandbox.graph.accounts import INSTAGRAM
from sandbox.graph.page_limits import RULES

_ELEMENTS, _TITLE, _BUTTONS, _BUTTON_TITLE, _PAYLOAD = 10, 80, 3, 20, 1000
_BUTTON_TEXT, _BOUGHT = 640, 100
_ON_INSTAGRAM = ("web_url", "postback")

need, length, part = RULES.need, RULES.length, RULES.part


def check_template(payload: dict[str, Any], platform: str, orders: Collection[str]) -> None:
    """`orders` are the order numbers of receipts that were sent before. Raises `Refused`."""
    kind = str(payload.get("template_type"))
    need(kind in _CHECKS, f"template_type {kind} is not known")
    need(platform != INSTAGRAM or kind in ("generic", "button"), f"template_type {kind} is not supported here")
    if kind == "receipt":
        need(payload.get("order_number") not in orders, "order_number must be unique")
    _CHECKS[kind](payload, platform)


def _generic(payload: dict[str, Any], platform: str) -> None:
    for element in RULES.count(payload.get("elements"), "elements", _ELEMENTS):
        length(element.get("title"), "element title", _TITLE)
        length(element.get("subtitle", ""), "element subtitle", _TITLE, 0)
        need(len(element) > 1, "an element needs more than a title")
        if "image_url" in element:
            RULES.address(element["image_url"], "image_url")
            need(not element["image_url"].endswith(".svg"), "images are JPEG, PNG or GIF")
        if "default_action" in element:
            need(part(element, "default_action").get("type") == "web_url", "default_action must be web_url")
            need("title" not in element["default_action"], "default_action has no title")
            RULES.address(element["default_action"].get("url"), "default_action.url")
        if "buttons" in element:
            _buttons(element["buttons"], platform, _BUTTONS)


def _button(payload: dict[str, Any], platform: str) -> None:
    length(payload.get("text"), "template text", _BUTTON_TEXT)
    _buttons(payload.get("buttons"), platform, _BUTTONS)


def _media(payload: dict[str, Any], platform: str) -> None:
    (element,) = RULES.count(payload.get("elements"), "elements", 1)
    need(element.get("media_type") in ("image", "video"), "media_type is image or video")
    RULES.address(element.get("url"), "element url")
    if "buttons" in element:
        _buttons(element["buttons"], platform, 1)


def _buttons(buttons: Any, platform: str, most: int) -> None:
    for button in RULES.count(buttons, "buttons", most):
        kind = button.get("type")
        need(kind in (*_ON_INSTAGRAM, "phone_number"), f"button.type {kind} is not known")
        need(platform != INSTAGRAM or kind in _ON_INSTAGRAM, f"button.type {kind} is not supported here")
        length(button.get("title"), "button title", _BUTTON_TITLE)
        if kind == "web_url":
            RULES.address(button.get("url"), "button url")
        else:
            length(button.get("payload"), "button payload", _PAYLOAD)


def _receipt(payload: dict[str, Any], _platform: str) -> None:
    for name in ("recipient_name", "order_number", "payment_method"):
        length(payload.get(name), name, 200)
    need(len(length(payload.get("currency"), "currency", 3)) == 3, "currency is a code of 3 letters")
    _amount(part(payload, "summary").get("total_cost"), "summary.total_cost")
    for element in RULES.count(payload.get("elements", []), "elements", _BOUGHT, 0):
        length(element.get("title"), "element title", 200)
        _amount(element.get("price"), "element price")
        need(isinstance(element.get("quantity", 1), int), "element quantity is a whole number")
    for adjustment in RULES.count(payload.get("adjustments", []), "adjustments", 100, 0):
        length(adjustment.get("name"), "adjustment name", 200)
        _amount(adjustment.get("amount"), "adjustment amount")
    if "address" in payload:
        for name in ("street_1", "city", "postal_code", "state", "country"):
            length(part(payload, "address").get(name), f"address.{name}", 200)
    need(str(payload.get("timestamp", "0")).isdigit(), "timestamp is in seconds")


def _amount(value: Any, name: str) -> None:
    need(isinstance(value, int | float) and not isinstance(value, bool), f"{name} is a number")


_CHECKS: dict[str, Callable[[dict[str, Any], str], None]] = {
    "generic": _generic,
    "button": _button,
    "media": _media,
    "receipt": _receipt,
}
