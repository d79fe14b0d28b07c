"""One real lesson, by the whole shop: not understood in the chat, taught and published in the studio, understood in the
chat."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Keep, OpenPage
from tests.support.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.stack]

SENTENCE = "gizza butchers at me loot"
ASKED_AGAIN = re.compile("I did not get that|I am not quite sure")
INTENT = "show_cart"
PATIENCE_MS = 30_000
TRAINING_MS = 150_000


async def say(page: Page, text: str) -> None:
    await page.get_by_label("Your message").fill(text)
    await page.keyboard.press("Enter")


async def teach_at_the_studio(page: Page, stack: Stack, keep_picture: Keep) -> None:
    email = "operator@souk.example"
    await page.get_by_label("E-mail").fill(email)
    await page.get_by_label("Password", exact=True).fill(stack.passwords[email])
    await page.get_by_role("button", name="Log in").click()
    await page.get_by_role("list", name="Not understood").get_by_role("button", name=SENTENCE).click()
    await expect(page.locator(".studio-talk")).to_contain_text(SENTENCE)
    picker = page.get_by_role("combobox", name="What the customer wants")
    await picker.fill(INTENT)
    await page.get_by_role("option", name=INTENT).click()
    await expect(picker).to_have_value(INTENT)
    await page.get_by_role("button", name="Teach").click()
    await expect(page.get_by_text(f"Taught “{SENTENCE}” as {INTENT}")).to_be_visible()
    await keep_picture(page, "lesson-1-taught")


async def train_and_publish(page: Page, keep_picture: Keep) -> None:
    await page.get_by_role("button", name="Train a new model").click()
    await expect(page.get_by_role("progressbar", name="Training")).to_be_visible()
    new = page.get_by_role("region", name="New model")
    await expect(new).to_be_visible(timeout=TRAINING_MS)
    await expect(new.get_by_role("list", name="Changed answers")).to_contain_text(SENTENCE, timeout=60_000)
    await page.get_by_role("textbox", name="Try a sentence").fill(SENTENCE)
    await expect(page.locator(".studio-sides > div").last).to_contain_text(INTENT)
    await keep_picture(page, "lesson-2-trained")
    await new.get_by_role("button", name="Publish").click()
    await expect(page.get_by_text("Published: the next message gets it")).to_be_visible()
    await keep_picture(page, "lesson-3-published")


@pytest.mark.timeout(400)
async def test_a_sentence_is_taught_in_the_studio_and_understood_in_the_chat(
    stack: Stack, open_page: OpenPage, keep_picture: Keep
) -> None:
    expect.set_options(timeout=PATIENCE_MS)
    chat = await open_page(stack.url)
    await say(chat, SENTENCE)
    await expect(chat.get_by_role("log").get_by_text(ASKED_AGAIN).last).to_be_visible()
    before = stack.query("SELECT model FROM turns WHERE text = :text", text=SENTENCE)

    studio = await open_page(f"{stack.url}/studio")
    await teach_at_the_studio(studio, stack, keep_picture)
    await train_and_publish(studio, keep_picture)

    await say(chat, SENTENCE)
    await expect(chat.get_by_role("log").get_by_text("cart is empty")).to_be_visible()
    await keep_picture(chat, "lesson-4-understood")
    turns = stack.query("SELECT model, intent, review FROM turns WHERE text = :text ORDER BY created_at", text=SENTENCE)
    assert [(turn["intent"], turn["review"]) for turn in turns] == [("nlu_fallback", "taught"), (INTENT, None)]
    assert turns[1]["model"] != before[0]["model"]
    taught = (stack.settings.project / "data" / "nlu" / "cart.yml").read_text()
    assert taught.count(f"- {SENTENCE}\n") == 1

    await studio.get_by_role("button", name="Roll back").click()
    await expect(studio.get_by_text("Rolled back to the model before")).to_be_visible()
