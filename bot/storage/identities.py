"""Rows of who is who: a contact's names on channels, found by any of them, moved, and merged when two turn out one.

Rule (as Meta's user ids ask for it): a customer is found by any id the platform gives; where ids lead to several
contacts the oldest one stays. A conversation is written to at the id that the platform prefers, a phone number first.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, or_, select, tuple_, update

from bot.conversation.identity import ConversationKey, Profile
from bot.storage.selling_tables import (
    agent_checkouts,
    cart_lines,
    carts,
    order_codes,
    orders,
    promotion_uses,
    refunds,
    returns,
    stock_wishes,
)
from bot.storage.sql import Row, Transaction, insert_once
from bot.storage.tables import (
    contacts,
    conversations,
    events,
    identities,
    inbox,
    messages,
    notes,
    outbox,
    tickets,
    turns,
)

BY_PHONE = ("whatsapp", "sms", "voice")
"""Channels whose networks vouch for the number: the same number there is the same person."""


# What every message asks, made once.
_IDS_OF = (
    select(identities.c.external_id, contacts.c.phone)
    .join(contacts, contacts.c.id == identities.c.contact_id)
    .where(
        identities.c.contact_id == bindparam("contact"),
        identities.c.channel == bindparam("channel"),
        identities.c.account == bindparam("account"),
    )
)


async def knows_all(tx: Transaction, contact: int, key: ConversationKey, also: Sequence[str], profile: Profile) -> bool:
    """Whether a message with these ids tells nothing new of who its sender is."""
    asked = {"contact": contact, "channel": key.channel, "account": key.account}
    rows = (await tx.execute(_IDS_OF, asked)).all()
    named = {each[:200] for each in (key.customer, *also)} <= {row.external_id for row in rows}
    return named and (not profile.phone or rows[0].phone is not None)


async def contact_for(
    tx: Transaction, key: ConversationKey, also: Sequence[str], profile: Profile, now: datetime
) -> int:
    """The contact of a customer, made when nobody is known by any of the ids; every id is learnt."""
    ids = list(dict.fromkeys([key.customer, *also]))
    known = await _by_ids(tx, key.channel, key.account, ids)
    if not known and profile.phone and key.channel in BY_PHONE:
        known = await _by_phone(tx, profile.phone)
    contact = known[0] if known else await _make(tx, profile, now)
    for other in known[1:]:
        await merge_contacts(tx, contact, other)
    await _learn(tx, contact, key.channel, key.account, ids, now)
    if profile.phone:
        await tx.execute(
            update(contacts).where(contacts.c.id == contact, contacts.c.phone.is_(None)).values(phone=profile.phone)
        )
    return contact


async def move(tx: Transaction, channel: str, account: str, old: str, new: str, now: datetime) -> int | None:
    """The customer `old` is called `new` from now on, and `old` may be somebody else's tomorrow. Their contact."""
    known = await _by_ids(tx, channel, account, [old])
    if not known or not new or old == new:
        return None
    for other in await _by_ids(tx, channel, account, [new]):
        if other != known[0]:
            await merge_contacts(tx, known[0], other)
    await _learn(tx, known[0], channel, account, [new], now)
    await tx.execute(
        delete(identities).where(
            identities.c.channel == channel, identities.c.account == account, identities.c.external_id == old
        )
    )
    await tx.execute(
        update(conversations)
        .where(
            conversations.c.channel == channel,
            conversations.c.account == account,
            conversations.c.customer == old,
        )
        .values(customer=new)
    )
    if new.lstrip("+").isdigit():
        await tx.execute(
            update(contacts)
            .where(contacts.c.id == known[0], contacts.c.phone == f"+{old.lstrip('+')}")
            .values(phone=f"+{new.lstrip('+')}")
        )
    return known[0]


async def known(tx: Transaction, key: ConversationKey) -> int | None:
    found = await _by_ids(tx, key.channel, key.account, [key.customer])
    return found[0] if found else None


