"""What a customer's page reads: the conversation behind its session and the messages to show."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from bot.conversation.identity import ConversationKey
from bot.storage.sql import Row, Transaction
from bot.storage.tables import conversations, inbox, messages, users


async def conversation_of(tx: Transaction, key: ConversationKey) -> Row[Any, Any, Any, Any] | None:
    """The conversation's `id`, `owner`, `locale`, and `agent`, the name of the person who has it."""
    query = (
        select(conversations.c.id, conversations.c.owner, conversations.c.locale, users.c.name.label("agent"))
        .outerjoin(users, users.c.id == conversations.c.owner_user_id)
        .where(
            conversations.c.channel == key.channel,
            conversations.c.account == key.account,
            conversations.c.customer == key.customer,
        )
    )
    return (await tx.execute(query)).one_or_none()


async def page_of_messages(tx: Transaction, conversation_id: int, *, before: int | None, limit: int) -> list[Row[Any]]:
    """The newest `limit` messages older than `before`, oldest first, each with its agent's `name` and `event_key`."""
    query = (
        select(messages, users.c.name.label("name"), inbox.c.event_key)
        .outerjoin(users, users.c.id == messages.c.user_id)
        .outerjoin(inbox, inbox.c.id == messages.c.inbox_id)
        .where(messages.c.conversation_id == conversation_id)
        .order_by(messages.c.id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(messages.c.id < before)
    return list(reversed((await tx.execute(query)).all()))


async def message_of_event(tx: Transaction, key: ConversationKey, event_key: str) -> Row[Any] | None:
    """The message row that was stored for a platform's event."""
    query = (
        select(messages)
        .join(inbox, inbox.c.id == messages.c.inbox_id)
        .where(inbox.c.channel == key.channel, inbox.c.account == key.account, inbox.c.event_key == event_key)
    )
    return (await tx.execute(query)).one_or_none()
