"""The pay page as HTML: what the shopper sees of a session, open, asked for, paid or over. Pure."""

from __future__ import annotations

from html import escape
from pathlib import Path

from sandbox.stripe.pay_fields import FORM, Entry, money
from sandbox.stripe.pay_form import panel
from sandbox.stripe.pay_summary import Look, summary
from sandbox.stripe.shapes import Json

# The Enter key presses a form's first button, and that must not be a chip or the button of the promotion code.
_DEFAULT = f'<button class="default" form="{FORM}" tabindex="-1" aria-hidden="true"></button>'
_STYLE = Path(__file__).with_name("pay_page.css").read_text()
_SCRIPT = Path(__file__).with_name("pay_page.js").read_text()


def form(look: Look, entry: Entry, nonce: str) -> str:
    return _page("Checkout", f"<main>{_DEFAULT}{summary(look, entry)}{panel(look, entry)}</main>", nonce)


def bank_question(record: Json, nonce: str) -> str:
    session = record["session"]
    body = (
        "<h2>Your bank asks: is it you?</h2>"
        f"<p>A payment of <strong>{money(session, session['amount_total'])}</strong> waits for your word."
        " Your real bank would ask in its app.</p>"
        f'<form method="post" action="/c/pay/{session["id"]}/authenticate">'
        '<button class="pay" name="answer" value="confirm">Yes, confirm the payment</button>'
        '<button class="pay second" name="answer" value="refuse">No, refuse it</button></form>'
    )
    return _notice("Confirm the payment", body, nonce)


def paid(session: Json, nonce: str) -> str:
    amount = money(session, session["amount_total"])
    if session["payment_status"] == "no_payment_required":
        title, words = "Ordered, thank you", "There was nothing to pay. The shop writes to you in the chat."
    elif session["payment_status"] == "paid":
        title, words = "Paid, thank you", f"{amount} was paid. The shop writes to you in the chat."
    else:
        title, words = "Thank you", f"Your bank is working on {amount}. The shop writes to you once it is paid."
    body = f'<div class="seal" aria-hidden="true">✓</div><h2>{title}</h2><p>{words}</p>'
    return _notice(title, body + _link(success_url(session), "Back to the shop"), nonce)


def closed(session: Json, nonce: str) -> str:
    recovery = (session["after_expiration"] or {}).get("recovery", {})
    again = _link(recovery.get("url"), "Take it up again")
    body = (
        '<div class="seal closed" aria-hidden="true">⏲</div><h2>This checkout has closed</h2>'
        "<p>It was open for a limited time, and nothing was paid. Your shop can open a new one in the chat.</p>"
    )
    back = _link(session["cancel_url"], "Back to the shop", "pay second" if again else "pay")
    return _notice("This checkout has closed", body + again + back, nonce)


def unknown(nonce: str) -> str:
    body = "<h2>There is no such checkout</h2><p>Look at the address again, or ask the shop for a new link.</p>"
    return _notice("There is no such checkout", body, nonce)


def success_url(session: Json) -> str:
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])


def _link(url: str | None, label: str, kind: str = "pay") -> str:
    return f'<a class="{kind}" href="{escape(url)}">{label}</a>' if url else ""


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
