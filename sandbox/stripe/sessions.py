"""Checkout sessions: opened, looked at, listed, changed, closed by the shop or by time, and taken up again.

What the shopper chooses is `shopper`, what it costs is `totals`, paying is `payments`. A stored session is a record:
`session` as Stripe shows it, its `lines`, what the pay page shows of them (`goods`) and the `intent` data for the
payment to come.
"""

from __future__ import annotations

from sandbox.stripe import discounts, events, session_shapes, totals
from sandbox.stripe.account import Account, Call, Cause
from sandbox.stripe.currencies import KNOWN, chargeable
from sandbox.stripe.errors import InvalidParams, Refusal
from sandbox.stripe.expanding import expanded
from sandbox.stripe.ids import new_id
from sandbox.stripe.listing import EXPAND, page_of
from sandbox.stripe.listing import LIST as LIST_LINES
from sandbox.stripe.params import changed_words, read
from sandbox.stripe.session_params import CREATE, LIST, UPDATE
from sandbox.stripe.shapes import Json, listing

SHORTEST_S = 30 * 60
LONGEST_S = 24 * 3600
RECOVERABLE_S = 30 * 24 * 3600
"""How long an expired session may be taken up again. Source: docs.stripe.com/payments/checkout/abandoned-carts."""


def create(account: Account, call: Call) -> Json:
    asked = read(call.params, CREATE)
    if asked.get("discounts") and "allow_promotion_codes" in asked:
        raise InvalidParams("You may only specify one of these parameters: allow_promotion_codes, discounts.")
    now = account.clock.now()
    currency = _one_currency(asked["line_items"])
    session = session_shapes.checkout_session(
        asked, currency=currency, expires_at=_expiry(asked, now), base_url=account.base_url, now=now
    )
    session["discounts"] = [discounts.chosen(account, each) for each in asked.get("discounts", [])]
    record = {
        "session": session,
        "lines": [session_shapes.line_item(line, now) for line in asked["line_items"]],
        "goods": [line["price_data"]["product_data"] for line in asked["line_items"]],
        "intent": asked.get("payment_intent_data", {}),
    }
    _offer_delivery(account, record, asked.get("shipping_options", []))
    discounts.check(account, record)
    totals.recount(account, record)
    _begin(account, record)
    return _shown(account, record, asked.get("expand", []))


def retrieve(account: Account, call: Call) -> Json:
    asked = read(call.params, EXPAND)
    return _shown(account, find(account, call.names["session"]), asked.get("expand", []))


def update(account: Account, call: Call) -> Json:
    asked = read(call.params, UPDATE)
    record = find(account, call.names["session"])
    session = record["session"]
    if session["status"] != "open" and set(asked) - {"metadata", "expand"}:
        raise Refusal(f"This Checkout Session cannot be changed: it is {session['status']}.")
    session["metadata"] = changed_words(session["metadata"], asked.get("metadata", {}))
    if "shipping_options" in asked:
        _offer_delivery(account, record, asked["shipping_options"])
    if parcel := asked.get("collected_information", {}).get("shipping_details"):
        parcel = {"name": parcel["name"], "address": session_shapes.address(parcel["address"])}
        session["collected_information"] = session_shapes.collected(parcel)
    totals.recount(account, record)
    save(account, record)
    return _shown(account, record, asked.get("expand", []))


def line_items(account: Account, call: Call) -> Json:
    asked = read(call.params, LIST_LINES)
    return _line_list(find(account, call.names["session"]), asked.get("limit", 10), asked.get("starting_after"))


def list_sessions(account: Account, call: Call) -> Json:
    asked = read(call.params, LIST)
    wanted = {f"$.session.{name}": asked[name] for name in ("payment_intent", "status") if name in asked}
    found, has_more = account.store.page("checkout.session", page_of(asked), wanted)
    names = [name.removeprefix("data.") for name in asked.get("expand", [])]
    if names != [name[5:] for name in asked.get("expand", [])]:
        raise InvalidParams("What a list expands begins with `data.`.", param="expand")
    data = [_shown(account, record, names) for record in found]
    return listing("/v1/checkout/sessions", data, has_more=has_more)


def expire(account: Account, call: Call) -> Json:
    asked = read(call.params, EXPAND)
    record = find(account, call.names["session"])
    status = record["session"]["status"]
    if status != "open":
        raise Refusal(
            'Only Checkout Sessions with a status in ["open"] can be expired.'
            f" This Checkout Session has a status of `{status}`."
        )
    close(account, call.cause, record)
    return _shown(account, record, asked.get("expand", []))


def find(account: Account, id_: str) -> Json:
    """The record of a session. Raises `Refusal` (404)."""
    return account.find("checkout.session", id_, "session")


def lapse(account: Account, id_: str) -> None:
    """The time of a session is over; nothing happens to one that was paid or closed before."""
    record = find(account, id_)
    if record["session"]["status"] == "open":
        close(account, Cause(), record)


