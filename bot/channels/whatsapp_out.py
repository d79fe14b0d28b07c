"""WhatsApp Cloud API, out: our replies as message bodies, within Meta's limits, degraded where a shape lacks.

Limits (Meta's message reference): text 4,096; interactive body 1,024; up to 3 buttons with titles of 20; a list opener
of 20, 10 rows in all with titles of 24 and descriptions of 72; a link button's label 20; captions 1,024.
"""

from __future__ import annotations

from typing import Any

from bot.conversation.replies import Card, Cards, Choices, Link, Listing, Option, Picture, Receipt, Row, Shown, Text, plain_text

_TEXT, _BODY, _CAPTION = 4096, 1024, 1024
_BUTTONS, _BUTTON_TITLE = 3, 20
_ROWS, _ROW_TITLE, _ROW_DESCRIPTION, _OPENER = 10, 24, 72, 20
_BLANK = "…"


def bodies_of(reply: Shown) -> list[dict[str, Any]]:
    """One body or, for very long text, several, in the order to send."""
    if isinstance(reply, Text):
        return [_text(piece) for piece in split(reply.text, _TEXT)]
    if isinstance(reply, Choices):
        return _with_long_text(reply.text, _choices(reply))
    if isinstance(reply, Listing):
        return _with_long_text(reply.text, _list(reply.text, reply.button, reply.rows))
    if isinstance(reply, Cards):
        return _with_long_text(reply.text, _cards(reply))
    if isinstance(reply, Link):
        return _with_long_text(reply.text, _link(reply))
    if isinstance(reply, Picture):
        caption = {"caption": cut(reply.caption, _CAPTION)} if reply.caption else {}
        return [{"type": "image", "image": {"link": _as_png(reply.url), **caption}}]
    words = _receipt(reply) if isinstance(reply, Receipt) else plain_text(reply)
    return [_text(piece) for piece in split(words, _TEXT)]


def cut(text: str, limit: int) -> str:
    """At most `limit` characters; what is cut ends with an ellipsis, at a word where one is near."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    space = head.rfind(" ")
    return (head[:space] if space > limit * 0.6 else head).rstrip() + "…"


def _title(text: str, limit: int) -> str:
    """What stands on a button or a row: never empty, which Meta refuses."""
    return cut(text.strip(), limit) or _BLANK


def split(text: str, limit: int) -> list[str]:
    """Pieces of at most `limit` characters, cut at the last line, sentence or word that fits; never empty."""
    pieces = []
    rest = text.strip() or _BLANK
    while len(rest) > limit:
        head = rest[:limit]
        at = max(head.rfind("\n"), head.rfind(". ") + 1)
        at = at if at > limit * 0.5 else head.rfind(" ")
        at = at if at > limit * 0.3 else limit
        pieces.append(rest[:at].rstrip())
        rest = rest[at:].lstrip()
    return [*pieces, rest] if rest else pieces


def _with_long_text(text: str, body: dict[str, Any]) -> list[dict[str, Any]]:
    """An interactive body holds 1,024 characters; longer text goes before it as text."""
    if len(text) <= _BODY:
        return [body]
    return [*(_text(piece) for piece in split(text, _TEXT)), body]


def _text(text: str) -> dict[str, Any]:
    return {"type": "text", "text": {"body": text, "preview_url": False}}


def _interactive(kind: str, text: str, action: dict[str, Any], header: dict[str, Any] | None = None) -> dict[str, Any]:
    body = {"type": kind, "body": {"text": text if text.strip() and len(text) <= _BODY else _BLANK}, "action": action}
    return {"type": "interactive", "interactive": {**body, "header": header} if header else body}


def _choices(reply: Choices) -> dict[str, Any]:
    if fits_buttons(reply.options):
        return _interactive("button", reply.text, {"buttons": _buttons(reply.options)})
    if 0 < len(reply.options) <= _ROWS:
        rows = [Row(option.title, option.payload) for option in reply.options]
        # A channel does not know the customer's language; numbers are read in every one.
        return _list(reply.text, f"☰ 1–{len(rows)}", rows)
    numbered = "\n".join(f"{n}. {option.title}" for n, option in enumerate(reply.options, 1))
    return _text(cut(f"{reply.text}\n{numbered}".strip() or _BLANK, _TEXT))


def fits_buttons(options: list[Option]) -> bool:
    titles = [option.title for option in options]
    short = all(0 < len(title.strip()) <= len(title) <= _BUTTON_TITLE for title in titles)
    distinct = len(set(titles)) == len(titles) == len({option.payload for option in options})
    return 0 < len(titles) <= _BUTTONS and short and distinct


def _buttons(options: list[Option]) -> list[dict[str, Any]]:
    return [{"type": "reply", "reply": {"id": option.payload, "title": option.title}} for option in options]


def _list(text: str, opener: str, rows: list[Row]) -> dict[str, Any]:
    distinct = list({row.payload: row for row in rows}.values())[:_ROWS]
    if not distinct:
        return _text(cut(text.strip() or _BLANK, _TEXT))
    action = {"button": _title(opener, _OPENER), "sections": [{"rows": [_row(row) for row in distinct]}]}
    return _interactive("list", text, action)


def _row(row: Row) -> dict[str, Any]:
    title = _title(row.title, _ROW_TITLE)
    description = row.description if title == row.title else f"{row.title}. {row.description}"
    described = {"description": cut(description.strip(), _ROW_DESCRIPTION)} if description.strip() else {}
    return {"id": row.payload, "title": title, **described}


def _cards(reply: Cards) -> dict[str, Any]:
    """One card: its picture over buttons. Several: a list, where a row is a card's first option."""
    if len(reply.cards) == 1:
        return _one_card(reply, reply.cards[0])
    rows = [
        Row(card.title, card.options[0].payload, " · ".join(x for x in (card.subtitle, card.text) if x))
        for card in reply.cards
        if card.options
    ]
    room = _ROWS - len(reply.options)
    more = [Row(option.title, option.payload) for option in reply.options]
    return _list(reply.text, reply.button, rows[:room] + more)


def _one_card(reply: Cards, card: Card) -> dict[str, Any]:
    words = [reply.text, f"*{card.title}* {card.subtitle}".strip(), card.text]
    text = cut("\n".join(word for word in words if word), _BODY)
    header = {"type": "image", "image": {"link": _as_png(card.image)}} if card.image else None
    options = [*card.options, *reply.options]
    if fits_buttons(options):
        return _interactive("button", text, {"buttons": _buttons(options)}, header)
    return _list(text, reply.button, [Row(option.title, option.payload) for option in options])


def _as_png(url: str) -> str:
    """WhatsApp shows JPEG and PNG only; the gateway draws every SVG of the catalogue as PNG beside it."""
    return f"{url[:-4]}.png" if url.endswith(".svg") else url


def _link(reply: Link) -> dict[str, Any]:
    parameters = {"display_text": _title(reply.label, _BUTTON_TITLE), "url": reply.url}
    return _interactive("cta_url", reply.text, {"name": "cta_url", "parameters": parameters})


def _receipt(reply: Receipt) -> str:
    lines = [f"{line.quantity} × {line.title}  {line.amount}" for line in reply.lines]
    head = [reply.text] if reply.text else []
    tail = [reply.url] if reply.url else []
    return "\n".join([*head, f"*{reply.number}*", *lines, f"*{reply.total}*", *tail])
