"""E-mail, out: what a turn says as one mail that hangs on the customer's, in plain text and in HTML."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

import msgspec

from bot.channel_accounts import Account
from bot.channels.base import MessageRefused, Outgoing
from bot.channels.email_html import Numbers, page
from bot.channels.email_in import Thread, address_of
from bot.channels.reading import words
from bot.conversation.degrade import degrade
from bot.conversation.lengths import cut, one_line
from bot.conversation.offers import rows_of
from bot.conversation.phrases import Speaker, language_of, speaker
from bot.conversation.pieces import joined
from bot.conversation.replies import Shown, Text, plain_text, shown_from
from bot.conversation.traits import Measure, Traits

TRAITS = Traits(text=100_000, measure=Measure.CHARACTERS)
"""A mail holds any text, and nothing in it can be tapped: what can be chosen is numbered."""
_LONGEST_SUBJECT = 60
_WIRE = policy.SMTP.clone(max_line_length=900)
"""Long Message-IDs in `References` must not be broken; RFC 5322 allows lines of 998."""


def composed(outgoing: Outgoing, account: Account, message_id: str, now: datetime) -> tuple[str, bytes]:
    """The recipient's address and the mail. Raises `MessageRefused` for an address that cannot be written to."""
    say = speaker(language_of(outgoing.locale))
    replies = [shown_from(piece) for piece in (outgoing.piece, *outgoing.also)]
    numbered = _numbered(replies)
    hint = say("Answer with a number, or in your own words.") if any(numbers for _, numbers in numbered) else ""
    thread = msgspec.convert(outgoing.answering, Thread)
    recipient = _address(address_of(outgoing.customer))
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"] = Address(_name(outgoing, account), addr_spec=account.id)
    mail["To"] = recipient
    mail["Subject"] = _subject(thread, replies, account)
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = message_id
    if thread.message_id:
        mail["In-Reply-To"] = thread.message_id
    if thread.references:
        mail["References"] = " ".join(thread.references)
    if not outgoing.by_person:
        # RFC 3834, and Exchange's own word for the same.
        mail["Auto-Submitted"] = "auto-replied" if thread.message_id else "auto-generated"
        mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(words(_plain(numbered, hint, say)))
    mail.add_alternative(words(page(numbered, hint=hint, brand=account.brand)), subtype="html")
    return recipient.addr_spec, mail.as_bytes(policy=_WIRE)


def _numbered(replies: Sequence[Shown]) -> list[tuple[Shown, Numbers]]:
    """A number means one thing in a mail: where several replies offer something, those of the last one count."""
    offering = [place for place, reply in enumerate(replies) if rows_of(reply, TRAITS)]
    numbers = {row.payload: n for n, row in enumerate(rows_of(replies[offering[-1]], TRAITS), 1)} if offering else {}
    return [(reply, numbers if offering and place == offering[-1] else {}) for place, reply in enumerate(replies)]


def _plain(replies: Sequence[tuple[Shown, Numbers]], hint: str, say: Speaker) -> str:
    told = [_as_text(reply, numbers, say) for reply, numbers in replies]
    return "\n\n".join([*told, *([hint] if hint else [])]) + "\n"


def _as_text(reply: Shown, numbers: Numbers, say: Speaker) -> str:
    rows = rows_of(reply, TRAITS)
    if rows and not numbers:
        return joined(getattr(reply, "text", ""), *(f"• {row.title}" for row in rows))
    return "\n".join(part.text for part in degrade(reply, TRAITS, say) if isinstance(part, Text))


def _name(outgoing: Outgoing, account: Account) -> str:
    """The shop, and before it whoever of it writes."""
    if not outgoing.by_person or not outgoing.speaker:
        return account.brand
    return f"{outgoing.speaker} ({account.brand})" if account.brand else outgoing.speaker


def _subject(thread: Thread, replies: Sequence[Shown], account: Account) -> str:
    """The thread's, as mail programs expect it; for the first mail of a thread its first words."""
    subject = " ".join(thread.subject.split())
    if subject:
        return subject if subject.lower().startswith("re:") else f"Re: {subject}"
    said = one_line(plain_text(replies[0]))
    return cut(said, _LONGEST_SUBJECT, TRAITS.measure) if said else account.brand or account.id


def _address(told: str) -> Address:
    name, _, domain = told.rpartition("@")
    try:
        return Address(username=name, domain=domain.encode("idna").decode("ascii"))
    except (ValueError, UnicodeError, IndexError) as error:
        raise MessageRefused("bad_address", "This address cannot be written to.", channel="email") from error
