"""Rows of carts: one a contact, the same on every channel."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, func, insert, select, update
from sqlalchemy.engine import Row

from bot.commerce.cart import Cart, Line
from bot.storage.selling_tables import cart_lines, carts
from bot.storage.sql import Transaction, insert_once
from bot.storage.tables import contacts, conversations


async def shopper(tx: Transaction, conversation_id: int) -> Row[Any] | None:
    """`contact_id`, `currency` and `locale` of who talks in a conversation; what is not known is None."""
    locale = func.coalesce(conversations.c.locale, contacts.c.locale).label("locale")
    query: Select[Any] = (
        select(contacts.c.id.label("contact_id"), contacts.c.currency, locale)
        .join(contacts, contacts.c.id == conversations.c.contact_id)
        .where(conversations.c.id == conversation_id)
    )
    known: Row[Any] | None = (await tx.execute(query)).one_or_none()
    return known


async def conversations_of(tx: Transaction, contact_id: int) -> list[int]:
    """Where a contact talks: at least one, on whatever channels."""
    query = select(conversations.c.id).where(conversations.c.contact_id == contact_id).order_by(conversations.c.id)
    return list((await tx.execute(query)).scalars())


async def lock_cart(tx: Transaction, contact_id: int, currency: str, now: datetime) -> Row[Any]:
    """The contact's cart row, made if there was none, and nobody else's until the transaction ends."""
    row = {"contact_id": contact_id, "currency": currency, "version": 0, "updated_at": now}
    await insert_once(tx, carts, row, ["contact_id"])
    return (await tx.execute(select(carts).where(carts.c.contact_id == contact_id).with_for_update())).one()


async def cart_row(tx: Transaction, contact_id: int) -> Row[Any] | None:
    return (await tx.execute(select(carts).where(carts.c.contact_id == contact_id))).one_or_none()


async def read_cart(tx: Transaction, row: Row[Any]) -> Cart:
    query = select(cart_lines).where(cart_lines.c.cart_id == row.id).order_by(cart_lines.c.place)
    lines = tuple(Line(line.sku, line.quantity, line.changed, line.note) for line in (await tx.execute(query)).all())
    return Cart(row.version, lines, row.code, row.country, row.note)


async def write_cart(tx: Transaction, cart_id: int, cart: Cart, currency: str, now: datetime) -> None:
    said = {"code": cart.code, "country": cart.country, "note": cart.note}
    await tx.execute(
        update(carts)
        .where(carts.c.id == cart_id)
        .values(version=cart.version, currency=currency, updated_at=now, **said)
    )
    await tx.execute(delete(cart_lines).where(cart_lines.c.cart_id == cart_id))
    if cart.lines:
        rows = [
            {
                "cart_id": cart_id,
                "sku": line.sku,
                "quantity": line.quantity,
                "place": place,
                "changed": line.changed,
                "note": line.note,
            }
            for place, line in enumerate(cart.lines)
        ]
        await tx.execute(insert(cart_lines), rows)


async def put_age(tx: Transaction, cart_id: int, age: int) -> None:
    """How old the cart's owner says to be at least."""
    await tx.execute(update(carts).where(carts.c.id == cart_id).values(age_said=age))


async def put_currency(tx: Transaction, contact_id: int, currency: str) -> None:
    """What the contact sees prices in from now on."""
    await tx.execute(update(contacts).where(contacts.c.id == contact_id).values(currency=currency))
