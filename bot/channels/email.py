"""E-mail: in by a signed webhook or as mails that `bot.mailbox` fetched, out by SMTP.

A conversation is one sender's address; the mails' own threads are only kept so that answers hang on what they answer.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec

from bot.channel_accounts import Accounts
from bot.channels.base import MediaGone, Outgoing, Parsed, Received, SignatureRefused
from bot.channels.email_in import read_mail
from bot.channels.email_machines import message_id
from bot.channels.email_mail import File, Mail, mail_from
from bot.channels.email_out import TRAITS, composed
from bot.channels.email_posted import form_of, posted_mail
from bot.channels.email_smtp import deliver
from bot.clock import Clock
from bot.conversation.messages import Attachment, Inbound
from bot.conversation.replies import Shown, reply_to
from bot.conversation.traits import Manners

SIGNATURE = "x-souk-signature-256"
SIGNED_WITHIN = timedelta(minutes=5)
MAILGUN_WITHIN = timedelta(hours=12)
"""Mailgun tries a post again for eight hours; its tokens are good for one post alone."""
_SIGNED = re.compile(r"t=(\d{1,12}),\s*sha256=([0-9a-f]{64})")

MANNERS = Manners(gathers=True, answers_an_hour=10, per_second=10, burst=20)


Kept = Callable[[str], Path | None]


class Letter(msgspec.Struct, frozen=True):
    """One mail in our words, and the files that came with it: nobody else has them, so they are kept first."""

    parsed: Parsed
    files: list[File] = []


class Email:
    """The channel of all our addresses. `key` seals the Message-IDs of what we send; `kept` tells where a file
    that came with a mail lies, by its SHA-256."""

    name = "email"
    traits = TRAITS
    manners = MANNERS

    def __init__(self, *, accounts: Accounts, key: str, clock: Clock, kept: Kept) -> None:
        self._accounts = accounts
        self._key = key
        self._kept = kept
        self._clock = clock
        self._own = frozenset(account.id.lower() for account in accounts.all)

    # -- in ------------------------------------------------------------------------------------------------------------

    def verify(self, received: Received) -> None:
        """Our own signature, `t=<unix>,sha256=<HMAC(secret, t + "." + body)>`, or the one in Mailgun's form."""
        now = self._clock.now().timestamp()
        signed = _SIGNED.fullmatch(received.headers.get(SIGNATURE, ""))
        if signed is not None:
            fresh = abs(now - int(signed[1])) <= SIGNED_WITHIN.total_seconds()
            told = signed[1].encode() + b"." + received.body
            if fresh and self._is_signed(told, signed[2]):
                return
        elif SIGNATURE not in received.headers and (stamp := _mailgun(received)) is not None:
            at, token, signature = stamp
            fresh = abs(now - int(at)) <= MAILGUN_WITHIN.total_seconds()
            if fresh and self._is_signed((at + token).encode(), signature):
                return
        raise SignatureRefused("bad_signature", "The signature is missing, wrong or too old.", channel=self.name)

    def _is_signed(self, told: bytes, signature: str) -> bool:
        return any(
            hmac.compare_digest(hmac.new(secret.encode(), told, hashlib.sha256).hexdigest(), signature)
            for secret in self._accounts.secrets()
        )

    def once(self, received: Received) -> str | None:
        """What may come in one post only. Mailgun signs its token and not the mail, so a token that was seen once must
        not vouch for another mail."""
        stamp = None if SIGNATURE in received.headers else _mailgun(received)
        return f"mailgun:{stamp[1]}" if stamp is not None else None

    def parse(self, received: Received) -> Parsed:
        return self.posted(received).parsed

    def posted(self, received: Received) -> Letter:
        """What a webhook brought. Raises `BodyUnreadable`."""
        mail = posted_mail(received)
        return Letter(Parsed(ignored=1)) if mail is None else self._letter(mail, self._account_of(mail))

    def fetched(self, raw: bytes, account: str) -> Letter:
        """A mail as it lay in an account's mailbox."""
        return self._letter(mail_from(raw), account)

    def _letter(self, mail: Mail, account: str) -> Letter:
        item = read_mail(
            mail,
            account=account,
            own=self._own,
            authserv=self._accounts.of(account).authserv,
            key=self._key,
            now=self._clock.now(),
        )
        if item is None:
            return Letter(Parsed(ignored=1))
        return Letter(Parsed([item]), mail.files if isinstance(item, Inbound) else [])

    def _account_of(self, mail: Mail) -> str:
        """The address of ours that the mail is to; the first where it names none."""
        named = [mail.recipient.lower(), *mail.addresses("delivered-to", "x-original-to", "to", "cc")]
        for address in named:
            name, _, domain = address.partition("@")
            for own in (address, f"{name.partition('+')[0]}@{domain}"):
                if own in self._own:
                    return next(account.id for account in self._accounts.all if account.id.lower() == own)
        return self._accounts.all[0].id

    async def fetch(self, account: str, attachment: Attachment) -> bytes:
        """A file that came with a mail. Raises `MediaGone`."""
        try:
            path = self._kept(attachment.sha256)
            if path is not None:
                return await asyncio.to_thread(path.read_bytes)
        except OSError:
            pass
        raise MediaGone("gone", "The file is not there any more.", channel=self.name)

    # -- out -----------------------------------------------------------------------------------------------------------

    def pieces(self, reply: Shown) -> list[dict[str, Any]]:
        """The reply itself: one mail shows all parts of a turn, so it is drawn when they are together."""
        return [reply_to(reply)]

    async def send(self, outgoing: Outgoing) -> str:
        account = self._accounts.of(outgoing.account)
        ours = message_id(self._key, outgoing.ref, account.id.rpartition("@")[2])
        recipient, mail = composed(outgoing, account, ours, self._clock.now())
        await deliver(account.smtp_url, sender=account.id, recipient=recipient, mail=mail)
        return ours

    async def seen(self, account: str, customer: str, event_key: str) -> None:
        """Mail shows nobody that it was read."""


def _mailgun(received: Received) -> tuple[str, str, str] | None:
    """Timestamp, token and signature of Mailgun's form."""
    if "form" not in received.headers.get("content-type", ""):
        return None
    form = form_of(received)
    at, token, signature = (form.text(name) for name in ("timestamp", "token", "signature"))
    fits = re.fullmatch(r"[0-9]{1,12}", at) and re.fullmatch(r"[0-9a-zA-Z]{16,128}", token)
    return (at, token, signature) if fits and re.fullmatch(r"[0-9a-f]{64}", signature) else None
