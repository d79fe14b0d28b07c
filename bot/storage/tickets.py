"""Rows of hand-offs: tickets, notes, and the audit of who did what. A ticket moves only by compare-and-set."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Row

from bot.storage.sql import Transaction, insert_once
from bot.storage.tables import audit, events, inbox, messages, notes, tickets, turns, users


async def add(
    tx: Transaction,
    *,
    conversation_id: int,
    reason: str,
    summary: str,
    priority: int,
    now: datetime,
    user_id: int | None = None,
) -> int | None:
    """The new ticket's id: waiting, or claimed when `user_id` is given. None while another one is open."""
    values = {
        "conversation_id": conversation_id,
        "open_for": conversation_id,
        "reason": reason,
        "summary": summary,
        "priority": priority,
        "state": "waiting" if user_id is None else "claimed",
        "user_id": user_id,
        "opened_at": now,
        "claimed_at": None if user_id is None else now,
    }
    if not await insert_once(tx, tickets, values, ["open_for"]):
        return None
    query = select(tickets.c.id).where(tickets.c.open_for == conversation_id)
    ticket_id: int = (await tx.execute(query)).scalar_one()
    return ticket_id


async def get(tx: Transaction, ticket_id: int) -> Row[Any] | None:
    """The ticket with `user_name`, the name of whoever has it."""
    return (await tx.execute(_with_name().where(tickets.c.id == ticket_id))).one_or_none()


async def lock(tx: Transaction, ticket_id: int) -> None:
    """Let nobody else move this ticket until the transaction ends (on SQLite a write transaction is alone anyway)."""
    await tx.execute(select(tickets.c.id).where(tickets.c.id == ticket_id).with_for_update())


async def open_of(tx: Transaction, conversation_id: int) -> Row[Any] | None:
    return (await tx.execute(_with_name().where(tickets.c.open_for == conversation_id))).one_or_none()


def _with_name() -> Any:
    return select(tickets, users.c.name.label("user_name")).outerjoin(users, users.c.id == tickets.c.user_id)


async def move(
    tx: Transaction, ticket_id: int, *, version: int, state: str, held_by: int | None, values: dict[str, Any]
) -> bool:
    """Compare-and-set: False when the ticket is no longer in this version and state with this holder."""
    changed = await tx.execute(
        update(tickets)
        .where(
            tickets.c.id == ticket_id,
            tickets.c.version == version,
            tickets.c.state == state,
            tickets.c.user_id.is_(None) if held_by is None else tickets.c.user_id == held_by,
        )
        .values(version=version + 1, **values)
    )
    return bool(changed.rowcount)


async def mark_answered(tx: Transaction, ticket_id: int, now: datetime) -> None:
    """Keep the moment of the first answer; later answers change nothing."""
    await tx.execute(
        update(tickets)
        .where(tickets.c.id == ticket_id, tickets.c.first_answer_at.is_(None))
        .values(first_answer_at=now)
    )


async def said_since(tx: Transaction, conversation_id: int, since: datetime) -> list[Row[Any]]:
    """What agent and customer said from a moment on, oldest first; without what the bot heard, or will, in a turn."""
    # A turn whose answer came too late has a record but left no events: the bot remembers nothing of it.
    heard = (
        select(turns.c.id)
        .join(events, events.c.turn_id == turns.c.id)
        .where(turns.c.conversation_id == conversation_id, turns.c.inbox_id == messages.c.inbox_id)
        .exists()
    )
    unworked = select(inbox.c.id).where(inbox.c.id == messages.c.inbox_id, inbox.c.state == "new").exists()
    query = (
        select(messages)
        .where(
            messages.c.conversation_id == conversation_id,
            messages.c.created_at >= since,
            messages.c.author.in_(["customer", "agent"]),
            ~heard,
            ~unworked,
        )
        .order_by(messages.c.id)
    )
    return list((await tx.execute(query)).all())


async def message_by_turn(tx: Transaction, turn_id: str) -> int | None:
    """The id of an agent's message that was written under this key before."""
    query = select(messages.c.id).where(messages.c.turn_id == turn_id, messages.c.author == "agent")
    found: int | None = (await tx.execute(query)).scalar_one_or_none()
    return found


async def user_name(tx: Transaction, user_id: int) -> str:
    name: str | None = (await tx.execute(select(users.c.name).where(users.c.id == user_id))).scalar_one_or_none()
    return name or ""


# -- notes -------------------------------------------------------------------------------------------------------------


async def add_note(tx: Transaction, conversation_id: int, user_id: int, text: str, now: datetime) -> int:
    made = await tx.execute(
        insert(notes)
        .values(conversation_id=conversation_id, user_id=user_id, text=text, created_at=now)
        .returning(notes.c.id)
    )
    note_id: int = made.scalar_one()
    return note_id


async def notes_of(tx: Transaction, conversation_id: int) -> Sequence[Row[Any]]:
    """Notes with `user_name`, newest first."""
    query = (
        select(notes, users.c.name.label("user_name"))
        .join(users, users.c.id == notes.c.user_id)
        .where(notes.c.conversation_id == conversation_id)
        .order_by(notes.c.id.desc())
    )
    return (await tx.execute(query)).all()


# -- audit -------------------------------------------------------------------------------------------------------------


async def add_audit(
    tx: Transaction, user_id: int | None, what: str, conversation_id: int, detail: dict[str, Any], now: datetime
) -> None:
    """One line of who did what; `user_id` None is the bot itself."""
    await tx.execute(
        insert(audit).values(
            user_id=user_id, what=what, object=f"conversation:{conversation_id}", detail=detail, at=now
        )
    )


async def audit_of(tx: Transaction, conversation_id: int, limit: int = 200) -> list[Row[Any]]:
    """What people did with a conversation, oldest first, with `user_name`."""
    query = (
        select(audit, users.c.name.label("user_name"))
        .outerjoin(users, users.c.id == audit.c.user_id)
        .where(audit.c.object == f"conversation:{conversation_id}")
        .order_by(audit.c.id.desc())
        .limit(limit)
    )
    return list(reversed((await tx.execute(query)).all()))
