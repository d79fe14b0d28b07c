"""What a message means before the engine is asked: albums, numbers, what came late, carts of other catalogues."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot.clock import FixedClock
from bot.conversation.identity import ConversationKey
from bot.conversation.messages import GREETING, Attachment, Author, Inbound, OrderedItem
from bot.conversation.replies import Choices, Handoff, Option, Text
from bot.conversation.traits import Manners, Traits
from bot.hearing import Heard, Hearing, waiting
from bot.inbox import Inbox
from bot.live import Live
from bot.news import Newsroom
from bot.outbox import Outbox
from bot.selling.answers import OrderTaken
from bot.storage import conversations
from bot.storage.queue import Queue
from bot.storage.sql import Database, Transaction
from bot.undelivered import Undelivered
from tests.support.counter import empty_cart
from tests.support.databases import empty_database

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
KEY = ConversationKey("sms", "+15550100001", "+15551230000")
MANNERS = Manners(settle=timedelta(seconds=0.3), album=timedelta(seconds=1.2))


class Counter:
    """A counter with one text-only channel and one customer."""

    def __init__(self, folder: Path) -> None:
        self.clock = FixedClock(NOW)
        self.db = Database(empty_database(folder))
        queue = Queue("redis://127.0.0.1:1/0")
        live = Live(self.db, queue, self.clock)
        self.inbox = Inbox(self.db, queue, live, Newsroom(live, Undelivered(live, self.clock), self.clock), self.clock)
        self.outbox = Outbox(live, queue, self.clock)
        self.ordered: list[tuple[str, int]] = []
        channel: Any = SimpleNamespace(traits=Traits(text=1600), manners=MANNERS)
        self.hearing = Hearing(channels={"sms": channel}, take_order=self._take, product_of=self._product)
        self.count = 0

    async def _take(self, _conversation: int, _key: str, items: Sequence[OrderedItem]) -> OrderTaken:
        self.ordered = [(item.sku, item.quantity) for item in items]
        return OrderTaken(empty_cart(), unknown=1)

    async def _product(self, _tx: Transaction, item: str) -> str | None:
        return "aero-2" if item == "AERO-2-42" else None

    async def gets(self, text: str = "", *, sent_at: datetime = NOW, **more: Any) -> None:
        self.count += 1
        await self.inbox.store([Inbound(KEY, f"m{self.count}", sent_at, text=text, **more)])

    async def offers(self, *titles: str) -> None:
        async with self.db.write() as tx:
            conversation = await conversations.by_key(tx, KEY)
            options = [Option(title, f'/choose_product{{"product_id":"{title}"}}') for title in titles]
            reply = Choices("Which one?", options)
            await self.outbox.say(tx, conversation=conversation, author=Author.BOT, reply=reply, turn_id="t0")

    async def hears(self) -> Heard:
        async with self.db.read() as tx:
            conversation = await conversations.by_key(tx, KEY)
            assert conversation is not None
            rows = await waiting(tx, conversation.id)
            heard = await self.hearing.hear(tx, rows, conversation, self.clock.now())
        return await self.hearing.take_order(heard, conversation, "t1")

    async def settles_in(self) -> float:
        async with self.db.read() as tx:
            conversation = await conversations.by_key(tx, KEY)
            assert conversation is not None
            return self.hearing.settles_in(await waiting(tx, conversation.id), self.clock.now())


@pytest.fixture
async def counter(tmp_path: Path) -> AsyncIterator[Counter]:
    made = Counter(tmp_path)
    yield made
    await made.db.close()


def picture(number: int) -> dict[str, Any]:
    return {"kind": "image", "attachments": [Attachment("image", f"media-{number}")]}


async def test_pictures_sent_together_are_one_turn_with_their_words(counter: Counter) -> None:
    await counter.gets("do you have these", sent_at=NOW - timedelta(seconds=3), **picture(1))
    await counter.gets(sent_at=NOW - timedelta(seconds=2), **picture(2))
    await counter.gets("in blue?", sent_at=NOW - timedelta(seconds=1))

    heard = await counter.hears()

    assert len(heard.rows) == 2
    assert heard.message.text == "do you have these"
    assert [file.reference for file in heard.message.attachments] == ["media-1", "media-2"]


async def test_a_picture_waits_longer_than_words_for_what_comes_with_it(counter: Counter) -> None:
    await counter.gets("hi")
    assert await counter.settles_in() == pytest.approx(0.3)
    await counter.hears()


async def test_an_album_that_never_ends_is_answered_all_the_same(counter: Counter) -> None:
    for number in range(8):
        counter.clock.set(NOW + timedelta(seconds=number))
        await counter.gets(sent_at=NOW, **picture(number))
    assert await counter.settles_in() == 0.0


async def test_a_typed_number_means_the_line_that_was_offered(counter: Counter) -> None:
    await counter.gets("shoes", sent_at=NOW - timedelta(minutes=1))
    await counter.offers("Aero", "Bolt")
    async with counter.db.write() as tx:
        await tx.exec_driver_sql("UPDATE inbox SET state = 'done'")
    await counter.gets("2")
    assert (await counter.hears()).payload == '/choose_product{"product_id":"Bolt"}'


async def test_a_number_without_an_offer_is_only_a_number(counter: Counter) -> None:
    await counter.gets("2")
    assert (await counter.hears()).payload is None


async def test_words_that_came_late_are_answered_with_a_word_of_regret(counter: Counter) -> None:
    await counter.gets("where is my order", sent_at=NOW - timedelta(hours=3))
    heard = await counter.hears()
    assert heard.payload is None
    assert heard.before == [Text("Sorry, what you wrote 3 hours ago has only reached us now.")]
    assert not heard.instead


async def test_a_tap_that_came_late_is_asked_again_instead_of_done(counter: Counter) -> None:
    await counter.gets("shoes", sent_at=NOW - timedelta(days=2))
    await counter.offers("Aero")
    async with counter.db.write() as tx:
        await tx.exec_driver_sql("UPDATE inbox SET state = 'done'")
    tapped = '/choose_product{"product_id":"Aero"}'
    await counter.gets("Aero", payload=tapped, sent_at=NOW - timedelta(days=1))

    heard = await counter.hears()

    question = heard.instead[0]
    assert isinstance(question, Choices)
    assert question.text.startswith("You chose “Aero” 1 day ago")
    assert [option.payload for option in question.options] == [tapped, "/deny"]


async def test_a_tap_on_what_was_never_offered_drives_nothing(counter: Counter) -> None:
    await counter.gets("Free", payload='/checkout{"price":"0"}')
    assert (await counter.hears()).payload is None


@pytest.mark.parametrize("ago", [timedelta(0), timedelta(hours=3)])
async def test_a_platforms_own_way_in_greets_though_nothing_offered_it(counter: Counter, ago: timedelta) -> None:
    await counter.gets("Get Started", payload=GREETING, sent_at=NOW - ago)

    heard = await counter.hears()

    assert (heard.payload, heard.instead) == (GREETING, [])


async def test_a_cart_of_the_platforms_catalogue_goes_into_ours_and_is_shown(counter: Counter) -> None:
    await counter.gets(kind="order", items=[OrderedItem("AERO-2-42", 2), OrderedItem("gone", 1)])
    heard = await counter.hears()
    assert counter.ordered == [("AERO-2-42", 2), ("gone", 1)]
    assert heard.payload == "/show_cart"
    assert heard.before == [Text("1 thing of your order is not on sale any more.")]


async def test_a_question_about_a_product_has_that_product_in_front(counter: Counter) -> None:
    await counter.gets("is it waterproof?", product="AERO-2-42")
    assert (await counter.hears()).events == [{"event": "slot", "name": "product_id", "value": "aero-2"}]


async def test_a_filled_form_goes_to_a_person_with_its_answers(counter: Counter) -> None:
    await counter.gets(kind="form", form={"size": "42", "visit": "Monday"})
    thanks, handoff = (await counter.hears()).instead
    assert isinstance(thanks, Text)
    assert isinstance(handoff, Handoff)
    assert "size: 42\nvisit: Monday" in handoff.summary
