"""Rows of customers' files: which message has which, how far fetching has come, what the file is called on disk.

The bytes lie in `bot.storage.media_files`, under their digest: the same picture sent twice lies there once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from bot.conversation.messages import Attachment
from bot.storage.sql import Row, Transaction
from bot.storage.tables import conversations, media, messages

WAITING, KEPT, GONE, REFUSED = "waiting", "kept", "gone", "refused"
AT_HAND = "sha256:"
"""Begins the reference of an attachment whose bytes came with the message and are kept already: the digest follows."""
_LOOKED_UP = 500
FILES = frozenset({"image", "video", "audio", "document", "sticker", "file", "story"})
"""The kinds of attachment that are a file; places and contacts are read from the message."""


async def expect(tx: Transaction, message_id: int, attachments: Sequence[Attachment], now: datetime) -> None:
    """Called in the transaction that writes the message down."""
    rows = [
        {
            "message_id": message_id,
            "place": place,
            "mime_type": attachment.mime_type[:100],
            "next_at": now,
            "created_at": now,
            "state": KEPT if attachment.reference.startswith(AT_HAND) else WAITING,
            "sha256": attachment.reference.removeprefix(AT_HAND) if attachment.reference.startswith(AT_HAND) else None,
        }
        for place, attachment in enumerate(attachments)
        if attachment.kind in FILES and attachment.reference
    ]
    if rows:
        await tx.execute(insert(media), rows)


async def due(tx: Transaction, now: datetime, limit: int) -> Sequence[Row[Any]]:
    """What is to be fetched now, with where it came from and the message's `body`."""
    query = (
        select(media, messages.c.body, messages.c.conversation_id, conversations.c.channel, conversations.c.account)
        .join(messages, messages.c.id == media.c.message_id)
        .join(conversations, conversations.c.id == messages.c.conversation_id)
        .where(media.c.state == WAITING, media.c.next_at <= now)
        .order_by(media.c.next_at, media.c.id)
        .limit(limit)
    )
    return (await tx.execute(query)).all()


async def claim(tx: Transaction, row: Row[Any], until: datetime) -> bool:
    """Make the row ours until a moment, at which it is tried again if we died. False when another worker was faster."""
    done = await tx.execute(
        update(media)
        .where(media.c.id == row.id, media.c.state == WAITING, media.c.attempts == row.attempts)
        .values(next_at=until, attempts=row.attempts + 1)
    )
    return bool(done.rowcount)


async def put_off(tx: Transaction, media_id: int, until: datetime, why: str) -> None:
    await tx.execute(
        update(media).where(media.c.id == media_id, media.c.state == WAITING).values(next_at=until, why=why[:300])
    )


async def keep(tx: Transaction, media_id: int, *, sha256: str, size: int) -> bool:
    """False where the row went in the meantime: its customer was erased, and the file is nobody's."""
    values = {"state": KEPT, "sha256": sha256, "size": size, "why": ""}
    return bool((await tx.execute(update(media).where(media.c.id == media_id).values(**values))).rowcount)


async def nobodys(tx: Transaction, digests: Sequence[str]) -> list[str]:
    """Those of these files that no message has."""
    known: set[str | None] = set()
    for at in range(0, len(digests), _LOOKED_UP):
        some = digests[at : at + _LOOKED_UP]
        known |= set((await tx.execute(select(media.c.sha256).where(media.c.sha256.in_(some)))).scalars())
    return [digest for digest in digests if digest not in known]


async def end(tx: Transaction, media_id: int, state: str, why: str) -> None:
    """GONE or REFUSED: it is not tried again."""
    await tx.execute(update(media).where(media.c.id == media_id).values(state=state, why=why[:300]))


async def take_back(tx: Transaction, message_id: int) -> None:
    """The customer took the message back: its files are nobody's any more, and the next sweep removes them."""
    values = {"state": REFUSED, "why": "taken_back", "sha256": None}
    await tx.execute(update(media).where(media.c.message_id == message_id).values(**values))


async def of_message(tx: Transaction, message_id: int, place: int) -> Row[Any] | None:
    """One file's row, with the message's `body`."""
    query = (
        select(media, messages.c.body)
        .join(messages, messages.c.id == media.c.message_id)
        .where(media.c.message_id == message_id, media.c.place == place)
    )
    return (await tx.execute(query)).one_or_none()


async def forget(tx: Transaction, conversation_ids: Sequence[int]) -> list[str]:
    """Drop all rows of these conversations; the digests that nobody else's message has, whose files may go."""
    theirs = select(messages.c.id).where(messages.c.conversation_id.in_(conversation_ids))
    query = select(media.c.sha256).where(media.c.message_id.in_(theirs), media.c.sha256.is_not(None)).distinct()
    digests = list((await tx.execute(query)).scalars())
    await tx.execute(delete(media).where(media.c.message_id.in_(theirs)))
    return await nobodys(tx, digests)
