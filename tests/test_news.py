"""What platforms tell beside messages: who is who, who answered elsewhere, what was changed; twice told, once taken."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.clock import FixedClock
from bot.conversation.identity import ConversationKey, Profile
from bot.conversation.messages import Alarm, Author, Delivery, Echo, Edited, Inbound, Moved, Reaction, Referral, Status
from bot.conversation.replies import Text
from bot.inbox import Inbox
from bot.live import Live
from bot.news import Newsroom
from bot.storage import alarms, carts, conversations, deliveries, messages, outbox
from bot.storage.queue import Queue
from bot.storage.sql import Database
from bot.undelivered import Undelivered
from tests.support.databases import empty_database

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
PHONE, USER = "15551230000", "US.13491208655302741918"


class Desk:
    """An inbox on a database of its own; nothing answers."""

    def __init__(self, folder: Path) -> None:
        self.clock = FixedClock(NOW)
        self.db = Database(empty_database(folder))
        queue = Queue("redis://127.0.0.1:1/0")
        live = Live(self.db, queue, self.clock)
        self.inbox = Inbox(self.db, queue, live, Newsroom(live, Undelivered(live, self.clock), self.clock), self.clock)
        self.count = 0

    async def hears(self, customer: str, text: str = "hi", *, also: list[str] | None = None, **more: Any) -> str:
        self.count += 1
        profile = Profile(phone=f"+{PHONE}") if PHONE in (customer, *(also or ())) else Profile()
        inbound = Inbound(key(customer), f"m{self.count}", NOW, text=text, also=also or [], profile=profile, **more)
        await self.inbox.store([inbound])
        return inbound.event_key

    async def rows(self, sql: str) -> list[Any]:
        async with self.db.read() as tx:
            return [tuple(row) for row in await tx.exec_driver_sql(sql)]

    async def has_in_cart(self, customer: str, sku: str, quantity: int) -> None:
        async with self.db.write() as tx:
            await tx.exec_driver_sql(
                "INSERT OR IGNORE INTO products (id, title, attributes, updated_at) VALUES ('p', 'P', '{}', '2026')"
            )
            await tx.exec_driver_sql(
                f"INSERT OR IGNORE INTO variants (sku, product_id, options) VALUES ('{sku}', 'p', '{{}}')"
            )
            row = await conversations.by_key(tx, key(customer))
            assert row is not None
            cart = await carts.lock_cart(tx, row.contact_id, "USD", NOW)
            await tx.exec_driver_sql(
                f"INSERT INTO cart_lines (cart_id, sku, quantity) VALUES ({cart.id}, '{sku}', {quantity})"
            )


def key(customer: str) -> ConversationKey:
    return ConversationKey("whatsapp", "777", customer)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    made = Desk(tmp_path)
    yield made
    await made.db.close()


CONVERSATIONS = "SELECT customer FROM conversations ORDER BY id"


async def test_a_customer_who_hides_the_number_is_the_one_who_showed_it(desk: Desk) -> None:
    await desk.hears(PHONE, also=[USER])
    await desk.hears(USER)
    assert await desk.rows(CONVERSATIONS) == [(PHONE,)]
    assert await desk.rows("SELECT count(*) FROM contacts") == [(1,)]


async def test_a_number_that_shows_itself_later_is_what_is_written_to(desk: Desk) -> None:
    await desk.hears(USER)
    await desk.hears(PHONE, also=[USER])
    assert await desk.rows(CONVERSATIONS) == [(PHONE,)]
    assert await desk.rows("SELECT phone FROM contacts") == [(f"+{PHONE}",)]


async def test_two_who_turn_out_one_have_one_story_and_one_basket(desk: Desk) -> None:
    await desk.hears(PHONE, "first")
    await desk.hears(USER, "second")
    await desk.has_in_cart(PHONE, "mug", 2)
    await desk.has_in_cart(USER, "mug", 3)
    await desk.has_in_cart(USER, "shoe", 1)

    await desk.hears(PHONE, "third", also=[USER])

    assert await desk.rows(CONVERSATIONS) == [(PHONE,)]
    assert await desk.rows("SELECT text FROM messages ORDER BY id") == [("first",), ("second",), ("third",)]
    assert await desk.rows("SELECT sku, quantity FROM cart_lines ORDER BY sku") == [("mug", 3), ("shoe", 1)]
    assert await desk.rows("SELECT count(*) FROM contacts") == [(1,)]
    assert await desk.rows("SELECT count(*) FROM inbox WHERE conversation_id <> 1") == [(0,)]


async def test_merging_keeps_the_person_who_had_the_younger_conversation(desk: Desk) -> None:
    await desk.hears(PHONE)
    await desk.hears(USER)
    await desk.inbox.store([Echo(key(USER), "e1", NOW, "hello from the shop")])
    await desk.hears(PHONE, also=[USER])
    assert await desk.rows("SELECT owner FROM conversations") == [("person",)]
    assert await desk.rows("SELECT conversation_id, open_for FROM tickets") == [(1, 1)]


async def test_a_changed_number_takes_everything_along_and_frees_the_old_one(desk: Desk) -> None:
    await desk.hears(PHONE)
    moved = Moved("whatsapp", "777", PHONE, "15559998888")
    await desk.inbox.store([moved])
    await desk.inbox.store([moved])
    assert await desk.rows(CONVERSATIONS) == [("15559998888",)]
    assert await desk.rows("SELECT phone FROM contacts") == [("+15559998888",)]

    await desk.hears(PHONE, "I have this number now")

    assert await desk.rows("SELECT count(*) FROM contacts") == [(2,)]


async def test_the_same_number_on_two_channels_is_one_customer(desk: Desk) -> None:
    await desk.hears(PHONE)
    sms = ConversationKey("sms", "+15550100001", f"+{PHONE}")
    await desk.inbox.store([Inbound(sms, "sms1", NOW, text="hi", profile=Profile(phone=f"+{PHONE}"))])
    assert await desk.rows("SELECT count(*) FROM contacts") == [(1,)]
    assert await desk.rows("SELECT channel FROM conversations ORDER BY id") == [("whatsapp",), ("sms",)]


async def test_a_colleagues_answer_in_another_app_silences_the_bot_and_is_told_once(desk: Desk) -> None:
    await desk.hears(PHONE)
    echo = Echo(key(PHONE), "wamid.e", NOW, "I'll look into it")
    await desk.inbox.store([echo])
    await desk.inbox.store([echo])
    assert await desk.rows("SELECT author, text FROM messages ORDER BY id") == [
        ("customer", "hi"),
        ("agent", "I'll look into it"),
    ]
    assert await desk.rows("SELECT owner FROM conversations") == [("person",)]
    assert await desk.rows("SELECT reason FROM tickets") == [("answered_elsewhere",)]


async def test_an_echo_of_our_own_message_is_no_colleague(desk: Desk) -> None:
    await desk.hears(PHONE)
    async with desk.db.write() as tx:
        conversation = await conversations.by_key(tx, key(PHONE))
        assert conversation is not None
        await messages.add_outgoing(tx, conversation=conversation, author=Author.BOT, reply=Text("hello"), now=NOW)
        row = await outbox.next_unsent(tx, 1)
        assert row is not None
        ref = await outbox.begin(tx, row, NOW)
        await deliveries.accepted(tx, ref, "wamid.ours", NOW)
    await desk.inbox.store([Echo(key(PHONE), "wamid.ours", NOW, "hello")])
    assert await desk.rows("SELECT owner FROM conversations") == [("bot",)]


@pytest.mark.parametrize(("echoed", "ours"), [("It is in\nyour cart", True), ("", True), ("Ana here", False)])
async def test_an_echo_that_overtakes_the_answer_to_our_send_is_known_by_its_words(
    desk: Desk, echoed: str, ours: bool
) -> None:
    await desk.hears(PHONE)
    async with desk.db.write() as tx:
        row = await conversations.by_key(tx, key(PHONE))
        assert row is not None
        said = Text("Done.  It is in your cart")
        await messages.add_outgoing(tx, conversation=row, author=Author.BOT, reply=said, now=NOW)
        unsent = await outbox.next_unsent(tx, row.id)
        assert unsent is not None
        await outbox.begin(tx, unsent, NOW)
    await desk.inbox.store([Echo(key(PHONE), "mid.9", NOW, echoed)])
    assert await desk.rows("SELECT provider_id, state FROM deliveries") == [
        ("mid.9", "sent") if ours else (None, "sending")
    ]
    assert len(await desk.rows("SELECT id FROM tickets")) == (0 if ours else 1)


async def test_a_message_that_was_changed_before_it_was_read_is_read_as_changed(desk: Desk) -> None:
    of = await desk.hears(PHONE, "a blue hat")
    await desk.inbox.store([Edited(key(PHONE), of, "a red hat", NOW)])
    assert await desk.rows("SELECT text FROM messages") == [("a red hat",)]
    assert await desk.rows("SELECT body ->> 'text', state FROM inbox") == [("a red hat", "new")]


async def test_a_message_that_was_taken_back_leaves_nothing_and_is_not_answered(desk: Desk) -> None:
    of = await desk.hears(PHONE, "my card is 4242")
    await desk.inbox.store([Edited(key(PHONE), of, None, NOW)])
    assert await desk.rows("SELECT text, body ->> 'taken_back' FROM messages") == [("", 1)]
    assert await desk.rows("SELECT body ->> 'text', state FROM inbox") == [("", "done")]


async def test_a_reaction_sits_on_its_message_and_can_be_taken_away(desk: Desk) -> None:
    of = await desk.hears(PHONE)
    for emoji in ("❤️", "👍", ""):
        await desk.inbox.store([Reaction(key(PHONE), of, emoji)])
        assert await desk.rows("SELECT reaction FROM messages") == [(emoji,)]
    assert await desk.rows("SELECT count(*) FROM inbox") == [(1,)]


async def test_an_ad_opens_a_longer_window(desk: Desk) -> None:
    await desk.hears(PHONE, referral=Referral("ad", headline="Winter sale"))
    assert await desk.rows("SELECT ad_at IS NOT NULL FROM conversations") == [(1,)]


async def test_an_old_message_does_not_open_the_window_anew(desk: Desk) -> None:
    await desk.hears(PHONE)
    old = Inbound(key(PHONE), "old", NOW - timedelta(days=2), text="from before")
    await desk.inbox.store([old])
    async with desk.db.read() as tx:
        row = await conversations.by_key(tx, key(PHONE))
    assert row is not None
    assert row.window_from == NOW


async def test_an_alarm_is_raised_once_and_stays_until_somebody_looks(desk: Desk) -> None:
    alarm = Alarm("whatsapp", "777", "The payment method failed.", 131042)
    await desk.inbox.store([alarm])
    await desk.inbox.store([alarm])
    async with desk.db.read() as tx:
        assert [(row.code, row.stops) for row in await alarms.open_ones(tx)] == [(131042, False)]


async def test_what_is_overheard_in_anothers_thread_is_kept_and_not_answered(desk: Desk) -> None:
    await desk.hears(PHONE, "thanks, Ana", overheard=True)
    assert await desk.rows("SELECT author, text FROM messages") == [("customer", "thanks, Ana")]
    assert await desk.rows("SELECT state FROM inbox") == [("done",)]
    assert await desk.rows("SELECT window_from FROM conversations") == [(None,)]


async def test_news_of_a_message_that_is_not_ours_changes_nothing(desk: Desk) -> None:
    await desk.hears(PHONE)
    await desk.inbox.store([Status("whatsapp", "777", "wamid.unknown", Delivery.READ, NOW)])
    assert await desk.rows("SELECT count(*) FROM deliveries") == [(0,)]
