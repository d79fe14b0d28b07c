"""SMS and MMS by Twilio: posted forms to our words, replies to Twilio's Messages resource. One number, or one messaging
service (`MG…`), is one account.

Follows Twilio's webhook reference for messages. Texts are numbered where something can be chosen, and written in GSM-7
where that only costs typographic marks. Twilio has no idempotency key: our reference stands in the address that it
posts a message's states to, and a send whose answer was lost is looked for before anybody sends it again.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote

import httpx

from bot.channel_accounts import Account, Accounts
from bot.channels import twilio
from bot.channels.base import ChannelUnavailable, MessageRefused, Outgoing, Parsed, Received
from bot.channels.fetching import download
from bot.channels.sms_alphabet import economical
from bot.clock import Clock
from bot.conversation.degrade import degrade
from bot.conversation.identity import ConversationKey, Profile
from bot.conversation.messages import Attachment, Delivery, Inbound, News, Preference, Problem, Status
from bot.conversation.replies import Picture, Shown, Text
from bot.conversation.traits import Manners, Traits

TRAITS = Traits(text=1600, pictures=True, caption=1600)
"""Twilio's longest `Body`; a picture goes by MMS."""
MANNERS = Manners(
    settle=timedelta(milliseconds=500),
    album=timedelta(milliseconds=1500),
    confirms=True,
    per_second=10,
    burst=20,
    pair_every=timedelta(seconds=1),
    pair_burst=10,
)
"""Twilio queues what a number's carrier takes more slowly: one a second on a long code, 100 on a short one."""
_STATES = {
    "accepted": Delivery.SENDING,
    "scheduled": Delivery.SENDING,
    "queued": Delivery.SENDING,
    "sending": Delivery.SENDING,
    "sent": Delivery.SENT,
    "partially_delivered": Delivery.SENT,
    "delivered": Delivery.DELIVERED,
    "read": Delivery.READ,
    "undelivered": Delivery.FAILED,
    "failed": Delivery.FAILED,
    "canceled": Delivery.FAILED,
}
_STOP = {"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout", "arret", "arrêt"}
_START = {"start", "unstop"}
_HOSTS = ("twilio.com", "twiliocdn.com", "media.twiliocdn.com", "amazonaws.com")
"""Twilio's media addresses lead on to its storage."""
_MOST_MEDIA = 10
_CLOCKS_APART = timedelta(seconds=5)
_KINDS = {"image": "image", "video": "video", "audio": "audio", "text": "document", "application": "document"}


