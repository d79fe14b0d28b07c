"""Messenger's and Instagram's webhook bodies in our words. Pure: bodies, a channel's name and the time in.

Follows Meta's webhook references of both platforms: every `entry`, and in it every item of `messaging`, `standby` (we
listen, another app holds the thread) and `changes` (the dashboard's test button). Total on any JSON: what is not there
is empty, what means nothing to a shop is counted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import msgspec

from bot.channels.base import Parsed
from bot.channels.meta_messaging_files import files_of, is_like
from bot.channels.reading import moment, record, records, words
from bot.conversation.identity import ConversationKey
from bot.conversation.messages import (
    GREETING,
    Alarm,
    Attachment,
    Delivery,
    Echo,
    Edited,
    Inbound,
    News,
    Preference,
    Reaction,
    Referral,
    Seen,
    Status,
    ThreadControl,
)

OUR_REFERENCE = "souk-"
"""How our own references begin (`bot.storage.outbox.reference`), which Messenger's echoes repeat as `metadata`."""
_INBOXES = ("263902037430900", "1217981644879628")
"""The apps in which people of the shop answer by hand: the inboxes of Facebook and of Instagram."""
_GET_STARTED = ("GET_STARTED", "GET_STARTED_PAYLOAD")
"""The button's payload as set by most other tools; its title comes in the customer's language."""
_EMOJI = {"like": "👍", "love": "❤️", "smile": "😆", "wow": "😮", "sad": "😢", "angry": "😠", "dislike": "👎"}
_OUR_CLOCK = timedelta(seconds=1)
"""We note a message when Meta has answered, a little after the moment that Meta compares with its watermark."""
_TAP, _START = "interactive", "referral"


class Event(msgspec.Struct, frozen=True):
    """One item. `at` is when it happened; `listening` where another app holds the thread."""

    channel: str
    account: str
    body: dict[str, Any]
    at: datetime
    listening: bool

    @property
    def key(self) -> ConversationKey:
        return ConversationKey(self.channel, self.account, _party(self.body, "recipient" if self.is_echo else "sender"))

    @property
    def is_echo(self) -> bool:
        return record(self.body.get("message")).get("is_echo") is True

    def key_of(self, mid: Any, said: str) -> str:
        """The platform's id of it, or where it gives none (old postbacks) what tells it apart from others."""
        digest = hashlib.sha256(said.encode()).hexdigest()[:16]
        return words(mid) or f"{self.key.customer}:{self.at.timestamp():.3f}:{digest}"


def parsed(envelope: Any, channel: str, now: datetime) -> Parsed:
    items: list[Inbound | News] = []
    ignored = 0
    for event in _events(envelope, channel, now):
        found = _read(event)
        items += found
        ignored += not found
    return Parsed(items, ignored)


def _events(envelope: Any, channel: str, now: datetime) -> Iterator[Event]:
    for entry in records(record(envelope).get("entry")):
        for body, listening in _bodies(entry):
            page = "sender" if record(body.get("message")).get("is_echo") is True else "recipient"
            account = words(entry.get("id")) or _party(body, page)
            at = moment(body.get("timestamp"), moment(entry.get("time"), now))
            yield Event(channel, account, body, at, listening)


def _bodies(entry: dict[str, Any]) -> Iterator[tuple[dict[str, Any], bool]]:
    for body in records(entry.get("messaging")):
        yield body, False
    for body in records(entry.get("standby")):
        yield body, True
    for change in records(entry.get("changes")):
        yield record(change.get("value")), change.get("field") == "standby"


def _party(body: dict[str, Any], role: str) -> str:
    return words(record(body.get(role)).get("id"))


def _read(event: Event) -> list[Inbound | News]:
    """Nothing for what is unknown, has no customer, or would be a turn while another app holds the thread."""
    for name, reader in _READERS.items():
        told = event.body.get(name)
        if isinstance(told, dict):
            if not event.account or (not event.key.customer and reader is not _policy):
                return []
            return reader(event, told)
    return []


# -- what customers say ------------------------------------------------------------------------------------------------


def _message(event: Event, message: dict[str, Any]) -> list[Inbound | News]:
    if event.is_echo:
        return _echo(event, message)
    if message.get("is_deleted") is True:
        mid = words(message.get("mid"))
        return [Edited(event.key, mid, None, event.at)] if mid else []
    if not message:
        return []
    text, payload = _tapped(words(message.get("text")), record(message.get("quick_reply")).get("payload"))
    files = files_of(message)
    if not text and payload is None and is_like(message):
        text = "👍"
    about = record(message.get("referral"))
    return [
        Inbound(
            key=event.key,
            event_key=event.key_of(message.get("mid"), repr(message)),
            sent_at=event.at,
            text=text,
            payload=payload,
            attachments=files,
            kind=_kind(text, payload, files),
            reply_to=words(record(message.get("reply_to")).get("mid")) or None,
            referral=_referred(about),
            product=words(record(about.get("product")).get("id")) or None,
            overheard=event.listening,
        )
    ]


def _kind(text: str, payload: str | None, files: list[Attachment]) -> str:
    if payload is not None:
        return _TAP
    if text:
        return "text"
    return files[0].kind if files else "unsupported"


def _tapped(title: str, payload: Any) -> tuple[str, str | None]:
    """Text and payload. Ours begin with a slash; another one was set by another tool and says less than its title."""
    told = words(payload)
    return (title, told) if told.startswith("/") else (title or told, None)


