"""A mailbox at a real IMAP server: every mail is kept once, nothing is changed, crashes and replays do no harm."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import text

from bot.channel_accounts import Account, Accounts
from bot.channels.base import ChannelUnavailable, CredentialsRefused, Received, SignatureRefused
from bot.channels.email import Email
from bot.channels.email_imap import ImapBox
from bot.clock import SystemClock
from bot.inbox import Inbox
from bot.live import Live
from bot.mailbox import Letters, Mailboxes
from bot.news import Newsroom
from bot.storage import mailboxes
from bot.storage.media_files import MediaFiles
from bot.storage.queue import Queue
from bot.storage.sql import Database, migrate
from bot.undelivered import Undelivered
from tests.support.mail import AUTHSERV, SHOP, Box, imap_host, mail, mailgun_form, proven_by, recorded


@pytest.fixture(scope="module")
def host() -> Iterator[Box]:
    with imap_host() as box:
        yield box


class Shop:
    """What keeps mails, with a database of its own."""

    def __init__(self, folder: Path, queue_url: str, imap_url: str) -> None:
        url = f"sqlite:///{folder / 'shop.db'}"
        migrate(url)
        self.clock = SystemClock()
        self.db, self.queue = Database(url), Queue(queue_url)
        self.live = Live(self.db, self.queue, self.clock)
        newsroom = Newsroom(self.live, Undelivered(self.live, self.clock), self.clock)
        self.inbox = Inbox(self.db, self.queue, self.live, newsroom, self.clock)
        self.files = MediaFiles(folder / "media")
        self.account = Account(channel="email", id=SHOP, secret="mail-secret", imap_url=imap_url, authserv=AUTHSERV)
        accounts = Accounts([self.account])
        self.email = Email(accounts=accounts, key="k", clock=self.clock, kept=self.files.path)
        self.letters = Letters(
            channel=self.email, inbox=self.inbox, db=self.db, clock=self.clock, keep_file=self.files.put
        )
        self.mailboxes = Mailboxes(
            accounts=accounts.all,
            channel=self.email,
            letters=self.letters,
            inbox=self.inbox,
            db=self.db,
            queue=self.queue,
            clock=self.clock,
        )

    async def reads(self) -> int:
        box = await asyncio.to_thread(ImapBox, self.account.imap_url)
        try:
            return await self.mailboxes.read(box, self.account)
        finally:
            box.close()

    async def texts(self) -> list[str]:
        async with self.db.read() as tx:
            return [row.text for row in await tx.execute(text("SELECT text FROM messages ORDER BY id"))]

    async def close(self) -> None:
        await self.queue.close()
        await self.db.close()


@pytest.fixture
async def shop(tmp_path: Path, queue_url: str, host: Box) -> AsyncIterator[Shop]:
    made = Shop(tmp_path, queue_url, host.url)
    yield made
    await made.close()


async def test_each_new_mail_is_kept_once_and_old_ones_are_left_alone(shop: Shop, host: Box) -> None:
    host.delivers(mail("Written long before"))
    assert await shop.reads() == 0
    host.delivers(mail("First", results=proven_by("example.org")))
    host.delivers(recorded("out_of_office.eml"))
    host.delivers(mail("Second", results=proven_by("example.org")))
    assert await shop.reads() == 3
    assert await shop.reads() == 0
    assert await shop.texts() == ["First", "Second"]
    assert not any(b"\\Seen" in flags for flags in host.flags()[-3:])


async def test_a_crash_after_a_mail_was_kept_takes_it_again_and_keeps_it_once(shop: Shop, host: Box) -> None:
    await shop.reads()
    host.delivers(mail("Only once"))
    async with shop.db.read() as tx:
        before = await mailboxes.place_of(tx, SHOP)
    assert before is not None
    await shop.reads()
    async with shop.db.write() as tx:
        await mailboxes.keep_place(tx, SHOP, *before)
    assert await shop.reads() == 1
    assert await shop.texts() == ["Only once"]


async def test_a_server_that_numbers_anew_is_read_from_two_days_ago(shop: Shop, host: Box) -> None:
    await shop.reads()
    async with shop.db.write() as tx:
        await mailboxes.keep_place(tx, SHOP, 1, 999_999)
    host.delivers(mail("After the move"))
    await shop.reads()
    assert "After the move" in await shop.texts()
    assert await shop.reads() == 0


async def test_files_are_kept_before_the_message_that_names_them(shop: Shop, host: Box) -> None:
    await shop.reads()
    host.delivers(recorded("outlook_html_fr.eml"))
    await shop.reads()
    async with shop.db.read() as tx:
        [body] = [row.body for row in await tx.execute(text("SELECT body FROM inbox"))]
    assert "café.png" in str(body)
    letter = shop.email.fetched(recorded("outlook_html_fr.eml"), SHOP)
    assert all(shop.files.path(file.sha256) for file in letter.files)


async def test_a_watched_mailbox_is_read_when_something_comes_by_one_worker_alone(shop: Shop, host: Box) -> None:
    watching = [asyncio.create_task(shop.mailboxes.run()) for _ in range(2)]
    try:
        async with asyncio.timeout(60):
            while True:
                async with shop.db.read() as tx:
                    if await mailboxes.place_of(tx, SHOP) is not None:
                        break
                await asyncio.sleep(0.1)
            host.delivers(mail("While waiting"))
            while "While waiting" not in await shop.texts():
                await asyncio.sleep(0.1)
    finally:
        for task in watching:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
    assert await shop.texts() == ["While waiting"]


def test_a_wrong_password_and_a_server_that_is_not_there_are_told_apart(host: Box) -> None:
    with pytest.raises(CredentialsRefused):
        ImapBox(host.url.replace("a%20pass", "another"))
    with pytest.raises(ChannelUnavailable):
        ImapBox("imap://a:b@127.0.0.1:9/INBOX")


async def test_mailguns_signature_is_good_for_one_mail(shop: Shop) -> None:
    def post(**fields: str) -> Received:
        form = mailgun_form("mail-secret", {"from": "maya@example.org", **fields}, token="t" * 50)
        kind = {"content-type": "application/x-www-form-urlencoded"}
        return Received("https://shop.example/webhooks/email", kind, urlencode(form).encode())

    assert await shop.letters.accept(post(**{"body-plain": "Mine"})) == 1
    for replayed in ("Mine", "Somebody else's"):
        with pytest.raises(SignatureRefused):
            await shop.letters.accept(post(**{"body-plain": replayed}))
    assert await shop.texts() == ["Mine"]


async def test_a_post_that_could_not_be_kept_may_come_again(shop: Shop) -> None:
    form = mailgun_form("mail-secret", {"from": "maya@example.org", "body-plain": "Hello"}, token="u" * 50)
    kind = {"content-type": "application/x-www-form-urlencoded"}
    received = Received("https://shop.example/webhooks/email", kind, urlencode(form).encode())

    class Full(Inbox):
        async def store(self, items: Any) -> int:
            raise OSError("the disk is full")

    broken = Letters(
        channel=shop.email,
        inbox=Full(shop.db, shop.queue, shop.live, Newsroom(shop.live, Undelivered(shop.live, shop.clock), shop.clock),
                   shop.clock),
        db=shop.db,
        clock=shop.clock,
        keep_file=shop.files.put,
    )  # fmt: skip
    with pytest.raises(OSError):
        await broken.accept(received)
    assert await shop.letters.accept(received) == 1
