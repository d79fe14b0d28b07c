"""One hand-off by the whole shop, with a customer's tab and an agent's: to a person, and back to a bot that knows."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Keep, OpenPage
from tests.support.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.stack]

AGENT = "agent@souk.example"
PATIENCE_MS = 30_000


async def says(shop: Page, words: str) -> None:
    await shop.get_by_label("Your message").fill(words)
    await shop.keyboard.press("Enter")


async def log_in(desk: Page, stack: Stack) -> None:
    await desk.get_by_label("E-mail").fill(AGENT)
    await desk.get_by_label("Password", exact=True).fill(stack.passwords[AGENT])
    await desk.get_by_role("button", name="Log in").click()


def turns(stack: Stack, conversation: str) -> int:
    return len(stack.query("SELECT id FROM turns WHERE conversation_id = :id", id=int(conversation)))


async def test_a_customer_goes_to_a_person_and_back_to_a_bot_that_knows_the_cart(
    stack: Stack, open_page: OpenPage, keep_picture: Keep
) -> None:
    expect.set_options(timeout=PATIENCE_MS)
    shop, desk = await open_page(stack.url), await open_page(f"{stack.url}/desk")
    await log_in(desk, stack)
    lines = desk.get_by_role("region", name="Conversations")
    await expect(lines).to_be_visible()
    messages = desk.get_by_role("log")

    # Something in the cart, then a wish for a person: it stands on the agent's screen by itself.
    await says(shop, "running shoes under 80")
    card = shop.get_by_role("listitem").filter(has=shop.get_by_role("heading", name="City Run"))
    await card.get_by_role("button").last.click()
    await shop.get_by_role("button", name="42", exact=True).last.click()
    await expect(shop.get_by_role("button", name="Cart, 1 item")).to_be_visible()
    await says(shop, "I want a human")
    await expect(shop.get_by_text("A person is on the way")).to_be_visible()
    await lines.get_by_role("button", name=re.compile(r"Asked for a person · Web chat")).last.click()
    await expect(messages.get_by_text("I want a human", exact=True)).to_be_visible()
    await expect(desk.get_by_role("complementary", name="Customer")).to_contain_text("City Run")
    conversation = desk.url.rsplit("/", 1)[-1]

    await desk.get_by_role("button", name="Claim").click()
    await expect(shop.get_by_text("Léa is with you")).to_be_visible()
    await desk.get_by_label(re.compile("^Message to ")).fill("Hello, this is Léa. How can I help?")
    await desk.keyboard.press("Enter")
    await expect(shop.get_by_text("Hello, this is Léa. How can I help?")).to_be_visible()

    # What is said to the person stays between people.
    heard = turns(stack, conversation)
    await says(shop, "is my size 42 really 42? add another one")
    await expect(messages.get_by_text("is my size 42 really 42? add another one", exact=True)).to_be_visible()
    await says(shop, "/restart")
    await expect(messages.get_by_text("/restart", exact=True)).to_be_visible()
    await keep_picture(desk, "hand-off-desk")
    await keep_picture(shop, "hand-off-shop")
    assert turns(stack, conversation) == heard

    await desk.get_by_role("button", name="Give back").click()
    await desk.get_by_role("dialog").get_by_role("button", name="Give back").click()
    await expect(messages.get_by_text("Léa gave it back to the bot")).to_be_visible()
    await expect(shop.get_by_text("Léa is with you")).to_have_count(0)
    await says(shop, "what is in my cart?")
    await expect(shop.get_by_role("article").last).to_contain_text("City Run")
    assert turns(stack, conversation) == heard + 1
    await expect(shop.get_by_role("button", name="Cart, 1 item")).to_be_visible()
