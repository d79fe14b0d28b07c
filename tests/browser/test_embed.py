"""The shop's chat on somebody else's site, by its one script, in a real browser."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import FrameLocator, Locator, Page, Route, async_playwright, expect

from bot.conversation.replies import Text
from tests.browser.conftest import DESKTOP, FLAGS, PHONE, STATIC, Keep, OpenPage, found_browser, missing
from tests.browser.shop_talk import answer
from tests.support.counter import Counter, open_counter
from tests.support.site import Site, new_site, serving_site

pytestmark = pytest.mark.browser

LOOKS: list[Any] = [
    pytest.param(f"{name}-{scheme}", {**screen, "color_scheme": scheme}, id=f"{name}-{scheme}")
    for name, screen in (("phone", PHONE), ("desktop", DESKTOP))
    for scheme in ("light", "dark")
]


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """A site that the shop lists."""
    site = new_site()
    async with serving_site(site):
        yield site


@pytest.fixture
async def counter(tmp_path: Path, queue_url: str, site: Site) -> AsyncIterator[Counter]:
    if not (STATIC / "embed" / "embed.js").exists():
        missing("The web pages are not built: run `make web`.")
    async with open_counter(tmp_path, queue_url, [site.origin]) as counter:
        counter.answer = answer
        site.shop = counter.url
        yield counter


def launcher(page: Page) -> Locator:
    return page.locator("souk-chat button.launcher")


def chat(page: Page) -> FrameLocator:
    return page.frame_locator("souk-chat iframe")


def field(page: Page) -> Locator:
    return chat(page).get_by_label("Your message")


def said(page: Page, text: str) -> Locator:
    return chat(page).locator(".bubble").get_by_text(text, exact=True)


async def close(page: Page) -> None:
    """And wait until the frame has heard of it."""
    await launcher(page).click()
    await expect(page.locator("souk-chat dialog")).not_to_be_visible()
    await asyncio.sleep(0.5)


async def say(page: Page, text: str) -> None:
    await field(page).fill(text)
    await field(page).press("Enter")


async def test_a_visitor_of_another_site_asks_and_is_answered_and_finds_it_again(
    site: Site, counter: Counter, open_page: OpenPage
) -> None:
    page = await open_page(site.origin)
    await expect(launcher(page)).to_have_accessible_name("Chat with Souk")
    assert len(page.frames) == 1
    await launcher(page).click()
    await expect(field(page)).to_be_focused()
    await say(page, "hello")
    await expect(said(page, "You said: hello")).to_be_visible()

    await page.goto(f"{site.origin}/another-page")
    await expect(said(page, "You said: hello")).to_be_visible()
    await say(page, "again")
    await expect(said(page, "You said: again")).to_be_visible()
    await expect(said(page, "You said: hello")).to_have_count(1)


async def test_the_site_itself_is_left_as_it_is(site: Site, counter: Counter, open_page: OpenPage) -> None:
    page = await open_page(site.origin)
    await launcher(page).click()
    await say(page, "hello")
    await expect(said(page, "You said: hello")).to_be_visible()
    assert await page.evaluate("document.cookie") == ""
    assert await page.context.cookies(site.origin) == []
    assert await page.evaluate("[...document.body.children].map(e => e.localName)") == [
        "h1",
        "p",
        "script",
        "souk-chat",
    ]
    assert await page.evaluate("document.styleSheets.length + document.adoptedStyleSheets.length") == 1
    assert await page.evaluate("Object.keys(localStorage).length") == 0


async def test_what_comes_while_the_chat_is_closed_is_counted_on_the_button(
    site: Site, counter: Counter, open_page: OpenPage
) -> None:
    page = await open_page(site.origin)
    await launcher(page).click()
    await say(page, "hello")
    await expect(said(page, "You said: hello")).to_be_visible()
    await close(page)
    await counter.say(Text("Your parcel is on its way."), Text("It comes on Friday."))
    await expect(page.locator("souk-chat .badge")).to_have_text("2")
    await expect(launcher(page)).to_have_accessible_name("Chat with Souk. New messages: 2")
    await expect(page.locator("souk-chat [role=status]").first).to_have_text("New messages: 2")

    await page.reload()
    await expect(page.locator("souk-chat .badge")).to_have_text("2")
    await page.evaluate("() => { window.heard = []; Souk.on('unread', count => heard.push(count)); }")
    await launcher(page).click()
    await expect(said(page, "It comes on Friday.")).to_be_in_viewport()
    await page.wait_for_function("() => heard.at(-1) === 0")
    await close(page)
    await expect(page.locator("souk-chat .badge")).not_to_be_visible()
    assert await page.evaluate("heard") == [0]


async def test_escape_closes_the_chat_and_the_keyboard_is_where_it_was(
    site: Site, counter: Counter, open_page: OpenPage
) -> None:
    page = await open_page(site.origin)
    await expect(launcher(page)).to_be_visible()
    await page.keyboard.press("Tab")
    await expect(launcher(page)).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(launcher(page)).to_have_attribute("aria-expanded", "true")
    await expect(field(page)).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog", name="Souk")).to_have_count(0)
    await expect(launcher(page)).to_be_focused()
    await expect(launcher(page)).to_have_attribute("aria-expanded", "false")


async def test_escape_in_the_cart_closes_the_cart_alone(site: Site, counter: Counter, open_page: OpenPage) -> None:
    page = await open_page(site.origin)
    await launcher(page).click()
    await chat(page).get_by_role("button", name="Cart").click()
    await expect(chat(page).get_by_role("dialog", name="Cart")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(chat(page).get_by_role("dialog", name="Cart")).to_have_count(0)
    await expect(field(page)).to_be_visible()


async def test_a_sheet_on_a_phone_is_closed_by_its_own_button(
    site: Site, counter: Counter, open_page: OpenPage
) -> None:
    page = await open_page(site.origin, **PHONE)
    await launcher(page).click()
    await expect(field(page)).to_be_visible()
    box = await page.locator("souk-chat dialog").bounding_box()
    assert box == {"x": 0, "y": 0, "width": 390, "height": 844}
    await chat(page).get_by_role("button", name="Close").click()
    await expect(field(page)).not_to_be_visible()
    await expect(launcher(page)).to_be_focused()


async def test_a_site_that_is_not_listed_shows_nothing_and_says_why(counter: Counter, open_page: OpenPage) -> None:
    stranger = new_site()
    stranger.shop = counter.url
    async with serving_site(stranger):
        page = await open_page("about:blank")
        warned: list[str] = []
        page.on("console", lambda entry: warned.append(entry.text) if entry.type == "warning" else None)
        await page.goto(stranger.origin)
        for _ in range(100):
            if warned:
                break
            await asyncio.sleep(0.05)
    assert warned == [
        f"Souk: This shop's chat is not shown here, because {stranger.origin} is not among the shop's EMBED_ORIGINS."
    ]
    await expect(page.locator("souk-chat")).to_have_count(0)
    await page.evaluate("Souk.open()")


async def test_a_frame_made_by_hand_on_a_site_that_is_not_listed_stays_empty(counter: Counter, browser: Any) -> None:
    stranger = new_site()
    stranger.shop = counter.url
    async with serving_site(stranger):
        page = await browser.new_page()
        refused: list[str] = []
        page.on("console", lambda entry: refused.append(entry.text) if "frame-ancestors" in entry.text else None)
        await page.goto(f"{stranger.origin}/by-hand")
        for _ in range(100):
            if refused:
                break
            await asyncio.sleep(0.05)
        assert refused
        assert await page.frames[1].locator("#page").count() == 0


async def test_the_site_can_open_the_chat_and_say_something_in_it(
    site: Site, counter: Counter, open_page: OpenPage
) -> None:
    page = await open_page("about:blank")
    await page.goto(site.origin, wait_until="commit")
    await page.wait_for_function("() => window.Souk")
    await page.evaluate("Souk.say('Is the Aero 2 in stock?')")
    await expect(said(page, "You said: Is the Aero 2 in stock?")).to_be_visible()
    await page.evaluate("Souk.close()")
    await expect(field(page)).not_to_be_visible()
    await page.evaluate("Souk.open()")
    await expect(field(page)).to_be_visible()


async def test_a_message_from_anybody_but_the_site_around_it_is_not_heard(
    site: Site, counter: Counter, open_page: OpenPage
) -> None:
    page = await open_page(site.origin)
    await launcher(page).click()
    await expect(field(page)).to_be_visible()
    frame = page.frames[1]
    await frame.evaluate("postMessage({ souk: 'say', text: 'forged inside' }, '*')")
    await page.evaluate("postMessage({ souk: 'close' }, '*')")
    await asyncio.sleep(0.3)
    await expect(field(page)).to_be_visible()
    await expect(said(page, "forged inside")).to_have_count(0)


async def test_the_tag_chooses_side_colour_label_and_language(
    site: Site, counter: Counter, open_page: OpenPage
) -> None:
    site.attributes = (
        'data-position="left" data-colour="#ffd400" data-label="Une question ?" data-locale="fr" data-open'
    )
    page = await open_page(site.origin)
    await expect(chat(page).get_by_label("Votre message")).to_be_visible()
    await expect(chat(page).get_by_role("heading", name="Bonjour ! Que cherchez-vous ?")).to_be_visible()
    assert await page.evaluate("document.activeElement.localName") == "body"
    await launcher(page).click()
    await expect(launcher(page)).to_have_accessible_name("Une question ?")
    box = await launcher(page).bounding_box()
    assert box is not None
    assert box["x"] == 20
    style = await launcher(page).evaluate("e => [getComputedStyle(e).backgroundColor, getComputedStyle(e).color]")
    assert style == ["rgb(255, 212, 0)", "rgb(0, 0, 0)"]
    await page.reload()
    await expect(launcher(page)).to_be_visible()
    await expect(page.locator("souk-chat dialog")).not_to_be_visible()


async def test_where_a_browser_keeps_no_cookies_the_conversation_lives_as_long_as_the_page(
    site: Site, counter: Counter, open_page: OpenPage
) -> None:
    async def without_cookies(route: Route) -> None:
        sent = {name: value for name, value in route.request.headers.items() if name in ("accept", "souk-session")}
        async with httpx.AsyncClient() as client:
            answer = await client.post(route.request.url, headers=sent)
        await route.fulfill(status=answer.status_code, body=answer.content, content_type="application/json")

    page = await open_page("about:blank")
    await page.context.route("**/api/v1/chat/session*", without_cookies)
    await page.goto(site.origin)
    await launcher(page).click()
    await say(page, "hello")
    await expect(said(page, "You said: hello")).to_be_visible()
    await counter.say(Text("and by the stream"))
    await expect(said(page, "and by the stream")).to_be_visible()
    counter.drop_connections()
    await counter.say(Text("and after a cut"))
    await expect(said(page, "and after a cut")).to_be_visible()
    assert await page.context.cookies(counter.url) == []
    await page.reload()
    await expect(chat(page).get_by_role("heading", level=2)).to_be_visible()
    await expect(said(page, "You said: hello")).to_have_count(0)


async def test_a_browser_that_blocks_third_party_cookies_keeps_the_conversation(site: Site, counter: Counter) -> None:
    async with async_playwright() as playwright:
        flags = [*FLAGS, "--test-third-party-cookie-phaseout"]
        browser = await playwright.chromium.launch(executable_path=found_browser(), args=flags, headless=True)
        page = await browser.new_page()
        await page.goto(site.origin)
        await launcher(page).click()
        await say(page, "hello")
        await expect(said(page, "You said: hello")).to_be_visible()
        (cookie,) = await page.context.cookies(counter.url)
        await page.reload()
        await expect(said(page, "You said: hello")).to_be_visible()
        await browser.close()
    assert (cookie["name"], cookie["sameSite"], cookie["secure"]) == ("__Host-souk_chat", "None", True)
    assert cookie["httpOnly"]


@pytest.mark.parametrize(("name", "options"), LOOKS)
async def test_the_button_and_the_chat_look_well_on_a_site_with_rules_of_its_own(
    site: Site, counter: Counter, open_page: OpenPage, keep_picture: Keep, name: str, options: dict[str, Any]
) -> None:
    page = await open_page(site.origin, **options)
    await expect(launcher(page)).to_be_visible()
    await keep_picture(page, f"embed-{name}-1-button")
    await launcher(page).click()
    await say(page, "shoes")
    await expect(chat(page).get_by_role("heading", name="Aero 2")).to_be_visible()
    await keep_picture(page, f"embed-{name}-2-open")
    await (page.evaluate("Souk.close()") if "phone" in name else close(page))
    await counter.say(Text("Your parcel is on its way."))
    await expect(page.locator("souk-chat .badge")).to_be_visible()
    await keep_picture(page, f"embed-{name}-3-unread")
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_nothing_moves_for_those_who_asked_for_less_motion(
    site: Site, counter: Counter, open_page: OpenPage
) -> None:
    page = await open_page(site.origin, reduced_motion="reduce")
    await launcher(page).click()
    dialog = page.locator("souk-chat dialog")
    await expect(dialog).to_be_visible()
    assert await dialog.evaluate("e => getComputedStyle(e).animationName") == "none"
    assert await launcher(page).evaluate("e => getComputedStyle(e).transitionDuration") == "0s"