class Sms:
    """The channel of all our numbers for text messages."""

    name = "sms"
    traits = TRAITS
    manners = MANNERS

    def __init__(
        self, *, accounts: Accounts, api_url: str, public_url: str, client: httpx.AsyncClient, clock: Clock
    ) -> None:
        self._accounts = accounts
        self._api_url = api_url
        self._public_url = public_url
        self._client = client
        self._clock = clock

    # -- in ------------------------------------------------------------------------------------------------------------

    def verify(self, received: Received) -> None:
        twilio.verify(self._accounts.secrets(), received, self.name)

    def parse(self, received: Received) -> Parsed:
        """A customer's message, or how one of ours fares: Twilio posts one a time, and tells them apart by a state."""
        form = twilio.readable(received, self.name)
        told = self._statuses(form, twilio.asked(received)) if _state(form) else self._messages(form)
        items: list[Inbound | News] = list(told)
        return Parsed(items, 0 if items else 1)

    def _account(self, form: twilio.Posted, number: str) -> str:
        service = form.one("MessagingServiceSid")
        return service if service and self._accounts.of(service).id == service else number

    def _messages(self, form: twilio.Posted) -> Iterator[Inbound | News]:
        sender, sid = form.one("From"), form.one("MessageSid") or form.one("SmsSid") or form.one("SmsMessageSid")
        if not sender or not sid:
            return
        key = ConversationKey(self.name, self._account(form, form.one("To"))[:80], sender[:200])
        wish = _wish(form)
        if wish == "HELP":
            return
        if wish:
            yield Preference(key, wanted=wish == "START", everything=True)
            return
        yield Inbound(
            key=key,
            event_key=sid,
            sent_at=self._clock.now(),
            text=form.one("Body") or form.one("ButtonText"),
            payload=form.one("ButtonPayload") or form.one("ListId") or None,
            profile=Profile(name=form.one("ProfileName"), phone=twilio.phone_of(sender)),
            attachments=[*_media(form), *_place(form)],
            kind=_kind(form),
            also=[other for other in (form.one("ExternalUserId"),) if other],
            reply_to=form.one("OriginalRepliedMessageSid") or None,
        )

    def _statuses(self, form: twilio.Posted, query: Any) -> Iterator[Status | Preference]:
        account = self._account(form, form.one("From"))
        code = int(form.one("ErrorCode")) if form.one("ErrorCode").isdecimal() else None
        state = _STATES[_state(form)]
        failed = state is Delivery.FAILED
        problem = (twilio.problem_of(code) if code is not None else Problem.UNREACHABLE) if failed else None
        yield Status(
            channel=self.name,
            account=account,
            provider_id=form.one("MessageSid") or form.one("SmsSid"),
            state=state,
            at=self._clock.now(),
            outbox_ref=query.get("ref") or None,
            error_code=code if failed else None,
            error_title=form.one("ErrorMessage") if failed else "",
            problem=problem,
        )
        if code == twilio.OPTED_OUT and form.one("To"):
            yield Preference(ConversationKey(self.name, account, form.one("To")), wanted=False, everything=True)

    async def fetch(self, account: str, attachment: Attachment) -> bytes:
        """The bytes of a picture or a file that a customer sent."""
        ours = self._accounts.of(account)
        credentials = base64.b64encode(f"{ours.user}:{ours.token}".encode()).decode()
        return await download(
            self._client,
            attachment.reference,
            channel=self.name,
            hosts=_HOSTS,
            base_url=self._api_url,
            headers={"Authorization": f"Basic {credentials}"},
        )

    # -- out -----------------------------------------------------------------------------------------------------------

    def pieces(self, reply: Shown) -> list[dict[str, Any]]:
        return [_fields(part) for part in degrade(reply, TRAITS)]

    async def send(self, outgoing: Outgoing) -> str:
        account = self._accounts.of(outgoing.account)
        origin = "MessagingServiceSid" if outgoing.account.startswith("MG") else "From"
        callback = f"{self._public_url}/webhooks/twilio/status?ref={quote(outgoing.ref)}"
        fields = {
            "To": outgoing.customer,
            origin: outgoing.account,
            **outgoing.piece,
            "StatusCallback": callback,
        }
        began = self._clock.now()
        try:
            answer = await twilio.ask(self._client, "POST", self._messages_url(account), account, fields, self.name)
        except ChannelUnavailable as error:
            sid = await self._taken_after_all(account, outgoing, began)
            if sid is None:
                raise error
            return sid
        if answer.get("status") in ("failed", "canceled"):
            code = answer.get("error_code")
            raise MessageRefused("twilio_failed", "Twilio did not send this.", channel=self.name,
                                 provider_code=code if isinstance(code, int) else None)  # fmt: skip
        return str(answer.get("sid") or "")

    async def seen(self, account: str, customer: str, event_key: str) -> None:
        """SMS shows neither that a message was read nor that an answer is being written."""

    def _messages_url(self, account: Account) -> str:
        return f"{self._api_url}/2010-04-01/Accounts/{account.user}/Messages.json"

    async def _taken_after_all(self, account: Account, outgoing: Outgoing, began: datetime) -> str | None:
        """The id of this very message where Twilio took it since `began` though its answer did not reach us."""
        query = {"To": outgoing.customer, "PageSize": "20"}
        try:
            answer = await twilio.ask(self._client, "GET", self._messages_url(account), account, query, self.name)
        except (ChannelUnavailable, MessageRefused):
            return None
        listed = answer.get("messages")
        for message in listed if isinstance(listed, list) else []:
            if _is_same(message, outgoing, began - _CLOCKS_APART):
                return str(message["sid"])
        return None


def _fields(part: Shown) -> dict[str, Any]:
    """`degrade` gives a channel without buttons and lists only texts and pictures."""
    if isinstance(part, Picture):
        caption = {"Body": economical(part.caption, TRAITS.caption)} if part.caption else {}
        return {**caption, "MediaUrl": part.url}
    assert isinstance(part, Text)
    return {"Body": economical(part.text, TRAITS.text)}


def _is_same(message: Any, outgoing: Outgoing, since: datetime) -> bool:
    if not isinstance(message, dict) or not message.get("sid"):
        return False
    try:
        made = parsedate_to_datetime(str(message.get("date_created")))
    except ValueError:
        return False
    same = message.get("to") == outgoing.customer and message.get("body", "") == outgoing.piece.get("Body", "")
    return same and str(message.get("direction", "")).startswith("outbound") and made >= since


def _state(form: twilio.Posted) -> str:
    """How a message of ours fares; empty where the form is a customer's message."""
    told = (form.one("MessageStatus") or form.one("SmsStatus")).lower()
    return told if told in _STATES else ""


def _wish(form: twilio.Posted) -> str:
    """STOP, START or HELP as Twilio recognised it, or as its own list of words has it."""
    told = form.one("OptOutType").upper()
    if told in ("STOP", "START", "HELP"):
        return told
    word = form.one("Body").lower()
    return "STOP" if word in _STOP else "START" if word in _START else ""


def _media(form: twilio.Posted) -> Iterator[Attachment]:
    count = form.one("NumMedia")
    for place in range(min(int(count), _MOST_MEDIA) if count.isdecimal() else 0):
        url, mime_type = form.one(f"MediaUrl{place}"), form.one(f"MediaContentType{place}")
        if url:
            yield Attachment(_KINDS.get(mime_type.partition("/")[0], "file"), url, mime_type)


def _place(form: twilio.Posted) -> Iterator[Attachment]:
    latitude, longitude = form.one("Latitude"), form.one("Longitude")
    if latitude and longitude:
        name = ", ".join(part for part in (form.one("Label"), form.one("Address")) if part)
        yield Attachment("location", f"{latitude},{longitude}", caption=name)


def _kind(form: twilio.Posted) -> str:
    if form.one("ButtonPayload") or form.one("ListId"):
        return "interactive"
    files = [*_media(form), *_place(form)]
    return files[0].kind if files else "text"
