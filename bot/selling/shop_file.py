"""`catalog/shop.yml` and `catalog/promotions.yml`: what a shop decides once, read into our own words.

It knows no addresses and no keys. Amounts are text, so that no cent is rounded.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from bot.commerce.after_sale import AfterSale, RefundRules, ReminderRules, ReturnRules
from bot.commerce.invoices import Party
from bot.commerce.money import Money
from bot.commerce.pricing import Rules
from bot.commerce.promotions import Promotion, same_code
from bot.commerce.shipping import DeliveryWay, ShippingTable, Zone
from bot.commerce.tax import TaxRate, TaxTable
from bot.errors import BadInput

Amounts = dict[str, str]
Country = Annotated[str, msgspec.Meta(pattern=r"^([A-Z]{2}|\*)$")]
Slug = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
Percent = Annotated[str, msgspec.Meta(pattern=r"^([0-9]{1,2}(\.[0-9]{1,4})?|100)$")]
T = TypeVar("T")


class Greeting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    greeting: str
    suggestions: list[str]


class _Way(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: Slug
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    days: tuple[int, int]
    price: Amounts
    free_from: Amounts = {}
    per_kilo: Amounts = {}
    heaviest_g: int | None = None
    names: dict[str, str] = {}

    def read(self) -> DeliveryWay:
        return DeliveryWay(
            id=self.id,
            name=self.name,
            days=self.days,
            flat=_moneys(self.price),
            free_from=_moneys(self.free_from),
            per_kilo=_moneys(self.per_kilo),
            heaviest_g=self.heaviest_g,
            names=self.names,
        )


class _Zone(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    countries: Annotated[list[Country], msgspec.Meta(min_length=1)]
    ways: Annotated[list[_Way], msgspec.Meta(min_length=1)]


class _TaxRate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    countries: list[Country]
    percent: Percent
    included: bool
    code: str = ""
    name: str = "Tax"


class _Tax(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    rates: list[_TaxRate] = []
    by_provider: bool = False


class _Returns(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    days: int
    not_for: list[str] = []
    exchanges: bool = True
    delivery_back: bool = False
    restock: bool = True
    pay_first: bool = False


class _Refunds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    alone_up_to: Amounts = {}


class _Reminders(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    cart_after_hours: float | None = None
    zone: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_+/-]+$")] = "UTC"

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"{self.zone!r} is no zone such as Europe/Paris") from error


class _Seller(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    address: list[str] = []
    tax_id: str = ""
    email: str = ""


class ShopFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`greeting` and `suggestions` are what an empty chat shows, `greetings` the same by language (`fr`). `country` is
    where goods go while nobody has said otherwise."""

    name: str
    currency: str
    country: Country
    shipping: Annotated[list[_Zone], msgspec.Meta(min_length=1)]
    locale: str = "en"
    greeting: str = ""
    suggestions: list[str] = []
    greetings: dict[str, Greeting] = {}
    tax: _Tax = _Tax()
    provider_codes: bool = False
    returns: _Returns | None = None
    refunds: _Refunds = _Refunds()
    reminders: _Reminders = _Reminders()
    seller: _Seller | None = None

    def rules(self) -> Rules:
        """Raises `BadInput` for amounts that are none."""
        zones = tuple(Zone(tuple(zone.countries), tuple(way.read() for way in zone.ways)) for zone in self.shipping)
        rates = tuple(
            TaxRate(tuple(rate.countries), Decimal(rate.percent), rate.included, rate.code, rate.name)
            for rate in self.tax.rates
        )
        return Rules(ShippingTable(zones), TaxTable(rates, self.tax.by_provider))

    def invoiced_by(self) -> Party:
        """Who stands on invoices as the seller."""
        said = self.seller or _Seller(self.name)
        return Party(said.name, tuple(said.address), said.tax_id, said.email)

    def after_sale(self) -> AfterSale:
        after = self.reminders.cart_after_hours
        return AfterSale(
            returns=_return_rules(self.returns),
            refunds=RefundRules(_moneys(self.refunds.alone_up_to)),
            reminders=ReminderRules(timedelta(hours=after) if after is not None else None, self.reminders.zone),
        )


class _Promotion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9-]{3,40}$")]
    percent: Percent | None = None
    amount: Amounts = {}
    free_delivery: bool = False
    minimum: Amounts = {}
    categories: list[str] = []
    products: list[str] = []
    starts: datetime | None = None
    ends: datetime | None = None
    uses: int | None = None
    uses_each: int | None = None
    first_order: bool = False

    def read(self) -> Promotion:
        if self.percent is None and not self.amount and not self.free_delivery:
            raise BadInput("promotion_empty", f"{self.code} takes nothing off: percent, amount or free_delivery")
        return Promotion(
            code=same_code(self.code),
            percent=None if self.percent is None else Decimal(self.percent),
            amount=_moneys(self.amount),
            free_delivery=self.free_delivery,
            minimum=_moneys(self.minimum),
            categories=tuple(self.categories),
            products=tuple(self.products),
            starts=_moment(self.starts),
            ends=_moment(self.ends),
            uses=self.uses,
            uses_each=self.uses_each,
            first_order=self.first_order,
        )


class _PromotionsFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    promotions: list[_Promotion]


def read_shop_file(path: Path) -> ShopFile:
    """Raises `BadInput`, which says what is wrong and where."""
    return _read(path, ShopFile)


def read_promotions(path: Path) -> Mapping[str, Promotion]:
    """By code. A shop without such a file has none. Raises `BadInput`."""
    if not path.exists():
        return {}
    read = [promotion.read() for promotion in _read(path, _PromotionsFile).promotions]
    by_code = {promotion.code: promotion for promotion in read}
    if len(by_code) != len(read):
        raise BadInput("promotion_twice", f"{path}: a code stands twice.")
    return by_code


def _read(path: Path, kind: type[T]) -> T:
    try:
        return msgspec.yaml.decode(path.read_bytes(), type=kind)
    except OSError as error:
        raise BadInput("no_shop_file", f"{path} cannot be read.") from error
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise BadInput("bad_shop_file", f"{path}: {error}.") from error


def _return_rules(said: _Returns | None) -> ReturnRules:
    if said is None:
        return ReturnRules()
    return ReturnRules(
        within=timedelta(days=said.days),
        not_for=tuple(said.not_for),
        exchanges=said.exchanges,
        delivery_back=said.delivery_back,
        restock=said.restock,
        pay_first=said.pay_first,
    )


def _moneys(amounts: Amounts) -> dict[str, Money]:
    return {currency: Money.parse(text, currency) for currency, text in amounts.items()}


def _moment(said: datetime | None) -> datetime | None:
    """A moment without a zone is meant as UTC."""
    return said.replace(tzinfo=UTC) if said is not None and said.tzinfo is None else said
