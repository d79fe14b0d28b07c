"""A browser's conversation over HTTP, as the page holds it."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import msgspec
import pytest
from sqlalchemy import func, select

from bot.commerce.money import Money
from bot.conversation.messages import TEXT_LIMIT, Author
from bot.conversation.replies import Choices, Option, Text
from bot.selling.answers import CartLine, CodeRefused, DeliveryOffer
from bot.storage.tables import contacts, conversations, inbox, messages
from tests.support.counter import Counter

API = "/api/v1/chat"


async def start(browser: httpx.AsyncClient) -> dict[str, Any]:
    answer = await browser.post(f"{API}/session")
    assert answer.status_code == 200
    return dict(answer.json())


async def say(browser: httpx.AsyncClient, text: str, client_id: str = "message-1") -> httpx.Response:
    return await browser.post(f"{API}/messages", json={"client_id": client_id, "text": text})


async def history(browser: httpx.AsyncClient, **query: int) -> dict[str, Any]:
    answer = await browser.get(f"{API}/history", params=query)
    assert answer.status_code == 200
    return dict(answer.json())


async def rows(counter: Counter) -> int:
    async with counter.db.read() as tx:
        counts = [
            (await tx.execute(select(func.count()).select_from(table))).scalar_one()
            for table in (contacts, conversations, inbox, messages)
        ]
    return sum(counts)


async def until_answered(browser: httpx.AsyncClient, count: int) -> list[dict[str, Any]]:
    for _ in range(200):
        shown = (await history(browser))["messages"]
        if len(shown) >= count:
            return list(shown)
        await asyncio.sleep(0.02)
    raise AssertionError(f"no {count} messages came")


async def test_nothing_is_stored_before_the_first_message(browser: httpx.AsyncClient, counter: Counter) -> None:
    state = await start(browser)
    assert state["started"] is False
    assert (await history(browser))["messages"] == []
    assert (await browser.get(f"{API}/cart")).status_code == 204
    assert (await browser.get(f"{API}/live")).status_code == 404
    assert await rows(counter) == 0


@pytest.mark.parametrize(
    ("browsers", "greeting"),
    [("fr-CA,fr;q=0.9", "Bonjour ! Que cherchez-vous ?"), ("de-DE", "Hello! What are you looking for?")],
)
async def test_an_empty_chat_greets_in_the_browsers_language(
    browser: httpx.AsyncClient, browsers: str, greeting: str
) -> None:
    state = (await browser.post("/api/v1/chat/session", headers={"accept-language": browsers})).json()
    assert state["welcome"]["greeting"] == greeting


async def test_the_session_cookie_is_closed_to_scripts_and_other_sites(browser: httpx.AsyncClient) -> None:
    cookie = (await browser.post(f"{API}/session")).headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/api/v1/chat" in cookie
    assert "Max-Age=15552000" in cookie


async def test_a_framed_pages_cookie_is_one_for_each_site_around_it_and_closed_to_scripts(
    browser: httpx.AsyncClient,
) -> None:
    cookie = (await browser.post(f"{API}/session?kept_by=frame")).headers["set-cookie"]
    assert cookie.startswith("__Host-souk_chat=")
    for part in ("HttpOnly", "SameSite=None", "Secure", "Partitioned", "Path=/"):
        assert f"; {part}" in cookie


async def test_a_page_learns_whether_its_browser_sends_the_cookie_back(browser: httpx.AsyncClient) -> None:
    assert (await start(browser))["known"] is False
    assert (await start(browser))["known"] is True


async def test_without_cookies_a_page_holds_a_session_of_its_own(counter: Counter) -> None:
    async with httpx.AsyncClient(base_url=counter.url) as page:
        answer = await page.post(f"{API}/session?kept_by=page")
        assert "set-cookie" not in answer.headers
        page.headers["Souk-Session"] = answer.json()["token"]
        await say(page, "hello")
        assert [m["body"]["text"] for m in (await history(page))["messages"]] == ["hello"]
        again = (await page.post(f"{API}/session?kept_by=page")).json()
        assert (again["known"], again["started"], again["token"]) == (True, True, None)


async def test_a_cookies_session_is_never_shown_to_a_script(browser: httpx.AsyncClient) -> None:
    await start(browser)
    mine = browser.cookies["souk_chat"]
    answer = (await browser.post(f"{API}/session?kept_by=page")).json()
    assert answer["known"] is False
    assert answer["token"].partition(".")[0] != mine.partition(".")[0]


async def test_a_forged_header_is_nobodys_even_beside_a_good_cookie(browser: httpx.AsyncClient) -> None:
    await start(browser)
    assert (await browser.get(f"{API}/history", headers={"Souk-Session": "a.1.b"})).status_code == 401


async def test_a_session_is_kept_in_a_way_that_we_know(browser: httpx.AsyncClient) -> None:
    answer = await browser.post(f"{API}/session?kept_by=magic")
    assert answer.json()["error"]["code"] == "bad_kept_by"


async def test_a_session_is_resumed_and_its_cookie_left_alone(browser: httpx.AsyncClient) -> None:
    await start(browser)
    again = await browser.post(f"{API}/session")
    assert "set-cookie" not in again.headers


async def test_a_forged_cookie_gets_a_new_empty_session(browser: httpx.AsyncClient, counter: Counter) -> None:
    await start(browser)
    await say(browser, "mine")
    mine = browser.cookies["souk_chat"]
    async with httpx.AsyncClient(base_url=counter.url) as thief:
        forged = f"{mine.rpartition('.')[0]}.{'0' * 64}"
        thief.headers["Cookie"] = f"souk_chat={forged}"
        assert (await thief.get(f"{API}/history")).status_code == 401
        assert (await say(thief, "let me in")).status_code == 401
        answer = await thief.post(f"{API}/session")
        assert answer.json()["started"] is False
        assert mine.partition(".")[0] not in answer.headers["set-cookie"]


async def test_what_is_said_is_kept_and_answered(browser: httpx.AsyncClient, counter: Counter) -> None:
    counter.answer = lambda text, payload: [Text(f"You said: {text}")]
    await start(browser)
    accepted = await say(browser, "  running shoes  ")
    assert accepted.json()["text"] == "running shoes"
    mine, reply = await until_answered(browser, 2)
    assert (mine["author"], mine["body"]["text"], mine["client_id"]) == ("customer", "running shoes", "message-1")
    assert (reply["author"], reply["body"]) == ("bot", {"type": "text", "text": "You said: running shoes"})
    assert mine["id"] == accepted.json()["id"]


async def test_the_same_message_sent_twice_is_one_message(browser: httpx.AsyncClient, counter: Counter) -> None:
    counter.answer = lambda text, payload: [Text("Once.")]
    await start(browser)
    first, second = await asyncio.gather(say(browser, "hello", "same-one"), say(browser, "hello", "same-one"))
    assert first.json()["id"] == second.json()["id"]
    await until_answered(browser, 2)
    third = await say(browser, "hello", "same-one")
    assert third.json()["id"] == first.json()["id"]
    assert len((await history(browser))["messages"]) == 2


async def test_another_customer_may_use_the_same_client_id(browser: httpx.AsyncClient, counter: Counter) -> None:
    await start(browser)
    await say(browser, "first customer", "same-one")
    async with httpx.AsyncClient(base_url=counter.url) as other:
        await start(other)
        assert (await say(other, "second customer", "same-one")).json()["text"] == "second customer"
        assert [m["body"]["text"] for m in (await history(other))["messages"]] == ["second customer"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"client_id": "message-1", "text": "   "}, "empty"),
        ({"client_id": "message-1", "text": "x" * (TEXT_LIMIT + 1)}, "too_long"),
        ({"client_id": "message-1"}, "text_or_payload"),
        ({"client_id": "message-1", "text": "a", "payload": "/b"}, "text_or_payload"),
        ({"client_id": "message-1", "payload": '/checkout{"free": true}'}, "not_offered"),
        ({"client_id": "short", "text": "a"}, "bad_body"),
        ({"client_id": "message-1", "text": "a", "customer": "somebody-else"}, "bad_body"),
        ({"text": "a"}, "bad_body"),
        ([], "bad_body"),
    ],
)
async def test_what_cannot_be_used_is_refused_with_a_sentence_and_not_stored(
    browser: httpx.AsyncClient, counter: Counter, body: object, code: str
) -> None:
    await start(browser)
    answer = await browser.post(f"{API}/messages", json=body)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == code
    assert len(answer.json()["error"]["message"]) > 10
    assert await rows(counter) == 0


async def test_a_text_of_exactly_the_limit_is_taken(browser: httpx.AsyncClient) -> None:
    await start(browser)
    assert (await say(browser, "é" * TEXT_LIMIT)).status_code == 200


async def test_a_choice_is_taken_only_when_it_was_offered_in_this_conversation(
    browser: httpx.AsyncClient, counter: Counter
) -> None:
    offer = Choices("Which size?", [Option("42", '/choose{"size": "42"}')])
    counter.answer = lambda text, payload: [offer] if text == "shoes" else [Text(f"Took {payload}")]
    await start(browser)
    await say(browser, "shoes")
    await until_answered(browser, 2)
    tap = {"client_id": "message-2", "payload": '/choose{"size": "42"}'}
    async with httpx.AsyncClient(base_url=counter.url) as other:
        await start(other)
        await say(other, "hello")
        assert (await other.post(f"{API}/messages", json=tap)).json()["error"]["code"] == "not_offered"
    assert (await browser.post(f"{API}/messages", json=tap)).status_code == 200
    shown = await until_answered(browser, 4)
    assert shown[2]["body"]["text"] == "42"
    assert shown[3]["body"]["text"] == 'Took /choose{"size": "42"}'


async def test_a_flood_is_slowed_down_and_says_for_how_long(browser: httpx.AsyncClient, counter: Counter) -> None:
    await start(browser)
    answers = [await say(browser, "hello", f"message-{place}") for place in range(30)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert 5 <= len(refused) <= 15
    assert refused[0].json()["error"]["retry_after"] > 0
    assert int(refused[0].headers["retry-after"]) >= 1
    assert len((await history(browser))["messages"]) == 30 - len(refused)


async def test_a_refusal_is_said_in_the_readers_language(browser: httpx.AsyncClient) -> None:
    browser.headers["Accept-Language"] = "de, fr-CA;q=0.8"
    await start(browser)
    answer = await say(browser, "x" * (TEXT_LIMIT + 1))
    assert answer.json()["error"]["message"] == "C’est trop long : un message accepte 4096 caractères."


async def test_the_history_tells_the_language_of_the_conversation(browser: httpx.AsyncClient) -> None:
    browser.headers["Accept-Language"] = "pl-PL"
    await start(browser)
    assert (await history(browser))["language"] is None
    await say(browser, "cześć")
    assert (await history(browser))["language"] == "pl"


async def test_older_messages_come_a_page_at_a_time(browser: httpx.AsyncClient, counter: Counter) -> None:
    await start(browser)
    await say(browser, "hello")
    await counter.say(*(Text(f"line {place}") for place in range(119)))
    seen: list[str] = []
    before: int | None = None
    while True:
        page = await history(browser, **({"before": before} if before else {}))
        seen = [m["body"]["text"] for m in page["messages"]] + seen
        if not page["more"]:
            break
        assert len(page["messages"]) == 50
        before = page["messages"][0]["id"]
    assert seen == ["hello"] + [f"line {place}" for place in range(119)]


async def test_a_bad_page_number_is_refused(browser: httpx.AsyncClient) -> None:
    await start(browser)
    for value in ("x", "-1", "²", "9" * 30):
        answer = await browser.get(f"{API}/history", params={"before": value})
        assert answer.json()["error"]["code"] == "not_a_number"


async def test_the_page_learns_who_answers_and_the_agents_name(browser: httpx.AsyncClient, counter: Counter) -> None:
    await start(browser)
    await say(browser, "I want a human")
    user_id = await counter.take_over("Léa")
    await counter.say(Text("Bonjour, ici Léa."), author=Author.AGENT, user_id=user_id, name="Léa")
    assert (await start(browser))["started"] is True
    shown = await history(browser)
    assert (shown["owner"], shown["agent"]) == ("person", "Léa")
    assert shown["messages"][-1]["name"] == "Léa"


async def next_changes(lines: Any, count: int) -> list[dict[str, Any]]:
    changes: list[dict[str, Any]] = []
    async for line in lines:
        if line.startswith("data: {") and '"kind"' in line:
            changes.append(json.loads(line.removeprefix("data: ")))
            if len(changes) == count:
                break
    return changes


async def test_the_stream_goes_on_where_the_history_ended(browser: httpx.AsyncClient, counter: Counter) -> None:
    await start(browser)
    await say(browser, "hello")
    await until_answered(browser, 1)
    live_from = (await history(browser))["live_from"]
    await counter.say(Text("said before the stream was open"))
    async with browser.stream("GET", f"{API}/live", params={"last_event_id": live_from}) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        lines = stream.aiter_lines()
        while True:
            (change,) = await next_changes(lines, 1)
            if change["kind"] == "message":
                break
    assert change["data"]["body"]["text"] == "said before the stream was open"


async def test_the_stream_of_one_customer_is_silent_about_another(browser: httpx.AsyncClient, counter: Counter) -> None:
    await start(browser)
    live_from = (await history(browser))["live_from"]
    await say(browser, "hello")
    async with httpx.AsyncClient(base_url=counter.url) as other:
        await start(other)
        await say(other, "a secret of somebody else")
    await counter.say(Text("for you"), conversation=1)
    seen = []
    async with browser.stream("GET", f"{API}/live", headers={"Last-Event-ID": str(live_from)}) as stream:
        lines = stream.aiter_lines()
        while not any(change["data"].get("body", {}).get("text") == "for you" for change in seen):
            seen += await next_changes(lines, 1)
    assert "secret" not in json.dumps(seen)
    assert {change["topic"] for change in seen} == {"chat:1"}


async def test_the_cart_is_shown_with_formatted_amounts(browser: httpx.AsyncClient, counter: Counter) -> None:
    line = CartLine(
        sku="AERO-42",
        product_id="aero-2",
        title="Aero 2",
        label="Aero 2, blue, 42",
        options={"size": "42"},
        quantity=1,
        unit_price=Money(6900, "USD"),
        amount=Money(6900, "USD"),
        available=4,
        image="/media/catalog/aero-2.svg",
    )
    counter.cart = msgspec.structs.replace(
        counter.cart,
        lines=[line],
        count=1,
        subtotal=Money(6900, "USD"),
        shipping=Money(600, "USD"),
        total=Money(7500, "USD"),
        deliveries=[DeliveryOffer("standard", "Standard", Money(600, "USD"), (2, 3))],
    )
    await start(browser)
    await say(browser, "hello")
    cart = (await browser.get(f"{API}/cart", headers={"Accept-Language": "en-US,en;q=0.9"})).json()
    assert cart["lines"][0]["amount"] == "$69.00"
    assert (cart["total"], cart["missing_for_free_shipping"], cart["free_shipping"]) == ("$75.00", "$6.00", False)
    french = (await browser.get(f"{API}/cart", headers={"Accept-Language": "xx-bad, fr-FR;q=0.8"})).json()
    assert french["total"].startswith("75,00")


async def test_all_that_the_total_is_made_of_is_shown_in_the_readers_language(
    browser: httpx.AsyncClient, counter: Counter
) -> None:
    line = CartLine("MUG", "mug", "Mug", "Mug", {}, 2, Money(1000, "USD"), Money(2000, "USD"), 9, None, "for Léa")
    counter.cart = msgspec.structs.replace(
        counter.cart,
        lines=[line],
        count=2,
        subtotal=Money(2000, "USD"),
        discount=Money(200, "USD"),
        code="TEN",
        shipping=Money(600, "USD"),
        tax=Money(90, "USD"),
        tax_name="GST",
        total=Money(2490, "USD"),
        country="CA",
        country_known=True,
        deliveries=[DeliveryOffer("standard", "Standard", Money(600, "USD"), (2, 3))],
        note="leave it at the door",
    )
    await start(browser)
    await say(browser, "hello")
    cart = (await browser.get(f"{API}/cart", headers={"Accept-Language": "en-US"})).json()
    assert [cart[name] for name in ("subtotal", "discount", "shipping", "tax", "total")] == [
        "$20.00", "$2.00", "$6.00", "$0.90", "$24.90",
    ]  # fmt: skip
    assert (cart["code"], cart["tax_name"], cart["delivery_to"]) == ("TEN", "GST", "Canada")
    assert (cart["note"], cart["lines"][0]["note"]) == ("leave it at the door", "for Léa")

    refused = CodeRefused("TEN", "below_minimum", Money(2500, "USD"), Money(500, "USD"))
    counter.cart = msgspec.structs.replace(
        counter.cart, code_refused=refused, discount=Money(0, "USD"), country="RU", deliveries=[]
    )
    french = (await browser.get(f"{API}/cart", headers={"Accept-Language": "fr-FR"})).json()
    assert french["code_refused"].startswith("TEN compte à partir de 25,00")
    assert (french["undeliverable"], french["discount"]) == ("Russie", None)


async def test_another_sites_page_cannot_write_with_our_cookie(browser: httpx.AsyncClient, counter: Counter) -> None:
    await start(browser)
    answer = await browser.post(
        f"{API}/messages",
        json={"client_id": "message-1", "text": "buy it all"},
        headers={"Origin": "https://elsewhere.example"},
    )
    assert answer.status_code == 403
    assert await rows(counter) == 0
