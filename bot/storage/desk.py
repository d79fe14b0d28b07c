"""What the desk reads: the queue, the list of conversations, one conversation's story. Nothing moves here."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, Select, and_, func, or_, select

from bot.storage.selling_tables import orders, products, variants
from bot.storage.sql import Row, Transaction
from bot.storage.tables import (
    contacts,
    conversations,
    identities,
    inbox,
    media,
    messages,
    outbox,
    tickets,
    turns,
    users,
)

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
            conversations.c.account,
            conversations.c.owner,
            conversations.c.owner_version,
            conversations.c.last_message_at,
            contacts.c.name.label("customer"),
            _last.c.text.label("last_words"),
            _last.c.body["kind"].as_string().label("last_kind"),
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


async def recent(
    tx: Transaction,
    *,
    search: str,
    channels: Collection[str],
    before: tuple[datetime, int] | None,
    limit: int,
) -> list[Row[Any]]:
    """Conversations by their last message, newest first; with `search` those whose words or customer's name have it,
    with `channels` those on one of them, with `before` those that stand after that place (`last_message_at`, id)."""
    moved = conversations.c.last_message_at
    query = _headers().where(moved.is_not(None)).order_by(moved.desc(), conversations.c.id.desc()).limit(limit)
    if search:
        found = messages.alias("found")
        said = select(found.c.conversation_id).where(found.c.text.icontains(search, autoescape=True))
        query = query.where(or_(conversations.c.id.in_(said), contacts.c.name.icontains(search, autoescape=True)))
    if channels:
        query = query.where(conversations.c.channel.in_(channels))
    if before is not None:
        at, last = before
        query = query.where(or_(moved < at, and_(moved == at, conversations.c.id < last)))
    return list((await tx.execute(query)).all())


async def waiting_to_go(tx: Transaction) -> dict[tuple[str, str], int]:
    """How many messages wait to go out, by channel and account."""
    query = (
        select(conversations.c.channel, conversations.c.account, func.count())
        .join(outbox, outbox.c.conversation_id == conversations.c.id)
        .where(outbox.c.state.in_(["queued", "sending"]))
        .group_by(conversations.c.channel, conversations.c.account)
    )
    return {(channel, account): count for channel, account, count in (await tx.execute(query)).all()}


async def conversation(tx: Transaction, conversation_id: int) -> Row[Any] | None:
    """One conversation with its contact."""
    query = (
        _headers()
        .add_columns(
            tickets.c.summary,
            tickets.c.claimed_at,
            conversations.c.contact_id,
            conversations.c.stopped,
            conversations.c.writable,
            conversations.c.proven,
            conversations.c.window_from,
            conversations.c.ad_at,
            contacts.c.phone,
            contacts.c.email,
            contacts.c.news,
            contacts.c.created_at.label("since"),
            func.coalesce(conversations.c.locale, contacts.c.locale).label("locale"),
        )
        .where(conversations.c.id == conversation_id)
    )
    return (await tx.execute(query)).one_or_none()


async def identities_of(tx: Transaction, contact_id: int) -> list[Row[Any]]:
    """What channels call a contact, oldest first, each with the `conversation` they have there."""
    query = (
        select(identities, conversations.c.id.label("conversation"))
        .outerjoin(
            conversations,
            and_(
                conversations.c.contact_id == identities.c.contact_id,
                conversations.c.channel == identities.c.channel,
                conversations.c.account == identities.c.account,
            ),
        )
        .where(identities.c.contact_id == contact_id)
        .order_by(identities.c.id)
    )
    return list((await tx.execute(query)).all())


def _messages() -> Select[Any]:
    """Messages with `user_name`, and `sent_at` by the customer's clock."""
    return (
        select(messages, users.c.name.label("user_name"), inbox.c.sent_at)
        .outerjoin(users, users.c.id == messages.c.user_id)
        .outerjoin(inbox, inbox.c.id == messages.c.inbox_id)
    )


async def page_of_messages(tx: Transaction, conversation_id: int, *, before: int | None, limit: int) -> list[Row[Any]]:
    """The newest `limit` messages (older than `before`), oldest first."""
    query = _messages().where(messages.c.conversation_id == conversation_id)
    if before is not None:
        query = query.where(messages.c.id < before)
    rows = (await tx.execute(query.order_by(messages.c.id.desc()).limit(limit))).all()
    return list(reversed(rows))


async def message(tx: Transaction, message_id: int) -> Row[Any] | None:
    found: Row[Any] | None = (await tx.execute(_messages().where(messages.c.id == message_id))).one_or_none()
    return found


async def files_of(tx: Transaction, message_ids: Sequence[int]) -> dict[tuple[int, int], Row[Any]]:
    """How fetching the files of these messages has come on, by message and place."""
    query = select(media).where(media.c.message_id.in_(message_ids))
    return {(row.message_id, row.place): row for row in (await tx.execute(query)).all()}


async def last_referral(tx: Transaction, conversation_id: int) -> Row[*tuple[Any, ...]] | None:
    """The newest message that tells what led the customer here."""
    query = (
        select(messages.c.body, messages.c.created_at)
        .where(
            messages.c.conversation_id == conversation_id,
            messages.c.author == "customer",
            messages.c.body[("referral", "source")].as_string().is_not(None),
        )
        .order_by(messages.c.id.desc())
        .limit(1)
    )
    return (await tx.execute(query)).one_or_none()


async def titles_of(tx: Transaction, items: Collection[str]) -> dict[str, str]:
    """What we call these ids of a catalogue, each a product's or a variant's; unknown ones are left out."""
    if not items:
        return {}
    of_variants = (
        select(variants.c.sku, products.c.title)
        .join(products, products.c.id == variants.c.product_id)
        .where(variants.c.sku.in_(items))
    )
    of_products = select(products.c.id, products.c.title).where(products.c.id.in_(items))
    return {item: title for query in (of_variants, of_products) for item, title in (await tx.execute(query)).all()}


async def last_turns(tx: Transaction, conversation_id: int, limit: int) -> list[Row[Any]]:
    """What the engine made of the newest turns, newest first."""
    query = (
        select(turns)
        .where(turns.c.conversation_id == conversation_id)
        .order_by(turns.c.created_at.desc(), turns.c.id.desc())
        .limit(limit)
    )
    return list((await tx.execute(query)).all())


async def orders_of(tx: Transaction, contact_id: int, limit: int) -> dict[int, Row[*tuple[Any, ...]]]:
    """What only people of the shop see of a contact's newest orders, by number: `attention`, `source`, `buyer`."""
    query = (
        select(orders.c.number, orders.c.attention, orders.c.source, orders.c.buyer)
        .where(orders.c.contact_id == contact_id)
        .order_by(orders.c.id.desc())
        .limit(limit)
    )
    return {row.number: row for row in (await tx.execute(query)).all()}
