"""Rows of wishes: who waits for what to be in stock, in the order in which they asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update

from bot.storage.selling_tables import stock, stock_wishes, variants
from bot.storage.sql import Row, Transaction, insert_once


async def add(
    tx: Transaction,
    *,
    contact_id: int,
    conversation_id: int,
    product_id: str,
    options: Mapping[str, str],
    now: datetime,
) -> bool:
    """False for a wish that waits already."""
    values = {
        "contact_id": contact_id,
        "open_for": contact_id,
        "conversation_id": conversation_id,
        "product_id": product_id,
        "options": dict(options),
        "what": _text(options),
        "created_at": now,
    }
    return await insert_once(tx, stock_wishes, values, ["open_for", "product_id", "what"])


def _text(options: Mapping[str, str]) -> str:
    return ";".join(f"{name}={value.casefold()}" for name, value in sorted(options.items()))[:200]


async def count(tx: Transaction, contact_id: int) -> int:
    """How many wishes of a contact wait."""
    query = select(func.count()).select_from(stock_wishes).where(stock_wishes.c.open_for == contact_id)
    return int((await tx.execute(query)).scalar_one())


async def drop(tx: Transaction, contact_id: int) -> int:
    """Forget what a contact waits for. How many wishes that were."""
    return (await tx.execute(delete(stock_wishes).where(stock_wishes.c.open_for == contact_id))).rowcount


async def products_back(tx: Transaction) -> list[str]:
    """Products that somebody waits for and of which something is in stock."""
    query = (
        select(stock_wishes.c.product_id)
        .join(variants, variants.c.product_id == stock_wishes.c.product_id)
        .join(stock, stock.c.sku == variants.c.sku)
        .where(stock_wishes.c.open_for.is_not(None), variants.c.active, stock.c.on_hand > stock.c.reserved)
        .distinct()
    )
    return list((await tx.execute(query)).scalars())


async def waiting(tx: Transaction, product_id: str) -> Sequence[Row[Any]]:
    """Wishes for a product that wait, the oldest first."""
    query = (
        select(stock_wishes)
        .where(stock_wishes.c.product_id == product_id, stock_wishes.c.open_for.is_not(None))
        .order_by(stock_wishes.c.id)
    )
    return (await tx.execute(query)).all()


async def told_since(tx: Transaction, product_id: str, since: datetime) -> Sequence[Row[Any]]:
    query = select(stock_wishes).where(stock_wishes.c.product_id == product_id, stock_wishes.c.told_at > since)
    return (await tx.execute(query)).all()


async def mark_told(tx: Transaction, wish_id: int, now: datetime) -> bool:
    """False when somebody else has told it, or it was forgotten."""
    done = await tx.execute(
        update(stock_wishes)
        .where(stock_wishes.c.id == wish_id, stock_wishes.c.open_for.is_not(None))
        .values(open_for=None, told_at=now)
    )
    return bool(done.rowcount)
