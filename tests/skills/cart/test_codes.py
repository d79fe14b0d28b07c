"""A promotion code, typed: what it takes off, or why it does not and what would help."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from actions.counter import Asked
from actions.sums import why_not
from bot.commerce.money import Money
from bot.commerce.promotions import Refusal
from bot.conversation.phrases import LANGUAGES
from bot.selling.answers import CodeRefused
from tests.skills.cart.test_cart import put_in
from tests.skills.counter import Counter


async def code_of(counter: Counter) -> str | None:
    return (await counter.parts.shop.cart(counter.conversation_id)).code


async def test_a_code_takes_its_share_off_and_the_sum_can_be_checked(counter: Counter) -> None:
    await put_in(counter)

    text = await counter.hears("action_use_code", "i have a code [WELCOME10](promo_code)")
    cart = await counter.hears("action_show_cart", "my cart")

    assert "WELCOME10 takes $6.90 off." in text
    assert "Total: $68.10" in text
    assert [line for line in cart.splitlines() if "$" in line][:5] == [
        "1 × Aero 2, blue, 42: $69.00",
        "Goods: $69.00",
        "WELCOME10: −$6.90.",
        "Delivery: $6.00, free from $75.00.",
        "Total: $68.10 [Check out · $68.10 · Keep looking]",
    ]


async def test_a_code_for_more_says_how_much_is_missing_and_waits(counter: Counter) -> None:
    await counter.does("action_add_to_cart", "", product_id="letter-set")

    text = await counter.hears("action_use_code", "[FIVEOFF](promo_code)")
    await counter.does("action_set_quantity", "make it two")

    cart = await counter.parts.shop.cart(counter.conversation_id)
    assert "FIVEOFF counts from $25.00 on: $7.00 more" in text
    assert "I keep it with your cart until then." in text
    assert (cart.code, cart.discount) == ("FIVEOFF", Money(500, "USD"))


async def test_a_code_that_no_longer_counts_after_a_change_is_told(counter: Counter) -> None:
    await counter.does("action_add_to_cart", "", product_id="letter-set")
    await counter.does("action_set_quantity", "make it two")
    assert "takes $5.00 off" in await counter.hears("action_use_code", "[FIVEOFF](promo_code)")

    text = await counter.hears("action_set_quantity", "only one please")

    assert "FIVEOFF counts from $25.00 on: $7.00 more" in text


async def test_a_code_for_other_things_says_what_it_is_for(counter: Counter) -> None:
    await counter.does("action_add_to_cart", "", product_id="letter-set")
    await counter.does("action_set_quantity", "make it five")

    text = await counter.hears("action_use_code", "[RUN15](promo_code)")

    assert "RUN15 is only for shoes › running, and your cart has none of that." in text


async def test_a_code_that_nobody_gave_out_changes_nothing(counter: Counter) -> None:
    await put_in(counter)
    await counter.does("action_use_code", "[WELCOME10](promo_code)")

    text = await counter.hears("action_use_code", "try [NOSUCH](promo_code)")

    assert "I do not know the code NOSUCH" in text
    assert "WELCOME10 stays in your cart." in text
    assert await code_of(counter) == "WELCOME10"


async def test_a_second_code_takes_the_place_of_the_first(counter: Counter) -> None:
    await put_in(counter)
    await counter.does("action_use_code", "[WELCOME10](promo_code)")

    text = await counter.hears("action_use_code", "[RUN15](promo_code)")

    assert "RUN15 takes $10.35 off. It takes the place of WELCOME10: one code a cart." in text
    assert await code_of(counter) == "RUN15"


async def test_a_code_is_taken_off_again_by_words_and_by_a_tap(counter: Counter) -> None:
    await put_in(counter)
    for words, entities in (("remove the code", {}), ("", {"sure": "no"})):
        await counter.does("action_use_code", "[WELCOME10](promo_code)")
        text = await counter.hears("action_use_code", words, **entities)

        assert "Total: $75.00" in text
        assert await code_of(counter) is None
    assert "There is no code in your cart." in await counter.hears("action_use_code", "remove the code")


async def test_one_code_goes_and_another_comes_in_one_sentence(counter: Counter) -> None:
    await put_in(counter)
    await counter.does("action_use_code", "[WELCOME10](promo_code)")

    await counter.does("action_use_code", "remove [welcome10](promo_code), i have [RUN15](promo_code)")
    assert await code_of(counter) == "RUN15"
    for _ in range(2):  # the second is the same turn, run again
        await counter.does("action_use_code", "take [RUN15](promo_code) off again", turn="again")

        assert await code_of(counter) is None


async def test_a_code_before_the_first_thing_counts_once_it_is_in(counter: Counter) -> None:
    text = await counter.hears("action_use_code", "[WELCOME10](promo_code)")
    await put_in(counter)

    assert "counts once something is in it" in text
    assert (await counter.parts.shop.cart(counter.conversation_id)).discount == Money(690, "USD")


async def test_talk_of_a_code_without_one_asks_for_it(counter: Counter) -> None:
    assert "write the code here" in await counter.hears("action_use_code", "where do i put my voucher")


async def test_a_code_that_frees_delivery_says_so(counter: Counter) -> None:
    await put_in(counter)

    text = await counter.hears("action_use_code", "[freeship](promo_code)")

    assert "FREESHIP makes delivery free. Delivery is free. Total: $69.00." in text


async def test_a_code_that_is_over_says_so(counter: Counter) -> None:
    await put_in(counter)

    assert "SUMMER26 is over" in await counter.hears("action_use_code", "[SUMMER26](promo_code)")


async def test_the_checkout_says_what_the_code_took_off_and_what_tax_came_on_top(counter: Counter) -> None:
    await put_in(counter)
    await counter.does("action_use_code", "[WELCOME10](promo_code)")
    await counter.does("action_tell_shipping", "to [canada](place)")

    text = await counter.hears("action_checkout", "checkout")

    assert "WELCOME10 takes $6.90 off. Tax: $3.11. Delivery $6.00 included." in text
    assert "$71.21" in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("why", list(Refusal))
def test_every_refusal_has_its_sentence_in_every_language(language: str, why: Refusal) -> None:
    asked = Asked(1, "k", "", language, "en", (), {})
    missing = Money(550, "USD") if why is Refusal.BELOW_MINIMUM else None
    minimum = Money(6000, "USD") if why is Refusal.BELOW_MINIMUM else None
    starts = datetime(2027, 6, 1, tzinfo=UTC) if why is Refusal.NOT_YET else None

    said = why_not(asked, CodeRefused("RUN15", why.value, minimum, missing, starts, ["shoes/running"]))

    assert "RUN15" in said
    assert ("5.50" in said) is (why is Refusal.BELOW_MINIMUM)
    assert ("2027" in said) is (why is Refusal.NOT_YET)