def _postback(event: Event, postback: dict[str, Any]) -> list[Inbound | News]:
    if event.listening:
        return []
    text, payload = _tapped(words(postback.get("title")), postback.get("payload"))
    referral = _referred(record(postback.get("referral")))
    if words(postback.get("payload")) in _GET_STARTED or (referral is not None and not text and payload is None):
        payload = GREETING
    return [
        Inbound(
            key=event.key,
            event_key=event.key_of(postback.get("mid"), words(postback.get("payload"))),
            sent_at=event.at,
            text=text,
            payload=payload,
            kind=_TAP if text or payload is not None else "unsupported",
            referral=referral,
        )
    ]


def _referral(event: Event, referral: dict[str, Any]) -> list[Inbound | News]:
    """Somebody whom we know came again by a link or an advert and has not said a word: they are greeted."""
    if event.listening:
        return []
    return [
        Inbound(
            key=event.key,
            event_key=event.key_of(None, f"referral:{words(referral.get('ref'))}"),
            sent_at=event.at,
            payload=GREETING,
            kind=_START,
            referral=_referred(referral) or Referral("link"),
            product=words(record(referral.get("product")).get("id")) or None,
        )
    ]


def _optin(event: Event, optin: dict[str, Any]) -> list[Inbound | News]:
    """News switched on or off, or a "send to Messenger" button of a web site, which is a way in like a link."""
    if words(optin.get("type")) in ("notification_messages", "one_time_notif_req"):
        stopped = words(optin.get("notification_messages_status")) == "STOP_NOTIFICATIONS"
        return [Preference(event.key, wanted=not stopped)]
    return _referral(event, {"source": "optin", "ref": optin.get("ref")})


def _referred(referral: dict[str, Any]) -> Referral | None:
    if not referral:
        return None
    advert = record(referral.get("ads_context_data"))
    return Referral(
        source=words(referral.get("source")),
        ref=words(referral.get("ref")),
        headline=words(advert.get("ad_title")),
        url=words(referral.get("referer_uri")),
    )


# -- news --------------------------------------------------------------------------------------------------------------


def _echo(event: Event, message: dict[str, Any]) -> list[Inbound | News]:
    """With our own reference it is a message of ours, which is in the thread now; else somebody answered by hand."""
    mid, reference = words(message.get("mid")), words(message.get("metadata"))
    if reference.startswith(OUR_REFERENCE):
        return [Status(event.channel, event.account, mid, Delivery.SENT, event.at, outbox_ref=reference)]
    if message.get("is_deleted") is True or message.get("is_self") is True:
        return []
    event_key = event.key_of(mid, repr(message))
    return [Echo(event.key, event_key, event.at, words(message.get("text")), files_of(message))]


def _edited(event: Event, edit: dict[str, Any]) -> list[Inbound | News]:
    mid = words(edit.get("mid"))
    return [Edited(event.key, mid, words(edit.get("text")), event.at)] if mid else []


def _reaction(event: Event, reaction: dict[str, Any]) -> list[Inbound | News]:
    mid, name = words(reaction.get("mid")), words(reaction.get("reaction"))
    if not mid:
        return []
    emoji = words(reaction.get("emoji")) or _EMOJI.get(name, "")
    return [Reaction(event.key, mid, "" if reaction.get("action") == "unreact" else emoji)]


def _delivery(event: Event, delivery: dict[str, Any]) -> list[Inbound | News]:
    mids = delivery.get("mids")
    named = [words(mid) for mid in mids] if isinstance(mids, list) else []
    return [
        *(Status(event.channel, event.account, mid, Delivery.DELIVERED, event.at) for mid in named if mid),
        *_up_to(event, delivery, Delivery.DELIVERED),
    ]


def _seen(event: Event, read: dict[str, Any]) -> list[Inbound | News]:
    """Instagram names the message that was read, Messenger a moment."""
    mid = words(read.get("mid"))
    named = [Status(event.channel, event.account, mid, Delivery.READ, event.at)] if mid else []
    return [*named, *_up_to(event, read, Delivery.READ)]


def _up_to(event: Event, told: dict[str, Any], state: Delivery) -> list[Seen]:
    watermark = told.get("watermark")
    return [Seen(event.key, state, moment(watermark, event.at) + _OUR_CLOCK)] if watermark else []


def _passed(event: Event, control: dict[str, Any]) -> list[Inbound | News]:
    """Told to the app that gets the thread; where the inbox is named, that one got it."""
    return [ThreadControl(event.key, ours=words(control.get("new_owner_app_id")) not in _INBOXES)]


def _taken(event: Event, control: dict[str, Any]) -> list[Inbound | News]:
    """Told to the app that loses the thread; where the inbox is named, that one lost it."""
    return [ThreadControl(event.key, ours=words(control.get("previous_owner_app_id")) in _INBOXES)]


def _policy(event: Event, policy: dict[str, Any]) -> list[Inbound | News]:
    """The page was warned or shut for breaking a rule of the platform."""
    action = words(policy.get("action"))
    if action not in ("warning", "block"):
        return []
    told = f"The platform's rules ({action}): {words(policy.get('reason'))}"
    return [Alarm(event.channel, event.account, told[:300])]


_READERS: dict[str, Callable[[Event, dict[str, Any]], list[Inbound | News]]] = {
    "message": _message,
    "postback": _postback,
    "reaction": _reaction,
    "message_edit": _edited,
    "delivery": _delivery,
    "read": _seen,
    "referral": _referral,
    "optin": _optin,
    "pass_thread_control": _passed,
    "take_thread_control": _taken,
    "policy_enforcement": _policy,
    "policy-enforcement": _policy,
}
