"""The parts that the pay page's form is made of: fields with their labels and what is wrong with them, and money.

Pure; every word from outside is escaped here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from html import escape

from babel import Locale, UnknownLocaleError
from babel.numbers import format_currency

from sandbox.stripe.currencies import decimals
from sandbox.stripe.shapes import Json

FORM = "pay"
"""The form's id: fields that stand elsewhere on the page belong to it by name."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the shopper has typed, and what was wrong with it: by field, and `""` for the payment as a whole."""

    values: Mapping[str, str] = field(default_factory=dict)
    wrong: Mapping[str, str] = field(default_factory=dict)


def text_input(
    name: str,
    label: str,
    entry: Entry,
    *,
    autocomplete: str,
    type_: str = "text",
    placeholder: str = "",
    numeric: bool = False,
    required: bool = True,
) -> str:
    return labelled(
        name,
        label,
        entry,
        f'<input id="{name}" name="{name}" type="{type_}" autocomplete="{autocomplete}" placeholder="{placeholder}"'
        f' value="{escape(entry.values.get(name, ""))}"{" inputmode=numeric" if numeric else ""}'
        f"{' required' if required else ''}{_told(name, entry)}>",
    )


def select(name: str, label: str, entry: Entry, options: Iterable[tuple[str, str]], *, autocomplete: str) -> str:
    """`options` are (value, words)."""
    chosen = entry.values.get(name, "")
    shown = "".join(
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(words)}</option>'
        for value, words in options
    )
    empty = "" if chosen else '<option value="" selected disabled>Choose…</option>'
    box = f'<select id="{name}" name="{name}" autocomplete="{autocomplete}" required data-look{_told(name, entry)}>'
    return labelled(name, label, entry, f"{box}{empty}{shown}</select>")


def labelled(name: str, label: str, entry: Entry, control: str) -> str:
    wrong = entry.wrong.get(name)
    why = f'<p class="wrong" id="{name}-wrong">{escape(wrong)}</p>' if wrong else ""
    return f'<div class="field"><label for="{name}">{label}</label>{control}{why}</div>'


def money(session: Json, amount: int) -> str:
    currency = session["currency"]
    value = Decimal(amount).scaleb(-decimals(currency))
    return escape(format_currency(value, currency.upper(), locale=locale_of(session)))


def locale_of(session: Json) -> Locale:
    try:
        return Locale.parse(session["locale"] or "en", sep="-")
    except (UnknownLocaleError, ValueError):  # `auto`
        return Locale("en")


def spaced(number: str) -> str:
    return " ".join(number[at : at + 4] for at in range(0, len(number), 4))


def _told(name: str, entry: Entry) -> str:
    return f' autofocus aria-invalid="true" aria-describedby="{name}-wrong"' if entry.wrong.get(name) else ""
