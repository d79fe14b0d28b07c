"""Which sites may show the chat, by the front door: who reads what the button says, and who writes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.support.counter import Counter, open_counter

LISTED, STRANGER = "https://www.example.com", "https://elsewhere.example"
WORDS = "/api/v1/chat/embed"


@pytest.fixture
async def counter(tmp_path: Path, queue_url: str) -> AsyncIterator[Counter]:
    async with open_counter(tmp_path, queue_url, [LISTED]) as counter:
        yield counter


async def test_a_listed_site_reads_what_its_button_says_in_the_visitors_language(browser: httpx.AsyncClient) -> None:
    answer = await browser.get(WORDS, headers={"Origin": LISTED, "Accept-Language": "hi-Latn"})
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == LISTED
    assert "access-control-allow-credentials" not in answer.headers
    assert "Origin" in answer.headers["vary"]
    assert (answer.json()["shop"], answer.json()["open"]) == ("Souk", "Souk se chat karein")
    assert answer.json()["unread"] == "Naye messages: {count}"


@pytest.mark.parametrize("origin", [STRANGER, "null", "http://www.example.com", f"{LISTED}.evil.example"])
async def test_a_site_that_is_not_listed_reads_why_in_one_sentence(browser: httpx.AsyncClient, origin: str) -> None:
    answer = await browser.get(WORDS, headers={"Origin": origin})
    assert answer.status_code == 403
    assert answer.headers["access-control-allow-origin"] == origin
    assert answer.json()["error"]["code"] == "site_not_listed"
    assert origin in answer.json()["error"]["message"]
    assert "shop" not in answer.json()


@pytest.mark.parametrize("origin", [LISTED, STRANGER])
async def test_no_other_site_writes_or_reads_the_conversation_itself(
    browser: httpx.AsyncClient, counter: Counter, origin: str
) -> None:
    await browser.post("/api/v1/chat/session")
    message = {"client_id": "message-1", "text": "buy it all"}
    answer = await browser.post("/api/v1/chat/messages", json=message, headers={"Origin": origin})
    assert answer.status_code == 403
    read = await browser.get("/api/v1/chat/history", headers={"Origin": origin})
    assert "access-control-allow-origin" not in read.headers
    assert read.json()["messages"] == []


async def test_the_framed_page_writes_because_its_own_origin_is_the_shops(
    browser: httpx.AsyncClient, counter: Counter
) -> None:
    await browser.post("/api/v1/chat/session", headers={"Origin": counter.url})
    message = {"client_id": "message-1", "text": "hello"}
    answer = await browser.post("/api/v1/chat/messages", json=message, headers={"Origin": counter.url})
    assert answer.status_code == 200
