"""Text messages out: what Twilio is asked, what its answers mean, and no message twice."""

from __future__ import annotations

from collections.abc import Callable
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from hypothesis import given, settings

from bot.channels.base import (
    ChannelError,
    ChannelRateLimited,
    ChannelUnavailable,
    CredentialsRefused,
    MediaRefused,
    MessageRefused,
    Outgoing,
    WindowClosed,
)
from bot.channels.sms import Sms
from bot.channels.sms_alphabet import economical, is_gsm7, segments
from bot.clock import FixedClock
from bot.conversation.choosing import chosen
from bot.conversation.replies import Choices, Link, Option, Picture, Shown, Text
from tests.conversation.shown import replies
from tests.support.twilio_webhooks import NOW, NUMBER, PUBLIC, SID, accounts

Answer = Callable[[httpx.Request], httpx.Response]


class Twilio:
    """Keeps what it is asked; answers as told."""

    def __init__(self, answer: Answer) -> None:
        self.asked: list[httpx.Request] = []
        self._answer = answer
        self.sms = Sms(
            accounts=accounts("sms", NUMBER, "MG0000"),
            api_url="https://api.twilio.com",
            public_url=PUBLIC,
            client=httpx.AsyncClient(transport=httpx.MockTransport(self._keep)),
            clock=FixedClock(NOW),
        )

    def _keep(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        return self._answer(request)

    async def send(self, account: str = NUMBER, **piece: str) -> str:
        fields = piece or {"Body": "Hello"}
        return await self.sms.send(Outgoing(account=account, customer="+15550107001", piece=fields, ref="souk-7.1"))

    def form(self, place: int = 0) -> dict[str, list[str]]:
        return parse_qs(self.asked[place].content.decode())


def takes(_request: httpx.Request) -> httpx.Response:
    return httpx.Response(201, json={"sid": "SM1", "status": "queued", "error_code": None})


def refuses(code: int, status: int = 400) -> Answer:
    return lambda _request: httpx.Response(status, json={"code": code, "message": "no", "status": status})


async def test_a_text_goes_from_our_number_and_its_states_come_back_with_our_reference() -> None:
    twilio = Twilio(takes)
    assert await twilio.send() == "SM1"
    assert twilio.asked[0].url == f"https://api.twilio.com/2010-04-01/Accounts/{SID}/Messages.json"
    assert twilio.asked[0].headers["authorization"].startswith("Basic ")
    assert twilio.form() == {
        "To": ["+15550107001"],
        "From": [NUMBER],
        "Body": ["Hello"],
        "StatusCallback": [f"{PUBLIC}/webhooks/twilio/status?ref=souk-7.1"],
    }


async def test_a_messaging_service_chooses_the_number() -> None:
    twilio = Twilio(takes)
    await twilio.send("MG0000")
    assert twilio.form()["MessagingServiceSid"] == ["MG0000"]
    assert "From" not in twilio.form()


async def test_a_picture_goes_by_its_address() -> None:
    twilio = Twilio(takes)
    (piece,) = twilio.sms.pieces(Picture("https://shop.example.com/a.png", "City Run"))
    await twilio.send(**piece)
    assert twilio.form()["MediaUrl"] == ["https://shop.example.com/a.png"]
    assert twilio.form()["Body"] == ["City Run"]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (refuses(21610), MessageRefused), (refuses(21211), MessageRefused), (refuses(21614), MessageRefused),
        (refuses(20003, 401), CredentialsRefused), (refuses(20429, 429), ChannelRateLimited),
        (refuses(63016), WindowClosed), (refuses(63018, 429), ChannelRateLimited), (refuses(12300), MediaRefused),
        (refuses(20500, 500), ChannelUnavailable), (refuses(99999, 503), ChannelUnavailable),
        (lambda _request: httpx.Response(502, html="<html>"), ChannelUnavailable),
        (lambda _request: httpx.Response(401, text=""), CredentialsRefused),
        (lambda _request: httpx.Response(200, text="OK"), ChannelUnavailable),
    ],
)  # fmt: skip
async def test_each_refusal_has_its_class(answer: Answer, error: type[ChannelError]) -> None:
    with pytest.raises(error):
        await Twilio(answer).send()


