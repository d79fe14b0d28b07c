"""What a shopper tells and chooses on an open session before it is paid: who they are, where to, which way, which code.

The pay page and the API's confirm call both end here. Knows no forms; every choice counts the total anew.
"""

from __future__ import annotations

from collections.abc import Callable

from sandbox.stripe import discounts, sessions, taxes, totals
from sandbox.stripe.account import Account
from sandbox.stripe.errors import InvalidParams, Refusal
from sandbox.stripe.session_shapes import address, collected, customer
from sandbox.stripe.shapes import Json


def ships(session: Json) -> bool:
    return session["shipping_address_collection"] is not None


def asks_phone(session: Json) -> bool:
    return bool(session["phone_number_collection"]["enabled"])


def countries(session: Json) -> tuple[str, ...]:
    """Where a parcel may go, or whose tax is known; none when the session has no use for a country."""
    if ships(session):
        return tuple(session["shipping_address_collection"]["allowed_countries"])
    return tuple(sorted(taxes.RATES)) if session["automatic_tax"]["enabled"] else ()


def introduce(account: Account, record: Json, **known: str | None) -> None:
    """Note the shopper's `email`, `name` or `phone`."""
    told = {name: value for name, value in known.items() if value}
    record["session"]["customer_details"] = customer((record["session"]["customer_details"] or {}) | told)
    _counted(account, record)


def live_in(account: Account, record: Json, country: str) -> None:
    """Note the country that tax is paid in; an address elsewhere that was told before no longer holds."""
    parcel = (record["session"]["collected_information"] or {}).get("shipping_details")
    if parcel and parcel["address"]["country"] != country:
        record["session"]["collected_information"] = None
    details = customer((record["session"]["customer_details"] or {}) | {"address": address({"country": country})})
    record["session"]["customer_details"] = details
    _counted(account, record)


def send_to(account: Account, record: Json, parcel: Json) -> None:
    """Note where the parcel goes: `name` and `address`. Raises `InvalidParams` for a country that is not offered."""
    if not ships(record["session"]):
        raise InvalidParams("This Checkout Session does not collect a shipping address.", param="shipping")
    country = parcel["address"]["country"].upper()
    if country not in countries(record["session"]):
        raise InvalidParams(f"This order cannot be sent to {country}.", param="shipping[address][country]")
    place = address({name: value for name, value in parcel["address"].items() if value} | {"country": country})
    record["session"]["collected_information"] = collected({"name": parcel["name"], "address": place})
    _counted(account, record)


def choose_delivery(account: Account, record: Json, rate_id: str) -> None:
    offered = [option["shipping_rate"] for option in record["session"]["shipping_options"]]
    if rate_id not in offered:
        raise InvalidParams("This way of delivery is not offered.", param="shipping_rate")
    record["session"]["shipping_cost"] = {"shipping_rate": rate_id}
    _counted(account, record)


def use_code(account: Account, record: Json, code: str) -> None:
    """Raises `Refusal` in words for the shopper; the session then stays without a discount."""
    session = record["session"]
    if not session["allow_promotion_codes"]:
        raise Refusal("This Checkout Session takes no promotion codes.", param="promotion_code")
    session["discounts"] = [discounts.by_code(account, code)]
    _or_without_discount(account, record, lambda: discounts.check(account, record))


def drop_code(account: Account, record: Json) -> None:
    if record["session"]["allow_promotion_codes"]:
        record["session"]["discounts"] = []
        _counted(account, record)


def check_ready(account: Account, record: Json) -> None:
    """Whether all that the session asks for was told, and its discount still holds. Raises `Refusal`."""
    session = record["session"]
    if ships(session) and session["collected_information"] is None:
        raise InvalidParams("Missing required param: shipping.", code="parameter_missing", param="shipping")
    if session["automatic_tax"]["enabled"] and totals.tax_country(session) is None:
        raise Refusal("The shopper's country is not known.", code="customer_tax_location_invalid")
    if session["allow_promotion_codes"]:
        _or_without_discount(account, record, lambda: discounts.check(account, record))
    else:
        discounts.check(account, record)


def _or_without_discount(account: Account, record: Json, check: Callable[[], None]) -> None:
    try:
        check()
        totals.recount(account, record)
    except Refusal:
        record["session"]["discounts"] = []
        _counted(account, record)
        raise
    sessions.save(account, record)


def _counted(account: Account, record: Json) -> None:
    totals.recount(account, record)
    sessions.save(account, record)
