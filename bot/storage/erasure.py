"""Forgetting a person: every word of theirs, every identity, every name; what the books need stays without them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import delete, select, update

from bot.conversation.identity import ConversationKey
from bot.storage import media
from bot.storage.selling_tables import agent_checkouts, carts, order_codes, order_lines, orders, returns, stock_wishes
from bot.storage.sql import Transaction
from bot.storage.tables import (
    audit,
    contacts,
    conversations,
    events,
    identities,
    inbox,
    live_events,
    messages,
    notes,
    tickets,
    turns,
)

_NOTHING = {"type": "text", "text": ""}
_HEAD: dict[str, Any] = {"slots": {}, "active_loop": None}


class Erased(msgspec.Struct, frozen=True):
    """`files` are the digests of files that nobody's message has any more: the caller removes them from the disk."""

    contact_id: int
    conversations: int
    messages: int
    files: list[str] = []


async def contact_of(tx: Transaction, key: ConversationKey) -> int | None:
    """Whoever has this identity; an empty account stands for any."""
    query = select(identities.c.contact_id).where(
        identities.c.channel == key.channel, identities.c.external_id == key.customer
    )
    if key.account:
        query = query.where(identities.c.account == key.account)
    found: int | None = (await tx.execute(query.limit(1))).scalar_one_or_none()
    return found


async def erase(tx: Transaction, contact_id: int, now: datetime) -> Erased:
    """Orders and payments stay, for the books, with a contact that is nobody. There is no way back."""
    query = select(conversations.c.id).where(conversations.c.contact_id == contact_id)
    ids = list((await tx.execute(query)).scalars())
    files = await media.forget(tx, ids)
    gone = await tx.execute(
        update(messages).where(messages.c.conversation_id.in_(ids)).values(text="", payload=None, body=_NOTHING)
    )
    await tx.execute(update(inbox).where(inbox.c.conversation_id.in_(ids)).values(body={}))
    await tx.execute(update(turns).where(turns.c.conversation_id.in_(ids)).values(text="", trace={}, review=None))
    await tx.execute(update(tickets).where(tickets.c.conversation_id.in_(ids)).values(summary=""))
    for table in (events, notes):
        await tx.execute(delete(table).where(table.c.conversation_id.in_(ids)))
    await _forget_selling(tx, contact_id, ids)
    topics = [f"{kind}:{each}" for each in ids for kind in ("conversation", "chat")]
    await tx.execute(delete(live_events).where(live_events.c.topic.in_(topics)))
    for each in ids:
        await tx.execute(
            update(conversations)
            .where(conversations.c.id == each)
            .values(customer=f"erased-{each}", locale=None, head=_HEAD, head_event_id=0)
        )
    await tx.execute(delete(identities).where(identities.c.contact_id == contact_id))
    nobody: dict[str, Any] = {"name": "", "phone": None, "email": None, "locale": None, "news": None, "news_at": None}
    await tx.execute(update(contacts).where(contacts.c.id == contact_id).values(**nobody))
    detail = {"conversations": len(ids)}
    await tx.execute(
        audit.insert().values(user_id=None, what="contact_erased", object=str(contact_id), detail=detail, at=now)
    )
    return Erased(contact_id, len(ids), gone.rowcount, files)


async def _forget_selling(tx: Transaction, contact_id: int, conversation_ids: list[int]) -> None:
    """What was bought and paid stays for the books; who bought, where it went and what was written beside does not."""
    mine = select(orders.c.id).where(orders.c.contact_id == contact_id)
    await tx.execute(update(order_lines).where(order_lines.c.order_id.in_(mine)).values(note=""))
    await tx.execute(update(returns).where(returns.c.order_id.in_(mine)).values(reason=""))
    await tx.execute(update(orders).where(orders.c.contact_id == contact_id).values(buyer=None, note=""))
    await tx.execute(update(carts).where(carts.c.contact_id == contact_id).values(note="", country=None))
    await tx.execute(delete(stock_wishes).where(stock_wishes.c.contact_id == contact_id))
    for table in (order_codes, agent_checkouts):
        await tx.execute(delete(table).where(table.c.conversation_id.in_(conversation_ids)))