async def _by_ids(tx: Transaction, channel: str, account: str, ids: Sequence[str]) -> list[int]:
    """Contacts with one of these ids, the oldest first."""
    query = (
        select(identities.c.contact_id)
        .where(
            identities.c.channel == channel,
            identities.c.account == account,
            identities.c.external_id.in_([each[:200] for each in ids]),
        )
        .distinct()
    )
    return sorted((await tx.execute(query)).scalars())


async def _by_phone(tx: Transaction, phone: str) -> list[int]:
    query = (
        select(contacts.c.id)
        .join(identities, identities.c.contact_id == contacts.c.id)
        .where(contacts.c.phone == phone, identities.c.channel.in_(BY_PHONE))
        .order_by(contacts.c.id)
        .limit(1)
    )
    return list((await tx.execute(query)).scalars())


async def _make(tx: Transaction, profile: Profile, now: datetime) -> int:
    made = await tx.execute(
        insert(contacts)
        .values(
            name=profile.name[:200], phone=profile.phone, email=profile.email, locale=profile.locale, created_at=now
        )
        .returning(contacts.c.id)
    )
    contact_id: int = made.scalar_one()
    return contact_id


async def _learn(tx: Transaction, contact: int, channel: str, account: str, ids: Sequence[str], now: datetime) -> None:
    for each in ids:
        values = {
            "contact_id": contact,
            "channel": channel,
            "account": account,
            "external_id": each[:200],
            "created_at": now,
        }
        await insert_once(tx, identities, values, ["channel", "account", "external_id"])


# -- two that are one --------------------------------------------------------------------------------------------------


async def merge_contacts(tx: Transaction, keep: int, gone: int) -> None:
    """Everything of `gone` becomes `keep`'s: conversations, orders, identities and what lay in the basket."""
    await _merge_carts(tx, keep, gone)
    await _merge_wishes(tx, keep, gone)
    for table in (identities, conversations, orders, promotion_uses, stock_wishes):
        await tx.execute(update(table).where(table.c.contact_id == gone).values(contact_id=keep))
    one = (await tx.execute(select(contacts).where(contacts.c.id == keep))).one()
    other = (await tx.execute(select(contacts).where(contacts.c.id == gone))).one()
    fields = ("name", "phone", "email", "locale", "currency", "news", "news_at")
    lacking = {name: getattr(other, name) for name in fields if getattr(one, name) in (None, "")}
    if lacking:
        await tx.execute(update(contacts).where(contacts.c.id == keep).values(**lacking))
    await tx.execute(delete(contacts).where(contacts.c.id == gone))
    await _merge_conversations(tx, keep)


async def _merge_wishes(tx: Transaction, keep: int, gone: int) -> None:
    """Who waits for a thing waits for it once."""
    waiting = select(stock_wishes.c.product_id, stock_wishes.c.what).where(stock_wishes.c.open_for == keep)
    of_gone = stock_wishes.c.open_for == gone
    same = tuple_(stock_wishes.c.product_id, stock_wishes.c.what).in_(waiting)
    await tx.execute(update(stock_wishes).where(of_gone, same).values(open_for=None))
    await tx.execute(update(stock_wishes).where(of_gone).values(open_for=keep))


async def _merge_carts(tx: Transaction, keep: int, gone: int) -> None:
    """The newer basket's lines are added to the older contact's; the same thing in both counts once, the larger."""
    mine = (await tx.execute(select(carts).where(carts.c.contact_id == keep))).one_or_none()
    theirs = (await tx.execute(select(carts).where(carts.c.contact_id == gone))).one_or_none()
    if theirs is None:
        return
    if mine is None:
        await tx.execute(update(carts).where(carts.c.id == theirs.id).values(contact_id=keep))
        return
    version = mine.version + 1
    have = {row.sku: row.quantity for row in await _lines(tx, mine.id)}
    for row in await _lines(tx, theirs.id):
        if row.sku in have:
            values = {"quantity": max(row.quantity, have[row.sku]), "changed": version}
            await tx.execute(
                update(cart_lines).where(cart_lines.c.cart_id == mine.id, cart_lines.c.sku == row.sku).values(**values)
            )
        else:
            values = {"cart_id": mine.id, "sku": row.sku, "quantity": row.quantity, "place": len(have) + row.place}
            await tx.execute(insert(cart_lines).values(changed=version, **values))
    await tx.execute(delete(cart_lines).where(cart_lines.c.cart_id == theirs.id))
    await tx.execute(delete(carts).where(carts.c.id == theirs.id))
    await tx.execute(update(carts).where(carts.c.id == mine.id).values(version=version))


