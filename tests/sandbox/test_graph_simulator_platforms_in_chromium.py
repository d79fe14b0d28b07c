"""The simulator's page in a real browser: Messenger and Instagram, and what customers send beside words."""

from __future__ import annotations

import io
import wave
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, Keep, OpenPage
from tests.sandbox.graph_process import text_to as whatsapp_text_to
from tests.sandbox.pages import (
    INSTAGRAM,
    MESSENGER,
    button_template,
    generic,
    postback,
    quick_replies,
    receipt,
    template_to,
    text_to,
)
from tests.sandbox.simulated_gateway import MAYA, PAGE_MAYA, Gateway

pytestmark = pytest.mark.browser

PAGES = {"messenger": ("Messenger", MESSENGER), "instagram": ("Instagram", INSTAGRAM)}


def silence() -> dict[str, Any]:
    """A second of it, as a file to choose."""
    written = io.BytesIO()
    with wave.open(written, "wb") as sound:
        sound.setparams((1, 2, 8000, 8000, "NONE", ""))
        sound.writeframes(bytes(16000))
    return {"name": "note.wav", "mimeType": "audio/wav", "buffer": written.getvalue()}


async def open_messenger(open_page: OpenPage, gateway: Gateway, platform: str, **options: Any) -> Page:
    page = await open_page(f"{gateway.url}/simulator", **options)
    choice = page.get_by_role("button", name=PAGES[platform][0], exact=True)
    await choice.click()
    await expect(choice).to_have_attribute("aria-pressed", "true")
    return page


@pytest.mark.parametrize("platform", PAGES)
async def test_a_customer_taps_a_card_and_a_chip_and_the_chips_are_gone(
    gateway: Gateway, open_page: OpenPage, keep_picture: Keep, platform: str
) -> None:
    maya, account = PAGE_MAYA[platform], PAGES[platform][1]
    page = await open_messenger(open_page, gateway, platform, **PHONE)
    await page.get_by_label("Message to the shop").fill("running shoes under 80")
    await page.keyboard.press("Enter")
    await gateway.hears_on(platform, "running shoes under 80")
    cards = generic(maya, "Aero 2 · $69", "Trail Mini · $74", "City Run · $59", picture=gateway.picture("aero-2.png"))
    account.sent_id(gateway.graph, cards)

    await page.get_by_role("button", name="Next card").tap()
    await expect(page.get_by_text("Trail Mini · $74")).to_be_in_viewport(ratio=1)
    await page.get_by_role("button", name="Choose").nth(1).tap()
    await gateway.hears_on(platform, '"payload": "/choose"')

    account.sent_id(gateway.graph, quick_replies(maya, "41", "42", "43", "Another size"))
    chips = page.get_by_role("group", name="Quick replies")
    await expect(chips).to_be_in_viewport()
    await keep_picture(page, f"simulator-{platform}-phone")
    await chips.get_by_role("button", name="42").tap()
    await gateway.hears_on(platform, '"quick_reply": {"payload": "/42"}')
    await expect(chips).to_have_count(0)
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_messenger_shows_a_receipt_and_the_person_who_writes(
    gateway: Gateway, open_page: OpenPage, keep_picture: Keep, scheme: str
) -> None:
    maya, graph = PAGE_MAYA["messenger"], gateway.graph
    page = await open_messenger(open_page, gateway, "messenger", **DESKTOP, color_scheme=scheme)
    MESSENGER.sent_id(graph, template_to(maya, receipt("10482")))
    face = {"name": "Léa", "profile_picture_url": gateway.picture("bed-socks.png")}
    persona = MESSENGER.post(graph, "me/personas", face).json()["id"]
    MESSENGER.sent_id(graph, text_to(maya, "Bonjour, ici Léa.", persona_id=persona))

    bill = page.get_by_role("region", name="Receipt of order 10482")
    await expect(bill).to_contain_text("Visa 4242")
    await expect(bill).to_contain_text("$138.00")
    await expect(page.get_by_text("Léa", exact=True)).to_be_visible()
    await keep_picture(page, f"simulator-messenger-{scheme}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_instagram_says_seen_and_takes_a_face(
    gateway: Gateway, open_page: OpenPage, keep_picture: Keep, scheme: str
) -> None:
    maya, graph = PAGE_MAYA["instagram"], gateway.graph
    page = await open_messenger(open_page, gateway, "instagram", **DESKTOP, color_scheme=scheme)
    pay = {"type": "web_url", "title": "Pay $138", "url": "https://pay.example/1"}
    words = "Here is your secure checkout. I hold your shoes for 30 minutes."
    shown = INSTAGRAM.sent_id(graph, button_template(maya, words, pay, postback("Back to cart")))
    await expect(page.get_by_role("link", name="Pay $138")).to_have_attribute("href", "https://pay.example/1")

    message = page.get_by_role("listitem").filter(has_text=words)
    await message.hover()
    await message.get_by_role("button", name="React to this message").click()
    await page.get_by_role("group", name="Reactions").get_by_role("button", name="❤️").click()
    await gateway.hears_on("instagram", f'"mid": "{shown}", "action": "react"')
    await expect(page.get_by_role("img", name="Reactions: ❤️")).to_be_visible()

    await page.get_by_label("Message to the shop").fill("paid!")
    await page.keyboard.press("Enter")
    await gateway.hears_on("instagram", "paid!")
    INSTAGRAM.send(graph, {"recipient": {"id": maya}, "sender_action": "mark_seen"})
    await expect(page.get_by_text("Seen", exact=True).last).to_be_in_viewport()
    await keep_picture(page, f"simulator-instagram-{scheme}")