def close(account: Account, cause: Cause, record: Json) -> None:
    session = record["session"]
    session |= {"status": "expired", "url": None}
    if session["after_expiration"] and session["after_expiration"]["recovery"]["enabled"]:
        way_back = {
            "url": f"{account.base_url}/c/recover/{new_id('live_')}",
            "expires_at": account.clock.now() + RECOVERABLE_S,
        }
        session["after_expiration"] = {"recovery": session["after_expiration"]["recovery"] | way_back}
    save(account, record)
    events.report(account, cause, "checkout.session.expired", session)


def recover(account: Account, url: str) -> Json | None:
    """Take an expired session up again: the record of its open copy, or None when its time is over as well."""
    found, _ = account.store.page(
        "checkout.session", page_of({}), {"$.session.after_expiration.recovery.url": url, "$.session.status": "expired"}
    )
    if not found or found[0]["session"]["after_expiration"]["recovery"]["expires_at"] < account.clock.now():
        return None
    old = found[0]["session"]
    copies, _ = account.store.page("checkout.session", page_of({}), {"$.session.recovered_from": old["id"]})
    kept = next((copy for copy in copies if copy["session"]["status"] != "expired"), None)
    return kept or _copy(account, found[0])


def save(account: Account, record: Json) -> None:
    account.store.put("checkout.session", record["session"]["id"], record)


def _copy(account: Account, record: Json) -> Json:
    old, now, id_ = record["session"], account.clock.now(), session_shapes.session_id()
    recovery = old["after_expiration"]["recovery"]
    codes = True if recovery["allow_promotion_codes"] and not old["discounts"] else old["allow_promotion_codes"]
    session = old | {
        "id": id_,
        "after_expiration": {"recovery": recovery | {"url": None, "expires_at": None}},
        "allow_promotion_codes": codes,
        "collected_information": None,
        "created": now,
        "customer_details": session_shapes.customer({"email": old["customer_email"]})
        if old["customer_email"]
        else None,
        "expires_at": now + LONGEST_S,
        "payment_intent": None,
        "recovered_from": old["id"],
        "status": "open",
        "url": session_shapes.pay_url(account.base_url, id_),
    }
    copy = record | {"session": session}
    totals.recount(account, copy)
    _begin(account, copy)
    return copy


def _begin(account: Account, record: Json) -> None:
    save(account, record)
    account.store.appoint(record["session"]["expires_at"], "lapse", record["session"]["id"])


def _offer_delivery(account: Account, record: Json, options: list[Json]) -> None:
    """Make the ways of delivery; the first is chosen already."""
    rates = [_rate(account, option, place, record["session"]["currency"]) for place, option in enumerate(options)]
    record["session"] |= {
        "shipping_options": [
            {"shipping_amount": rate["fixed_amount"]["amount"], "shipping_rate": rate["id"]} for rate in rates
        ],
        "shipping_cost": {"shipping_rate": rates[0]["id"]} if rates else None,
    }


def _rate(account: Account, option: Json, place: int, currency: str) -> Json:
    where = f"shipping_options[{place}]"
    if ("shipping_rate" in option) == ("shipping_rate_data" in option):
        raise InvalidParams("Specify exactly one of: shipping_rate, shipping_rate_data.", param=where)
    if "shipping_rate" in option:
        rate = account.find("shipping_rate", option["shipping_rate"], f"{where}[shipping_rate]")
    else:
        rate = account.put(session_shapes.shipping_rate(option["shipping_rate_data"], account.clock.now()))
    if rate["fixed_amount"]["currency"] != currency:
        raise InvalidParams(f"The shipping rate must be in {currency}, as the line items are.", param=where)
    return rate


def _one_currency(lines: list[Json]) -> str:
    for place, line in enumerate(lines):
        price, path = line["price_data"], f"line_items[{place}][price_data]"
        currency = price["currency"] = price["currency"].lower()
        if currency not in KNOWN:
            raise InvalidParams(f"Invalid currency: {currency}.", param=f"{path}[currency]")
        if currency != lines[0]["price_data"]["currency"]:
            raise InvalidParams("All line items must have the same currency.", param=f"{path}[currency]")
        if not chargeable(price["unit_amount"], currency):
            raise InvalidParams(
                f"Invalid amount: {currency} cannot be charged in so small a coin.",
                code="invalid_charge_amount",
                param=f"{path}[unit_amount]",
            )
    return str(lines[0]["price_data"]["currency"])


def _expiry(asked: Json, now: int) -> int:
    expires_at = int(asked.get("expires_at", now + LONGEST_S))
    if expires_at < now + SHORTEST_S:
        raise InvalidParams(
            "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.", param="expires_at"
        )
    if expires_at > now + LONGEST_S:
        raise InvalidParams(
            "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.", param="expires_at"
        )
    return expires_at


def _shown(account: Account, record: Json, expand: list[str]) -> Json:
    session = dict(record["session"])
    if "line_items" in expand:
        session["line_items"] = _line_list(record, 10, None)
    return expanded(account, session, [name for name in expand if name != "line_items"])


def _line_list(record: Json, limit: int, after: str | None) -> Json:
    lines: list[Json] = record["lines"]
    first = next((place for place, line in enumerate(lines, 1) if line["id"] == after), 0)
    path = f"/v1/checkout/sessions/{record['session']['id']}/line_items"
    return listing(path, lines[first : first + limit], has_more=len(lines) > first + limit)
