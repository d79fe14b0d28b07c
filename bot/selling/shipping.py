"""Reads the shop's delivery table (`catalog/shipping.yml`)."""

from __future__ import annotations

from pathlib import Path

import msgspec
import yaml

from bot.commerce.checkout import ShippingRate, ShippingTable
from bot.commerce.money import Money
from bot.errors import BadInput, SoukError


class _Rate(msgspec.Struct, forbid_unknown_fields=True):
    flat: str
    free_from: str | None = None


class _File(msgspec.Struct, forbid_unknown_fields=True):
    shipping: dict[str, _Rate]


def read_shipping(path: Path) -> ShippingTable:
    """Rates by currency. Raises `BadInput` that says what cannot be read."""
    try:
        rates = msgspec.convert(yaml.safe_load(path.read_text(encoding="utf-8")), _File).shipping
        return {currency: _rate(rate, currency) for currency, rate in rates.items()}
    except (OSError, yaml.YAMLError, msgspec.ValidationError, SoukError) as error:
        raise BadInput("shipping_unreadable", f"{path.name} cannot be read: {error}", file=path.name) from error


def _rate(rate: _Rate, currency: str) -> ShippingRate:
    free_from = Money.parse(rate.free_from, currency) if rate.free_from is not None else None
    return ShippingRate(Money.parse(rate.flat, currency), free_from)
