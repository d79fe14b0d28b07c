"""Paying in French, Polish, Hindi and Hinglish: the exact sum, and the way back after a question in between."""

from __future__ import annotations

import pytest

from bot.conversation.replies import Choices, Link
from tests.skills.counter import Counter


async def checking_out(counter: Counter, language: str) -> Link:
    counter.slots["language"] = language
    await counter.does("action_choose_product", "", product_id="aero-2")
    await counter.does("action_choose_option", "[42](size)")
    [link] = await counter.does("action_checkout", "…")
    assert isinstance(link, Link)
    return link


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("language", "label", "told"),
    [
        ("fr", "Payer 75,00 $US", "Voici votre paiement sécurisé"),
        ("pl", "Zapłać 75,00 USD", "Rezerwacja trwa 30 minut."),
        ("hi", "$75.00 चुकाएँ", "आपका सामान 30 मिनट तक रखा है।"),
        ("hi-Latn", "$75.00 pay karein", "Aapka saaman 30 minute tak rakha hai."),
    ],
)
async def test_the_way_to_the_pay_page_names_the_exact_sum(
    counter: Counter, language: str, label: str, told: str
) -> None:
    link = await checking_out(counter, language)

    assert plain(link.label) == label
    assert told in plain(link.text)


@pytest.mark.parametrize("action", ["action_tell_shipping", "action_tell_details", "action_advise_size"])
@pytest.mark.parametrize("language", ["en", "fr", "pl", "hi", "hi-Latn"])
async def test_a_question_inside_the_checkout_leads_back_to_the_pay_page(
    counter: Counter, language: str, action: str
) -> None:
    link = await checking_out(counter, language)

    replies = await counter.does(action, "vegan?")

    back = replies[-1]
    assert isinstance(back, Link)
    assert back.url == link.url
    assert back.label == link.label
    assert len(await counter.orders()) == 1


async def test_a_changed_cart_has_no_way_back_to_the_old_sum(counter: Counter) -> None:
    await checking_out(counter, "fr")
    await counter.does("action_add_another", "encore un")

    [reply] = await counter.does("action_tell_shipping", "et la livraison ?")

    assert isinstance(reply, Choices)
    assert plain(reply.options[0].title) == "Payer · 138,00 $US"


async def test_what_somebody_else_bought_meanwhile_is_told_in_polish(counter: Counter) -> None:
    counter.slots["language"] = "pl"
    await counter.does("action_choose_product", "", product_id="aero-2")
    await counter.does("action_choose_option", "[42](size)")
    await counter.set_stock("AER2-BLU-42", 0)

    [reply] = await counter.does("action_checkout", "płacę")

    assert isinstance(reply, Choices)
    assert "Aero 2, niebieski, 42: wyprzedane" in reply.text
    assert reply.options[0].title == "Usuń"


async def test_delivery_without_a_cart_is_told_in_the_customers_money(counter: Counter) -> None:
    counter.slots["language"] = "fr"

    text = plain(await counter.hears("action_tell_shipping", "combien coûte la livraison ?"))

    assert text.startswith("Livraison (États-Unis) :")
    assert "6,00 $US, offerte dès 75,00 $US, 2 à 3 jours ouvrés" in text
