"""Entities: what is found, where it begins and ends, and what it is said to mean."""

from __future__ import annotations

import itertools
import time
from pathlib import Path
from typing import Any

import pytest
import regex
from rasa.shared.nlu.training_data.message import Message

from engine.nlu.entities import patterns
from engine.nlu.entities.extractor import EntityReader
from engine.nlu.entities.values import amount, whole
from engine.nlu.tokens import Words, pieces, plain
from engine.tests.conftest import ROOT
from engine.tests.learning import sentence, sentences, trained

SENTENCES = {
    "en": """
        [running shoes]{"entity": "product", "value": "running shoe"} under [80](price_max)
        show me [hoodies]{"entity": "product", "value": "hoodie"} in [blue](colour)
        do you have a [navy](colour) [hoodie](product) in [M](size)
        a [blue](colour) [mug](product) please
        [black](colour) [socks](product) below [$15]{"entity": "price_max", "value": "15"}
        between [20](price_min) and [40 euros]{"entity": "price_max", "value": "40"}
        [mugs]{"entity": "product", "value": "mug"} from [10](price_min) to [30](price_max)
        over [€50]{"entity": "price_min", "value": "50"}
        at most [60](price_max)
        size [42](size)
        [43](size) please
        in [M](size)
        in size [41](size)
        size [39](size) please
        [two]{"entity": "quantity", "value": "2"} pairs please
        make it [3](quantity)
        i take [two]{"entity": "quantity", "value": "2"}
        [2](quantity) pieces
        the [first]{"entity": "position", "value": "1"} one
        the [second]{"entity": "position", "value": "2"} one
        the [last]{"entity": "position", "value": "-1"} one
        number [3](position)
        my order [10482](order_number)
        where is order [20311](order_number)
        #[10310](order_number)
        [20410](order_number)
        my mail is [anna@x.pl](email)
        write to [tom.k@shop.com](email)
        call me at [0612345678](phone)
        my phone is [+48 600 100 200](phone)
        i have the code [SAVE10](promo_code)
        [MONSOON20](promo_code)
        show [AERO2-BLU-42](sku)
        is [MORMUG-WHI](sku) in stock
        do you ship to [Poland](place)
        i live in [Mumbai](place)
        speak [french]{"entity": "language", "value": "fr"}
        [polish]{"entity": "language", "value": "pl"} please
        can it be here [tomorrow](date)
        where is my order
        i want to talk to a person
        what is it made of
        show me more
        these shops are great
        it has been shipped
        thank you
        i want to pay
    """,
    "fr": """
        des [chaussures de course]{"entity": "product", "value": "running shoe"}
        moins de [80 €]{"entity": "price_max", "value": "80"}
        un [sweat]{"entity": "product", "value": "hoodie"} [bleu marine]{"entity": "colour", "value": "navy"}
        une [tasse]{"entity": "product", "value": "mug"} [bleue]{"entity": "colour", "value": "blue"}
        en taille [M](size)
        j'en prends [deux]{"entity": "quantity", "value": "2"}
        [deux]{"entity": "quantity", "value": "2"} paires
        le [deuxième]{"entity": "position", "value": "2"}
        livrez-vous en [Belgique](place)
        parlez [français]{"entity": "language", "value": "fr"}
        où est ma commande [10482](order_number)
        merci beaucoup
        je voudrais payer
    """,
    "pl": """
        [buty do biegania]{"entity": "product", "value": "running shoe"}
        [bluza]{"entity": "product", "value": "hoodie"} do [200 zł]{"entity": "price_max", "value": "200"}
        [niebieska]{"entity": "colour", "value": "blue"} [bluza]{"entity": "product", "value": "hoodie"}
        [czarne]{"entity": "colour", "value": "black"} [skarpety]{"entity": "product", "value": "socks"}
        rozmiar [42](size)
        poproszę [dwie]{"entity": "quantity", "value": "2"} sztuki
        [dwie]{"entity": "quantity", "value": "2"} pary
        ten [drugi]{"entity": "position", "value": "2"}
        po [angielsku]{"entity": "language", "value": "en"}
        dziękuję bardzo
        chcę zapłacić
    """,
    "hi": """
        [नीला]{"entity": "colour", "value": "blue"} [जूता]{"entity": "product", "value": "shoe"} दिखाओ
        [काली]{"entity": "colour", "value": "black"} [हुडी]{"entity": "product", "value": "hoodie"}
        [2000 रुपये]{"entity": "price_max", "value": "2000"} से कम
        [दो]{"entity": "quantity", "value": "2"} जोड़ी
        [दूसरा]{"entity": "position", "value": "2"} वाला
        [42](size) नंबर
        मुझे बात करनी है
    """,
}


