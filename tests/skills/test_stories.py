"""What `tests/test_stories.yml` covers. That the stories come true is tested beside Rasa's other commands."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.settings import ROOT

FEWEST_STORIES = 150
FEWEST_IN = {"en": 55, "fr": 25, "pl": 25, "hi": 25, "hi-Latn": 15}
NOT_UNDERSTOOD = "nlu_fallback"
OPENED_BY_ACTIONS = {"code_form"}
"""No rule opens these, so Rasa cannot tell their story: `tests/scenarios/test_shipped_and_told.py` does."""

Story = dict[str, Any]


@pytest.fixture(scope="module")
def stories() -> list[Story]:
    return list(read(ROOT / "tests" / "test_stories.yml")["stories"])


@pytest.fixture(scope="module")
def domain() -> dict[str, Any]:
    return read(ROOT / "domain.yml")


def read(path: Path) -> dict[str, Any]:
    return dict(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))


def intents(story: Story) -> list[str]:
    return [step["intent"] for step in story["steps"] if "intent" in step]


def actions(story: Story) -> list[str]:
    return [step["action"] for step in story["steps"] if "action" in step]


def comes_back_to(form: str, story: Story) -> bool:
    done = actions(story)
    return any(left == form != right and form in done[at + 2 :] for at, (left, right) in enumerate(pairwise(done)))


def test_there_are_enough_stories_in_each_language(stories: list[Story]) -> None:
    begun_in = Counter(story["metadata"]["languages"][0] for story in stories)

    assert len(stories) >= FEWEST_STORIES
    assert set(begun_in) == set(FEWEST_IN)
    assert {language: count for language, count in begun_in.items() if count < FEWEST_IN[language]} == {}


def test_no_two_stories_have_the_same_name(stories: list[Story]) -> None:
    assert [name for name, times in Counter(story["story"] for story in stories).items() if times > 1] == []


@pytest.mark.parametrize("language", FEWEST_IN)
def test_every_intent_is_spoken_in_every_language(stories: list[Story], domain: dict[str, Any], language: str) -> None:
    told = {one for story in stories if story["metadata"]["languages"][0] == language for one in intents(story)}

    assert {*domain["intents"], NOT_UNDERSTOOD} - told == set()


def test_some_customers_change_their_language(stories: list[Story]) -> None:
    assert sum(len(story["metadata"]["languages"]) > 1 for story in stories) >= 5


def test_every_form_is_interrupted_and_returned_to(stories: list[Story], domain: dict[str, Any]) -> None:
    interrupted = {form for form in domain["forms"] for story in stories if comes_back_to(form, story)}

    assert interrupted == set(domain["forms"]) - OPENED_BY_ACTIONS


@pytest.mark.parametrize("way_out", ["never_mind", "deny", "ask_human", "affirm"])
def test_forms_end_in_every_way(stories: list[Story], domain: dict[str, Any], way_out: str) -> None:
    ended_by = [
        asked["intent"]
        for story in stories
        for asked, _, loop in zip(story["steps"], story["steps"][1:], story["steps"][2:], strict=False)
        if "intent" in asked and loop.get("active_loop", "") is None
    ]

    assert ended_by.count(way_out) >= 2


def test_nonsense_twice_is_asked_again_twice(stories: list[Story]) -> None:
    assert any(intents(story)[:2] == [NOT_UNDERSTOOD, NOT_UNDERSTOOD] for story in stories)
