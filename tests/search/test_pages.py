"""The shop's pages: read, ranked, quoted, and read again when they change."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.composition import CATALOG
from bot.conversation.phrases import LANGUAGES
from bot.search.pages import Pages, fold, quotation, read_page, words_of
from bot.selling.shop_file import read_shop_file
from bot.settings import ROOT

FAQ = ROOT / "data" / "faq"

# Asked as people ask, and written before the ranking was tried on them; the page that should answer.
ASKED = {
    "en": {
        "do you ship to Poland": "delivery",
        "is shipping free": "delivery",
        "can i send it back after 3 weeks": "returns",
        "how long is the guarantee": "warranty",
        "are you open on sunday": "visit",
        "can wool go in the washing machine": "care",
        "do you accept paypal": "payment",
        "do you sell my data": "privacy",
        "can you wrap it as a present": "gifts",
        "i am between two sizes": "sizes",
        "do you use plastic packaging": "sustainability",
        "is there a job for me": "work",
        "can you fix a broken zip": "repair",
        "any student discount": "promotions",
    },
    "fr": {
        "livrez-vous en Belgique": "delivery",
        "combien de jours pour renvoyer un article": "returns",
        "vous êtes ouverts le dimanche": "visit",
        "on peut payer en plusieurs fois": "payment",
        "faites-vous des paquets cadeaux": "gifts",
        "avez-vous des soldes": "promotions",
    },
    "pl": {
        "czy wysyłacie do Polski": "delivery",
        "ile mam dni na zwrot": "returns",
        "czy jest otwarte w niedzielę": "visit",
        "czy można płacić blikiem": "payment",
        "jaka jest gwarancja": "warranty",
        "czy naprawiacie zamki": "repair",
    },
    "hi": {
        "डिलीवरी में कितने दिन लगेंगे": "delivery",
        "वापसी के लिए कितने दिन हैं": "returns",
        "दुकान रविवार को खुली है": "visit",
        "क्या कैश ऑन डिलीवरी है": "payment",
        "वारंटी कितने साल की है": "warranty",
    },
    "hi-Latn": {
        "delivery mein kitne din lagenge": "delivery",
        "return ke liye kitne din hain": "returns",
        "dukaan sunday ko khuli hai": "visit",
        "kya upi chalega": "payment",
        "warranty kitne saal ki hai": "warranty",
    },
}
QUESTIONS = [(language, text, page) for language, asked in ASKED.items() for text, page in asked.items()]


@pytest.mark.parametrize(("language", "question", "page"), QUESTIONS)
def test_the_page_that_answers_is_found(language: str, question: str, page: str) -> None:
    found = Pages(FAQ).find(question, language)

    assert found is not None
    assert (found.page, found.language) == (page, language)


def test_every_page_is_written_in_every_language() -> None:
    pages = {path.name.split(".")[0] for path in FAQ.glob("*.md")}
    assert {path.name for path in FAQ.glob("*.md")} == {f"{page}.{spoken}.md" for page in pages for spoken in LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_delivery_costs_is_what_the_till_takes(language: str) -> None:
    shop = read_shop_file(CATALOG / "shop.yml")
    way = shop.rules().shipping.ways(shop.country)[0]
    [told, *_] = read_page((FAQ / f"delivery.{language}.md").read_text(encoding="utf-8"), "delivery", language)

    written = told.text.replace(",", ".")
    assert str(way.flat["USD"].decimal) in written
    assert str(way.free_from["USD"].decimal) in written


def test_a_question_of_which_no_word_is_written_has_no_answer() -> None:
    assert Pages(FAQ).find("quantum chromodynamics", "en") is None
    assert Pages(FAQ).find("", "en") is None


def test_a_passage_says_how_much_of_the_question_it_meets() -> None:
    plainly = Pages(FAQ).find("gift card", "en")
    hardly = Pages(FAQ).find("who won the world cup", "en")

    assert plainly is not None
    assert hardly is not None
    assert plainly.share == 1.0
    assert plainly.named
    assert hardly.share < 0.5


def test_one_page_alone_can_be_asked() -> None:
    found = Pages(FAQ).find("card", "en", page="payment")

    assert found is not None
    assert found.page == "payment"


def test_a_language_without_the_page_is_answered_in_english(tmp_path: Path) -> None:
    (tmp_path / "moon.en.md").write_text("# Moon\n\n## Delivery to the moon\nNot yet.\n")

    opening = Pages(tmp_path).opening("moon", "pl")

    assert opening is not None
    assert (opening.language, opening.text) == ("en", "Not yet.")


def test_a_changed_page_is_told_without_a_restart(tmp_path: Path) -> None:
    page = tmp_path / "hours.en.md"
    page.write_text("# Hours\n\n## Opening hours\nOpen from nine.\n")
    pages = Pages(tmp_path)
    assert pages.find("opening hours", "en") is not None

    page.write_text("# Hours\n\n## Opening hours\nOpen from ten.\n")
    os.utime(page, ns=(1, 1))

    found = pages.find("opening hours", "en")
    assert found is not None
    assert found.text == "Open from ten."


def test_words_in_a_comment_are_found_and_never_quoted() -> None:
    [section] = read_page("# Post\n\n## Parcels\n<!-- courier -->\nThey go by rail.\n", "post", "en")

    assert section.text == "They go by rail."
    assert set(words_of("couriers")) <= section.named


def test_a_long_section_is_cut_at_a_sentence() -> None:
    text = " ".join(f"This is sentence number {n} of many." for n in range(40))

    assert quotation(text).endswith("of many.")
    assert len(quotation(text)) < 450
    assert quotation("One. Two.") == "One. Two."


def test_words_are_folded_and_bent_words_meet() -> None:
    assert fold("Łódź ÉTÉ") == "lodz ete"
    assert words_of("returns returned returning") == ["retur"] * 3
    assert words_of("ship shipping shipped") == ["ship"] * 3
    assert words_of("वापसी") == words_of("वापस")
