"""What somebody wrote just now, out of what mail programs put around it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.quotes import newest

WROTE = "Do you have it in blue?"
QUOTED = "> Three shoes\n> 1. Aero 2\n>\n> Answer with a number."


@pytest.mark.parametrize(
    "opener",
    [
        "On Sun, 22 Nov 2026 at 12:40, Souk <hello@shop.example> wrote:",
        "On 22 Nov 2026, at 12:40,\nSouk <hello@shop.example>\nwrote:",
        "Le dim. 22 nov. 2026 à 12:40, Souk <hello@shop.example> a écrit :",
        "Le 22 nov. 2026 à 12:40, Souk <hello@shop.example>\na écrit :",
        "niedz., 22 lis 2026 o 12:40 Souk <hello@shop.example> napisał(a):",
        "W dniu 22.11.2026 o 12:40, Souk pisze:",
        "रवि, 22 नव॰ 2026 को 12:40 pm बजे को Souk <hello@shop.example> ने लिखा:",
        "22 Nov 2026 ko Souk <hello@shop.example> ne likha:",
        "Am 22.11.26 um 12:40 schrieb Souk:",
        "-----Original Message-----",
        "-------- Message d'origine --------",
        "-----Wiadomość oryginalna-----",
    ],
)
def test_a_quotation_under_its_opener_is_not_theirs(opener: str) -> None:
    assert newest(f"{WROTE}\n\n{opener}\n\n{QUOTED}") == WROTE


@pytest.mark.parametrize(
    "header",
    [
        "From: Souk <hello@shop.example>\nSent: Sunday, 22 November 2026 12:40\nTo: Maya\nSubject: Shoes",
        "________________________________\nFrom: Souk\nDate: 22 November\nTo: Maya\nSubject: Shoes",
        "De : Souk <hello@shop.example>\nEnvoyé : dimanche\nÀ : Maya\nObjet : Chaussures",
        "Od: Souk\nWysłano: niedziela\nDo: Maja\nTemat: Buty",
        "प्रेषक: Souk\nदिनांक: रविवार\nप्रति: माया\nविषय: जूते",
        "*From:* Souk\n*Sent:* Sunday\n*To:* Maya\n*Subject:* Shoes",
    ],
)
def test_outlooks_headers_begin_the_quotation(header: str) -> None:
    assert newest(f"{WROTE}\n\n{header}\n\nThree shoes.\nSee you") == WROTE


@pytest.mark.parametrize(
    "signature",
    [
        "-- \nMaya Okafor\n+1 555 0100",
        "Sent from my iPhone",
        "Get Outlook for Android<https://aka.ms/x>",
        "Envoyé de mon iPhone",
        "Wysłane z iPhone'a",
        "मेरे iPhone से भेजा गया",
        "Best regards,\nMaya",
        "Merci beaucoup !\nMaya Okafor",
        "Pozdrawiam serdecznie,\nMaja",
        "धन्यवाद\nमाया",
        "Dhanyavaad,\nMaya",
        "Cordialement,\n\nLéa Martin\n3 rue des Fleurs\n69001 Lyon",
    ],
)
def test_a_signature_is_not_part_of_the_question(signature: str) -> None:
    assert newest(f"{WROTE}\n\n{signature}") == WROTE


def test_answers_between_the_quoted_lines_are_kept() -> None:
    text = "On Sunday, Souk wrote:\n> Which size?\n42, please\n> And the colour?\nBlue.\n"
    assert newest(text) == "42, please\nBlue."


@pytest.mark.parametrize(
    "text",
    [
        "Thanks",
        "On Monday I wrote: where is my order?",
        "From: Lyon\nTo: Paris, how long does it take?",
        "Thanks, do you have it in 42?",
        "- red\n- blue\n- 42",
        "Le prix : 30 euros ?",
        "Cheers! And does it come in a set of six, because my mother would like to have one for every cousin of hers?",
    ],
)
def test_what_only_looks_like_it_stays(text: str) -> None:
    assert newest(text) == text


def test_a_mail_that_was_only_forwarded_stays_whole() -> None:
    text = "-----Original Message-----\nFrom: A\n\nIs this still on sale?"
    assert newest(text) == text


def test_thanks_in_the_middle_is_no_end() -> None:
    text = "Thank you\n\nBut one more thing: is it vegan, and can it be washed?"
    assert newest(text) == text


@given(st.text(max_size=400), st.sampled_from([">", "On ", "wrote:", "-- ", "\n\n", "From: a\nTo: b\nSubject: c"]))
def test_it_never_fails_and_never_makes_anything_up(text: str, mark: str) -> None:
    for whole in (text, f"{text}\n{mark}\n{text}"):
        assert len(newest(whole)) <= len(whole)
        assert bool(newest(whole)) == bool(whole.strip())


def test_a_mail_made_to_be_slow_is_not() -> None:
    began = time.perf_counter()
    slow = ["On " * 40_000, "On a b c\n" * 20_000, "> " * 50_000, "Le " + "a" * 90_000 + " a écrit", " \n" * 60_000]
    for text in slow:
        newest(text)
    assert time.perf_counter() - began < 5
