"""Rows of how each piece of a message fares. States only move forward; a message is as far as its slowest piece."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, distinct, func, select, update

from bot.conversation.messages import Author, Delivery, Status, fold_delivery, least_delivery
from bot.storage.sql import Row, Transaction
from bot.storage.tables import conversations, deliveries, messages


class _Error(NamedTuple):
    code: int | None = None
    title: str = ""


_NO_ERROR = _Error()


def _joined() -> Any:
    return (
        select(deliveries, messages.c.conversation_id)
        .join(messages, messages.c.id == deliveries.c.message_id)
        .join(conversations, conversations.c.id == messages.c.conversation_id)
    )


# Three of four webhooks are statuses: their statements are made once, which is half of what one costs.
_BY_REF = _joined().where(deliveries.c.ref == bindparam("ref"))
_BY_PROVIDER_ID = (
    _joined()
    .where(deliveries.c.provider_id == bindparam("provider_id"), conversations.c.channel == bindparam("channel"))
    .limit(1)
)
_CHANGE = update(deliveries).where(deliveries.c.id == bindparam("piece_id"))
_PIECES = select(deliveries.c.state, deliveries.c.error_code, deliveries.c.error_title).where(
    deliveries.c.message_id == bindparam("of")
)
_SUM = (
    update(messages)
    .where(messages.c.id == bindparam("of"), messages.c.delivery != bindparam("least"))
    .returning(messages.c.id, messages.c.conversation_id, messages.c.delivery)
)


async def accepted(tx: Transaction, ref: str, provider_id: str, now: datetime) -> Row[*tuple[Any, ...]] | None:
    """The provider took the piece. Returns the message when its state moved."""
    row = await _by_ref(tx, ref)
    if row is None:
        return None
    return await _fold(tx, row, Delivery.SENT, accepted_at=now, provider_id=row.provider_id or provider_id or None)


async def failed(tx: Transaction, ref: str, code: int | None, title: str) -> Row[*tuple[Any, ...]] | None:
    row = await _by_ref(tx, ref)
    return await _fold(tx, row, Delivery.FAILED, _Error(code, title)) if row is not None else None


async def find(tx: Transaction, status: Status) -> Row[*tuple[Any, ...]] | None:
    """The piece that a status speaks of: by our own reference, else by the platform's id."""
    if status.outbox_ref:
        row = await _by_ref(tx, status.outbox_ref)
        if row is not None:
            return row
    named = {"provider_id": status.provider_id, "channel": status.channel}
    found: Row[*tuple[Any, ...]] | None = (await tx.execute(_BY_PROVIDER_ID, named)).one_or_none()
    return found


async def take(tx: Transaction, row: Row[Any], status: Status, now: datetime) -> Row[*tuple[Any, ...]] | None:
    """Fold a status into its piece. Returns the message (id, conversation_id, delivery) when its state moved."""
    confirmed = {
        "confirmed_at": row.confirmed_at or now,
        "accepted_at": row.accepted_at or now,
        "provider_id": row.provider_id or status.provider_id or None,
    }
    return await _fold(tx, row, status.state, _Error(status.error_code, status.error_title), **confirmed)


async def up_to(
    tx: Transaction, conversation_id: int, moment: datetime, state: Delivery
) -> list[Row[*tuple[Any, ...]]]:
    """Fold a watermark into every piece that was accepted until then; the messages that moved."""
    query = _joined().where(
        messages.c.conversation_id == conversation_id,
        deliveries.c.accepted_at <= moment,
        deliveries.c.state.in_([Delivery.SENT.value, Delivery.DELIVERED.value]),
    )
    moved = []
    for row in (await tx.execute(query.order_by(deliveries.c.id.desc()).limit(100))).all():
        news = await _fold(tx, row, state)
        if news is not None:
            moved.append(news)
    return moved


async def is_ours(tx: Transaction, channel: str, provider_id: str) -> bool:
    """Whether a message that the platform shows us is one that we sent."""
    query = _joined().where(deliveries.c.provider_id == provider_id, conversations.c.channel == channel)
    return (await tx.execute(query.limit(1))).first() is not None


async def in_flight(tx: Transaction, conversation_id: int) -> list[Row[*tuple[Any, ...]]]:
    """Pieces that were handed to the platform and of which it told nothing yet (ref, text of the whole message)."""
    query = (
        select(deliveries.c.ref, messages.c.text)
        .join(messages, messages.c.id == deliveries.c.message_id)
        .where(
            messages.c.conversation_id == conversation_id,
            deliveries.c.state == Delivery.SENDING.value,
            deliveries.c.provider_id.is_(None),
        )
        .order_by(deliveries.c.id)
    )
    return list((await tx.execute(query)).all())


async def last_unconfirmed(tx: Transaction, conversation_id: int) -> datetime | None:
    """When the newest piece of a conversation was accepted, if the platform told nothing of it since."""
    query = (
        select(deliveries.c.accepted_at, deliveries.c.confirmed_at)
        .join(messages, messages.c.id == deliveries.c.message_id)
        .where(messages.c.conversation_id == conversation_id, deliveries.c.accepted_at.is_not(None))
        .order_by(deliveries.c.id.desc())
        .limit(1)
    )
    row = (await tx.execute(query)).one_or_none()
    return row.accepted_at if row is not None and row.confirmed_at is None else None


async def answers_since(tx: Transaction, conversation_id: int, moment: datetime) -> int:
    """How many of the bot's answers the provider took since a moment; parts that went out as one message are one."""
    query = (
        select(func.count(distinct(func.coalesce(deliveries.c.provider_id, deliveries.c.ref))))
        .join(messages, messages.c.id == deliveries.c.message_id)
        .where(
            messages.c.conversation_id == conversation_id,
            messages.c.author == Author.BOT.value,
            messages.c.turn_id.is_not(None),
            deliveries.c.accepted_at >= moment,
        )
    )
    return int((await tx.execute(query)).scalar_one())


async def _by_ref(tx: Transaction, ref: str) -> Row[*tuple[Any, ...]] | None:
    found: Row[*tuple[Any, ...]] | None = (await tx.execute(_BY_REF, {"ref": ref})).one_or_none()
    return found


async def _fold(
    tx: Transaction, row: Row[Any], news: Delivery, error: _Error = _NO_ERROR, **more: Any
) -> Row[*tuple[Any, ...]] | None:
    after = fold_delivery(Delivery(row.state), news)
    values = {"state": after.value, **more}
    if after is Delivery.FAILED:
        values |= {"error_code": error.code, "error_title": error.title[:300]}
    await tx.execute(_CHANGE, {"piece_id": row.id, **values})
    return await _sum_up(tx, row.message_id)


async def _sum_up(tx: Transaction, message_id: int) -> Row[*tuple[Any, ...]] | None:
    """Write the message's own state from its pieces'. Returns the message when that changed it."""
    pieces = (await tx.execute(_PIECES, {"of": message_id})).all()
    least = least_delivery(Delivery(piece.state) for piece in pieces)
    wrong = next((piece for piece in pieces if piece.state == Delivery.FAILED), None)
    values = {
        "delivery": least.value,
        "error_code": wrong.error_code if wrong else None,
        "error_title": wrong.error_title if wrong else None,
    }
    changed = await tx.execute(_SUM, {"of": message_id, "least": least.value, **values})
    return changed.one_or_none()
