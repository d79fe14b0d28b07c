"""What a call asks of the rows: whether its turn is done, what was said since, and in which language to begin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from bot.conversation.identity import ConversationKey
from bot.conversation.messages import Author
from bot.storage.identities import BY_PHONE
from bot.storage.sql import Row, Transaction
from bot.storage.tables import contacts, conversations, inbox, messages

_OURS = (Author.BOT.value, Author.AGENT.value)


async def turn(tx: Transaction, key: ConversationKey, event_key: str) -> Row[*tuple[Any, ...]] | None:
    """What the caller said once (id, state, conversation_id)."""
    query = select(inbox.c.id, inbox.c.state, inbox.c.conversation_id).where(
        inbox.c.channel == key.channel, inbox.c.account == key.account, inbox.c.event_key == event_key
    )
    return (await tx.execute(query)).one_or_none()


async def newest_turn(tx: Transaction, key: ConversationKey, call: str) -> Row[*tuple[Any, ...]] | None:
    """What the caller said last in this call (id, state, conversation_id)."""
    query = (
        select(inbox.c.id, inbox.c.state, inbox.c.conversation_id)
        .where(
            inbox.c.channel == key.channel,
            inbox.c.account == key.account,
            inbox.c.event_key.startswith(f"{call}:", autoescape=True),
        )
        .order_by(inbox.c.id.desc())
        .limit(1)
    )
    return (await tx.execute(query)).one_or_none()


async def said_after(tx: Transaction, conversation_id: int, after: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """Our messages (id, turn_id, body) after one of them, in order."""
    query = (
        select(messages.c.id, messages.c.turn_id, messages.c.body)
        .where(messages.c.conversation_id == conversation_id, messages.c.id > after, messages.c.author.in_(_OURS))
        .order_by(messages.c.id)
    )
    return (await tx.execute(query)).all()


async def said_in(tx: Transaction, turn_id: str) -> Sequence[Row[*tuple[Any, ...]]]:
    """Our messages (id, turn_id, body) of one turn, in order."""
    query = (
        select(messages.c.id, messages.c.turn_id, messages.c.body)
        .where(messages.c.turn_id == turn_id, messages.c.author.in_(_OURS))
        .order_by(messages.c.part, messages.c.id)
    )
    return (await tx.execute(query)).all()


async def newest_message(tx: Transaction, conversation_id: int) -> int:
    """Its id; 0 where nothing was said."""
    query = select(func.coalesce(func.max(messages.c.id), 0)).where(messages.c.conversation_id == conversation_id)
    newest: int = (await tx.execute(query)).scalar_one()
    return newest


async def is_said(tx: Transaction, turn_id: str) -> bool:
    return (await tx.execute(select(messages.c.id).where(messages.c.turn_id == turn_id).limit(1))).first() is not None


async def locale_of(tx: Transaction, phone: str) -> str | None:
    """How somebody with this number spoke with us last, on whichever channel vouches for numbers."""
    query = (
        select(conversations.c.locale)
        .join(contacts, contacts.c.id == conversations.c.contact_id)
        .where(contacts.c.phone == phone, conversations.c.channel.in_(BY_PHONE), conversations.c.locale.is_not(None))
        .order_by(conversations.c.last_message_at.desc())
        .limit(1)
    )
    locale: str | None = (await tx.execute(query)).scalar_one_or_none()
    return locale
