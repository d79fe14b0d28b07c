"""Mail at a whole shop: asked and answered in one thread, bought by somebody proven, refused to somebody who is not."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.support.mail import AUTHSERV, SHOP, Box, Outside, Writer, html_of, imap_host, number_of, smtp_host, text_of
from tests.support.stack import Stack, eventually, running_stack

SHOE = "City Run"


@dataclass(frozen=True)
class MailShop:
    stack: Stack
    outside: Outside
    box: Box


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailShop]:
    home: Path = tmp_path_factory.mktemp("mail-shop") / "var"
    with smtp_host() as (smtp_url, outside), imap_host() as box:
        settings = {
            "MAIL_FROM": f"Souk <{SHOP}>",
            "SMTP_URL": smtp_url,
            "IMAP_URL": box.url,
            "MAIL_WEBHOOK_SECRET": "mail-secret",
            "MAIL_AUTHSERV": AUTHSERV,
        }
        with running_stack(home, **settings) as stack:
            eventually(lambda: stack.query("SELECT uid FROM mailboxes"), within_s=60)
            yield MailShop(stack, outside, box)


def puts_a_shoe_in_the_cart(writer: Writer) -> None:
    shoes = writer.says("Hello,\n\nrunning shoes under 80\n\nBest regards,\nMaya")
    sizes = writer.says(number_of(shoes, SHOE))
    assert "size" in text_of(sizes).lower()
    assert "in your cart" in text_of(writer.says("42"))


def test_a_proven_customer_buys_by_mail_up_to_the_payment_link(shop: MailShop) -> None:
    maya = Writer(shop.stack, shop.outside, "maya@example.org", proven=True, box=shop.box)
    maya.writes("running shoes under 80")
    answer = maya.hears()
    assert SHOE in text_of(answer)
    assert SHOE in html_of(answer)
    assert (answer["Subject"], answer["Auto-Submitted"]) == ("Re: Running shoes", "auto-replied")
    assert answer["In-Reply-To"] in answer["References"]
    sizes = maya.says(f"{number_of(answer, SHOE)}\n\nOn Sunday, Souk <{SHOP}> wrote:\n> {SHOE}\n")
    assert "size" in text_of(sizes).lower()
    assert "in your cart" in text_of(maya.says("42"))
    link = maya.says("checkout")
    assert re.search(r"https?://\S+", text_of(link))
    assert "Pay $" in html_of(link)
    assert shop.stack.query("SELECT state FROM orders")[0]["state"] == "awaiting_payment"
    conversation = shop.stack.query("SELECT * FROM conversations WHERE customer = 'maya@example.org'")[0]
    told = shop.stack.query(
        "SELECT id FROM messages WHERE conversation_id = :id AND author = 'bot'", id=conversation["id"]
    )
    assert len(shop.outside.to("maya@example.org")) == 4 <= len(told)


def test_somebody_who_only_claims_to_be_a_customer_gets_no_order_and_sees_none(shop: MailShop) -> None:
    real = Writer(shop.stack, shop.outside, "real@example.org", proven=True)
    puts_a_shoe_in_the_cart(real)
    real.says("checkout")
    number = shop.stack.query("SELECT number FROM orders ORDER BY id DESC LIMIT 1")[0]["number"]
    heard_by_now = real.heard

    forger = Writer(shop.stack, shop.outside, "real@example.org", proven=False)
    forger.heard = heard_by_now
    for said in (f"where is my order {number}", f"cancel order {number}", "checkout", "delete my data"):
        words = text_of(forger.says(said))
        assert "cannot be sure that this mail is really from you" in words
        assert shop.stack.url in words
        assert "awaiting" not in words
        assert "City Run" not in words
    cart = text_of(forger.says("show my cart"))
    assert SHOE not in cart
    assert (
        len(shop.stack.query("SELECT DISTINCT contact_id FROM conversations WHERE customer LIKE '%real@example.org'"))
        == 2
    )


def test_the_same_mail_twice_by_either_way_is_one_turn(shop: MailShop) -> None:
    bo = Writer(shop.stack, shop.outside, "bo@example.org", proven=True)
    body = bo.writes("hi")
    bo.hears()
    assert bo.posts(body).status_code == 200
    shop.box.delivers(body)
    last = Writer(shop.stack, shop.outside, "ida@example.org", proven=True, box=shop.box)
    last.says("hi")
    conversation = shop.stack.query("SELECT id FROM conversations WHERE customer = 'bo@example.org'")[0]["id"]
    assert len(shop.stack.query("SELECT id FROM turns WHERE conversation_id = :id", id=conversation)) == 1
    assert len(shop.outside.to("bo@example.org")) == 1


def test_an_unsigned_post_is_refused_and_nothing_is_written(shop: MailShop) -> None:
    before = shop.stack.query("SELECT count(*) AS n FROM inbox")
    answer = httpx.post(f"{shop.stack.url}/webhooks/email", content=b"From: a@b.example\n\nhi", timeout=10)
    assert answer.status_code == 401
    assert shop.stack.query("SELECT count(*) AS n FROM inbox") == before


def test_a_mail_of_twenty_megabytes_is_taken_and_a_larger_one_is_not(shop: MailShop) -> None:
    writer = Writer(shop.stack, shop.outside, "big@example.org", proven=True)
    whole = b"From: big@example.org\nMessage-ID: <big@example.org>\n\nhi\n"
    assert writer.posts(whole + b"x" * 20_000_000).status_code == 200
    with contextlib.suppress(httpx.TransportError):  # the server may close the door while the rest is being sent
        assert writer.posts(whole + b"x" * 33_000_000).status_code == 413
