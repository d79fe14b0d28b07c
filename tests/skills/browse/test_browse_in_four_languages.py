"""Looking around in French, Polish, Hindi and Hinglish, with the entities that the language model gives."""

from __future__ import annotations

import pytest

from bot.conversation.replies import Cards, Choices, offered_payloads
from tests.skills.counter import Counter

OTHERS = ["fr", "pl", "hi", "hi-Latn"]
RUNNING_SHOES = {
    "fr": "[chaussures de course](product:running shoe) à moins de [80 €](price_max:80)",
    "pl": "[buty do biegania](product:running shoe) do [80 zł](price_max:80)",
    "hi": "[80 रुपये](price_max:80) तक के [रनिंग शूज़](product:running shoe)",
    "hi-Latn": "[80](price_max:80) se kam ke [daudne wale joote](product:running shoe)",
}
FOUND = {
    "fr": "8 résultats pour « chaussures de course », jusqu’à 80,00 $US, en stock :",
    "pl": "8 wyników dla „buty do biegania”: do 80,00 USD, dostępne od ręki:",
    "hi": "“रनिंग शूज़”: 8 नतीजे, $80.00 तक, स्टॉक में:",
    "hi-Latn": "“daudne wale joote”: 8 mile, $80.00 tak, stock mein:",
}


def speaking(counter: Counter, language: str) -> Counter:
    counter.slots["language"] = language
    return counter


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize("language", OTHERS)
async def test_a_search_is_understood_by_what_it_names(counter: Counter, language: str) -> None:
    await speaking(counter, "en").does("action_search_products", "running shoes under 80", product="running shoe")
    in_english = [product["id"] for product in counter.slots["shown"]]

    [reply] = await speaking(counter, language).does("action_search_products", RUNNING_SHOES[language])

    assert isinstance(reply, Cards)
    assert plain(reply.text) == FOUND[language]
    assert {product["id"] for product in counter.slots["shown"]} == set(in_english)


@pytest.mark.parametrize(
    ("language", "second", "cheaper", "choice"),
    [
        ("fr", "la [deuxième](position:2)", "moins cher", "en [bleu marine](colour:navy), taille [42](size)"),
        ("pl", "ten [drugi](position:2)", "coś tańszego", "[granatowy](colour:navy), rozmiar [42](size)"),
        ("hi", "[दूसरा](position:2) वाला", "इससे सस्ता", "[नेवी](colour:navy), साइज़ [42](size)"),
        ("hi-Latn", "[dusra](position:2) wala", "isse sasta", "[navy](colour) mein size [42](size)"),
    ],
)
async def test_a_talk_goes_on_without_naming_the_thing_again(
    counter: Counter, language: str, second: str, cheaper: str, choice: str
) -> None:
    await speaking(counter, language).does("action_search_products", RUNNING_SHOES[language])
    chosen = counter.slots["shown"][1]

    await counter.does("action_choose_product", second)
    assert counter.slots["product_id"] == chosen["id"]

    dearest = max(counter.slots["shown"], key=lambda product: float(product["price"]))
    counter.slots["product_id"] = dearest["id"]
    await counter.does("action_show_cheaper", cheaper)
    assert counter.slots["shown"]
    assert all(float(product["price"]) < float(dearest["price"]) for product in counter.slots["shown"])

    counter.slots["product_id"] = "city-run"
    await counter.does("action_choose_option", choice)
    assert await counter.cart() == {"City Run, navy, 42": 1}


async def test_place_colour_and_size_come_at_once(counter: Counter) -> None:
    await speaking(counter, "fr").does("action_search_products", RUNNING_SHOES["fr"])
    aero = [product["id"] for product in counter.slots["shown"]].index("aero-2") + 1

    text = await counter.hears(
        "action_choose_product", f"la [{aero}e](position:{aero}) en [menthe](colour:mint), taille [42](size)"
    )

    assert "En taille 42, en menthe : je l’ajoute ?" in plain(text)
    assert counter.slots["offer"] == "add_to_cart"
    await counter.does("action_add_to_cart", "oui")
    assert await counter.cart() == {"Aero 2, mint, 42": 1}


async def test_the_other_one_is_the_other_of_two(counter: Counter) -> None:
    await speaking(counter, "pl").does("action_compare", "[Aero 2](product) czy [Trail Mini](product)?")
    await counter.does("action_choose_product", "[Aero 2](product)")
    assert counter.slots["product_id"] == "aero-2"

    await counter.does("action_choose_product", "nie, ten drugi z nich")

    assert counter.slots["product_id"] == "trail-mini"


