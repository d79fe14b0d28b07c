"""Mails read: what they say, who wrote them, whether that is believed, and what is no turn."""

from __future__ import annotations

import contextlib
import hashlib
import json
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channel_accounts import Account, Accounts
from bot.channels.base import BodyUnreadable, Parsed, Received
from bot.channels.email import Email
from bot.channels.email_machines import message_id
from bot.channels.email_trust import read_results
from bot.clock import FixedClock
from bot.conversation.messages import Delivery, Inbound, Problem, Status
from tests.support.mail import AUTHSERV, SHOP, mail, proven_by, recorded

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SHARED = Path(__file__).parents[3] / "shared" / "payloads"
EMAIL = Email(
    accounts=Accounts(
        [
            Account(channel="email", id=SHOP, secret="mail-secret", brand="Souk", authserv=AUTHSERV),
            Account(channel="email", id="hola@tienda.example", authserv="other.example"),
        ]
    ),
    key="a key",
    clock=FixedClock(NOW),
    kept=lambda digest: None,
)


def parsed(body: bytes, content_type: str = "message/rfc822") -> Parsed:
    return EMAIL.parse(Received("https://shop.example/webhooks/email", {"content-type": content_type}, body))


def inbound(body: bytes, content_type: str = "message/rfc822") -> Inbound:
    [item] = parsed(body, content_type).items
    assert isinstance(item, Inbound)
    return item


def test_a_reply_is_what_was_written_now_in_its_thread_by_whom_our_host_believes() -> None:
    message = inbound(recorded("gmail_reply.eml"))
    assert message.text == "Do they come in size 42? I love the blue ones 💙"
    assert "Three running shoes" in message.original
    assert (message.key.account, message.key.customer, message.proven) == (SHOP, "maya@example.org", True)
    assert (message.profile.name, message.profile.email) == ("Maya Okafor", "maya@example.org")
    assert message.event_key == "<reply-1@example.org>"
    assert message.sent_at == datetime(2026, 11, 22, 11, 59, 30, tzinfo=UTC)
    assert message.subject == "Re: Running shoes 👟"
    assert message.thread == {
        "message_id": "<reply-1@example.org>",
        "references": ["<first@example.org>", "<souk-8.0123456789ab@shop.example>", "<reply-1@example.org>"],
        "subject": "Re: Running shoes 👟",
    }


def test_html_alone_is_read_without_what_it_quotes_and_its_files_are_kept() -> None:
    body = recorded("outlook_html_fr.eml")
    message = inbound(body)
    assert message.text.split("\n\n") == [
        "Bonjour,",
        "Où est ma commande 10482 ? Voir [ma page](https://shop.example/orders).",
    ]
    assert "un ancien message" in message.original
    assert (message.key.customer, message.proven) == ("unproven:lea@example.fr", False)
    assert message.profile.email is None
    picture, paper = message.attachments
    assert (picture.kind, picture.filename, picture.mime_type) == ("image", "café.png", "image/png")
    assert (paper.kind, paper.filename, paper.mime_type) == ("document", "", "application/pdf")
    letter = EMAIL.fetched(body, SHOP)
    assert [hashlib.sha256(file.content).hexdigest() for file in letter.files] == [picture.sha256, paper.sha256]


def test_a_mail_that_breaks_every_rule_is_still_somebodys_message() -> None:
    message = inbound(recorded("broken.eml"))
    assert message.key.customer == "unproven:someone@example.net"
    assert message.text.startswith("Hallo")
    assert message.event_key.startswith("unproven:sha256:")
    assert message.sent_at == NOW
    assert message.thread["message_id"] == ""


def test_an_empty_mail_says_what_its_subject_says() -> None:
    assert inbound(mail("", subject="Re: Fwd: Where is my order 10482?")).text == "Where is my order 10482?"


def test_the_address_that_was_written_to_tells_the_account() -> None:
    assert inbound(mail("Hola", X_Original_To="hola+web@tienda.example")).key.account == "hola@tienda.example"


