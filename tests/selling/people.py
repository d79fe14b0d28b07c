"""Somebody of the shop, for what only people decide."""

from __future__ import annotations

from sqlalchemy import select

from bot.storage.tables import users
from tests.selling.after_the_sale import AfterTheSale


async def lea(after: AfterTheSale) -> int:
    """An agent's id."""
    async with after.db.write() as tx:
        known = (await tx.execute(select(users.c.id).limit(1))).scalar_one_or_none()
        if known is not None:
            return int(known)
        values = {"email": "lea@souk.test", "name": "Léa", "role": "agent", "password_hash": "-"}
        made = await tx.execute(users.insert().values(**values, created_at=after.clock.now()))
        return int(made.inserted_primary_key[0])
