"""A model that knows languages and entities, through the turn route: the slot follows, each wish is answered."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rasa.core.agent import Agent

from engine.tests.action_server import crashed
from engine.tests.conftest import engine_command
from engine.tests.test_language import SENTENCES
from engine.tests.test_turn import Engine, slots_set

CONFIG = """
recipe: default.v1
assistant_id: souk-engine-tests
language: en
pipeline:
  - name: engine.nlu.language.LanguageIdentifier
  - name: engine.nlu.tokens.Words
  - name: CountVectorsFeaturizer
  - name: LogisticRegressionClassifier
    tol: 0.0001
  - name: engine.nlu.entities.extractor.EntityReader
policies:
  - name: RulePolicy
"""
SLOT = """
slots:
  language:
    type: text
    influence_conversation: false
    mappings: [{type: custom}]
"""
WISHES = {
    "goodbye": {"en": "goodbye\nsee you later\nbye for now", "fr": "au revoir\nà bientôt\nbonne journée à vous"},
    "ask_price": {"en": "tell me the price\nwhat does it cost", "fr": "dites moi le prix\nquel est le prix"},
}


@pytest.fixture(scope="module")
def engine(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("bilingual") / "project"
    shutil.copytree(project, folder, ignore=shutil.ignore_patterns("models", ".rasa"))
    (folder / "config.yml").write_text(CONFIG, encoding="utf-8")
    domain = (folder / "domain.yml").read_text(encoding="utf-8")
    (folder / "domain.yml").write_text(domain.replace("\nslots:\n", SLOT).replace("intents: [", "intents: [chat, "))
    shutil.rmtree(folder / "data" / "stories.yml", ignore_errors=True)
    for language in ("en", "fr"):
        (folder / "data" / language).mkdir()
        said = {intent: examples[language] for intent, examples in WISHES.items()} | {"chat": SENTENCES[language]}
        (folder / "data" / language / "nlu.yml").write_text(nlu(said), encoding="utf-8")
    trained = engine_command("train", "--fixed-model-name", "bilingual", folder=folder)
    assert trained.returncode == 0, trained.stdout + trained.stderr
    engine = Engine(Agent.load(folder / "models" / "bilingual.tar.gz"))
    yield engine
    engine.close()


def nlu(said: dict[str, str]) -> str:
    lines = ['version: "3.1"', "nlu:"]
    for intent, examples in said.items():
        lines += [f"- intent: {intent}", "  examples: |"]
        lines += [f"    - {example.strip()}" for example in examples.strip().splitlines() for _ in range(3)]
    return "\n".join(lines) + "\n"


def languages_set(answer: Any) -> list[Any]:
    return [each["value"] for each in answer.events if each["event"] == "slot" and each["name"] == "language"]


def test_a_clear_sentence_sets_the_slot_before_an_action_runs(engine: Engine) -> None:
    answer = engine.answer("quel est le prix")

    kinds = [(each["event"], each.get("name")) for each in answer.events]
    listened = kinds.index(("slot", "language"))
    assert slots_set(answer)["language"] == "fr"
    assert answer.trace.language == "fr"
    assert kinds.index(("bot", None)) > listened


def test_a_short_message_keeps_the_slot(engine: Engine) -> None:
    answer = engine.answer("42 ?", slots={"language": "fr"})

    assert languages_set(answer) in ([], ["fr"])
    assert answer.trace.language == "fr"


def test_the_tail_tells_a_later_language_than_the_state(engine: Engine) -> None:
    first = engine.answer("quel est le prix", slots={"language": "en"})

    second = engine.answer("42 ?", slots={"language": "en"}, events=first.events)

    assert second.trace.language == "fr"
    assert languages_set(second) == []


def test_a_button_leaves_the_slot_alone(engine: Engine) -> None:
    assert "language" not in slots_set(engine.press("/ask_price"))


def test_each_wish_is_answered_within_the_turn(engine: Engine) -> None:
    answer = engine.answer("tell me the price and look up something green")

    said = [each["text"] for each in answer.events if each["event"] == "user"]
    assert said == ["tell me the price", "look up something green"]
    assert answer.trace.wishes == said
    assert [reply["text"] for reply in answer.replies] == ["It costs 12.00.", "Something green."]


def test_one_wish_is_not_told_as_several(engine: Engine) -> None:
    answer = engine.answer("tell me the price, the price please")

    assert answer.trace.wishes == []
    assert len([each for each in answer.events if each["event"] == "user"]) == 1


def test_what_a_form_waits_for_is_never_cut(engine: Engine) -> None:
    asked = engine.answer("book a table")

    answer = engine.answer("tell me the price and look up green", events=asked.events)

    assert answer.trace.wishes == []
    assert slots_set(answer)["party"] == "tell me the price and look up green"


def test_after_a_failed_action_the_next_wish_waits(engine: Engine) -> None:
    engine.server.answers["action_look_up"] = crashed

    answer = engine.answer("look up something green and tell me the price")

    engine.server.answers.clear()
    assert answer.trace.errors[0].action == "action_look_up"
    assert answer.replies == []


def test_the_same_request_gives_the_same_answer(engine: Engine) -> None:
    first, second = (engine.answer("look up something green and tell me the price") for _ in range(2))

    assert first.replies == second.replies
    assert first.trace.wishes == second.trace.wishes