def test_a_form_on_a_web_page_names_its_customer_in_reply_to_and_proves_nothing() -> None:
    body = mail("Hi", sender="no-reply@forms.example", results=proven_by("forms.example"), Reply_To="maya@example.org")
    assert inbound(body).key.customer == "unproven:maya@example.org"


def test_the_same_mail_has_the_same_key_even_without_an_id() -> None:
    bare = b"From: maya@example.org\r\n\r\nHello"
    assert inbound(bare).event_key == inbound(bare).event_key != inbound(bare + b"!").event_key


# -- who is believed ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "results",
    [
        "dmarc=pass header.from=example.org",
        "dmarc=pass (p=reject dis=none) header.from=Example.ORG",
        "dkim=pass header.d=example.org",
        "dkim=fail header.d=other.net; dkim=pass header.i=@example.org",
        "spf=pass smtp.mailfrom=bounce@example.org",
        'spf=fail smtp.mailfrom="a;b"@x.net; dkim=pass (good; really) header.d=example.org',
    ],
)
def test_our_hosts_word_proves_the_sender(results: str) -> None:
    assert inbound(mail("Hi", results=results)).proven


@pytest.mark.parametrize(
    "results",
    [
        None,
        "none",
        "dmarc=fail header.from=example.org; dkim=pass header.d=example.org",
        "dmarc=pass header.from=evil.net",
        "dkim=pass header.d=evil.net; spf=pass smtp.mailfrom=evil.net",
        "dkim=pass header.d=xexample.org",
        "dkim=pass header.d=org",
        "dkim=pass header.d=sub.example.org",
        "spf=softfail smtp.mailfrom=example.org",
        "dkim=pass",
        'spf=fail smtp.mailfrom="x; dmarc=pass header.from=example.org"@evil.net',
        "spf=fail (x; dmarc=pass header.from=example.org) smtp.mailfrom=evil.net",
        "spf=fail (a \\) ; dmarc=pass header.from=example.org) smtp.mailfrom=evil.net",
    ],
)
def test_anything_less_does_not(results: str | None) -> None:
    message = inbound(mail("Hi", results=results))
    assert not message.proven
    assert message.key.customer == "unproven:maya@example.org"
    assert message.event_key.startswith("unproven:")


def test_a_header_that_the_sender_brought_is_not_our_hosts() -> None:
    forged = b"Authentication-Results: evil.net; dmarc=pass header.from=example.org\r\n"
    assert not inbound(forged + mail("Hi")).proven
    ours_first = mail("Hi", results="dmarc=fail header.from=example.org")
    theirs_below = ours_first.replace(b"From:", f"Authentication-Results: {AUTHSERV}; dmarc=pass\nFrom:".encode(), 1)
    assert not inbound(theirs_below).proven


def test_a_shop_that_named_no_host_believes_nobody() -> None:
    nameless = Email(
        accounts=Accounts([Account(channel="email", id=SHOP)]), key="k", clock=FixedClock(NOW), kept=lambda digest: None
    )
    [item] = nameless.fetched(mail("Hi", results=proven_by("example.org")), SHOP).parsed.inbound
    assert not item.proven


def test_two_senders_prove_none() -> None:
    two = mail("Hi", sender="maya@example.org, eve@example.org", results=proven_by("example.org"))
    assert not inbound(two).proven
    twice = mail("Hi", results=proven_by("example.org")).replace(b"From:", b"From: eve@example.org\nFrom:", 1)
    assert not inbound(twice).proven


@given(st.text(max_size=200))
def test_any_header_can_be_read(header: str) -> None:
    read_results(header)


# -- what is no turn ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Auto_Submitted", "auto-replied"),
        ("Auto_Submitted", "auto-generated; owner-email=x"),
        ("X_Autoreply", "yes"),
        ("X_Autorespond", "out of office"),
        ("Precedence", "bulk"),
        ("Precedence", "auto_reply"),
        ("List_Id", "<shoes.example.org>"),
        ("Return_Path", "<>"),
        ("X_Failed_Recipients", "a@example.org"),
    ],
)
def test_what_a_machine_wrote_is_no_turn(name: str, value: str) -> None:
    assert parsed(mail("Hello", **{name: value})) == Parsed(ignored=1)


