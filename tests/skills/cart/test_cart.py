"""The cart at the counter."""

from __future__ import annotations

from bot.conversation.replies import Choices, Listing
from tests.skills.counter import Counter


async def put_in(counter: Counter, product_id: str = "aero-2", size: str = "42") -> str:
    await counter.does("action_choose_product", "", product_id=product_id)
    return await counter.hears("action_choose_option", size, size=size)


async def test_a_typed_size_puts_the_product_into_the_cart_and_says_which_colour(counter: Counter) -> None:
    text = await put_in(counter)

    assert await counter.cart() == {"Aero 2, blue, 42": 1}
    assert "Aero 2, blue, 42 is in your cart. It also comes in mint and black." in text
    assert "Total: $75.00" in text
    assert counter.slots["offer"] == "checkout"


async def test_the_cart_is_followed_by_checking_out_or_looking_on(counter: Counter) -> None:
    await counter.does("action_choose_product", "", product_id="aero-2")
    [reply] = await counter.does("action_choose_option", "", product_id="aero-2", size="42")

    assert isinstance(reply, Choices)
    assert [option.title for option in reply.options] == ["Check out · $75.00", "Keep looking", "Another colour"]


async def test_the_same_turn_again_adds_nothing(counter: Counter) -> None:
    await counter.does("action_choose_product", "", product_id="aero-2")
    slots = dict(counter.slots)
    first = await counter.hears("action_choose_option", "42", turn="t1", size="42")
    counter.slots = slots

    again = await counter.hears("action_choose_option", "42", turn="t1", size="42")

    assert again == first
    assert await counter.cart() == {"Aero 2, blue, 42": 1}


async def test_another_one_is_one_more_of_the_last(counter: Counter) -> None:
    await put_in(counter)

    text = await counter.hears("action_add_another", "add another one")

    assert await counter.cart() == {"Aero 2, blue, 42": 2}
    assert "2 × Aero 2, blue, 42: $138.00" in text
    assert "Delivery is free" in text


async def test_another_one_in_black_is_a_line_of_its_own(counter: Counter) -> None:
    await put_in(counter)

    await counter.does("action_add_another", "another one in black", colour="black")

    assert await counter.cart() == {"Aero 2, blue, 42": 1, "Aero 2, black, 42": 1}


async def test_another_one_of_nothing_says_so(counter: Counter) -> None:
    assert "not in your cart" in await counter.hears("action_add_another", "one more")


async def test_make_it_two_sets_the_number(counter: Counter) -> None:
    await put_in(counter)
    await counter.does("action_add_another", "two more")

    await counter.does("action_set_quantity", "make it two")

    assert await counter.cart() == {"Aero 2, blue, 42": 2}


async def test_a_number_told_before_the_size_is_kept_until_the_size_is_known(counter: Counter) -> None:
    await counter.does("action_choose_product", "", product_id="aero-2")
    assert "Which size" in await counter.hears("action_set_quantity", "two pairs please")

    await counter.does("action_choose_option", "42", size="42")

    assert await counter.cart() == {"Aero 2, blue, 42": 2}


async def test_more_than_there_is_changes_nothing_and_says_how_many_there_are(counter: Counter) -> None:
    await put_in(counter)
    await counter.set_stock("AER2-BLU-42", 3)

    text = await counter.hears("action_set_quantity", "make it nine")

    assert "only 3 left" in text
    assert await counter.cart() == {"Aero 2, blue, 42": 1}


async def test_another_colour_takes_the_place_of_the_first(counter: Counter) -> None:
    await put_in(counter)
    await counter.does("action_add_another", "another one")

    text = await counter.hears("action_choose_option", "in mint please", colour="mint")

    assert "Changed to Aero 2, mint, 42" in text
    assert await counter.cart() == {"Aero 2, mint, 42": 2}


async def test_a_changed_line_survives_the_same_turn_again(counter: Counter) -> None:
    await put_in(counter)
    slots = dict(counter.slots)
    await counter.does("action_choose_option", "in mint please", turn="t9", colour="mint")
    counter.slots = slots

    await counter.does("action_choose_option", "in mint please", turn="t9", colour="mint")

    assert await counter.cart() == {"Aero 2, mint, 42": 1}


async def test_a_sold_out_size_offers_the_colours_that_have_it(counter: Counter) -> None:
    await counter.does("action_choose_product", "", product_id="aero-2")

    text = await counter.hears("action_choose_option", "46 in black", size="46", colour="black")

    assert "Aero 2, black, 46 is sold out" in text
    assert "blue" in text
    assert await counter.cart() == {}


