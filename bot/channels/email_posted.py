"""Mails that a provider posts to our webhook, in the shapes of Mailgun, SendGrid, Postmark and Resend, or as they are.

Each becomes the same `Mail` as one that was fetched. A shape is told by the content type and its fields, never by who
claims to post. Sources: the providers' pages on inbound parsing, as django-anymail's tests read them.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Mapping
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from bot.channels.base import BodyUnreadable, Received
from bot.channels.email_mail import MOST_FILES, File, Mail, decoded, mail_from
from bot.channels.reading import decoded as json_decoded
from bot.channels.reading import record, records, words

_RAW = ("message/rfc822", "application/octet-stream", "text/plain")
_DKIM_PASSED = re.compile(r"@([a-z0-9.-]+)\s*:\s*pass\b", re.IGNORECASE)
_NOT_A_HEADER = re.compile(r"[^\x21-\x39\x3b-\x7e]")


def posted_mail(received: Received) -> Mail | None:
    """The mail of a webhook; None where the body tells of something else. Raises `BodyUnreadable`."""
    kind = received.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        return _from_json(json_decoded(received.body, "email"))
    if kind in ("multipart/form-data", "application/x-www-form-urlencoded"):
        return _from_form(form_of(received))
    if kind in _RAW and received.body.strip():
        return mail_from(received.body)
    raise BodyUnreadable("not_a_mail", "The body is no mail.", channel="email")


# -- forms: Mailgun, SendGrid ------------------------------------------------------------------------------------------


class Form(msgspec.Struct, frozen=True):
    fields: Mapping[str, bytes]
    files: list[File]

    def text(self, name: str, charset: str = "utf-8") -> str:
        return decoded(self.fields.get(name, b""), charset)


def form_of(received: Received) -> Form:
    told = received.headers.get("content-type", "")
    if told.partition(";")[0].strip().lower() == "application/x-www-form-urlencoded":
        pairs = parse_qsl(decoded(received.body, "utf-8"), keep_blank_values=True)
        return Form({name: value.encode("utf-8", "replace") for name, value in pairs}, [])
    head = f"Content-Type: {' '.join(told.split())}\r\n\r\n".encode("latin-1", "replace")
    fields: dict[str, bytes] = {}
    files: list[File] = []
    for part in message_from_bytes(head + received.body, policy=policy.HTTP).walk():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if not isinstance(name, str) or not isinstance(content, bytes):
            continue
        if part.get_filename() is None:
            fields[name] = content
        elif len(files) < MOST_FILES:
            files.append(File(words(part.get_filename() or "")[:200], part.get_content_type(), content))
    return Form(fields, files)


def _from_form(form: Form) -> Mail | None:
    passed = frozenset(domain.lower() for domain in _DKIM_PASSED.findall(form.text("dkim")))
    recipient = form.text("recipient") or _envelope_to(form.text("envelope"))
    for name in ("body-mime", "email"):
        if "\n" in form.text(name):
            return mail_from(form.fields[name], recipient=recipient, passed=passed)
    charsets = record(_json_or_none(form.text("charsets")))
    of = {name: words(charsets.get(name)) or "utf-8" for name in ("text", "html", "subject", "from", "to")}
    headers = _headers_of(form)
    if not any(name.lower() == "from" for name, _ in headers):
        told = form.text("from", of["from"]) or form.text("sender")
        headers += [("From", told), ("To", form.text("to", of["to"])), ("Subject", form.text("subject", of["subject"]))]
    plain = form.text("body-plain") or form.text("text", of["text"])
    return _made(headers, plain, form.text("body-html") or form.text("html", of["html"]), form.files, recipient, passed)


def _headers_of(form: Form) -> list[tuple[str, str]]:
    if "message-headers" in form.fields:
        listed = _json_or_none(form.text("message-headers"))
        pairs = listed if isinstance(listed, list) else []
        return [(words(pair[0]), words(pair[1])) for pair in pairs if isinstance(pair, list) and len(pair) == 2]
    message = message_from_bytes(form.fields.get("headers", b""), policy=policy.default)
    return [(name, words(str(value))) for name, value in message.raw_items()]


def _envelope_to(envelope: str) -> str:
    to = record(_json_or_none(envelope)).get("to")
    return words(to[0]) if isinstance(to, list) and to else ""


def _json_or_none(text: str) -> Any:
    try:
        return json_decoded(text.encode("utf-8", "replace"), "email")
    except BodyUnreadable:
        return None


# -- JSON: Postmark, Resend --------------------------------------------------------------------------------------------


def _from_json(body: Any) -> Mail | None:
    told = record(body)
    if "FromFull" in told or "TextBody" in told or "RawEmail" in told:
        return _from_postmark(told)
    told = record(told.get("data")) or told
    if told.get("text") is None and told.get("html") is None:
        return None
    return _from_resend(told)


def _from_postmark(told: dict[str, Any]) -> Mail:
    recipient = words(told.get("OriginalRecipient"))
    raw = words(told.get("RawEmail"))
    if raw.strip():
        return mail_from(raw.encode("utf-8", "surrogateescape"), recipient=recipient)
    sender = record(told.get("FromFull"))
    address = words(sender.get("Email")) or words(told.get("From"))
    headers = [(words(one.get("Name")), words(one.get("Value"))) for one in records(told.get("Headers"))]
    headers += [
        ("From", _mailbox(words(sender.get("Name")), address)),
        ("To", words(told.get("To")) or recipient),
        ("Reply-To", words(told.get("ReplyTo"))),
        ("Subject", words(told.get("Subject"))),
        ("Date", words(told.get("Date"))),
    ]
    files = [
        File(words(one.get("Name"))[:200], words(one.get("ContentType"))[:100] or "application/octet-stream",
             _from_base64(words(one.get("Content")) or words(one.get("Data"))))
        for one in records(told.get("Attachments"))[:MOST_FILES]
    ]  # fmt: skip
    return _made(headers, words(told.get("TextBody")), words(told.get("HtmlBody")), files, recipient)


def _from_resend(told: dict[str, Any]) -> Mail:
    """Its attachments are addresses that only its own key opens; they are left where they are."""
    headers = []
    for name, value in record(told.get("headers")).items():
        headers += [(name, words(one)) for one in (value if isinstance(value, list) else [value])]
    recipients = [words(one) for one in told["to"]] if isinstance(told.get("to"), list) else []
    headers += [
        ("From", words(told.get("from"))),
        ("To", ", ".join(recipients)),
        ("Subject", words(told.get("subject"))),
        ("Message-ID", words(told.get("message_id"))),
        ("Date", words(told.get("created_at"))),
    ]
    return _made(headers, words(told.get("text")), words(told.get("html")), [], recipients[0] if recipients else "")


def _mailbox(name: str, address: str) -> str:
    clean = re.sub(r'["\\<>]', "", name).strip()
    return f'"{clean}" <{address}>' if clean else address


def _from_base64(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError):
        return b""


# -- both --------------------------------------------------------------------------------------------------------------


def _made(
    headers: Iterable[tuple[str, str]],
    plain: str,
    html: str,
    files: list[File],
    recipient: str,
    passed: frozenset[str] = frozenset(),
) -> Mail:
    """A mail of its parts. What a provider tells beside the mail's own headers counts where those say nothing."""
    lines, seen = [], set[str]()
    for name, value in headers:
        own = name.lower() in ("from", "to", "subject", "date", "message-id", "reply-to")
        if value.strip() and name and not _NOT_A_HEADER.search(name) and not (own and name.lower() in seen):
            seen.add(name.lower())
            lines.append(f"{name}: {' '.join(value.split())}")
    head = "\r\n".join(lines).encode("utf-8", "replace")
    told = [head, plain.encode("utf-8", "replace"), html.encode("utf-8", "replace"), *(file.content for file in files)]
    read = message_from_bytes(head + b"\r\n\r\n", policy=policy.default)
    assert isinstance(read, EmailMessage)
    return Mail(
        headers=read,
        plain=plain,
        html=html,
        files=files,
        digest=hashlib.sha256(b"\0".join(told)).hexdigest(),
        recipient=recipient,
        passed=passed,
    )