@pytest.mark.parametrize("sender", [SHOP, f"Souk <{SHOP.upper()}>", "MAILER-DAEMON@x.net", "no-reply@x.net", "nobody"])
def test_our_own_mails_and_nobodys_are_no_turns(sender: str) -> None:
    assert parsed(mail("Hello", sender=sender)) == Parsed(ignored=1)


def test_a_person_who_says_so_is_one() -> None:
    assert inbound(mail("Hello", Auto_Submitted="no", X_Autoreply="no")).text == "Hello"


def test_an_out_of_office_reply_is_no_turn() -> None:
    assert parsed(recorded("out_of_office.eml")) == Parsed(ignored=1)


def test_a_report_on_our_mail_is_news_of_it() -> None:
    ours = message_id("a key", "souk-12", "shop.example")
    [status] = parsed(recorded("bounce.eml").replace(b"<{OURS}>", ours.encode())).items
    assert status == Status(
        channel="email",
        account=SHOP,
        provider_id=ours,
        state=Delivery.FAILED,
        at=NOW,
        outbox_ref="souk-12",
        error_code=511,
        error_title="smtp; 550 5.1.1 User unknown",
        problem=Problem.UNREACHABLE,
    )


def test_a_report_on_a_mail_that_we_did_not_write_is_nothing() -> None:
    for name in ("<souk-12.0123456789ab@shop.example>", message_id("another key", "souk-12", "shop.example")):
        assert parsed(recorded("bounce.eml").replace(b"<{OURS}>", name.encode())) == Parsed(ignored=1)


# -- what providers post -----------------------------------------------------------------------------------------------


def test_mailguns_form_is_a_mail() -> None:
    message = inbound(recorded("mailgun.form"), "application/x-www-form-urlencoded")
    assert (message.text, message.subject) == ("Do you have running shoes?", "Running shoes")
    assert (message.key.customer, message.event_key) == ("unproven:maya@example.org", "unproven:<mg-1@example.org>")


def test_postmarks_json_is_a_mail_with_its_files() -> None:
    message = inbound(recorded("postmark.json"), "application/json")
    assert (message.text, message.profile.name) == ("Do you have running shoes?", "Maya")
    assert message.event_key == "unproven:<pm-1@example.org>"
    assert message.attachments[0].sha256 == hashlib.sha256(b"42").hexdigest()


def test_sendgrids_form_is_a_mail_whose_signature_sendgrid_checked() -> None:
    parts = {
        "headers": "From: Maya <maya@example.org>\nTo: hello@shop.example\nMessage-ID: <sg@example.org>",
        "text": "caf\u00e9?",
        "charsets": json.dumps({"text": "iso-8859-1"}),
        "dkim": "{@example.org : pass}",
        "envelope": json.dumps({"to": ["hola@tienda.example"], "from": "maya@example.org"}),
    }
    encoded = {name: value.encode("latin-1") for name, value in parts.items()}
    body, kind = multipart(encoded, {"attachment1": b"\x89PNG"})
    message = inbound(body, kind)
    assert (message.text, message.proven, message.key.account) == ("café?", True, "hola@tienda.example")
    assert [(file.filename, file.mime_type) for file in message.attachments] == [("foot.png", "image/png")]
    body, kind = multipart({**encoded, "dkim": b"{@evil.net : pass}"}, {})
    assert not inbound(body, kind).proven


def multipart(fields: dict[str, bytes], files: dict[str, bytes]) -> tuple[bytes, str]:
    lines = []
    for name, value in fields.items():
        lines += [b"--B", f'Content-Disposition: form-data; name="{name}"'.encode(), b"", value]
    for name, value in files.items():
        said = f'Content-Disposition: form-data; name="{name}"; filename="foot.png"'
        lines += [b"--B", said.encode(), b"Content-Type: image/png", b"", value]
    return b"\r\n".join([*lines, b"--B--", b""]), "multipart/form-data; boundary=B"