async def test_the_colour_offered_for_a_sold_out_size_is_of_that_size(counter: Counter) -> None:
    await counter.does("action_choose_product", "", product_id="aero-2")
    await counter.does("action_choose_option", "42 in black", size="42", colour="black")

    [reply] = await counter.does("action_choose_option", "actually 46", size="46")
    assert isinstance(reply, Choices)
    assert reply.options[0].payload == '/choose_option{"product_id":"aero-2","colour":"blue","size":"46"}'

    await counter.does("action_choose_option", "", product_id="aero-2", size="46", colour="blue")
    assert await counter.cart() == {"Aero 2, blue, 46": 1}


async def test_a_size_that_is_not_made_offers_the_ones_there_are(counter: Counter) -> None:
    await counter.does("action_choose_product", "", product_id="aero-2")

    text = await counter.hears("action_choose_option", "52", size="52")

    assert "does not come in 52" in text
    assert await counter.cart() == {}


async def test_a_foot_of_42_fits_socks_of_39_to_42(counter: Counter) -> None:
    await counter.does("action_choose_product", "", product_id="everyday-socks-5-pairs")

    await counter.does("action_choose_option", "42", size="42")

    [label] = await counter.cart()
    assert label.endswith("39-42")


async def test_yes_to_the_question_adds_what_was_chosen(counter: Counter) -> None:
    await counter.does("action_search_products", "running shoes size 42", product="running shoes")
    await counter.does("action_choose_product", "", product_id="aero-2")

    await counter.does("action_add_to_cart", "yes")

    assert await counter.cart() == {"Aero 2, blue, 42": 1}


async def test_adding_what_is_in_already_does_not_double_it(counter: Counter) -> None:
    await put_in(counter)

    assert "in already" in await counter.hears("action_add_to_cart", "i'll take it")
    assert await counter.cart() == {"Aero 2, blue, 42": 1}


async def test_a_size_tapped_twice_is_one_pair(counter: Counter) -> None:
    await counter.does("action_choose_product", "", product_id="aero-2")
    await counter.does("action_choose_option", "", product_id="aero-2", size="42")

    text = await counter.hears("action_choose_option", "", product_id="aero-2", size="42")

    assert "in already" in text
    assert await counter.cart() == {"Aero 2, blue, 42": 1}


async def test_adding_nothing_in_particular_asks_which(counter: Counter) -> None:
    assert "Which one" in await counter.hears("action_add_to_cart", "add it")


async def test_the_shoes_are_removed_and_the_mug_stays(counter: Counter) -> None:
    await put_in(counter)
    await counter.does("action_choose_product", "", product_id="enamel-camp-mug")
    await counter.does("action_choose_option", "white", colour="white")
    assert len(await counter.cart()) == 2

    text = await counter.hears("action_remove_from_cart", "remove the shoes")

    assert "Aero 2, blue, 42 is out of your cart" in text
    assert await counter.cart() == {"Enamel Camp Mug, white": 1}


async def test_removing_what_is_not_there_removes_nothing_and_asks(counter: Counter) -> None:
    await put_in(counter)

    text = await counter.hears("action_remove_from_cart", "remove the teapot")

    assert "do not see that" in text
    assert await counter.cart() == {"Aero 2, blue, 42": 1}


async def test_it_is_what_was_put_in_last(counter: Counter) -> None:
    await put_in(counter)
    await put_in(counter, "trail-mini")

    await counter.does("action_remove_from_cart", "remove it")

    assert await counter.cart() == {"Aero 2, blue, 42": 1}


async def test_two_lines_that_fit_are_asked_for_and_can_be_tapped(counter: Counter) -> None:
    await put_in(counter)
    await put_in(counter, "trail-mini")

    [reply] = await counter.does("action_remove_from_cart", "remove the running shoes")
    assert isinstance(reply, Choices | Listing)
    assert len(await counter.cart()) == 2

    await counter.does("action_remove_from_cart", "", sku="AER2-BLU-42")
    assert "Aero 2, blue, 42" not in await counter.cart()


async def test_the_cart_is_shown_line_by_line(counter: Counter) -> None:
    assert "empty" in await counter.hears("action_show_cart", "my cart")
    await put_in(counter)

    text = await counter.hears("action_show_cart", "my cart")

    assert "1 × Aero 2, blue, 42: $69.00" in text
    assert "Total: $75.00" in text


async def test_emptying_the_cart_is_asked_first_and_done_on_yes(counter: Counter) -> None:
    await put_in(counter)

    [asked] = await counter.does("action_clear_cart", "empty my cart")
    assert isinstance(asked, Choices)
    assert await counter.cart() == {"Aero 2, blue, 42": 1}
    assert counter.slots["offer"] == "clear_cart"

    await counter.does("action_clear_cart", "yes")
    assert await counter.cart() == {}


async def test_a_cart_that_is_empty_is_not_emptied(counter: Counter) -> None:
    assert "empty already" in await counter.hears("action_clear_cart", "empty my cart")
