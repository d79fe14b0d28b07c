"""Rows of how far each mailbox was read, by the numbers that IMAP gives its mails."""

from __future__ import annotations

from sqlalchemy import select, update

from bot.storage.sql import Transaction, insert_once
from bot.storage.tables import mailboxes


async def place_of(tx: Transaction, account: str) -> tuple[int, int] | None:
    """UIDVALIDITY and the highest UID that was kept; None for a mailbox that was never read."""
    query = select(mailboxes.c.validity, mailboxes.c.uid).where(mailboxes.c.account == account)
    row = (await tx.execute(query)).one_or_none()
    return (row.validity, row.uid) if row is not None else None


async def keep_place(tx: Transaction, account: str, validity: int, uid: int) -> None:
    values = {"account": account, "validity": validity, "uid": uid}
    if not await insert_once(tx, mailboxes, values, ["account"]):
        await tx.execute(update(mailboxes).where(mailboxes.c.account == account).values(validity=validity, uid=uid))
