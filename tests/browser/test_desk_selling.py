"""Selling at the desk as an agent does it: the cart by keyboard and by thumb, the checkout, money back, colleagues."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect
from sqlalchemy import select

from bot.commerce.money import Money
from bot.commerce.refunds import RefundReason
from bot.payments.stripe import StripePayments
from bot.selling.after_sale import RefundAsked
from bot.selling.order_answers import CheckoutOpened, Fulfilled, PaidOrder
from bot.storage import orders
from bot.storage.selling_tables import refunds
from bot.storage.sql import Transaction
from tests.browser.conftest import PHONE, STATIC, Keep, OpenPage, missing
from tests.browser.test_desk import line, log_in, said
from tests.desk.gateway import DeskGateway, open_gateway
from tests.payments.sandbox_process import API_KEY, WEBHOOK_SECRET, Sandbox, running_sandbox
from tests.selling.pay_page import PayPage

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with running_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
async def gateway(tmp_path: Path, valkey: str, sandbox: Sandbox) -> AsyncIterator[DeskGateway]:
    if not (STATIC / "desk" / "index.html").exists():
        missing("The web pages are not built: run `make web`.")
    payments = StripePayments(api_key=API_KEY, webhook_secrets=[WEBHOOK_SECRET], api_url=sandbox.url)
    async with open_gateway(tmp_path, valkey, payments) as gateway:
        yield gateway
    await payments.close()


async def at_work(open_page: OpenPage, gateway: DeskGateway, name: str = "Léa", **options: object) -> Page:
    """Somebody who has claimed Ada's conversation."""
    page = await log_in(open_page, gateway, await gateway.person(name), **options)
    await line(page, "Ada").click()
    await page.get_by_role("button", name="Claim").click()
    await expect(page.get_by_label("Message to Ada")).to_be_visible()
    return page


def customer(page: Page) -> Locator:
    return page.get_by_role("complementary", name="Customer")


async def bought(gateway: DeskGateway, sandbox: Sandbox, conversation: int) -> int:
    """The number of an order that the customer paid for: two pairs of shoes."""
    await gateway.in_cart(conversation, "aero-2", 2, size="42", colour="blue")
    opened = await gateway.shop.checkout(conversation, f"bought-{conversation}")
    assert isinstance(opened, CheckoutOpened), opened
    session = await gateway.session_of(opened.order_number)
    await PayPage(sandbox, session).pay()

    async def then(tx: Transaction, paid: PaidOrder) -> None:
        return None

    assert isinstance(await gateway.shop.fulfil(session, then), Fulfilled)
    return opened.order_number


