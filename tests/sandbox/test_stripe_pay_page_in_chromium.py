"""The pay page in a real browser: one tap, the Enter key, both widths, both colour schemes, and no scripts at all."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import stripe
from playwright.async_api import Page, expect

from tests.browser.conftest import PHONE, Keep, OpenPage
from tests.payments.sandbox_process import API_KEY, Sandbox

pytestmark = pytest.mark.browser


def _open_session(sandbox: Sandbox) -> Any:
    client = stripe.StripeClient(API_KEY, base_addresses={"api": sandbox.api_url})
    shoes = {"name": "Aero 2", "description": "Size 42, sand", "images": [f"{sandbox.url}/there-is-no-picture.png"]}
    lines = [
        {"price_data": {"currency": "usd", "unit_amount": 6900, "product_data": shoes}, "quantity": 2},
        {"price_data": {"currency": "usd", "unit_amount": 600, "product_data": {"name": "Delivery"}}, "quantity": 1},
    ]
    return client.v1.checkout.sessions.create(
        {
            "mode": "payment",
            "line_items": lines,
            "success_url": "https://shop.example/paid",
            "cancel_url": "https://shop.example/cart",
        }
    )


@pytest.fixture
async def session(sandbox: Sandbox) -> Any:
    return await asyncio.to_thread(_open_session, sandbox)


async def test_a_shopper_on_a_phone_pays_with_a_tap_and_the_enter_key(
    session: Any, open_page: OpenPage, keep_picture: Keep
) -> None:
    page = await open_page(session.url, **PHONE)
    await expect(page.locator(".picture").first).to_have_text("A")  # instead of the picture that does not load
    await keep_picture(page, "pay-phone")

    await page.get_by_label("E-mail").fill("lea@example.com")
    await page.get_by_role("button", name="Not enough money").tap()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("insufficient funds")
    await keep_picture(page, "pay-phone-declined")
    await page.get_by_role("button", name="Works").tap()
    await page.keyboard.press("Enter")

    await expect(page.get_by_role("heading")).to_have_text("Paid, thank you")
    await expect(page.get_by_role("link", name="Back to the shop")).to_have_attribute(
        "href", "https://shop.example/paid"
    )
    assert await _fits(page)


async def test_the_bank_asks_on_a_dark_desktop(session: Any, open_page: OpenPage, keep_picture: Keep) -> None:
    page = await open_page(session.url, color_scheme="dark")
    await keep_picture(page, "pay-desktop-dark")

    await page.get_by_label("E-mail").fill("lea@example.com")
    await page.get_by_role("button", name="Bank asks first").click()
    await page.get_by_role("button", name="Pay $144.00").click()
    await expect(page.get_by_role("heading")).to_have_text("Your bank asks: is it you?")
    await page.get_by_role("button", name="confirm").click()

    await expect(page.get_by_role("heading")).to_have_text("Paid, thank you")
    await keep_picture(page, "pay-desktop-paid")


async def test_a_card_typed_by_hand_is_put_in_groups(session: Any, open_page: OpenPage) -> None:
    page = await open_page(session.url)

    await page.get_by_label("Card number").press_sequentially("4242424242424242")
    await page.get_by_label("Expiry").press_sequentially("1234")

    await expect(page.get_by_label("Card number")).to_have_value("4242 4242 4242 4242")
    await expect(page.get_by_label("Expiry")).to_have_value("12 / 34")


async def test_everything_works_without_scripts(session: Any, open_page: OpenPage) -> None:
    page = await open_page(session.url, java_script_enabled=False)

    await page.get_by_label("E-mail").fill("lea@example.com")
    await page.get_by_role("button", name="Declined").click()
    await page.get_by_label("CVC").press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("Your card was declined.")
    await page.get_by_role("button", name="Works").click()
    await page.get_by_role("button", name="Pay $144.00").click()

    await expect(page.get_by_role("heading")).to_have_text("Paid, thank you")


async def test_the_keyboard_reaches_everything_in_reading_order(session: Any, open_page: OpenPage) -> None:
    page = await open_page(session.url)
    reached = []

    for _ in range(11):
        await page.keyboard.press("Tab")
        reached.append(await page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))

    chips = ["•••• 4242Works", "•••• 0002Declined", "•••• 9995Not enough money", "•••• 3155Bank asks first"]
    fields = ["number", "expiry", "cvc", "name"]
    assert reached == ["← Back to the shop", "email", *chips, *fields, "Pay $144.00"]


async def _fits(page: Page) -> bool:
    """Nothing is wider than the screen."""
    return bool(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
