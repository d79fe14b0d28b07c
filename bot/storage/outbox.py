"""Rows of what goes out: in order within a conversation, piece by piece, each with our own reference."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, insert, or_, select, update

from bot.conversation.messages import Delivery
from bot.storage.sql import Row, Transaction, insert_once
from bot.storage.tables import contacts, conversations, deliveries, messages, outbox, users

AWAITS_STATUS = "awaits_status"
"""Stands in `last_error` of a row that waits for news of the piece before it."""

# What every status asks, made once.
_GO_ON = update(outbox).where(
    outbox.c.message_id == bindparam("of"),
    outbox.c.piece == bindparam("sent"),
    outbox.c.state.in_(["queued", "sending"]),
)
_CONFIRM = update(outbox).where(
    outbox.c.conversation_id == bindparam("of"),
    outbox.c.state == "queued",
    outbox.c.last_error == AWAITS_STATUS,
)


def reference(message_id: int, piece: int) -> str:
    """Our own id of one piece, which the platform carries and tells again in statuses."""
    return f"souk-{message_id}.{piece}" if piece else f"souk-{message_id}"


async def next_unsent(tx: Transaction, conversation_id: int) -> Row[Any] | None:
    """The first row of a conversation that is neither done nor failed, with its message and where it goes."""
    found: Row[Any] | None = (await tx.execute(_unsent(conversation_id).limit(1))).one_or_none()
    return found


async def rest_of_turn(tx: Transaction, row: Row[Any]) -> list[Row[Any]]:
    """What else the same turn says and nobody has begun to send, in order, in the same shape."""
    if row.turn_id is None:
        return []
    query = _unsent(row.conversation_id).where(
        messages.c.turn_id == row.turn_id, outbox.c.id > row.id, outbox.c.state == "queued", outbox.c.piece == 0
    )
    return list((await tx.execute(query)).all())


def _unsent(conversation_id: int) -> Select[Any]:
    return (
        select(
            outbox,
            messages.c.body,
            messages.c.author,
            messages.c.turn_id,
            users.c.name.label("speaker"),
            conversations.c.channel,
            conversations.c.account,
            conversations.c.customer,
            conversations.c.locale,
            conversations.c.window_from,
            conversations.c.ad_at,
            conversations.c.thread,
            conversations.c.writable,
            conversations.c.stopped,
            contacts.c.news,
        )
        .join(messages, messages.c.id == outbox.c.message_id)
        .join(conversations, conversations.c.id == outbox.c.conversation_id)
        .join(contacts, contacts.c.id == conversations.c.contact_id)
        .outerjoin(users, users.c.id == messages.c.user_id)
        .where(outbox.c.conversation_id == conversation_id, outbox.c.state.in_(["queued", "sending"]))
        .order_by(outbox.c.id)
    )


async def begin(tx: Transaction, row: Row[Any], now: datetime) -> str:
    """Written before the provider is called, so that a process that dies in between leaves a trace. Returns the ref."""
    await tx.execute(
        update(outbox)
        .where(outbox.c.id == row.id, outbox.c.state.in_(["queued", "sending"]))
        .values(state="sending", started_at=now, attempts=outbox.c.attempts + 1)
    )
    ref = reference(row.message_id, row.piece)
    values = {"message_id": row.message_id, "piece": row.piece, "ref": ref, "state": Delivery.SENDING.value}
    await insert_once(tx, deliveries, values, ["ref"])
    return ref


async def go_on(tx: Transaction, message_id: int, piece: int, now: datetime) -> None:
    """A piece was taken by the provider, which its answer or, where that was lost, a status told: the next one's turn.

    A row that has no piece left is done when the sender looks at it."""
    going_on = {"state": "queued", "piece": piece + 1, "attempts": 0, "next_at": now, "last_error": None}
    await tx.execute(_GO_ON, {"of": message_id, "sent": piece, **going_on})


async def finish(tx: Transaction, row: Row[Any]) -> None:
    await tx.execute(
        update(outbox).where(outbox.c.id == row.id, outbox.c.state == "queued").values(state="done", last_error=None)
    )


async def put_off(tx: Transaction, row: Row[Any], until: datetime, why: str) -> None:
    """Try this piece again later, unless news came in the meantime that it arrived."""
    await tx.execute(
        update(outbox)
        .where(outbox.c.id == row.id, outbox.c.piece == row.piece, outbox.c.state.in_(["queued", "sending"]))
        .values(state="queued", next_at=until, last_error=why[:300])
    )


async def fail(tx: Transaction, row: Row[Any], why: str) -> bool:
    """Give the row up. False when news came in the meantime that this piece arrived."""
    done = await tx.execute(
        update(outbox)
        .where(outbox.c.id == row.id, outbox.c.piece == row.piece)
        .values(state="failed", last_error=why[:300])
    )
    return bool(done.rowcount)


async def give_up(tx: Transaction, message_id: int) -> None:
    """The provider told that the message failed for good: nothing more of it is sent."""
    await tx.execute(
        update(outbox)
        .where(outbox.c.message_id == message_id, outbox.c.state.in_(["queued", "sending"]))
        .values(state="failed")
    )


async def again(tx: Transaction, message_id: int, piece: int, until: datetime, most: int) -> bool:
    """Queue the last piece once more, which the platform took and failed to deliver. False when that was done often
    enough, or when pieces after it have gone already."""
    done = await tx.execute(
        update(outbox)
        .where(
            outbox.c.message_id == message_id,
            outbox.c.piece == piece + 1,
            outbox.c.state.in_(["done", "queued"]),
            outbox.c.again < most,
        )
        .values(state="queued", piece=piece, attempts=0, again=outbox.c.again + 1, next_at=until)
    )
    return bool(done.rowcount)


async def confirm(tx: Transaction, conversation_id: int, now: datetime) -> bool:
    """News of the last piece came: what waited for it may go. True when something did."""
    done = await tx.execute(_CONFIRM, {"of": conversation_id, "next_at": now, "last_error": None})
    return bool(done.rowcount)


async def due(tx: Transaction, now: datetime, stuck_before: datetime, limit: int = 500) -> list[int]:
    """Conversations with something to send now, or whose sender died in the middle; replies before notices."""
    query = (
        select(outbox.c.conversation_id)
        .where(
            or_(
                and_(outbox.c.state == "queued", outbox.c.next_at <= now),
                and_(outbox.c.state == "sending", outbox.c.started_at < stuck_before),
            )
        )
        .group_by(outbox.c.conversation_id)
        .order_by(func.min(outbox.c.notice), func.min(outbox.c.id))
        .limit(limit)
    )
    return list((await tx.execute(query)).scalars())


async def add(tx: Transaction, message_id: int, conversation_id: int, now: datetime, *, notice: bool) -> None:
    await tx.execute(
        insert(outbox).values(
            message_id=message_id, conversation_id=conversation_id, notice=notice, next_at=now, created_at=now
        )
    )


async def waiting_of(tx: Transaction, conversation_ids: Sequence[int]) -> list[int]:
    """Which of these conversations have something unsent."""
    query = (
        select(outbox.c.conversation_id)
        .where(outbox.c.conversation_id.in_(conversation_ids), outbox.c.state.in_(["queued", "sending"]))
        .distinct()
    )
    return list((await tx.execute(query)).scalars())
