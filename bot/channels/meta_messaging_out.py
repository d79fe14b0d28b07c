"""Our replies as messages of Messenger and Instagram, already degraded to what the channel can show. Pure.

Limits (Send API reference): a button template has 640 characters and 3 buttons; quick replies, at most 13, are gone
with the next message, so up to three choices are a template's buttons, which stay; a generic template has 10 elements,
each with a title and something more.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from bot.conversation.lengths import BLANK, measured
from bot.conversation.replies import Card, Cards, Choices, File, Link, Option, Picture, Shown, Text
from bot.conversation.traits import Measure

TEMPLATE_TEXT = 640
_TEMPLATE_BUTTONS = 3
_FILES = {"audio": "audio", "video": "video"}


def message_of(shown: Shown) -> dict[str, Any]:
    """The message of one thing that came out of `degrade` for these channels."""
    match shown:
        case Text():
            return {"text": shown.text}
        case Choices():
            return _choices(shown)
        case Cards():
            elements = [_element(card) for card in shown.cards]
            return {**template("generic", elements=elements), **_quick_replies(shown.options)}
        case Link():
            button = {"type": "web_url", "title": shown.label, "url": shown.url}
            return template("button", text=shown.text, buttons=[button])
        case Picture():
            return _attachment("image", {"url": as_png(shown.url)})
        case File():
            return _attachment(_FILES.get(shown.kind, "file"), {"url": shown.url})
        case _:
            raise AssertionError(f"{type(shown).__name__} is not among these channels' traits")


def template(kind: str, **content: Any) -> dict[str, Any]:
    return _attachment("template", {"template_type": kind, **content})


def as_png(url: str) -> str:
    """Meta takes no SVG; the gateway draws every SVG of the catalogue as PNG beside it."""
    return f"{url[:-4]}.png" if urlsplit(url).path.endswith(".svg") and url.endswith(".svg") else url


def _attachment(kind: str, payload: dict[str, Any]) -> dict[str, Any]:
    return {"attachment": {"type": kind, "payload": payload}}


def _choices(reply: Choices) -> dict[str, Any]:
    if len(reply.options) <= _TEMPLATE_BUTTONS and measured(reply.text, Measure.CHARACTERS) <= TEMPLATE_TEXT:
        return template("button", text=reply.text, buttons=_postbacks(reply.options))
    return {"text": reply.text, **_quick_replies(reply.options)}


def _postbacks(options: list[Option]) -> list[dict[str, str]]:
    return [{"type": "postback", "title": option.title, "payload": option.payload} for option in options]


def _quick_replies(options: list[Option]) -> dict[str, Any]:
    taps = [{"content_type": "text", "title": option.title, "payload": option.payload} for option in options]
    return {"quick_replies": taps} if taps else {}


def _element(card: Card) -> dict[str, Any]:
    more: dict[str, Any] = {}
    if card.subtitle:
        more["subtitle"] = card.subtitle
    if card.image:
        more["image_url"] = as_png(card.image)
    if card.options:
        more["buttons"] = _postbacks(card.options)
    return {"title": card.title, **(more or {"subtitle": BLANK})}
