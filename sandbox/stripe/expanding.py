"""`expand[]`: an id in an answer replaced by what it names. Source: docs.stripe.com/expand.

Knows which fields of which object may be expanded, four levels deep, and lists by their `data`.
"""

from __future__ import annotations

from typing import Any

from sandbox.stripe.account import Account
from sandbox.stripe.errors import InvalidParams
from sandbox.stripe.shapes import Json

DEEPEST = 4
_EXPANDABLE: dict[str, frozenset[str]] = {
    "charge": frozenset({"payment_intent"}),
    "checkout.session": frozenset(
        {"discounts.coupon", "discounts.promotion_code", "payment_intent", "shipping_cost.shipping_rate"}
    ),
    "dispute": frozenset({"charge", "payment_intent"}),
    "payment_intent": frozenset({"latest_charge", "payment_method"}),
    "promotion_code": frozenset({"promotion.coupon"}),
    "refund": frozenset({"charge", "payment_intent"}),
}


def expanded(account: Account, answer: Json, names: list[str]) -> Json:
    """`answer` with the fields of those names filled in. Raises `InvalidParams` for a name that cannot be."""
    for name in names:
        parts = name.split(".")
        if len(parts) > DEEPEST:
            raise InvalidParams(f"You cannot expand more than {DEEPEST} levels of a property ({name}).", param="expand")
        answer = _object(account, answer, parts, name)
    return answer


def _object(account: Account, thing: Json, parts: list[str], name: str) -> Json:
    if not parts:
        return thing
    if thing["object"] == "list":
        if parts[0] != "data":
            raise _refused(name)
        return thing | {"data": [_object(account, each, parts[1:], name) for each in thing["data"]]}
    known = _EXPANDABLE.get(thing["object"], frozenset())
    deep = next((n for n in (1, 2) if ".".join(parts[:n]) in known and len(parts) >= n), None)
    if deep is None:
        raise _refused(name)
    return _field(account, thing, parts, deep, name)


def _field(account: Account, thing: Json, parts: list[str], deep: int, name: str) -> Json:
    """`thing` with its field replaced; `deep` is how many of the parts name that field."""
    inner: Any = thing[parts[0]]
    if deep == 1:
        return thing | {parts[0]: _named(account, inner, parts[1:], name)}
    if isinstance(inner, list):
        return thing | {parts[0]: [_field(account, each, parts[1:], 1, name) for each in inner]}
    return thing if inner is None else thing | {parts[0]: _field(account, inner, parts[1:], 1, name)}


def _named(account: Account, value: Any, rest: list[str], name: str) -> Any:
    """What the id `value` names; what was expanded before stays and is looked into."""
    if isinstance(value, str):
        value = account.find(account.store.kind_of(value) or "resource", value, name)
    return value if value is None else _object(account, value, rest, name)


def _refused(name: str) -> InvalidParams:
    return InvalidParams(f"This property cannot be expanded ({name}).", param="expand")