def test_the_same_post_has_the_same_key() -> None:
    first, second = recorded("postmark.json"), recorded("postmark.json").replace(b"running", b"walking")
    bare = first.replace(b'"Message-ID"', b'"X-Other"')
    keys = [
        inbound(body, "application/json").event_key for body in (bare, bare, second.replace(b'"Message-ID"', b'"X"'))
    ]
    assert keys[0] == keys[1] != keys[2]


@pytest.mark.parametrize("kind", ["", "text/html", "application/xml"])
def test_what_is_no_mail_is_said_to_be_none(kind: str) -> None:
    with pytest.raises(BodyUnreadable):
        parsed(b"<xml/>", kind)


# -- total -------------------------------------------------------------------------------------------------------------

OWN = [recorded(name) for name in ("gmail_reply.eml", "outlook_html_fr.eml", "bounce.eml", "broken.eml")]
KINDS = ["message/rfc822", "application/json", "multipart/form-data; boundary=B", "application/x-www-form-urlencoded"]


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.sampled_from(OWN), st.integers(0, 4000), st.integers(0, 4000), st.binary(max_size=20))
def test_any_bytes_in_a_mail_are_read(body: bytes, begin: int, length: int, garbage: bytes) -> None:
    left = body[:begin] + garbage + body[begin + length :]
    # Blank is no mail at all, and is refused as such.
    for item in parsed(left if left.strip() else b".").items:
        assert isinstance(item, Inbound | Status)


@settings(deadline=None)
@given(st.binary(max_size=300), st.sampled_from(KINDS))
def test_any_bytes_of_any_kind_are_read_or_refused(body: bytes, kind: str) -> None:
    with contextlib.suppress(BodyUnreadable):
        assert all(isinstance(item, Inbound | Status) for item in parsed(body, kind).items)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(json.loads(recorded("postmark.json")))), JSON))
def test_any_types_in_a_post_are_read(changed: dict[str, Any]) -> None:
    body = {**json.loads(recorded("postmark.json")), **changed}
    with contextlib.suppress(BodyUnreadable):
        told = parsed(json.dumps(body).encode(), "application/json")
        assert all(isinstance(item, Inbound | Status) for item in told.items)


@pytest.mark.skipif(not SHARED.exists(), reason="the payloads that others recorded lie beside the repository")
def test_every_mail_that_others_recorded_is_read_and_no_auto_reply_is_a_turn() -> None:
    mails = sorted((SHARED / "chatwoot-email").glob("*.eml"))
    read = {path.stem: parsed(path.read_bytes()) for path in mails}
    assert len(read) == 17
    turns = {name for name, found in read.items() if found.inbound}
    assert turns == set(read) - {"auto_reply", "auto_reply_with_auto_submitted"}
    for found in read.values():
        assert all(item.text or item.attachments for item in found.inbound)


@pytest.mark.skipif(not SHARED.exists(), reason="the payloads that others recorded lie beside the repository")
def test_every_post_that_others_recorded_is_read() -> None:
    turns = 0
    for path in sorted((SHARED / "django-anymail").glob("*.json")):
        body = json.loads(path.read_text())
        as_form = urlencode({name: value for name, value in body.items() if isinstance(value, str)}).encode()
        found = parsed(as_form, "application/x-www-form-urlencoded")
        if path.stem.startswith(("postmark", "resend")):
            found = parsed(path.read_bytes(), "application/json")
        turns += len(found.inbound)
    assert turns == 7


def test_a_mail_inside_a_mail_is_a_file_of_it() -> None:
    inner, outer = EmailMessage(), EmailMessage()
    inner["From"] = "eve@example.net"
    inner.set_content("Forwarded words")
    outer["From"], outer["To"] = "maya@example.org", SHOP
    outer.set_content("See below")
    outer.add_attachment(inner)
    message = inbound(bytes(outer))
    assert (message.text, [file.mime_type for file in message.attachments]) == ("See below", ["message/rfc822"])
