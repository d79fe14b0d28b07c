"""The form that asks for a one-time code: what it says, what ends it, and what goes on after a right code."""

from __future__ import annotations

import re
from itertools import count

import pytest
from sqlalchemy import select

from actions.unlocking import CODE_FORM, code_in
from bot.conversation.replies import Handoff, Order, Reply, plain_text
from bot.handoff.policy import Reason
from bot.storage.selling_tables import orders
from bot.storage.tables import conversations, messages
from tests.skills.counter import Counter
from tests.skills.forms import SHOES, FormTalk, asks_for_code, buy
from tests.skills.talk import new_conversation

_phones = count(601_000_001)


class CodeTalk:
    """Somebody who asks about an order that was bought by somebody else, with the phone `phone`."""

    def __init__(self, stranger: Counter, number: int, phone: str) -> None:
        self.stranger = stranger
        self.number = number
        self.phone = phone

    async def opens(self) -> str:
        self.stranger.opening = CODE_FORM
        await self.stranger.does(f"validate_{CODE_FORM}", f"where is order {self.number}")
        self.stranger.opening = None
        return await self._goes_on(f"where is order {self.number}", opening=True)

    async def says(self, text: str, intent: str = "give_details") -> str:
        self.stranger.form = CODE_FORM
        said = await self.stranger.does(f"validate_{CODE_FORM}", text, intent=intent)
        return "\n".join(plain_text(reply) for reply in said) + await self._goes_on(text, intent=intent)

    async def _goes_on(self, text: str, intent: str = "give_details", *, opening: bool = False) -> str:
        if self.stranger.slots.get("order_code") or self.stranger.slots.get("ended_by"):
            return ""
        self.stranger.form = None if opening else CODE_FORM
        return await self.stranger.hears("action_ask_order_code", text, intent=intent)

    async def closes(self, text: str = "") -> list[Reply]:
        return await self.stranger.does("action_show_order", text)

    async def code(self) -> str:
        """The newest one that the phone has got."""
        async with self.stranger.db.read() as tx:
            query = (
                select(messages.c.text)
                .join(conversations, conversations.c.id == messages.c.conversation_id)
                .where(conversations.c.channel == "sms", conversations.c.customer == self.phone)
                .order_by(messages.c.id.desc())
            )
            text = (await tx.execute(query)).scalars().first()
        found = re.search(r"(?<!\d)\d{6}(?!\d)", text or "")
        assert found is not None, text
        return found.group()


@pytest.fixture
async def asking(counter: Counter) -> CodeTalk:
    number = await buy(counter, SHOES)
    phone = f"+48{next(_phones)}"
    async with counter.db.write() as tx:
        await tx.execute(orders.update().values(buyer={"phone": phone}))
    stranger = Counter(counter.parts, await new_conversation(counter.parts, "web"))
    await stranger.does("action_tell_order_status", f"where is order {number}", order_number=str(number))
    assert asks_for_code(stranger, number)
    return CodeTalk(stranger, number, phone)


def another(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


async def test_the_code_is_texted_and_the_right_one_shows_the_order(asking: CodeTalk) -> None:
    said = await asking.opens()
    assert f"If there is an order {asking.number}, I have texted a code" in said
    code = await asking.code()
    assert await asking.says(f"it is {code[:3]} {code[3:]}") == ""

    shown = await asking.closes(code)
    assert isinstance(shown[0], Order)
    assert shown[0].number == str(asking.number)
    assert asking.stranger.slots["code_for"] is None


async def test_a_wrong_code_says_how_many_tries_are_left_and_the_fifth_calls_a_person(asking: CodeTalk) -> None:
    await asking.opens()
    wrong = another(await asking.code())
    for left in ("4 more tries", "3 more tries", "2 more tries", "one more try"):
        assert left in await asking.says(wrong)
    assert await asking.says(wrong) == ""
    told = await asking.closes(wrong)
    assert [reply.reason for reply in told if isinstance(reply, Handoff)] == [Reason.REQUEST]
    assert "A person of our team will help" in plain_text(told[0])


async def test_another_code_is_sent_when_asked_for_and_no_more_than_three(asking: CodeTalk) -> None:
    await asking.opens()
    first = await asking.code()
    assert "I have texted a code" in await asking.says("send it again", intent="account_trouble")
    assert await asking.says("no code came", intent="account_trouble")
    assert await asking.says("again please", intent="account_trouble") == ""
    [told] = await asking.closes("again please")
    assert "as many codes as I may" in plain_text(told)
    assert len(first) == 6


@pytest.mark.parametrize(("intent", "words"), [("never_mind", "leave that order alone"), ("ask_human", None)])
async def test_who_leaves_the_form_is_let_go(asking: CodeTalk, intent: str, words: str | None) -> None:
    await asking.opens()
    assert await asking.says("no thanks", intent=intent) == ""
    told = await asking.closes()
    if words is None:
        assert isinstance(told[0], Handoff)
    else:
        assert words in plain_text(told[0])


async def test_the_form_that_waited_goes_on_after_the_code(counter: Counter) -> None:
    number = await buy(counter, SHOES)
    phone = f"+48{next(_phones)}"
    async with counter.db.write() as tx:
        await tx.execute(orders.update().values(buyer={"phone": phone}))
    stranger = Counter(counter.parts, await new_conversation(counter.parts, "web"))
    returning = FormTalk(stranger, "return_form")
    assert await returning.opens(f"return order {number}", order_number=str(number)) == []
    assert asks_for_code(stranger, number, "return_form")

    asking = CodeTalk(stranger, number, phone)
    await asking.opens()
    code = await asking.code()
    await asking.says(code)
    assert await asking.closes(code) == []
    assert [event["name"] for event in stranger.happened if event["event"] == "followup"] == ["return_form"]

    stranger.form = CODE_FORM
    stranger.opening = "return_form"
    await stranger.does("validate_return_form", code, intent="give_details", confidence=0.3)
    assert stranger.slots["order_number"] == str(number)
    assert stranger.slots["ended_by"] != "doubt"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("482913", "482913"),
        ("it's 482 913, thanks", "482913"),
        ("482-913", "482913"),
        ("४८२९१३", "482913"),
        ("order 10482", None),
        ("4829134", None),
        ("", None),
    ],
)
def test_six_digits_are_read_however_they_are_written(text: str, code: str | None) -> None:
    assert code_in(text) == code


async def test_a_code_that_did_not_come_is_sent_again_after_the_form_was_left(asking: CodeTalk) -> None:
    await asking.opens()
    await asking.says("never mind", intent="never_mind")
    await asking.closes()
    stranger = asking.stranger
    stranger.form = None
    assert (
        await stranger.does("action_account_trouble", "i got no code, send me another", intent="account_trouble") == []
    )
    assert asks_for_code(stranger, asking.number)
    other = Counter(stranger.parts, await new_conversation(stranger.parts))
    [told] = await other.does("action_account_trouble", "i cannot log in", intent="account_trouble")
    assert "You need no password here" in plain_text(told)
