"""Rows of what was said, by the customer and to them: what was offered, edited, taken back, late."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from bot.conversation.messages import TEXT_LIMIT, Author, Delivery, Echo, Edited, Reaction
from bot.conversation.replies import (
    Shown,
    Text,
    offered_payloads,
    plain_text,
    reply_from,
    reply_to,
    shown_from,
    title_of,
)
from bot.storage import inbox as inbox_rows
from bot.storage import media, outbox
from bot.storage.sql import Row, Transaction
from bot.storage.tables import conversations, deliveries, inbox, messages

_OFFERS_LOOKED_AT = 60
_PARTS_LOOKED_AT = 10

# What every message asks, made once: half of a statement's cost is making it.
_ADD_MESSAGE = insert(messages).returning(messages.c.id)


async def message(tx: Transaction, message_id: int) -> Row[Any]:
    return (await tx.execute(select(messages).where(messages.c.id == message_id))).one()


async def add_incoming(
    tx: Transaction,
    *,
    conversation_id: int,
    inbox_id: int,
    text: str,
    payload: str | None,
    body: dict[str, Any],
    now: datetime,
    late: bool = False,
) -> int:
    values = {
        "conversation_id": conversation_id,
        "author": Author.CUSTOMER.value,
        "inbox_id": inbox_id,
        "text": text,
        "payload": payload,
        "body": body,
        "late": late,
        "created_at": now,
    }
    made = await tx.execute(_ADD_MESSAGE, values)
    message_id: int = made.scalar_one()
    return message_id


async def add_outgoing(
    tx: Transaction,
    *,
    conversation: Row[Any],
    author: Author,
    reply: Shown,
    now: datetime,
    turn_id: str | None = None,
    part: int = 0,
    user_id: int | None = None,
    pulled: bool = False,
    notice: bool = False,
) -> int:
    """A message of ours. Where the customer's side fetches (`pulled`) it is delivered by being here; else an outbox row
    sends it, behind the replies when it is a `notice`."""
    made = await tx.execute(
        insert(messages)
        .values(
            conversation_id=conversation.id,
            author=author.value,
            user_id=user_id,
            turn_id=turn_id,
            part=part,
            body=reply_to(reply),
            text=plain_text(reply),
            delivery=(Delivery.SENT if pulled else Delivery.QUEUED).value,
            created_at=now,
        )
        .returning(messages.c.id)
    )
    message_id: int = made.scalar_one()
    if not pulled:
        await outbox.add(tx, message_id, conversation.id, now, notice=notice)
    await tx.execute(update(conversations).where(conversations.c.id == conversation.id).values(last_message_at=now))
    return message_id


async def add_echo(tx: Transaction, conversation_id: int, echo: Echo, now: datetime) -> int | None:
    """What a colleague wrote in the platform's own app; None when we have it already."""
    turn_id = f"echo:{echo.event_key}"[:64]
    known = select(messages.c.id).where(messages.c.turn_id == turn_id)
    if (await tx.execute(known)).first() is not None:
        return None
    made = await tx.execute(
        insert(messages)
        .values(
            conversation_id=conversation_id,
            author=Author.AGENT.value,
            turn_id=turn_id,
            body=reply_to(Text(echo.text or f"[{', '.join(file.kind for file in echo.attachments) or 'message'}]")),
            text=echo.text,
            delivery=Delivery.SENT.value,
            created_at=now,
        )
        .returning(messages.c.id)
    )
    await tx.execute(update(conversations).where(conversations.c.id == conversation_id).values(last_message_at=now))
    message_id: int = made.scalar_one()
    return message_id


