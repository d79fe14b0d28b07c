"""The cart as the page shows it: the shop's exact amounts, formatted for one reader."""

from __future__ import annotations

from bot.chat.words import CartLineShown, CartShown
from bot.commerce.money import Money
from bot.conversation.countries import country_name
from bot.conversation.phrases import language_of, locale_for, speaker
from bot.selling.answers import CartView
from bot.selling.code_words import why_not


def cart_shown(cart: CartView, locale: str) -> CartShown:
    """`locale` as Babel knows it. The pay page is linked only while it is for this very cart."""
    language = language_of(locale)
    country = country_name(cart.country, language)
    return CartShown(
        lines=[
            CartLineShown(
                sku=line.sku,
                label=line.label,
                quantity=line.quantity,
                amount=line.amount.format(locale),
                image=line.image,
                note=line.note,
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
        discount=_shown(cart.discount, locale),
        code=cart.code,
        code_refused=_refused(cart, locale, language),
        tax=_shown(cart.tax, locale),
        tax_included=_shown(cart.tax_included, locale),
        tax_name=cart.tax_name or speaker(language)("Tax"),
        delivery_to=country if cart.country_known else None,
        undeliverable=country if cart.lines and not cart.deliveries else None,
        note=cart.note,
    )


def _shown(amount: Money, locale: str) -> str | None:
    return amount.format(locale) if amount.amount else None


def _refused(cart: CartView, locale: str, language: str) -> str | None:
    if cart.code_refused is None or not cart.lines:
        return None
    return why_not(cart.code_refused, speaker(language), locale_for(language, locale))


def _missing(cart: CartView, locale: str) -> str | None:
    if cart.free_shipping_from is None or cart.shipping.amount == 0:
        return None
    missing = cart.free_shipping_from - (cart.subtotal - cart.discount)
    return missing.format(locale) if missing.amount > 0 else None
