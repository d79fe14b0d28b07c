"""Sending on Messenger and Instagram: what is asked of Meta, and what becomes of each of its answers."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from bot.channels.base import (
    ChannelError,
    ChannelRateLimited,
    ChannelUnavailable,
    CredentialsRefused,
    MediaNotTaken,
    MediaRefused,
    MessageRefused,
    Outgoing,
    WindowClosed,
)
from bot.conversation.messages import Attachment
from tests.channels.page_events import GRAPH, IG_ACCOUNT, IG_PERSON, PAGE, PERSON, answered, instagram, messenger

TAKEN = httpx.Response(200, json={"recipient_id": PERSON, "message_id": "m_1"})


def outgoing(**more: Any) -> Outgoing:
    return Outgoing(account=PAGE, customer=PERSON, piece={"text": "Hello"}, ref="souk-41", **more)


def on_instagram(**more: Any) -> Outgoing:
    return Outgoing(account=IG_ACCOUNT, customer=IG_PERSON, piece={"text": "Hello"}, ref="souk-41", **more)


def asked_of(request: httpx.Request) -> tuple[str, str, Any]:
    return request.method, str(request.url), json.loads(request.content) if request.content else None


def refusal(code: int, subcode: int | None = None, status: int = 400) -> httpx.Response:
    error = {"message": "no", "type": "OAuthException", "code": code, "fbtrace_id": "A"}
    return httpx.Response(status, json={"error": error | ({"error_subcode": subcode} if subcode else {})})


async def test_an_answer_goes_to_the_page_with_its_token_and_our_reference() -> None:
    client, asked = answered(TAKEN)
    assert await messenger(client).send(outgoing()) == "m_1"
    assert asked_of(asked[0]) == (
        "POST",
        f"{GRAPH}/{PAGE}/messages",
        {
            "recipient": {"id": PERSON},
            "messaging_type": "RESPONSE",
            "message": {"text": "Hello", "metadata": "souk-41"},
        },
    )
    assert asked[0].headers["authorization"] == "Bearer EAAtoken"


async def test_a_persons_late_answer_carries_the_tag_for_people() -> None:
    client, asked = answered(TAKEN)
    await instagram(client).send(on_instagram(by_person=True, outside_window=True))
    body = asked_of(asked[0])[2]
    assert (body["messaging_type"], body["tag"]) == ("MESSAGE_TAG", "HUMAN_AGENT")


async def test_the_bot_never_uses_the_tag_for_people() -> None:
    client, asked = answered(TAKEN)
    await messenger(client).send(outgoing(outside_window=True))
    assert "tag" not in asked_of(asked[0])[2]


async def test_instagram_gets_no_reference_of_ours() -> None:
    client, asked = answered(TAKEN)
    await instagram(client).send(on_instagram())
    assert asked_of(asked[0])[2]["message"] == {"text": "Hello"}


async def test_a_token_of_instagrams_own_log_in_is_used_at_instagrams_address() -> None:
    client, asked = answered(TAKEN)
    await instagram(client, token="IGAAtoken").send(on_instagram())
    assert str(asked[0].url) == f"https://graph.instagram.com/v25.0/{IG_ACCOUNT}/messages"


async def test_reading_and_typing_are_two_requests_that_stand_alone() -> None:
    client, asked = answered(httpx.Response(200, json={"recipient_id": PERSON}))
    await messenger(client).seen(PAGE, PERSON, "m_9")
    assert [asked_of(request)[2] for request in asked] == [
        {"recipient": {"id": PERSON}, "sender_action": "mark_seen"},
        {"recipient": {"id": PERSON}, "sender_action": "typing_on"},
    ]


async def test_a_refused_tick_troubles_nobody() -> None:
    client, asked = answered(refusal(190, status=401))
    await messenger(client).seen(PAGE, PERSON, "m_9")
    assert len(asked) == 1


# -- people's names ----------------------------------------------------------------------------------------------------


async def test_a_persons_name_is_made_once_and_stands_above_every_word_of_theirs() -> None:
    nobody = httpx.Response(200, json={"data": []})
    client, asked = answered(nobody, httpx.Response(200, json={"id": "77"}), TAKEN)
    channel = messenger(client)
    await channel.send(outgoing(by_person=True, speaker="Ana"))
    await channel.send(outgoing(by_person=True, speaker="Ana"))
    looked, made, first, second = (asked_of(request) for request in asked)
    assert looked[:2] == ("GET", f"{GRAPH}/{PAGE}/personas?limit=100")
    assert made[2] == {"name": "Ana", "profile_picture_url": "https://shop.example/media/person.png"}
    assert first[2]["persona_id"] == second[2]["persona_id"] == "77"


async def test_a_name_that_was_made_before_is_found_again() -> None:
    known = httpx.Response(200, json={"data": [{"id": "5", "name": "Bo"}, {"id": "77", "name": "Ana"}]})
    client, asked = answered(known, TAKEN)
    await messenger(client).send(outgoing(by_person=True, speaker="Ana"))
    assert asked_of(asked[1])[2]["persona_id"] == "77"


async def test_words_go_out_under_the_pages_name_where_no_name_can_be_made() -> None:
    client, asked = answered(refusal(200), refusal(200), TAKEN)
    assert await messenger(client).send(outgoing(by_person=True, speaker="Ana")) == "m_1"
    assert "persona_id" not in asked_of(asked[-1])[2]


@pytest.mark.parametrize("more", [{"speaker": "Ana"}, {"by_person": True}])
async def test_the_bot_and_nameless_people_have_no_name_above(more: dict[str, Any]) -> None:
    client, asked = answered(TAKEN)
    await messenger(client).send(outgoing(**more))
    assert len(asked) == 1


# -- refusals ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "subcode", "error"),
    [
        (10, 2018278, WindowClosed),
        (10, 2018065, WindowClosed),
        (10, 2534022, WindowClosed),
        (1545041, None, WindowClosed),
        (551, 1545041, MessageRefused),
        (200, 1545041, MessageRefused),
        (10, 2018108, MessageRefused),
        (100, 2018001, MessageRefused),
        (100, 2534014, MessageRefused),
        (10, 2018300, MessageRefused),
        (100, None, MessageRefused),
        (100, 2018008, MediaRefused),
        (100, 2018047, MediaRefused),
        (100, 2018109, MediaRefused),
        (100, 2018294, MediaRefused),
        (4, None, ChannelRateLimited),
        (32, None, ChannelRateLimited),
        (613, None, ChannelRateLimited),
        (80006, None, ChannelRateLimited),
        (1, None, ChannelUnavailable),
        (2, None, ChannelUnavailable),
        (1200, None, ChannelUnavailable),
        (10, 1893063, CredentialsRefused),
        (2, 2018344, CredentialsRefused),
        (100, 33, CredentialsRefused),
        (10, None, CredentialsRefused),
        (190, 463, CredentialsRefused),
        (200, None, CredentialsRefused),
        (230, None, CredentialsRefused),
        (368, None, CredentialsRefused),
    ],
)
async def test_a_refusal_is_told_by_code_and_subcode(code: int, subcode: int | None, error: type[ChannelError]) -> None:
    client, _ = answered(refusal(code, subcode))
    with pytest.raises(ChannelError) as refused:
        await messenger(client).send(outgoing())
    assert type(refused.value) is error
    assert refused.value.provider_code == code


@pytest.mark.parametrize(("code", "subcode", "ours"), [(100, None, True), (551, None, False), (10, 2018300, False)])
async def test_whose_fault_a_refusal_is(code: int, subcode: int | None, ours: bool) -> None:
    client, _ = answered(refusal(code, subcode))
    with pytest.raises(MessageRefused) as refused:
        await messenger(client).send(outgoing())
    assert refused.value.ours is ours


@pytest.mark.parametrize("answer", [httpx.Response(502, html="<html>Bad gateway</html>"), httpx.Response(200, text="")])
async def test_an_answer_without_words_of_metas_is_no_answer(answer: httpx.Response) -> None:
    client, _ = answered(answer)
    with pytest.raises(ChannelUnavailable):
        await messenger(client).send(outgoing())


# -- customers' files --------------------------------------------------------------------------------------------------


async def test_a_customers_file_is_fetched_from_metas_hosts_without_a_token() -> None:
    client, asked = answered(httpx.Response(200, content=b"a picture"))
    picture = Attachment("image", "https://scontent.xx.fbcdn.net/v/one.jpg")
    assert await messenger(client).fetch(PAGE, picture) == b"a picture"
    assert "authorization" not in asked[0].headers


async def test_a_file_from_anywhere_else_is_not_fetched() -> None:
    client, asked = answered(httpx.Response(200, content=b"secret"))
    with pytest.raises(MediaNotTaken):
        await instagram(client).fetch(IG_ACCOUNT, Attachment("image", "http://169.254.169.254/latest"))
    assert not asked
