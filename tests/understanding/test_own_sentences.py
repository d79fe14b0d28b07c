"""The trained model against sentences that it never saw: intents, entities, and the same wish typed in other ways."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from bot.settings import ROOT
from tests.support.stack import Stack
from tests.understanding.sentences import FOLDER, LANGUAGES, VARIANTS, Sentence, entity_f1, read, sentence, unseen

FALLBACK = "nlu_fallback"
LEAST_INTENTS = {"hi-Latn": 0.85}
LEAST_ENTITIES = {"hi-Latn": 0.85}
GREETED = frozenset({"greet", "goodbye", "thank"})


@pytest.fixture(scope="module")
def parse(stack: Stack) -> Iterator[Any]:
    with httpx.Client(base_url=stack.settings.engine_url, timeout=30) as client:

        def answer(text: str) -> dict[str, Any]:
            response = client.post("/webhooks/turn/parse", json={"text": text})
            response.raise_for_status()
            return dict(response.json())

        yield answer


def best(answer: dict[str, Any]) -> str:
    """The intent that leads the ranking, doubt left aside."""
    return next((str(one["name"]) for one in answer["intent_ranking"] if one["name"] != FALLBACK), "")


def sentences(language: str) -> list[Sentence]:
    return read(FOLDER / f"{language}.yml")


@pytest.mark.parametrize("language", LANGUAGES)
def test_intents_and_entities_of_sentences_never_seen(parse: Any, language: str) -> None:
    asked = unseen(sentences(language), ROOT / "data" / "nlu")
    answers = [parse(one.text) for one in asked]

    right = sum(best(answer) == one.intent for one, answer in zip(asked, answers, strict=True)) / len(asked)
    found = entity_f1((one.entities, answer["entities"]) for one, answer in zip(asked, answers, strict=True))

    assert right >= LEAST_INTENTS.get(language, 0.93), f"{right:.3f} of the intents"
    assert found >= LEAST_ENTITIES.get(language, 0.92), f"F1 {found:.3f} of the entities"


@pytest.mark.parametrize("variant", VARIANTS)
def test_typed_in_another_way_a_sentence_keeps_its_intent(parse: Any, variant: str) -> None:
    dice = random.Random(7)
    kept = count = 0
    for language in LANGUAGES:
        for one in sentences(language)[::7]:
            changed = VARIANTS[variant](one.text, language, dice)
            if changed == one.text or (variant == "greeting" and one.intent in GREETED):
                continue
            count += 1
            kept += best(parse(changed)) == best(parse(one.text))

    assert count > 50
    assert kept / count >= 0.95, f"{kept} of {count}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_intent_is_evaluated_often_enough(language: str) -> None:
    counts: dict[str, int] = {}
    for one in sentences(language):
        counts[one.intent] = counts.get(one.intent, 0) + 1

    assert len(counts) >= 45
    assert min(counts.values()) >= (8 if language == "hi-Latn" else 12)


def test_marks_are_read_as_places_in_the_plain_sentence() -> None:
    one = sentence('two [navy blue]{"entity": "colour", "value": "navy"} [socks](product)', "search_products", "en")

    assert one.text == "two navy blue socks"
    assert one.entities == ((4, 13, "colour"), (14, 19, "product"))
    assert one.values == ("navy", "socks")


def test_an_entity_counts_when_place_and_name_are_right() -> None:
    expected = ((0, 4, "colour"), (5, 9, "product"))
    found = [{"start": 0, "end": 4, "entity": "colour"}, {"start": 5, "end": 8, "entity": "product"}]

    assert entity_f1([(expected, found)]) == pytest.approx(0.5)
