"""What an agent does with a conversation: claim, take, write, release, give back. Each is a compare-and-set in SQL.

Who may do what is decided by the ticket alone: only the person who holds it writes in it or gives it back. Nothing here
knows HTTP, channels or Rasa; the bot is told by events that its policies skip.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from bot.accounts import Role, User
from bot.clock import Clock
from bot.conversation.messages import TEXT_LIMIT, Author
from bot.conversation.replies import Link, React, Shown, Text
from bot.errors import BadInput, Conflict, NotAllowed, NotFound
from bot.handoff.policy import Reason, priority
from bot.handoff.queue import (
    QUEUE,
    Ticket,
    TicketState,
    announce_ticket,
    give_to_bot,
    give_to_person,
    ticket_from,
)
from bot.live import Live
from bot.outbox import Outbox
from bot.storage import conversations, messages, tickets
from bot.storage.sql import Database, Row, Transaction

NOTE_LIMIT = 4000
_CLIENT_ID_LIMIT = 40
REACTIONS = ("👍", "❤️", "🙏", "🎉")
"""What an agent can put on a message with one click; every platform that knows reactions knows these."""


class Takeover:
    def __init__(self, db: Database, live: Live, outbox: Outbox, clock: Clock) -> None:
        self._db = db
        self._live = live
        self._outbox = outbox
        self._clock = clock

    async def claim(self, ticket_id: int, user: User, version: int) -> Ticket:
        """Make a waiting ticket this agent's; claiming one's own again changes nothing.

        Raises NotFound, or Conflict: `ticket_taken` with `by` (a name), `ticket_closed`, `moved_on`."""
        async with self._db.write() as tx:
            before = await _ticket(tx, ticket_id)
            if _holds(before, user):
                return before
            ticket = await self._claim(tx, before, user, version)
        await self._live.wake()
        return ticket

    async def _claim(self, tx: Transaction, before: Ticket, user: User, version: int) -> Ticket:
        now = self._clock.now()
        moved = await tickets.move(
            tx,
            before.id,
            version=version,
            state=TicketState.WAITING.value,
            held_by=None,
            values={"state": TicketState.CLAIMED.value, "user_id": user.id, "claimed_at": now},
        )
        if not moved:
            raise _refusal(await _ticket(tx, before.id), user)
        await give_to_person(tx, before.conversation_id, user_id=user.id)
        return await self._settle(tx, before, user, "ticket_claimed", now)

    async def take(self, conversation_id: int, user: User, version: int) -> Ticket:
        """Step into a conversation that the bot owns; `version` is the conversation's owner version the agent saw.

        One that waits in the queue is claimed instead. Raises NotFound, Conflict as `claim` does."""
        async with self._db.write() as tx:
            conversation = await _conversation(tx, conversation_id)
            row = await tickets.open_of(tx, conversation_id)
            if row is not None:
                before = ticket_from(row)
                if _holds(before, user):
                    return before
                ticket = await self._claim(tx, before, user, before.version)
            elif conversation.owner_version != version:
                raise _moved_on(conversation.owner_version)
            else:
                ticket = await self._step_in(tx, conversation_id, user)
        await self._live.wake()
        return ticket

    async def _step_in(self, tx: Transaction, conversation_id: int, user: User) -> Ticket:
        now = self._clock.now()
        ticket_id = await tickets.add(
            tx,
            conversation_id=conversation_id,
            reason=Reason.TAKEN.value,
            summary="",
            priority=priority(Reason.TAKEN, paid=False),
            now=now,
            user_id=user.id,
        )
        if ticket_id is None:
            row = await tickets.open_of(tx, conversation_id)
            raise _moved_on(None) if row is None else _refusal(ticket_from(row), user)
        await give_to_person(tx, conversation_id, user_id=user.id)
        return await self._settle(tx, await _ticket(tx, ticket_id), user, "conversation_taken", now)

    async def release(self, ticket_id: int, user: User, version: int) -> Ticket:
        """Put a claimed ticket back in the queue, where it keeps its place; this undoes a claim.

        The holder may, and an owner of the shop for a colleague who has gone. Raises NotFound, NotAllowed, Conflict."""
        async with self._db.write() as tx:
            before = await _ticket(tx, ticket_id)
            if before.state is TicketState.CLAIMED and user.role is not Role.OWNER:
                _require_holder(before, user)
            now = self._clock.now()
            moved = await tickets.move(
                tx,
                ticket_id,
                version=version,
                state=TicketState.CLAIMED.value,
                held_by=before.user_id,
                values={"state": TicketState.WAITING.value, "user_id": None, "claimed_at": None},
            )
            if not moved:
                raise _refusal(before, user)
            await give_to_person(tx, before.conversation_id, user_id=None)
            ticket = await self._settle(tx, before, user, "ticket_released", now)
        await self._live.wake()
        return ticket

    async def write(self, ticket_id: int, user: User, text: str, *, client_id: str) -> int:
        """Say something to the customer; the message's id. The same `client_id` again says nothing twice.

        Raises NotFound, BadInput, NotAllowed `not_yours` for anybody but the holder."""
        said = text.strip()
        if not said or len(said) > TEXT_LIMIT:
            raise BadInput("bad_text", f"Write something, at most {TEXT_LIMIT} characters.", limit=TEXT_LIMIT)
        return await self.show(ticket_id, user, Text(said), client_id=client_id)

    async def show(self, ticket_id: int, user: User, reply: Shown, *, client_id: str) -> int:
        """Send the customer anything that is shown, such as a link to pay; the message's id. Once for a `client_id`.

        Raises NotFound, BadInput, NotAllowed `not_yours` for anybody but the holder."""
        require_client_id(client_id)

        async def shown(_tx: Transaction, _ticket: Ticket) -> Shown:
            return reply

        return await self._say_once(ticket_id, user, f"agent:{user.id}:{client_id}", shown)

    async def react(self, ticket_id: int, user: User, message_id: int, emoji: str) -> int:
        """Put one of REACTIONS on a message of the customer; the id of what is sent. Once for each emoji.

        Raises BadInput for another emoji, NotFound for a message that this customer did not write, NotAllowed
        `not_yours`."""
        if emoji not in REACTIONS:
            raise BadInput("bad_emoji", f"One of {' '.join(REACTIONS)} can be put on a message.")

        async def reaction(tx: Transaction, ticket: Ticket) -> Shown:
            of = await messages.event_key_of(tx, ticket.conversation_id, message_id)
            if of is None:
                raise NotFound("no_message", "The customer wrote no such message here.")
            return React(emoji, of)

        key = f"react:{user.id}:{message_id}:{REACTIONS.index(emoji)}"
        return await self._say_once(ticket_id, user, key, reaction)

    async def _say_once(
        self, ticket_id: int, user: User, key: str, reply_for: Callable[[Transaction, Ticket], Awaitable[Shown]]
    ) -> int:
        """What the holder of the ticket sends, once for each key; the message's id."""
        async with self._db.write() as tx:
            ticket = await _ticket(tx, ticket_id)
            known = await tickets.message_by_turn(tx, key)
            if known is not None:
                return known
            _require_holder(ticket, user)
            reply = await reply_for(tx, ticket)
            message_id = await self._outbox.say(
                tx,
                conversation=await conversations.get(tx, ticket.conversation_id),
                author=Author.AGENT,
                reply=reply,
                turn_id=key,
                user_id=user.id,
                name=user.name,
            )
            if isinstance(reply, Text | Link):
                await tickets.mark_answered(tx, ticket_id, self._clock.now())
                await self._live.announce(tx, QUEUE, "answered", {"conversation": ticket.conversation_id})
        await self._outbox.wake(ticket.conversation_id)
        return message_id

    async def give_back(self, ticket_id: int, user: User, version: int, note: str = "") -> Ticket:
        """Close the ticket and let the bot drive again, knowing what was said meanwhile. `note` stays at the desk.

        Raises NotFound, BadInput, NotAllowed `not_yours`, Conflict."""
        async with self._db.write() as tx:
            before = await _ticket(tx, ticket_id)
            _require_holder(before, user)
            now = self._clock.now()
            moved = await tickets.move(
                tx,
                ticket_id,
                version=version,
                state=TicketState.CLAIMED.value,
                held_by=user.id,
                values={"state": TicketState.CLOSED.value, "open_for": None, "closed_at": now},
            )
            if not moved:
                raise _refusal(before, user)
            await give_to_bot(tx, before.conversation_id)
            await self._tell_bot(tx, before, now)
            if note.strip():
                await self._note(tx, before.conversation_id, user, note, now)
            ticket = await self._settle(tx, before, user, "given_back", now)
        await self._live.wake()
        return ticket

    async def _tell_bot(self, tx: Transaction, ticket: Ticket, now: datetime) -> None:
        """Append what was said as Rasa `agent` events, the customer's words too (`data.author` tells them apart).

        Rasa's AgentUttered changes neither slots nor forms nor predictions, where a `user` event would stand in the
        stories as a turn nobody answered."""
        said = await tickets.said_since(tx, ticket.conversation_id, ticket.opened_at)
        events: list[dict[str, Any]] = [
            {
                "event": "agent",
                "text": row.text,
                "data": {"author": row.author},
                "timestamp": row.created_at.timestamp(),
            }
            for row in said
        ]
        await conversations.add_events(tx, ticket.conversation_id, f"ticket:{ticket.id}", events, now)
        await conversations.set_misunderstood(tx, ticket.conversation_id, 0)

    async def note(self, conversation_id: int, user: User, text: str) -> int:
        """Leave a note for colleagues; the customer never sees it. Raises NotFound, BadInput."""
        async with self._db.write() as tx:
            await _conversation(tx, conversation_id)
            note_id = await self._note(tx, conversation_id, user, text, self._clock.now())
        await self._live.wake()
        return note_id

    async def _note(self, tx: Transaction, conversation_id: int, user: User, text: str, now: datetime) -> int:
        kept = text.strip()
        if not kept or len(kept) > NOTE_LIMIT:
            raise BadInput("bad_note", f"A note has 1 to {NOTE_LIMIT} characters.", limit=NOTE_LIMIT)
        note_id = await tickets.add_note(tx, conversation_id, user.id, kept, now)
        await tickets.add_audit(tx, user.id, "note_added", conversation_id, {"note": note_id}, now)
        await self._live.announce(tx, f"conversation:{conversation_id}", "note", {"id": note_id})
        return note_id

    async def typing(self, ticket_id: int, user: User, *, on: bool) -> None:
        """Show the customer's page that the agent is typing. Raises NotFound, NotAllowed `not_yours`."""
        async with self._db.write() as tx:
            ticket = await _ticket(tx, ticket_id)
            _require_holder(ticket, user)
            await self._live.announce(tx, f"chat:{ticket.conversation_id}", "typing", {"on": on})
        await self._live.wake()

    async def _settle(self, tx: Transaction, ticket: Ticket, user: User, what: str, now: datetime) -> Ticket:
        await tickets.add_audit(tx, user.id, what, ticket.conversation_id, {"ticket": ticket.id}, now)
        return await announce_ticket(tx, self._live, ticket.id)