FRAMES = {
    "en": [
        "show me {}",
        "a {} please",
        "do you have {}",
        "i want {} and {}",
        "{} in {}",
        "is there a {} for my dad",
        "{}",
    ],
    "fr": ["montrez-moi {}", "je cherche un {}", "avez-vous {}", "{} et {}", "une {} s'il vous plaît", "{}"],
    "pl": ["szukam {}", "pokaż {}", "czy macie {}", "{} i {}", "{}"],
}
THINGS = {
    "en": "[hoodies]{product=hoodie} [blue]{colour=blue} [mugs]{product=mug} [red]{colour=red} "
    "[sneakers]{product=sneaker} [coat]{product=coat} [beanie]{product=beanie} "
    "[green]{colour=green} [candle]{product=candle}",
    "fr": "[tasse]{product=mug} [bleu]{colour=blue} [bougie]{product=candle} "
    "[bleu foncé]{colour=navy} [manteau]{product=coat}",
    "pl": "[bluza]{product=hoodie} [kubek]{product=mug} [zielony]{colour=green} [czapka]{product=hat}",
}
ORDINARY = ["what shops are near", "show me the shop", "it has been shipped", "i hate waiting", "that costs too much"]


def framed(language: str) -> list[Message]:
    """Every frame with every thing in it, as a shop's data have the same thing in many sentences."""
    things = [
        f'[{text}]{{"entity": "{label}", "value": "{value}"}}'
        for text, label, value in regex.findall(r"\[(.+?)\]\{(\w+)=(.+?)\}", THINGS[language])
    ]
    pairs = zip(things, things[1:] + things[:1], strict=True)
    return [sentence(frame.format(*pair), language) for pair in pairs for frame in FRAMES[language]]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> EntityReader:
    folder = tmp_path_factory.mktemp("model")
    return trained(EntityReader, examples(), folder, catalog=str(ROOT / "catalog"))


def examples() -> list[Message]:
    framed_ones = [message for language in FRAMES for message in framed(language)]
    return [*sentences(SENTENCES), *framed_ones, *(sentence(text, "en") for text in ORDINARY)]


def entities(component: EntityReader, text: str, language: str = "en") -> list[dict[str, Any]]:
    [message] = component.process([Message({"text": text, "language": language})])
    return message.get("entities")


def found(component: EntityReader, text: str, language: str = "en") -> set[tuple[str, str, str]]:
    return {
        (text[each["start"] : each["end"]], each["entity"], each["value"])
        for each in entities(component, text, language)
    }


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        (
            "blue socks under 20",
            "en",
            {("blue", "colour", "blue"), ("socks", "product", "socks"), ("20", "price_max", "20")},
        ),
        (
            "a desk lamp between 30 and 50 euros",
            "en",
            {("desk lamp", "product", "desk lamp"), ("30", "price_min", "30"), ("50 euros", "price_max", "50")},
        ),
        ("show me the Dune Lamp", "en", {("Dune Lamp", "product", "Dune Lamp")}),
        ("anything from quietmile", "en", set()),
        ("une tasse bleu marine", "fr", {("tasse", "product", "mug"), ("bleu marine", "colour", "navy")}),
        (
            "niebieska bluza do 150 zł",
            "pl",
            {("niebieska", "colour", "blue"), ("bluza", "product", "hoodie"), ("150 zł", "price_max", "150")},
        ),
        ("काली हुडी दिखाओ", "hi", {("काली", "colour", "black"), ("हुडी", "product", "hoodie")}),
        ("दूसरा वाला", "hi", {("दूसरा", "position", "2")}),
    ],
)
def test_things_and_amounts_are_found_with_what_they_mean(
    shop: EntityReader, text: str, language: str, expected: set[tuple[str, str, str]]
) -> None:
    assert found(shop, text, language) == expected


@pytest.mark.parametrize(
    ("text", "thing", "value"),
    [
        ("runing shoes", "runing shoes", "running shoe"),
        ("a blue hoodei", "hoodei", "hoodie"),
        ("show me hodies", "hodies", "hoodie"),
        ("a bleu navvy jacket mug", "mug", "mug"),
    ],
)
def test_a_slip_of_the_finger_finds_the_thing(shop: EntityReader, text: str, thing: str, value: str) -> None:
    assert (thing, "product", value) in found(shop, text)


@pytest.mark.parametrize(
    "text", ["has it been shipped", "what shops do you have", "that costs a lot", "he hates it", "i want to play chess"]
)
def test_an_ordinary_word_is_no_slip(shop: EntityReader, text: str) -> None:
    assert found(shop, text) == set()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("where is order 20488", ("20488", "order_number", "20488")),
        ("#20499", ("20499", "order_number", "20499")),
        ("in size 44", ("44", "size", "44")),
        ("make it 4", ("4", "quantity", "4")),
        ("number 2", ("2", "position", "2")),
        ("my mail is jo.ann+1@mail.example.com", ("jo.ann+1@mail.example.com", "email", "jo.ann+1@mail.example.com")),
        ("call +33 6 12 34 56 78 today", ("+33 6 12 34 56 78", "phone", "+33 6 12 34 56 78")),
        ("aero2-blu-42", ("aero2-blu-42", "sku", "aero2-blu-42")),
    ],
)
def test_a_number_means_what_stands_around_it(shop: EntityReader, text: str, expected: tuple[str, str, str]) -> None:
    assert expected in found(shop, text)


