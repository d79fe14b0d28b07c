"""Looking around at the counter: search, refine, one product."""

from __future__ import annotations

from bot.conversation.replies import Cards, Choices, Listing, Picture, Text, offered_payloads
from tests.skills.counter import Counter


def shown(reply: object) -> list[str]:
    assert isinstance(reply, Cards)
    return [card.title for card in reply.cards]


async def test_a_search_shows_products_within_the_price_and_remembers_them(counter: Counter) -> None:
    [reply] = await counter.does("action_search_products", "running shoes under 80", product="running shoes")

    assert isinstance(reply, Cards)
    assert "running shoes up to $80.00" in reply.text
    assert all(float(card.subtitle.removeprefix("from ").removeprefix("$")) <= 80 for card in reply.cards)
    assert [product["title"] for product in counter.slots["shown"]] == shown(reply)
    assert "Aero 2" in shown(reply)


async def test_every_offered_payload_fits_into_a_list_row(counter: Counter) -> None:
    replies = await counter.does("action_search_products", "socks")
    replies += await counter.does("action_choose_product", "the first one")

    payloads = [payload for reply in replies for payload in offered_payloads(reply)]
    assert len(payloads) > 5
    assert all(len(payload.encode()) <= 200 for payload in payloads)


async def test_a_colour_that_is_not_there_is_not_invented(counter: Counter) -> None:
    [reply] = await counter.does("action_search_products", "hoodie in turquoise", colour="turquoise", product="hoodie")

    assert isinstance(reply, Cards)
    assert reply.text.startswith("Not in turquoise")


async def test_nothing_found_says_so_and_forgets_the_last_list(counter: Counter) -> None:
    await counter.does("action_search_products", "socks", product="socks")

    text = await counter.hears("action_search_products", "zeppelin qwxzv")

    assert "nothing like that" in text
    assert counter.slots["shown"] is None


async def test_a_price_alone_narrows_the_last_search(counter: Counter) -> None:
    await counter.does("action_search_products", "running shoes", product="running shoes")

    [reply] = await counter.does("action_search_products", "under 50")

    assert "running shoes up to $50.00" in getattr(reply, "text", "")


async def test_a_size_without_a_product_narrows_the_last_search(counter: Counter) -> None:
    await counter.does("action_search_products", "sneakers", product="sneakers")

    [reply] = await counter.does("action_choose_option", "42", size="42")

    assert "sneakers in size 42" in getattr(reply, "text", "")


async def test_a_size_of_nothing_asks_of_what(counter: Counter) -> None:
    assert "Of what?" in await counter.hears("action_choose_option", "42", size="42")


async def test_another_thing_with_a_size_is_a_new_search(counter: Counter) -> None:
    await counter.does("action_search_products", "running shoes", product="running shoes")
    await counter.does("action_choose_product", "", product_id="aero-2")

    [reply] = await counter.does(
        "action_choose_option", "black t-shirt in M", product="t-shirt", colour="black", size="M"
    )

    assert isinstance(reply, Cards)
    assert counter.slots["product_id"] is None


async def test_cheaper_shows_only_what_costs_less_than_all_that_was_shown(counter: Counter) -> None:
    [first] = await counter.does("action_search_products", "running shoes over 60", product="running shoes")
    least = min(float(product["price"]) for product in counter.slots["shown"])
    counter.slots["looking_for"]["query"]["min_price"] = None

    [reply] = await counter.does("action_show_cheaper", "cheaper")

    assert isinstance(reply, Cards)
    assert first != reply
    assert all(float(product["price"]) < least for product in counter.slots["shown"])


async def test_the_cheapest_is_named_when_nothing_costs_less(counter: Counter) -> None:
    await counter.does("action_search_products", "hoodies", product="hoodies")

    [reply] = await counter.does("action_show_cheaper", "cheaper")

    assert isinstance(reply, Choices)
    assert "least expensive" in reply.text
    assert reply.options[0].payload.startswith("/choose_product")


async def test_cheaper_than_nothing_asks_for_a_wish(counter: Counter) -> None:
    assert "Cheaper than what?" in await counter.hears("action_show_cheaper", "cheaper")


async def test_more_goes_on_where_the_list_ended_until_all_was_shown(counter: Counter) -> None:
    [first] = await counter.does("action_search_products", "socks", product="socks")
    [second] = await counter.does("action_show_more", "more")

    assert not set(shown(first)) & set(shown(second))
    assert "everything in socks" in await counter.hears("action_show_more", "more")


async def test_looking_on_when_all_was_seen_offers_to_see_it_again(counter: Counter) -> None:
    [first] = await counter.does("action_search_products", "mugs", product="mugs")

    text = await counter.hears("action_show_more", "")
    [again] = await counter.does("action_show_more", "")

    assert "What else are you looking for?" in text
    assert shown(again) == shown(first)


async def test_looking_on_without_a_search_asks_for_a_wish(counter: Counter) -> None:
    [reply] = await counter.does("action_show_more", "")
    assert isinstance(reply, Text)


async def test_a_tapped_product_is_shown_with_its_picture_and_its_sizes(counter: Counter) -> None:
    picture, question = await counter.does("action_choose_product", "", product_id="aero-2")

    assert isinstance(picture, Picture)
    assert picture.caption == "Aero 2, $69.00. Light, for roads."
    assert isinstance(question, Listing)
    assert len(question.rows) <= 10
    assert '/choose_option{"product_id":"aero-2","size":"42"}' in [row.payload for row in question.rows]


async def test_the_second_one_is_the_second_of_the_list(counter: Counter) -> None:
    [reply] = await counter.does("action_search_products", "mugs", product="mugs")

    text = await counter.hears("action_choose_product", "the second one")

    assert shown(reply)[1] in text


async def test_a_product_is_found_in_the_list_by_its_name(counter: Counter) -> None:
    await counter.does("action_search_products", "running shoes under 80", product="running shoes")

    assert "Trail Mini" in await counter.hears("action_choose_product", "tell me about the trail mini")
    assert counter.slots["product_id"] == "trail-mini"


async def test_the_size_of_the_search_is_remembered_for_the_product(counter: Counter) -> None:
    await counter.does("action_search_products", "running shoes size 42", product="running shoes")

    text = await counter.hears("action_choose_product", "", product_id="aero-2")

    assert "In size 42: shall I add it?" in text
    assert counter.slots["offer"] == "add_to_cart"


async def test_a_product_that_left_the_shop_is_answered_kindly(counter: Counter) -> None:
    text = await counter.hears("action_choose_product", "", product_id="gone-for-ever")

    assert "no longer in the shop" in text
    assert counter.slots["product_id"] is None


async def test_a_question_about_a_colour_puts_nothing_into_the_cart(counter: Counter) -> None:
    await counter.does("action_choose_product", "", product_id="aero-2")

    text = await counter.hears("action_choose_option", "do they come in teal", colour="teal")

    assert "Not in teal" in text
    assert "mint" in text
    assert await counter.cart() == {}


async def test_words_that_begin_with_a_slash_are_still_words(counter: Counter) -> None:
    [reply] = await counter.does("action_search_products", "/running shoes under 80", product="running shoes")

    assert "running shoes up to $80.00" in getattr(reply, "text", "")
