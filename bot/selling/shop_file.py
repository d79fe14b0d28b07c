"""`catalog/shop.yml`: what a shop decides once, read into our own words. It knows no addresses and no keys."""

from __future__ import annotations

from pathlib import Path

import msgspec

from bot.commerce.checkout import ShippingRate, ShippingTable
from bot.commerce.money import Money
from bot.errors import BadInput


class _Shipping(msgspec.Struct, forbid_unknown_fields=True):
    flat: str
    free_from: str | None = None


class Greeting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    greeting: str
    suggestions: list[str]


class ShopFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`greeting` and `suggestions` are what an empty chat shows, `greetings` the same by language (`fr`)."""

    name: str
    currency: str
    shipping: dict[str, _Shipping]
    locale: str = "en"
    greeting: str = ""
    suggestions: list[str] = []
    greetings: dict[str, Greeting] = {}

    def shipping_table(self) -> ShippingTable:
        return {
            currency: ShippingRate(
                flat=Money.parse(rate.flat, currency),
                free_from=None if rate.free_from is None else Money.parse(rate.free_from, currency),
            )
            for currency, rate in self.shipping.items()
        }


def read_shop_file(path: Path) -> ShopFile:
    """Raises `BadInput`, which says what is wrong and where."""
    try:
        return msgspec.yaml.decode(path.read_bytes(), type=ShopFile)
    except OSError as error:
        raise BadInput("no_shop_file", f"{path} cannot be read.") from error
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise BadInput("bad_shop_file", f"{path}: {error}.") from error
