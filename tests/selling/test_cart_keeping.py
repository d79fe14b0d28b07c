"""A cart in a conversation: what a customer adds, changes and takes out again."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from bot.conversation.messages import OrderedItem
from bot.errors import BadInput, NotFound
from bot.selling.answers import CartChanged, CartLimit, NeedsOption, NoSuchOption, NotInCart, OutOfStock
from bot.storage.tables import contacts, conversations
from tests.selling.conftest import Counter
from tests.selling.till import dollars

BLUE_42 = {"size": "42", "colour": "blue"}


async def test_the_size_is_asked_before_the_colour_and_only_what_is_in_stock(counter: Counter) -> None:
    first = await counter.shop.add(counter.anna, "1", "aero", {})
    second = await counter.shop.add(counter.anna, "2", "aero", {"size": "42"})

    assert first == NeedsOption("aero", "Aero", "size", ["41", "42"])
    assert second == NeedsOption("aero", "Aero", "colour", ["blue"])
    assert (await counter.shop.cart(counter.anna)).lines == []


async def test_an_option_that_does_not_exist_is_answered_with_those_that_do(counter: Counter) -> None:
    answer = await counter.shop.add(counter.anna, "1", "aero", {"colour": "teal"})

    assert answer == NoSuchOption("aero", "Aero", "colour", "teal", ["blue"])


async def test_options_are_read_as_people_write_them(counter: Counter) -> None:
    answer = await counter.shop.add(counter.anna, "1", "aero", {"size": " 42", "colour": "Blue"})

    assert isinstance(answer, CartChanged)
    assert answer.line is not None
    assert answer.line.label == "Aero, blue, 42"


async def test_a_thing_without_options_goes_straight_into_the_cart(counter: Counter) -> None:
    answer = await counter.shop.add(counter.anna, "1", "mug", {"size": "42"})

    assert isinstance(answer, CartChanged)
    assert (answer.cart.subtotal, answer.cart.shipping) == (dollars("12.50"), dollars("6.00"))
    assert answer.cart.total == dollars("18.50")
    assert answer.line is not None
    assert answer.line.image == "https://shop.example/pictures/mug.png"


async def test_a_sold_out_variant_says_what_else_there_is(counter: Counter) -> None:
    answer = await counter.shop.add(counter.anna, "1", "aero", {"size": "42", "colour": "red"})

    assert isinstance(answer, OutOfStock)
    assert (answer.wanted, answer.available) == (1, 0)
    assert answer.others == {"size": [], "colour": ["blue"]}


async def test_nobody_gets_more_into_a_cart_than_there_is(counter: Counter) -> None:
    await counter.shoes_in_cart(4)

    answer = await counter.shop.add(counter.anna, "2", "aero", BLUE_42, 2)

    assert isinstance(answer, OutOfStock)
    assert (answer.wanted, answer.available) == (6, 5)
    assert (await counter.shop.cart(counter.anna)).count == 4


async def test_the_same_key_adds_once_and_answers_the_same(counter: Counter) -> None:
    first = await counter.shop.add(counter.anna, "turn-1", "aero", BLUE_42)
    again = await counter.shop.add(counter.anna, "turn-1", "aero", BLUE_42)

    assert again == first
    assert (await counter.shop.cart(counter.anna)).count == 1


async def test_the_same_key_twice_at_once_adds_once(counter: Counter) -> None:
    answers = await asyncio.gather(*(counter.shop.add(counter.anna, "turn-1", "aero", BLUE_42) for _ in range(8)))

    assert all(answer == answers[0] for answer in answers)
    assert (await counter.shop.cart(counter.anna)).count == 1


async def test_two_methods_of_one_action_do_not_share_an_answer(counter: Counter) -> None:
    await counter.shop.add(counter.anna, "turn-1", "mug", {})
    await counter.shop.add_again(counter.anna, "turn-1")

    assert (await counter.shop.cart(counter.anna)).count == 2


async def test_another_one_means_the_line_that_was_changed_last(counter: Counter) -> None:
    await counter.shop.add(counter.anna, "1", "mug", {})
    await counter.shoes_in_cart()
    await counter.shop.set_quantity(counter.anna, "3", 2, sku="MUG")

    answer = await counter.shop.add_again(counter.anna, "4")

    assert isinstance(answer, CartChanged)
    assert answer.line is not None
    assert (answer.line.sku, answer.line.quantity) == ("MUG", 3)


async def test_make_it_two_makes_delivery_free(counter: Counter) -> None:
    await counter.shoes_in_cart()

    answer = await counter.shop.set_quantity(counter.anna, "2", 2)

    assert isinstance(answer, CartChanged)
    assert answer.cart.total == dollars("138.00")
    assert answer.cart.shipping == dollars("0")
    assert answer.cart.free_shipping_from == dollars("75.00")


async def test_what_is_taken_out_is_named(counter: Counter) -> None:
    await counter.shoes_in_cart()

    answer = await counter.shop.remove(counter.anna, "2")

    assert isinstance(answer, CartChanged)
    assert (answer.removed, answer.line, answer.cart.lines) == ("Aero, blue, 42", None, [])


async def test_none_of_a_thing_takes_it_out(counter: Counter) -> None:
    await counter.shoes_in_cart()

    answer = await counter.shop.set_quantity(counter.anna, "2", 0)

    assert isinstance(answer, CartChanged)
    assert answer.cart.lines == []


async def test_an_empty_cart_has_nothing_to_change(counter: Counter) -> None:
    assert await counter.shop.add_again(counter.anna, "1") == NotInCart()
    assert await counter.shop.remove(counter.anna, "2", "MUG") == NotInCart()
    assert await counter.shop.set_quantity(counter.anna, "3", 2) == NotInCart()
    assert await counter.shop.clear(counter.anna, "4") == NotInCart()


async def test_a_cleared_cart_is_empty(counter: Counter) -> None:
    await counter.shoes_in_cart()
    await counter.shop.add(counter.anna, "2", "mug", {})

    answer = await counter.shop.clear(counter.anna, "3")

    assert isinstance(answer, CartChanged)
    assert answer.cart.count == 0
    assert answer.cart.total == dollars("0")


async def test_a_hundred_of_one_thing_are_too_many(counter: Counter) -> None:
    assert await counter.shop.add(counter.anna, "1", "sticker", {}, 100) == CartLimit("quantity", 99)


async def test_less_than_one_cannot_be_added(counter: Counter) -> None:
    with pytest.raises(BadInput):
        await counter.shop.add(counter.anna, "1", "mug", {}, 0)
    assert await counter.rows("idempotency") == []


async def test_an_unknown_product_and_an_unknown_conversation_are_not_found(counter: Counter) -> None:
    with pytest.raises(NotFound):
        await counter.shop.add(counter.anna, "1", "spaceship", {})
    with pytest.raises(NotFound):
        await counter.shop.cart(999)


async def test_the_cart_is_the_same_on_every_channel_of_a_contact(counter: Counter) -> None:
    async with counter.db.read() as tx:
        contact = (await tx.execute(select(conversations.c.contact_id))).scalar_one()
    other = await counter.meet(contact=contact)
    stranger = await counter.meet()

    await counter.shoes_in_cart()

    assert (await counter.shop.cart(other)).count == 1
    assert (await counter.shop.cart(stranger)).count == 0


async def test_a_contact_with_a_currency_the_shop_does_not_sell_in_pays_the_shops_own(counter: Counter) -> None:
    async with counter.db.write() as tx:
        await tx.execute(contacts.update().values(currency="EUR"))

    await counter.shoes_in_cart()

    assert (await counter.shop.cart(counter.anna)).subtotal == dollars("69.00")


async def test_a_cart_filled_elsewhere_comes_in_at_our_prices_and_only_once(counter: Counter) -> None:
    items = [OrderedItem("mug", 2), OrderedItem("nothing-of-ours", 1), OrderedItem("aero", 900)]

    taken = await counter.shop.take_order(counter.anna, "1", items)
    again = await counter.shop.take_order(counter.anna, "1", items)

    assert again == taken
    assert taken.cart.subtotal == dollars("25.00")
    assert taken.unknown == 1
    assert (await counter.shop.cart(counter.anna)).subtotal == dollars("25.00")
