"""How our replies look in a mail: one calm column of tables and inline styles, which every mail program shows alike.

Nothing in a mail can be tapped but links, so what can be chosen has numbers, and the customer answers with one. It gets
the numbers and the words; everything of ours or a customer's is escaped here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape

from bot.conversation.replies import (
    Card,
    Cards,
    Choices,
    File,
    Line,
    Link,
    Listing,
    Order,
    Picture,
    Receipt,
    Shown,
    plain_text,
)

Numbers = Mapping[str, int]
"""The number of each payload; one that is not there has none."""

_ACCENT, _INK, _QUIET, _LINE, _GROUND = "#0f6b66", "#23211e", "#6b665f", "#e6e1da", "#f6f4f0"
_FONT = "font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
_ADDRESS = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")


def page(replies: Sequence[tuple[Shown, Numbers]], *, hint: str, brand: str) -> str:
    """The whole mail. `hint` tells how to choose; it may be empty."""
    blocks = "".join(_block(reply, numbers) for reply, numbers in replies)
    told = f'<p style="margin:0 0 16px;font-size:14px;color:{_QUIET}">{escape(hint)}</p>' if hint else ""
    foot = f'<p style="margin:16px 0 0;font-size:13px;color:{_QUIET}">{escape(brand)}</p>' if brand else ""
    return (
        '<!doctype html><html><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="color-scheme" content="light"></head>'
        f'<body style="margin:0;padding:0;background:{_GROUND}">'
        '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr>'
        '<td align="center" style="padding:24px 12px">'
        '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:560px">'
        f'<tr><td dir="auto" style="background:#ffffff;border:1px solid {_LINE};border-radius:8px;padding:24px;'
        f'{_FONT};font-size:16px;line-height:1.5;color:{_INK}">{blocks}{told}</td></tr>'
        f'<tr><td align="center" style="{_FONT}">{foot}</td></tr></table></td></tr></table></body></html>'
    )


def _block(reply: Shown, numbers: Numbers) -> str:
    if isinstance(reply, Choices):
        options = [_choice(option.payload, escape(option.title), numbers) for option in reply.options]
        return _words(reply.text) + _table(options)
    if isinstance(reply, Listing):
        rows = [_choice(row.payload, _named(row.title, row.description), numbers) for row in reply.rows]
        return _words(reply.text) + _table(rows)
    if isinstance(reply, Cards):
        rows = [row for card in reply.cards for row in _card(card, numbers)]
        rows += [_choice(option.payload, escape(option.title), numbers) for option in reply.options]
        return _words(reply.text) + _table(rows)
    if isinstance(reply, Link):
        return _words(reply.text) + _button(reply.label, reply.url)
    if isinstance(reply, Picture):
        return _image(reply.url, reply.caption, 512) + _words(reply.caption)
    if isinstance(reply, File):
        return _words(reply.caption) + _button(reply.filename or reply.kind, reply.url)
    if isinstance(reply, Receipt | Order):
        return _account(reply)
    return _words(plain_text(reply))


def _words(text: str) -> str:
    paragraphs = [part for part in re.split(r"\n\s*\n", text.strip()) if part]
    return "".join(f'<p style="margin:0 0 16px">{_linked(part)}</p>' for part in paragraphs)


def _linked(text: str) -> str:
    """Escaped, with addresses as links and line ends kept."""
    made, at = [], 0
    for found in _ADDRESS.finditer(text):
        made.append(escape(text[at : found.start()]))
        made.append(f'<a href="{escape(found[0])}" style="color:{_ACCENT}">{escape(found[0])}</a>')
        at = found.end()
    return "".join([*made, escape(text[at:])]).replace("\n", "<br>")


def _named(title: str, more: str) -> str:
    quiet = f'<br><span style="font-size:14px;color:{_QUIET}">{escape(more)}</span>' if more else ""
    return f"<strong>{escape(title)}</strong>{quiet}"


def _card(card: Card, numbers: Numbers) -> list[str]:
    """Its picture, name and words under the number of its first option; further options have a row each."""
    more = " · ".join(words for words in (card.subtitle, card.text) if words)
    picture = _image(card.image, card.title, 96) if card.image else ""
    shown = (
        '<table role="presentation" cellpadding="0" cellspacing="0" border="0"><tr>'
        f'<td valign="top" style="padding-right:16px">{picture}</td><td valign="top">{_named(card.title, more)}</td>'
        "</tr></table>"
        if picture
        else _named(card.title, more)
    )
    rows = [_choice(card.options[0].payload, shown, numbers) if card.options else _row("", shown)]
    for option in card.options[1:]:
        rows.append(_choice(option.payload, f"{escape(card.title)}: {escape(option.title)}", numbers))
    return rows


def _choice(payload: str, shown: str, numbers: Numbers) -> str:
    return _row(f"{numbers[payload]}." if payload in numbers else "•", shown)


def _row(mark: str, shown: str) -> str:
    return (
        f'<tr><td valign="top" width="32" style="padding:8px 0;border-top:1px solid {_LINE};color:{_ACCENT};'
        f'font-weight:600">{mark}</td>'
        f'<td valign="top" style="padding:8px 0;border-top:1px solid {_LINE}">{shown}</td></tr>'
    )


def _table(rows: Sequence[str]) -> str:
    if not rows:
        return ""
    return (
        '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" '
        f'style="margin:0 0 16px">{"".join(rows)}</table>'
    )


def _button(label: str, url: str) -> str:
    if not url.startswith(("https://", "http://")):
        return _words(label)
    return (
        '<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:0 0 16px"><tr>'
        f'<td style="background:{_ACCENT};border-radius:8px"><a href="{escape(url)}" style="display:inline-block;'
        f'padding:12px 24px;color:#ffffff;font-weight:600;text-decoration:none">{escape(label or url)}</a>'
        "</td></tr></table>"
    )


def _image(url: str, title: str, width: int) -> str:
    return (
        f'<img src="{escape(url)}" alt="{escape(title)}" width="{width}" '
        f'style="display:block;max-width:100%;height:auto;border:0;border-radius:8px">'
    )


def _account(reply: Receipt | Order) -> str:
    state = f" · {escape(reply.state)}" if isinstance(reply, Order) and reply.state else ""
    lines = "".join(_line(line) for line in reply.lines)
    total = (
        f'<tr><td colspan="2" style="padding:12px 0 0;border-top:1px solid {_LINE}"></td></tr>'
        f'<tr><td style="font-weight:600">{escape(reply.number)}{state}</td>'
        f'<td align="right" style="font-weight:600;white-space:nowrap">{escape(reply.total)}</td></tr>'
    )
    table = (
        '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" '
        f'style="margin:0 0 16px">{lines}{total}</table>'
    )
    return _words(reply.text) + table + (_button(reply.number, reply.url) if reply.url else "")


def _line(line: Line) -> str:
    return (
        f'<tr><td style="padding:4px 16px 4px 0">{escape(line.words)}</td>'
        f'<td align="right" style="padding:4px 0;white-space:nowrap">{escape(line.amount)}</td></tr>'
    )
