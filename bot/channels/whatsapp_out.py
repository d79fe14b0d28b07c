"""WhatsApp Cloud API, out: our replies as bodies of `POST /{number}/messages`, without who they go to.

What fits and what is degraded is `bot.conversation.degrade`'s; a body is made of each thing that comes out there.

Two keys of a piece are ours and are never sent: `otherwise` holds another body for where Meta refuses the first, and
`in_catalogue` says that the body names products and wants the account's catalogue id.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.conversation.cards import card_words
from bot.conversation.degrade import degrade
from bot.conversation.lengths import cut
from bot.conversation.phrases import ENGLISH, language_of
from bot.conversation.replies import (
    Cards,
    Choices,
    File,
    Link,
    Listing,
    Option,
    Picture,
    React,
    Shown,
    Template,
    Text,
)
from bot.conversation.traits import Traits

_PARAMETER = 900
"""A template's whole body has 1,024 characters; what stands around its places needs some of them."""
_FILES = ("audio", "video", "document")


def bodies_of(reply: Shown, traits: Traits) -> list[dict[str, Any]]:
    """In the order to send; at least one."""
    return [_body(shown, traits) for shown in degrade(reply, traits)]


def for_account(piece: dict[str, Any], catalogue: str) -> Iterator[dict[str, Any]]:
    """The bodies of a piece to try, one after the other; those that name products only with a catalogue."""
    body: dict[str, Any] | None = piece
    while body is not None:
        ours = {name: value for name, value in body.items() if name not in ("otherwise", "in_catalogue")}
        if not body.get("in_catalogue"):
            yield ours
        elif catalogue:
            interactive = ours["interactive"]
            action = {"catalog_id": catalogue, **interactive["action"]}
            yield {**ours, "interactive": {**interactive, "action": action}}
        body = body.get("otherwise")


def _body(shown: Shown, traits: Traits) -> dict[str, Any]:
    match shown:
        case Text():
            return text_body(shown.text)
        case Choices():
            return interactive("button", shown.text, {"buttons": _buttons(shown.options)})
        case Listing():
            return _list(shown)
        case Cards():
            return _card(shown, traits)
        case Link():
            parameters = {"display_text": shown.label, "url": shown.url}
            return interactive("cta_url", shown.text, {"name": "cta_url", "parameters": parameters})
        case Picture():
            return picture_body(shown.url, shown.caption)
        case File():
            return _file(shown)
        case Template():
            return _template(shown)
        case React():
            return {"type": "reaction", "reaction": {"message_id": shown.of, "emoji": shown.emoji}}
        case _:
            raise TypeError(f"{type(shown).__name__} was not degraded for WhatsApp")


def text_body(text: str) -> dict[str, Any]:
    return {"type": "text", "text": {"body": text, "preview_url": False}}


def picture_body(url: str, caption: str) -> dict[str, Any]:
    return {"type": "image", "image": {"link": as_png(url), **_captioned(caption)}}


def interactive(kind: str, text: str, action: dict[str, Any], **more: Any) -> dict[str, Any]:
    """`more` is a header, where the kind has one."""
    return {"type": "interactive", "interactive": {"type": kind, **more, "body": {"text": text}, "action": action}}


def as_png(url: str) -> str:
    """WhatsApp shows JPEG and PNG only; the gateway draws every SVG of the catalogue as PNG beside it."""
    return f"{url[:-4]}.png" if url.endswith(".svg") else url


def _buttons(options: list[Option]) -> list[dict[str, Any]]:
    return [{"type": "reply", "reply": {"id": option.payload, "title": option.title}} for option in options]


def _list(shown: Listing) -> dict[str, Any]:
    rows = [
        {"id": row.payload, "title": row.title, **({"description": row.description} if row.description else {})}
        for row in shown.rows
    ]
    return interactive("list", shown.text, {"button": shown.button, "sections": [{"rows": rows}]})


def _card(shown: Cards, traits: Traits) -> dict[str, Any]:
    card = shown.cards[0]
    action = {"buttons": _buttons([*card.options, *shown.options])}
    header = {"type": "image", "image": {"link": as_png(card.image or "")}}
    return interactive("button", card_words(shown, traits), action, header=header)


def _captioned(caption: str) -> dict[str, str]:
    return {"caption": caption} if caption else {}


def _file(shown: File) -> dict[str, Any]:
    kind = shown.kind if shown.kind in _FILES else "document"
    told = {"link": shown.url, **(_captioned(shown.caption) if kind != "audio" else {})}
    if kind == "document" and shown.filename:
        told["filename"] = shown.filename
    return {"type": kind, kind: told}


def _template(shown: Template) -> dict[str, Any]:
    """In the language asked for, else in that language without its country, else in English: a template that is not
    there in a language is refused (132001)."""
    exact = shown.language.replace("-", "_")
    asked = language_of(shown.language).replace("-", "_")
    parameters = [{"type": "text", "text": cut(value, _PARAMETER)} for value in shown.values]
    components = [{"type": "body", "parameters": parameters}] if parameters else []
    body: dict[str, Any] | None = None
    for language in reversed(list(dict.fromkeys([exact, asked, ENGLISH]))):
        template = {"name": shown.name, "language": {"code": language}, "components": components}
        otherwise = {"otherwise": body} if body else {}
        body = {"type": "template", "template": template, **otherwise}
    assert body is not None
    return body
