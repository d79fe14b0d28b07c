"""Rows of refunds. The guarded INSERT here is what keeps an order from paying back more than was paid.

Callers lock the order first. Every change of state is a guarded UPDATE that tells whether this call made it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, insert, literal, select, update
from sqlalchemy.engine import Row

from bot.commerce.refunds import DUE, GIVEN, LIVE, OURS, RefundState, sources
from bot.storage.selling_tables import disputes, orders, refunds
from bot.storage.sql import Transaction, insert_once
from bot.storage.tables import users


async def add(tx: Transaction, values: Mapping[str, Any]) -> bool:
    """Write a refund if all that is live of the order stays within what was paid, and no dispute is open about it."""
    order_id, amount = values["order_id"], values["amount"]
    live = select(func.coalesce(func.sum(refunds.c.amount), 0)).where(
        refunds.c.order_id == order_id, refunds.c.state.in_(LIVE)
    )
    disputed = select(disputes.c.id).where(disputes.c.order_id == order_id, disputes.c.status.not_in(OURS)).exists()
    columns = {name: refunds.c[name] for name in values}
    guarded = select(*(literal(values[name], column.type) for name, column in columns.items())).where(
        select(orders.c.total).where(orders.c.id == order_id).scalar_subquery() >= live.scalar_subquery() + amount,
        ~disputed,
    )
    done = await tx.execute(insert(refunds).from_select(list(columns), guarded, include_defaults=False))
    return bool(done.rowcount)


async def adopt(tx: Transaction, values: Mapping[str, Any]) -> bool:
    """A refund that was made at the provider, beside us. False when it has its row already."""
    return await insert_once(tx, refunds, dict(values), ["provider_id"])


async def by_key(tx: Transaction, key: str) -> Row[Any] | None:
    return (await tx.execute(select(refunds).where(refunds.c.idempotency_key == key))).one_or_none()


async def by_id(tx: Transaction, refund_id: int) -> Row[Any] | None:
    return (await tx.execute(select(refunds).where(refunds.c.id == refund_id))).one_or_none()


async def by_provider(tx: Transaction, provider_id: str) -> Row[Any] | None:
    return (await tx.execute(select(refunds).where(refunds.c.provider_id == provider_id))).one_or_none()


async def of_orders(tx: Transaction, order_ids: Iterable[int]) -> dict[int, list[Row[Any]]]:
    """By order, oldest first."""
    query = select(refunds).where(refunds.c.order_id.in_(list(order_ids))).order_by(refunds.c.id)
    found: dict[int, list[Row[Any]]] = {}
    for row in (await tx.execute(query)).all():
        found.setdefault(row.order_id, []).append(row)
    return found


async def live_sum(tx: Transaction, order_id: int) -> int:
    return await _sum(tx, order_id, LIVE)


async def given_sum(tx: Transaction, order_id: int) -> int:
    """What the provider has taken off the payment."""
    return await _sum(tx, order_id, GIVEN)


async def due(tx: Transaction, now: datetime, limit: int) -> Sequence[Row[Any]]:
    """What the provider is to be told, and what it has been working on for so long that somebody should look."""
    query = (
        select(refunds)
        .where(refunds.c.state.in_((*DUE, RefundState.PENDING)), refunds.c.next_at <= now)
        .order_by(refunds.c.next_at)
        .limit(limit)
    )
    return (await tx.execute(query)).all()


async def waiting(tx: Transaction, limit: int) -> Sequence[Row[Any]]:
    """What waits for a person, oldest first: with the order's number and state, and who asked."""
    query = (
        select(
            refunds,
            orders.c.number,
            orders.c.total,
            orders.c.state.label("order_state"),
            orders.c.refunded,
            func.coalesce(refunds.c.conversation_id, orders.c.conversation_id).label("conversation"),
            users.c.name.label("user_name"),
        )
        .join(orders, orders.c.id == refunds.c.order_id)
        .outerjoin(users, users.c.id == refunds.c.asked_by)
        .where(refunds.c.state == RefundState.ASKED)
        .order_by(refunds.c.id)
        .limit(limit)
    )
    return (await tx.execute(query)).all()


async def move(tx: Transaction, refund_id: int, to: RefundState, *, version: int | None = None, **values: Any) -> bool:
    """Change the state if the refund may go there from where it is, and is in this version. True when this call did."""
    guarded = update(refunds).where(refunds.c.id == refund_id, refunds.c.state.in_(sources(to)))
    if version is not None:
        guarded = guarded.where(refunds.c.version == version)
    done = await tx.execute(guarded.values(state=to, version=refunds.c.version + 1, **values))
    return bool(done.rowcount)


async def take(tx: Transaction, refund_id: int, version: int, until: datetime) -> bool:
    """Make a due refund this caller's to send until then. False when another has it."""
    done = await tx.execute(
        update(refunds)
        .where(refunds.c.id == refund_id, refunds.c.version == version, refunds.c.state.in_(DUE))
        .values(state=RefundState.SENT, version=version + 1, next_at=until)
    )
    return bool(done.rowcount)


async def put_off(tx: Transaction, refund_id: int, until: datetime, *, spoilt: bool = False) -> None:
    """Try again then; with another key where the provider spoilt this one."""
    await tx.execute(
        update(refunds)
        .where(refunds.c.id == refund_id, refunds.c.state.in_((*DUE, RefundState.PENDING)))
        .values(next_at=until, spoilt_keys=refunds.c.spoilt_keys + (1 if spoilt else 0))
    )


async def note_refunded(tx: Transaction, order_id: int) -> None:
    """Bring what the order calls refunded in line with the provider's refunds of it."""
    given = select(func.coalesce(func.sum(case((refunds.c.state.in_(GIVEN), refunds.c.amount), else_=0)), 0)).where(
        refunds.c.order_id == order_id
    )
    await tx.execute(update(orders).where(orders.c.id == order_id).values(refunded=given.scalar_subquery()))


async def order_of_payment(tx: Transaction, payment_intent: str) -> Row[Any] | None:
    """The order that a payment settled. Whoever changes anything of it locks it."""
    query = select(orders).where(orders.c.payment_intent == payment_intent).order_by(orders.c.id).limit(1)
    return (await tx.execute(query)).one_or_none()


async def _sum(tx: Transaction, order_id: int, states: Iterable[RefundState]) -> int:
    query = select(func.coalesce(func.sum(refunds.c.amount), 0)).where(
        refunds.c.order_id == order_id, refunds.c.state.in_(list(states))
    )
    return int((await tx.execute(query)).scalar_one())
