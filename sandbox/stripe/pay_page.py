"""The pay page's routes: a shopper's clicks in, pages out. Works by plain form posts.

Knows no HTML (`pay_views`) and does no paying (`payments`). A card number lives for one request and is never stored.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from typing import Any

from sanic import HTTPResponse, Request, Sanic
from sanic.response import html, redirect

from sandbox.stripe import pay_views, payment_methods, payments, sessions, timers
from sandbox.stripe.account import Account, Cause
from sandbox.stripe.errors import Refusal
from sandbox.stripe.pay_views import Entry
from sandbox.stripe.shapes import Json

_FIELDS = ("email", "number", "expiry", "cvc", "name")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_EXPIRY = re.compile(r"\s*([0-9]{1,2})\s*[/-]?\s*(?:20)?([0-9]{2})\s*")
_FIELD_OF_PARAM = {"number": "number", "exp_month": "expiry", "exp_year": "expiry", "cvc": "cvc"}


def add_routes(app: Sanic[Any, Any], account: Account) -> None:
    async def show(request: Request, session: str) -> HTTPResponse:
        record = _find(account, session)
        return _answer(404, pay_views.unknown) if record is None else _shown(account, record)

    async def pay(request: Request, session: str) -> HTTPResponse:
        record = _find(account, session)
        if record is None or record["session"]["status"] != "open":
            return redirect(request.path, status=303)
        typed = {name: _typed(request, name) for name in _FIELDS}
        number = _typed(request, "fill")
        if number:
            filled = {"number": pay_views.spaced(number), "expiry": pay_views.EXPIRY, "cvc": pay_views.CVC}
            return _form(200, record, Entry(typed | filled))
        return _paid(account, record, typed)

    async def ask(request: Request, session: str) -> HTTPResponse:
        record = _find(account, session)
        if record is None or not _waits_for_bank(account, record):
            return redirect(f"/c/pay/{session}", status=303)
        return _answer(200, lambda nonce: pay_views.bank_question(record, nonce))

    async def authenticate(request: Request, session: str) -> HTTPResponse:
        record = _find(account, session)
        if record is not None and _waits_for_bank(account, record):
            with account.store.transaction():
                try:
                    payments.authenticate(account, Cause(), record, confirmed=_typed(request, "answer") == "confirm")
                except Refusal as refusal:
                    return _form(402, record, Entry(wrong={"": str(refusal)}))
                finally:
                    account.deliveries.hurry()
        return redirect(f"/c/pay/{session}", status=303)

    app.add_route(show, "/c/pay/<session:str>", name="pay_page")
    app.add_route(pay, "/c/pay/<session:str>", methods=["POST"], name="pay")
    app.add_route(ask, "/c/pay/<session:str>/authenticate", name="bank_question")
    app.add_route(authenticate, "/c/pay/<session:str>/authenticate", methods=["POST"], name="bank_answer")


def _find(account: Account, session: str) -> Json | None:
    timers.run_due(account)
    try:
        return sessions.find(account, session)
    except Refusal:
        return None


def _shown(account: Account, record: Json) -> HTTPResponse:
    session = record["session"]
    if session["status"] == "expired":
        return _answer(410, lambda nonce: pay_views.closed(session, nonce))
    if session["status"] == "complete":
        return _answer(200, lambda nonce: pay_views.paid(session, nonce))
    email = session["customer_email"] or ""
    return _form(200, record, Entry({"email": email}))


def _paid(account: Account, record: Json, typed: dict[str, str]) -> HTTPResponse:
    """Try to pay with what was typed; the same form with words when it cannot be."""
    if _EMAIL.fullmatch(typed["email"]) is None:
        return _form(422, record, Entry(typed, {"email": "Please write your e-mail address, like you@example.com."}))
    expiry = _EXPIRY.fullmatch(typed["expiry"])
    if expiry is None:
        return _form(422, record, Entry(typed, {"expiry": "Please write month and year, like 12 / 34."}))
    card = {
        "number": re.sub(r"[\s-]", "", typed["number"]),
        "exp_month": int(expiry[1]),
        "exp_year": 2000 + int(expiry[2]),
        "cvc": typed["cvc"],
    }
    billing = {"email": typed["email"], "name": typed["name"] or None}
    with account.store.transaction():
        try:
            method = payment_methods.remember_card(account, card, {"billing_details": billing})
            intent = payments.pay(account, Cause(), record, method)
        except Refusal as refusal:
            field = _FIELD_OF_PARAM.get(refusal.error.get("param", ""), "")
            return _form(402, record, Entry(typed, {field: str(refusal)}))
        finally:
            account.deliveries.hurry()
    path = f"/c/pay/{record['session']['id']}"
    return redirect(path + ("/authenticate" if intent["status"] == "requires_action" else ""), status=303)


def _waits_for_bank(account: Account, record: Json) -> bool:
    session = record["session"]
    if session["status"] != "open" or session["payment_intent"] is None:
        return False
    intent = account.find("payment_intent", session["payment_intent"], "intent")
    return bool(intent["status"] == "requires_action")


def _typed(request: Request, name: str) -> str:
    return str(request.form.get(name) or "").strip() if request.form else ""


def _form(status: int, record: Json, entry: Entry) -> HTTPResponse:
    return _answer(status, lambda nonce: pay_views.form(record, entry, nonce))


def _answer(status: int, view: Callable[[str], str]) -> HTTPResponse:
    nonce = secrets.token_urlsafe(16)
    policy = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; img-src http: https: data:;"
        " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    headers = {"Cache-Control": "no-store", "Content-Security-Policy": policy, "Referrer-Policy": "no-referrer"}
    return html(view(nonce), status=status, headers=headers)
