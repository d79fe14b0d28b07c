"""A mail as it came, in our hands: headers, what can be read, what hangs on it. Total: any bytes are some mail.

Mails break every rule: charsets that are none, parts that never end, addresses that are sentences. Whatever cannot be
read is empty or replaced, and nothing raises. It decides nothing about the mail.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from email.utils import parsedate_to_datetime
from typing import Any

import msgspec
from inscriptis.html_engine import Inscriptis
from inscriptis.model.config import ParserConfig
from lxml import etree, html
from lxml.html import HtmlElement

from bot.channels.reading import words

MOST_FILES = 50
_DEEPEST = 20
_LONGEST_TEXT = 1_000_000
_QUOTED = (
    "//blockquote[@type='cite' or contains(@class,'gmail_quote') or contains(@class,'protonmail_quote')]"
    "|//*[contains(@class,'gmail_quote') or contains(@class,'gmail_signature') or contains(@class,'yahoo_quoted')"
    " or contains(@class,'moz-cite-prefix') or contains(@class,'moz-signature') or contains(@class,'protonmail_quote')]"
)
_REST_IS_QUOTED = (
    "//*[@id='divRplyFwdMsg' or @id='appendonsend' or @id='OLK_SRC_BODY_SECTION'"
    " or @id='mail-editor-reference-message-container']"
)
_BLANK = re.compile(r"[^\S\n]+(?=\n|$)|\n(?:[^\S\n]*\n){2,}")
_INDENT = re.compile(r"^[^\S\n]+", re.MULTILINE)
_TAG = re.compile(r"<[^<>]*>")
_ADDRESS = re.compile(r"[^\s@<>\"'(),:;\\\[\]]+@[^\s@<>\"'(),:;\\\[\]]+")
_LONGEST_ADDRESS = 180


class File(msgspec.Struct, frozen=True):
    """Something that hangs on a mail. `name` may be empty."""

    name: str
    mime_type: str
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


class Mail(msgspec.Struct, frozen=True, kw_only=True):
    """`plain` and `html` are its two readings, either may be empty. `digest` tells it from every other mail.

    `recipient` is the envelope's, where somebody told. `passed` are domains whose signature the provider that posted
    the mail found good; the mail itself cannot claim that."""

    headers: EmailMessage
    plain: str
    html: str
    files: list[File]
    digest: str
    parts: list[EmailMessage] = []
    recipient: str = ""
    passed: frozenset[str] = frozenset()

    def header(self, name: str) -> str:
        return next(iter(self.all(name)), "")

    def all(self, name: str) -> list[str]:
        """Every header of this name, the topmost first, decoded and on one line."""
        return headers_of(self.headers, name)

    def addresses(self, *names: str) -> list[str]:
        """Every address in these headers, lower case, in their order."""
        return [address for name in names for told in self.all(name) for address in addresses_in(told)]

    @property
    def whole(self) -> str:
        """Everything that can be read of it, with what it quotes."""
        return self.plain if self.plain.strip() else readable(self.html)

    @property
    def unquoted(self) -> str:
        """The same without what the mail program marked as quoted; plain text has no such marks."""
        return self.plain if self.plain.strip() else readable(self.html, quoted=False)


def mail_from(raw: bytes, *, recipient: str = "", passed: frozenset[str] = frozenset()) -> Mail:
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    plain: list[str] = []
    marked_up: list[str] = []
    files: list[File] = []
    parts = list(_leaves(message))
    for part in parts:
        kind, name = type_of(part), _filename(part)
        attached = "attachment" in headers_text(part, "content-disposition").lower()
        if kind in ("text/plain", "text/html") and not attached and not name:
            (plain if kind == "text/plain" else marked_up).append(_text(part))
        elif not kind.startswith("multipart/") and len(files) < MOST_FILES:
            files.append(File(name, kind, _content(part)))
    return Mail(
        headers=message,
        plain="\n".join(plain)[:_LONGEST_TEXT],
        html="\n".join(marked_up)[:_LONGEST_TEXT],
        files=files,
        digest=hashlib.sha256(raw).hexdigest(),
        parts=parts,
        recipient=recipient,
        passed=passed,
    )


def _leaves(message: EmailMessage, depth: int = 0) -> Iterator[EmailMessage]:
    """The parts that hold something, in order. A mail inside the mail is one of them."""
    parts = message.get_payload() if message.is_multipart() and not type_of(message).startswith("message/") else None
    if not isinstance(parts, list) or depth > _DEEPEST:
        yield message
        return
    for part in parts:
        if isinstance(part, EmailMessage):
            yield from _leaves(part, depth + 1)


def headers_of(message: Message[Any, Any], name: str) -> list[str]:
    try:
        values = [str(value) for value in message.get_all(name) or []]
    except Exception:  # the library stumbles in many ways over headers that are none
        values = [str(value) for key, value in message.raw_items() if key.lower() == name.lower()]
    return [" ".join(words(value).split()) for value in values]


def headers_text(message: Message[Any, Any], name: str) -> str:
    return next(iter(headers_of(message, name)), "")


def type_of(part: EmailMessage) -> str:
    try:
        return words(part.get_content_type())[:100]
    except Exception:  # as above
        return "application/octet-stream"


def _filename(part: EmailMessage) -> str:
    try:
        name = words(part.get_filename() or "")
    except Exception:  # as above
        return ""
    return name.replace("\\", "/").rsplit("/", 1)[-1].strip()[:200]


def _content(part: EmailMessage) -> bytes:
    """The bytes of a part. Of a mail inside the mail, that mail."""
    try:
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            return content
        inner = part.get_payload()
        return inner[0].as_bytes() if isinstance(inner, list) and isinstance(inner[0], EmailMessage) else b""
    except Exception:  # as above
        return b""


def _text(part: EmailMessage) -> str:
    try:
        charset = str(part.get_content_charset() or "utf-8")
    except Exception:  # as above
        charset = "utf-8"
    return decoded(_content(part), charset)


def decoded(content: bytes, charset: str) -> str:
    """Text in the charset that was told, if that is one and fits; else UTF-8, else the one that fits everything."""
    for name in (charset, "utf-8"):
        try:
            return words(content.decode(name))
        except (LookupError, ValueError):
            continue
    return words(content.decode("cp1252", "replace"))


def addresses_in(text: str) -> list[str]:
    """Addresses of a header, lower case: those in angle brackets, or else all that look like one."""
    bracketed = [found for found in re.findall(r"<([^<>]*)>", text) if _ADDRESS.fullmatch(found.strip())]
    found = bracketed or _ADDRESS.findall(text)
    return [address.strip().lower() for address in found if len(address) <= _LONGEST_ADDRESS]


def moment_in(text: str) -> Any:
    """The time in a `Date` header or at the end of a `Received` one, with its zone; None where there is none."""
    try:
        told = parsedate_to_datetime(text.rsplit(";", 1)[-1].strip())
        return told.astimezone() if told.tzinfo is None else told
    except (TypeError, ValueError, OverflowError, IndexError):
        return None


# -- HTML --------------------------------------------------------------------------------------------------------------


def readable(source: str, *, quoted: bool = True) -> str:
    """HTML as text, links as `[words](address)`. Without what mail programs mark as quoted unless `quoted`."""
    if not source.strip():
        return ""
    try:
        tree = html.document_fromstring(source.encode(), parser=html.HTMLParser(encoding="utf-8"))
        if not quoted:
            _drop_quoted(tree)
        text = _laid_out(tree)
    except (etree.LxmlError, ValueError, AssertionError, RecursionError):
        text = _TAG.sub(" ", source)
    return _BLANK.sub(lambda match: "\n\n" if "\n" in match[0] else "", _INDENT.sub("", text)).strip()


def _laid_out(tree: HtmlElement) -> str:
    return words(Inscriptis(tree, ParserConfig(display_links=True)).get_text())


def _drop_quoted(tree: HtmlElement) -> None:
    for node in tree.xpath(_REST_IS_QUOTED):
        for rest in [*node.itersiblings(), node]:
            _drop(rest)
    for node in tree.xpath(_QUOTED):
        _drop(node)


def _drop(node: HtmlElement) -> None:
    if node.getparent() is not None:
        node.drop_tree()
