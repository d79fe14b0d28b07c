"""Nonsense: a message of which nothing is a word is refused in every script; slips, names and codes are not."""

from __future__ import annotations

import pytest

from engine.nlu.intents.recogniser import Recogniser
from engine.nlu.intents.words import Words

WISHES = {
    "en": (
        ("please", "hello", "hi there", "could you", "i want to", "can i", "quickly", "hey", "excuse me", "well"),
        {
            "track_order": ("track my parcel", "know where my order is", "follow the delivery"),
            "return_item": ("send these shoes back", "return the jacket", "give the boots back"),
            "pay_card": ("pay with a visa card", "use my credit card", "charge the mastercard"),
            "opening_hours": ("know when the shop opens", "hear the opening hours", "learn if you close on sunday"),
            "talk_to_person": ("speak with a human", "talk to somebody real", "reach an agent"),
        },
    ),
    "hi": (
        ("कृपया", "नमस्ते", "सुनिए", "ज़रा", "भैया", "मैडम", "जल्दी", "अभी", "अच्छा", "देखिए"),
        {
            "track_order": ("मेरा पार्सल कहाँ है", "मेरा ऑर्डर कब आएगा", "डिलीवरी की जानकारी दो"),
            "return_item": ("जूते वापस करने हैं", "जैकेट लौटानी है", "सामान वापस भेजना है"),
            "pay_card": ("कार्ड से पैसे देने हैं", "क्रेडिट कार्ड से भुगतान करना है", "वीज़ा कार्ड चलेगा"),
            "opening_hours": ("दुकान कब खुलती है", "दुकान का समय बताओ", "रविवार को दुकान बंद है"),
            "talk_to_person": ("किसी इंसान से बात करनी है", "एजेंट से बात कराओ", "असली आदमी चाहिए"),
        },
    ),
}
TAUGHT = [
    (f"{opening} {wish}", intent, language)
    for language, (openings, wishes) in WISHES.items()
    for intent, some in wishes.items()
    for opening in openings
    for wish in some
]


@pytest.fixture(scope="module")
def recogniser() -> Recogniser:
    return Recogniser.train(*zip(*TAUGHT, strict=True), [])


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("asdkjh qweoiu zzz", "en"),
        ("blorp fnarg wibbleton", "en"),
        ("grbl mpfrt zxqw", "en"),
        ("क्षठ ढझणल टघछ", "hi"),
        ("फ्घठ ङझढ", "hi"),
    ],
)
def test_nonsense_is_refused_in_every_script(recogniser: Recogniser, text: str, language: str) -> None:
    (answer,) = recogniser.answer([text], [language], [])

    assert answer.confidence < recogniser.threshold


@pytest.mark.parametrize(
    ("text", "language", "intent"),
    [
        ("plese track my parcell", "en", "track_order"),
        ("return the jacket to anna.nowak@mail.pl", "en", "return_item"),
        ("track my order 10482 AERO2-BLU-42", "en", "track_order"),
        ("वापस", "hi", "return_item"),
        ("पार्सल", "hi", "track_order"),
    ],
)
def test_slips_codes_and_single_words_are_not_refused(
    recogniser: Recogniser, text: str, language: str, intent: str
) -> None:
    (answer,) = recogniser.answer([text], [language], [])

    assert answer.ranking[0][0] == intent
    assert answer.confidence >= recogniser.threshold


class Reader:
    """An encoder that knows one word."""

    def knows(self, word: str) -> bool:
        return word == "zygote"


def test_a_word_is_one_that_is_taught_or_in_an_encoders_vocabulary() -> None:
    words = Words.of(["track my parcel", "pay my bill"])

    taught, known, unknown = words.sense(["parcel bill", "zygote zygote", "fnarg wibble"], [Reader()])

    assert list(taught) == [1, 1]
    assert list(known) == [1, 1]
    assert unknown[0] == 0
    assert unknown[1] < 1


def test_a_taught_sentence_does_not_vouch_for_its_own_words() -> None:
    texts = ["fnarg wibble", "pay my bill", "see my bill"]

    sense = Words.of(texts).sense(texts, [], taught=True)

    assert sense[0, 0] == 0
    assert sense[1, 0] == 1


def test_numbers_addresses_and_codes_are_no_words_to_be_known() -> None:
    assert Words.of(["hello"]).sense(["10482", "anna@x.pl", "AERO2-BLU-42", "🎉"], []).min() == 1


def test_nonsense_is_the_same_in_every_training_and_has_no_taught_word() -> None:
    texts, _, languages = zip(*TAUGHT, strict=True)
    words = Words.of(texts)

    made = words.nonsense(texts, languages)

    assert made == Words.of(texts).nonsense(texts, languages)
    assert {language for _, language in made} == {"en", "hi"}
    assert not {word for text, _ in made for word in text.split()} & {word for text in texts for word in text.split()}
