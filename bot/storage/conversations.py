"""Rows of contacts, identities, conversations, their messages, events and turns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import insert, select, update

from bot.conversation.identity import ConversationKey, Profile
from bot.conversation.messages import Author, Delivery
from bot.conversation.ownership import Owner
from bot.conversation.replies import Shown, offered_payloads, plain_text, reply_from, reply_to, title_of
from bot.storage.sql import Row, Transaction, insert_once
from bot.storage.tables import contacts, conversations, events, identities, messages, outbox, turns

_OFFERS_LOOKED_AT = 60
EMPTY_HEAD: dict[str, Any] = {"slots": {}, "active_loop": None}


async def find_or_make(tx: Transaction, key: ConversationKey, profile: Profile, now: datetime) -> Row[Any]:
    """The conversation of this key; contact and identity are made with it."""
    found = await by_key(tx, key)
    if found is not None:
        return found
    contact_id = await _contact_of(tx, key, profile, now)
    values = {
        "contact_id": contact_id,
        "channel": key.channel,
        "account": key.account,
        "customer": key.customer,
        "locale": profile.locale,
        "head": EMPTY_HEAD,
        "created_at": now,
    }
    await insert_once(tx, conversations, values, ["channel", "account", "customer"])
    made = await by_key(tx, key)
    assert made is not None
    return made


async def _contact_of(tx: Transaction, key: ConversationKey, profile: Profile, now: datetime) -> int:
    query = select(identities.c.contact_id).where(
        identities.c.channel == key.channel,
        identities.c.account == key.account,
        identities.c.external_id == key.customer,
    )
    known: int | None = (await tx.execute(query)).scalar_one_or_none()
    if known is not None:
        return known
    made = await tx.execute(
        insert(contacts)
        .values(name=profile.name[:200], phone=profile.phone, locale=profile.locale, created_at=now)
        .returning(contacts.c.id)
    )
    contact_id: int = made.scalar_one()
    await tx.execute(
        insert(identities).values(
            contact_id=contact_id,
            channel=key.channel,
            account=key.account,
            external_id=key.customer,
            created_at=now,
        )
    )
    return contact_id


async def by_key(tx: Transaction, key: ConversationKey) -> Row[Any] | None:
    query = select(conversations).where(
        conversations.c.channel == key.channel,
        conversations.c.account == key.account,
        conversations.c.customer == key.customer,
    )
    return (await tx.execute(query)).one_or_none()


async def get(tx: Transaction, conversation_id: int) -> Row[Any]:
    """The conversation. Raises `sqlalchemy.exc.NoResultFound`'s sentence as LookupError when there is none."""
    row = (await tx.execute(select(conversations).where(conversations.c.id == conversation_id))).one_or_none()
    if row is None:
        raise LookupError(f"no conversation {conversation_id}")
    return row


async def name_contact(tx: Transaction, contact_id: int, name: str) -> None:
    """Take the name a channel tells, unless one is known."""
    if name:
        await tx.execute(
            update(contacts).where(contacts.c.id == contact_id, contacts.c.name == "").values(name=name[:200])
        )


async def set_owner(tx: Transaction, conversation_id: int, *, owner: Owner, version: int, user_id: int | None) -> bool:
    """Compare-and-set of who drives. False when somebody changed it since `version`."""
    changed = await tx.execute(
        update(conversations)
        .where(conversations.c.id == conversation_id, conversations.c.owner_version == version)
        .values(owner=owner.value, owner_version=version + 1, owner_user_id=user_id)
    )
    return bool(changed.rowcount)


async def set_locale(tx: Transaction, conversation_id: int, locale: str) -> None:
    await tx.execute(update(conversations).where(conversations.c.id == conversation_id).values(locale=locale))


# -- messages ----------------------------------------------------------------------------------------------------------


async def add_incoming(
    tx: Transaction,
    *,
    conversation_id: int,
    inbox_id: int,
    text: str,
    payload: str | None,
    body: dict[str, Any],
    now: datetime,
) -> int:
    made = await tx.execute(
        insert(messages)
        .values(
            conversation_id=conversation_id,
            author=Author.CUSTOMER.value,
            inbox_id=inbox_id,
            text=text,
            payload=payload,
            body=body,
            created_at=now,
        )
        .returning(messages.c.id)
    )
    await tx.execute(
        update(conversations)
        .where(conversations.c.id == conversation_id)
        .values(last_customer_at=now, last_message_at=now)
    )
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
) -> int:
    """A message of ours: for the web it is delivered by being here (the page reads it), else an outbox row sends it."""
    by_page = conversation.channel == "web"
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
            delivery=(Delivery.SENT if by_page else Delivery.QUEUED).value,
            created_at=now,
        )
        .returning(messages.c.id)
    )
    message_id: int = made.scalar_one()
    if not by_page:
        await tx.execute(
            insert(outbox).values(
                message_id=message_id,
                conversation_id=conversation.id,
                ref=f"souk-{message_id}",
                next_at=now,
                created_at=now,
            )
        )
    await tx.execute(update(conversations).where(conversations.c.id == conversation.id).values(last_message_at=now))
    return message_id


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


# -- events and turns --------------------------------------------------------------------------------------------------


async def events_after(tx: Transaction, conversation_id: int, after: int) -> list[Row[*tuple[Any, ...]]]:
    query = (
        select(events.c.id, events.c.body)
        .where(events.c.conversation_id == conversation_id, events.c.id > after)
        .order_by(events.c.id)
    )
    return list((await tx.execute(query)).all())


async def add_events(
    tx: Transaction, conversation_id: int, turn_id: str, bodies: Sequence[dict[str, Any]], now: datetime
) -> None:
    if bodies:
        await tx.execute(
            insert(events),
            [
                {
                    "conversation_id": conversation_id,
                    "turn_id": turn_id,
                    "place": place,
                    "body": body,
                    "created_at": now,
                }
                for place, body in enumerate(bodies)
            ],
        )


async def advance_head(
    tx: Transaction, conversation_id: int, head: dict[str, Any], last_event_id: int, *, keep: int
) -> None:
    """Let the tail begin later: `head` is what everything led to but the newest `keep` events up to `last_event_id`."""
    query = (
        select(events.c.id)
        .where(events.c.conversation_id == conversation_id, events.c.id <= last_event_id)
        .order_by(events.c.id.desc())
        .offset(keep)
        .limit(1)
    )
    folded: int = (await tx.execute(query)).scalar_one()
    await tx.execute(
        update(conversations).where(conversations.c.id == conversation_id).values(head=head, head_event_id=folded)
    )


async def set_misunderstood(tx: Transaction, conversation_id: int, count: int) -> None:
    await tx.execute(update(conversations).where(conversations.c.id == conversation_id).values(misunderstood=count))


class TurnRow(msgspec.Struct, frozen=True):
    """What is kept of one turn: what was said, what was understood, and why it was answered so."""

    id: str
    conversation_id: int
    inbox_id: int
    text: str
    model: str | None
    intent: str | None
    confidence: float | None
    understood: bool
    trace: dict[str, Any]
    review: str | None


async def add_turn(tx: Transaction, turn: TurnRow, now: datetime) -> None:
    await tx.execute(insert(turns).values(**msgspec.structs.asdict(turn), created_at=now))
