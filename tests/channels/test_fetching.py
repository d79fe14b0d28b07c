"""Customers' files come from the platform's own hosts, within a size, and are what was announced."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import Callable

import httpx
import pytest

from bot.channels.base import ChannelError, ChannelUnavailable, CredentialsRefused, MediaGone, MediaNotTaken
from bot.channels.fetching import check_digest, download, is_allowed

HOSTS = ("fbsbx.com",)
BASE = "https://graph.facebook.com/v25.0"
URL = "https://lookaside.fbsbx.com/file?mid=1"


def fetched(answer: Callable[[httpx.Request], httpx.Response], url: str = URL, most: int = 100) -> bytes:
    async def run() -> bytes:
        async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
            token = {"Authorization": "Bearer t"}
            return await download(client, url, channel="x", hosts=HOSTS, base_url=BASE, headers=token, most=most)

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        (URL, True),
        ("https://fbsbx.com/a", True),
        ("https://graph.facebook.com/file", True),
        ("http://lookaside.fbsbx.com/a", False),
        ("https://lookaside.fbsbx.com:8443/a", False),
        ("https://evilfbsbx.com/a", False),
        ("https://fbsbx.com.evil.example/a", False),
        ("https://fbsbx.com@evil.example/a", False),
        ("https://user@fbsbx.com/a", False),
        ("https://169.254.169.254/latest", False),
        ("http://127.0.0.1:8080/api", False),
        ("file:///etc/passwd", False),
        ("https://[fbsbx.com", False),
        ("https://fbsbx.com:port/", False),
        ("", False),
    ],
)
def test_only_the_platforms_own_hosts_are_asked(url: str, allowed: bool) -> None:
    assert is_allowed(url, HOSTS, BASE) is allowed


def test_a_stand_in_is_asked_at_its_very_origin_alone() -> None:
    stand_in = "http://127.0.0.1:9000/v25.0"
    assert is_allowed("http://127.0.0.1:9000/files/1", HOSTS, stand_in)
    assert not is_allowed("http://127.0.0.1:9001/files/1", HOSTS, stand_in)


def test_a_redirect_to_another_host_is_not_followed() -> None:
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        return httpx.Response(302, headers={"Location": "http://169.254.169.254/"})

    with pytest.raises(MediaNotTaken):
        fetched(answer)
    assert asked == ["lookaside.fbsbx.com"]


def test_a_redirect_within_the_hosts_is_followed_without_the_token() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host == "lookaside.fbsbx.com":
            assert request.headers["authorization"] == "Bearer t"
            return httpx.Response(302, headers={"Location": "https://cdn.fbsbx.com/x"})
        assert "authorization" not in request.headers
        return httpx.Response(200, content=b"picture")

    assert fetched(answer) == b"picture"


def test_an_address_that_leads_on_for_ever_is_given_up() -> None:
    with pytest.raises(MediaNotTaken):
        fetched(lambda request: httpx.Response(302, headers={"Location": URL}))


def test_a_file_that_is_too_big_is_not_taken() -> None:
    assert len(fetched(lambda _: httpx.Response(200, content=b"x" * 100))) == 100
    with pytest.raises(MediaNotTaken):
        fetched(lambda _: httpx.Response(200, content=b"x" * 101))


@pytest.mark.parametrize(
    ("status", "error"),
    [(404, MediaGone), (410, MediaGone), (401, CredentialsRefused), (403, CredentialsRefused)]
    + [(status, ChannelUnavailable) for status in (400, 429, 500, 503)],
)
def test_a_refusal_says_whether_asking_again_may_help(status: int, error: type[ChannelError]) -> None:
    with pytest.raises(error):
        fetched(lambda _: httpx.Response(status))


def test_no_answer_may_be_one_later() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("slow", request=request)

    with pytest.raises(ChannelUnavailable):
        fetched(answer)


def test_a_digest_is_compared_in_hex_and_in_base64() -> None:
    digest = hashlib.sha256(b"picture")
    check_digest(b"picture", digest.hexdigest(), "x")
    check_digest(b"picture", base64.b64encode(digest.digest()).decode(), "x")
    check_digest(b"picture", base64.b64encode(digest.digest()).decode().rstrip("="), "x")
    for told in (digest.hexdigest(), base64.b64encode(digest.digest()).decode()):
        with pytest.raises(MediaNotTaken):
            check_digest(b"another", told, "x")


@pytest.mark.parametrize("told", ["", "xyz", "é" * 43])
def test_what_is_no_digest_says_nothing(told: str) -> None:
    check_digest(b"picture", told, "x")
