"""Wishes: told once, in the order of asking, as many as there are pieces, and only where it may be written."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.conversation.replies import Choices, plain_text
from bot.errors import NotFound
from bot.selling.wishes import MOST, StillThere, WishesFull, WishKept
from bot.storage import identities, stock
from bot.storage.tables import conversations
from tests.support.sold import Sold, sold_shop

RED = {"colour": "red", "size": "42"}


@pytest.fixture
async def sold(tmp_path: Path, valkey: str) -> AsyncIterator[Sold]:
    async with sold_shop(tmp_path, valkey) as shop:
        yield shop


async def told(sold: Sold, *who: int) -> list[int]:
    """How many messages each has got."""
    return [len(await sold.said(each)) for each in who]


async def test_a_thing_that_is_back_is_told_once_with_a_way_into_the_cart(sold: Sold) -> None:
    anna = await sold.meet(locale="fr")
    kept = await sold.parts.wishes.keep(anna, "aero", {"colour": "RED", "size": "42"})
    assert kept == WishKept("Aero, 42, red")
    assert await sold.parts.wishes.tell_waiting() == 0

    await sold.shelve("AERO-RED-42", 2)
    assert await sold.parts.wishes.tell_waiting() == 1
    assert await sold.parts.wishes.tell_waiting() == 0

    [message] = await sold.said(anna)
    assert isinstance(message, Choices)
    assert "Aero, 42, rouge est de nouveau en stock, à 69,00" in message.text
    assert [option.payload for option in message.options] == [
        '/add_to_cart{"product_id":"aero","size":"42","colour":"red"}',
        "/opt_out",
    ]


async def test_what_is_in_stock_is_not_waited_for(sold: Sold) -> None:
    anna = await sold.meet()
    answer = await sold.parts.wishes.keep(anna, "aero", {"colour": "blue"})
    assert answer == StillThere("aero", "Aero, blue", {"colour": "blue"})
    with pytest.raises(NotFound):
        await sold.parts.wishes.keep(anna, "hat", {})


async def test_a_colour_that_never_was_is_told_when_the_catalogue_has_it(sold: Sold, tmp_path: Path) -> None:
    anna = await sold.meet()
    assert isinstance(await sold.parts.wishes.keep(anna, "aero", {"colour": "teal"}), WishKept)
    await sold.add_variant("AERO-TEA-42", "aero", {"colour": "teal", "size": "42"}, pieces=0)
    assert await sold.parts.wishes.tell_waiting() == 0
    await sold.shelve("AERO-TEA-42", 1)
    assert await sold.parts.wishes.tell_waiting() == 1
    assert "Aero, teal is in stock again" in plain_text((await sold.said(anna))[0])


async def test_as_many_are_told_as_there_are_pieces_in_the_order_of_asking(sold: Sold) -> None:
    first, second, third = [await sold.meet() for _ in range(3)]
    for each in (first, second, third):
        await sold.parts.wishes.keep(each, "aero", RED)
    await sold.shelve("AERO-RED-42", 2)

    await sold.parts.wishes.tell_waiting()
    assert await told(sold, first, second, third) == [1, 1, 0]
    sold.wait(hours=23)
    await sold.parts.wishes.tell_waiting()
    assert await told(sold, first, second, third) == [1, 1, 0]

    sold.wait(hours=2)
    await sold.change(third, window_from=sold.clock.now())
    await sold.parts.wishes.tell_waiting()
    assert await told(sold, first, second, third) == [1, 1, 1]


async def test_a_released_hold_counts_as_back(sold: Sold) -> None:
    anna = await sold.meet()
    await sold.shelve("MUG", 1)
    async with sold.parts.db.write() as tx:
        assert await stock.take(tx, {"MUG": 1}) == []
    await sold.parts.wishes.keep(anna, "mug", {})
    assert await sold.parts.wishes.tell_waiting() == 0
    await sold.shelve("MUG", 1)
    assert await sold.parts.wishes.tell_waiting() == 1


async def test_who_may_not_be_written_to_keeps_waiting_and_does_not_hold_up_the_others(sold: Sold) -> None:
    silent, with_a_person, stopped, last = [await sold.meet() for _ in range(4)]
    for each in (silent, with_a_person, stopped, last):
        await sold.parts.wishes.keep(each, "aero", RED)
    await sold.change(silent, window_from=sold.clock.now() - timedelta(hours=25))
    await sold.change(with_a_person, owner="person")
    await sold.change(stopped, stopped=True)
    await sold.shelve("AERO-RED-42", 1)

    assert await sold.parts.wishes.tell_waiting() == 1
    assert await told(sold, silent, with_a_person, stopped, last) == [0, 0, 0, 1]

    await sold.shelve("AERO-RED-42", 2)
    await sold.change(silent, window_from=sold.clock.now())
    assert await sold.parts.wishes.tell_waiting() == 1
    assert await told(sold, silent) == [1]


async def test_the_same_wish_twice_is_one_and_after_it_was_told_there_may_be_another(sold: Sold) -> None:
    anna = await sold.meet()
    for _ in range(2):
        await sold.parts.wishes.keep(anna, "aero", RED)
    await sold.shelve("AERO-RED-42", 5)
    assert await sold.parts.wishes.tell_waiting() == 1
    await sold.shelve("AERO-RED-42", 0)
    await sold.parts.wishes.keep(anna, "aero", RED)
    sold.wait(days=2)
    await sold.change(anna, window_from=sold.clock.now())
    await sold.shelve("AERO-RED-42", 5)
    assert await sold.parts.wishes.tell_waiting() == 1
    assert await told(sold, anna) == [2]


async def test_who_wants_to_hear_no_more_waits_for_nothing(sold: Sold) -> None:
    anna = await sold.meet()
    await sold.parts.wishes.keep(anna, "aero", RED)
    assert await sold.parts.wishes.forget(anna) == 1
    await sold.shelve("AERO-RED-42", 1)
    assert await sold.parts.wishes.tell_waiting() == 0


async def test_nobody_waits_for_everything(sold: Sold) -> None:
    anna = await sold.meet()
    for number in range(MOST):
        await sold.parts.wishes.keep(anna, "aero", {"colour": f"colour {number}"})
    assert await sold.parts.wishes.keep(anna, "aero", RED) == WishesFull(MOST)


async def test_two_contacts_that_turn_out_one_wait_once(sold: Sold) -> None:
    anna, also_anna = await sold.meet(), await sold.meet("web")
    for each in (anna, also_anna):
        await sold.parts.wishes.keep(each, "aero", RED)
    async with sold.parts.db.write() as tx:
        rows = {row.id: row.contact_id for row in (await tx.execute(conversations.select())).all()}
        await identities.merge_contacts(tx, rows[anna], rows[also_anna])
    await sold.shelve("AERO-RED-42", 5)
    assert await sold.parts.wishes.tell_waiting() == 1
