"""Mails that no person wrote: auto-replies, lists, our own ones, and reports that one of ours did not arrive.

Answering them makes two machines talk for ever (RFC 3834), so none is a turn. A report of non-delivery that names one
of our messages becomes news of that message.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Set
from datetime import datetime
from email.message import EmailMessage, Message

from bot.channels.email_mail import Mail, headers_text, type_of
from bot.conversation.messages import Delivery, Problem, Status

_DAEMON = re.compile(r"mailer-?daemon|postmaster|bounces?(?:[+.=-].*)?|auto-?reply", re.IGNORECASE)
_NOBODY = re.compile(r"(?:no|do-?not|never)[._-]?reply(?:[+.=-].*)?", re.IGNORECASE)
_PRECEDENCE = ("bulk", "list", "junk", "auto_reply", "auto-reply")
_OURS = re.compile(r"<?(souk-\d{1,18}(?:\.\d{1,6})?)\.([0-9a-f]{12})@")
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")


def message_id(key: str, ref: str, domain: str) -> str:
    """The Message-ID of a mail of ours: tells our reference, and that it was really us who wrote it."""
    return f"<{ref}.{_seal(key, ref)}@{domain}>"


def _seal(key: str, ref: str) -> str:
    return hmac.new(key.encode(), f"message-id:{ref}".encode(), hashlib.sha256).hexdigest()[:12]


def is_from_machine(mail: Mail, own: Set[str]) -> bool:
    """`own`: our addresses, lower case; a mail from ourselves is never answered."""
    names = {address.partition("@")[0] for address in mail.addresses("from")}
    return (
        sender_of(mail) in ("", *own)
        or not own.isdisjoint(mail.addresses("from"))
        or any(_DAEMON.fullmatch(name) for name in names)
        or mail.header("return-path").replace(" ", "") == "<>"
        or mail.header("auto-submitted").lower().split(";")[0].strip() not in ("", "no")
        or mail.header("x-autoreply").lower() not in ("", "no")
        or any(mail.all(name) for name in ("x-autorespond", "x-failed-recipients", "list-id", "list-post"))
        or mail.header("precedence").lower() in _PRECEDENCE
        or "report" in mail.header("content-type").lower().split(";")[0]
    )


def sender_of(mail: Mail) -> str:
    """Who is answered. A form on a web page writes as nobody and names the customer in Reply-To. Empty: no one."""
    told = mail.addresses("from")[:1]
    if told and _NOBODY.fullmatch(told[0].partition("@")[0]):
        told = mail.addresses("reply-to")[:1]
    return told[0] if told else ""


def bounce(mail: Mail, key: str, account: str, at: datetime) -> Status | None:
    """News of one of our messages, if this is a report on it."""
    if not _is_report(mail):
        return None
    ref, provider_id = _our_message(mail, key)
    report = next((part for part in mail.parts if type_of(part) == "message/delivery-status"), None)
    action, status, words = _outcome(report) if report is not None else ("failed", "", "")
    if not ref or action not in ("failed", "delivered"):
        return None
    failed = action == "failed"
    return Status(
        channel="email",
        account=account,
        provider_id=provider_id,
        state=Delivery.FAILED if failed else Delivery.DELIVERED,
        at=at,
        outbox_ref=ref,
        error_code=int(status.replace(".", "")) if status and failed else None,
        error_title=(words or mail.header("subject"))[:200] if failed else "",
        problem=Problem.UNREACHABLE if failed else None,
    )


def _is_report(mail: Mail) -> bool:
    sender = next(iter(mail.addresses("from")), "")
    return (
        "report" in mail.header("content-type").lower().split(";")[0]
        or bool(mail.all("x-failed-recipients"))
        or sender.startswith(("mailer-daemon@", "postmaster@"))
    )


def _our_message(mail: Mail, key: str) -> tuple[str, str]:
    """Our reference and the Message-ID it stands in, from the headers or the returned mail; empty where there is none
    that we made."""
    told = [mail.header(name) for name in ("in-reply-to", "references", "x-failed-message-id")]
    told += [str(file.content, "latin-1") for file in mail.files] + [mail.plain]
    for text in told:
        for found in _OURS.finditer(text):
            if hmac.compare_digest(_seal(key, found[1]), found[2]):
                whole = text[found.start() : found.start() + 300].split(">")[0].strip("<") if ">" in text else ""
                return found[1], f"<{whole}>" if whole else ""
    return "", ""


def _outcome(report: EmailMessage) -> tuple[str, str, str]:
    """`Action`, `Status` as "5.1.1" and the reporting host's words (RFC 3464: a block of fields a recipient)."""
    blocks = report.get_payload()
    for block in blocks if isinstance(blocks, list) else []:
        if not isinstance(block, Message):
            continue
        action = headers_text(block, "action").lower()
        if action:
            status = _STATUS.search(headers_text(block, "status"))
            return action, status[0] if status else "", headers_text(block, "diagnostic-code")
    return "failed", "", ""
