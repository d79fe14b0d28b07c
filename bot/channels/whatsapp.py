"""WhatsApp Cloud API, in: bodies to our words. Out: see `whatsapp_out`. One number is one account.

Follows Meta's webhook reference for `messages`: loops over every entry, change, message and status; keys messages
by `wamid`; takes `from_user_id` where the phone number is hidden (business-scoped user ids, 2026).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import msgspec

from bot.channel_accounts import Accounts
from bot.channels import meta
from bot.channels.base import BodyUnreadable, ChannelError, Outgoing, Parsed, Received
from bot.channels.whatsapp_out import bodies_of
from bot.clock import Clock
from bot.conversation.identity import ConversationKey, Profile
from bot.conversation.messages import Attachment, Delivery, Inbound, News, Status
from bot.conversation.replies import Shown
from bot.conversation.traits import Manners, Traits

TRAITS = Traits(
    text=4096,
    buttons=3,
    button_title=20,
    button_text=1024,
    rows=10,
    row_title=24,
    row_description=72,
    opener=20,
    links=True,
    pictures=True,
    files=True,
    caption=1024,
    templates=True,
    bold="*",
)
MANNERS = Manners(
    window=timedelta(hours=24),
    ad_window=timedelta(hours=72),
    settle=timedelta(milliseconds=300),
    album=timedelta(milliseconds=1200),
    confirms=True,
    per_second=80,
    burst=80,
    pair_every=timedelta(seconds=6),
    pair_burst=45,
)
_MEDIA = ("image", "video", "audio", "document", "sticker")
_STATES = {
    "sent": Delivery.SENT,
    "delivered": Delivery.DELIVERED,
    "read": Delivery.READ,
    "played": Delivery.READ,
    "failed": Delivery.FAILED,
}
_NOT_TURNS = {"reaction", "system", "ephemeral", "request_welcome", "edit", "revoke"}


class WhatsApp:
    """The channel of all our phone numbers."""

    name = "whatsapp"

    traits = TRAITS
    manners = MANNERS

    def __init__(self, *, accounts: Accounts, graph_url: str, client: httpx.AsyncClient, clock: Clock) -> None:
        self._accounts = accounts
        self._graph_url = graph_url
        self._client = client
        self._clock = clock

    def verify(self, received: Received) -> None:
        meta.verify(self._accounts.secrets(), received, self.name)

    def parse(self, received: Received) -> Parsed:
        try:
            envelope = msgspec.json.decode(received.body)
        except msgspec.DecodeError as error:
            raise BodyUnreadable("bad_json", "The body is not JSON.", channel=self.name) from error
        items: list[Inbound | News] = []
        ignored = 0
        for value in _values(envelope):
            account = _text(_dict(value.get("metadata")).get("phone_number_id"))
            profiles = _profiles(value)
            for message in _dicts(value.get("messages")):
                taken = _inbound(account, message, profiles, self._clock.now())
                if taken is None:
                    ignored += 1
                else:
                    items.append(taken)
            for status in _dicts(value.get("statuses")):
                news = _status(account, status, self._clock.now())
                if news is None:
                    ignored += 1
                else:
                    items.append(news)
        return Parsed(items, ignored)

    def pieces(self, reply: Shown) -> list[dict[str, Any]]:
        return bodies_of(reply)

    async def send(self, outgoing: Outgoing) -> str:
        body = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            **_address(outgoing.customer),
            **outgoing.piece,
            "biz_opaque_callback_data": outgoing.ref,
        }
        answer = await self._post(outgoing.account, body)
        sent = _dicts(answer.get("messages"))
        return _text(sent[0].get("id")) if sent else ""

    async def seen(self, account: str, customer: str, event_key: str) -> None:
        body = {
            "messaging_product": "whatsapp",
            "status": "read",
            "message_id": event_key,
            "typing_indicator": {"type": "text"},
        }
        with contextlib.suppress(ChannelError):
            await self._post(account, body)

    async def _post(self, account: str, body: dict[str, Any]) -> dict[str, Any]:
        token = self._accounts.of(account).token
        return await meta.post(self._client, f"{self._graph_url}/{account}/messages", token, body, self.name)


def _address(customer: str) -> dict[str, str]:
    """A phone number is sent to with `to`, a business-scoped user id (`CC.…`) with `recipient`."""
    return {"to": customer} if customer.isdigit() else {"recipient": customer}


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _text(value: Any) -> str:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _values(envelope: Any) -> Iterator[dict[str, Any]]:
    for entry in _dicts(_dict(envelope).get("entry")):
        for change in _dicts(entry.get("changes")):
            if change.get("field") == "messages":
                yield _dict(change.get("value"))


def _profiles(value: dict[str, Any]) -> dict[str, Profile]:
    profiles = {}
    for contact in _dicts(value.get("contacts")):
        phone = _text(contact.get("wa_id"))
        name = _text(_dict(contact.get("profile")).get("name"))
        for key in (phone, _text(contact.get("user_id"))):
            if key:
                profiles[key] = Profile(name=name, phone=f"+{phone}" if phone else None)
    return profiles


def _moment(value: Any, now: datetime) -> datetime:
    """Seconds since 1970, as text or number; what cannot be a time is now."""
    try:
        return datetime.fromtimestamp(int(_text(value)), UTC)
    except (ValueError, OverflowError, OSError):
        return now


def _inbound(account: str, message: dict[str, Any], profiles: dict[str, Profile], now: datetime) -> Inbound | None:
    customer = _text(message.get("from")) or _text(message.get("from_user_id"))
    event_key = _text(message.get("id"))
    kind = _text(message.get("type"))
    if not customer or not event_key or not account or kind in _NOT_TURNS:
        return None
    text, payload, attachments = _content(kind, message)
    return Inbound(
        key=ConversationKey("whatsapp", account, customer),
        event_key=event_key,
        sent_at=_moment(message.get("timestamp"), now),
        text=text,
        payload=payload,
        profile=profiles.get(customer, Profile()),
        attachments=attachments,
        kind=kind if kind in ("text", "interactive", "button", "location", *_MEDIA) else "unsupported",
    )


def _content(kind: str, message: dict[str, Any]) -> tuple[str, str | None, list[Attachment]]:
    body = _dict(message.get(kind))
    if kind == "text":
        return _text(body.get("body")), None, []
    if kind == "interactive":
        tapped = _dict(body.get("button_reply")) or _dict(body.get("list_reply"))
        return _text(tapped.get("title")), _text(tapped.get("id")) or None, []
    if kind == "button":
        return _text(body.get("text")), _text(body.get("payload")) or None, []
    if kind in _MEDIA:
        caption = _text(body.get("caption"))
        file = Attachment(kind, _text(body.get("id")), _text(body.get("mime_type")), caption)
        return caption, None, [file]
    if kind == "location":
        place = f"{_text(body.get('name'))} {_text(body.get('address'))}".strip()
        return place, None, [Attachment("location", f"{body.get('latitude')},{body.get('longitude')}")]
    return "", None, []


def _status(account: str, status: dict[str, Any], now: datetime) -> Status | None:
    state = _STATES.get(_text(status.get("status")))
    provider_id = _text(status.get("id"))
    if state is None or not provider_id:
        return None
    errors = _dicts(status.get("errors"))
    code = errors[0].get("code") if errors else None
    return Status(
        channel="whatsapp",
        account=account,
        provider_id=provider_id,
        state=state,
        at=_moment(status.get("timestamp"), now),
        outbox_ref=_text(status.get("biz_opaque_callback_data")) or None,
        error_code=code if isinstance(code, int) else None,
        error_title=_text(errors[0].get("title")) if errors else "",
    )
