"""The pay page's right side: who pays, where to, which way, and with what. Pure."""

from __future__ import annotations

from html import escape

from sandbox.stripe import shopper
from sandbox.stripe.cards import IBAN_FAILS, IBAN_SUCCEEDS, OFFERED, TestCard
from sandbox.stripe.pay_fields import FORM, Entry, locale_of, money, select, spaced, text_input
from sandbox.stripe.pay_summary import Look
from sandbox.stripe.shapes import Json

EXPIRY, CVC = "12 / 34", "123"
"""What a chip fills in beside its number; any future date and any three digits would do."""


def panel(look: Look, entry: Entry) -> str:
    session = look.session
    alert = _alert(entry.wrong[""]) if "" in entry.wrong else ""
    return (
        f'<section class="panel" aria-label="Pay">{alert}'
        f'<form method="post" id="{FORM}" action="/c/pay/{session["id"]}" data-pay>'
        f"{_contact(session, entry)}{_address(session, entry)}{_ways(look)}{_means(session, entry)}"
        f'<div id="button">{_button(session)}</div></form>'
        '<p class="fine">Test cards only. Their numbers are not kept.</p></section>'
    )


def _contact(session: Json, entry: Entry) -> str:
    fields = text_input("email", "E-mail", entry, type_="email", autocomplete="email", placeholder="you@example.com")
    if shopper.asks_phone(session):
        fields += text_input("phone", "Phone", entry, type_="tel", autocomplete="tel")
    if not shopper.ships(session) and shopper.countries(session):
        fields += select("country", "Country", entry, _countries(session), autocomplete="country")
    return fields if not shopper.ships(session) else _part("Who pays", fields)


def _address(session: Json, entry: Entry) -> str:
    if not shopper.ships(session):
        return ""
    fields = (
        select("country", "Country", entry, _countries(session), autocomplete="shipping country")
        + text_input("ship_name", "Full name", entry, autocomplete="shipping name")
        + text_input("line1", "Street and number", entry, autocomplete="shipping address-line1")
        + text_input(
            "line2", "Floor, flat, company (optional)", entry, autocomplete="shipping address-line2", required=False
        )
        + '<div class="pair narrow-first">'
        + text_input("postal_code", "Postal code", entry, autocomplete="shipping postal-code", required=False)
        + text_input("city", "City", entry, autocomplete="shipping address-level2")
        + "</div>"
        + text_input(
            "state", "State or region (optional)", entry, autocomplete="shipping address-level1", required=False
        )
    )
    return _part("Where to", fields)


def _countries(session: Json) -> list[tuple[str, str]]:
    names = locale_of(session).territories
    return sorted(((code, names.get(code, code)) for code in shopper.countries(session)), key=lambda pair: pair[1])


def _ways(look: Look) -> str:
    if not look.rates:
        return ""
    chosen = look.session["shipping_cost"]["shipping_rate"]
    ways = "".join(_way(look.session, rate, chosen=rate["id"] == chosen) for rate in look.rates)
    return f'<fieldset class="ways"><legend class="part-name">Delivery</legend>{ways}</fieldset>'


def _way(session: Json, rate: Json, *, chosen: bool) -> str:
    amount = rate["fixed_amount"]["amount"]
    price = money(session, amount) if amount else "Free"
    days = _days(rate["delivery_estimate"])
    return (
        f'<label class="way"><input type="radio" name="delivery" value="{rate["id"]}" data-look'
        f'{" checked" if chosen else ""}><span><span class="name">{escape(rate["display_name"])}</span>'
        f'<span class="more">{days}</span></span><span class="amount">{price}</span></label>'
    )


def _days(estimate: Json | None) -> str:
    bounds = [estimate[name] for name in ("minimum", "maximum") if estimate and estimate.get(name)]
    if not bounds:
        return ""
    values = list(dict.fromkeys(bound["value"] for bound in bounds))
    unit = bounds[-1]["unit"].replace("business_day", "working day")
    return "–".join(map(str, values)) + f" {unit}{'s' if values[-1] > 1 else ''}"


def _means(session: Json, entry: Entry) -> str:
    if session["amount_total"] == 0:
        free = _part("Nothing to pay", '<p class="more">Your code covers everything. No card is needed.</p>')
        return f'<div id="means" data-free>{free}</div>'
    kinds = session["payment_method_types"]
    return f'<div id="means">{_card(entry) if "card" in kinds else _debit(entry)}</div>'


def _card(entry: Entry) -> str:
    fields = (
        _chips()
        + text_input(
            "number",
            "Card number",
            entry,
            autocomplete="cc-number",
            placeholder="0000 0000 0000 0000",
            numeric=True,
        )
        + '<div class="pair">'
        + text_input("expiry", "Expiry", entry, autocomplete="cc-exp", placeholder="MM / YY", numeric=True)
        + text_input("cvc", "CVC", entry, autocomplete="cc-csc", placeholder="3 digits", numeric=True)
        + "</div>"
        + text_input("name", "Name on card (optional)", entry, autocomplete="cc-name", required=False)
    )
    return _part("Pay by card", fields)


def _debit(entry: Entry) -> str:
    known = f"{spaced(IBAN_SUCCEEDS)} is paid a little later, {spaced(IBAN_FAILS)} is refused."
    field = text_input("iban", "IBAN", entry, autocomplete="off", placeholder=spaced(IBAN_SUCCEEDS), required=False)
    return _part("Pay by bank debit", f'{field}<p class="more">{known}</p>')


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


def _button(session: Json) -> str:
    total = session["amount_total"]
    words = f"Pay {money(session, total)}" if total else "Complete the order"
    look = '<noscript><button class="pay second" name="do" value="look" formnovalidate>Count again</button></noscript>'
    changes = session["shipping_options"] or session["automatic_tax"]["enabled"]
    return (
        f'<input type="hidden" name="expected_amount" value="{total}">'
        f'<button class="pay" type="submit">{words}</button>{look if changes else ""}'
    )


def _part(title: str, fields: str) -> str:
    return f'<div class="part"><h2>{title}</h2>{fields}</div>'


def _alert(words: str) -> str:
    hint = "" if "Nothing was paid" in words else " Nothing was paid."
    return f'<p class="alert" role="alert" tabindex="-1" autofocus>{escape(words)}{hint}</p>'
