"""What WhatsApp refuses in an interactive message: buttons, lists, links, products, carousels, flows, requests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.graph.refusals import Refused
from sandbox.graph.whatsapp_limits import RULES, Known, check_file, check_picture

_BODY, _FOOTER, _HEADER, _TITLE = 1024, 60, 60, 20
_ROWS, _PRODUCTS, _SECTIONS = 10, 30, 10
_MEDIA = ("image", "video", "document")

need, length, part = RULES.need, RULES.length, RULES.part


def check_interactive(content: dict[str, Any], known: Known) -> None:
    """Raises `Refused`."""
    kind = str(content.get("type"))
    if kind not in _ACTIONS:
        raise Refused(131009, f"interactive.type {kind} is not known")
    action = part(content, "action")
    headers = _HEADERS.get(kind, ())
    if "header" in content:
        need(bool(headers), f"{kind} has no header")
        _header(part(content, "header"), headers, known)
    need("header" in content or kind != "product_list", "product_list needs a header")
    if kind != "product" or "body" in content:
        length(part(content, "body").get("text"), "interactive.body.text", _BODY)
    if "footer" in content:
        need(kind != "carousel", "carousel has no footer")
        length(part(content, "footer").get("text"), "interactive.footer.text", _FOOTER)
    _ACTIONS[kind](action, known)


def _header(header: dict[str, Any], allowed: tuple[str, ...], known: Known) -> None:
    kind = str(header.get("type"))
    need(kind in allowed, f"header.type must be one of {', '.join(allowed)}")
    if kind == "text":
        length(header.get("text"), "header.text", _HEADER)
    elif kind == "image":
        check_picture(part(header, "image"), known)
    else:
        check_file(part(header, kind), f"header.{kind}", known)


def _buttons(action: dict[str, Any], _known: Known) -> None:
    _replies(action, "reply", 3)


def _replies(action: dict[str, Any], shape: str, most: int) -> None:
    buttons = RULES.count(action.get("buttons"), "buttons", most)
    need(all(button.get("type") == shape for button in buttons), f"button.type must be {shape}")
    replies = [part(button, shape) for button in buttons]
    RULES.distinct([length(reply.get("title"), "button title", _TITLE) for reply in replies], "button titles")
    RULES.distinct([length(reply.get("id"), "button id", 256) for reply in replies], "button ids")


def _list(action: dict[str, Any], _known: Known) -> None:
    length(action.get("button"), "list button", _TITLE)
    sections = _titled_sections(action)
    rows = [row for section in sections for row in RULES.count(section.get("rows"), "rows", _ROWS)]
    need(len(rows) <= _ROWS, f"1 to {_ROWS} rows in all sections")
    RULES.distinct([length(row.get("id"), "row id", 200) for row in rows], "row ids")
    for row in rows:
        length(row.get("title"), "row title", 24)
        length(row.get("description", ""), "row description", 72, 0)


def _titled_sections(action: dict[str, Any]) -> list[dict[str, Any]]:
    sections = RULES.count(action.get("sections"), "sections", _SECTIONS)
    for section in sections:
        length(section.get("title", ""), "section title", 24, 1 if len(sections) > 1 else 0)
    return sections


def _link(action: dict[str, Any], _known: Known) -> None:
    need(action.get("name") == "cta_url", "action.name must be cta_url")
    parameters = part(action, "parameters")
    length(parameters.get("display_text"), "display_text", _TITLE)
    RULES.address(parameters.get("url"), "url")


def _product(action: dict[str, Any], _known: Known) -> None:
    length(action.get("catalog_id"), "catalog_id", 64)
    length(action.get("product_retailer_id"), "product_retailer_id", 100)


def _product_list(action: dict[str, Any], _known: Known) -> None:
    length(action.get("catalog_id"), "catalog_id", 64)
    sections = _titled_sections(action)
    products = [one for s in sections for one in RULES.count(s.get("product_items"), "product_items", _PRODUCTS)]
    need(len(products) <= _PRODUCTS, f"1 to {_PRODUCTS} products in all sections")
    for product in products:
        length(product.get("product_retailer_id"), "product_retailer_id", 100)


def _catalog(action: dict[str, Any], _known: Known) -> None:
    need(action.get("name") == "catalog_message", "action.name must be catalog_message")
    if "parameters" in action:
        length(part(action, "parameters").get("thumbnail_product_retailer_id"), "thumbnail_product_retailer_id", 100)


def _carousel(action: dict[str, Any], known: Known) -> None:
    cards = RULES.count(action.get("cards"), "cards", 10, 2)
    shapes = set()
    for place, card in enumerate(cards):
        need(card.get("card_index") == place, "card_index must count from 0")
        _header(part(card, "header"), ("image", "video"), known)
        if "body" in card:
            words = length(part(card, "body").get("text"), "card body", 160)
            need(words.count("\n") <= 2, "a card's body has at most 2 line breaks")
        inner = part(card, "action")
        if "buttons" in inner:
            _replies(inner, "quick_reply", 3)
            shapes.add(len(inner["buttons"]))
        else:
            _link(inner, known)
            shapes.add(0)
    need(len(shapes) == 1, "every card has the same buttons")


def _flow(action: dict[str, Any], _known: Known) -> None:
    need(action.get("name") == "flow", "action.name must be flow")
    parameters = part(action, "parameters")
    need(str(parameters.get("flow_message_version")) == "3", "flow_message_version must be 3")
    need(bool(parameters.get("flow_id")) != bool(parameters.get("flow_name")), "either flow_id or flow_name")
    length(parameters.get("flow_cta"), "flow_cta", 30)
    need(parameters.get("flow_action", "navigate") in ("navigate", "data_exchange"), "flow_action is not known")


def _location_request(action: dict[str, Any], _known: Known) -> None:
    need(action.get("name") == "send_location", "action.name must be send_location")


_HEADERS: dict[str, tuple[str, ...]] = {
    "button": ("text", *_MEDIA),
    "cta_url": ("text", *_MEDIA),
    "list": ("text",),
    "product_list": ("text",),
    "flow": ("text", *_MEDIA),
}
_ACTIONS: dict[str, Callable[[dict[str, Any], Known], None]] = {
    "button": _buttons,
    "list": _list,
    "cta_url": _link,
    "product": _product,
    "product_list": _product_list,
    "catalog_message": _catalog,
    "carousel": _carousel,
    "flow": _flow,
    "location_request_message": _location_request,
}