async def test_a_colour_that_is_not_there_is_not_invented_in_french_either(counter: Counter) -> None:
    await speaking(counter, "fr").does("action_choose_product", "", product_id="aero-2")

    text = await counter.hears("action_choose_option", "elle existe en [bleu canard](colour:teal) ?")

    assert "Pas en bleu canard, désolé." in text
    assert "bleu" in text
    assert "menthe" in text
    assert await counter.cart() == {}


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("fr", "est-ce que ça existe en [menthe](colour:mint)"),
        ("pl", "czy jest [miętowy](colour:mint)"),
        ("hi", "क्या [मिंट](colour:mint) में है"),
        ("hi-Latn", "[mint](colour) mein milega kya"),
    ],
)
async def test_a_question_without_its_mark_puts_nothing_into_the_cart(
    counter: Counter, language: str, question: str
) -> None:
    await speaking(counter, language).does("action_choose_product", "", product_id="aero-2")

    await counter.does("action_choose_option", question)

    assert await counter.cart() == {}
    assert counter.slots["product_id"] == "aero-2"


async def test_a_word_that_is_the_same_everywhere_is_found_without_an_entity(counter: Counter) -> None:
    [reply] = await speaking(counter, "fr").does("action_search_products", "hoodie")

    assert isinstance(reply, Cards)


@pytest.mark.parametrize("language", OTHERS)
async def test_a_wish_that_names_nothing_is_asked_for(counter: Counter, language: str) -> None:
    text = await speaking(counter, language).hears("action_search_products", "xxxx qqqq wwww")

    assert text
    assert counter.slots.get("shown") is None


@pytest.mark.parametrize("language", OTHERS)
async def test_payloads_mean_the_same_in_every_language(counter: Counter, language: str) -> None:
    async def offered() -> set[str]:
        replies = await counter.does("action_search_products", "running shoe", product="running shoe")
        replies += await counter.does("action_choose_product", "", product_id="aero-2")
        return {payload for reply in replies for payload in offered_payloads(reply)}

    in_english = await offered()
    counter.slots.clear()
    speaking(counter, language)

    assert await offered() == in_english


# -- questions about products ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "question", "answer"),
    [
        ("en", "is it vegan", "Yes, it is vegan"),
        ("fr", "c'est végan ?", "Oui, c’est végane"),
        ("pl", "czy to wegańskie", "Tak, jest wegańskie"),
        ("hi", "क्या यह वीगन है", "हाँ, यह वीगन है"),
        ("hi-Latn", "vegan hai kya", "Haan, yeh vegan hai"),
    ],
)
async def test_what_the_catalogue_knows_is_told_and_the_product_stays_in_view(
    counter: Counter, language: str, question: str, answer: str
) -> None:
    await speaking(counter, language).does("action_choose_product", "", product_id="aero-2")

    text = await counter.hears("action_tell_details", question)

    assert text.startswith(answer)
    assert counter.slots["product_id"] == "aero-2"


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("en", "can i put it in the dishwasher"),
        ("fr", "ça passe au lave-vaisselle ?"),
        ("pl", "można w zmywarce?"),
        ("hi", "डिशवॉशर में डाल सकते हैं?"),
        ("hi-Latn", "dishwasher safe hai?"),
    ],
)
async def test_what_the_catalogue_does_not_say_is_not_guessed(counter: Counter, language: str, question: str) -> None:
    await speaking(counter, language).does("action_choose_product", "", product_id="aero-2")

    [reply] = await counter.does("action_tell_details", question)

    assert isinstance(reply, Choices)
    assert "Aero 2" in reply.text
    assert "dishwasher" not in reply.text
    assert "/ask_human" in offered_payloads(reply)


async def test_the_catalogues_own_sentence_is_quoted(counter: Counter) -> None:
    await counter.does("action_choose_product", "", product_id="drizzle-jacket")

    text = await speaking(counter, "fr").hears("action_tell_details", "elle est imperméable ?")

    assert "Le catalogue dit : « A light waterproof with taped seams" in plain(text)


async def test_a_question_keeps_what_was_offered_but_never_emptying_the_cart(counter: Counter) -> None:
    await counter.does("action_choose_product", "", product_id="aero-2")
    await counter.does("action_choose_option", "42", size="42")
    assert counter.slots["offer"] == "checkout"

    await counter.does("action_tell_details", "is it vegan")
    assert counter.slots["offer"] == "checkout"

    await counter.does("action_clear_cart", "empty my cart")
    await counter.does("action_tell_details", "is it vegan")
    assert counter.slots["offer"] is None


