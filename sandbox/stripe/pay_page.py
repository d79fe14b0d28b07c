"""The pay page's routes: a shopper's clicks in, pages out. Works by plain form posts.

Knows no HTML (`pay_views`), reads no fields (`typed`) and does no paying (`payments`). A card number lives for one
request and is never stored.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from sanic import HTTPResponse, Request, Sanic
from sanic.response import html, redirect

from sandbox.stripe import discounts, pay_views, payments, sessions, timers
from sandbox.stripe.account import Account, Cause
from sandbox.stripe.errors import Refusal
from sandbox.stripe.pay_fields import Entry, spaced
from sandbox.stripe.pay_form import CVC, EXPIRY
from sandbox.stripe.pay_summary import Look
from sandbox.stripe.shapes import Json
from sandbox.stripe.typed import FIELDS, Wrong, prefilled, take_choices, take_payment


def add_routes(app: Sanic[Any, Any], account: Account) -> None:
    async def show(request: Request, session: str) -> HTTPResponse:
        record = _find(account, session)
        return _answer(404, pay_views.unknown) if record is None else _shown(account, record)

    async def pay(request: Request, session: str) -> HTTPResponse:
        record = _find(account, session)
        if record is None or record["session"]["status"] != "open":
            return redirect(request.path, status=303)
        typed = {name: _typed(request, name) for name in FIELDS}
        number = _typed(request, "fill")
        if number:
            typed |= {"number": spaced(number), "expiry": EXPIRY, "cvc": CVC}
        if number or _typed(request, "do"):
            return _chosen(account, record, typed, _typed(request, "do"))
        return _paid(account, record, typed, _typed(request, "expected_amount"))

    async def recover(request: Request, token: str) -> HTTPResponse:
        timers.run_due(account)
        with account.store.transaction():
            record = sessions.recover(account, f"{account.base_url}/c/recover/{token}")
        if record is None:
            return _answer(410, pay_views.unknown)
        return redirect(f"/c/pay/{record['session']['id']}", status=303)

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
                    return _form(account, 402, record, Entry(prefilled(record["session"]), {"": str(refusal)}))
                finally:
                    account.deliveries.hurry()
        return redirect(f"/c/pay/{session}", status=303)

    app.add_route(show, "/c/pay/<session:str>", name="pay_page")
    app.add_route(pay, "/c/pay/<session:str>", methods=["POST"], name="pay")
    app.add_route(recover, "/c/recover/<token:str>", name="recover")
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
    return _form(account, 200, record, Entry(prefilled(session)))


def _chosen(account: Account, record: Json, typed: dict[str, str], do: str) -> HTTPResponse:
    """Note what was chosen so far, without asking for the rest; the same form with the new sums."""
    wrong: dict[str, str] = {}
    with account.store.transaction():
        try:
            take_choices(account, record, typed, do)
        except Wrong as error:
            wrong = {error.field: str(error)}
    status = 422 if wrong else 200
    return _form(account, status, record, Entry(typed | ({} if wrong else {"code": ""}), wrong))


def _paid(account: Account, record: Json, typed: dict[str, str], expected: str) -> HTTPResponse:
    """Try to pay with what was typed; the same form with words when it cannot be."""
    with account.store.transaction():
        try:
            intent = take_payment(account, record, typed, expected)
        except Wrong as error:
            return _form(account, error.status, record, Entry(typed, {error.field: str(error)}))
        finally:
            account.deliveries.hurry()
    path = f"/c/pay/{record['session']['id']}"
    asks = intent is not None and intent["status"] == "requires_action"
    return redirect(path + ("/authenticate" if asks else ""), status=303)


def _waits_for_bank(account: Account, record: Json) -> bool:
    session = record["session"]
    if session["status"] != "open" or session["payment_intent"] is None:
        return False
    intent = account.find("payment_intent", session["payment_intent"], "intent")
    return bool(intent["status"] == "requires_action")


def _typed(request: Request, name: str) -> str:
    return str(request.form.get(name) or "").strip() if request.form else ""


def _form(account: Account, status: int, record: Json, entry: Entry) -> HTTPResponse:
    session = record["session"]
    rates = [option["shipping_rate"] for option in session["shipping_options"]]
    promotion = discounts.promotion_of(account, session)
    look = Look(
        record,
        tuple(account.find("shipping_rate", rate, "shipping_rate") for rate in rates),
        discounts.coupon_of(account, session),
        promotion["code"] if promotion else None,
    )
    return _answer(status, lambda nonce: pay_views.form(look, entry, nonce))


def _answer(status: int, view: Callable[[str], str]) -> HTTPResponse:
    nonce = secrets.token_urlsafe(16)
    policy = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; img-src http: https: data:;"
        " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    headers = {"Cache-Control": "no-store", "Content-Security-Policy": policy, "Referrer-Policy": "no-referrer"}
    return html(view(nonce), status=status, headers=headers)
