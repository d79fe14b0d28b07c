"""A step of a call as TwiML, the XML that Twilio acts on: say, listen, wait, connect, hang up.

Follows Twilio's references for <Say>, <Gather>, <Redirect>, <Dial> and <Queue>. A speech model is not chosen: then
Twilio takes the best one of the language, and `speechTimeout="auto"` is allowed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from urllib.parse import urlencode

import msgspec
from twilio.twiml.voice_response import Gather, VoiceResponse  # type: ignore[import-untyped]

from bot.channels.voice import Place

LANGUAGES = {"en": "en-US", "fr": "fr-FR", "pl": "pl-PL", "hi": "hi-IN", "hi-Latn": "hi-IN"}
"""How the caller is listened to and spoken with, by our names of languages."""
MOST_SPOKEN = 12_000
"""Characters in one answer: Twilio takes at most 64 KiB of TwiML, and Hindi takes three bytes a letter."""
_SILENCE_S = 6
_QUEUE_S = 90
_MOST_HINTS, _LONGEST_HINT = 100, 100
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Then(StrEnum):
    LISTEN = "listen"
    WAIT = "wait"
    CONNECT = "connect"
    END = "end"


class Step(msgspec.Struct, frozen=True):
    """What is said, in which of our languages, and what happens then. `hints` are words that the caller may answer,
    `queue` the queue where people wait for callers."""

    said: Sequence[str]
    language: str
    then: Then
    place: Place = Place()
    hints: Sequence[str] = ()
    queue: str = ""


def twiml(step: Step, address: str) -> str:
    """`address` is where Twilio comes back to, without a query."""
    response = VoiceResponse()
    language = LANGUAGES[step.language]
    if step.then is Then.LISTEN:
        gather = Gather(
            input="dtmf speech",
            action=_address(address, "hear", step.place),
            method="POST",
            language=language,
            hints=_hints(step.hints) or None,
            timeout=_SILENCE_S,
            speech_timeout="auto",
            barge_in=True,
            action_on_empty_result=True,
        )
        _say(gather, step.said, language)
        response.append(gather)
        return str(response.to_xml())
    _say(response, step.said, language)
    if step.then is Then.WAIT:
        response.redirect(_address(address, "wait", step.place), method="POST")
    elif step.then is Then.CONNECT:
        dial = response.dial(action=_address(address, "dialled", step.place), method="POST", timeout=_QUEUE_S)
        dial.queue(_in_xml(step.queue))
    else:
        response.hangup()
    return str(response.to_xml())


def _address(address: str, do: str, place: Place) -> str:
    told = {name: value for name, value in msgspec.structs.asdict(place).items() if value}
    return f"{address}?{urlencode({'do': do, **told})}"


def _say(parent: VoiceResponse | Gather, texts: Sequence[str], language: str) -> None:
    room = MOST_SPOKEN
    for text in map(_in_xml, texts):
        if 0 < len(text) <= room:
            parent.say(text, language=language)
            room -= len(text)


def _hints(words: Sequence[str]) -> str:
    plain = (" ".join(_in_xml(word).replace(",", " ").split()) for word in words)
    return ",".join([word for word in plain if 0 < len(word) <= _LONGEST_HINT][:_MOST_HINTS])


def _in_xml(text: str) -> str:
    """Without the characters that XML 1.0 has no way to write."""
    return _NOT_XML.sub("", text)
