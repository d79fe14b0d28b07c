"""After the parcel has left: told in the chat, shown elsewhere only by a code, and told when a thing comes at last."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.webhooks.fulfilment import SIGNATURE, signature_of
from tests.support.mail import Outside, smtp_host
from tests.support.mail import text_of as words_of
from tests.support.phone import Phone, link_of, text_of
from tests.support.stack import Stack, eventually, running_stack
from tests.support.till import pay
from tests.support.web_chat import Visitor

SECRET, TOKEN = "the secret of fulfilment", "the token of the orders API"
OWNER = "maya@example.org"


@dataclass(frozen=True)
class Shop:
    stack: Stack
    outside: Outside

    def ships(self, number: int, **more: Any) -> httpx.Response:
        """The packers' system reports by its token."""
        url = f"{self.stack.url}/api/v1/orders/{number}/shipments"
        body = {"external_id": "P1", "state": "shipped", **more}
        return httpx.post(url, json=body, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=30)

    def arrives(self, number: int) -> httpx.Response:
        """The carrier's reports by the signed webhook."""
        body = json.dumps({"order": number, "external_id": "P1", "state": "delivered"}).encode()
        headers = {"content-type": "application/json", SIGNATURE: signature_of(SECRET, int(time.time()), body)}
        return httpx.post(f"{self.stack.url}/webhooks/fulfilment", content=body, headers=headers, timeout=30)

    def sells_on_whatsapp(self, phone: Phone) -> int:
        """An order of running shoes, paid by somebody with the address OWNER; its number."""
        phone.says("running shoes under 80")
        phone.taps(phone.hears_until("City Run", within_s=90), "City Run")
        phone.hears_until("size")
        phone.says("42")
        phone.hears_until("in your cart")
        phone.says("checkout")
        pay(self.stack, link_of(phone.hears_until("Pay")))
        phone.hears_until("Paid, thank you")
        order = self.stack.query("SELECT id, number FROM orders ORDER BY id DESC LIMIT 1")[0]
        self.stack.change(
            "UPDATE orders SET buyer = :buyer WHERE id = :id", buyer=json.dumps({"email": OWNER}), id=order["id"]
        )
        return int(order["number"])

    def newest_code(self, *, than: int = 0) -> str:
        letters = eventually(lambda: self.outside.to(OWNER)[than:], within_s=30)
        found = re.search(r"(?<!\d)\d{6}(?!\d)", words_of(letters[-1]))
        assert found is not None, words_of(letters[-1])
        return found.group()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    home: Path = tmp_path_factory.mktemp("told-shop") / "var"
    with smtp_host() as (smtp_url, outside):
        settings = {
            "MAIL_FROM": "Souk <hello@shop.example>",
            "SMTP_URL": smtp_url,
            "MAIL_WEBHOOK_SECRET": "mail-secret",
            "FULFILMENT_SECRET": SECRET,
            "ORDERS_API_TOKEN": TOKEN,
        }
        with running_stack(home, **settings) as stack:
            yield Shop(stack, outside)


@pytest.mark.stack
def test_a_parcel_is_told_on_whatsapp_with_its_way_and_once(shop: Shop) -> None:
    phone = Phone(shop.stack, "15550008001")
    number = shop.sells_on_whatsapp(phone)

    tracked = {"carrier": "DHL", "tracking_number": "JD01", "tracking_url": "https://track.example/JD01"}
    assert shop.ships(number, **tracked).json()["news"] is True
    assert shop.ships(number, **tracked).json()["news"] is False

    told = phone.hears_until("is on its way to you")
    assert f"order {number}" in text_of(told)
    assert "Tracking number: JD01" in text_of(told)
    assert link_of(told) == "https://track.example/JD01"
    phone.says("where is my order")
    phone.hears_until(str(number))
    assert shop.arrives(number).json()["order_state"] == "delivered"
    phone.hears_until("has arrived")
    said = [text_of(each) for each in phone.received() if each["type"] != "image"]
    assert len([words for words in said if "Good news" in words]) == 1