def require_client_id(client_id: str) -> None:
    """Raises BadInput for what cannot be a writer's own name for something said or done."""
    if not client_id or len(client_id) > _CLIENT_ID_LIMIT:
        raise BadInput("bad_client_id", f"A client_id has 1 to {_CLIENT_ID_LIMIT} characters.")


async def _ticket(tx: Transaction, ticket_id: int) -> Ticket:
    await tickets.lock(tx, ticket_id)
    row = await tickets.get(tx, ticket_id)
    if row is None:
        raise NotFound("no_ticket", "There is no such ticket.")
    return ticket_from(row)


async def _conversation(tx: Transaction, conversation_id: int) -> Row[Any]:
    try:
        return await conversations.get(tx, conversation_id)
    except LookupError as error:
        raise NotFound("no_conversation", "There is no such conversation.") from error


def _holds(ticket: Ticket, user: User) -> bool:
    return ticket.state is TicketState.CLAIMED and ticket.user_id == user.id


def _require_holder(ticket: Ticket, user: User) -> None:
    if not _holds(ticket, user):
        by = ticket.user_name if ticket.state is TicketState.CLAIMED else None
        raise NotAllowed(
            "not_yours", f"{by} has it." if by else "Claim this conversation first.", by=by, version=ticket.version
        )


def _refusal(now: Ticket, user: User) -> Conflict:
    """Why a move could not be made, in words, with who or what stands in the way."""
    if now.state is TicketState.CLAIMED and now.user_id != user.id:
        return Conflict("ticket_taken", f"{now.user_name} has it.", by=now.user_name, version=now.version)
    if now.state is TicketState.CLOSED:
        return Conflict("ticket_closed", "This was given back to the bot already.", version=now.version)
    return _moved_on(now.version)


def _moved_on(version: int | None) -> Conflict:
    return Conflict("moved_on", "Somebody changed this in the meantime; look at it again.", version=version)
