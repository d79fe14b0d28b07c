"""The world of mail around a shop: a host that takes what it sends, a mailbox that it fetches from, a customer.

The servers are real: aiosmtpd speaks SMTP, pymap speaks IMAP; both on this machine alone.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import imaplib
import itertools
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import httpx
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from bot.processes import port_taken
from tests.support.stack import Stack, eventually, free_base_port

SHOP = "hello@shop.example"
AUTHSERV = "mx.shop.example"
USER, PASSWORD = "shop", "a pass/word"
_ids = itertools.count(1)


class Outside:
    """Takes mail; `refuse` answers the next recipients with these SMTP answers instead."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, EmailMessage]] = []
        self.refuse: list[str] = []
        self.refuse_data: list[str] = []

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refuse:
            return self.refuse.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.refuse_data:
            return self.refuse_data.pop(0)
        content = envelope.content
        assert isinstance(content, bytes)
        message = message_from_bytes(content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.taken.append((envelope.rcpt_tos[0], message))
        return "250 2.0.0 Taken"

    def to(self, address: str) -> list[EmailMessage]:
        return [message for recipient, message in self.taken if recipient == address]


@contextmanager
def smtp_host(**options: Any) -> Iterator[tuple[str, Outside]]:
    """An SMTP server's URL, and what it took."""
    outside = Outside()
    controller = Controller(outside, hostname="127.0.0.1", port=free_base_port(), **options)
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{controller.port}", outside
    finally:
        controller.stop()


class Box:
    """A mailbox at a real IMAP server. `delivers` puts a mail in, as a mail host does."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.url = f"imap://{USER}:a%20pass%2Fword@127.0.0.1:{port}/INBOX"

    def delivers(self, mail: bytes) -> None:
        with self._connection() as connection:
            connection.append("INBOX", "", imaplib.Time2Internaldate(time.time()), mail)

    def flags(self) -> list[bytes]:
        """What stands on every mail, in order."""
        with self._connection() as connection:
            connection.select("INBOX", readonly=True)
            _, found = connection.fetch("1:*", "(FLAGS)")
            return [each if isinstance(each, bytes) else b"" for each in found]

    @contextmanager
    def _connection(self) -> Iterator[imaplib.IMAP4]:
        connection = imaplib.IMAP4("127.0.0.1", self.port)
        try:
            connection.login(USER, PASSWORD)
            yield connection
        finally:
            connection.logout()


@contextmanager
def imap_host() -> Iterator[Box]:
    port = free_base_port()
    command = [str(Path(sys.executable).with_name("pymap")), "--host", "127.0.0.1", "--port", str(port), "--no-tls",
               "--no-service", "managesieve", "--no-service", "admin",
               "dict", "--demo-data", "--demo-user", USER, "--demo-password", PASSWORD]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        eventually(lambda: port_taken(port), within_s=90)
        yield Box(port)
    finally:
        process.terminate()
        process.wait(timeout=10)


def mail(
    text: str,
    *,
    sender: str = "Maya Okafor <maya@example.org>",
    subject: str = "Running shoes",
    results: str | None = None,
    answering: EmailMessage | None = None,
    **headers: str,
) -> bytes:
    """A mail as our host hands it over; `results` is what it found of the sender, for `Authentication-Results`."""
    message = EmailMessage()
    if results is not None:
        message["Authentication-Results"] = f"{AUTHSERV}; {results}"
    message["From"] = sender
    message["To"] = f"Souk <{SHOP}>"
    message["Subject"] = subject
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = f"<m{next(_ids)}.{time.time_ns()}@example.org>"
    if answering is not None:
        message["In-Reply-To"] = str(answering["Message-ID"])
        message["References"] = f"{answering['References'] or ''} {answering['Message-ID']}".strip()
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return bytes(message)


def proven_by(domain: str) -> str:
    return f"dkim=pass header.d={domain}; spf=pass smtp.mailfrom={domain}; dmarc=pass header.from={domain}"


def signed(secret: str, body: bytes, *, at: float | None = None) -> dict[str, str]:
    moment = str(int(time.time() if at is None else at))
    digest = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return {"content-type": "message/rfc822", "x-souk-signature-256": f"t={moment},sha256={digest}"}


def mailgun_form(key: str, fields: dict[str, str], *, token: str, at: float | None = None) -> dict[str, str]:
    moment = str(int(time.time() if at is None else at))
    signature = hmac.new(key.encode(), (moment + token).encode(), hashlib.sha256).hexdigest()
    return {**fields, "timestamp": moment, "token": token, "signature": signature}


class Writer:
    """One customer by mail. `proven`: their host signs. `says` writes and returns the next mail that comes back."""

    def __init__(self, stack: Stack, outside: Outside, address: str, *, proven: bool, box: Box | None = None) -> None:
        self.stack = stack
        self.outside = outside
        self.address = address
        self.proven = proven
        self.box = box
        self.heard = 0
        self.last: EmailMessage | None = None

    def writes(self, text: str, **headers: str) -> bytes:
        domain = self.address.partition("@")[2]
        results = proven_by(domain) if self.proven else f"dmarc=fail header.from={domain}"
        body = mail(text, sender=f"Maya Okafor <{self.address}>", results=results, answering=self.last, **headers)
        if self.box is not None:
            self.box.delivers(body)
        else:
            assert self.posts(body).status_code == 200
        return body

    def posts(self, body: bytes) -> httpx.Response:
        headers = signed(self.stack.settings.mail_webhook_secret, body)
        return httpx.post(f"{self.stack.url}/webhooks/email", content=body, headers=headers, timeout=10)

    def hears(self, *, within_s: float = 30.0) -> EmailMessage:
        found = eventually(lambda: self.outside.to(self.address)[self.heard :], within_s=within_s)
        self.heard += 1
        self.last = found[0]
        assert isinstance(self.last, EmailMessage)
        return self.last

    def says(self, text: str, **headers: str) -> EmailMessage:
        self.writes(text, **headers)
        return self.hears()


def text_of(message: EmailMessage) -> str:
    part = message.get_body(preferencelist=("plain",))
    assert part is not None
    return str(part.get_content())


def html_of(message: EmailMessage) -> str:
    part = message.get_body(preferencelist=("html",))
    assert part is not None
    return str(part.get_content())


def number_of(message: EmailMessage, title: str) -> str:
    """The number under which something is offered."""
    found = re.search(rf"^(\d+)\. .*{re.escape(title)}", text_of(message), re.MULTILINE)
    assert found, text_of(message)
    return found[1]


def recorded(name: str) -> bytes:
    return (Path(__file__).resolve().parents[1] / "payloads" / "email" / name).read_bytes()


async def until(condition: Any, *, within_s: float = 10.0) -> None:
    end = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < end, "did not happen"
        await asyncio.sleep(0.05)
