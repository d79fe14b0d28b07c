"""The desk as agents meet it: live without a reload, by keyboard, on a phone, with errors in words."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, Route, expect

from bot.accounts import User
from bot.api import COOKIE
from bot.conversation.replies import Card, Cards, Option, Text
from bot.handoff.policy import Reason
from bot.storage import conversations, tickets
from tests.browser.conftest import PHONE, STATIC, Keep, OpenPage, missing
from tests.desk.gateway import PASSWORD, DeskGateway, open_gateway

pytestmark = pytest.mark.browser

SHOES = Cards(
    "Two running shoes under $80 that are in stock:",
    "Show",
    [
        Card("Aero 2", [Option("See", '/show{"product": "aero-2"}')], "$69.00", "Light", "/media/catalog/aero-2.svg"),
        Card("City Run", [Option("See", '/show{"product": "city"}')], "$59.00", "Soft", "/media/catalog/city-run.svg"),
    ],
)


@pytest.fixture
async def gateway(tmp_path: Path, valkey: str) -> AsyncIterator[DeskGateway]:
    if not (STATIC / "desk" / "index.html").exists():
        missing("The web pages are not built: run `make web`.")
    async with open_gateway(tmp_path, valkey) as gateway:
        gateway.answer = lambda text, payload: (
            [SHOES] if "shoes" in text else [Text("Hello! What are you looking for?")]
        )
        yield gateway


async def log_in(open_page: OpenPage, gateway: DeskGateway, user: User, **options: object) -> Page:
    page = await open_page(f"{gateway.url}/desk", **options)
    await page.get_by_label("E-mail").fill(user.email)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Log in").click()
    await expect(page.get_by_role("region", name="Conversations")).to_be_visible()
    return page


def line(page: Page, customer: str) -> Locator:
    return page.get_by_role("region", name="Conversations").get_by_role("button", name=re.compile(rf"^{customer}\b"))


def said(page: Page, words: str) -> Locator:
    return page.get_by_role("log").get_by_text(words, exact=True)


def box(page: Page, customer: str = "Ada") -> Locator:
    return page.get_by_label(f"Message to {customer}")


async def test_a_wrong_password_is_said_in_words(gateway: DeskGateway, open_page: OpenPage) -> None:
    lea = await gateway.person("Léa")
    page = await open_page(f"{gateway.url}/desk")
    await page.get_by_label("E-mail").fill(lea.email)
    await page.get_by_label("Password", exact=True).fill("guess")
    await page.get_by_role("button", name="Log in").click()
    await expect(page.get_by_role("alert")).to_have_text("That e-mail and password do not belong together.")


async def test_a_customer_who_asks_for_a_person_appears_without_a_reload(
    gateway: DeskGateway, open_page: OpenPage
) -> None:
    page = await log_in(open_page, gateway, await gateway.person("Léa"))
    await expect(page.get_by_text("Nobody is waiting")).to_be_visible()
    await gateway.waiting()
    await expect(line(page, "Ada")).to_contain_text("Asked for a person")
    await expect(page.get_by_role("button", name="Longest wait: less than a minute")).to_be_visible()
    await expect(page).to_have_title("(1) Desk · Souk")


async def test_a_hand_off_by_keyboard_alone(gateway: DeskGateway, open_page: OpenPage) -> None:
    conversation = await gateway.waiting()
    page = await log_in(open_page, gateway, await gateway.person("Léa"))
    await expect(line(page, "Ada")).to_be_visible()

    await page.keyboard.press("j")
    await expect(said(page, "I want a human")).to_be_visible()
    await page.keyboard.press("c")
    await expect(box(page)).to_be_focused()
    await page.keyboard.type("Hello Ada, this is Léa.")
    await page.keyboard.press("Enter")
    await expect(said(page, "Hello Ada, this is Léa.")).to_have_count(1)
    await expect(page.get_by_text("Sending…")).to_have_count(0)
    await page.keyboard.press("Escape")
    await page.keyboard.press("b")
    await expect(page.get_by_role("dialog", name="Give back to the bot")).to_be_visible()
    await page.keyboard.press("Enter")

    await expect(page.get_by_text("Léa gave it back to the bot")).to_be_visible()
    await expect(page.get_by_role("button", name="Take over")).to_be_visible()
    async with gateway.db.read() as tx:
        assert (await conversations.get(tx, conversation)).owner == "bot"


async def test_two_agents_and_a_customer(gateway: DeskGateway, open_page: OpenPage) -> None:
    shop = await open_page(gateway.url)
    lea = await log_in(open_page, gateway, await gateway.person("Léa"))
    sam = await log_in(open_page, gateway, await gateway.person("Sam"))

    await shop.get_by_label("Your message").fill("I want a human")
    await shop.keyboard.press("Enter")
    for page in (lea, sam):
        await line(page, "Visitor 1").click()
        await expect(said(page, "I want a human")).to_be_visible()

    await lea.get_by_role("button", name="Claim").click()
    await expect(sam.get_by_text("Léa has it").first).to_be_visible()
    await expect(sam.get_by_role("button", name="Claim")).to_have_count(0)
    await box(lea, "Visitor 1").fill("Hello, this is Léa. How can I help?")
    await lea.keyboard.press("Enter")

    await expect(shop.get_by_text("Hello, this is Léa. How can I help?")).to_be_visible()
    await expect(shop.get_by_text("Léa is with you")).to_be_visible()
    await expect(said(sam, "Hello, this is Léa. How can I help?")).to_be_visible()
    await shop.get_by_label("Your message").fill("My parcel is late")
    await shop.keyboard.press("Enter")
    await expect(said(lea, "My parcel is late")).to_be_visible()
    assert gateway.heard == ["I want a human"]


async def test_who_is_a_moment_too_late_reads_who_was_faster(gateway: DeskGateway, open_page: OpenPage) -> None:
    conversation = await gateway.waiting()
    lea = await gateway.person("Léa")
    page = await log_in(open_page, gateway, await gateway.person("Sam"))
    await line(page, "Ada").click()
    await expect(page.get_by_role("button", name="Claim")).to_be_visible()

    async def lea_first(route: Route) -> None:
        async with gateway.db.read() as tx:
            row = await tickets.open_of(tx, conversation)
        assert row is not None
        await gateway.takeover.claim(row.id, lea, row.version)
        await route.continue_()

    await page.route("**/claim", lea_first)
    await page.keyboard.press("c")
    await expect(page.get_by_role("alert")).to_contain_text("Léa has it.")
    await expect(box(page)).to_have_count(0)


async def test_words_that_could_not_be_sent_are_kept_and_sent_again_once(
    gateway: DeskGateway, open_page: OpenPage
) -> None:
    await gateway.waiting()
    page = await log_in(open_page, gateway, await gateway.person("Léa"))
    await line(page, "Ada").click()
    await page.get_by_role("button", name="Claim").click()

    async def lose(route: Route) -> None:
        # The gateway hears it, the page never learns: the case in which a message is easily said twice.
        await route.fetch()
        await route.abort()

    await page.route("**/messages", lose, times=1)
    await box(page).fill("One moment, please")
    await page.keyboard.press("Enter")
    await expect(said(page, "One moment, please")).to_be_visible()
    again = page.get_by_role("button", name="Send again")
    if await again.count():
        await again.click()
    await expect(page.get_by_text("Not sent.")).to_have_count(0)
    await page.reload()
    await expect(said(page, "One moment, please")).to_have_count(1)


async def test_a_lost_connection_is_said_and_what_was_missed_comes(gateway: DeskGateway, open_page: OpenPage) -> None:
    await gateway.waiting()
    page = await log_in(open_page, gateway, await gateway.person("Léa"))
    await line(page, "Ada").click()
    await expect(said(page, "I want a human")).to_be_visible()

    await page.context.set_offline(True)
    await expect(page.get_by_text("Not connected: what you see may be old.")).to_be_visible()
    await gateway.customer_writes("are you there?")
    await page.context.set_offline(False)

    await expect(page.get_by_text("Not connected")).to_have_count(0)
    await expect(said(page, "are you there?")).to_have_count(1)


async def test_a_stream_that_outlives_a_short_loss_is_not_called_lost(
    gateway: DeskGateway, open_page: OpenPage
) -> None:
    await gateway.waiting()
    page = await log_in(open_page, gateway, await gateway.person("Léa"))
    await line(page, "Ada").click()

    await page.evaluate("window.dispatchEvent(new Event('offline'))")
    await expect(page.get_by_text("Not connected")).to_be_visible()
    await page.evaluate("window.dispatchEvent(new Event('online'))")

    await expect(page.get_by_text("Not connected")).to_have_count(0)
    await gateway.customer_writes("are you there?")
    await expect(said(page, "are you there?")).to_have_count(1)


async def test_a_draft_stays_with_its_conversation(gateway: DeskGateway, open_page: OpenPage) -> None:
    await gateway.waiting("ada")
    await gateway.waiting("bo")
    page = await log_in(open_page, gateway, await gateway.person("Léa"))
    for customer in ("Ada", "Bo"):
        await line(page, customer).click()
        await page.get_by_role("button", name="Claim").click()
        await box(page, customer).fill(f"For {customer}")
    await line(page, "Ada").click()
    await expect(box(page, "Ada")).to_have_value("For Ada")


async def test_a_log_in_that_ends_takes_nothing_from_the_agent(gateway: DeskGateway, open_page: OpenPage) -> None:
    await gateway.waiting()
    lea = await gateway.person("Léa")
    page = await log_in(open_page, gateway, lea)
    await line(page, "Ada").click()
    await page.get_by_role("button", name="Claim").click()
    await box(page).fill("One moment")
    cookies = {cookie["name"]: cookie["value"] for cookie in await page.context.cookies()}
    await gateway.accounts.log_out(cookies[COOKIE])

    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Your log-in has ended. What you had begun is still here.")).to_be_visible()
    await page.get_by_role("textbox", name="E-mail").fill(lea.email)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Log in").click()

    await page.get_by_role("button", name="Send again").click()
    await expect(page.get_by_text("Not sent.")).to_have_count(0)
    await expect(said(page, "One moment")).to_have_count(1)


async def test_on_a_phone_the_panes_are_steps(gateway: DeskGateway, open_page: OpenPage, keep_picture: Keep) -> None:
    conversation = await gateway.waiting()
    await gateway.in_cart(conversation, "aero-2", 2, size="42", colour="blue")
    page = await log_in(open_page, gateway, await gateway.person("Léa"), **PHONE)
    await keep_picture(page, "desk-phone-queue")
    await line(page, "Ada").click()
    await expect(line(page, "Ada")).not_to_be_visible()
    await page.get_by_role("button", name="Claim").click()
    await expect(box(page)).to_be_visible()
    await keep_picture(page, "desk-phone-conversation")
    await page.get_by_role("button", name="Details").click()
    await expect(page.get_by_text("Aero 2, blue, 42")).to_be_visible()
    await page.get_by_role("button", name="← Conversation").click()
    await page.get_by_role("button", name="Back to the list").click()
    await expect(line(page, "Ada")).to_be_visible()
    wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide == 0


async def test_search_finds_words_and_says_when_there_are_none(gateway: DeskGateway, open_page: OpenPage) -> None:
    await gateway.customer_writes("where is my parcel", "ada")
    await gateway.customer_writes("hello", "bo")
    page = await log_in(open_page, gateway, await gateway.person("Léa"))
    await page.keyboard.press("/")
    await page.keyboard.type("PARCEL")
    await expect(line(page, "Ada")).to_be_visible()
    await expect(line(page, "Bo")).to_have_count(0)
    await page.keyboard.type("s of gold")
    await expect(page.get_by_text("Nothing with “PARCELs of gold”")).to_be_visible()


NAMELESS = """() => [...document.querySelectorAll("button, a[href], input, textarea, select")]
  .filter((one) => one.checkVisibility())
  .filter((one) => !(one.ariaLabel || one.getAttribute("aria-labelledby")))
  .filter((one) => !(one.labels?.length || one.innerText?.trim()))
  .map((one) => one.outerHTML)"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_control_has_a_name_and_the_desk_can_be_shown(
    gateway: DeskGateway, open_page: OpenPage, keep_picture: Keep, scheme: str
) -> None:
    conversation = await gateway.waiting(words="running shoes under 80", reason=Reason.PAYMENT_PROBLEM, paid=True)
    await gateway.waiting("bo", "is it true to size?", reason=Reason.NOT_UNDERSTOOD)
    await gateway.waiting("dimitri")
    lea = await gateway.person("Léa")
    page = await log_in(open_page, gateway, lea, color_scheme=scheme)
    await page.goto(f"{gateway.url}/desk/{conversation}")
    await page.get_by_role("button", name="Claim").click()
    await box(page).fill("Hello Ada, this is Léa. I am looking into your payment now.")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Sending…")).to_have_count(0)
    await page.get_by_label("New note").fill("Paid by card, asked on Monday already")
    await page.get_by_role("button", name="Add note").click()
    await expect(page.get_by_text("asked on Monday already")).to_be_visible()
    await asyncio.sleep(0.3)
    await keep_picture(page, f"desk-{scheme}")
    assert await page.evaluate(NAMELESS) == []
    await page.keyboard.press("Escape")
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog", name="Keys")).to_contain_text("Next conversation")
    assert await page.evaluate(NAMELESS) == []
