"""A customer who has bought before."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.storage import stock
from bot.storage.selling_tables import orders
from tests.skills.counter import Counter


async def bought_aero(counter: Counter, pieces: int = 1) -> int:
    """One paid order of the Aero 2, in blue and 42; its number. The cart is empty again."""
    await counter.does("action_choose_product", "", product_id="aero-2")
    await counter.does("action_choose_option", "42", size="42")
    if pieces > 1:
        await counter.does("action_set_quantity", f"make it {pieces}", quantity=str(pieces))
    await counter.does("action_checkout", "checkout")
    [order] = await counter.orders()
    async with counter.db.write() as tx:
        await stock.release(tx, order.id)
        await tx.execute(orders.update().values(state="paid", paid_at=datetime.now(UTC)))
    await counter.parts.shop.clear(counter.conversation_id, "bought")
    return int(order.number)
