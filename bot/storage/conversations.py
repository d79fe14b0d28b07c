"""Rows of contacts, identities, conversations, their messages, events and turns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import bindparam, insert, select, update

from bot.conversation.identity import ConversationKey, Profile
from bot.conversation.messages import TEXT_LIMIT, Author, Delivery, Echo, Edited, Inbound, Reaction
from bot.conversation.ownership import Owner
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
from bot.storage import identities, media, outbox
from bot.storage import inbox as inbox_rows
from bot.storage.sql import Row, Transaction, insert_once
from bot.storage.tables import contacts, conversations, deliveries, events, inbox, messages, turns

_OFFERS_LOOKED_AT = 60
_PARTS_LOOKED_AT = 10
EMPTY_HEAD: dict[str, Any] = {"slots": {}, "active_loop": None}

# What every message asks, made once: half of a statement's cost is making it.
_BY_KEY = select(conversations).where(
    conversations.c.channel == bindparam("channel"),
    conversations.c.account == bindparam("account"),
    conversations.c.customer == bindparam("customer"),
)
_NAME = update(contacts).where(contacts.c.id == bindparam("contact"), contacts.c.name == "")
_HEAR = update(conversations).where(conversations.c.id == bindparam("conversation"))
_ADD_MESSAGE = insert(messages).returning(messages.c.id)


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


async def message(tx: Transaction, message_id: int) -> Row[Any]:
    return (await tx.execute(select(messages).where(messages.c.id == message_id))).one()


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


async def set_writable(tx: Transaction, conversation_id: int, *, writable: bool) -> None:
    await tx.execute(update(conversations).where(conversations.c.id == conversation_id).values(writable=writable))


async def set_stopped(tx: Transaction, conversation_id: int, *, stopped: bool) -> None:
    await tx.execute(update(conversations).where(conversations.c.id == conversation_id).values(stopped=stopped))


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
