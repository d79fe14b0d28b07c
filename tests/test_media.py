"""Customers' files are fetched once, kept for the people of the shop, and shown so that they can do no harm."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.backup import backup, restore
from bot.channels.base import FetchesMedia
from bot.clock import FixedClock
from bot.conversation.identity import ConversationKey
from bot.conversation.messages import Attachment, Edited, Inbound
from bot.desk.files import headers_of
from bot.errors import NotFound
from bot.inbox import Inbox
from bot.live import Live
from bot.media import KEPT_BY_PLATFORM, Kept, Media
from bot.news import Newsroom
from bot.settings import load
from bot.storage.erasure import contact_of, erase
from bot.storage.media_files import MediaFiles
from bot.storage.queue import Queue
from bot.storage.sql import Database, migrate
from bot.storage.tables import media as table
from bot.undelivered import Undelivered
from tests.channels.whatsapp_number import NOW, Graph, number, refuses
from tests.support.stack import free_base_port

PICTURE = b"\x89PNG a picture of a scratched shoe"
DIGEST = hashlib.sha256(PICTURE).hexdigest()
MAYA, LEO = "15551230000", "15551230001"


@dataclass
class Shop:
    """An inbox and a media service on a database of their own, with a Graph API that the test plays."""

    db: Database
    queue: Queue
    clock: FixedClock
    inbox: Inbox
    files: MediaFiles
    folder: Path
    graph: Graph
    media: Media

    async def receives(self, *files: Attachment, customer: str = MAYA, event_key: str = "wamid.1") -> None:
        key = ConversationKey("whatsapp", "777", customer)
        await self.inbox.store([Inbound(key, event_key, self.clock.now(), kind="image", attachments=list(files))])

    async def states(self) -> list[str]:
        async with self.db.read() as tx:
            return [row.state for row in (await tx.execute(table.select().order_by(table.c.id))).all()]

    async def next_at(self) -> datetime:
        async with self.db.read() as tx:
            at: datetime = (await tx.execute(table.select())).one().next_at
            return at

    def kept(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir()) if self.folder.exists() else []


def hands_out(request: httpx.Request) -> httpx.Response:
    """Graph with one picture under every media id."""
    assert request.headers["authorization"] == "Bearer t"
    if request.url.host == "lookaside.fbsbx.com":
        return httpx.Response(200, content=PICTURE)
    about = {"url": "https://lookaside.fbsbx.com/a", "mime_type": "image/png", "sha256": DIGEST}
    return httpx.Response(200, json={**about, "file_size": len(PICTURE), "id": "9"})


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    migrate(url)
    db, queue, clock = Database(url), Queue("redis://127.0.0.1:1/0"), FixedClock(NOW)
    live, graph, files = Live(db, queue, clock), Graph(hands_out), MediaFiles(tmp_path / "media")
    inbox = Inbox(db, queue, live, Newsroom(live, Undelivered(live, clock), clock), clock)
    service = Media(db=db, live=live, clock=clock, channels={"whatsapp": number(graph)}, files=files)
    yield Shop(db, queue, clock, inbox, files, tmp_path / "media", graph, service)
    await db.close()
    await queue.close()


def picture(reference: str = "9", **told: Any) -> Attachment:
    return Attachment("image", reference, "image/png", **told)


async def test_a_picture_is_fetched_once_and_kept(shop: Shop) -> None:
    await shop.receives(picture())
    assert await shop.media.fetch_due() == 1
    assert await shop.media.fetch_due() == 0
    kept = await shop.media.of(1, 0)
    assert kept.path.read_bytes() == PICTURE
    assert kept.mime_type == "image/png"
    assert await shop.states() == ["kept"]


async def test_the_same_picture_twice_lies_there_once(shop: Shop) -> None:
    await shop.receives(picture("1"), picture("2"))
    await shop.media.fetch_due()
    assert shop.kept() == [DIGEST]
    assert (await shop.media.of(1, 0)).path == (await shop.media.of(1, 1)).path


async def test_places_and_contacts_are_no_files(shop: Shop) -> None:
    await shop.receives(Attachment("location", "1,2"), Attachment("contact", "+1", caption="Leo, +1"))
    assert await shop.states() == []
    with pytest.raises(NotFound) as refused:
        await shop.media.of(1, 0)
    assert refused.value.code == "no_media"


async def test_the_digest_of_the_webhook_is_compared(shop: Shop) -> None:
    await shop.receives(picture(sha256=hashlib.sha256(b"another").hexdigest()))
    await shop.media.fetch_due()
    assert await shop.states() == ["refused"]
    assert shop.kept() == []


async def test_a_file_from_another_host_is_refused_and_the_token_stays_here(shop: Shop) -> None:
    asked = []

    def elsewhere(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        return httpx.Response(200, json={"url": "https://evil.example/a", "file_size": 3})

    shop.graph.answers = elsewhere
    await shop.receives(picture())
    await shop.media.fetch_due()
    assert await shop.states() == ["refused"]
    assert asked == ["graph.facebook.com"]


@pytest.mark.parametrize("reference", ["", "../777/messages", "9?fields=token", "x" * 201])
async def test_what_is_no_media_id_is_not_asked_for(shop: Shop, reference: str) -> None:
    await shop.receives(picture(reference))
    await shop.media.fetch_due()
    assert shop.graph.requests == []
    assert await shop.states() in ([], ["refused"])


@pytest.mark.parametrize("failure", [lambda _: httpx.Response(500, text="<html>"), lambda _: refuses(190, 401)])
async def test_what_fails_is_tried_again_with_growing_pauses_for_seven_days(shop: Shop, failure: Any) -> None:
    shop.graph.answers = failure
    await shop.receives(picture())
    tries = []
    while await shop.states() == ["waiting"]:
        assert await shop.media.fetch_due() == 1
        tries.append(shop.clock.now() - NOW)
        shop.clock.set(await shop.next_at())
    pauses = [later - earlier for earlier, later in pairwise(tries)]
    assert pauses == sorted(pauses)
    assert KEPT_BY_PLATFORM - timedelta(hours=7) < tries[-1] <= KEPT_BY_PLATFORM
    assert len(tries) < 40
    assert await shop.states() == ["gone"]


async def test_a_file_that_comes_late_is_kept_after_all(shop: Shop) -> None:
    shop.graph.answers = lambda _: httpx.Response(503)
    await shop.receives(picture())
    await shop.media.fetch_due()
    assert await shop.states() == ["waiting"]
    with pytest.raises(NotFound) as refused:
        await shop.media.of(1, 0)
    assert refused.value.code == "media_waiting"

    shop.graph.answers = hands_out
    shop.clock.set(NOW + timedelta(minutes=1))
    await shop.media.fetch_due()
    assert await shop.states() == ["kept"]


@pytest.mark.parametrize("answer", [lambda _: refuses(100), lambda _: refuses(131009)])
async def test_what_the_platform_has_no_more_is_gone_at_once(shop: Shop, answer: Any) -> None:
    shop.graph.answers = answer
    await shop.receives(picture())
    await shop.media.fetch_due()
    assert await shop.states() == ["gone"]


async def test_two_workers_do_not_fetch_the_same_file(shop: Shop) -> None:
    await shop.receives(picture())
    other = Media(
        db=shop.db,
        live=Live(shop.db, shop.queue, shop.clock),
        clock=shop.clock,
        channels={"whatsapp": number(shop.graph)},
        files=shop.files,
    )
    assert sum(await asyncio.gather(shop.media.fetch_due(), other.fetch_due())) == 1


async def test_a_message_that_was_taken_back_is_not_fetched(shop: Shop) -> None:
    await shop.receives(picture())
    key = ConversationKey("whatsapp", "777", MAYA)
    await shop.inbox.store([Edited(key, "wamid.1", None, NOW)])
    await shop.media.fetch_due()
    assert shop.graph.requests == []
    assert await shop.states() == ["refused"]


async def test_the_file_of_a_message_that_was_taken_back_is_swept_away(shop: Shop) -> None:
    await shop.receives(picture())
    await shop.media.fetch_due()
    stays = shop.files.put(b"just put in, its message is being written")
    os.utime(shop.folder / DIGEST, (0, 0))
    await shop.media.sweep()
    assert shop.kept() == sorted([DIGEST, stays])

    key = ConversationKey("whatsapp", "777", MAYA)
    await shop.inbox.store([Edited(key, "wamid.1", None, NOW)])
    with pytest.raises(NotFound):
        await shop.media.of(1, 0)
    await shop.media.sweep()
    assert shop.kept() == [stays]


async def test_bytes_that_came_with_the_message_are_kept_already(shop: Shop) -> None:
    digest = shop.files.put(PICTURE)
    await shop.receives(picture(f"sha256:{digest}"))
    assert await shop.media.fetch_due() == 0
    assert (await shop.media.of(1, 0)).path.read_bytes() == PICTURE


async def test_erasing_a_customer_removes_their_files_and_nobody_elses(shop: Shop) -> None:
    own = b"only Maya's"
    await shop.receives(picture(f"sha256:{shop.files.put(own)}"), picture(f"sha256:{shop.files.put(PICTURE)}"))
    await shop.receives(picture(f"sha256:{DIGEST}"), customer=LEO, event_key="wamid.2")
    async with shop.db.write() as tx:
        contact = await contact_of(tx, ConversationKey("whatsapp", "", MAYA))
        assert contact is not None
        done = await erase(tx, contact, NOW)
    shop.files.remove(done.files)
    assert shop.kept() == [DIGEST]
    with pytest.raises(NotFound):
        await shop.media.of(1, 0)


def test_a_backup_holds_customers_files(tmp_path: Path) -> None:
    old = load({"SOUK_HOME": str(tmp_path / "old"), "PORT": str(free_base_port())})
    migrate(old.database_url)
    MediaFiles(old.media).put(PICTURE)
    backup(old, tmp_path / "shop.tar.gz")
    new = load({"SOUK_HOME": str(tmp_path / "new"), "PORT": str(free_base_port())})
    restore(new, tmp_path / "shop.tar.gz")
    assert (new.media / DIGEST).read_bytes() == PICTURE


def test_a_digest_is_the_only_name_there_is(tmp_path: Path) -> None:
    files = MediaFiles(tmp_path / "media")
    (tmp_path / "secret").write_text("x")
    assert files.path("../secret") is None
    files.remove(["../secret"])
    assert (tmp_path / "secret").exists()


@pytest.mark.parametrize(
    ("mime_type", "disposition"),
    [
        ("image/png", "inline"),
        ("audio/ogg; codecs=opus", "inline"),
        ("image/svg+xml", "attachment"),
        ("text/html", "attachment"),
        ("application/pdf", "attachment"),
        ("", "attachment"),
    ],
)
def test_only_what_is_harmless_is_shown_in_the_browser(mime_type: str, disposition: str) -> None:
    headers = headers_of(Kept(Path("x"), mime_type, 'a"b\r\n/ü.png'))
    assert headers["Content-Disposition"] == f"{disposition}; filename*=UTF-8''a%22b%0D%0A_%C3%BC.png"
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_whatsapp_hands_out_files() -> None:
    assert isinstance(number(Graph()), FetchesMedia)
