"""Calls step by step, with a shop's database and queue of its own and a scripted answer."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.calls import Calls
from bot.channel_accounts import Account, Accounts
from bot.channels.base import Parsed
from bot.channels.voice import Place, Voice
from bot.channels.voice_twiml import Step, Then
from bot.clock import FixedClock
from bot.conversation.identity import ConversationKey
from bot.conversation.messages import Inbound, Preference
from bot.conversation.replies import Choices, Link, Option, Receipt, Shown, Text
from bot.outbox import Outbox
from bot.texting import Texting
from tests.support.counter import Counter, open_counter
from tests.support.twilio_webhooks import NOW, NUMBER, TOKEN, accounts, webhook

CALLER = "+15550107001"
SHOES = Choices("Which one?", [Option("City Run", '/a{"x": "1"}'), Option("Trail Mini", '/a{"x": "2"}')])
PAY = Link("Here is your checkout.", "Pay", "https://pay.example/x")


class Line:
    """One telephone line to a counter: what is said on it becomes webhooks."""

    def __init__(self, counter: Counter, sms: Accounts, queue: str = "", waits_s: float = 20.0) -> None:
        self.counter = counter
        counter.outbox = Outbox(counter.live, counter.queue, counter.clock, Texting(sms))
        ours = Accounts([Account(channel="voice", id=NUMBER, token=TOKEN, secret=TOKEN, queue=queue)])
        self.voice = Voice(accounts=ours, clock=FixedClock(NOW))
        self.calls = Calls(
            db=counter.db, live=counter.live, outbox=counter.outbox, clock=counter.clock, keep=counter.inbox.store,
            accounts=ours, shop="Souk", waits_s=waits_s,
        )  # fmt: skip

    def answers(self, *replies: Shown) -> None:
        self.counter.answer = lambda _text, _payload: replies

    def posted(self, query: str = "", *, number: str = CALLER, sid: str = "CA1", **fields: str) -> Any:
        return webhook(f"/webhooks/twilio/voice{query}", {"CallSid": sid, "From": number, "To": NUMBER, **fields})

    async def begins(self, **fields: str) -> Step:
        return await self.calls.begin(self.voice.call(self.posted(**fields)))

    async def hears(self, place: Place, speech: str = "", digits: str = "", **fields: str) -> Step:
        told = {"Digits": digits} if digits else {"SpeechResult": speech}
        received = self.posted(_query(place), **told, **fields)
        said = self.voice.parse(received).inbound
        return await self.calls.hear(self.voice.call(received), said[0] if said else None, self.voice.place(received))

    async def waits(self, place: Place) -> Step:
        return await self.calls.wait(self.voice.call(self.posted()), place)

    async def rows(self, sql: str) -> list[dict[str, Any]]:
        async with self.counter.db.read() as tx:
            return [dict(row) for row in (await tx.execute(text(sql))).mappings()]


def _query(place: Place) -> str:
    return "?do=hear&" + "&".join(f"{name}={getattr(place, name)}" for name in Place.__struct_fields__)


@pytest.fixture
async def counter(tmp_path: Path, queue_url: str) -> AsyncIterator[Counter]:
    async with open_counter(tmp_path, queue_url) as made:
        yield made


@pytest.fixture
def line(counter: Counter) -> Line:
    return Line(counter, accounts("sms"))


async def test_a_call_is_greeted_and_what_is_said_is_answered(line: Line) -> None:
    line.answers(SHOES)
    greeted = await line.begins()
    assert "Welcome to Souk" in greeted.said[0]
    assert greeted.then is Then.LISTEN
    answered = await line.hears(greeted.place, "running shoes")
    assert "For City Run, press or say 1." in answered.said[0]
    assert answered.hints == ["City Run", "Trail Mini"]
    assert answered.place.turn == 2


async def test_the_same_webhook_twice_is_one_turn_and_the_same_answer(line: Line) -> None:
    line.answers(Text("Here you are."))
    greeted = await line.begins()
    first, second = await asyncio.gather(line.hears(greeted.place, "hi"), line.hears(greeted.place, "hi"))
    assert first.said == second.said == ["Here you are."]
    assert len(await line.rows("SELECT id FROM inbox")) == 1


async def test_a_slow_answer_is_waited_for_in_words_and_then_given(counter: Counter) -> None:
    line = Line(counter, accounts("sms"), waits_s=0.3)
    line.answers(Text("Here you are."))
    counter.thinking_s = 1.0
    step = await line.hears((await line.begins()).place, "hi")
    assert (step.said, step.then, step.place.waits) == (["One moment, please."], Then.WAIT, 1)
    step = await Line(counter, accounts("sms")).waits(step.place)
    assert (step.said, step.then) == (["Here you are."], Then.LISTEN)
    assert len(await line.rows("SELECT id FROM inbox")) == 1


async def test_who_waited_long_enough_is_put_through_and_finds_a_ticket_opened(counter: Counter) -> None:
    line = Line(counter, accounts("sms"), waits_s=0.3)
    counter.thinking_s = 60.0
    step = await line.hears((await line.begins()).place, "hi")
    step = await line.waits(Place(turn=step.place.turn, heard=step.place.heard, waits=6))
    assert (step.then, step.queue) == (Then.CONNECT, "souk")
    assert [row["reason"] for row in await line.rows("SELECT reason FROM tickets")] == ["engine_down"]
    assert (await line.begins()).then is Then.CONNECT


async def test_each_brand_has_a_queue_of_its_own(counter: Counter) -> None:
    line = Line(counter, accounts("sms"), queue="brand-b")
    line.answers(Text("Hello."))
    await line.hears((await line.begins()).place, "hi")
    await counter.take_over("Lea")
    assert (await line.begins()).queue == "brand-b"


async def test_silence_is_answered_once_with_what_was_said_last(line: Line) -> None:
    line.answers(SHOES)
    answered = await line.hears((await line.begins()).place, "shoes")
    asked = await line.hears(answered.place)
    assert asked.said[0] == "Sorry, I did not hear you."
    assert asked.said[1:] == answered.said
    ended = await line.hears(asked.place)
    assert ended.then is Then.END


@pytest.mark.parametrize("words", ["Repeat, please.", "Répétez, s'il vous plaît.", "powtórz", "फिर से बोलिए।", "*"])
async def test_who_asks_again_hears_it_again_and_makes_no_turn(line: Line, words: str) -> None:
    line.answers(SHOES)
    answered = await line.hears((await line.begins()).place, "shoes")
    digits = words if words == "*" else ""
    again = await line.hears(answered.place, "" if digits else words, digits)
    assert again.said == answered.said
    assert len(await line.rows("SELECT id FROM inbox")) == 1


async def test_callers_who_withhold_their_numbers_have_nothing_in_common(line: Line) -> None:
    line.answers(Text("Hello."))
    for sid in ("CA1", "CA2"):
        await line.hears((await line.begins(number="anonymous", sid=sid)).place, "hi", number="+266696687", sid=sid)
    assert [row["customer"] for row in await line.rows("SELECT customer FROM conversations")] == ["CA1", "CA2"]
    assert len(await line.rows("SELECT id FROM contacts")) == 2


async def test_a_link_goes_to_the_caller_s_phone_in_the_same_transaction(line: Line) -> None:
    line.answers(PAY)
    step = await line.hears((await line.begins()).place, "checkout")
    assert step.said == ["Here is your checkout.\nI have sent you the link by text message."]
    rows = await line.rows(
        "SELECT c.channel, c.customer, c.contact_id, m.text, m.turn_id FROM messages m"
        " JOIN conversations c ON c.id = m.conversation_id WHERE m.author = 'bot' ORDER BY c.channel"
    )
    assert [(row["channel"], row["customer"]) for row in rows] == [("sms", CALLER), ("voice", CALLER)]
    assert len({row["contact_id"] for row in rows}) == 1
    assert rows[0]["turn_id"] == f"{rows[1]['turn_id']}:text"
    assert [row["state"] for row in await line.rows("SELECT state FROM outbox")] == ["queued"]


async def test_where_no_text_can_be_sent_the_call_says_how_else(counter: Counter) -> None:
    line = Line(counter, Accounts([]))
    line.answers(PAY)
    step = await line.hears((await line.begins()).place, "checkout")
    assert "cannot send a text message to this number" in step.said[0]
    assert not await line.rows("SELECT id FROM outbox")


async def test_a_landline_and_a_withheld_number_are_told_why(line: Line) -> None:
    line.answers(PAY)
    landline = await line.hears(Place(turn=1), "checkout", number="+33142685300", sid="CA8")
    assert re.search("SMS|texte|text message", landline.said[0])
    assert not await line.rows("SELECT id FROM outbox")
    withheld = await line.hears(Place(turn=1), "checkout", number="Restricted", sid="CA9")
    assert "your number is withheld" in withheld.said[0]


async def test_who_said_stop_by_text_gets_no_link_by_text(line: Line) -> None:
    stop = Preference(ConversationKey("sms", NUMBER, CALLER), wanted=False, everything=True)
    await line.counter.inbox.store([stop])
    line.answers(PAY)
    step = await line.hears((await line.begins()).place, "checkout")
    assert "cannot send a text message" in step.said[0]


async def test_what_is_said_when_nobody_may_be_listening_goes_by_text(line: Line) -> None:
    line.answers(Text("Hello."))
    await line.hears((await line.begins()).place, "hi")
    await line.counter.say(Receipt("10001", [], "$69", "Paid, thank you!"))
    sent = await line.rows("SELECT m.text FROM outbox o JOIN messages m ON m.id = o.message_id")
    assert len(sent) == 1
    assert "Paid" in sent[0]["text"]


async def test_a_card_number_is_masked_before_anything_is_kept(line: Line) -> None:
    line.answers(Text("Hello."))
    warned = await line.hears((await line.begins()).place, digits="4242424242424242")
    assert "never say or press" in warned.said[0]
    assert not await line.rows("SELECT id FROM inbox")
    warned = await line.hears(warned.place, "my card is 4242 4242 4242 4242 and I want shoes")
    assert "never say or press" in warned.said[0]
    assert warned.said[-1] == "Hello."
    kept = await line.rows("SELECT CAST(body AS TEXT) AS body FROM inbox")
    assert "4242" not in kept[0]["body"]


async def test_the_language_is_the_last_one_spoken_else_that_of_the_number(line: Line) -> None:
    line.answers(Text("Bonjour."))
    greeted = await line.begins(number="+33612345678")
    assert greeted.language == "fr"
    await line.hears(greeted.place, "bonjour", number="+33612345678")
    assert [row["locale"] for row in await line.rows("SELECT locale FROM conversations")] == ["fr"]
    assert (await line.begins(number="+15550107009")).language == "en"


async def test_the_end_of_a_call_is_told_to_the_desk_once(line: Line) -> None:
    line.answers(Text("Hello."))
    await line.hears((await line.begins()).place, "hi")
    over = line.voice.call(line.posted(CallStatus="completed", CallDuration="42"))
    await line.calls.ended(over)
    await line.calls.ended(over)
    rows = await line.rows("SELECT text FROM messages WHERE author = 'system'")
    assert [row["text"] for row in rows] == ["The call ended (completed) after 42 seconds."]


async def test_after_the_queue_the_call_ends_with_words_that_fit(line: Line) -> None:
    nobody = await line.calls.after_queue(line.voice.call(line.posted(DialCallStatus="no-answer")))
    assert "Nobody of our team is free" in nobody.said[0]
    served = await line.calls.after_queue(line.voice.call(line.posted(DialCallStatus="completed")))
    assert "Thank you for calling" in served.said[0]
    assert nobody.then is served.then is Then.END


def test_what_is_said_is_parsed_with_the_call_and_the_turn_as_its_key(line: Line) -> None:
    parsed: Parsed = line.voice.parse(line.posted("?do=hear&turn=3", SpeechResult="shoes"))
    (message,) = parsed.inbound
    assert isinstance(message, Inbound)
    assert (message.event_key, message.text, message.key.customer) == ("CA1:3", "shoes", CALLER)
    assert line.voice.parse(line.posted("?do=hear&turn=3", SpeechResult="")).inbound == []
