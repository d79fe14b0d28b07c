"""The queue of conversations that wait for a person: opening a ticket, and telling every desk that the queue moved.

A conversation is owned by a person exactly while it has an open ticket; both change in one transaction. It does not
know why a ticket should be opened (`bot.handoff.policy`) nor who may take it (`bot.handoff.takeover`).
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from bot.conversation.ownership import Owner
from bot.errors import Conflict
from bot.handoff.policy import Reason
from bot.live import Live
from bot.storage import conversations, tickets
from bot.storage.sql import Row, Transaction

QUEUE = "queue"
"""The live topic that every desk listens to."""


class TicketState(StrEnum):
    WAITING = "waiting"
    CLAIMED = "claimed"
    CLOSED = "closed"


class Ticket(msgspec.Struct, frozen=True):
    """A conversation's stay with people. `version` goes up by one with every move and guards the next one."""

    id: int
    conversation_id: int
    reason: Reason
    summary: str
    priority: int
    state: TicketState
    version: int
    opened_at: datetime
    user_id: int | None = None
    user_name: str | None = None
    claimed_at: datetime | None = None
    first_answer_at: datetime | None = None
    closed_at: datetime | None = None


def ticket_from(row: Row[Any] | None) -> Ticket:
    """A ticket from its row with `user_name` (`bot.storage.tickets.get`)."""
    return msgspec.convert(row, Ticket, from_attributes=True)


async def open_ticket(
    tx: Transaction,
    live: Live,
    *,
    conversation: int,
    reason: Reason,
    summary: str,
    priority: int,
    now: datetime,
) -> int | None:
    """Put a conversation in the queue and silence the bot; the ticket's id, or None when one is open already.

    Part of the caller's transaction, who calls `live.wake()` after it committed. Raises Conflict when the owner changed
    while we looked (only Postgres can); the caller's transaction must then be run again."""
    ticket_id = await tickets.add(
        tx, conversation_id=conversation, reason=reason.value, summary=summary, priority=priority, now=now
    )
    if ticket_id is None:
        return None
    await give_to_person(tx, conversation, user_id=None)
    await tickets.add_audit(tx, None, "ticket_opened", conversation, {"ticket": ticket_id, "reason": reason.value}, now)
    await announce_ticket(tx, live, ticket_id)
    return ticket_id


async def customer_wrote(tx: Transaction, live: Live, *, conversation: int) -> None:
    """Tell the desks that a customer wrote while a person owns the conversation: it may need an answer now."""
    await live.announce(tx, QUEUE, "wrote", {"conversation": conversation})


async def give_to_person(tx: Transaction, conversation: int, *, user_id: int | None) -> None:
    """Set the owner to a person: `user_id`, or nobody in particular yet. Raises Conflict when it moved meanwhile."""
    await _set_owner(tx, conversation, Owner.PERSON, user_id)


async def give_to_bot(tx: Transaction, conversation: int) -> None:
    """Set the owner to the bot. Raises Conflict when it moved meanwhile."""
    await _set_owner(tx, conversation, Owner.BOT, None)


async def _set_owner(tx: Transaction, conversation: int, owner: Owner, user_id: int | None) -> None:
    row = await conversations.get(tx, conversation)
    if not await conversations.set_owner(tx, conversation, owner=owner, version=row.owner_version, user_id=user_id):
        raise Conflict("moved_on", "This conversation changed hands in the meantime; look at it again.")


async def announce_ticket(tx: Transaction, live: Live, ticket_id: int) -> Ticket:
    """Tell desks and the customer's page who has the conversation now; the ticket as it stands."""
    ticket = ticket_from(await tickets.get(tx, ticket_id))
    conversation = ticket.conversation_id
    owner = Owner.BOT if ticket.state is TicketState.CLOSED else Owner.PERSON
    agent = ticket.user_name if ticket.state is TicketState.CLAIMED else None
    news = {
        "conversation": conversation,
        "ticket": ticket.id,
        "state": ticket.state.value,
        "version": ticket.version,
        "owner": owner.value,
        "user_id": ticket.user_id if agent is not None else None,
        "agent": agent,
    }
    await live.announce(tx, QUEUE, "ticket", news)
    await live.announce(tx, f"conversation:{conversation}", "owner", news)
    await live.announce(tx, f"chat:{conversation}", "owner", {"owner": owner.value, "agent": agent})
    return ticket
