"""Mails written and handed over to a real SMTP server; posts that are signed, and those that are not."""

from __future__ import annotations

import re
import socket
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from aiosmtpd.smtp import AuthResult

from bot.channel_accounts import Account, Accounts
from bot.channels.base import (
    ChannelError,
    ChannelRateLimited,
    ChannelUnavailable,
    CredentialsRefused,
    MediaGone,
    MessageRefused,
    Outgoing,
    Received,
    SignatureRefused,
)
from bot.channels.email import Email
from bot.channels.email_smtp import Host, error_of
from bot.clock import FixedClock
from bot.conversation.choosing import chosen
from bot.conversation.messages import Attachment
from bot.conversation.replies import (
    Card,
    Cards,
    Choices,
    Line,
    Link,
    Listing,
    Option,
    Order,
    Picture,
    Receipt,
    Row,
    Shown,
    Text,
)
from tests.support.mail import SHOP, html_of, mail, mailgun_form, signed, smtp_host, text_of

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
THREAD = {"message_id": "<m2@example.org>", "references": ["<m1@example.org>", "<m2@example.org>"], "subject": "Shoes"}
SHOES = Cards(
    "Two shoes & more:",
    "See",
    [
        Card("Aero 2", [Option("Take it", "/a")], "$69", "Light <b>", "https://shop.example/aero.png"),
        Card("City Run", [Option("Take it", "/c"), Option("Details", "/d")], "$59"),
    ],
    [Option("Cheaper", "/cheaper")],
)


def channel(smtp_url: str = "") -> Email:
    account = Account(channel="email", id=SHOP, secret="mail-secret", brand="Souk", smtp_url=smtp_url)
    return Email(accounts=Accounts([account]), key="k", clock=FixedClock(NOW), kept=lambda digest: None)


def outgoing(*replies: Shown, **fields: Any) -> Outgoing:
    first, *more = [channel().pieces(reply)[0] for reply in replies]
    told = {"account": SHOP, "customer": "maya@example.org", "ref": "souk-7", "answering": THREAD, **fields}
    return Outgoing(piece=first, also=more, **told)


async def sent(*replies: Shown, **fields: Any) -> EmailMessage:
    with smtp_host() as (url, outside):
        provider_id = await channel(url).send(outgoing(*replies, **fields))
    [(_, message)] = outside.taken
    assert str(message["Message-ID"]) == provider_id
    return message


async def test_an_answer_hangs_on_the_customers_mail_and_says_that_a_machine_wrote_it() -> None:
    message = await sent(Text("Hello Maya"))
    assert re.fullmatch(r"<souk-7\.[0-9a-f]{12}@shop\.example>", str(message["Message-ID"]))
    assert (message["Subject"], message["In-Reply-To"]) == ("Re: Shoes", "<m2@example.org>")
    assert message["References"] == "<m1@example.org> <m2@example.org>"
    assert (message["Auto-Submitted"], message["From"]) == ("auto-replied", "Souk <hello@shop.example>")
    assert message.get_content_type() == "multipart/alternative"
    assert text_of(message).strip() == "Hello Maya"


async def test_a_persons_mail_bears_their_name_and_is_no_machines() -> None:
    message = await sent(Text("Bonjour"), by_person=True, speaker="Léa", customer="unproven:maya@example.org")
    assert message["From"].addresses[0].display_name == "Léa (Souk)"
    assert message["Auto-Submitted"] is None
    assert message["To"] == "maya@example.org"


async def test_a_mail_that_answers_nothing_begins_a_thread_with_its_own_words() -> None:
    message = await sent(Text("Paid, thank you!\nOrder 10482 is being packed. " + "More words. " * 20), answering={})
    assert message["Subject"].startswith("Paid, thank you! Order 10482")
    assert len(message["Subject"]) <= 60
    assert (message["In-Reply-To"], message["Auto-Submitted"]) == (None, "auto-generated")


async def test_long_threads_with_long_names_stay_whole() -> None:
    ids = [f"<{'x' * 200}{n}@example.org>" for n in range(20)]
    message = await sent(Text("Hi"), answering={**THREAD, "references": ids, "message_id": ids[-1]})
    assert message["References"].split() == ids
    assert message["In-Reply-To"] == ids[-1]


