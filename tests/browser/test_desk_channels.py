"""The desk shows what channels are: ticks, windows, files, reactions, trouble with accounts, one channel alone."""

from __future__ import annotations

import struct
import zlib
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from bot.conversation.identity import ConversationKey
from bot.conversation.messages import Attachment, Delivery, Edited, Preference, Reaction, Referral, Status
from bot.storage import alarms, media
from tests.browser.conftest import PHONE, STATIC, Keep, OpenPage, missing
from tests.browser.test_desk import NAMELESS, box, line, log_in, said
from tests.desk.gateway import DeskGateway, open_gateway

pytestmark = pytest.mark.browser

ADA = ConversationKey("whatsapp", "shop", "ada")
HOUR = timedelta(hours=1)


@pytest.fixture
async def gateway(tmp_path: Path, valkey: str) -> AsyncIterator[DeskGateway]:
    """The bot says nothing here."""
    if not (STATIC / "desk" / "index.html").exists():
        missing("The web pages are not built: run `make web`.")
    async with open_gateway(tmp_path, valkey) as gateway:
        yield gateway


def teal_png() -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    size = struct.pack(">IIBBBBB", 120, 80, 8, 2, 0, 0, 0)
    rows = (b"\0" + b"\x0f\x66\x60" * 120) * 80
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


async def claimed(gateway: DeskGateway, open_page: OpenPage, customer: str = "Ada", **options: Any) -> Page:
    page = await log_in(open_page, gateway, await gateway.person("Léa"), **options)
    await line(page, customer).click()
    await page.get_by_role("button", name="Claim").click()
    return page


async def moved(gateway: DeskGateway, conversation: int, provider_id: str, state: Delivery, **why: Any) -> None:
    """The platform takes the oldest message that waits, and tells how it fares."""
    await gateway.taken(conversation, provider_id)
    await gateway.happens(Status("whatsapp", "shop", provider_id, state, gateway.clock.now(), **why))


async def file_arrives(gateway: DeskGateway, message: int, place: int, content: bytes) -> None:
    """What `bot.media` does when the platform has handed a file out."""
    digest = gateway.files.put(content)
    async with gateway.db.write() as tx:
        row = await media.of_message(tx, message, place)
        assert row is not None
        await media.keep(tx, row.id, sha256=digest, size=len(content))
        news = {"id": message, "place": place, "state": media.KEPT}
        await gateway.live.announce(tx, "conversation:1", "media", news)
    await gateway.live.wake()


async def test_ticks_move_by_themselves_and_a_failure_can_be_said_again(
    gateway: DeskGateway, open_page: OpenPage
) -> None:
    conversation = await gateway.waiting(words="is it vegan?")
    page = await claimed(gateway, open_page)
    await box(page).fill("It is.")
    await page.keyboard.press("Enter")
    log = page.get_by_role("log")
    await expect(log.get_by_role("img", name="Sending")).to_have_count(1)

    await moved(gateway, conversation, "wamid.1", Delivery.READ)
    await expect(log.get_by_role("img", name="Read")).to_have_count(1)
    await expect(log.get_by_role("img", name="Sending")).to_have_count(0)

    await box(page).fill("And here in teal.")
    await page.keyboard.press("Enter")
    await expect(log.get_by_role("img", name="Sending")).to_have_count(1)
    failed = {"error_code": 131026, "error_title": "Message undeliverable"}
    await moved(gateway, conversation, "wamid.2", Delivery.FAILED, **failed)
    await expect(log.get_by_text("Not delivered: Message undeliverable (131026)")).to_be_visible()
    await log.get_by_role("button", name="Send again").click()
    await expect(said(page, "And here in teal.")).to_have_count(2)


async def test_the_box_says_how_long_it_is_open_and_closes_when_they_write_stop(
    gateway: DeskGateway, open_page: OpenPage
) -> None:
    await gateway.waiting("ada", sent_at=gateway.clock.now() - 23 * HOUR)
    page = await claimed(gateway, open_page)
    await expect(page.get_by_text("You can write freely until")).to_be_visible()
    await gateway.happens(Preference(ADA, wanted=False, everything=True))
    await expect(page.get_by_text("The customer wrote STOP")).to_be_visible()
    await expect(box(page)).to_have_count(0)


async def test_after_the_window_the_words_go_as_the_approved_notice(
    gateway: DeskGateway, open_page: OpenPage, keep_picture: Keep
) -> None:
    await gateway.waiting("ada", sent_at=gateway.clock.now() - 30 * HOUR)
    page = await claimed(gateway, open_page)
    await expect(page.get_by_text("inside the approved notice “shop_notice”")).to_be_visible()
    await keep_picture(page, "desk-notice")
    await box(page).fill("Your parcel has arrived.")
    await page.get_by_role("button", name="Send as notice").click()
    await expect(said(page, "Your parcel has arrived.")).to_be_visible()


async def test_an_emoji_is_one_click_on_the_customers_message(
    gateway: DeskGateway, open_page: OpenPage, keep_picture: Keep
) -> None:
    await gateway.waiting()
    page = await claimed(gateway, open_page)
    await said(page, "I want a human").hover()
    await keep_picture(page, "desk-react")
    await page.get_by_role("button", name="👍").click()
    await expect(page.get_by_text("on a message")).to_be_visible()


async def test_an_sms_is_counted_while_it_is_written(gateway: DeskGateway, open_page: OpenPage) -> None:
    conversation = await gateway.customer_writes("hello", "+15550100", "sms")
    await gateway.settled()
    await gateway.hand_off(conversation)
    page = await claimed(gateway, open_page, r"\+15550100")
    await page.get_by_label("Message to").fill("Hello")
    await expect(page.get_by_text("1 SMS, 155 characters left")).to_be_visible()
    await page.get_by_label("Message to").fill("👍" * 40)
    await expect(page.get_by_text("2 SMS, 54 characters left; a sign in it makes each hold 70")).to_be_visible()


