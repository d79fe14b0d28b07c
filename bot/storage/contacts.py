"""What a contact's row keeps beside their identities: the word on news and offers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from bot.storage.sql import Transaction
from bot.storage.tables import contacts, conversations


async def keep_news(tx: Transaction, conversation_id: int, *, news: bool, at: datetime) -> None:
    """The time moves only when the word changes."""
    contact = select(conversations.c.contact_id).where(conversations.c.id == conversation_id).scalar_subquery()
    await tx.execute(
        update(contacts)
        .where(contacts.c.id == contact, contacts.c.news.is_distinct_from(news))
        .values(news=news, news_at=at)
    )


async def name_of(tx: Transaction, contact_id: int) -> str:
    """Empty while nobody told it."""
    query = select(contacts.c.name).where(contacts.c.id == contact_id)
    return (await tx.execute(query)).scalar_one_or_none() or ""


async def news_of(tx: Transaction, conversation_id: int) -> bool | None:
    query = (
        select(contacts.c.news)
        .join(conversations, conversations.c.contact_id == contacts.c.id)
        .where(conversations.c.id == conversation_id)
    )
    word: bool | None = (await tx.execute(query)).scalar_one_or_none()
    return word


async def keep_currency(tx: Transaction, contact_id: int, currency: str) -> None:
    """In which currency the contact is served from now on."""
    await tx.execute(update(contacts).where(contacts.c.id == contact_id).values(currency=currency))
