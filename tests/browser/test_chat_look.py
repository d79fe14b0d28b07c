"""How the chat page looks: pictures of every kind of message, on a phone and a desktop, light and dark."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from bot.conversation.messages import Author
from bot.conversation.replies import Text
from tests.browser.conftest import DESKTOP, PHONE, Keep, OpenPage
from tests.browser.shop_talk import PAID, answer, cart_with_shoes
from tests.support.counter import Counter

pytestmark = pytest.mark.browser

LOOKS: list[Any] = [
    pytest.param("phone", {**PHONE, "color_scheme": "light"}, id="phone"),
    pytest.param("phone-dark", {**PHONE, "color_scheme": "dark"}, id="phone-dark"),
    pytest.param("desktop", {**DESKTOP, "color_scheme": "light"}, id="desktop"),
    pytest.param("desktop-dark", {**DESKTOP, "color_scheme": "dark"}, id="desktop-dark"),
]


async def no_sideways_scroll(page: Page) -> bool:
    return bool(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize(("name", "options"), LOOKS)
async def test_a_purchase_fits_the_screen(
    counter: Counter, open_page: OpenPage, keep_picture: Keep, name: str, options: dict[str, Any]
) -> None:
    counter.answer = answer
    page = await open_page(counter.url, **options)
    await expect(page.get_by_role("heading", level=2)).to_be_visible()
    await keep_picture(page, f"chat-{name}-1-empty")
    await page.get_by_role("button", name="Running shoes under 80").click()
    await expect(page.get_by_role("heading", name="Aero 2")).to_be_visible()
    await page.get_by_role("heading", name="Aero 2").scroll_into_view_if_needed()
    await keep_picture(page, f"chat-{name}-2-cards")
    assert await no_sideways_scroll(page)

    await page.get_by_role("button", name="Choose: Aero 2").click()
    await expect(page.get_by_role("button", name="42", exact=True)).to_be_visible()
    await keep_picture(page, f"chat-{name}-3-sizes")
    counter.cart = cart_with_shoes()
    await page.get_by_role("button", name="42", exact=True).click()
    await expect(page.get_by_role("button", name="Cart, 1 item")).to_be_visible()
    await page.get_by_role("button", name="Cart, 1 item").click()
    await expect(page.get_by_role("dialog", name="Cart")).to_be_visible()
    await keep_picture(page, f"chat-{name}-4-cart")
    assert await no_sideways_scroll(page)
    await page.get_by_role("button", name="Check out · $75.00").last.click()

    await expect(page.get_by_role("link", name="Pay $75.00")).to_be_visible()
    await counter.say(*PAID)
    await expect(page.get_by_text("Order 10482", exact=True)).to_be_visible()
    await keep_picture(page, f"chat-{name}-5-paid")
    user_id = await counter.take_over("Léa")
    await counter.say(Text("Hello, this is Léa. How can I help?"), author=Author.AGENT, user_id=user_id, name="Léa")
    await expect(page.get_by_text("Léa is with you")).to_be_visible()
    await page.get_by_label("Your message").fill("Could it come on Friday,\nin the afternoon?")
    await keep_picture(page, f"chat-{name}-6-person")
    assert await no_sideways_scroll(page)


@pytest.mark.parametrize(("name", "options"), LOOKS[:2])
async def test_trouble_and_waiting_look_calm_too(
    counter: Counter, open_page: OpenPage, keep_picture: Keep, name: str, options: dict[str, Any]
) -> None:
    counter.answer = answer
    page = await open_page(counter.url, **options)
    await page.get_by_label("Your message").fill("help")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Talk to a person")).to_be_visible()
    counter.thinking_s = 3.0
    await page.get_by_label("Your message").fill("Could you tell me which shoes are good for muddy woods?")
    await page.keyboard.press("Enter")
    await expect(page.locator(".typing")).to_be_visible()
    await keep_picture(page, f"chat-{name}-7-typing")
    counter.thinking_s = 0.0
    refusal = '{"error": {"code": "not_offered", "message": "That choice is no longer open. Please pick another."}}'
    await page.route(
        "**/chat/messages", lambda route: route.fulfill(status=400, body=refusal, content_type="application/json")
    )
    await page.get_by_role("button", name="My orders").click()
    await expect(page.get_by_text("Not sent.")).to_be_visible()
    await page.context.set_offline(True)
    await page.unroute("**/chat/messages")
    await page.get_by_label("Your message").fill("And is there one in green?")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("You are offline.")).to_be_visible()
    await expect(page.get_by_text("Kept here, sent")).to_be_visible()
    await keep_picture(page, f"chat-{name}-8-offline")
    assert await no_sideways_scroll(page)
