"""The simulator's page at a whole shop: a customer buys on it, and the shop has seen nothing but signed webhooks."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.conftest import DESKTOP, STATIC, Keep, OpenPage, missing
from tests.support.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.stack]


async def test_a_customer_comes_from_hello_to_the_pay_page(
    stack: Stack, open_page: OpenPage, keep_picture: Keep
) -> None:
    if not (STATIC / "simulator" / "index.html").exists():
        missing("The web pages are not built: run `make web`.")
    expect.set_options(timeout=45_000)
    page = await open_page(f"{stack.url}/simulator", **DESKTOP)
    customers = page.locator(".customers button")
    await expect(customers.first).to_be_visible()
    known = await customers.count()  # other tests may have made some at the same shop
    await page.get_by_role("button", name="Another customer").click()
    await expect(customers).to_have_count(known + 1)
    await expect(customers.last).to_have_attribute("aria-pressed", "true")
    field = page.get_by_label("Message to the shop")

    await field.fill("hey do u have running shoes under 80")
    await field.press("Enter")
    await page.locator("[aria-haspopup=dialog]").last.click()
    await keep_picture(page, "simulator-shop-menu")
    await page.get_by_role("dialog").get_by_role("button", name="Aero 2").click()
    await expect(page.get_by_role("log").locator("img").last).to_be_visible()
    await keep_picture(page, "simulator-shop-product")
    await field.fill("42")
    await field.press("Enter")
    await expect(page.get_by_role("log")).to_contain_text("in your cart")
    await field.fill("checkout")
    await field.press("Enter")
    link = page.get_by_role("link", name="Pay")
    await expect(link).to_be_in_viewport()
    await keep_picture(page, "simulator-shop-pay")

    async with page.expect_popup() as opened:
        await link.click()
    pay_page = await opened.value
    await expect(pay_page.get_by_role("heading").first).to_be_visible()
    assert pay_page.url.startswith(stack.stripe_url)
