"""Rows of conversations: whose, how they stand, what the engine did in them. What was said is in `messages`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import bindparam, insert, select, update

from bot.conversation.identity import ConversationKey, Profile
from bot.conversation.messages import Inbound
from bot.conversation.ownership import Owner
from bot.storage import identities
from bot.storage.sql import Row, Transaction, insert_once
from bot.storage.tables import contacts, conversations, events, turns

EMPTY_HEAD: dict[str, Any] = {"slots": {}, "active_loop": None}

# What every message asks, made once: half of a statement's cost is making it.
_BY_KEY = select(conversations).where(
    conversations.c.channel == bindparam("channel"),
    conversations.c.account == bindparam("account"),
    conversations.c.customer == bindparam("customer"),
)
_NAME = update(contacts).where(contacts.c.id == bindparam("contact"), contacts.c.name == "")
_HEAR = update(conversations).where(conversations.c.id == bindparam("conversation"))


async def find_or_make(
    tx: Transaction, key: ConversationKey, profile: Profile, now: datetime, also: Sequence[str] = ()
) -> Row[Any]:
    """The conversation of this customer, by any of their ids; contact and identities are made with it.

    It is written to at `key.customer` from now on, unless that is only another name of a customer with a number."""
    usual = await by_key(tx, key)
    if usual is not None and await identities.knows_all(tx, usual.contact_id, key, also, profile):
        return usual
    contact_id = await identities.contact_for(tx, key, also, profile, now)
    found = await identities.conversation_of(tx, contact_id, key, [key.customer, *also])
    if found is None:
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
    if found.customer != key.customer and (key.customer.isdigit() or not found.customer.isdigit()):
        await tx.execute(update(conversations).where(conversations.c.id == found.id).values(customer=key.customer))
        return await get(tx, found.id)
    return found


async def by_key(tx: Transaction, key: ConversationKey) -> Row[Any] | None:
    asked = {"channel": key.channel, "account": key.account, "customer": key.customer}
    return (await tx.execute(_BY_KEY, asked)).one_or_none()


async def known(tx: Transaction, key: ConversationKey) -> Row[Any] | None:
    """The conversation of a customer by any of their ids; None where nobody is known."""
    found = await by_key(tx, key)
    if found is not None:
        return found
    contact = await identities.known(tx, key)
    return await identities.conversation_of(tx, contact, key, [key.customer]) if contact is not None else None


async def get(tx: Transaction, conversation_id: int) -> Row[Any]:
    """The conversation. Raises `sqlalchemy.exc.NoResultFound`'s sentence as LookupError when there is none."""
    row = (await tx.execute(select(conversations).where(conversations.c.id == conversation_id))).one_or_none()
    if row is None:
        raise LookupError(f"no conversation {conversation_id}")
    return row


async def is_proven(tx: Transaction, conversation_id: int) -> bool:
    """Whether the channel vouches for who writes there."""
    query = select(conversations.c.proven).where(conversations.c.id == conversation_id)
    return (await tx.execute(query)).scalar_one_or_none() is not False


async def name_contact(tx: Transaction, contact_id: int, name: str) -> None:
    """Take the name a channel tells, unless one is known."""
    if name:
        await tx.execute(_NAME, {"contact": contact_id, "name": name[:200]})


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


async def hear_from(tx: Transaction, conversation: Row[Any], message: Inbound, now: datetime) -> None:
    """What a new message says of its conversation: its window, its thread, whether the sender is vouched for."""
    sent_at = min(message.sent_at, now)
    values: dict[str, Any] = {"last_customer_at": now, "last_message_at": now, "writable": True}
    if conversation.window_from is None or sent_at > conversation.window_from:
        values["window_from"] = sent_at
    if message.referral is not None and message.referral.is_ad:
        values["ad_at"] = sent_at
    if message.thread:
        values["thread"] = message.thread
    if message.proven != conversation.proven:
        values["proven"] = message.proven
    await tx.execute(_HEAR, {"conversation": conversation.id, **values})


async def set_writable(tx: Transaction, conversation_id: int, *, writable: bool) -> None:
    await tx.execute(update(conversations).where(conversations.c.id == conversation_id).values(writable=writable))


async def set_stopped(tx: Transaction, conversation_id: int, *, stopped: bool) -> None:
    await tx.execute(update(conversations).where(conversations.c.id == conversation_id).values(stopped=stopped))


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