async def test_who_wants_no_messages_is_no_fault_of_ours_and_a_bad_body_is() -> None:
    with pytest.raises(MessageRefused) as opted_out:
        await Twilio(refuses(21610)).send()
    assert (opted_out.value.ours, opted_out.value.provider_code) == (False, 21610)
    with pytest.raises(MessageRefused) as too_long:
        await Twilio(refuses(21617)).send()
    assert too_long.value.ours


def loses_the_answer(listed: list[dict[str, Any]]) -> Answer:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            raise httpx.ReadTimeout("too late", request=request)
        return httpx.Response(200, json={"messages": listed})

    return answer


def listed(**changed: str) -> dict[str, Any]:
    message = {
        "sid": "SM7", "to": "+15550107001", "body": "Hello", "direction": "outbound-api",
        "date_created": format_datetime(NOW),
    }  # fmt: skip
    return {**message, **changed}


async def test_a_message_whose_answer_was_lost_is_found_and_not_sent_again() -> None:
    twilio = Twilio(loses_the_answer([listed(sid="SM6", body="Another"), listed()]))
    assert await twilio.send() == "SM7"
    assert [request.method for request in twilio.asked] == ["POST", "GET"]


@pytest.mark.parametrize(
    "other",
    [
        {"body": "Hello!"},
        {"to": "+15550107002"},
        {"direction": "inbound"},
        {"date_created": "Sun, 22 Nov 2026 11:58:00 +0000"},
        {"date_created": "yesterday"},
    ],
)
async def test_a_message_that_is_not_there_is_to_be_tried_again(other: dict[str, str]) -> None:
    with pytest.raises(ChannelUnavailable):
        await Twilio(loses_the_answer([listed(**other)])).send()


def bodies(reply: Shown) -> list[str]:
    return [piece.get("Body", "") for piece in Twilio(takes).sms.pieces(reply)]


def test_choices_are_numbered_and_the_typed_number_is_understood() -> None:
    reply = Choices("Which size?", [Option("41", '/inform{"size": "41"}'), Option("42", '/inform{"size": "42"}')])
    assert bodies(reply) == ["Which size?\n1. 41\n2. 42"]
    assert chosen(reply, "2", Sms.traits) == '/inform{"size": "42"}'


def test_a_link_stands_in_the_text() -> None:
    assert bodies(Link("Here is your checkout.", "Pay", "https://pay.example/x")) == [
        "Here is your checkout.\nPay: https://pay.example/x"
    ]


def test_typographic_marks_do_not_double_the_price() -> None:
    assert bodies(Text("It’s “new” – really…")) == ['It\'s "new" - really...']
    assert segments("It’s " + "a" * 150) == 3
    assert segments(economical("It’s " + "a" * 150, 1600)) == 1


def test_a_text_that_is_not_gsm_7_anyway_is_left_alone() -> None:
    assert bodies(Text("Żółw’s – ok")) == ["Żółw’s – ok"]


@pytest.mark.parametrize(
    ("text", "count"),
    [("a" * 160, 1), ("a" * 161, 2), ("€" * 80, 1), ("€" * 81, 2), ("ż" * 70, 1), ("ż" * 71, 2), ("👟" * 35, 1)],
)
def test_segments_are_counted_as_networks_do(text: str, count: int) -> None:
    assert segments(text) == count


SMS = Twilio(takes).sms


@settings(deadline=None, max_examples=150)
@given(replies)
def test_whatever_is_said_twilio_takes_it(reply: Shown) -> None:
    pieces = SMS.pieces(reply)
    assert pieces == SMS.pieces(reply)
    assert pieces
    for piece in pieces:
        assert set(piece) <= {"Body", "MediaUrl"}
        assert piece.get("Body") or piece.get("MediaUrl")
        assert len(piece.get("Body", "").encode("utf-16-le")) // 2 <= 1600


@settings(deadline=None, max_examples=100)
@given(replies)
def test_writing_economically_changes_no_letter(reply: Shown) -> None:
    for piece in SMS.pieces(reply):
        body = piece.get("Body", "")
        assert is_gsm7(body) or economical(body, 1600) == body
