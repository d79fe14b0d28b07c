"""What the desk reads: the queue, the list of conversations, one conversation's story. Nothing moves here."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ScalarSelect, Select, func, or_, select

from bot.storage.sql import Row, Transaction
from bot.storage.tables import contacts, conversations, messages, tickets, turns, users

_agents = users.alias("agents")
_last = messages.alias("last_said")


def _last_id() -> ScalarSelect[Any]:
    """Id of the newest message of customer or agent. Reads the index backwards and stops at the first that fits."""
    said = messages.alias("said")
    query = (
        select(said.c.id)
        .where(said.c.conversation_id == conversations.c.id, said.c.author.in_(["customer", "agent"]))
        .order_by(said.c.id.desc())
        .limit(1)
    )
    return query.correlate(conversations).scalar_subquery()


def _unanswered_since() -> ScalarSelect[Any]:
    """When the customer first wrote after the last word of an agent; null when nothing waits for an answer."""
    answer, asked = messages.alias("answer"), messages.alias("asked")
    last_answer = (
        select(answer.c.id)
        .where(answer.c.conversation_id == conversations.c.id, answer.c.author == "agent")
        .order_by(answer.c.id.desc())
        .limit(1)
        .correlate(conversations)
        .scalar_subquery()
    )
    query = select(func.min(asked.c.created_at)).where(
        asked.c.conversation_id == conversations.c.id,
        asked.c.author == "customer",
        asked.c.id > func.coalesce(last_answer, 0),
        asked.c.created_at >= tickets.c.opened_at,
    )
    return query.correlate(conversations, tickets).scalar_subquery()


def _headers() -> Select[Any]:
    """One line of a list: conversation, customer, last words, open ticket and who has it."""
    return (
        select(
            conversations.c.id,
            conversations.c.channel,
            conversations.c.owner,
            conversations.c.owner_version,
            conversations.c.last_message_at,
            contacts.c.name.label("customer"),
            _last.c.text.label("last_words"),
            _last.c.author.label("last_author"),
            _last.c.created_at.label("last_at"),
            tickets.c.id.label("ticket_id"),
            tickets.c.state,
            tickets.c.version,
            tickets.c.reason,
            tickets.c.priority,
            tickets.c.opened_at,
            tickets.c.first_answer_at,
            tickets.c.user_id.label("agent_id"),
            _agents.c.name.label("agent"),
        )
        .join(contacts, contacts.c.id == conversations.c.contact_id)
        .outerjoin(tickets, tickets.c.open_for == conversations.c.id)
        .outerjoin(_agents, _agents.c.id == tickets.c.user_id)
        .outerjoin(_last, _last.c.id == _last_id())
    )


async def queue(tx: Transaction, limit: int) -> list[Row[Any]]:
    """Open tickets, most urgent first, then longest waiting."""
    query = (
        _headers()
        .add_columns(_unanswered_since().label("unanswered_since"))
        .where(tickets.c.state.in_(["waiting", "claimed"]))
        .order_by(tickets.c.priority.desc(), tickets.c.opened_at, tickets.c.id)
        .limit(limit)
    )
    return list((await tx.execute(query)).all())


async def count_open(tx: Transaction) -> dict[tuple[str, int | None], int]:
    """How many tickets are open, by state and holder."""
    query = (
        select(tickets.c.state, tickets.c.user_id, func.count())
        .where(tickets.c.state.in_(["waiting", "claimed"]))
        .group_by(tickets.c.state, tickets.c.user_id)
    )
    return {(state, user_id): count for state, user_id, count in (await tx.execute(query)).all()}


async def recent(tx: Transaction, *, search: str, limit: int) -> list[Row[Any]]:
    """Conversations by their last message, newest first; with `search` those whose words or customer's name have it."""
    query = _headers().order_by(conversations.c.last_message_at.desc(), conversations.c.id.desc()).limit(limit)
    if search:
        found = messages.alias("found")
        said = select(found.c.conversation_id).where(found.c.text.icontains(search, autoescape=True))
        query = query.where(or_(conversations.c.id.in_(said), contacts.c.name.icontains(search, autoescape=True)))
    return list((await tx.execute(query)).all())


async def conversation(tx: Transaction, conversation_id: int) -> Row[Any] | None:
    """One conversation with its contact."""
    query = (
        _headers()
        .add_columns(
            tickets.c.summary,
            tickets.c.claimed_at,
            contacts.c.phone,
            contacts.c.email,
            contacts.c.created_at.label("since"),
            func.coalesce(conversations.c.locale, contacts.c.locale).label("locale"),
        )
        .where(conversations.c.id == conversation_id)
    )
    return (await tx.execute(query)).one_or_none()


async def page_of_messages(tx: Transaction, conversation_id: int, *, before: int | None, limit: int) -> list[Row[Any]]:
    """The newest `limit` messages (older than `before`) with `user_name`, oldest first."""
    query = (
        select(messages, users.c.name.label("user_name"))
        .outerjoin(users, users.c.id == messages.c.user_id)
        .where(messages.c.conversation_id == conversation_id)
    )
    if before is not None:
        query = query.where(messages.c.id < before)
    rows = (await tx.execute(query.order_by(messages.c.id.desc()).limit(limit))).all()
    return list(reversed(rows))


async def message(tx: Transaction, message_id: int) -> Row[Any]:
    query = (
        select(messages, users.c.name.label("user_name"))
        .outerjoin(users, users.c.id == messages.c.user_id)
        .where(messages.c.id == message_id)
    )
    return (await tx.execute(query)).one()


async def last_turns(tx: Transaction, conversation_id: int, limit: int) -> list[Row[Any]]:
    """What the engine made of the newest turns, newest first."""
    query = (
        select(turns)
        .where(turns.c.conversation_id == conversation_id)
        .order_by(turns.c.created_at.desc(), turns.c.id.desc())
        .limit(limit)
    )
    return list((await tx.execute(query)).all())
