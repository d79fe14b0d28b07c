"""The cart as the page shows it: the shop's exact amounts, formatted for one reader."""

from __future__ import annotations

from bot.chat.words import CartLineShown, CartShown
from bot.selling.answers import CartView


def cart_shown(cart: CartView, locale: str) -> CartShown:
    """`locale` as Babel knows it. The pay page is linked only while it is for this very cart."""
    return CartShown(
        lines=[
            CartLineShown(
                sku=line.sku,
                label=line.label,
                quantity=line.quantity,
                amount=line.amount.format(locale),
                image=line.image,
            )
            for line in cart.lines
        ],
        count=cart.count,
        subtotal=cart.subtotal.format(locale),
        shipping=cart.shipping.format(locale),
        total=cart.total.format(locale),
        free_shipping=cart.shipping.amount == 0,
        missing_for_free_shipping=_missing(cart, locale),
        checkout_url=cart.checkout.url if cart.checkout is not None and cart.checkout.current else None,
    )


def _missing(cart: CartView, locale: str) -> str | None:
    if cart.free_shipping_from is None or cart.shipping.amount == 0:
        return None
    return (cart.free_shipping_from - cart.subtotal).format(locale)
