"""`/pay/<id>`: where a shopping agent sends its buyer. Looking at it changes nothing; its button holds the stock and
leads on to the payment provider's page, or says why not."""

from __future__ import annotations

import html
from collections.abc import Sequence

from sanic import Blueprint, Request
from sanic.response import HTTPResponse, redirect
from sanic.response import html as html_response

from bot.conversation.phrases import Speaker, language_of, locale_for, phrase, speaker
from bot.errors import Conflict, NotFound
from bot.protocols.purchases import Purchase, Purchases
from bot.selling.order_answers import CheckoutOpened, PaymentArriving, PaymentsDown, SoldOut

_GONE = phrase("This checkout is over. Ask your assistant for a new one, or write to us.")
_SOLD_OUT = phrase("Somebody was faster: some of it is no longer in stock. Nothing was charged.")
_DOWN = phrase("The payment page cannot be opened right now. Nothing was charged. Please try again in a minute.")
_PAID = phrase("This order is paid. Thank you!")
_NOTHING = phrase("There is nothing to pay here.")
_ASK = phrase("Write to us")
_BASKET = phrase("Your assistant has put this together for you:")

_STYLE = """
:root{color-scheme:light dark;--accent:#0f6b63;--line:#d9d4c7}
body{font:16px/1.5 system-ui,sans-serif;max-width:28rem;margin:12vh auto;padding:0 16px}
h1{font-size:20px}dl{display:grid;grid-template-columns:1fr auto;gap:4px 16px}
dd{margin:0;text-align:right;font-variant-numeric:tabular-nums}
.total{border-top:1px solid var(--line);padding-top:8px;font-weight:600}
button{font:inherit;font-weight:600;width:100%;min-height:48px;border:0;border-radius:8px}
button{background:var(--accent);color:#fff;cursor:pointer}
a{color:var(--accent)}@media(prefers-color-scheme:dark){:root{--accent:#2aa89b;--line:#444}button{color:#06201d}}
"""


def paying(purchases: Sequence[Purchases], public_url: str) -> Blueprint:
    blueprint = Blueprint("paying")

    @blueprint.get("/pay/<purchase:str>")
    async def look(request: Request, purchase: str) -> HTTPResponse:
        page = _Page(request, public_url)
        try:
            _, seen = await _found(purchases, purchase)
        except NotFound:
            return page.says(_GONE, 404)
        if seen.order is not None:
            return page.says(_PAID, 200)
        if seen.cancelled:
            return page.says(_GONE, 410)
        return page.asks(seen) if seen.payable else page.says(_NOTHING, 409)

    @blueprint.post("/pay/<purchase:str>")
    async def pay(request: Request, purchase: str) -> HTTPResponse:
        page = _Page(request, public_url)
        try:
            counter, _ = await _found(purchases, purchase)
            answer = await counter.pay(purchase)
        except NotFound:
            return page.says(_GONE, 404)
        except Conflict as refused:
            paid = refused.code == "checkout_completed"
            return page.says(_PAID, 200) if paid else page.says(_GONE, 410)
        match answer:
            case CheckoutOpened(url=url):
                return redirect(url, status=303, headers={"Cache-Control": "no-store"})
            case PaymentArriving():
                return page.says(_PAID, 200)
            case SoldOut():
                return page.says(_SOLD_OUT, 409)
            case PaymentsDown():
                return page.says(_DOWN, 503)
            case _:
                return page.says(_NOTHING, 409)

    return blueprint


async def _found(purchases: Sequence[Purchases], purchase: str) -> tuple[Purchases, Purchase]:
    """The purchase and the counter of the protocol by which it was opened. Raises `NotFound`."""
    for each in purchases:
        try:
            return each, await each.look(purchase)
        except NotFound:
            continue
    raise NotFound("checkout_unknown", "There is no such checkout.")


class _Page:
    """A small page in the language of the browser; no script."""

    def __init__(self, request: Request, public_url: str) -> None:
        self._locale = request.headers.get("accept-language", "en").split(",")[0].split(";")[0].strip() or "en"
        self._say: Speaker = speaker(language_of(self._locale))
        self._public_url = public_url

    def says(self, words: str, status: int) -> HTTPResponse:
        text, ask = html.escape(self._say(words)), html.escape(self._say(_ASK))
        back = html.escape(f"{self._public_url}/", quote=True)
        return self._html(text, f'<h1 role="status">{text}</h1><p><a href="{back}">{ask}</a></p>', status)

    def asks(self, purchase: Purchase) -> HTTPResponse:
        cart, money = purchase.cart, locale_for(self._say.language, self._locale)
        rows = [(f"{line.quantity} × {line.label}", line.amount) for line in cart.lines]
        if cart.discount.amount:
            rows.append((cart.code or "", cart.discount * -1))
        rows.append((cart.deliveries[0].name, cart.shipping))
        if cart.tax.amount:
            rows.append((cart.tax_name, cart.tax))
        listed = "".join(
            f"<dt>{html.escape(name)}</dt><dd>{html.escape(amount.format(money))}</dd>" for name, amount in rows
        )
        title, total = html.escape(self._say(_BASKET)), html.escape(cart.total.format(money))
        in_all = html.escape(self._say("Total"))
        pay = html.escape(self._say("Pay {total}", total=cart.total.format(money)))
        body = (
            f'<h1>{title}</h1><dl>{listed}<dt class="total">{in_all}</dt><dd class="total">{total}</dd></dl>'
            f'<form method="post"><button>{pay}</button></form>'
        )
        return self._html(title, body, 200)

    def _html(self, title: str, body: str, status: int) -> HTTPResponse:
        return html_response(
            f'<!doctype html><html lang="{self._say.language}"><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
            f"<title>{title}</title><style>{_STYLE}</style>{body}",
            status=status,
            headers={"Cache-Control": "no-store"},
        )
