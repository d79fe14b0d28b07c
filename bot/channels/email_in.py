"""E-mail, in: one mail in our words, as a message of a customer or as news of a message of ours."""

from __future__ import annotations

import re
from collections.abc import Set
from datetime import datetime
from email.utils import parseaddr

import msgspec

from bot.channels.email_machines import bounce, is_from_machine, sender_of
from bot.channels.email_mail import File, Mail, moment_in
from bot.channels.email_trust import is_proven
from bot.conversation.identity import ConversationKey, Profile
from bot.conversation.messages import Attachment, Inbound, Status
from bot.conversation.quotes import newest

UNPROVEN = "unproven:"
"""Before the address of a sender whom nobody vouches for: somebody else than the owner of that address, with a
conversation, a cart and a name of their own."""
_LONGEST_KEY = 250
_LONGEST_SUBJECT = 300
_LONGEST_ORIGINAL = 20_000
_MOST_REFERENCES = 20
_MARKS = re.compile(r"^\s*(?:(?:re|fwd?|odp|tr|aw|wg)\s*:\s*)+", re.IGNORECASE)
_KINDS = ("image", "video", "audio")


def read_mail(
    mail: Mail, *, account: str, own: Set[str], authserv: str, key: str, now: datetime
) -> Inbound | Status | None:
    """None for what no person wrote. `own`: all our addresses; `key`: what our Message-IDs are sealed with."""
    status = bounce(mail, key, account, now)
    if status is not None:
        return status
    if is_from_machine(mail, own):
        return None
    return _inbound(mail, account, authserv, now)


def address_of(customer: str) -> str:
    """Where a customer is written to."""
    return customer.removeprefix(UNPROVEN)


def _inbound(mail: Mail, account: str, authserv: str, now: datetime) -> Inbound:
    sender = sender_of(mail)
    proven = sender in mail.addresses("from") and is_proven(mail, authserv)
    subject = mail.header("subject")[:_LONGEST_SUBJECT]
    told = mail.header("message-id")
    event_key = told if 0 < len(told) <= _LONGEST_KEY else f"sha256:{mail.digest}"
    whole = mail.whole.strip()
    text = newest(mail.unquoted) or newest(whole)
    return Inbound(
        key=ConversationKey("email", account, sender if proven else f"{UNPROVEN}{sender}"),
        # Nobody unproven can make a mail look as if it had come already.
        event_key=event_key if proven else f"{UNPROVEN}{event_key}",
        sent_at=_arrived(mail, now),
        text=text or ("" if mail.files else _bare(subject)),
        profile=Profile(name=_name(mail), email=sender if proven else None),
        attachments=[attachment(file, mail.digest, place) for place, file in enumerate(mail.files)],
        kind="text" if text or not mail.files else attachment(mail.files[0], "", 0).kind,
        subject=subject,
        original=whole[:_LONGEST_ORIGINAL] if whole != text else "",
        thread=_thread(mail, told, subject),
        proven=proven,
    )


def attachment(file: File, digest: str, place: int) -> Attachment:
    """`reference` names the mail and the file's place in it."""
    kind = file.mime_type.partition("/")[0]
    return Attachment(
        kind=kind if kind in _KINDS else "document",
        reference=f"{digest}/{place}",
        mime_type=file.mime_type,
        filename=file.name,
        sha256=file.sha256,
    )


def _arrived(mail: Mail, now: datetime) -> datetime:
    """When a host of ours took it: a sender's own clock may be years off."""
    for header in (mail.header("received"), mail.header("date")):
        moment: datetime | None = moment_in(header) if header else None
        if moment is not None:
            return min(moment, now)
    return now


def _name(mail: Mail) -> str:
    """What they call themselves; not where that is an address again."""
    name = parseaddr(mail.header("from"))[0].strip()
    return "" if "@" in name else name[:120]


def _bare(subject: str) -> str:
    """A subject without the marks of replies, for a mail that says everything there."""
    return _MARKS.sub("", subject, count=1).strip()


def _thread(mail: Mail, message_id: str, subject: str) -> dict[str, str | list[str]]:
    """What an answer needs to hang on this mail (RFC 5322, 3.6.4): the thread's oldest mail and its newest ones."""
    told = [*mail.header("references").split(), *mail.header("in-reply-to").split(), message_id]
    ids = list(dict.fromkeys(each for each in told if _is_id(each)))
    if len(ids) > _MOST_REFERENCES:
        ids = [ids[0], *ids[1 - _MOST_REFERENCES :]]
    return {"message_id": ids[-1] if message_id in ids else "", "references": ids, "subject": subject}


def _is_id(told: str) -> bool:
    return told.startswith("<") and told.endswith(">") and "@" in told and len(told) <= _LONGEST_KEY and told.isascii()


class Thread(msgspec.Struct, frozen=True):
    """`Inbound.thread`, read back."""

    message_id: str = ""
    references: list[str] = []
    subject: str = ""
