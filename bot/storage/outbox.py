"""Rows of what goes out: in order within a conversation, each with our own reference, states that only move forward."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select, update

from bot.conversation.messages import Delivery, fold_delivery
from bot.storage.sql import Row, Transaction
from bot.storage.tables import conversations, messages, outbox


async def next_unsent(tx: Transaction, conversation_id: int) -> Row[Any] | None:
    """The first row of a conversation that is neither done nor failed, with its message and its address."""
    query = (
        select(
            outbox,
            messages.c.body,
            messages.c.delivery,
            conversations.c.channel,
            conversations.c.account,
            conversations.c.customer,
            conversations.c.last_customer_at,
        )
        .join(messages, messages.c.id == outbox.c.message_id)
        .join(conversations, conversations.c.id == outbox.c.conversation_id)
        .where(outbox.c.conversation_id == conversation_id, outbox.c.state.in_(["queued", "sending"]))
        .order_by(outbox.c.id)
        .limit(1)
    )
    return (await tx.execute(query)).one_or_none()


async def begin(tx: Transaction, outbox_id: int, now: datetime) -> None:
    """Written before the provider is called, so that a process that dies in between leaves a trace."""
    await tx.execute(
        update(outbox)
        .where(outbox.c.id == outbox_id, outbox.c.state.in_(["queued", "sending"]))
        .values(state="sending", started_at=now, attempts=outbox.c.attempts + 1)
    )


async def accepted(tx: Transaction, row: Row[Any], provider_id: str) -> None:
    await tx.execute(update(outbox).where(outbox.c.id == row.id).values(state="done", last_error=None))
    await _fold(tx, row.message_id, Delivery.SENT, provider_id=provider_id)


async def put_off(tx: Transaction, outbox_id: int, until: datetime, why: str) -> None:
    await tx.execute(
        update(outbox)
        .where(outbox.c.id == outbox_id, outbox.c.state == "sending")
        .values(state="queued", next_at=until, last_error=why[:300])
    )


async def refused(tx: Transaction, row: Row[Any], code: int | None, title: str) -> None:
    await tx.execute(update(outbox).where(outbox.c.id == row.id).values(state="failed", last_error=title[:300]))
    await _fold(tx, row.message_id, Delivery.FAILED, error_code=code, error_title=title)


async def due(tx: Transaction, now: datetime, stuck_before: datetime, limit: int = 500) -> list[int]:
    """Conversations with something to send now, or whose sender died in the middle."""
    query = (
        select(outbox.c.conversation_id)
        .where(
            or_(
                and_(outbox.c.state == "queued", outbox.c.next_at <= now),
                and_(outbox.c.state == "sending", outbox.c.started_at < stuck_before),
            )
        )
        .group_by(outbox.c.conversation_id)
        .order_by(func.min(outbox.c.id))
        .limit(limit)
    )
    return list((await tx.execute(query)).scalars())


async def fold_status(
    tx: Transaction,
    *,
    provider_id: str,
    ref: str | None,
    state: Delivery,
    error_code: int | None,
    error_title: str,
) -> Row[*tuple[Any, ...]] | None:
    """Take news of a sent message. Returns (message id, conversation id, delivery) when it moved, else None.

    News that carries our reference also settles a row whose acceptance was lost: it is not sent again."""
    message_id = await _find(tx, provider_id, ref)
    if message_id is None:
        return None
    await tx.execute(
        update(outbox)
        .where(outbox.c.message_id == message_id, outbox.c.state.in_(["queued", "sending"]))
        .values(state="failed" if state is Delivery.FAILED else "done")
    )
    moved = await _fold(tx, message_id, state, provider_id=provider_id, error_code=error_code, error_title=error_title)
    if not moved:
        return None
    query = select(messages.c.id, messages.c.conversation_id, messages.c.delivery).where(messages.c.id == message_id)
    return (await tx.execute(query)).one()


async def _find(tx: Transaction, provider_id: str, ref: str | None) -> int | None:
    if ref:
        by_ref: int | None = (
            await tx.execute(select(outbox.c.message_id).where(outbox.c.ref == ref))
        ).scalar_one_or_none()
        if by_ref is not None:
            return by_ref
    by_provider: int | None = (
        (await tx.execute(select(messages.c.id).where(messages.c.provider_id == provider_id).limit(1)))
        .scalars()
        .first()
    )
    return by_provider


async def _fold(
    tx: Transaction,
    message_id: int,
    news: Delivery,
    *,
    provider_id: str | None = None,
    error_code: int | None = None,
    error_title: str = "",
) -> bool:
    query = select(messages.c.delivery, messages.c.provider_id).where(messages.c.id == message_id)
    now = (await tx.execute(query)).one()
    after = fold_delivery(Delivery(now.delivery), news)
    values: dict[str, Any] = {"delivery": after.value}
    if provider_id and not now.provider_id:
        values["provider_id"] = provider_id
    if after is Delivery.FAILED:
        values |= {"error_code": error_code, "error_title": error_title[:300]}
    await tx.execute(update(messages).where(messages.c.id == message_id).values(**values))
    return bool(after.value != now.delivery)
