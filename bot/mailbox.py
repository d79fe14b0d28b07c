"""Mail that comes in, by webhook or out of the shop's mailboxes, which are watched here.

How far a mailbox was read stands in SQL, after the mail itself was kept there: a crash in between takes the mail again,
and its Message-ID tells that it is the same. Nothing in the mailbox is changed, so people may read along. What was in
it before the shop first looked is not answered.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import timedelta

import structlog

from bot.channel_accounts import Account
from bot.channels.base import CredentialsRefused, Received, SignatureRefused
from bot.channels.email import Email, Letter
from bot.channels.email_imap import ImapBox
from bot.clock import Clock
from bot.conversation.messages import Alarm
from bot.errors import SoukError
from bot.inbox import Inbox
from bot.storage import idempotency, mailboxes
from bot.storage.queue import Lease, Queue
from bot.storage.sql import Database

LOOKED_BACK = timedelta(days=2)
"""Read again where a server numbered its mails anew; shorter than messages are known to have been kept."""
_POLLED_EVERY_S = 15.0
_WAITED_AT_MOST = timedelta(minutes=4)
_SLICE_S = 2.0
_AGAIN_S = 5.0
_LONGEST_PAUSE_S = 300.0

log = structlog.get_logger()


KeepFile = Callable[[bytes], str]


class Letters:
    """Mails are kept: their files first, by `keep_file`, then what they say."""

    def __init__(self, *, channel: Email, inbox: Inbox, db: Database, clock: Clock, keep_file: KeepFile) -> None:
        self._channel = channel
        self._inbox = inbox
        self._db = db
        self._clock = clock
        self._keep_file = keep_file

    async def accept(self, received: Received) -> int:
        """Take a webhook's mail; returns how many messages were new.

        Raises `SignatureRefused` or `BodyUnreadable`, and then nothing was written."""
        self._channel.verify(received)
        letter = self._channel.posted(received)
        async with self._only_once(self._channel.once(received)):
            return await self.keep(letter)

    async def keep(self, letter: Letter) -> int:
        for file in letter.files:
            await asyncio.to_thread(self._keep_file, file.content)
        new = await self._inbox.store(letter.parsed.items)
        log.info("mail.kept", items=len(letter.parsed.items), new=new, files=len(letter.files))
        return new

    @asynccontextmanager
    async def _only_once(self, key: str | None) -> AsyncIterator[None]:
        """Raises `SignatureRefused` where the key was used before. If the block fails it may be used again."""
        if key is None:
            yield
            return
        async with self._db.write() as tx:
            first = await idempotency.claim(tx, key, self._clock.now())
        if not first:
            raise SignatureRefused("replayed", "This signature was used before.", channel=self._channel.name)
        try:
            yield
        except BaseException:
            async with self._db.write() as tx:
                await idempotency.release(tx, key)
            raise


class Mailboxes:
    """One task in each worker process; a mailbox is watched by one of them at a time."""

    def __init__(
        self,
        *,
        accounts: Iterable[Account],
        channel: Email,
        letters: Letters,
        inbox: Inbox,
        db: Database,
        queue: Queue,
        clock: Clock,
    ) -> None:
        self._accounts = [account for account in accounts if account.imap_url]
        self._channel = channel
        self._letters = letters
        self._inbox = inbox
        self._db = db
        self._queue = queue
        self._clock = clock

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            for account in self._accounts:
                group.create_task(self._watch(account))

    async def _watch(self, account: Account) -> None:
        failed = 0
        while True:
            try:
                async with self._queue.lease(f"mailbox:{account.id}", ttl_s=30) as lease:
                    if lease is not None:
                        await self._read_on(account, lease)
                failed = 0
            except SoukError as error:
                failed += 1
                log.warning("mailbox.away", account=account.id, code=error.code, failed=failed)
                if isinstance(error, CredentialsRefused):
                    await self._inbox.store([Alarm("email", account.id, error.message)])
            except Exception:
                failed += 1
                log.exception("mailbox.failed", account=account.id)
            await asyncio.sleep(min(_AGAIN_S * 2 ** max(0, failed - 1), _LONGEST_PAUSE_S))

    async def _read_on(self, account: Account, lease: Lease) -> None:
        """Until the lease is lost or the server goes away."""
        box = await asyncio.to_thread(ImapBox, account.imap_url)
        try:
            while not lease.lost.is_set():
                await self.read(box, account)
                await self._wait(box, lease)
        finally:
            box.close()

    async def read(self, box: ImapBox, account: Account) -> int:
        """Keep every mail that is new since the last time; returns how many there were."""
        validity, end = await asyncio.to_thread(box.place)
        async with self._db.read() as tx:
            known = await mailboxes.place_of(tx, account.id)
        if known is None:
            await self._keep_place(account, validity, end - 1)
            return 0
        if known[0] == validity:
            uids = await asyncio.to_thread(box.after, known[1])
        else:
            uids = await asyncio.to_thread(box.since, (self._clock.now() - LOOKED_BACK).date())
        for uid in uids:
            raw = await asyncio.to_thread(box.mail, uid)
            if raw is not None:
                await self._take(raw, account, uid)
            await self._keep_place(account, validity, uid)
        if known[0] != validity and not uids:
            await self._keep_place(account, validity, end - 1)
        return len(uids)

    async def _take(self, raw: bytes, account: Account, uid: int) -> None:
        try:
            letter = await asyncio.to_thread(self._channel.fetched, raw, account.id)
        except Exception:  # one mail that cannot be read must not keep all later ones out
            log.exception("mailbox.unreadable", account=account.id, uid=uid)
            return
        await self._letters.keep(letter)

    async def _keep_place(self, account: Account, validity: int, uid: int) -> None:
        async with self._db.write() as tx:
            await mailboxes.keep_place(tx, account.id, validity, uid)

    async def _wait(self, box: ImapBox, lease: Lease) -> None:
        """Until the server tells of something, in slices, so that nobody waits for us when the process ends."""
        if not box.can_wait:
            await asyncio.sleep(_POLLED_EVERY_S)
            return
        await asyncio.to_thread(box.begin_waiting)
        until = self._clock.now() + _WAITED_AT_MOST
        while self._clock.now() < until and not lease.lost.is_set():
            if await asyncio.to_thread(box.has_news, _SLICE_S):
                break
        await asyncio.to_thread(box.end_waiting)
