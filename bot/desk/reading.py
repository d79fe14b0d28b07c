"""Rows into the desk's words: which list a conversation belongs to, who waits since when, who the customer is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.conversation.messages import Author
from bot.conversation.ownership import Owner
from bot.desk.ends import WEB, Ends
from bot.desk.words import (
    Counts,
    DeskAlarm,
    DeskContact,
    DeskIdentity,
    DeskLine,
    DeskNote,
    Happening,
    Held,
    IdentityKind,
    IntentGuess,
    QueueView,
    Understood,
)
from bot.handoff.policy import Reason
from bot.handoff.queue import TicketState
from bot.storage.identities import BY_PHONE
from bot.storage.sql import Row

_MOVES = ("ticket_opened", "ticket_claimed", "conversation_taken", "ticket_released", "given_back")
_GUESSES = 3


def held(row: Row[Any], user_id: int) -> Held | None:
    if row.ticket_id is None:
        return None
    return Held(
        id=row.ticket_id,
        state=TicketState(row.state),
        version=row.version,
        reason=Reason(row.reason),
        priority=row.priority,
        opened_at=row.opened_at,
        agent=row.agent,
        mine=row.agent_id == user_id,
    )


def line(row: Row[Any], user_id: int, ends: Ends, waiting_since: datetime | None = None) -> DeskLine:
    return DeskLine(
        id=row.id,
        customer=row.customer,
        channel=row.channel,
        account=ends.called(row.channel, row.account),
        owner=Owner(row.owner),
        moved_at=row.last_message_at,
        last_words=row.last_words or "",
        last_kind=row.last_kind or "",
        last_author=Author(row.last_author) if row.last_author else None,
        last_at=row.last_at,
        ticket=held(row, user_id),
        waiting_since=waiting_since,
    )


def _waiting_since(row: Row[Any]) -> datetime | None:
    """Until a person's first answer the customer waits since the hand-off, afterwards since their first new words."""
    since: datetime | None = row.opened_at if row.first_answer_at is None else row.unanswered_since
    return since


def queue_view(
    rows: Sequence[Row[Any]],
    counts: dict[tuple[str, int | None], int],
    alarms: list[DeskAlarm],
    user_id: int,
    ends: Ends,
    now: datetime,
) -> QueueView:
    lines = [line(row, user_id, ends, _waiting_since(row)) for row in rows]
    waiting = [one for one in lines if one.ticket is not None and one.ticket.state is TicketState.WAITING]
    claimed = [one for one in lines if one.ticket is not None and one.ticket.state is TicketState.CLAIMED]
    longest = min((one for one in lines if one.waiting_since), key=lambda one: one.waiting_since or now, default=None)
    return QueueView(
        waiting=waiting,
        mine=[one for one in claimed if one.ticket is not None and one.ticket.mine],
        others=[one for one in claimed if one.ticket is not None and not one.ticket.mine],
        counts=Counts(
            waiting=sum(count for (state, _), count in counts.items() if state == "waiting"),
            mine=counts.get(("claimed", user_id), 0),
            others=sum(count for (state, who), count in counts.items() if state == "claimed" and who != user_id),
        ),
        longest_wait_since=longest.waiting_since if longest else None,
        longest_wait_id=longest.id if longest else None,
        alarms=alarms,
        channels=ends.channels,
        now=now,
    )


def alarm(row: Row[Any], waiting: Mapping[tuple[str, str], int], ends: Ends) -> DeskAlarm:
    return DeskAlarm(
        id=row.id,
        channel=row.channel,
        account=ends.called(row.channel, row.account),
        words=row.words,
        stops=row.stops,
        waiting=waiting.get((row.channel, row.account), 0),
        since=row.opened_at,
    )


def contact(row: Row[Any], names: Sequence[Row[Any]], ends: Ends) -> DeskContact:
    identities = [identity(one, ends) for one in names]
    on_whatsapp = [one.kind for one in identities if one.channel == "whatsapp"]
    return DeskContact(
        name=row.customer,
        phone=row.phone,
        email=row.email,
        locale=row.locale,
        since=row.since,
        identities=identities,
        hides_number=bool(on_whatsapp) and IdentityKind.NUMBER not in on_whatsapp,
        wants_news=row.news,
    )


def identity(row: Row[Any], ends: Ends) -> DeskIdentity:
    return DeskIdentity(
        channel=row.channel,
        account=ends.called(row.channel, row.account),
        kind=_kind(row.channel, row.external_id),
        id=row.external_id,
        conversation=row.conversation,
    )


def _kind(channel: str, name: str) -> IdentityKind:
    if channel == WEB:
        return IdentityKind.VISITOR
    if channel == "email":
        return IdentityKind.ADDRESS
    return IdentityKind.NUMBER if channel in BY_PHONE and name.lstrip("+").isdigit() else IdentityKind.USER_ID


def understood(row: Row[Any]) -> Understood:
    """`trace` is the engine's own account of the turn (docs/architecture.md, the answer of a turn)."""
    ranking = row.trace.get("intent_ranking") or []
    guesses = [IntentGuess(one["name"], one["confidence"]) for one in ranking[:_GUESSES]]
    if not guesses and row.intent:
        guesses = [IntentGuess(row.intent, row.confidence or 0.0)]
    actions = [step["action"] for step in row.trace.get("steps") or [] if step["action"] != "action_listen"]
    return Understood(row.text, row.understood, guesses, actions, row.created_at)


def note(row: Row[Any]) -> DeskNote:
    return DeskNote(row.id, row.user_name, row.text, row.created_at)


def history(rows: Sequence[Row[Any]]) -> list[Happening]:
    """The changes of hands among a conversation's audit."""
    return [
        Happening(
            what=row.what,
            who=row.user_name or "",
            reason=Reason(row.detail["reason"]) if "reason" in row.detail else None,
            at=row.at,
        )
        for row in rows
        if row.what in _MOVES
    ]
