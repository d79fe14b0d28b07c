"""Text messages in: everything Twilio posts, in our words."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.base import BodyUnreadable, FetchesMedia, MediaNotTaken, Received
from bot.channels.sms import Sms
from bot.clock import FixedClock
from bot.conversation.messages import Attachment, Delivery, Preference, Problem, Status
from tests.support.twilio_webhooks import NOW, NUMBER, PUBLIC, SID, TOKEN, accounts, webhook

PAYLOADS = Path(__file__).parents[1] / "payloads" / "twilio"


def channel(client: httpx.AsyncClient | None = None, *ids: str) -> Sms:
    return Sms(
        accounts=accounts("sms", *ids),
        api_url="https://api.twilio.com",
        public_url=PUBLIC,
        client=client or httpx.AsyncClient(),
        clock=FixedClock(NOW),
    )


def recorded(name: str) -> Received:
    body = (PAYLOADS / f"{name}.txt").read_text().strip().replace("\n", "&")
    return Received(f"{PUBLIC}/webhooks/twilio/sms", {}, body.encode())


def status(query: str = "", **fields: str) -> list[Any]:
    form = {"MessageSid": "SM9", "From": NUMBER, "To": "+15550107001", **fields}
    return channel().parse(webhook(f"/webhooks/twilio/status{query}", form)).items


def text(body: str, **more: str) -> list[Any]:
    form = {"MessageSid": "SM1", "From": "+15550107001", "To": NUMBER, "Body": body, "NumMedia": "0", **more}
    return channel().parse(webhook("/webhooks/twilio/sms", form)).items


def test_a_text_is_a_turn() -> None:
    (message,) = channel().parse(recorded("text")).inbound
    assert (message.key.account, message.key.customer) == (NUMBER, "+15550107001")
    assert (message.text, message.event_key, message.kind) == ("running shoes under 80?", "SM0001", "text")
    assert message.profile.phone == "+15550107001"


def test_pictures_come_with_their_addresses_and_kinds() -> None:
    (message,) = channel().parse(recorded("pictures")).inbound
    assert [(file.kind, file.mime_type) for file in message.attachments] == [
        ("image", "image/jpeg"),
        ("document", "application/pdf"),
    ]
    assert message.attachments[0].reference.endswith("/Media/ME01")
    assert message.kind == "image"


def test_a_place_is_an_attachment() -> None:
    (message,) = channel().parse(recorded("place")).inbound
    assert message.attachments == [Attachment("location", "48.8566,2.3522", caption="Home, 1 rue de Rivoli")]


def test_a_tapped_button_and_a_chosen_row_bring_their_payload() -> None:
    (button,) = channel().parse(recorded("button")).inbound
    assert (button.payload, button.text, button.reply_to) == ("/show_cart", "My cart", "SM0000")
    (row,) = text("Blue", ListId='/inform{"colour": "blue"}')
    assert (row.payload, row.text) == ('/inform{"colour": "blue"}', "Blue")


def test_a_user_id_beside_a_number_is_known_as_the_same_customer() -> None:
    (message,) = channel().parse(recorded("button")).inbound
    assert message.key.customer == "whatsapp:+15550107001"
    assert message.also == ["US.13491208655302741918"]
    assert (message.profile.phone, message.profile.name) == ("+15550107001", "Maya")


def test_a_messaging_service_of_ours_is_the_account_and_a_foreign_one_is_not() -> None:
    form = {"MessageSid": "SM1", "From": "+15550107001", "To": NUMBER, "Body": "hi", "MessagingServiceSid": "MG1"}
    posted = webhook("/webhooks/twilio/sms", form)
    assert channel(None, "MG1").parse(posted).inbound[0].key.account == "MG1"
    assert channel().parse(posted).inbound[0].key.account == NUMBER


@pytest.mark.parametrize("word", ["STOP", "stop", " Unsubscribe ", "QUIT", "arrêt"])
def test_stop_is_a_wish_and_no_turn(word: str) -> None:
    (wish,) = text(word)
    assert isinstance(wish, Preference)
    assert (wish.wanted, wish.everything) == (False, True)


def test_twilio_s_own_word_on_the_wish_counts_whatever_was_written() -> None:
    assert text("basta", OptOutType="STOP")[0].wanted is False
    assert text("weiter", OptOutType="START")[0].wanted is True
    assert text("HELP", OptOutType="HELP") == []


def test_yes_is_an_answer_and_no_wish_for_news() -> None:
    assert text("yes")[0].text == "yes"
    assert text("please stop by tomorrow")[0].text == "please stop by tomorrow"


@pytest.mark.parametrize(
    ("told", "state"),
    [("queued", Delivery.SENDING), ("sent", Delivery.SENT), ("delivered", Delivery.DELIVERED), ("read", Delivery.READ)],
)
def test_a_state_of_our_message_comes_with_our_reference(told: str, state: Delivery) -> None:
    (news,) = status("?ref=souk-7.1", MessageStatus=told)
    assert isinstance(news, Status)
    assert (news.state, news.outbox_ref, news.provider_id, news.problem) == (state, "souk-7.1", "SM9", None)


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("30003", Problem.UNREACHABLE), ("30005", Problem.UNREACHABLE), ("30006", Problem.UNREACHABLE),
        ("30007", Problem.REFUSED), ("30008", Problem.PASSING), ("63016", Problem.WINDOW),
        ("63018", Problem.THROTTLED), ("21211", Problem.UNREACHABLE), ("21614", Problem.UNREACHABLE),
        ("20003", Problem.ACCOUNT), ("20429", Problem.THROTTLED), ("", Problem.UNREACHABLE),
    ],
)  # fmt: skip
def test_a_failure_tells_what_can_be_done(code: str, problem: Problem) -> None:
    assert status(MessageStatus="undelivered", ErrorCode=code)[0].problem is problem


def test_a_failure_because_of_an_opt_out_stops_everything() -> None:
    failed, wish = status(MessageStatus="failed", ErrorCode="21610")
    assert failed.problem is Problem.UNREACHABLE
    assert (wish.key.customer, wish.wanted, wish.everything) == ("+15550107001", False, True)


def test_a_body_that_is_no_form_is_unreadable() -> None:
    with pytest.raises(BodyUnreadable):
        channel().parse(Received(PUBLIC, {}, b""))


SMS = channel()


@settings(deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["MessageSid", "From", "To", "Body", "NumMedia", "MediaUrl0", "MessageStatus", "SmsStatus",
                         "ErrorCode", "Latitude", "Longitude", "OptOutType", "ButtonPayload", "x"]),
        st.text(max_size=40),
        min_size=1,
    )
)  # fmt: skip
def test_whatever_is_posted_nothing_raises_and_nothing_holds_nul(fields: dict[str, str]) -> None:
    body = urlencode(fields, errors="replace").encode()
    for message in SMS.parse(Received(PUBLIC, {}, body)).inbound:
        assert "\0" not in message.text
        assert message.event_key


async def test_a_picture_is_fetched_with_our_name_and_word_from_twilio_alone() -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        if request.url.host == "api.twilio.com":
            return httpx.Response(307, headers={"location": "https://media.twiliocdn.com/x"})
        return httpx.Response(200, content=b"jpeg")

    sms = channel(httpx.AsyncClient(transport=httpx.MockTransport(answer)))
    assert isinstance(sms, FetchesMedia)
    picture = Attachment("image", f"https://api.twilio.com/2010-04-01/Accounts/{SID}/Messages/MM1/Media/ME1")
    assert await sms.fetch(NUMBER, picture) == b"jpeg"
    credentials = base64.b64encode(f"{SID}:{TOKEN}".encode()).decode()
    assert [request.headers.get("authorization") for request in asked] == [f"Basic {credentials}", None]
    with pytest.raises(MediaNotTaken):
        await sms.fetch(NUMBER, Attachment("image", "https://evil.example/x"))
