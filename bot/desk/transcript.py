"""Messages' rows into the desk's words: what was said and shown, the files with it, and how far ours have come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from bot.conversation.messages import Attachment, Author, Delivery, Referral
from bot.conversation.replies import shown_from
from bot.desk.said import CameFrom, DeskAttachment, DeskItem, DeskMessage, FileState, Transcript
from bot.storage import desk as store
from bot.storage.sql import Row, Transaction

Files = Mapping[tuple[int, int], Row[Any]]
Titles = Mapping[str, str]


async def messages(tx: Transaction, rows: Sequence[Row[Any]]) -> list[DeskMessage]:
    """`rows` as the desk's store reads them; their files and the products they name are looked up at once."""
    files = await store.files_of(tx, [row.id for row in rows if row.body.get("attachments")])
    titles = await store.titles_of(tx, {item for row in rows for item in _items(row.body)})
    return [_message(row, files, titles) for row in rows]


async def transcript(tx: Transaction, rows: Sequence[Row[Any]], page: int) -> Transcript:
    """`rows` are one more than a page where older ones exist."""
    return Transcript(await messages(tx, rows[-page:]), more=len(rows) > page)


def came_from(body: Mapping[str, Any], at: datetime) -> CameFrom | None:
    told = body.get("referral")
    if told is None:
        return None
    referral = msgspec.convert(told, Referral)
    return CameFrom(referral.source, referral.headline, referral.url, referral.ref, at)


def _items(body: Mapping[str, Any]) -> list[str]:
    asked = [body["product"]] if body.get("product") else []
    return asked + [item["sku"] for item in body.get("items", [])]


def _message(row: Row[Any], files: Files, titles: Titles) -> DeskMessage:
    author = Author(row.author)
    theirs = author is Author.CUSTOMER
    told = row.body if theirs else {}
    product = told.get("product") or ""
    return DeskMessage(
        id=row.id,
        author=author,
        name=row.user_name or "",
        text=row.text,
        reply=None if theirs else shown_from(row.body),
        attachments=[_attachment(one, row.id, place, files) for place, one in enumerate(told.get("attachments", []))],
        tapped=row.payload is not None,
        delivery=Delivery(row.delivery) if row.delivery else None,
        problem=row.error_title or "",
        problem_code=row.error_code,
        elsewhere=author is Author.AGENT and row.user_id is None,
        created_at=row.created_at,
        sent_at=row.sent_at if row.late else None,
        reaction=row.reaction,
        edited=row.edited_at is not None,
        taken_back=bool(told.get("taken_back")),
        subject=told.get("subject", ""),
        whole=bool(told.get("original")),
        came_from=came_from(told, row.created_at),
        about=titles.get(product, product),
        items=[DeskItem(titles.get(one["sku"], one["sku"]), one["quantity"]) for one in told.get("items", [])],
        form=told.get("form") or {},
    )


def _attachment(told: Any, message: int, place: int, files: Files) -> DeskAttachment:
    attachment, file = msgspec.convert(told, Attachment), files.get((message, place))
    return DeskAttachment(
        kind=attachment.kind,
        place=place,
        state=FileState(file.state) if file is not None else None,
        caption=attachment.caption,
        filename=attachment.filename,
        mime_type=attachment.mime_type,
        size=file.size if file is not None else None,
        where=attachment.reference if attachment.kind in ("location", "contact") else "",
    )