async def test_what_can_be_chosen_is_numbered_as_the_typed_answer_is_read() -> None:
    message = await sent(Text("Here they are."), SHOES)
    words = text_of(message)
    assert "1. Aero 2: $69 · Light <b>" in words
    assert "4. Cheaper" in words
    assert "Answer with a number, or in your own words." in words
    shown = html_of(message)
    assert ">1.</td>" in shown
    assert ">4.</td>" in shown
    assert "Light &lt;b&gt;" in shown
    assert 'src="https://shop.example/aero.png"' in shown
    for number, payload in enumerate(("/a", "/c", "/d", "/cheaper"), 1):
        assert chosen(SHOES, str(number), Email.traits) == payload


async def test_where_two_replies_offer_something_numbers_belong_to_the_last() -> None:
    message = await sent(Choices("Colour?", [Option("Blue", "/b")]), Choices("Size?", [Option("41", "/41")]))
    assert "• Blue" in text_of(message)
    assert "1. 41" in text_of(message)
    assert html_of(message).count(">1.</td>") == 1


async def test_every_shape_is_shown_and_escaped() -> None:
    message = await sent(
        Listing("Menu", "Open", [Row("Shoes", "/s", "All <i>")]),
        Link("Here is your secure checkout.", "Pay $138", "https://pay.example/x?a=1&b=2"),
        Picture("https://shop.example/p.png", "A shoe"),
        Receipt("10482", [Line("Aero 2", 2, "$138.00")], "$138.00", "Paid, thank you!"),
        Order("10483", "on its way", [Line("Mug", 1, "$12.50")], "$12.50", url="https://shop.example/o"),
        locale="fr",
    )
    words, shown = text_of(message), html_of(message)
    for told in ("https://pay.example/x?a=1&b=2", "2 × Aero 2", "10483", "on its way", "Répondez par un numéro"):
        assert told in words
    for told in ('href="https://pay.example/x?a=1&amp;b=2"', "Pay $138", "2 × Aero 2", "All &lt;i&gt;", "on its way"):
        assert told in shown


async def test_nothing_that_is_said_can_become_a_header() -> None:
    message = await sent(Text("Hi"), answering={**THREAD, "subject": "Shoes\r\nBcc: eve@example.net"})
    assert message["Bcc"] is None
    assert message["Subject"] == "Re: Shoes Bcc: eve@example.net"


async def test_odd_characters_go_through() -> None:
    message = await sent(Text("Nǐ hǎo 👟 \x00 \ud83d نعم"))
    assert "👟" in text_of(message)
    assert "نعم" in html_of(message)


async def test_an_address_abroad_is_written_as_mail_hosts_read_it() -> None:
    assert (await sent(Text("Hi"), customer="maya@bücher.example"))["To"] == "maya@xn--bcher-kva.example"


# -- what the host answers ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rcpt", "data", "error", "ours"),
    [
        (["451 4.3.0 Later"], [], ChannelUnavailable, None),
        (["450 4.7.1 Slower"], [], ChannelRateLimited, None),
        (["550 5.1.1 Unknown"], [], MessageRefused, False),
        (["550 No"], [], MessageRefused, False),
        ([], ["554 5.7.1 Spam"], MessageRefused, True),
        ([], ["552 5.2.2 Full"], MessageRefused, False),
        ([], ["421 4.3.2 Closing"], ChannelUnavailable, None),
    ],
)
async def test_refusals_are_told_apart_by_their_codes(
    rcpt: list[str], data: list[str], error: type[ChannelError], ours: bool | None
) -> None:
    with smtp_host() as (url, outside):
        outside.refuse, outside.refuse_data = rcpt, data
        with pytest.raises(error) as raised:
            await channel(url).send(outgoing(Text("Hi")))
        assert raised.value.channel == "email"
        assert ours is None or getattr(raised.value, "ours", None) is ours
        assert await channel(url).send(outgoing(Text("Hi")))


def test_a_refused_log_in_stops_the_account_and_a_passing_one_does_not() -> None:
    assert isinstance(error_of(535, "5.7.8 No"), CredentialsRefused)
    assert isinstance(error_of(530, "Authentication required"), CredentialsRefused)
    assert isinstance(error_of(454, "4.3.0 Later"), ChannelUnavailable)


async def test_a_host_that_is_not_there_or_says_nothing_is_tried_again() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        with pytest.raises(ChannelUnavailable):
            await channel(f"smtp://127.0.0.1:{silent.getsockname()[1]}").send(outgoing(Text("Hi")))