@pytest.mark.stack
def test_hinglish_and_trust_nothing_is_told_before_the_code(shop: Shop) -> None:
    number = shop.sells_on_whatsapp(Phone(shop.stack, "15550008002"))
    letters = len(shop.outside.to(OWNER))
    bhai = Visitor(shop.stack)

    bhai.says("bhai mera refund kab aayega")
    bhai.hears_until("uska number")
    bhai.says(str(number))
    bhai.hears_until("order wale email par ek code bheja hai")
    code = shop.newest_code(than=letters)
    bhai.says(f"{(int(code) + 1) % 1_000_000:06d}")
    bhai.hears_until("sahi code nahi")
    before = " ".join(str(shown) for shown in bhai.shown())
    assert "City Run" not in before
    assert "$" not in before

    bhai.says(code)
    bhai.hears_until(str(number))
    assert shop.stack.query("SELECT tries FROM order_codes ORDER BY id DESC LIMIT 1")[0]["tries"] == 2
    bhai.says("mera order kahan hai")
    assert "City Run" in bhai.hears_until("City Run")


@pytest.mark.stack
def test_an_order_that_is_not_there_sounds_the_same_and_five_wrong_codes_are_a_persons(shop: Shop) -> None:
    visitor = Visitor(shop.stack)
    visitor.says("where is my order 98765")
    visitor.hears_until("If there is an order 98765, I have sent a code")
    for left in ("4 more tries", "3 more tries", "2 more tries", "one more try"):
        visitor.says("111111")
        visitor.hears_until(left)
    visitor.says("222222")
    visitor.hears_until("A person of our team will help")
    ticket = eventually(lambda: shop.stack.query("SELECT summary FROM tickets ORDER BY id DESC LIMIT 1"))[0]
    assert "Five wrong codes" in ticket["summary"]


@pytest.mark.stack
def test_an_invoice_is_a_file_in_the_chat(shop: Shop) -> None:
    phone = Phone(shop.stack, "15550008004")
    number = shop.sells_on_whatsapp(phone)

    phone.says("can i get an invoice")

    document = eventually(lambda: [each for each in phone.received() if each["type"] == "document"], within_s=30)[0]
    assert document["document"]["filename"] == f"invoice-{number}.pdf"
    fetched = httpx.get(document["document"]["link"], timeout=60)
    assert fetched.content.startswith(b"%PDF-")


@pytest.mark.stack
def test_a_colour_that_never_was_is_told_when_it_comes_and_goes_into_the_cart_by_a_tap(shop: Shop) -> None:
    phone = Phone(shop.stack, "15550008005")
    phone.says("running shoes under 80")
    phone.taps(phone.hears_until("City Run"), "City Run")
    phone.hears_until("size")
    phone.says("do they come in teal")
    phone.taps(phone.hears_until("teal"), "Tell me if it comes")
    phone.hears_until("I will write to you here, once, when City Run")

    one = shop.stack.query("SELECT product_id FROM stock_wishes ORDER BY id DESC LIMIT 1")[0]
    options = json.dumps({"size": "42", "colour": "teal"})
    shop.stack.change(
        "INSERT INTO variants (sku, product_id, options) VALUES ('TEAL-42', :product, :options)",
        product=one["product_id"], options=options,
    )  # fmt: skip
    shop.stack.change("INSERT INTO prices (sku, currency, amount) VALUES ('TEAL-42', 'USD', 5900)")
    shop.stack.change("INSERT INTO stock (sku, on_hand, counted) VALUES ('TEAL-42', 1, 1)")

    back = phone.hears_until("is in stock again", within_s=40)
    phone.taps(back, "Add to cart")
    phone.hears_until("in your cart")
    lines = shop.stack.query("SELECT sku FROM cart_lines WHERE sku = 'TEAL-42'")
    assert len(lines) == 1