async def test_the_price_is_told_of_the_one_that_is_pointed_at(counter: Counter) -> None:
    await speaking(counter, "pl").does("action_search_products", "[kubki](product:mug)")
    third = counter.slots["shown"][2]

    text = await counter.hears("action_tell_details", "ile kosztuje [trzeci](position:3)?")

    assert text.startswith(f"{third['title']}: ")
    assert counter.slots["product_id"] == third["id"]


async def test_a_thing_that_is_not_in_view_is_asked_for(counter: Counter) -> None:
    await counter.does("action_choose_product", "", product_id="aero-2")

    [reply] = await counter.does("action_tell_details", "is the mug dishwasher safe", product="mug")

    assert isinstance(reply, Cards)
    assert reply.text.startswith("Which one do you mean?")


async def test_details_of_nothing_ask_which_product(counter: Counter) -> None:
    assert "De quel article" in await speaking(counter, "fr").hears("action_tell_details", "c'est combien ?")


@pytest.mark.parametrize(
    ("language", "question", "difference"),
    [
        ("en", "[Aero 2](product) or [Trail Mini](product)?", "Aero 2 costs $5.00 less."),
        ("fr", "[Aero 2](product) ou [Trail Mini](product) ?", "Aero 2 coûte 5,00 $US de moins."),
        ("pl", "[Aero 2](product) czy [Trail Mini](product)?", "Aero 2 kosztuje 5,00 USD mniej."),
    ],
)
async def test_two_products_stand_side_by_side(counter: Counter, language: str, question: str, difference: str) -> None:
    [reply] = await speaking(counter, language).does("action_compare", question)

    assert isinstance(reply, Choices)
    assert plain(reply.text).splitlines()[2] == difference
    assert [option.title for option in reply.options] == ["Aero 2", "Trail Mini"]
    assert [product["id"] for product in counter.slots["shown"]] == ["aero-2", "trail-mini"]


async def test_the_first_two_of_a_list_are_compared(counter: Counter) -> None:
    await counter.does("action_search_products", "mugs", product="mug")
    first, second = counter.slots["shown"][:2]

    text = await counter.hears("action_compare", "difference between the [first](position:1) [two](quantity:2)")

    assert first["title"] in text
    assert second["title"] in text


async def test_what_cannot_be_compared_is_asked_for(counter: Counter) -> None:
    assert "Which two" in await counter.hears("action_compare", "which is better")


async def test_a_size_is_advised_from_what_is_there(counter: Counter) -> None:
    await speaking(counter, "fr").does("action_choose_product", "", product_id="aero-2")

    [reply] = await counter.does("action_advise_size", "je suis entre [42](size) et [43](size)")

    assert isinstance(reply, Choices)
    assert "de 36 à 46" in reply.text
    assert [option.title for option in reply.options] == ["42", "43", "Échanges"]
    assert await counter.cart() == {}


async def test_of_the_sizes_named_the_one_that_is_sold_out_is_told(counter: Counter) -> None:
    await counter.does("action_choose_product", "", product_id="morning-mile")

    [reply] = await counter.does("action_advise_size", "i'm between [41](size) and [42](size)")

    assert isinstance(reply, Choices)
    assert "Not in size 41, I am afraid." in reply.text
    assert reply.options[0].title == "42"


async def test_a_thing_of_one_size_is_told_so(counter: Counter) -> None:
    await counter.does("action_choose_product", "", product_id="enamel-camp-mug")

    assert "one size only" in await counter.hears("action_advise_size", "which size")


async def test_an_option_with_a_place_is_for_the_one_at_that_place(counter: Counter) -> None:
    await speaking(counter, "pl").does("action_search_products", RUNNING_SHOES["pl"])
    place = [product["id"] for product in counter.slots["shown"]].index("aero-2") + 1

    await counter.does("action_choose_option", f"[{place}.](position:{place}) [miętowe](colour:mint) [42](size)")

    assert await counter.cart() == {"Aero 2, mint, 42": 1}


async def test_cheaper_than_a_price_that_is_named(counter: Counter) -> None:
    await speaking(counter, "fr").does("action_search_products", RUNNING_SHOES["fr"])

    await counter.does("action_show_cheaper", "moins de [55 €](price_max:55)")

    assert counter.slots["shown"]
    assert all(float(product["price"]) <= 55 for product in counter.slots["shown"])
