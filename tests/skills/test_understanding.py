"""Sentences that the bot was not trained on. They were written before it was tried on them."""

from __future__ import annotations

import httpx
import pytest

from bot.settings import Settings

# The first of them trains a model and starts the engine.
pytestmark = [pytest.mark.stack, pytest.mark.timeout(400)]

LEAST_RIGHT = 0.85

UNSEEN = {
    "search_products": [
        "do u got trail runners under 90",
        "looking for a cosy blanket",
        "show me laptop sleeves",
        "i'd love a new rain jacket",
        "any nice mugs?",
        "need socks for winter",
        "sneekers under 70",
        "grey hoodie please",
    ],
    "choose_product": ["i'll go with the second one", "show me number 2", "the third one looks good", "first one pls"],
    "choose_option": ["size 41 please", "43", "do they come in green", "in white", "large please", "38 pls", "XL"],
    "ask_cheaper": ["anything cheaper", "do you have something less expensive", "too expensive for me"],
    "show_more": ["show me some more", "any other options", "see more please"],
    "add_to_cart": ["add it to the cart", "ok i'll take it", "put this in my basket please"],
    "add_another": ["and one more please", "add one more of those", "another pair pls"],
    "set_quantity": ["make it three", "change it to two", "i need three of them"],
    "remove_from_cart": ["remove the mug", "take the jacket out", "please remove the socks"],
    "show_cart": ["what's in my basket", "show me my cart", "can i see the cart"],
    "add_note": ["engrave anna on the inside", "please leave the box on the porch", "write get well soon on the card"],
    "switch_currency": ["can you show the prices in euro", "i want dollar prices"],
    "use_promo_code": ["my code is SAVE5", "apply RUN15 please", "take the code off"],
    "clear_cart": ["empty the cart please", "remove everything from my cart"],
    "checkout": ["let me check out", "i want to pay now", "take me to checkout", "ready to check out"],
    "ask_shipping": ["what does delivery cost", "do you ship to belgium", "how long does shipping take"],
    "order_status": [
        "where's my package",
        "has my order been shipped",
        "track order 10077",
        "when will my parcel arrive",
    ],
    "ask_human": ["can i speak to a human", "i need a real person", "let me talk to someone", "get me an agent"],
    "greet": ["hey there!", "good evening", "hello hello"],
    "goodbye": ["bye then", "see you soon"],
    "thank": ["thanks so much", "thank you!"],
    "affirm": ["yes sure", "ok yes", "yeah please"],
    "deny": ["no thanks!", "nope not now", "no please don't"],
    "ask_what_can_you_do": ["what can you help me with", "how do you work"],
    "ask_are_you_a_bot": ["are you a real human", "am i talking to a machine"],
    "out_of_scope": ["tell me another joke", "what's the weather in rome"],
}
NONSENSE = ["qwzx plk", "blorp zzt", "gnrf hjkl vbnm", "xkcd wvut", "zzzzz"]


async def parse(client: httpx.AsyncClient, skills: Settings, text: str) -> str:
    answer = await client.post(f"{skills.engine_url}/webhooks/turn/parse", json={"text": text})
    answer.raise_for_status()
    return str(answer.json()["intent"]["name"])


async def test_unseen_sentences_are_mostly_understood_and_rarely_mistaken(skills: Settings) -> None:
    wrong: list[tuple[str, str, str]] = []
    unsure: list[tuple[str, str, str]] = []
    async with httpx.AsyncClient(timeout=30) as client:
        for intent, sentences in UNSEEN.items():
            for text in sentences:
                found = await parse(client, skills, text)
                if found == "nlu_fallback":
                    unsure.append((text, intent, found))
                elif found != intent:
                    wrong.append((text, intent, found))

    total = sum(len(sentences) for sentences in UNSEEN.values())
    assert 1 - (len(wrong) + len(unsure)) / total >= LEAST_RIGHT, (wrong, unsure)
    assert len(wrong) / total <= 0.1, wrong


async def test_no_unseen_sentence_is_mistaken_for_paying_or_for_emptying_the_cart(skills: Settings) -> None:
    grave = {"checkout", "clear_cart"}
    async with httpx.AsyncClient(timeout=30) as client:
        for intent, sentences in UNSEEN.items():
            for text in sentences if intent not in grave else []:
                assert await parse(client, skills, text) not in grave, text


@pytest.mark.parametrize("text", NONSENSE)
async def test_nonsense_is_not_guessed_at(skills: Settings, text: str) -> None:
    async with httpx.AsyncClient(timeout=30) as client:
        assert await parse(client, skills, text) == "nlu_fallback"