async def _lines(tx: Transaction, cart_id: int) -> Sequence[Row[Any]]:
    return (await tx.execute(select(cart_lines).where(cart_lines.c.cart_id == cart_id))).all()


async def _merge_conversations(tx: Transaction, contact: int) -> None:
    """One conversation for each account of a channel: the oldest takes what the others hold."""
    query = (
        select(conversations.c.channel, conversations.c.account, func.min(conversations.c.id).label("first"))
        .where(conversations.c.contact_id == contact)
        .group_by(conversations.c.channel, conversations.c.account)
        .having(func.count() > 1)
    )
    for row in (await tx.execute(query)).all():
        others = select(conversations).where(
            conversations.c.contact_id == contact,
            conversations.c.channel == row.channel,
            conversations.c.account == row.account,
            conversations.c.id != row.first,
        )
        for other in (await tx.execute(others)).all():
            await _take_over(tx, row.first, other)


async def _take_over(tx: Transaction, keep: int, other: Row[Any]) -> None:
    selling = (orders, returns, refunds, stock_wishes, order_codes, agent_checkouts)
    for table in (inbox, messages, outbox, events, turns, notes, *selling):
        await tx.execute(update(table).where(table.c.conversation_id == other.id).values(conversation_id=keep))
    taken = (await tx.execute(select(tickets.c.id).where(tickets.c.open_for == keep))).first()
    mine = {"conversation_id": keep, "open_for": None} if taken else {"conversation_id": keep}
    await tx.execute(update(tickets).where(tickets.c.conversation_id == other.id).values(**mine))
    if not taken:
        moved = update(tickets).where(tickets.c.open_for == other.id).values(open_for=keep)
        if (await tx.execute(moved)).rowcount:
            await _hand_over(tx, keep, other)
    else:
        closed = update(tickets).where(tickets.c.conversation_id == keep, tickets.c.open_for.is_(None))
        await tx.execute(closed.where(tickets.c.state != "closed").values(state="closed"))
    kept = (await tx.execute(select(conversations).where(conversations.c.id == keep))).one()
    latest = {
        name: max(filter(None, (getattr(kept, name), getattr(other, name))), default=None)
        for name in ("window_from", "ad_at", "last_customer_at", "last_message_at")
    }
    await tx.execute(update(conversations).where(conversations.c.id == keep).values(**latest))
    await tx.execute(delete(conversations).where(conversations.c.id == other.id))


async def _hand_over(tx: Transaction, keep: int, other: Row[Any]) -> None:
    """The person who had the younger conversation has the merged one."""
    await tx.execute(
        update(conversations)
        .where(conversations.c.id == keep)
        .values(owner=other.owner, owner_user_id=other.owner_user_id, owner_version=conversations.c.owner_version + 1)
    )


# -- conversations -----------------------------------------------------------------------------------------------------


async def conversation_of(tx: Transaction, contact: int, key: ConversationKey, ids: Sequence[str]) -> Row[Any] | None:
    """The conversation of this contact on this account, by any of the customer's ids there."""
    query = (
        select(conversations)
        .where(
            conversations.c.channel == key.channel,
            conversations.c.account == key.account,
            or_(conversations.c.contact_id == contact, conversations.c.customer.in_(ids)),
        )
        .order_by(conversations.c.id)
        .limit(1)
    )
    return (await tx.execute(query)).one_or_none()
