"""The customers' page as a customer meets it: what is written arrives once, what is said stays, nothing breaks it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from playwright.async_api import Locator, Page, Route, expect
from sqlalchemy import select

from bot.conversation.messages import Author
from bot.conversation.replies import Choices, Link, Option, Text
from bot.storage.tables import messages
from tests.browser.conftest import PHONE, OpenPage
from tests.browser.shop_talk import answer, cart_with_shoes
from tests.support.counter import Counter

pytestmark = pytest.mark.browser


def field(page: Page) -> Locator:
    return page.get_by_label("Your message")


def said(page: Page, text: str) -> Locator:
    return page.locator(".bubble").get_by_text(text, exact=True)


async def write(page: Page, text: str) -> None:
    await field(page).fill(text)
    await field(page).press("Enter")


async def kept_texts(counter: Counter) -> list[str]:
    """What customers said, as SQL has it."""
    async with counter.db.read() as tx:
        query = select(messages.c.text).where(messages.c.author == Author.CUSTOMER.value).order_by(messages.c.id)
        return list((await tx.execute(query)).scalars())


async def until(true: Any) -> None:
    for _ in range(300):
        if await true():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it did not happen within 15 s")


async def test_a_conversation_is_there_after_a_reload_on_a_phone(counter: Counter, open_page: OpenPage) -> None:
    counter.answer = answer
    page = await open_page(counter.url, **PHONE)
    await write(page, "hello there")
    await expect(said(page, "You said: hello there")).to_be_visible()
    await page.reload()
    await expect(said(page, "hello there")).to_be_visible()
    await expect(said(page, "You said: hello there")).to_have_count(1)
    await write(page, "again")
    await expect(said(page, "You said: again")).to_be_visible()


async def test_an_unsent_draft_survives_a_reload(counter: Counter, open_page: OpenPage) -> None:
    page = await open_page(counter.url)
    await field(page).fill("half a thought")
    await page.reload()
    await expect(field(page)).to_have_value("half a thought")


async def test_older_messages_load_when_one_scrolls_up_and_the_place_is_kept(
    counter: Counter, open_page: OpenPage
) -> None:
    page = await open_page(counter.url)
    await write(page, "hello")
    await expect(said(page, "hello")).to_be_visible()
    await until(lambda: _has_messages(counter))
    await counter.say(*(Text(f"line {place}") for place in range(130)))
    await expect(said(page, "line 129")).to_be_attached()
    await page.reload()
    await expect(said(page, "line 129")).to_be_in_viewport()
    await expect(said(page, "line 79")).to_have_count(0)
    await said(page, "line 85").scroll_into_view_if_needed()
    await expect(said(page, "line 40")).to_have_count(1)
    await expect(said(page, "line 85")).to_be_in_viewport()
    for _ in range(4):
        await page.locator(".log").evaluate("log => { log.scrollTop = 0 }")
        await asyncio.sleep(0.2)
    await expect(said(page, "hello")).to_be_visible()
    await expect(page.locator(".bubble")).to_have_count(131)


async def _has_messages(counter: Counter) -> bool:
    return bool(await kept_texts(counter))


async def test_what_is_written_offline_is_kept_and_sent_once_in_order(counter: Counter, open_page: OpenPage) -> None:
    page = await open_page(counter.url)
    await write(page, "before")
    await expect(said(page, "before")).to_be_visible()
    await page.context.set_offline(True)
    await expect(page.get_by_text("You are offline.")).to_be_visible()
    await write(page, "first in the tunnel")
    await write(page, "second in the tunnel")
    await expect(page.get_by_text("Kept here, sent as soon as the connection is back")).to_have_count(2)
    await page.context.set_offline(False)
    await expect(page.get_by_text("Kept here, sent")).to_have_count(0)
    await expect(page.get_by_text("You are offline.")).to_have_count(0)
    assert await kept_texts(counter) == ["before", "first in the tunnel", "second in the tunnel"]


async def test_what_was_kept_is_sent_even_by_a_page_that_was_loaded_again(
    counter: Counter, open_page: OpenPage
) -> None:
    page = await open_page(counter.url)
    await page.route("**/chat/messages", lambda route: route.abort())
    await write(page, "do not lose me")
    await expect(page.get_by_text("Kept here, sent")).to_be_visible()
    await page.unroute("**/chat/messages")
    await page.reload()
    await expect(page.get_by_text("Kept here, sent")).to_have_count(0)
    await until(lambda: _has_messages(counter))
    assert await kept_texts(counter) == ["do not lose me"]
    await expect(said(page, "do not lose me")).to_have_count(1)


async def test_a_message_whose_answer_got_lost_is_not_said_twice(counter: Counter, open_page: OpenPage) -> None:
    counter.answer = answer
    page = await open_page(counter.url)
    lost = 0

    async def lose_the_first_two_answers(route: Route) -> None:
        nonlocal lost
        if lost < 2:
            lost += 1
            await route.fetch()
            await route.abort()
        else:
            await route.continue_()

    await page.route("**/chat/messages", lose_the_first_two_answers)
    await write(page, "only once")
    await expect(said(page, "You said: only once")).to_be_visible()
    assert lost == 2
    assert await kept_texts(counter) == ["only once"]
    await expect(said(page, "only once")).to_have_count(1)


async def test_a_refused_message_says_why_and_can_be_tried_again_or_discarded(
    counter: Counter, open_page: OpenPage
) -> None:
    page = await open_page(counter.url)
    refusal = '{"error": {"code": "not_offered", "message": "That choice is no longer open."}}'
    await page.route(
        "**/chat/messages", lambda route: route.fulfill(status=400, body=refusal, content_type="application/json")
    )
    await write(page, "one")
    await write(page, "two")
    await expect(page.get_by_text("Not sent. That choice is no longer open.")).to_have_count(2)
    await page.get_by_role("button", name="Discard").first.click()
    await expect(said(page, "one")).to_have_count(0)
    await page.unroute("**/chat/messages")
    await page.get_by_role("button", name="Try again").click()
    await expect(page.get_by_text("Not sent.")).to_have_count(0)
    await until(lambda: _has_messages(counter))
    assert await kept_texts(counter) == ["two"]


async def test_a_lost_session_is_replaced_and_the_message_still_sent(counter: Counter, open_page: OpenPage) -> None:
    page = await open_page(counter.url)
    await expect(page.get_by_role("heading", level=2)).to_be_visible()
    await page.context.clear_cookies()
    await write(page, "who am I?")
    await until(lambda: _has_messages(counter))
    await expect(page.get_by_text("Sending")).to_have_count(0)
    assert await kept_texts(counter) == ["who am I?"]


async def test_a_dropped_stream_misses_nothing(counter: Counter, open_page: OpenPage) -> None:
    page = await open_page(counter.url)
    await write(page, "hello")
    await until(lambda: _has_messages(counter))
    await counter.say(Text("before the cut"))
    await expect(said(page, "before the cut")).to_be_visible()
    counter.drop_connections()
    await counter.say(Text("during the cut"), Text("also during the cut"))
    await expect(said(page, "also during the cut")).to_be_visible()
    await expect(said(page, "during the cut")).to_have_count(1)
    await expect(said(page, "before the cut")).to_have_count(1)


async def test_two_tabs_of_one_customer_show_the_same(counter: Counter, open_page: OpenPage) -> None:
    counter.answer = answer
    page = await open_page(counter.url)
    await write(page, "from the first tab")
    await expect(said(page, "You said: from the first tab")).to_be_visible()
    other = await page.context.new_page()
    await other.goto(counter.url)
    await expect(said(other, "from the first tab")).to_be_visible()
    await write(other, "from the second tab")
    await expect(said(page, "from the second tab")).to_have_count(1)
    await expect(said(page, "You said: from the second tab")).to_have_count(1)
    await expect(said(other, "from the second tab")).to_have_count(1)


async def test_two_customers_do_not_see_each_other(counter: Counter, open_page: OpenPage) -> None:
    counter.answer = answer
    one, other = await open_page(counter.url), await open_page(counter.url)
    await write(one, "my secret gift")
    await expect(said(one, "You said: my secret gift")).to_be_visible()
    await write(other, "hello")
    await expect(said(other, "You said: hello")).to_be_visible()
    await expect(other.get_by_text("gift")).to_have_count(0)


async def test_the_typing_sign_shows_while_the_shop_thinks(counter: Counter, open_page: OpenPage) -> None:
    counter.answer, counter.thinking_s = answer, 1.0
    page = await open_page(counter.url)
    await write(page, "hello")
    await expect(page.get_by_text("The shop is writing")).to_be_attached()
    await expect(said(page, "You said: hello")).to_be_visible()
    await expect(page.get_by_text("The shop is writing")).to_have_count(0)


async def test_a_person_is_shown_by_name_and_the_bot_when_it_is_back(counter: Counter, open_page: OpenPage) -> None:
    page = await open_page(counter.url)
    await write(page, "I want a human")
    await until(lambda: _has_messages(counter))
    user_id = await counter.take_over("Léa")
    await expect(page.get_by_text("Léa is with you")).to_be_visible()
    await counter.say(Text("Bonjour!"), author=Author.AGENT, user_id=user_id, name="Léa")
    await expect(page.get_by_role("article").filter(has_text="Bonjour!").get_by_text("Léa")).to_be_visible()
    await page.reload()
    await expect(page.get_by_text("Léa is with you")).to_be_visible()
    await expect(page.get_by_role("article").filter(has_text="Bonjour!").get_by_text("Léa")).to_be_visible()
    await counter.give_back()
    await expect(page.get_by_text("Shop assistant")).to_be_visible()


async def test_text_is_only_ever_text(counter: Counter, open_page: OpenPage) -> None:
    attack = "<img src=x onerror=\"document.title='owned'\"><b>bold</b> javascript:alert(1)"
    counter.answer = lambda text, payload: [
        Text(f"{text} and https://souk.example/help?a=1&b=2."),
        Link("Pay here", "Pay", "javascript:document.title='owned'"),
        Choices("<script>document.title='owned'</script>", [Option("<i>ok</i>", "/ok")]),
    ]
    page = await open_page(counter.url)
    await write(page, attack)
    await expect(said(page, attack)).to_be_visible()
    link = page.get_by_role("link", name="https://souk.example/help?a=1&b=2", exact=True)
    await expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")
    await expect(link).to_have_attribute("target", "_blank")
    assert await page.locator("a").filter(has_text="Pay").get_attribute("href") is None
    await expect(page.get_by_role("button", name="<i>ok</i>")).to_be_visible()
    await expect(page.locator(".bubble b, .bubble img, .bubble script, .bubble i")).to_have_count(0)
    assert await page.title() == "Souk"


async def test_everything_can_be_done_by_keyboard(counter: Counter, open_page: OpenPage) -> None:
    counter.answer = answer
    counter.cart = cart_with_shoes()
    page = await open_page(counter.url)
    await expect(field(page)).to_be_focused()
    await page.keyboard.type("running")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("shoes")
    await expect(field(page)).to_have_value("running\nshoes")
    await page.keyboard.press("Enter")
    choose = page.get_by_role("button", name="Choose: Aero 2")
    await expect(choose).to_be_visible()
    await expect(field(page)).to_be_focused()

    for _ in range(20):
        await page.keyboard.press("Shift+Tab")
        if await choose.evaluate("button => button === document.activeElement"):
            break
    await expect(choose).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="42", exact=True)).to_be_visible()
    await expect(field(page)).to_be_focused()
    await page.keyboard.press("Shift+Tab")
    await expect(page.get_by_role("button", name="44", exact=True)).to_be_focused()

    cart = page.get_by_role("button", name="Cart, 1 item")
    await cart.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog", name="Cart")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog", name="Cart")).to_have_count(0)
    await expect(cart).to_be_focused()


async def test_reading_further_up_is_not_disturbed_by_what_comes_in(counter: Counter, open_page: OpenPage) -> None:
    page = await open_page(counter.url, **PHONE)
    await write(page, "hello")
    await until(lambda: _has_messages(counter))
    await counter.say(*(Text(f"line {place}") for place in range(40)))
    await expect(said(page, "line 39")).to_be_attached()
    await page.reload()
    await expect(said(page, "line 39")).to_be_in_viewport()
    await page.locator(".log").evaluate("log => { log.scrollTop = 200 }")
    await expect(said(page, "line 39")).not_to_be_in_viewport()
    await counter.say(Text("something new"))
    await expect(page.get_by_role("button", name="New messages")).to_be_visible()
    await expect(said(page, "something new")).not_to_be_in_viewport()
    await page.get_by_role("button", name="New messages").click()
    await expect(said(page, "something new")).to_be_in_viewport()


async def test_a_long_answer_is_shown_from_its_beginning(counter: Counter, open_page: OpenPage) -> None:
    counter.answer = lambda text, payload: [Text(f"{text}, line {place}") for place in range(30)]
    page = await open_page(counter.url, **PHONE)
    await write(page, "a story")
    await expect(said(page, "a story, line 29")).to_be_attached()
    await expect(said(page, "a story, line 0")).to_be_in_viewport()
    await expect(said(page, "a story, line 29")).not_to_be_in_viewport()
    await page.get_by_role("button", name="More below").click()
    await expect(said(page, "a story, line 29")).to_be_in_viewport()
    await expect(page.get_by_role("button", name="More below")).to_have_count(0)
    await write(page, "another")
    await expect(said(page, "another, line 29")).to_be_attached()
    await expect(said(page, "another, line 0")).to_be_in_viewport()


async def test_the_pay_page_opens_beside_the_conversation(counter: Counter, open_page: OpenPage) -> None:
    counter.answer = lambda text, payload: [Link("Your checkout", "Pay $75.00", f"{counter.url}/healthz-like")]
    page = await open_page(counter.url)
    await write(page, "checkout")
    async with page.context.expect_page() as opened:
        await page.get_by_role("link", name="Pay $75.00").click()
    pay_page = await opened.value
    assert await pay_page.evaluate("window.opener") is None
    await expect(said(page, "Your checkout")).to_be_visible()


async def test_no_motion_is_shown_to_those_who_asked_for_less(counter: Counter, open_page: OpenPage) -> None:
    counter.answer, counter.thinking_s = answer, 1.0
    page = await open_page(counter.url, reduced_motion="reduce")
    await write(page, "hello")
    dot = page.locator(".typing i").first
    await expect(dot).to_be_visible()
    assert await dot.evaluate("dot => getComputedStyle(dot).animationName") == "none"


async def test_every_target_on_a_phone_is_large_enough_for_a_thumb(counter: Counter, open_page: OpenPage) -> None:
    counter.answer = answer
    page = await open_page(counter.url, **PHONE)
    await write(page, "shoes")
    await expect(page.get_by_role("button", name="Choose: Aero 2")).to_be_visible()
    sizes = await page.evaluate(
        """[...document.querySelectorAll("button, textarea, a")].filter(e => e.checkVisibility()).map(e => {
            const box = e.getBoundingClientRect();
            return [e.textContent || e.ariaLabel, Math.round(Math.min(box.width, box.height))];
        })"""
    )
    assert sizes
    assert [small for small in sizes if small[1] < 44] == []
