"""The cart's sheet shows all that its total is made of."""

from __future__ import annotations

import msgspec
import pytest
from playwright.async_api import expect

from bot.commerce.money import Money
from bot.selling.answers import CodeRefused
from tests.browser.conftest import PHONE, Keep, OpenPage
from tests.browser.shop_talk import answer, cart_with_shoes
from tests.support.counter import Counter

pytestmark = pytest.mark.browser


def dollars(amount: str) -> Money:
    return Money.parse(amount, "USD")


async def test_the_sheet_adds_up_code_delivery_and_tax(
    counter: Counter, open_page: OpenPage, keep_picture: Keep
) -> None:
    counter.answer = answer
    shoes = cart_with_shoes()
    counter.cart = msgspec.structs.replace(
        shoes,
        lines=[msgspec.structs.replace(shoes.lines[0], note="engrave Léa on it")],
        discount=dollars("6.90"),
        code="WELCOME10",
        tax=dollars("3.11"),
        tax_name="GST",
        total=dollars("71.21"),
        country="CA",
        country_known=True,
        note="leave it at the door",
    )
    page = await open_page(counter.url, **PHONE)
    await page.get_by_role("textbox").fill("hello")
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Cart, 1 item").click()

    sheet = page.get_by_role("dialog", name="Cart")
    sums = [await term.inner_text() for term in await sheet.locator(".cart-sums > *").all()]
    assert sums == [
        "Subtotal", "$69.00", "Discount · WELCOME10", "−$6.90", "Delivery · Canada", "$6.00", "GST", "$3.11",
        "Total", "$71.21",
    ]  # fmt: skip
    await expect(sheet).to_contain_text("Note: engrave Léa on it")
    await expect(sheet).to_contain_text("Note: leave it at the door")
    await keep_picture(page, "cart-sheet-phone")


async def test_the_sheet_says_why_a_code_takes_nothing_off_and_where_nothing_goes(
    counter: Counter, open_page: OpenPage, keep_picture: Keep
) -> None:
    counter.answer = answer
    counter.cart = msgspec.structs.replace(
        cart_with_shoes(),
        code="RUN15",
        code_refused=CodeRefused("RUN15", "below_minimum", dollars("75.00"), dollars("6.00")),
        shipping=dollars("0"),
        total=dollars("69.00"),
        country="RU",
        country_known=True,
        deliveries=[],
    )
    page = await open_page(counter.url)
    await page.get_by_role("textbox").fill("hello")
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Cart, 1 item").click()

    sheet = page.get_by_role("dialog", name="Cart")
    await expect(sheet).to_contain_text("RUN15 counts from $75.00 on: $6.00 more, and it does.")
    await expect(sheet.get_by_role("alert")).to_have_text("We do not deliver this to Russia.")
    await expect(sheet.locator(".cart-sums")).not_to_contain_text("Delivery")
    await keep_picture(page, "cart-sheet-refused")
