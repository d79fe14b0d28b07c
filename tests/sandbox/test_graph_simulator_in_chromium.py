"""The simulator's page in a real browser: WhatsApp on a phone, where a shop is written to, tapped and read."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.conftest import DESKTOP, PHONE, Keep, OpenPage
from tests.sandbox.graph_process import interactive_to, rows, text_to
from tests.sandbox.simulated_gateway import MAYA, Gateway

pytestmark = pytest.mark.browser


def one_shoe(picture: str) -> dict[str, Any]:
    body = interactive_to(
        MAYA,
        "button",
        {"buttons": [{"type": "reply", "reply": {"id": f"/{n}", "title": n}} for n in ("41", "42", "43")]},
        "*Aero 2* $69\nLight, for roads. Which size?",
    )
    body["interactive"]["header"] = {"type": "image", "image": {"link": picture}}
    return body


def pay_link(url: str) -> dict[str, Any]:
    action = {"name": "cta_url", "parameters": {"display_text": "Pay $138", "url": url}}
    return interactive_to(MAYA, "cta_url", action, "Here is your secure checkout. I hold your shoes for 30 minutes.")


async def buy(page: Page, gateway: Gateway) -> None:
    """From hello to the pay link, as the shop's answers allow."""
    graph = gateway.graph
    field = page.get_by_label("Message to the shop")
    await field.fill("running shoes under 80")
    await page.keyboard.press("Enter")
    await expect(field).to_have_value("")
    await gateway.hears("running shoes under 80")
    graph.sent_id(
        interactive_to(MAYA, "list", rows("Aero 2", "Trail Mini", "City Run"), "Three running shoes under $80:")
    )
    await page.get_by_role("button", name="See all").click()
    await expect(page.get_by_role("dialog", name="See all")).to_be_visible()


async def test_a_customer_writes_picks_taps_and_gets_a_link_to_pay(
    gateway: Gateway, open_page: OpenPage, keep_picture: Keep
) -> None:
    page = await open_page(f"{gateway.url}/simulator", **PHONE)
    await expect(page.get_by_text("For a start")).to_be_visible()
    await keep_picture(page, "simulator-phone-empty")
    await buy(page, gateway)
    await keep_picture(page, "simulator-phone-menu")

    await page.get_by_role("dialog").get_by_role("button", name="Aero 2").tap()
    await gateway.hears("About Aero 2")
    gateway.graph.sent_id(one_shoe(gateway.picture("aero-2.png")))
    await page.get_by_role("button", name="42").tap()
    await gateway.hears('"button_reply"')
    gateway.graph.sent_id(pay_link("https://pay.example/1"))

    link = page.get_by_role("link", name="Pay $138")
    await expect(link).to_have_attribute("href", "https://pay.example/1")
    await expect(link).to_have_attribute("target", "_blank")
    await expect(page.get_by_role("log").locator("strong")).to_have_text("Aero 2")
    await keep_picture(page, "simulator-phone")
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    await page.get_by_label("Whose phone this is").select_option("Another customer")
    await expect(page.get_by_role("region", name="Phone of Jonas Okoro")).to_be_visible()


async def test_the_ticks_say_sent_delivered_and_read(gateway: Gateway, open_page: OpenPage) -> None:
    gateway.shop.refusals[MAYA] = [503] * 3
    page = await open_page(f"{gateway.url}/simulator")
    await page.get_by_role("button", name="hi", exact=True).click()

    await expect(page.get_by_role("img", name="Sent")).to_be_visible()
    await expect(page.get_by_role("img", name="Delivered")).to_be_visible()
    message_id = gateway.shop.messages_of(MAYA)[0]["id"]
    read = {"messaging_product": "whatsapp", "status": "read", "message_id": message_id}
    gateway.graph.send({**read, "typing_indicator": {"type": "text"}})
    await expect(page.get_by_role("img", name="Read")).to_be_visible()
    await expect(page.get_by_text("typing…")).to_be_visible()

    gateway.graph.sent_id(text_to(MAYA, "Hello! What are you looking for?"))
    await expect(page.get_by_text("business account")).to_be_visible()


async def test_the_menu_is_worked_by_keyboard_alone(gateway: Gateway, open_page: OpenPage) -> None:
    page = await open_page(f"{gateway.url}/simulator")
    await buy(page, gateway)

    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(page.get_by_role("button", name="See all")).to_be_focused()

    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Aero 2")).to_be_focused()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await gateway.hears("About Trail Mini")


async def test_each_customer_has_a_thread_of_their_own(gateway: Gateway, open_page: OpenPage) -> None:
    gateway.graph.has_phone(MAYA, "Maya Lind")
    gateway.graph.sent_id(text_to(MAYA, "Paid, thank you, Maya!"))
    page = await open_page(f"{gateway.url}/simulator", **DESKTOP)
    await expect(page.get_by_text("Paid, thank you, Maya!")).to_be_visible()

    await page.get_by_role("button", name="Another customer").click()
    await expect(page.get_by_role("region", name="Phone of Jonas Okoro")).to_be_visible()
    await expect(page.get_by_text("Paid, thank you, Maya!")).to_have_count(0)

    await page.reload()
    await expect(page.get_by_role("region", name="Phone of Jonas Okoro")).to_be_visible()
    await page.get_by_role("button", name="Maya Lind").click()
    await expect(page.get_by_text("Paid, thank you, Maya!")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_desktop_page_explains_itself(
    gateway: Gateway, open_page: OpenPage, keep_picture: Keep, scheme: str
) -> None:
    page = await open_page(f"{gateway.url}/simulator", **DESKTOP, color_scheme=scheme)
    await expect(page.get_by_text("The page itself never talks to the shop")).to_be_visible()
    await buy(page, gateway)
    await keep_picture(page, f"simulator-menu-{scheme}")
    await page.keyboard.press("Escape")
    gateway.graph.sent_id(one_shoe(gateway.picture("aero-2.png")))
    gateway.graph.sent_id(pay_link("https://pay.example/1"))
    await expect(page.get_by_role("link", name="Pay $138")).to_be_in_viewport(ratio=1)
    await keep_picture(page, f"simulator-{scheme}")


async def test_what_arrives_while_the_thread_is_read_is_not_lost(gateway: Gateway, open_page: OpenPage) -> None:
    page = await open_page(f"{gateway.url}/simulator")
    await expect(page.get_by_text("For a start")).to_be_visible()
    read, told = asyncio.Event(), asyncio.Event()

    async def slowly(route: Route) -> None:
        answer = await route.fetch()
        read.set()
        await told.wait()
        await route.fulfill(response=answer)

    await page.route("**/thread", slowly)
    await page.reload()
    await read.wait()
    gateway.graph.sent_id(text_to(MAYA, "Your shoes are on their way."))
    await expect(page.get_by_text("Your shoes are on their way.")).to_be_visible()
    async with page.expect_response("**/thread"):
        told.set()
    gateway.graph.sent_id(text_to(MAYA, "They arrive on Friday."))
    await expect(page.get_by_text("They arrive on Friday.")).to_be_visible()
    await expect(page.get_by_text("Your shoes are on their way.")).to_be_visible()