async def test_a_host_that_wants_a_log_in_gets_the_password_as_it_was_meant() -> None:
    seen: list[tuple[bytes, bytes]] = []

    def check(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> Any:
        seen.append((data.login, data.password))
        return AuthResult(success=data.password == b"p/w", handled=False)

    with smtp_host(authenticator=check, auth_require_tls=False, auth_required=True) as (url, outside):
        await channel(url.replace("smtp://", "smtp://shop%40x:p%2Fw@")).send(outgoing(Text("Hi")))
        assert seen == [(b"shop@x", b"p/w")]
        assert len(outside.taken) == 1
        with pytest.raises(CredentialsRefused):
            await channel(url.replace("smtp://", "smtp://shop:wrong@")).send(outgoing(Text("Hi")))
        with pytest.raises(CredentialsRefused):
            await channel(url).send(outgoing(Text("Hi")))


def test_other_hosts_must_speak_tls() -> None:
    assert Host.of("smtp://mail.example.com").starttls is True
    assert (Host.of("smtps://u:p@mail.example.com").tls, Host.of("smtps://mail.example.com").port) == (True, 465)
    assert Host.of("smtp://127.0.0.1:2525").starttls is None


async def test_an_address_that_is_none_is_never_tried() -> None:
    with smtp_host() as (url, outside):
        with pytest.raises(MessageRefused):
            await channel(url).send(outgoing(Text("Hi"), customer="not an address"))
        assert not outside.taken


async def test_files_that_came_with_mails_are_handed_out_while_they_are_kept(tmp_path: Path) -> None:
    (tmp_path / "abc").write_bytes(b"a file")
    files = {"abc": tmp_path / "abc", "gone": tmp_path / "gone"}
    email = Email(
        accounts=Accounts([Account(channel="email", id=SHOP)]), key="k", clock=FixedClock(NOW), kept=files.get
    )
    assert await email.fetch(SHOP, Attachment("document", "x/0", sha256="abc")) == b"a file"
    for digest in ("gone", "other"):
        with pytest.raises(MediaGone):
            await email.fetch(SHOP, Attachment("document", "x/0", sha256=digest))


# -- who may post ------------------------------------------------------------------------------------------------------


def verified(body: bytes, headers: dict[str, str]) -> bool:
    try:
        channel().verify(Received("https://shop.example/webhooks/email", headers, body))
    except SignatureRefused:
        return False
    return True


def test_only_what_was_signed_just_now_and_whole_is_let_in() -> None:
    body, now = mail("Hi"), NOW.timestamp()
    good = signed("mail-secret", body, at=now)
    name = "x-souk-signature-256"
    assert verified(body, good)
    assert verified(body, signed("mail-secret", body, at=now - 290))
    for wrong in (
        {},
        signed("another", body, at=now),
        signed("mail-secret", body, at=now - 301),
        signed("mail-secret", body, at=now + 301),
        signed("mail-secret", body + b" ", at=now),
        {**good, name: good[name].replace("sha256=", "sha1=")},
        {**good, name: good[name].replace("t=", "t=1")},
        {**good, name: good[name].upper()},
        {**good, name: ""},
        {**good, name: "é"},
    ):
        assert not verified(body, wrong)


def test_mailguns_own_signature_is_taken_and_names_what_may_come_once() -> None:
    form = {"content-type": "application/x-www-form-urlencoded"}
    token = "06c96bafc3f42a66b9edd546347a2fe18dc23461fe80dc52f0"
    fields = mailgun_form("mail-secret", {"from": "maya@example.org"}, token=token, at=NOW.timestamp())
    body = urlencode(fields).encode()
    assert verified(body, form)
    assert channel().once(Received("", form, body)) == f"mailgun:{token}"
    late = mailgun_form("mail-secret", {}, token=token, at=NOW.timestamp() - 13 * 3600)
    for wrong in (late, mailgun_form("another", {}, token=token, at=NOW.timestamp()), {**fields, "token": "x" * 50}):
        assert not verified(urlencode(wrong).encode(), form)
    assert not verified(body, {**form, "x-souk-signature-256": "t=1,sha256=" + "0" * 64})
    assert not verified(body, {"content-type": "message/rfc822"})


def test_a_channel_without_a_secret_takes_no_posts() -> None:
    nobody = Email(
        accounts=Accounts([Account(channel="email", id=SHOP)]), key="k", clock=FixedClock(NOW), kept=lambda digest: None
    )
    body = mail("Hi")
    with pytest.raises(SignatureRefused):
        nobody.verify(Received("", signed("", body, at=NOW.timestamp()), body))