async def edit(tx: Transaction, edited: Edited, now: datetime) -> Row[*tuple[Any, ...]] | None:
    """Change what a customer wrote, or forget it where they took it back. The message (id, conversation_id, body)."""
    query = (
        select(messages.c.id, messages.c.conversation_id, messages.c.body, inbox.c.id.label("inbox_id"), inbox.c.state)
        .join(inbox, inbox.c.id == messages.c.inbox_id)
        .where(
            inbox.c.channel == edited.key.channel,
            inbox.c.account == edited.key.account,
            inbox.c.event_key == edited.of,
        )
    )
    row = (await tx.execute(query)).one_or_none()
    if row is None:
        return None
    text = (edited.text or "")[:TEXT_LIMIT]
    body = {**row.body, "text": text, "taken_back": edited.text is None}
    if edited.text is None:
        body["attachments"] = []
        await media.take_back(tx, row.id)
    await tx.execute(update(messages).where(messages.c.id == row.id).values(text=text, body=body, edited_at=now))
    if row.state == "new":
        await inbox_rows.reword(tx, row.inbox_id, edited.text, now)
    return row


async def react(tx: Transaction, conversation_id: int, reaction: Reaction) -> int | None:
    """Put an emoji on the message that the platform calls so, ours or theirs; the message's id."""
    ours = (
        select(messages.c.id)
        .join(deliveries, deliveries.c.message_id == messages.c.id)
        .where(messages.c.conversation_id == conversation_id, deliveries.c.provider_id == reaction.of)
    )
    theirs = (
        select(messages.c.id)
        .join(inbox, inbox.c.id == messages.c.inbox_id)
        .where(messages.c.conversation_id == conversation_id, inbox.c.event_key == reaction.of)
    )
    found: int | None = (await tx.execute(ours.union(theirs).limit(1))).scalar_one_or_none()
    if found is not None:
        await tx.execute(update(messages).where(messages.c.id == found).values(reaction=reaction.emoji[:40]))
    return found


async def event_key_of(tx: Transaction, conversation_id: int, message_id: int) -> str | None:
    """The platform's id of a customer's message; None where there is no such message in this conversation."""
    query = (
        select(inbox.c.event_key)
        .join(messages, messages.c.inbox_id == inbox.c.id)
        .where(messages.c.id == message_id, messages.c.conversation_id == conversation_id)
    )
    found: str | None = (await tx.execute(query)).scalar_one_or_none()
    return found


async def transcript(
    tx: Transaction, conversation_id: int, *, before: int | None = None, limit: int = 50
) -> list[Row[Any]]:
    """The newest `limit` messages (older than message `before`), oldest first."""
    query = select(messages).where(messages.c.conversation_id == conversation_id)
    if before is not None:
        query = query.where(messages.c.id < before)
    rows = (await tx.execute(query.order_by(messages.c.id.desc()).limit(limit))).all()
    return list(reversed(rows))


async def offered(tx: Transaction, conversation_id: int, payload: str) -> str | None:
    """What the customer read on the thing with this payload, if one of our recent messages there offered it."""
    query = (
        select(messages.c.body)
        .where(messages.c.conversation_id == conversation_id, messages.c.author != Author.CUSTOMER.value)
        .order_by(messages.c.id.desc())
        .limit(_OFFERS_LOOKED_AT)
    )
    for (body,) in (await tx.execute(query)).all():
        reply = reply_from(body)
        if payload in offered_payloads(reply):
            return title_of(reply, payload) or ""
    return None


async def last_said(tx: Transaction, conversation_id: int) -> list[Shown]:
    """What we said last, the parts of one turn, the newest first."""
    query = (
        select(messages.c.body, messages.c.turn_id)
        .where(messages.c.conversation_id == conversation_id, messages.c.author != Author.CUSTOMER.value)
        .order_by(messages.c.id.desc())
        .limit(_PARTS_LOOKED_AT)
    )
    rows = (await tx.execute(query)).all()
    return [shown_from(row.body) for row in rows if row.turn_id == rows[0].turn_id]


async def apologised(tx: Transaction, conversation_id: int) -> bool:
    """Whether the customer's last message before this one was late too, and so was spoken of."""
    query = (
        select(messages.c.late)
        .join(inbox, inbox.c.id == messages.c.inbox_id)
        .where(messages.c.conversation_id == conversation_id, inbox.c.state != "new")
        .order_by(messages.c.id.desc())
        .limit(1)
    )
    return bool((await tx.execute(query)).scalar_one_or_none())
