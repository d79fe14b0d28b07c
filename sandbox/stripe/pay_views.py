"""The pay page as HTML: what the shopper sees of a session. Pure; every word from outside is escaped here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from html import escape
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.numbers import format_currency

from sandbox.stripe.cards import OFFERED, TestCard
from sandbox.stripe.currencies import decimals
from sandbox.stripe.shapes import Json

EXPIRY, CVC = "12 / 34", "123"
"""What a chip fills in beside its number; any future date and any three digits would do."""

# The Enter key presses a form's first button, and that must not be a chip.
_DEFAULT = '<button class="default" tabindex="-1" aria-hidden="true"></button>'
_STYLE = Path(__file__).with_name("pay_page.css").read_text()
_SCRIPT = Path(__file__).with_name("pay_page.js").read_text()


@dataclass(frozen=True, slots=True)
class Entry:
    """What the shopper has typed, and what was wrong with it: by field, and `""` for the payment as a whole."""

    values: Mapping[str, str] = field(default_factory=dict)
    wrong: Mapping[str, str] = field(default_factory=dict)


def form(record: Json, entry: Entry, nonce: str) -> str:
    session = record["session"]
    button = f'<button class="pay" type="submit">Pay {_money(session, session["amount_total"])}</button>'
    fields = (
        _input("email", "E-mail", entry, type_="email", autocomplete="email", placeholder="you@example.com")
        + _chips()
        + _input(
            "number", "Card number", entry, autocomplete="cc-number", numeric=True, placeholder="0000 0000 0000 0000"
        )
        + '<div class="pair">'
        + _input("expiry", "Expiry", entry, autocomplete="cc-exp", numeric=True, placeholder="MM / YY")
        + _input("cvc", "CVC", entry, autocomplete="cc-csc", numeric=True, placeholder="3 digits")
        + "</div>"
        + _input("name", "Name on card (optional)", entry, autocomplete="cc-name", required=False)
    )
    alert = _alert(entry.wrong[""]) if "" in entry.wrong else ""
    panel = (
        f'<section class="panel" aria-labelledby="how"><h2 id="how">Pay by card</h2>{alert}'
        f'<form method="post" action="/c/pay/{session["id"]}" data-pay>{_DEFAULT}{fields}{button}</form>'
        '<p class="fine">Test cards only. Their numbers are not kept.</p></section>'
    )
    return _page("Checkout", f"<main>{_summary(record)}{panel}</main>", nonce)


def bank_question(record: Json, nonce: str) -> str:
    session = record["session"]
    body = (
        "<h2>Your bank asks: is it you?</h2>"
        f"<p>A payment of <strong>{_money(session, session['amount_total'])}</strong> waits for your word."
        " Your real bank would ask in its app.</p>"
        f'<form method="post" action="/c/pay/{session["id"]}/authenticate">'
        '<button class="pay" name="answer" value="confirm">Yes, confirm the payment</button>'
        '<button class="pay second" name="answer" value="refuse">No, refuse it</button></form>'
    )
    return _notice("Confirm the payment", body, nonce)


def paid(session: Json, nonce: str) -> str:
    amount = _money(session, session["amount_total"])
    if session["payment_status"] == "paid":
        title, words = "Paid, thank you", f"{amount} was paid. The shop writes to you in the chat."
    else:
        title, words = "Thank you", f"Your bank is working on {amount}. The shop writes to you once it is paid."
    body = f'<div class="seal" aria-hidden="true">✓</div><h2>{title}</h2><p>{words}</p>'
    return _notice(title, body + _link(success_url(session), "Back to the shop"), nonce)


def closed(session: Json, nonce: str) -> str:
    body = (
        '<div class="seal closed" aria-hidden="true">⏲</div><h2>This checkout has closed</h2>'
        "<p>It was open for a limited time, and nothing was paid. Your shop can open a new one in the chat.</p>"
    )
    return _notice("This checkout has closed", body + _link(session["cancel_url"], "Back to the shop"), nonce)


def unknown(nonce: str) -> str:
    body = "<h2>There is no such checkout</h2><p>Look at the address again, or ask the shop for a new link.</p>"
    return _notice("There is no such checkout", body, nonce)


def success_url(session: Json) -> str:
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])


def spaced(number: str) -> str:
    return " ".join(number[at : at + 4] for at in range(0, len(number), 4))


def _summary(record: Json) -> str:
    session = record["session"]
    goods = "".join(_good(session, line, good) for line, good in zip(record["lines"], record["goods"], strict=True))
    until = datetime.fromtimestamp(session["expires_at"], UTC)
    total = _money(session, session["amount_total"])
    back = (
        f'<a class="back" href="{escape(session["cancel_url"])}">← Back to the shop</a>'
        if session["cancel_url"]
        else ""
    )
    return (
        f'<section aria-label="Your order">{back}<h1>To pay</h1><p class="total">{total}</p>'
        f'<p class="until">Open until <time datetime="{until:%Y-%m-%dT%H:%M:%SZ}">{until:%H:%M} UTC</time></p>'
        f'<ul class="goods">{goods}</ul><p class="sum"><span>Total</span><span>{total}</span></p></section>'
    )


def _good(session: Json, line: Json, good: Json) -> str:
    letter = escape(good["name"][:1].upper())
    image = next(iter(good.get("images", [])), None)
    picture = f'<img src="{escape(image)}" alt="" data-letter="{letter}">' if image else letter
    described = f'<span class="more">{escape(good["description"])}</span>' if "description" in good else ""
    each = _money(session, line["price"]["unit_amount"])
    counted = f'<span class="more">{line["quantity"]} × {each}</span>' if line["quantity"] > 1 else ""
    return (
        f'<li><span class="picture">{picture}</span>'
        f'<span><span class="name">{escape(good["name"])}</span>{described}{counted}</span>'
        f'<span class="amount">{_money(session, line["amount_total"])}</span></li>'
    )


def _chips() -> str:
    return (
        '<fieldset><legend>Test cards</legend><div class="chips">'
        + "".join(_chip(card) for card in OFFERED)
        + "</div></fieldset>"
    )


def _chip(card: TestCard) -> str:
    number = spaced(card.number)
    return (
        f'<button class="chip" name="fill" value="{card.number}" formnovalidate'
        f' aria-label="Fill in {number}: {card.label}" data-number="{number}" data-expiry="{EXPIRY}" data-cvc="{CVC}">'
        f"<b>•••• {card.last4}</b><span>{card.label}</span></button>"
    )


def _input(
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
    wrong = entry.wrong.get(name)
    told = f' autofocus aria-invalid="true" aria-describedby="{name}-wrong"' if wrong else ""
    why = f'<p class="wrong" id="{name}-wrong">{escape(wrong)}</p>' if wrong else ""
    return (
        f'<div class="field"><label for="{name}">{label}</label>'
        f'<input id="{name}" name="{name}" type="{type_}" autocomplete="{autocomplete}" placeholder="{placeholder}"'
        f' value="{escape(entry.values.get(name, ""))}"{" inputmode=numeric" if numeric else ""}'
        f"{' required' if required else ''}{told}>{why}</div>"
    )


def _alert(words: str) -> str:
    hint = "" if "Nothing was paid" in words else " Nothing was paid; try another card."
    return f'<p class="alert" role="alert" tabindex="-1" autofocus>{escape(words)}{hint}</p>'


def _link(url: str | None, label: str) -> str:
    return f'<a class="pay" href="{escape(url)}">{label}</a>' if url else ""


def _notice(title: str, body: str, nonce: str) -> str:
    return _page(title, f'<main class="narrow"><section class="panel">{body}</section></main>', nonce)


def _page(title: str, body: str, nonce: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="icon" href="data:,">'
        f'<title>{title} · Sandbox</title><style nonce="{nonce}">{_STYLE}</style></head>'
        f'<body><p class="sandbox">Sandbox: no money moves</p>{body}'
        f'<script nonce="{nonce}" type="module">{_SCRIPT}</script></body></html>'
    )


def _money(session: Json, amount: int) -> str:
    currency = session["currency"]
    value = Decimal(amount).scaleb(-decimals(currency))
    return escape(format_currency(value, currency.upper(), locale=_locale(session["locale"])))


def _locale(tag: str | None) -> Locale:
    try:
        return Locale.parse(tag or "en", sep="-")
    except (UnknownLocaleError, ValueError):  # `auto`
        return Locale("en")
