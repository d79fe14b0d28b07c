"""What the desk's API says of selling: carts, products, and what an agent asks to be done with them.

Amounts are formatted for the people at work, times are UTC.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from bot.desk.said import DeskMessage


class DeskCartLine(msgspec.Struct, frozen=True):
    """`label` names the variant ("Aero 2, blue, 42"), `unit` is the price of one. `available` is the most there may be
    of it, this customer's own hold counted. `note` is what the customer wants done with it."""

    sku: str
    product: str
    title: str
    label: str
    options: dict[str, str]
    quantity: int
    unit: str
    amount: str
    available: int
    image: str | None
    note: str


class DeskWay(msgspec.Struct, frozen=True):
    """A way of delivery for this cart. `cost` is null where it is free; `days` are working days, least and most."""

    way: str
    name: str
    cost: str | None
    days: tuple[int, int]


class DeskCheckout(msgspec.Struct, frozen=True):
    """A pay page that is open. `current` is false once the cart has changed since: then another is to be sent."""

    order: int
    url: str
    total: str
    expires_at: datetime
    current: bool


class DeskCart(msgspec.Struct, frozen=True):
    """The customer's cart, the same on every channel. `version` goes into If-Match of each change and of the checkout.

    `discount` and `tax` are null where there is none; `tax` comes on top, `tax_included` is in the prices. `refused`
    says in words why `code` takes nothing off. `shipping` is the cheapest of `ways`, null where that is free or nothing
    is delivered to `country`, which is only the shop's guess while `country_known` is false."""

    version: int
    lines: list[DeskCartLine]
    count: int
    subtotal: str
    discount: str | None
    code: str | None
    refused: str | None
    shipping: str | None
    ways: list[DeskWay]
    tax: str | None
    tax_included: str | None
    tax_name: str
    total: str
    country: str
    country_name: str
    country_known: bool
    note: str
    checkout: DeskCheckout | None


class DeskOrderLine(msgspec.Struct, frozen=True):
    sku: str
    label: str
    quantity: int
    amount: str


class DeskBuyer(msgspec.Struct, frozen=True):
    """Who paid and where it goes, as the pay page collected it; `address` is line by line. What was not asked for is
    empty."""

    name: str
    email: str
    phone: str
    address: list[str]


class DeskParcel(msgspec.Struct, frozen=True):
    """`state` is shipped, delivered or returned. `lines` are the pieces in it, by SKU."""

    state: str
    carrier: str
    number: str
    url: str | None
    lines: dict[str, int]
    shipped_at: datetime
    delivered_at: datetime | None


class DeskOrder(msgspec.Struct, frozen=True):
    """`state` as `bot.commerce.orders.OrderState`, `attention` why a person must look, empty where nobody must.

    `source` is where it was ordered: chat, desk, ucp, acp. Amounts are null where there are none; `shipping` where it
    is free; `refunded` is what went back so far. `pay_url` stands only while it can be paid."""

    number: int
    state: str
    attention: str
    source: str
    lines: list[DeskOrderLine]
    subtotal: str
    discount: str | None
    code: str | None
    shipping: str | None
    way: str
    tax: str | None
    tax_included: str | None
    tax_name: str
    total: str
    refunded: str | None
    note: str
    buyer: DeskBuyer | None
    parcels: list[DeskParcel]
    pay_url: str | None
    created_at: datetime
    paid_at: datetime | None
    shipped_at: datetime | None
    delivered_at: datetime | None


class DeskVariant(msgspec.Struct, frozen=True):
    """`name` are its options alone ("blue, 42"), empty where the product has none."""

    sku: str
    name: str
    options: dict[str, str]
    price: str
    available: int


class DeskProduct(msgspec.Struct, frozen=True):
    id: str
    title: str
    why: str
    price: str
    image: str | None
    variants: list[DeskVariant]


class ProductsFound(msgspec.Struct, frozen=True):
    """At most eight of `total`. `exact` is false where nothing fits as asked and these are only the closest."""

    products: list[DeskProduct]
    total: int
    exact: bool


class Country(msgspec.Struct, frozen=True):
    """Where the shop delivers to, by its two letters (ISO 3166)."""

    code: str
    name: str


class Countries(msgspec.Struct, frozen=True):
    countries: list[Country]


# -- what an agent asks for --------------------------------------------------------------------------------------------


class Edit(msgspec.Struct, frozen=True, kw_only=True, tag_field="do"):
    """`client_id` is the writer's own name for the change: sent again, nothing is done twice. With `tell` the customer
    reads what was done."""

    client_id: str
    tell: bool = False


class PutIn(Edit, frozen=True, kw_only=True, tag="put_in"):
    product: str
    options: dict[str, str] = {}
    quantity: int = 1


class SetQuantity(Edit, frozen=True, kw_only=True, tag="set_quantity"):
    sku: str
    quantity: int


class TakeOut(Edit, frozen=True, kw_only=True, tag="take_out"):
    sku: str


class Exchange(Edit, frozen=True, kw_only=True, tag="exchange"):
    """Another variant in a line's place, as many and with its note."""

    sku: str
    options: dict[str, str]


class UseCode(Edit, frozen=True, kw_only=True, tag="use_code"):
    """A promotion code; an empty one takes back the code that is there."""

    code: str


class SendTo(Edit, frozen=True, kw_only=True, tag="send_to"):
    country: str


class WriteNote(Edit, frozen=True, kw_only=True, tag="write_note"):
    """What the customer wants done, in place of what was noted: with a line, or without `sku` with all of it."""

    note: str
    sku: str | None = None


class NoteAge(Edit, frozen=True, kw_only=True, tag="note_age"):
    """The customer said that they are at least so old."""

    age: int


CartEdit = PutIn | SetQuantity | TakeOut | Exchange | UseCode | SendTo | WriteNote | NoteAge


class SendCheckout(msgspec.Struct, frozen=True):
    """`client_id`: sent again, the customer gets no second link."""

    client_id: str


class CheckoutSent(msgspec.Struct, frozen=True):
    """The cart with its open pay page, and the message with the link."""

    cart: DeskCart
    message: DeskMessage