async def test_a_picture_a_voice_note_and_a_place_are_sent_from_the_menu(
    gateway: Gateway, open_page: OpenPage, keep_picture: Keep
) -> None:
    page = await open_page(f"{gateway.url}/simulator", **PHONE)
    more = page.get_by_role("button", name="More to send")
    await page.get_by_label("Message to the shop").fill("arrived like this")

    await more.tap()
    await keep_picture(page, "simulator-phone-plus")
    async with page.expect_file_chooser() as asked:
        await page.get_by_role("menuitem", name="Picture").tap()
    photo = await page.request.get(gateway.picture("aero-2.png"))
    await (await asked.value).set_files({"name": "broken.png", "mimeType": "image/png", "buffer": await photo.body()})
    await gateway.hears('"caption": "arrived like this"')
    await expect(page.get_by_role("img", name="arrived like this")).to_be_visible()

    async with page.expect_file_chooser() as asked:  # there is no microphone here
        await more.tap()
        await page.get_by_role("menuitem", name="Voice note").tap()
    await (await asked.value).set_files(silence())
    await gateway.hears('"voice": true')
    await expect(page.get_by_text("0:01", exact=True)).to_be_visible()

    await more.tap()
    await page.get_by_role("menuitem", name="Place").tap()
    await page.get_by_role("button", name="Place Bellecour").tap()
    await gateway.hears('"address": "69002 Lyon, France"')
    await keep_picture(page, "simulator-phone-sent")


async def test_an_order_is_put_together_from_the_catalogue(
    gateway: Gateway, open_page: OpenPage, keep_picture: Keep
) -> None:
    page = await open_page(f"{gateway.url}/simulator", **DESKTOP)
    await page.get_by_role("button", name="More to send").press("Enter")
    await expect(page.get_by_role("menuitem", name="Picture")).to_be_focused()
    await expect(page.get_by_role("menuitem", name="Order")).to_be_visible()
    await page.keyboard.press("ArrowUp")
    await expect(page.get_by_role("menuitem", name="Order")).to_be_focused()
    await page.keyboard.press("Enter")

    await page.get_by_label("Search the catalogue").fill("aero 2 blue 42")
    add = page.get_by_role("button", name="Add Aero 2")
    await add.click()
    await add.click()
    await keep_picture(page, "simulator-catalogue")
    await page.get_by_role("button", name="Send order · $138.00").click()

    await gateway.hears('"product_retailer_id": "AER2-BLU-42"')
    await expect(page.get_by_role("log")).to_contain_text("2 × Aero 2 (blue, 42)")


async def test_each_messenger_keeps_its_own_conversation(gateway: Gateway, open_page: OpenPage) -> None:
    page = await open_messenger(open_page, gateway, "instagram")
    gateway.graph.sent_id(whatsapp_text_to(MAYA, "Hello on WhatsApp"))
    INSTAGRAM.sent_id(gateway.graph, text_to(PAGE_MAYA["instagram"], "Hello on Instagram"))
    await expect(page.get_by_text("Hello on Instagram")).to_be_visible()

    await page.reload()
    await expect(page.get_by_text("Hello on Instagram")).to_be_visible()
    await page.get_by_role("button", name="WhatsApp", exact=True).click()
    await expect(page.get_by_text("Hello on WhatsApp")).to_be_visible()
    await expect(page.get_by_text("Hello on Instagram")).to_have_count(0)
