"""What a shopper's browser sends to pay a checkout, told by what its page asks for. Knows no HTTP."""

from __future__ import annotations

from typing import Any


def confirmation(page: dict[str, Any], method: str | None = "pm_card_visa", **more: str) -> dict[str, str]:
    """The form for `/v1/payment_pages/{id}/confirm`, of what a GET of the same page gave.

    An address goes along where a parcel does: in the first country that the page offers."""
    form = {"email": "lea@example.com", "expected_amount": str(page["amount_total"])}
    if method is not None:
        form["payment_method"] = method
    if page["shipping_address_collection"]:
        country = page["shipping_address_collection"]["allowed_countries"][0]
        form |= parcel(country)
    return form | more


def parcel(country: str, *, prefix: str = "shipping") -> dict[str, str]:
    place = {"line1": "12 rue des Lices", "city": "Lyon", "postal_code": "69001", "country": country}
    return {f"{prefix}[name]": "Léa Martin"} | {f"{prefix}[address][{name}]": value for name, value in place.items()}