def test_numbers_of_orders_and_things_are_never_corrected(shop: EntityReader) -> None:
    assert ("10842", "order_number", "10842") in found(shop, "my order 10842")
    assert all(value != "AERO2-BLU-42" for _, _, value in found(shop, "AERO3-BLU-42"))


def test_no_piece_bears_two_labels(shop: EntityReader) -> None:
    spans = sorted(
        (each["start"], each["end"]) for each in entities(shop, "2 blue Dune Lamp mugs under $20, size M, 10482")
    )

    assert all(end <= start for (_, end), (start, _) in itertools.pairwise(spans))


def test_foreign_data_bring_their_own_labels_and_no_others(tmp_path: Path) -> None:
    lines = [
        "fly to [Rome](city)",
        "fly to [Paris](city)",
        "fly to [Oslo](city)",
        "from [Rome](city)",
        "to [Lima](city)",
    ]
    foreign = trained(EntityReader, [sentence(line, "en") for line in lines], tmp_path, catalog=str(ROOT / "catalog"))

    labels = {each["entity"] for each in entities(foreign, "2 blue mugs under $20 to Rome, anna@x.pl, order 10482")}

    assert labels <= {"city"}
    assert ("Paris", "city", "Paris") in found(foreign, "fly to Paris")


def test_data_without_entities_bring_none(tmp_path: Path) -> None:
    foreign = trained(EntityReader, [sentence("hello", "en"), sentence("bye", "en")], tmp_path)

    assert entities(foreign, "a blue mug") == []


def test_a_table_of_names_is_enough(tmp_path: Path) -> None:
    tables = {
        "lookup_tables": [{"name": "drink", "elements": ["coffee", "green tea"]}],
        "entity_synonyms": {"green tea": "tea"},
    }
    foreign = trained(EntityReader, [sentence("hello", "en")], tmp_path, tables=tables)

    assert found(foreign, "a Green Tea and coffee") == {
        ("Green Tea", "drink", "Green Tea"),
        ("coffee", "drink", "coffee"),
    }


def test_the_same_data_give_the_same_model(shop: EntityReader, tmp_path: Path) -> None:
    again = trained(EntityReader, examples(), tmp_path, catalog=str(ROOT / "catalog"))

    assert again.reader.tagger.model == shop.reader.tagger.model


def test_a_message_is_read_in_two_milliseconds(shop: EntityReader) -> None:
    text = "hey do you have blue running shoes in size 42 under 80 euros, or the Dune Lamp, for anna@x.pl"
    entities(shop, text)
    began = time.process_time()
    for _ in range(50):
        entities(shop, text)
    assert time.process_time() - began < 0.2


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$1,200", "1200"),
        ("1 200,50 zl", "1200.50"),
        ("80 €", "80"),
        ("₹500", "500"),
        ("two hundred", "200"),
        ("1.200", "1200"),
        ("19.99", "19.99"),
        ("do hazaar", "2000"),
    ],
)
def test_an_amount_becomes_a_plain_decimal(text: str, value: str) -> None:
    assert amount(plain(text)) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("dwie", "2"), ("last", "-1"), ("दूसरा", "2"), ("5वां", "5"), ("2nd", "2"), ("२", "2"), ("x3", "3")],
)
def test_a_count_or_a_place_becomes_digits(text: str, value: str) -> None:
    assert whole(plain(text)) == value


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("नीला जूता दिखाओ।", ["नीला", "जूता", "दिखाओ"]),
        ("shoes,socks 👟", ["shoes", "socks"]),
        ("l'écharpe d'une amie", ["l", "écharpe", "d", "une", "amie"]),
        ("#10482", ["10482"]),
        ("AERO2-BLU-42?", ["AERO2-BLU-42"]),
        ("42,5", ["42,5"]),
        ("80zł ₹500", ["80", "zł", "500"]),
        ("20-40 euros", ["20", "40", "euros"]),
        ("anna@x.pl.", ["anna@x.pl"]),
        ("👍", ["👍"]),
    ],
)
def test_words_are_cut_where_people_cut_them(text: str, words: list[str]) -> None:
    tokenizer = Words({**Words.get_default_config()})

    assert [token.text for token in tokenizer.tokenize(Message({"text": text}), "text")] == words
    assert all(text[piece.start : piece.end] == piece.text for piece in pieces(text))


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("running shoes dikhao 80 se kam", "price_max"),
        ("80 se kam ke joote", "price_max"),
        ("80 से कम में जूते", "price_max"),
        ("80 se upar wale joote", "price_min"),
        ("80 से ज़्यादा", "price_min"),
    ],
)
def test_hindi_says_the_bound_behind_the_amount(text: str, label: str) -> None:
    cut = pieces(text)

    [found] = [span for span in patterns.find(text, cut, "hi", frozenset()) if span.label.startswith("price")]

    assert (found.label, cut[found.start].text, found.certain) == (label, "80", True)
