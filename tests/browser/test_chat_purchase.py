"""A purchase on the shop's own page, by the whole shop: from the first word to the receipt, with its pictures."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, Keep, OpenPage
from tests.support.stack import Stack
from tests.support.till import session_id_of

pytestmark = [pytest.mark.browser, pytest.mark.stack]

SHOE = "City Run"
PATIENCE_MS = 45_000


async def pay(page: Page) -> None:
    told = {
        "E-mail": "maya@example.com",
        "Full name": "Maya Lind",
        "Street and number": "1 Market Street",
        "City": "San Francisco",
        "Phone": "+14155550100",
    }
    for label, value in told.items():
        await page.get_by_label(label).fill(value)
    await page.get_by_role("button", name="Works").click()
    await page.get_by_role("button", name="Pay $").click()
    await expect(page.get_by_role("heading", name="Paid, thank you")).to_be_visible()


@pytest.mark.parametrize(
    ("name", "options"), [pytest.param("phone", PHONE, id="phone"), pytest.param("desktop", DESKTOP, id="desktop")]
)
async def test_a_customer_buys_two_pairs_on_the_page(
    stack: Stack, open_page: OpenPage, keep_picture: Keep, name: str, options: dict[str, Any]
) -> None:
    expect.set_options(timeout=PATIENCE_MS)
    page = await open_page(stack.url, **options)
    await page.get_by_role("button", name="running shoes under 80").click()
    card = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=SHOE))
    await expect(card).to_be_visible()
    await card.scroll_into_view_if_needed()
    await keep_picture(page, f"purchase-{name}-1-found")

    await card.get_by_role("button").last.click()
    await page.get_by_role("button", name="42", exact=True).last.click()
    await expect(page.get_by_role("button", name="Cart, 1 item")).to_be_visible()
    await page.get_by_label("Your message").fill("add another one")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Cart, 2 items")).to_be_visible()
    await page.get_by_role("button", name="Cart, 2 items").click()
    await keep_picture(page, f"purchase-{name}-2-cart")
    await page.get_by_role("dialog").get_by_role("button", name="Check out").click()

    link = page.get_by_role("link", name="Pay $")
    await expect(link).to_be_visible()
    session = session_id_of(await link.get_attribute("href") or "")
    async with page.context.expect_page() as opened:
        await link.click()
    pay_page = await opened.value
    await keep_picture(pay_page, f"purchase-{name}-3-pay")
    await pay(pay_page)

    await expect(page.get_by_text("Paid").last).to_be_visible()
    await expect(page.get_by_role("button", name="Cart", exact=True)).to_be_visible()
    order = stack.query("SELECT number, state, total FROM orders WHERE session_id = :session", session=session)[0]
    assert order["state"] == "paid"
    await expect(page.get_by_text(str(order["number"])).first).to_be_visible()
    await keep_picture(page, f"purchase-{name}-4-paid")

    await pay_page.get_by_role("link", name="Back to the shop").click()
    await expect(pay_page.get_by_text(str(order["number"])).first).to_be_visible()
    assert "paid=" not in pay_page.url