async def test_a_cart_is_filled_and_its_checkout_sent_by_keyboard_alone(
    gateway: DeskGateway, open_page: OpenPage, keep_picture: Keep
) -> None:
    conversation = await gateway.waiting()
    page = await at_work(open_page, gateway)
    pane = customer(page)
    await page.keyboard.press("Escape")
    await page.keyboard.press("p")
    await page.keyboard.type("aero 2")
    await expect(pane.get_by_role("button", name=re.compile("^Aero 2"))).to_be_visible()
    await page.keyboard.press("Enter")
    await keep_picture(page, "desk-selling-search")
    await pane.get_by_role("button", name="blue, 42", exact=True).focus()
    await page.keyboard.press("Enter")
    await expect(pane.get_by_role("button", name="Aero 2, blue, 42", exact=True)).to_be_visible()
    await expect(said(page, "Léa put Aero 2, blue, 42 into your cart. Total: $75.00.")).to_be_visible()

    await pane.get_by_label("Quantity").focus()
    await page.keyboard.press("ArrowUp")
    await expect(pane.get_by_role("button", name="Send checkout $138.00")).to_be_visible()
    await pane.get_by_label("Quantity").blur()
    await page.keyboard.press("s")
    await expect(pane.get_by_role("button", name="Send checkout $138.00")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(pane.get_by_role("button", name="Send the link", exact=True)).to_be_focused()
    await keep_picture(page, "desk-selling-ask")
    await page.keyboard.press("Enter")

    await expect(page.get_by_role("log").get_by_text("Pay $138.00")).to_be_visible()
    await expect(pane.get_by_text("The pay page is open.")).to_be_visible()
    await keep_picture(page, "desk-selling-sent")
    cart = await gateway.shop.cart(conversation)
    assert cart.checkout is not None
    assert (cart.count, cart.checkout.total.amount, cart.checkout.current) == (2, 13800, True)


async def test_variants_codes_notes_and_countries_with_a_way_back(
    gateway: DeskGateway, open_page: OpenPage, keep_picture: Keep
) -> None:
    conversation = await gateway.waiting()
    await gateway.in_cart(conversation, "aero-2", 2, size="42", colour="blue")
    await gateway.in_cart(conversation, "enamel-camp-mug", colour="white")
    page = await at_work(open_page, gateway)
    pane = customer(page)
    await pane.get_by_role("switch", name="Tell Ada what I change").click()

    await pane.get_by_role("button", name="Aero 2, blue, 42", exact=True).click()
    await keep_picture(page, "desk-selling-variants")
    await page.get_by_role("button", name="mint, 43", exact=True).click()
    await expect(pane.get_by_role("button", name="Aero 2, mint, 43", exact=True)).to_be_visible()
    await pane.get_by_role("button", name="Undo").click()
    await expect(pane.get_by_role("button", name="Aero 2, blue, 42", exact=True)).to_be_visible()

    await pane.get_by_role("button", name="Take out Enamel Camp Mug, white").click()
    await expect(pane.get_by_text("Enamel Camp Mug, white is out.")).to_be_visible()
    await pane.get_by_role("button", name="Undo").click()
    await expect(pane.get_by_role("button", name="Enamel Camp Mug, white", exact=True)).to_be_visible()

    await pane.get_by_role("button", name="Add a code").click()
    await page.keyboard.type("nonsense")
    await page.keyboard.press("Enter")
    await expect(pane.get_by_role("alert")).to_contain_text("There is no such code.")
    await pane.get_by_label("Promotion code").fill("run15")
    await page.keyboard.press("Enter")
    await expect(pane.get_by_text("−$20.70")).to_be_visible()

    await pane.get_by_role("button", name="Change", exact=True).click()
    await pane.get_by_label("Where it goes").fill("Fran")
    await page.keyboard.press("Enter")
    await expect(pane.get_by_text("of it TVA")).to_be_visible()

    await pane.get_by_role("button", name="Add a note to the order").click()
    await page.keyboard.type("Leave it at the door")
    await pane.get_by_role("button", name="Keep").click()
    await expect(pane.get_by_text("“Leave it at the door”")).to_be_visible()
    await keep_picture(page, "desk-selling-terms")
    cart = await gateway.shop.cart(conversation)
    assert (cart.code, cart.country, cart.note, cart.count) == ("RUN15", "FR", "Leave it at the door", 3)
    assert await page.get_by_role("log").get_by_text("your cart").count() == 0


async def test_what_the_customer_changes_shows_without_a_reload_and_an_old_click_changes_nothing(
    gateway: DeskGateway, open_page: OpenPage
) -> None:
    conversation = await gateway.waiting()
    await gateway.in_cart(conversation, "aero-2", size="42", colour="blue")
    page = await at_work(open_page, gateway)
    pane = customer(page)
    await expect(pane.get_by_role("button", name="Send checkout $75.00")).to_be_visible()
    await gateway.in_cart(conversation, "enamel-camp-mug", colour="white")
    await expect(pane.get_by_role("button", name="Enamel Camp Mug, white", exact=True)).to_be_visible()

    await page.route("**/api/v1/desk/live**", lambda route: route.abort())
    await page.context.set_offline(True)
    await gateway.in_cart(conversation, "enamel-camp-mug", 2, colour="white")
    await page.context.set_offline(False)
    await pane.get_by_role("button", name="Take out Aero 2, blue, 42").click()
    await expect(pane.get_by_role("alert")).to_contain_text("Enamel Camp Mug, white: 3 instead of 1.")
    assert (await gateway.shop.cart(conversation)).count == 4


async def test_a_colleague_reads_the_cart_and_cannot_change_it(gateway: DeskGateway, open_page: OpenPage) -> None:
    conversation = await gateway.waiting()
    await gateway.in_cart(conversation, "aero-2", size="42", colour="blue")
    await at_work(open_page, gateway)
    sam = await log_in(open_page, gateway, await gateway.person("Sam"))
    await line(sam, "Ada").click()
    pane = customer(sam)
    await expect(pane.get_by_text("Aero 2, blue, 42")).to_be_visible()
    await expect(pane.get_by_text("Léa can change it.")).to_be_visible()
    await expect(pane.get_by_label("Quantity")).to_have_count(0)
    await expect(pane.get_by_role("button", name=re.compile("Send checkout"))).to_have_count(0)


async def test_money_goes_back_in_part_once_it_is_sure(
    gateway: DeskGateway, sandbox: Sandbox, open_page: OpenPage, keep_picture: Keep
) -> None:
    conversation = await gateway.waiting()
    number = await bought(gateway, sandbox, conversation)
    page = await at_work(open_page, gateway)
    pane = customer(page)
    await expect(pane.get_by_text("Paid", exact=True)).to_be_visible()
    await pane.get_by_role("button", name="Pay back…").click()
    form = pane.get_by_role("form", name=f"Pay back order {number}")
    await form.get_by_label("How much, in USD").fill("200")
    await expect(form.get_by_text("At most $138.00")).to_be_visible()
    await form.get_by_label("How much, in USD").fill("69.00")
    await form.get_by_role("button", name="Pay back", exact=True).click()
    await keep_picture(page, "desk-selling-refund")
    await form.get_by_role("button", name="Yes, pay back USD 69.00").click()

    await expect(pane.get_by_text("Refund $69.00")).to_be_visible()
    await expect(pane.get_by_text("by Léa")).to_be_visible()
    await keep_picture(page, "desk-selling-refunded")


async def test_a_refund_above_the_limit_waits_for_a_person_who_lets_it_go(
    gateway: DeskGateway, sandbox: Sandbox, open_page: OpenPage, keep_picture: Keep
) -> None:
    conversation = await gateway.waiting()
    number = await bought(gateway, sandbox, conversation)
    page = await log_in(open_page, gateway, await gateway.person("Léa"))
    await expect(page.get_by_text("After sale", exact=True)).to_be_visible()
    async with gateway.db.write() as tx:
        order = await orders.order_by_number(tx, number)
        asked = await gateway.refunding.ask(
            tx,
            order,
            Money(13800, "USD"),
            RefundReason.REQUESTED,
            key="bot",
            conversation_id=conversation,
            then=gateway.aftercare.told,
        )
        assert isinstance(asked, RefundAsked)

    await page.get_by_text("After sale (1)").click()
    waiting = page.get_by_role("region", name="Refunds to approve: 1")
    await expect(waiting.get_by_text("Refund $138.00")).to_be_visible()
    await keep_picture(page, "desk-selling-after-sale")
    await waiting.get_by_role("button", name="Approve").click()
    await waiting.get_by_role("button", name="Yes, pay back $138.00").click()
    await expect(page.get_by_text("Nothing waits for approval")).to_be_visible()
    async with gateway.db.read() as tx:
        [refund] = (await tx.execute(select(refunds))).all()
    assert (refund.state, refund.amount) == ("approved", 13800)


async def test_the_whole_of_selling_on_a_phone_in_the_dark(
    gateway: DeskGateway, sandbox: Sandbox, open_page: OpenPage, keep_picture: Keep
) -> None:
    conversation = await gateway.waiting()
    await bought(gateway, sandbox, conversation)
    await gateway.in_cart(conversation, "aero-2", size="42", colour="blue")
    page = await at_work(open_page, gateway, **PHONE, color_scheme="dark")
    await page.get_by_role("button", name="Details").click()
    pane = customer(page)
    await pane.get_by_role("button", name="One more").click()
    await expect(pane.get_by_role("button", name="Send checkout $138.00")).to_be_visible()
    await pane.get_by_role("button", name="Send checkout $138.00").scroll_into_view_if_needed()
    await keep_picture(page, "desk-selling-phone")
    await pane.get_by_role("button", name="Pay back…").scroll_into_view_if_needed()
    await keep_picture(page, "desk-selling-phone-order")
    wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide == 0
