"""Sending on a channel that does as it is told: order, windows, rates, refusals, lost answers, accounts in trouble."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.channels.base import (
    ChannelError,
    ChannelRateLimited,
    ChannelUnavailable,
    CredentialsRefused,
    MediaRefused,
    MessageRefused,
    Outgoing,
    Parsed,
    Received,
    WindowClosed,
)
from bot.conversation.messages import Author, Delivery, Preference, Problem, Seen, ThreadControl
from bot.conversation.replies import Picture, Shown, Template, Text
from bot.conversation.traits import Manners, Traits
from bot.sender import CONFIRMED_WITHIN, STUCK
from bot.storage import alarms
from tests.support.post import KEY, Post


class Platform:
    """A channel whose platform does what a test says: `answers` are taken one a send, then it accepts."""

    name = "whatsapp"
    traits = Traits(text=20, pictures=True, templates=True)

    def __init__(self) -> None:
        self.manners = Manners(window=timedelta(hours=24), human_window=timedelta(days=7))
        self.answers: list[ChannelError] = []
        self.sent: list[Outgoing] = []
        self.asked: list[Outgoing] = []

    def verify(self, received: Received) -> None: ...

    def parse(self, received: Received) -> Parsed:
        return Parsed()

    def pieces(self, reply: Shown) -> list[dict[str, Any]]:
        if isinstance(reply, Text):
            return [{"text": reply.text[at : at + 20]} for at in range(0, len(reply.text), 20)]
        if isinstance(reply, Template):
            return [{"template": reply.name, "values": reply.values}]
        assert isinstance(reply, Picture)
        return [{"picture": reply.url}]

    async def send(self, outgoing: Outgoing) -> str:
        self.asked.append(outgoing)
        if self.answers:
            raise self.answers.pop(0)
        self.sent.append(outgoing)
        return f"wamid.{outgoing.ref}"

    async def seen(self, account: str, customer: str, event_key: str) -> None: ...


class Told(Post):
    """A shop on a platform that does as it is told."""

    def __init__(self, folder: Path, queue_url: str, *, templates: dict[str, str] | None = None) -> None:
        self.platform = Platform()
        super().__init__(folder, queue_url, self.platform, templates=templates)

    @property
    def texts(self) -> list[str]:
        return [str(each.piece.get("text") or each.piece) for each in self.platform.sent]


@pytest.fixture
async def post(tmp_path: Path, queue_url: str) -> AsyncIterator[Told]:
    made = Told(tmp_path, queue_url)
    yield made
    await made.queue.close()
    await made.db.close()


LONG = "One sentence. Two sentences. Three sentences."


async def test_a_long_reply_goes_in_pieces_each_once_and_the_message_is_as_far_as_its_last(post: Told) -> None:
    maya = await post.customer()
    [message] = await post.says(maya, Text(LONG))
    await post.sends(maya)
    assert "".join(post.texts) == LONG
    assert [each.ref for each in post.platform.sent] == [
        f"souk-{message}",
        f"souk-{message}.1",
        f"souk-{message}.2",
    ]
    await post.hears(Delivery.READ, f"souk-{message}")
    assert await post.delivery(message) == "sent"
    for ref in (f"souk-{message}.2", f"souk-{message}.1"):
        await post.hears(Delivery.DELIVERED, ref)
    assert await post.delivery(message) == "delivered"


async def test_a_failure_in_the_middle_sends_nothing_before_it_again(post: Told) -> None:
    maya = await post.customer()
    await post.says(maya, Text(LONG))
    await post.sender.send_next(maya)
    post.platform.answers = [ChannelUnavailable("down", "down", channel="whatsapp")]
    await post.sends(maya)
    post.later(seconds=2)
    await post.sends(maya)
    assert "".join(post.texts) == LONG


async def test_the_next_part_waits_for_news_of_the_last_one_but_not_for_ever(post: Told) -> None:
    post.platform.manners = Manners(confirms=True)
    maya = await post.customer()
    [first, _second, _third] = await post.says(maya, Text("a"), Text("b"), Text("c"))
    await post.sends(maya)
    assert post.texts == ["a"]
    await post.hears(Delivery.SENT, f"souk-{first}")
    await post.sends(maya)
    assert post.texts == ["a", "b"]
    post.later(seconds=CONFIRMED_WITHIN.total_seconds() + 0.1)
    await post.sends(maya)
    assert post.texts == ["a", "b", "c"]


async def test_a_status_settles_a_piece_whose_answer_was_lost_and_the_rest_follows_once(post: Told) -> None:
    maya = await post.customer()
    [message] = await post.says(maya, Text(LONG))
    post.platform.answers = [ChannelUnavailable("no_answer", "lost", channel="whatsapp")]
    await post.sends(maya)
    await post.hears(Delivery.DELIVERED, f"souk-{message}")
    post.later(seconds=5)
    await post.sends(maya)
    assert [each.ref for each in post.platform.sent] == [f"souk-{message}.1", f"souk-{message}.2"]


async def test_a_piece_whose_sender_died_is_sent_again_when_no_news_came(post: Told) -> None:
    maya = await post.customer()
    await post.says(maya, Text("hello"))
    post.platform.answers = [asyncio.CancelledError()]  # type: ignore[list-item]
    with pytest.raises(asyncio.CancelledError):
        await post.sends(maya)
    await post.sends(maya)
    assert post.texts == []
    post.later(seconds=STUCK.total_seconds() + 1)
    await post.sends(maya)
    assert post.texts == ["hello"]


async def test_statuses_only_move_a_message_forward_and_a_phone_that_has_it_outranks_a_failure(post: Told) -> None:
    maya = await post.customer()
    [message] = await post.says(maya, Text("hello"))
    await post.sends(maya)
    ref = f"souk-{message}"
    await post.hears(Delivery.FAILED, ref, Problem.UNREACHABLE, 131026)
    assert await post.delivery(message) == "failed"
    for state in (Delivery.DELIVERED, Delivery.READ, Delivery.SENT, Delivery.FAILED):
        await post.hears(state, ref, Problem.UNREACHABLE)
    assert await post.delivery(message) == "read"


async def test_after_a_day_of_silence_the_bot_leaves_it_to_a_person(post: Told) -> None:
    maya = await post.customer()
    post.later(hours=25)
    [message] = await post.says(maya, Text("hello"))
    await post.sends(maya)
    assert post.platform.asked == []
    assert await post.delivery(message) == "failed"
    assert await post.tickets() == ["window_closed"]


async def test_after_a_day_of_silence_an_approved_template_carries_the_words(tmp_path: Path, queue_url: str) -> None:
    post = Told(tmp_path, queue_url, templates={"notice": "shop_news"})
    maya = await post.customer()
    post.later(hours=25)
    [message] = await post.says(maya, Text("Your order is on its way, Maya."))
    await post.sends(maya)
    assert post.platform.sent[0].piece == {"template": "shop_news", "values": ["Your order is on its way, Maya."]}
    assert await post.delivery(message) == "sent"
    assert await post.tickets() == []


async def test_a_person_may_still_answer_for_a_week_and_says_that_it_is_one(post: Told) -> None:
    maya = await post.customer()
    post.later(days=6)
    await post.says(maya, Text("hello"), author=Author.AGENT)
    await post.sends(maya)
    assert (post.platform.sent[0].by_person, post.platform.sent[0].outside_window) == (True, True)
    post.later(days=2)
    [late] = await post.says(maya, Text("still there?"), author=Author.AGENT)
    await post.sends(maya)
    assert await post.delivery(late) == "failed"


async def test_the_platforms_own_word_on_the_window_is_followed_up_too(post: Told) -> None:
    maya = await post.customer()
    await post.says(maya, Text("hello"))
    post.platform.answers = [WindowClosed("window_closed", "24 h", channel="whatsapp", provider_code=131047)]
    await post.sends(maya)
    assert await post.tickets() == ["window_closed"]


async def test_too_fast_for_one_customer_slows_only_that_customer(post: Told) -> None:
    maya, omar = await post.customer(), await post.customer("15559990000")
    await post.says(maya, Text("a"))
    await post.says(omar, Text("b"))
    limited = ChannelRateLimited("slow", channel="whatsapp", retry_after=6, scope="pair", provider_code=131056)
    post.platform.answers = [limited]
    await post.sends(maya)
    await post.sends(omar)
    assert post.texts == ["b"]
    post.later(seconds=5)
    await post.sends(maya)
    assert post.texts == ["b"]
    post.later(seconds=2)
    await post.sends(maya)
    assert post.texts == ["b", "a"]


async def test_too_fast_for_the_number_slows_everybody_on_it(post: Told) -> None:
    maya, omar = await post.customer(), await post.customer("15559990000")
    await post.says(maya, Text("a"))
    await post.says(omar, Text("b"))
    limited = ChannelRateLimited("slow", channel="whatsapp", retry_after=5, scope="number", provider_code=130429)
    post.platform.answers = [limited]
    for conversation in (maya, omar):
        await post.sends(conversation)
    assert post.texts == []
    post.later(seconds=6)
    for conversation in (maya, omar):
        await post.sends(conversation)
    assert sorted(post.texts) == ["a", "b"]


async def test_notices_leave_room_for_replies(post: Told) -> None:
    post.platform.manners = Manners(per_second=0.001, burst=4)
    for number in range(4):
        conversation = await post.customer(f"1555000{number}")
        await post.says(conversation, Text(f"n{number}"), notice=True)
        await post.sends(conversation)
    assert post.texts == ["n0", "n1", "n2"]
    maya = await post.customer()
    await post.says(maya, Text("reply"))
    await post.sends(maya)
    assert post.texts[-1] == "reply"


async def test_a_wrong_token_stops_the_account_and_one_message_tries_whether_it_is_well_again(post: Told) -> None:
    maya, omar = await post.customer(), await post.customer("15559990000")
    await post.says(maya, Text("a"))
    await post.says(omar, Text("b"))
    refused = CredentialsRefused("meta_190", "The token ended.", channel="whatsapp", provider_code=190)
    post.platform.answers = [refused]
    await post.sends(maya)
    await post.sends(omar)
    assert len(post.platform.asked) == 1
    async with post.db.read() as tx:
        assert [(row.code, row.stops) for row in await alarms.open_ones(tx)] == [(190, True)]
    post.later(seconds=70)
    await post.sends(maya)
    await post.sends(omar)
    post.later(seconds=10)
    await post.sends(omar)
    assert sorted(post.texts) == ["a", "b"]
    async with post.db.read() as tx:
        assert await alarms.open_ones(tx) == []


async def test_a_picture_that_cannot_be_fetched_is_told_as_its_address(post: Told) -> None:
    maya = await post.customer()
    await post.says(maya, Picture("http://x/y.png", "A mug"))
    post.platform.answers = [MediaRefused("media_131053", "no", channel="whatsapp") for _ in range(3)]
    for _ in range(4):
        await post.sends(maya)
        post.later(seconds=10)
    assert "".join(post.texts) == "A mug\nhttp://x/y.png"


async def test_a_picture_that_failed_after_it_was_taken_is_told_as_its_address_once(post: Told) -> None:
    maya = await post.customer()
    [message] = await post.says(maya, Picture("http://x/y.png", "A mug"))
    await post.sends(maya)
    for _ in range(2):
        await post.hears(Delivery.FAILED, f"souk-{message}", Problem.MEDIA, 131053)
    await post.sends(maya)
    assert "".join(post.texts[1:]) == "A mug\nhttp://x/y.png"
    assert await post.tickets() == []


async def test_a_passing_failure_told_by_a_status_sends_the_message_again(post: Told) -> None:
    maya = await post.customer()
    [message] = await post.says(maya, Text("hello"))
    await post.sends(maya)
    await post.hears(Delivery.FAILED, f"souk-{message}", Problem.PASSING, 131000)
    post.later(seconds=5)
    await post.sends(maya)
    assert post.texts == ["hello", "hello"]
    await post.hears(Delivery.DELIVERED, f"souk-{message}")
    assert await post.delivery(message) == "delivered"


async def test_a_message_that_the_platform_does_not_take_asks_for_a_person_unless_one_wrote_it(post: Told) -> None:
    maya, omar = await post.customer(), await post.customer("15559990000")
    await post.says(maya, Text("by the bot"))
    await post.says(omar, Text("by a person"), author=Author.AGENT)
    post.platform.answers = [
        MessageRefused("meta_131009", "no", channel="whatsapp", provider_code=131009, ours=True) for _ in range(2)
    ]
    await post.sends(maya)
    await post.sends(omar)
    assert await post.tickets() == ["delivery_failed"]


async def test_a_customer_who_cannot_be_reached_troubles_nobody(post: Told) -> None:
    maya = await post.customer()
    [message] = await post.says(maya, Text("hello"))
    post.platform.answers = [MessageRefused("meta_131026", "no", channel="whatsapp", provider_code=131026)]
    await post.sends(maya)
    assert await post.delivery(message) == "failed"
    assert await post.tickets() == []


async def test_after_a_stop_not_even_an_answer_goes_until_they_start_again(post: Told) -> None:
    maya = await post.customer()
    await post.inbox.store([Preference(KEY, wanted=False, everything=True)])
    [silent] = await post.says(maya, Text("hello"))
    await post.sends(maya)
    assert (post.platform.asked, await post.delivery(silent)) == ([], "failed")
    await post.inbox.store([Preference(KEY, wanted=True, everything=True)])
    await post.says(maya, Text("welcome back"))
    await post.sends(maya)
    assert post.texts == ["welcome back"]


async def test_who_said_stop_to_the_platform_alone_is_left_alone_from_then_on(post: Told) -> None:
    maya = await post.customer()
    await post.says(maya, Text("a"), Text("b"))
    post.platform.answers = [
        MessageRefused("twilio_21610", "no", channel="whatsapp", provider_code=21610, opted_out=True)
    ]
    await post.sends(maya)
    assert len(post.platform.asked) == 1
    assert post.texts == []


async def test_nothing_is_sent_into_a_thread_that_another_app_holds(post: Told) -> None:
    maya = await post.customer()
    await post.inbox.store([ThreadControl(KEY, ours=False)])
    [message] = await post.says(maya, Text("hello"))
    await post.sends(maya)
    assert (post.platform.asked, await post.delivery(message)) == ([], "failed")


async def test_a_channel_that_gathers_sends_a_turn_as_one_message(post: Told) -> None:
    post.platform.manners = Manners(gathers=True)
    conversation = await post.customer()
    turn = await post.says(conversation, Text("One."), Text("Two."), Text("Three."), turn_id="t1")
    [note] = await post.says(conversation, Text("By a person."), author=Author.AGENT)
    await post.sends(conversation)
    assert [[each.piece, *each.also] for each in post.platform.sent] == [
        [{"text": "One."}, {"text": "Two."}, {"text": "Three."}],
        [{"text": "By a person."}],
    ]
    assert [await post.delivery(message) for message in (*turn, note)] == ["sent"] * 4


async def test_a_turn_that_is_gathered_waits_and_fails_as_one(post: Told) -> None:
    post.platform.manners = Manners(gathers=True)
    conversation = await post.customer()
    turn = await post.says(conversation, Text("One."), Text("Two."), turn_id="t1")
    post.platform.answers = [
        ChannelUnavailable("down", "Down.", channel="whatsapp"),
        MessageRefused("gone", "Nobody there.", channel="whatsapp"),
    ]
    await post.sends(conversation)
    assert [await post.delivery(message) for message in turn] == ["queued", "queued"]
    post.later(seconds=5)
    await post.sends(conversation)
    assert [await post.delivery(message) for message in turn] == ["failed", "failed"]
    assert len(post.platform.asked) == 2


async def test_after_so_many_answers_in_an_hour_a_person_looks_instead(post: Told) -> None:
    post.platform.manners = Manners(gathers=True, answers_an_hour=2)
    conversation = await post.customer()
    for turn in range(3):
        await post.says(conversation, Text("Hello."), Text("You said?"), turn_id=f"t{turn}")
        await post.sends(conversation)
    assert len(post.platform.sent) == 2
    assert await post.tickets() == ["delivery_failed"]
    await post.says(conversation, Text("A person's words."), author=Author.AGENT)
    post.later(minutes=61)
    await post.says(conversation, Text("Hello again."), turn_id="t9")
    await post.sends(conversation)
    assert post.texts[2:] == ["A person's words.", "Hello again."]


async def test_a_watermark_moves_everything_that_was_sent_until_then(post: Told) -> None:
    maya = await post.customer()
    before = await post.says(maya, Text("a"), Text("b"))
    await post.sends(maya)
    moment = post.clock.now()
    post.later(seconds=5)
    [after] = await post.says(maya, Text("c"))
    await post.sends(maya)
    await post.inbox.store([Seen(KEY, Delivery.READ, moment)])
    assert [await post.delivery(each) for each in (*before, after)] == ["read", "read", "sent"]
