"""The pay page of a parcel in a real browser: choices count at once and lose nothing that was typed."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.conftest import PHONE, Keep, OpenPage
from tests.payments.sandbox_process import Sandbox
from tests.sandbox.stripe_shop import StripeShop, rate

pytestmark = pytest.mark.browser
CODE = "HERBST"


def _days(least: int, most: int) -> dict[str, Any]:
    bounds = {"minimum": least, "maximum": most}
    return {"delivery_estimate": {name: {"unit": "business_day", "value": days} for name, days in bounds.items()}}


def _open_session(shop: StripeShop) -> Any:
    if not shop.v1.promotion_codes.list({"code": CODE}).data:
        coupon = shop.v1.coupons.create({"percent_off": 10, "name": "Autumn, 10 % off"})
        shop.v1.promotion_codes.create({"promotion": {"type": "coupon", "coupon": coupon.id}, "code": CODE})
    return shop.open(
        quantity=2,
        allow_promotion_codes=True,
        automatic_tax={"enabled": True},
        cancel_url="https://shop.example/cart",
        locale="en-GB",
        phone_number_collection={"enabled": True},
        shipping_address_collection={"allowed_countries": ["DE", "FR", "GB", "PL"]},
        shipping_options=[rate("Standard", 0, **_days(2, 4)), rate("Express, signed for", 1290, **_days(1, 1))],
    )


@pytest.fixture
def shop(sandbox: Sandbox) -> StripeShop:
    return StripeShop(sandbox)


@pytest.fixture
async def session(shop: StripeShop) -> Any:
    return await asyncio.to_thread(_open_session, shop)


async def _fill(page: Page) -> None:
    for label, value in {
        "E-mail": "lea@example.com",
        "Phone": "+33 6 12 34 56 78",
        "Full name": "Léa Martin",
        "Street and number": "12 rue des Lices",
        "City": "Lyon",
    }.items():
        await page.get_by_label(label).fill(value)


async def test_a_shopper_on_a_dark_phone_chooses_and_pays(
    shop: StripeShop, session: Any, open_page: OpenPage, keep_picture: Keep
) -> None:
    page = await open_page(session.url, **PHONE, color_scheme="dark")
    await expect(page.get_by_label("Country")).to_have_value("GB")
    await _fill(page)

    await page.get_by_label("Country").select_option("FR")
    await page.get_by_label("Promotion code").fill(CODE.lower())
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Autumn, 10 % off")).to_be_visible()
    await page.get_by_label("Express, signed for").tap()

    await expect(page.get_by_role("button", name="Pay €137.10")).to_be_visible()
    await expect(page.get_by_text("Tax, in the prices")).to_be_visible()
    await expect(page.get_by_label("Street and number")).to_have_value("12 rue des Lices")
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await keep_picture(page, "pay-parcel-phone-dark")
    await page.get_by_role("button", name="Works").tap()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading")).to_have_text("Paid, thank you")
    seen = await asyncio.to_thread(shop.look, session)
    assert (seen.amount_total, seen.collected_information.shipping_details.address.country) == (13710, "FR")


async def test_a_wrong_code_is_said_in_place_and_can_be_mended(
    session: Any, open_page: OpenPage, keep_picture: Keep
) -> None:
    page = await open_page(session.url)
    await page.get_by_label("Card number").fill("4242 4242 4242 4242")

    await page.get_by_label("Promotion code").fill("NOPE")
    await page.get_by_role("button", name="Apply").click()
    await expect(page.get_by_role("alert")).to_have_text("This code is invalid.")
    await expect(page.get_by_label("Promotion code")).to_be_focused()
    await keep_picture(page, "pay-parcel-desktop")
    await page.get_by_label("Promotion code").fill(CODE)
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name=f"Remove the code {CODE}").click()

    await expect(page.get_by_role("button", name="Pay €138.00")).to_be_visible()
    await expect(page.get_by_label("Card number")).to_have_value("4242 4242 4242 4242")


async def test_choices_count_without_scripts(session: Any, open_page: OpenPage) -> None:
    page = await open_page(session.url, java_script_enabled=False)

    await page.get_by_label("Express, signed for").check()
    await page.get_by_role("button", name="Count again").click()
    await expect(page.get_by_role("button", name="Pay €150.90")).to_be_visible()
    await _fill(page)
    await page.get_by_role("button", name="Works").click()
    await page.get_by_role("button", name="Pay €150.90").click()

    await expect(page.get_by_role("heading")).to_have_text("Paid, thank you")


async def test_a_code_that_is_typed_while_the_sums_are_counted_stays(session: Any, open_page: OpenPage) -> None:
    page = await open_page(session.url)
    counting, typed = asyncio.Event(), asyncio.Event()

    async def slowly(route: Route) -> None:
        counting.set()
        await typed.wait()
        await route.continue_()

    await page.route("**/c/pay/**", slowly)
    await page.get_by_label("Country").select_option("FR")
    await counting.wait()
    await page.get_by_label("Promotion code").fill(CODE)
    async with page.expect_response("**/c/pay/**"):
        typed.set()
    await expect(page.get_by_text("Tax, in the prices")).to_be_visible()

    await expect(page.get_by_label("Promotion code")).to_have_value(CODE)
    await expect(page.get_by_label("Promotion code")).to_be_focused()
