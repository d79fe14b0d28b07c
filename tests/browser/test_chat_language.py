"""The page speaks its reader's language: the address's wish, the browser's, and then the conversation's own."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from bot.storage import conversations
from tests.browser.conftest import OpenPage
from tests.browser.shop_talk import answer
from tests.support.counter import Counter

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("locale", "field", "cart"),
    [
        ("fr-CA", "Votre message", "Panier"),
        ("pl-PL", "Twoja wiadomość", "Koszyk"),
        ("hi-IN", "आपका संदेश", "कार्ट"),
        ("de-DE", "Your message", "Cart"),
    ],
)
async def test_the_page_begins_in_the_browsers_language_or_in_english(
    counter: Counter, open_page: OpenPage, locale: str, field: str, cart: str
) -> None:
    page = await open_page(counter.url, locale=locale)
    await expect(page.get_by_label(field)).to_be_visible()
    await expect(page.get_by_role("button", name=cart)).to_be_visible()
    assert await page.evaluate("document.documentElement.lang") == {"de-DE": "en"}.get(locale, locale[:2])


async def test_the_address_can_ask_for_a_language(counter: Counter, open_page: OpenPage) -> None:
    page = await open_page(f"{counter.url}/?locale=hi-Latn&paid=cs_1", locale="fr-FR")
    await expect(page.get_by_label("Aapka message")).to_be_visible()
    await expect(page.get_by_text("Thank you! Aapki baatcheet wahin jaari hai")).to_be_visible()
    assert page.url == f"{counter.url}/?locale=hi-Latn"


async def test_the_page_follows_the_language_that_the_conversation_turns_to(
    counter: Counter, open_page: OpenPage
) -> None:
    counter.answer = answer
    page = await open_page(counter.url)
    await page.get_by_label("Your message").fill("bonjour")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("You said: bonjour")).to_be_visible()
    async with counter.db.write() as tx:
        await conversations.set_locale(tx, 1, "fr")
        await counter.live.announce(tx, "chat:1", "language", {"language": "fr"})
    await counter.live.wake()
    await expect(page.get_by_label("Votre message")).to_be_visible()
    await expect(page.get_by_text("Aujourd’hui")).to_be_visible()
    await page.reload()
    await expect(page.get_by_label("Votre message")).to_be_visible()
