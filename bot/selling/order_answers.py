"""What the shop answers about paying and about orders: facts, as in `bot.selling.answers`, which has the cart's."""

from __future__ import annotations

from datetime import datetime

from msgspec import field

from bot.commerce.money import Money
from bot.selling.answers import Answer, NotDelivered

# -- paying ------------------------------------------------------------------------------------------------------------


class PriceChange(Answer, frozen=True):
    """What costs something else than on the pay page that was open before. `what` is price (of one `label`), delivery,
    discount or tax."""

    what: str
    label: str
    was: Money
    now: Money


class CheckoutOpened(Answer, frozen=True):
    """The pay page. The stock is held until `expires_at`. `again` is True for a page that was open already; `changes`
    say why the one before no longer counts."""

    order_number: int
    url: str
    subtotal: Money
    shipping: Money
    total: Money
    expires_at: datetime
    discount: Money
    tax: Money
    code: str | None = None
    again: bool = False
    changes: list[PriceChange] = field(default_factory=list)


class CartEmpty(Answer, frozen=True):
    pass


class BelowMinimum(Answer, frozen=True):
    """Payment providers take no smaller sum than `minimum`."""

    total: Money
    minimum: Money


class ShortLine(Answer, frozen=True):
    sku: str
    product_id: str
    label: str
    wanted: int
    available: int


class SoldOut(Answer, frozen=True):
    """Nothing is held and no order was made: these lines want more than there is."""

    lines: list[ShortLine]


class PaymentArriving(Answer, frozen=True):
    """This cart's checkout was completed a moment ago; the confirmation is on its way."""

    order_number: int


class PaymentsDown(Answer, frozen=True):
    """The payment provider does not answer. The stock stays held for a while; asking again carries on."""


# -- orders ------------------------------------------------------------------------------------------------------------


class OrderLine(Answer, frozen=True):
    sku: str
    product_id: str
    title: str
    quantity: int
    unit_price: Money
    amount: Money


class ShipmentView(Answer, frozen=True):
    """A parcel: `state` is one of `bot.commerce.shipments.ShipmentState`, `lines` the pieces in it by SKU."""

    state: str
    lines: dict[str, int]
    shipped_at: datetime
    carrier: str = ""
    tracking_number: str = ""
    tracking_url: str | None = None
    delivered_at: datetime | None = None


class OrderView(Answer, frozen=True):
    """`state` is one of `bot.commerce.orders.OrderState`. `total` = `subtotal` - `discount` + `shipping` + `tax`.
    `refunded` is how much of it went back so far. `pay_url` only while it can still be paid, `recovery_url` while an
    expired one can be taken up again. `way` is the name of the delivery."""

    number: int
    state: str
    lines: list[OrderLine]
    subtotal: Money
    shipping: Money
    total: Money
    created_at: datetime
    paid_at: datetime | None
    pay_url: str | None
    discount: Money
    tax: Money
    tax_included: Money
    refunded: Money
    tax_name: str = ""
    code: str | None = None
    way: str = ""
    country: str = ""
    recovery_url: str | None = None
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    note: str = ""
    shipments: list[ShipmentView] = field(default_factory=list)


class PaidOrder(Answer, frozen=True):
    """What the confirmation says. `attention` is None for an order that is simply paid, otherwise why a person must
    look (`bot.commerce.orders.Attention`) or, with `paid_back`, why the money is on its way back. `arriving` says that
    it is not paid yet: a slow payment is on its way."""

    order: OrderView
    conversation_id: int
    contact_id: int
    locale: str
    attention: str | None
    paid_back: bool = False
    arriving: bool = False


class LapsedOrder(Answer, frozen=True):
    """An order that can no longer be paid at its page. `why` is expired, or bounced: a slow payment failed. `cart_same`
    says that all of it is in the cart still."""

    order: OrderView
    conversation_id: int
    contact_id: int
    locale: str
    source: str
    why: str
    cart_same: bool


class Fulfilled(Answer, frozen=True):
    order: PaidOrder


class AlreadyDone(Answer, frozen=True):
    order_number: int


class NotPaid(Answer, frozen=True):
    order_number: int


class Mismatch(Answer, frozen=True):
    """Money came that does not fit: `order.attention` says why a person must look. Nothing was handed out for it."""

    order: PaidOrder


class PaidBack(Answer, frozen=True):
    """Money came for what can no longer be had, and is on its way back."""

    order: PaidOrder


class UnknownSession(Answer, frozen=True):
    """A session that no order of this shop belongs to."""


class Released(Answer, frozen=True):
    """The order can no longer be paid and its stock is free again."""

    order_number: int


Checkout = CheckoutOpened | CartEmpty | BelowMinimum | NotDelivered | SoldOut | PaymentArriving | PaymentsDown
Fulfilment = Fulfilled | AlreadyDone | NotPaid | Mismatch | PaidBack | UnknownSession
Release = Released | AlreadyDone | NotPaid | UnknownSession
