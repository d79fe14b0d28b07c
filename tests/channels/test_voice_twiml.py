"""A call's steps as TwiML: always XML, never an address or an emoji, and what Twilio needs to go on."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from urllib.parse import parse_qs, urlsplit

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.voice import Place, Voice, spoken_of
from bot.channels.voice_twiml import Step, Then, twiml
from bot.conversation.offers import rows_of
from bot.conversation.phrases import LANGUAGES, speaker
from bot.conversation.replies import Choices, Line, Link, Option, Receipt, Shown
from tests.conversation.shown import replies

ADDRESS = "https://shop.example.com/webhooks/twilio/voice"
SPOKEN = "https?://|www\\."
EMOJI = regex.compile(r"\p{Extended_Pictographic}")


def document(step: Step) -> ET.Element:
    return ET.fromstring(twiml(step, ADDRESS))


def listening(said: list[str], language: str = "en", hints: list[str] | None = None) -> ET.Element:
    place = Place(turn=3, heard=17, silences=1)
    gather = document(Step(said, language, Then.LISTEN, place, hints or [])).find("Gather")
    assert gather is not None
    return gather


def test_listening_takes_speech_and_keys_and_comes_back_even_from_silence() -> None:
    gather = listening(["Which size?"])
    assert set((gather.get("input") or "").split()) == {"dtmf", "speech"}
    assert (gather.get("speechTimeout"), gather.get("actionOnEmptyResult"), gather.get("bargeIn")) == (
        "auto",
        "true",
        "true",
    )
    assert gather.get("method") == "POST"
    said = gather.find("Say")
    assert said is not None
    assert said.text == "Which size?"


def test_where_the_call_stands_travels_in_the_address() -> None:
    query = parse_qs(urlsplit(listening([]).get("action") or "").query)
    assert query == {"do": ["hear"], "turn": ["3"], "heard": ["17"], "silences": ["1"]}


@pytest.mark.parametrize(
    ("language", "spoken"), [("en", "en-US"), ("fr", "fr-FR"), ("pl", "pl-PL"), ("hi", "hi-IN"), ("hi-Latn", "hi-IN")]
)
def test_the_caller_is_heard_and_spoken_with_in_their_language(language: str, spoken: str) -> None:
    gather = listening(["…"], language)
    assert gather.get("language") == spoken
    assert [said.get("language") for said in gather.iter("Say")] == [spoken]


def test_what_is_offered_is_hinted_without_commas() -> None:
    assert listening(["?"], hints=["City Run, blue", "Trail", "x" * 101]).get("hints") == "City Run blue,Trail"


def test_waiting_redirects_connecting_dials_the_queue_and_the_end_hangs_up() -> None:
    waiting = document(Step(["One moment."], "en", Then.WAIT, Place(turn=2, waits=1)))
    assert [verb.tag for verb in waiting] == ["Say", "Redirect"]
    assert "do=wait" in (waiting[1].text or "")
    connecting = document(Step(["Please stay."], "en", Then.CONNECT, queue="brand & co"))
    assert [verb.tag for verb in connecting] == ["Say", "Dial"]
    assert connecting[1][0].text == "brand & co"
    assert "do=dialled" in (connecting[1].get("action") or "")
    assert [verb.tag for verb in document(Step(["Goodbye."], "en", Then.END))] == ["Say", "Hangup"]


def test_choices_are_read_with_their_numbers_and_prices_stay_whole() -> None:
    reply = Choices("Which one?", [Option("City Run, 12,50 €", "/a"), Option("Trail", "/b")])
    said = "\n".join(spoken_of(reply, speaker("en")))
    assert "For City Run, 12,50 €, press or say 1." in said
    assert "press or say 2" in said


def test_an_address_is_not_read_aloud() -> None:
    link = Link("Here is your checkout: https://pay.example/x", "Pay", "https://pay.example/x")
    receipt = Receipt("10001", [Line("City Run", 1, "$59")], "$59", "Paid.", "https://shop.example/r/1")
    for reply in (link, receipt):
        assert "http" not in " ".join(spoken_of(reply, speaker("en")))


@settings(deadline=None, max_examples=150)
@given(replies, st.sampled_from(LANGUAGES), st.sampled_from(list(Then)))
def test_whatever_is_said_it_is_xml_without_addresses_and_emoji(reply: Shown, language: str, then: Then) -> None:
    said = spoken_of(reply, speaker(language))
    assert said
    hints = [row.title for row in rows_of(reply, Voice.traits)]
    written = twiml(Step(said, language, then, Place(turn=1), hints, "souk"), ADDRESS)
    assert len(written.encode()) <= 64 * 1024
    for each in ET.fromstring(written).iter("Say"):
        assert each.text
        assert not re.search(SPOKEN, each.text, re.IGNORECASE)
        assert not EMOJI.search(each.text)
