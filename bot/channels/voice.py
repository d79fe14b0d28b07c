"""Calls by Twilio: what a caller said or pressed to our words, what we say to words that can be read aloud.

Nothing is sent: the call asks for what to say next, and `bot.calls` decides it. Follows Twilio's reference for voice
webhooks and <Gather>. What looks like a card number is masked here, before anything can keep it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec

from bot.channel_accounts import Accounts
from bot.channels import twilio
from bot.channels.base import BodyUnreadable, MessageRefused, Outgoing, Parsed, Received
from bot.clock import Clock
from bot.conversation.card_numbers import without_card_numbers
from bot.conversation.degrade import degrade
from bot.conversation.identity import ConversationKey, Profile
from bot.conversation.messages import Inbound
from bot.conversation.phrases import ENGLISH, Speaker, speaker
from bot.conversation.replies import Shown, Text
from bot.conversation.traits import Manners, Traits

TRAITS = Traits(text=1000, speaks=True)
MANNERS = Manners(pulled=True, settle=timedelta(0))


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """How far a call has come; it travels in the addresses that we give to Twilio, so that any gateway can go on.

    `turn` counts what was asked of the caller, `heard` is the newest message of ours that was read to them, `silences`
    and `waits` count how often in a row they said nothing, and were asked for patience."""

    turn: int = 0
    heard: int = 0
    silences: int = 0
    waits: int = 0


class Call(msgspec.Struct, frozen=True):
    """One call. `number` is None where it is withheld; then the conversation is the call's own."""

    sid: str
    account: str
    number: str | None
    status: str
    dialled: str
    seconds: int

    @property
    def key(self) -> ConversationKey:
        return ConversationKey(Voice.name, self.account, self.number or self.sid)

    def event_key(self, turn: int) -> str:
        return f"{self.sid}:{turn}"


class Voice:
    """The channel of all our numbers for calls."""

    name = "voice"
    traits = TRAITS
    manners = MANNERS

    def __init__(self, *, accounts: Accounts, clock: Clock) -> None:
        self._accounts = accounts
        self._clock = clock

    def verify(self, received: Received) -> None:
        twilio.verify(self._accounts.secrets(), received, self.name)

    def parse(self, received: Received) -> Parsed:
        """What the caller said, or the keys they pressed; nothing where they were silent or a call only begins."""
        form, call, place = twilio.posted(received), self.call(received), self.place(received)
        said, masked = without_card_numbers(form.one("Digits") or form.one("SpeechResult"))
        if not said or not place.turn:
            return Parsed([], 1)
        message = Inbound(
            key=call.key,
            event_key=call.event_key(place.turn),
            sent_at=self._clock.now(),
            text=said,
            profile=Profile(name=form.one("CallerName"), phone=call.number),
            kind="card_number" if masked else "keys" if form.one("Digits") else "speech",
        )
        return Parsed([message])

    def call(self, received: Received) -> Call:
        """Raises `BodyUnreadable` where the form tells of no call."""
        form = twilio.readable(received, self.name)
        sid = form.one("CallSid")
        if not sid:
            raise BodyUnreadable("no_call", "The form tells of no call.", channel=self.name)
        return Call(
            sid=sid[:100],
            account=(form.one("To") or form.one("Called"))[:80],
            number=twilio.phone_of(form.one("From") or form.one("Caller")),
            status=form.one("CallStatus"),
            dialled=form.one("DialCallStatus"),
            seconds=_number(form.one("CallDuration")),
        )

    def place(self, received: Received) -> Place:
        query = twilio.asked(received)
        return Place(**{name: _number(query.get(name, "")) for name in Place.__struct_fields__})

    def pieces(self, reply: Shown) -> list[dict[str, Any]]:
        return [{"say": text} for text in spoken_of(reply, speaker(ENGLISH))]

    async def send(self, outgoing: Outgoing) -> str:
        raise MessageRefused("pulled", "A call fetches what is said to it.", channel=self.name, ours=True)

    async def seen(self, account: str, customer: str, event_key: str) -> None:
        """On a call nothing shows that an answer is being prepared but the words that ask for patience."""


def spoken_of(reply: Shown, say: Speaker) -> list[str]:
    """What is read aloud of a reply: `degrade` leaves texts alone where a channel speaks."""
    return [part.text for part in degrade(reply, TRAITS, say) if isinstance(part, Text)]


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 16 else 0
