"""WhatsApp Cloud API, in: the envelope and its fields, everything in it in our words. Never raises on any JSON.

Follows Meta's webhook reference: loops over every entry, change, message and status; keys messages by `wamid`; takes
business-scoped user ids where the phone number is hidden (2026). What means nothing to a shop is counted, not taken:
messages in groups (a shop talks to one customer at a time), calls, unknown fields and states.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from bot.channels.base import Parsed
from bot.channels.reading import moment, record, records, words
from bot.channels.whatsapp_news import alarm_of, errors_of, moves_of, preferences_of, status_of, system_of
from bot.channels.whatsapp_people import Person, key_of, person_of
from bot.channels.whatsapp_words import content_of, referral_of
from bot.conversation.messages import Echo, Edited, Inbound, News, Reaction

_NOT_TURNS = frozenset({"ephemeral", "request_welcome"})
_NO_ANSWER_DUE = frozenset({"call_permission_reply"})

Items = Iterator[Inbound | News | None]
"""None stands for one thing that is ignored."""


def parsed(envelope: Any, now: datetime) -> Parsed:
    """Everything in one body, in its order."""
    found = [item for field, value, entry in _changes(envelope) for item in _items(field, value, entry, now)]
    return Parsed([item for item in found if item is not None], sum(item is None for item in found))


def _changes(envelope: Any) -> Iterator[tuple[str, dict[str, Any], str]]:
    for entry in records(record(envelope).get("entry")):
        for change in records(entry.get("changes")):
            yield words(change.get("field")), record(change.get("value")), words(entry.get("id"))


def _items(field: str, value: dict[str, Any], entry: str, now: datetime) -> Items:
    account = words(record(value.get("metadata")).get("phone_number_id"))
    if field == "messages":
        yield from _messages(account, value, now)
    elif field == "smb_message_echoes":
        for echo in records(value.get("message_echoes")):
            yield _echo(account, echo, now)
    elif field == "user_preferences":
        yield from preferences_of(account, value)
    elif field == "user_id_update":
        yield from moves_of(account, value)
    else:
        yield alarm_of(field, value, account or entry)


def _messages(account: str, value: dict[str, Any], now: datetime) -> Items:
    for message in records(value.get("messages")):
        person = person_of(message, value)
        if words(message.get("group_id")):
            yield None
        elif words(message.get("type")) == "system":
            yield from system_of(account, message, person)
        else:
            yield _message(account, message, person, now)
    for status in records(value.get("statuses")):
        yield status_of(account, status, now)
    yield from errors_of(account, value.get("errors"))


def _message(account: str, message: dict[str, Any], person: Person, now: datetime) -> Inbound | News | None:
    kind = words(message.get("type"))
    key, event_key = key_of(account, person.id), words(message.get("id"))
    if key is None or not event_key or kind in _NOT_TURNS:
        return None
    told = _NOT_SAID.get(kind)
    if told is not None:
        return told(account, message, person, now)
    said = content_of(message)
    if said.kind in _NO_ANSWER_DUE:
        return None
    context = record(message.get("context"))
    product = words(record(context.get("referred_product")).get("product_retailer_id")) or said.product
    return Inbound(
        key=key,
        event_key=event_key,
        sent_at=moment(message.get("timestamp"), now),
        text=said.text,
        payload=said.payload,
        profile=person.profile,
        attachments=said.attachments,
        kind=said.kind,
        also=person.also,
        reply_to=words(context.get("id")) or None,
        referral=referral_of(message),
        product=product or None,
        items=said.items,
        form=said.form,
    )


# -- done to a message that is there already ---------------------------------------------------------------------------


def _reaction(account: str, message: dict[str, Any], person: Person, _now: datetime) -> Reaction | None:
    key, body = key_of(account, person.id), record(message.get("reaction"))
    of = words(body.get("message_id"))
    return Reaction(key, of, words(body.get("emoji"))) if key and of else None


def _edit(account: str, message: dict[str, Any], person: Person, now: datetime) -> Edited | None:
    key, body = key_of(account, person.id), record(message.get("edit"))
    of = words(body.get("original_message_id"))
    if key is None or not of:
        return None
    text = content_of(record(body.get("message"))).text
    return Edited(key, of, text, moment(message.get("timestamp"), now))


def _revoke(account: str, message: dict[str, Any], person: Person, now: datetime) -> Edited | None:
    key, of = key_of(account, person.id), words(record(message.get("revoke")).get("original_message_id"))
    return Edited(key, of, None, moment(message.get("timestamp"), now)) if key and of else None


_NOT_SAID: dict[str, Callable[[str, dict[str, Any], Person, datetime], News | None]] = {
    "reaction": _reaction,
    "edit": _edit,
    "revoke": _revoke,
}


def _echo(account: str, echo: dict[str, Any], now: datetime) -> Echo | None:
    """A colleague wrote in the phone app. `to` is the customer; edits and reactions of colleagues are ignored."""
    key = key_of(account, words(echo.get("to")).lstrip("+") or words(echo.get("to_user_id")))
    event_key, kind = words(echo.get("id")), words(echo.get("type"))
    if key is None or not event_key or kind in _NOT_SAID or kind == "system":
        return None
    said = content_of(echo)
    return Echo(key, event_key, moment(echo.get("timestamp"), now), said.text, said.attachments)
