"""One-time codes: an order is shown to whoever reads the mail it was bought with; nobody else learns of it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.conversation.replies import plain_text
from bot.selling.order_codes import MOST_TRIES, CodeGone, CodeRight, CodeSent, CodesOff, CodeWrong, TooManyCodes
from bot.selling.shop import SenderUnproven
from bot.storage.selling_tables import order_codes
from tests.support.sold import BUYER, MAIL, Sold, sold_shop

OWNER = "anna@nowak.example"


@pytest.fixture
async def sold(tmp_path: Path, valkey: str) -> AsyncIterator[Sold]:
    async with sold_shop(tmp_path, valkey) as shop:
        yield shop


async def code_sent(sold: Sold, channel: str = "email", to: str = OWNER) -> str:
    """The newest code that the owner of an address has got."""
    conversation = await sold.conversation_with(channel, to)
    [*_, last] = await sold.said(conversation)
    found = re.search(r"(?<!\d)\d{6}(?!\d)", plain_text(last))
    assert found is not None
    return found.group()


def another(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


async def test_the_right_code_shows_the_order_here_and_for_an_hour(sold: Sold) -> None:
    number = await sold.sell(await sold.meet(locale="fr"))
    stranger = await sold.meet("web")
    assert await sold.parts.shop.orders(stranger, number) == []

    sent = await sold.parts.order_codes.send(stranger, "turn-1", number)
    code = await code_sent(sold)
    tried = await sold.parts.order_codes.check(stranger, "turn-2", code)

    assert sent == CodeSent(number, "email")
    assert isinstance(tried, CodeRight)
    assert [order.number for order in await sold.parts.shop.orders(stranger, number)] == [number]
    assert await sold.parts.shop.orders(await sold.meet("web"), number) == []
    sold.wait(minutes=61)
    assert await sold.parts.shop.orders(stranger, number) == []


async def test_the_letter_is_in_the_buyers_language_and_tells_what_it_is_for(sold: Sold) -> None:
    number = await sold.sell(await sold.meet(locale="pl"))

    await sold.parts.order_codes.send(await sold.meet("web"), "turn", number)

    [letter] = await sold.said(await sold.conversation_with("email", OWNER))
    assert plain_text(letter).startswith("Twój kod: ")
    assert f"zamówienie {number}" in plain_text(letter)


async def test_the_code_is_not_kept_in_the_clear_beside_the_order(sold: Sold) -> None:
    number = await sold.sell(await sold.meet())
    await sold.parts.order_codes.send(await sold.meet("web"), "turn", number)
    code = await code_sent(sold)
    async with sold.parts.db.read() as tx:
        [row] = (await tx.execute(select(order_codes))).all()
    assert code not in row.code_hash
    assert len(row.code_hash) == 64


async def test_nobody_can_tell_an_order_that_is_not_there_from_one_that_is(sold: Sold) -> None:
    there = await sold.sell(await sold.meet())
    codes = sold.parts.order_codes
    heard = {}
    for number in (there, 99_999):
        stranger = await sold.meet("web")
        answers: list[object] = [await codes.send(stranger, f"{number}", number)]
        wrong = another(await code_sent(sold))
        answers += [await codes.check(stranger, f"{number}-{n}", wrong) for n in range(MOST_TRIES + 1)]
        heard[number] = [re.sub(str(number), "N", repr(answer)) for answer in answers]
    assert heard[there] == heard[99_999]


async def test_five_wrong_codes_are_enough_and_then_the_right_one_is_none(sold: Sold) -> None:
    number = await sold.sell(await sold.meet())
    stranger = await sold.meet("web")
    codes = sold.parts.order_codes
    await codes.send(stranger, "send", number)
    code = await code_sent(sold)

    left = [await codes.check(stranger, f"try-{n}", another(code)) for n in range(MOST_TRIES)]

    assert left == [CodeWrong(number, n) for n in (4, 3, 2, 1, 0)]
    assert await codes.check(stranger, "last", code) == CodeGone()
    assert await sold.parts.shop.orders(stranger, number) == []


async def test_the_same_turn_again_is_neither_another_code_nor_another_try(sold: Sold) -> None:
    number = await sold.sell(await sold.meet())
    stranger = await sold.meet("web")
    codes = sold.parts.order_codes
    for _ in range(2):
        await codes.send(stranger, "turn-1", number)
    assert len(await sold.said(await sold.conversation_with("email", OWNER))) == 1
    wrong = another(await code_sent(sold))
    assert [await codes.check(stranger, "turn-2", wrong) for _ in range(3)] == [CodeWrong(number, 4)] * 3


async def test_a_code_is_good_for_ten_minutes_once_and_only_where_it_was_asked_for(sold: Sold) -> None:
    number = await sold.sell(await sold.meet())
    here, there = await sold.meet("web"), await sold.meet("web")
    codes = sold.parts.order_codes
    await codes.send(here, "send", number)
    code = await code_sent(sold)
    assert await codes.check(there, "elsewhere", code) == CodeGone()
    sold.wait(minutes=11)
    assert await codes.check(here, "late", code) == CodeGone()

    await codes.send(here, "send again", number)
    fresh = await code_sent(sold)
    assert isinstance(await codes.check(here, "in time", fresh), CodeRight)
    assert await codes.check(here, "twice", fresh) == CodeGone()


async def test_a_new_code_takes_the_place_of_the_one_before(sold: Sold) -> None:
    number = await sold.sell(await sold.meet())
    stranger = await sold.meet("web")
    codes = sold.parts.order_codes
    await codes.send(stranger, "one", number)
    old = await code_sent(sold)
    await codes.send(stranger, "two", number)
    new = await code_sent(sold)
    if old != new:
        assert isinstance(await codes.check(stranger, "old", old), CodeWrong)
    assert isinstance(await codes.check(stranger, "new", new), CodeRight)


async def test_one_conversation_gets_three_codes_an_hour(sold: Sold) -> None:
    numbers = [await sold.sell(await sold.meet()) for _ in range(4)]
    stranger = await sold.meet("web")
    answers = [await sold.parts.order_codes.send(stranger, f"{n}", n) for n in numbers]
    assert answers[3] == TooManyCodes(numbers[3])
    assert not any(isinstance(answer, TooManyCodes) for answer in answers[:3])
    sold.wait(minutes=61)
    assert isinstance(await sold.parts.order_codes.send(stranger, "later", numbers[3]), CodeSent)


@pytest.mark.parametrize("there", [True, False])
async def test_nobodys_mailbox_is_flooded_by_many_who_ask(sold: Sold, there: bool) -> None:
    number = await sold.sell(await sold.meet()) if there else 99_999
    answers = [await sold.parts.order_codes.send(await sold.meet("web"), f"{n}", number) for n in range(7)]
    assert [type(answer) for answer in answers] == [CodeSent] * 5 + [TooManyCodes] * 2


async def test_without_mail_the_code_is_a_text_message(tmp_path: Path, valkey: str) -> None:
    async with sold_shop(tmp_path, valkey, **dict.fromkeys(MAIL, "")) as sold:
        number = await sold.sell(await sold.meet())
        stranger = await sold.meet("web")
        assert await sold.parts.order_codes.send(stranger, "turn", number) == CodeSent(number, "phone")
        code = await code_sent(sold, "sms", BUYER["phone"])
        assert isinstance(await sold.parts.order_codes.check(stranger, "try", code), CodeRight)


async def test_with_neither_mail_nor_texts_there_are_no_codes(tmp_path: Path, valkey: str) -> None:
    nothing = {**dict.fromkeys(MAIL, ""), "TWILIO_API_URL": "https://api.twilio.com"}
    async with sold_shop(tmp_path, valkey, **nothing) as sold:
        number = await sold.sell(await sold.meet())
        assert await sold.parts.order_codes.send(await sold.meet("web"), "turn", number) == CodesOff()


@pytest.mark.parametrize("buyer", [None, {"name": "Anna"}])
async def test_an_order_that_names_no_address_is_as_silent_as_none(sold: Sold, buyer: dict[str, str] | None) -> None:
    number = await sold.sell(await sold.meet(), buyer=buyer)
    stranger = await sold.meet("web")
    assert await sold.parts.order_codes.send(stranger, "turn", number) == CodeSent(number, "email")
    async with sold.parts.db.read() as tx:
        [row] = (await tx.execute(select(order_codes))).all()
    assert (row.order_id, row.sent_to) == (None, "")


async def test_a_sender_nobody_vouches_for_sees_what_a_code_has_shown_and_nothing_else(sold: Sold) -> None:
    anna = await sold.meet()
    number, other = await sold.sell(anna), await sold.sell(anna, total=1)
    doubted = await sold.meet("email", customer="unproven:anna@nowak.example")
    await sold.change(doubted, proven=False)
    shop = sold.parts.shop
    with pytest.raises(SenderUnproven):
        await shop.orders(doubted, number)

    await sold.parts.order_codes.send(doubted, "send", number)
    await sold.parts.order_codes.check(doubted, "try", await code_sent(sold))

    assert [order.number for order in await shop.orders(doubted)] == [number]
    await shop.vouch_for_orders(doubted)
    with pytest.raises(SenderUnproven):
        await shop.orders(doubted, other)
    with pytest.raises(SenderUnproven):
        await shop.vouch(doubted)


async def test_a_number_that_asked_for_silence_gets_no_code(sold: Sold) -> None:
    owner = await sold.meet("email", customer=OWNER)
    await sold.change(owner, stopped=True)
    number = await sold.sell(await sold.meet())
    assert await sold.parts.order_codes.send(await sold.meet("web"), "turn", number) == CodeSent(number, "email")
    assert await sold.said(owner) == []
