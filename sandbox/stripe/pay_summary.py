"""The pay page's left side: what is bought, the code that makes it cheaper, and the sum. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape

from sandbox.stripe.pay_fields import FORM, Entry, money
from sandbox.stripe.shapes import Json


@dataclass(frozen=True, slots=True)
class Look:
    """A session's record with what belongs to it: the `rates` to choose from, its `coupon` and the `code` for it."""

    record: Json
    rates: tuple[Json, ...] = ()
    coupon: Json | None = None
    code: str | None = None

    @property
    def session(self) -> Json:
        session: Json = self.record["session"]
        return session


def summary(look: Look, entry: Entry) -> str:
    session, record = look.session, look.record
    goods = "".join(_good(session, line, good) for line, good in zip(record["lines"], record["goods"], strict=True))
    until = datetime.fromtimestamp(session["expires_at"], UTC)
    back = (
        f'<a class="back" href="{escape(session["cancel_url"])}">← Back to the shop</a>'
        if session["cancel_url"]
        else ""
    )
    return (
        f'<section id="order" aria-label="Your order">{back}<h1>To pay</h1>'
        f'<p class="total">{money(session, session["amount_total"])}</p>'
        f'<p class="until">Open until <time datetime="{until:%Y-%m-%dT%H:%M:%SZ}">{until:%H:%M} UTC</time></p>'
        f'<ul class="goods">{goods}</ul>{_code(look, entry)}{_sums(look)}</section>'
    )


def _good(session: Json, line: Json, good: Json) -> str:
    letter = escape(good["name"][:1].upper())
    image = next(iter(good.get("images", [])), None)
    picture = f'<img src="{escape(image)}" alt="" data-letter="{letter}">' if image else letter
    described = f'<span class="more">{escape(good["description"])}</span>' if "description" in good else ""
    each = money(session, line["price"]["unit_amount"])
    counted = f'<span class="more">{line["quantity"]} × {each}</span>' if line["quantity"] > 1 else ""
    return (
        f'<li><span class="picture">{picture}</span>'
        f'<span><span class="name">{escape(good["name"])}</span>{described}{counted}</span>'
        f'<span class="amount">{money(session, line["amount_subtotal"])}</span></li>'
    )


def _code(look: Look, entry: Entry) -> str:
    """The field for a promotion code, or the code that was taken with a button to take it away."""
    if not look.session["allow_promotion_codes"]:
        return ""
    if look.code is not None:
        return (
            f'<p class="code taken"><span>Code <b>{escape(look.code)}</b></span>'
            f'<button class="small" form="{FORM}" name="do" value="drop" formnovalidate data-live'
            f' aria-label="Remove the code {escape(look.code)}">Remove</button></p>'
        )
    wrong = entry.wrong.get("code")
    why = f'<p class="wrong" id="code-wrong" role="alert">{escape(wrong)}</p>' if wrong else ""
    told = ' aria-invalid="true" aria-describedby="code-wrong"' if wrong else ""
    return (
        '<div class="code"><label for="code">Promotion code (optional)</label><div class="with-button">'
        f'<input id="code" name="code" type="text" form="{FORM}" autocomplete="off" autocapitalize="characters"'
        f' spellcheck="false" placeholder="" value="{escape(entry.values.get("code", ""))}"{told}>'
        f'<button class="small" form="{FORM}" name="do" value="code" formnovalidate data-live>Apply</button>'
        f"</div>{why}</div>"
    )


def _sums(look: Look) -> str:
    session = look.session
    details, rows = session["total_details"], []
    parts = details["amount_discount"] or session["shipping_options"] or session["automatic_tax"]["enabled"]
    if parts:
        rows.append(_row("Goods", money(session, session["amount_subtotal"])))
    if details["amount_discount"]:
        name = escape((look.coupon or {}).get("name") or look.code or "Discount")
        rows.append(_row(name, money(session, -details["amount_discount"])))
    if session["shipping_cost"]:
        rows.append(
            _row("Delivery", money(session, details["amount_shipping"]) if details["amount_shipping"] else "Free")
        )
    if session["automatic_tax"]["enabled"]:
        rows.append(_row(*_tax(session)))
    total = _row("Total", money(session, session["amount_total"]), "sum")
    return f'<div class="sums">{"".join(rows)}{total}</div>'


def _tax(session: Json) -> tuple[str, str]:
    if session["automatic_tax"]["status"] != "complete":
        return "Tax", "<span data-pending>once you have said where</span>"
    tax = session["total_details"]["amount_tax"]
    delivery = session["total_details"]["amount_shipping"]
    before = session["amount_subtotal"] - session["total_details"]["amount_discount"] + delivery
    words = "Tax" if session["amount_total"] > before else "Tax, in the prices"
    return words, money(session, tax)


def _row(words: str, amount: str, kind: str = "part") -> str:
    return f'<p class="{kind}"><span>{words}</span><span>{amount}</span></p>'
