"""What WhatsApp's channel asks of Meta beside sending: blue ticks, and customers' files."""

from __future__ import annotations

import asyncio
import base64
import hashlib

import httpx
import pytest

from bot.channels.base import ChannelUnavailable, CredentialsRefused, MediaGone, MediaNotTaken
from bot.channels.fetching import MOST_BYTES
from bot.conversation.messages import Attachment
from tests.channels.whatsapp_number import GRAPH, Graph, number, refuses

CONTENT = b"a voice note"
SHA256 = hashlib.sha256(CONTENT)


def test_a_message_is_marked_as_read_while_the_answer_is_written() -> None:
    graph = Graph()
    asyncio.run(number(graph).seen("777", "15551230000", "wamid.1"))
    assert graph.bodies == [
        {
            "messaging_product": "whatsapp",
            "status": "read",
            "message_id": "wamid.1",
            "typing_indicator": {"type": "text"},
        }
    ]


def test_a_tick_that_fails_disturbs_nobody() -> None:
    graph = Graph(lambda _: refuses(190))
    asyncio.run(number(graph).seen("777", "15551230000", "wamid.1"))
    assert len(graph.requests) == 1


def fetched(about: httpx.Response, file: httpx.Response, sha256: str = "") -> tuple[bytes, Graph]:
    graph = Graph(lambda request: about if str(request.url).startswith(GRAPH) else file)
    voice = Attachment("audio", "2071334455667788", "audio/ogg", sha256=sha256)
    return asyncio.run(number(graph).fetch("777", voice)), graph


def where(**more: object) -> httpx.Response:
    about = {"url": "https://lookaside.fbsbx.com/whatsapp/?mid=1", "sha256": SHA256.hexdigest(), "id": "1"}
    return httpx.Response(200, json={**about, **more})


def test_a_file_is_fetched_by_its_id_with_the_numbers_token() -> None:
    in_base64 = base64.b64encode(SHA256.digest()).decode()
    content, graph = fetched(where(), httpx.Response(200, content=CONTENT), in_base64)
    assert content == CONTENT
    assert [str(request.url) for request in graph.requests] == [
        f"{GRAPH}/2071334455667788",
        "https://lookaside.fbsbx.com/whatsapp/?mid=1",
    ]
    assert {request.headers["authorization"] for request in graph.requests} == {"Bearer t"}


def test_a_file_with_another_digest_is_not_taken() -> None:
    with pytest.raises(MediaNotTaken):
        fetched(where(), httpx.Response(200, content=b"something else"))
    with pytest.raises(MediaNotTaken):
        fetched(where(), httpx.Response(200, content=CONTENT), hashlib.sha256(b"told").hexdigest())


def test_a_file_that_is_said_to_be_too_big_is_not_even_asked_for() -> None:
    with pytest.raises(MediaNotTaken):
        fetched(where(file_size=MOST_BYTES + 1), httpx.Response(500))


@pytest.mark.parametrize("url", ["http://lookaside.fbsbx.com/a", "https://evil.example/a", "", "file:///etc/passwd"])
def test_a_file_elsewhere_is_not_taken(url: str) -> None:
    with pytest.raises(MediaNotTaken):
        fetched(where(url=url), httpx.Response(200, content=CONTENT))


def test_a_file_that_meta_no_longer_has_is_gone() -> None:
    with pytest.raises(MediaGone):
        fetched(refuses(100), httpx.Response(500))


def test_a_token_that_ended_and_a_tired_server_may_be_better_later() -> None:
    with pytest.raises(CredentialsRefused):
        fetched(refuses(190, 401), httpx.Response(500))
    with pytest.raises(ChannelUnavailable):
        fetched(where(), httpx.Response(503))