async def test_trouble_with_an_account_comes_and_goes_by_itself(
    gateway: DeskGateway, open_page: OpenPage, keep_picture: Keep
) -> None:
    await gateway.waiting(words="is it vegan?")
    page = await claimed(gateway, open_page)
    await box(page).fill("It is.")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Sending…")).to_have_count(0)
    async with gateway.db.write() as tx:
        await alarms.raise_one(tx, "whatsapp", "shop", "The token ended.", 190, gateway.clock.now(), stops=True)
        await gateway.live.announce(tx, "queue", "alarm", {"channel": "whatsapp", "open": True})
    await gateway.live.wake()
    banner = page.get_by_role("alert")
    await expect(banner).to_contain_text("WhatsApp · Souk Sport is not sending: The token ended. 1 message waits.")
    await keep_picture(page, "desk-alarm")
    async with gateway.db.write() as tx:
        [alarm] = await alarms.open_ones(tx)
        await alarms.close(tx, alarm.id, gateway.clock.now())
        await gateway.live.announce(tx, "queue", "alarm", {"channel": "whatsapp", "open": False})
    await gateway.live.wake()
    await expect(banner).to_have_count(0)


async def test_one_channel_alone_and_more_than_a_page(gateway: DeskGateway, open_page: OpenPage) -> None:
    for number in range(52):
        await gateway.customer_writes("hello", f"c{number}")
    await gateway.customer_writes("hello", "bo@example.com", "email")
    page = await log_in(open_page, gateway, await gateway.person("Léa"))
    await page.get_by_role("radiogroup").get_by_text("All").click()
    await expect(line(page, "C51")).to_be_visible()
    await expect(line(page, "C0")).to_have_count(0)
    await page.get_by_role("button", name="Load more").click()
    await expect(line(page, "C0")).to_have_count(1)
    await gateway.customer_writes("hello again", "c7")
    await expect(page.get_by_role("region", name="Conversations").get_by_text("hello again")).to_have_count(1)
    await expect(line(page, "C0")).to_have_count(1)
    await page.get_by_role("button", name="E-mail", exact=True).click()
    await expect(line(page, "C51")).to_have_count(0)
    await expect(line(page, "Bo@Example.Com")).to_be_visible()


@pytest.mark.parametrize(
    ("look", "options"),
    [
        ("light", {"color_scheme": "light"}),
        ("dark", {"color_scheme": "dark"}),
        ("phone", {"color_scheme": "light", **PHONE}),
        ("phone-dark", {"color_scheme": "dark", **PHONE}),
    ],
)
async def test_what_a_customer_sends_can_be_seen_and_heard(
    gateway: DeskGateway, open_page: OpenPage, keep_picture: Keep, look: str, options: dict[str, Any]
) -> None:
    now = gateway.clock.now()
    advert = Referral("ad", "120", "Winter sale", "https://fb.me/1")
    await gateway.waiting("ada", "do you have these in blue?", event_key="m1", referral=advert)
    await gateway.customer_writes("oops", event_key="m2")
    files = [
        Attachment("image", "1", "image/png"),
        Attachment("document", "2", "application/pdf", filename="invoice-10482.pdf"),
        Attachment("audio", "3", "audio/ogg"),
        Attachment("location", "45.764,4.8357", caption="Place Bellecour, Lyon"),
        Attachment("contact", "+33 6 12", caption="Bo Martin, +33 6 12"),
    ]
    await gateway.customer_writes("", kind="image", attachments=files, sent_at=now - 3 * HOUR)
    await gateway.happens(Reaction(ADA, "m1", "👍"), Edited(ADA, "m2", None, now))
    page = await claimed(gateway, open_page, **options)
    log = page.get_by_role("log")
    await expect(log.get_by_text("Picture: being fetched…")).to_be_visible()

    for place, content in enumerate((teal_png(), b"%PDF" * 9000, b"OggS")):
        await file_arrives(gateway, 3, place, content)

    await expect(log.get_by_role("link", name="Picture, full size")).to_be_visible()
    await expect(log.get_by_role("link", name="invoice-10482.pdf 36 kB")).to_be_visible()
    await expect(log.get_by_label("Recording")).to_be_visible()
    await expect(log.get_by_role("link", name="Place Bellecour, Lyon")).to_be_visible()
    await expect(log.get_by_role("img", name="Reaction: 👍")).to_be_visible()
    await expect(log.get_by_text("Deleted by the customer")).to_be_visible()
    await expect(log.get_by_text("sent 3 h earlier")).to_be_visible()
    await expect(log.get_by_text("Came from: Winter sale (ad)")).to_be_visible()
    assert await page.evaluate(NAMELESS) == []
    await keep_picture(page, f"desk-channels-{look}")


async def test_a_mail_that_nobody_vouches_for_is_shown_with_a_warning(
    gateway: DeskGateway, open_page: OpenPage, keep_picture: Keep
) -> None:
    conversation = await gateway.customer_writes(
        "Yes, please.",
        "ada",
        "email",
        subject="Your order",
        original="Yes, please.\n\n> Shall I send it today?",
        proven=False,
    )
    await gateway.settled()
    await gateway.hand_off(conversation)
    page = await claimed(gateway, open_page)
    await expect(page.get_by_text("Sender not verified: tell nothing of orders")).to_be_visible()
    await page.get_by_text("Show the whole mail").click()
    await expect(page.get_by_text("> Shall I send it today?")).to_be_visible()
    await keep_picture(page, "desk-mail")
