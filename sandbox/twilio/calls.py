"""Calls played without telephones: the webhooks of a call are posted, and the TwiML that comes back is followed.

What would be heard is kept as text; where a call listens it waits for `say`. Silence, keys and speech are the caller's.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from urllib.parse import urljoin

from sandbox.twilio.phones import new_sid
from sandbox.twilio.stand import Stand

WITHHELD = "+266696687"
"""What Twilio gives as the caller's number where it is withheld: ANONYMOUS on a keypad."""
_MOST_STEPS = 40


class NotListening(Exception):
    """The call does not wait for the caller just now."""


@dataclass
class Call:
    """`state` is listening, connected, ended or failed. `heard` is everything that was said, in order."""

    sid: str
    number: str
    state: str = "ringing"
    heard: list[str] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)
    language: str = ""
    queue: str = ""
    action: str = ""
    document: str = ""


class Calls:
    def __init__(self, stand: Stand) -> None:
        self._stand = stand
        self.calls: dict[str, Call] = {}

    async def begin(self, number: str | None) -> Call:
        call = Call(new_sid("CA"), number or WITHHELD)
        self.calls[call.sid] = call
        await self._follow(call, self._stand.hook("voice"), {"CallStatus": "ringing"})
        return call

    async def say(self, call: Call, *, speech: str | None = None, digits: str | None = None) -> None:
        """What the caller says or presses; neither is silence. Raises `NotListening`."""
        if call.state != "listening":
            raise NotListening(call.state)
        told: dict[str, str] = {"CallStatus": "in-progress"}
        if digits is not None:
            told["Digits"] = digits
        else:
            told["SpeechResult"] = speech or ""
            told |= {"Confidence": "0.9"} if speech else {}
        await self._follow(call, call.action, told)

    async def leave_queue(self, call: Call, status: str) -> None:
        """The connection to a person is over: `completed`, or `no-answer` where nobody came."""
        if call.state != "connected":
            raise NotListening(call.state)
        await self._follow(call, call.action, {"CallStatus": "in-progress", "DialCallStatus": status})

    async def hang_up(self, call: Call) -> None:
        call.state = "ended"
        form = self._form(call) | {"CallStatus": "completed", "CallDuration": "42", "SequenceNumber": "0"}
        await self._stand.webhooks.post(self._stand.hook("status"), form)

    def _form(self, call: Call) -> dict[str, str]:
        """As Twilio posts it, blank fields too."""
        ours = self._stand.number
        return {
            "CallSid": call.sid, "From": call.number, "Caller": call.number, "To": ours, "Called": ours,
            "Direction": "inbound", "FromCity": "", "FromState": "", "ToCity": "", "ToCountry": "US",
        }  # fmt: skip

    async def _follow(self, call: Call, url: str, told: dict[str, str]) -> None:
        call.hints, call.action, call.queue = [], "", ""
        for _ in range(_MOST_STEPS):
            answer = await self._stand.webhooks.post(url, self._form(call) | told)
            if answer is None or answer.status_code != 200:
                call.heard.append("An application error has occurred. Goodbye.")
                call.state = "failed"
                return
            call.document = answer.text
            on = self._play(call, answer.content, url)
            if on is None:
                break
            url, told = on, {"CallStatus": "in-progress"}
        if call.state == "ended":
            await self.hang_up(call)

    def _play(self, call: Call, document: bytes, url: str) -> str | None:
        """The address to go on at, or None where the call listens, is connected or over."""
        for verb in ET.fromstring(document):  # noqa: S314 - it is the shop of this very machine that wrote it
            if verb.tag == "Say":
                call.heard.append(verb.text or "")
                call.language = verb.get("language", call.language)
            elif verb.tag == "Gather":
                call.heard.extend(said.text or "" for said in verb.iter("Say"))
                call.hints = [hint for hint in (verb.get("hints") or "").split(",") if hint]
                call.language, call.action = verb.get("language", ""), urljoin(url, verb.get("action") or url)
                call.state = "listening"
                return None
            elif verb.tag == "Redirect":
                return urljoin(url, (verb.text or "").strip())
            elif verb.tag == "Dial":
                queue = verb.find("Queue")
                call.queue = (queue.text or "") if queue is not None else ""
                call.action, call.state = urljoin(url, verb.get("action") or url), "connected"
                return None
            elif verb.tag == "Hangup":
                break
        call.state = "ended"
        return None
