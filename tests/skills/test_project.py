"""What must hold between the Rasa files and the actions, whatever an operator or a developer changes."""

from __future__ import annotations

import re
from collections import Counter as Tally
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from actions import payloads
from actions.__main__ import every_action
from actions.payloads import Buttons
from bot.composition import Parts
from bot.conversation.phrases import speaker
from bot.settings import ROOT, load

MARKED = re.compile(r"\[([^\]]+)\](?:\([^)]+\)|\{[^}]+\})")
PAYLOAD = re.compile(r"/(\w+)")
FEWEST_INTENTS = 45
FEWEST_EXAMPLES = {"en": 25, "fr": 25, "pl": 25, "hi": 25, "hi-Latn": 10}


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def domain() -> dict[str, Any]:
    found: dict[str, Any] = read(ROOT / "domain.yml")
    return found


class Example(NamedTuple):
    language: str
    skill: str
    intent: str
    words: str


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    """Every example, without the marks of entities. English lies straight in `data/nlu`."""
    found = []
    for path in sorted((ROOT / "data" / "nlu").rglob("*.yml")):
        language = "en" if path.parent.name == "nlu" else path.parent.name
        for item in read(path)["nlu"]:
            for line in item["examples"].splitlines() if "intent" in item else []:
                assert line.startswith("- "), f"{path.name}: {line!r}"
                found.append(Example(language, path.stem, item["intent"], MARKED.sub(r"\1", line[2:]).strip()))
    return found


@pytest.fixture(scope="module")
def actions(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    parts = Parts(load({"SOUK_HOME": str(tmp_path_factory.mktemp("home"))}))
    return [action.title for action in every_action(parts)]


def steps(kind: str) -> list[dict[str, Any]]:
    """Every step of the rules or the stories."""
    paths = sorted((ROOT / "data" / kind).glob("*.yml"))
    return [step for path in paths for told in read(path)[kind] for step in told["steps"]]


def test_no_sentence_of_a_language_belongs_to_two_intents(examples: list[Example]) -> None:
    intents: dict[tuple[str, str], set[str]] = {}
    for one in examples:
        intents.setdefault((one.language, one.words.casefold()), set()).add(one.intent)
    assert {words: found for words, found in intents.items() if len(found) > 1} == {}


def test_no_sentence_of_a_language_stands_twice(examples: list[Example]) -> None:
    tally = Tally((one.language, one.words.casefold()) for one in examples)
    assert [words for words, times in tally.items() if times > 1] == []


@pytest.mark.parametrize("language", FEWEST_EXAMPLES)
def test_every_intent_has_enough_examples_in_every_language(
    domain: dict[str, Any], examples: list[Example], language: str
) -> None:
    tally = Tally(one.intent for one in examples if one.language == language)
    assert set(tally) == set(domain["intents"])
    assert len(tally) >= FEWEST_INTENTS
    assert {intent: times for intent, times in tally.items() if times < FEWEST_EXAMPLES[language]} == {}


def test_an_intent_lives_in_one_skill(examples: list[Example]) -> None:
    homes = {(one.intent, one.skill) for one in examples}
    assert len(homes) == len({one.intent for one in examples})


def test_every_intent_has_a_rule(domain: dict[str, Any]) -> None:
    assert {step["intent"] for step in steps("rules") if "intent" in step} == {*domain["intents"], "nlu_fallback"}


def test_every_action_of_the_rules_exists_and_every_action_has_a_rule(
    domain: dict[str, Any], actions: list[str]
) -> None:
    named = {step["action"] for step in steps("rules") if "action" in step}
    wanted = {slot for form in domain["forms"].values() for slot in form["required_slots"]}
    of_forms = {f"validate_{form}" for form in domain["forms"]} | {f"action_ask_{slot}" for slot in wanted}
    assert named == {*actions, *domain["responses"], *domain["forms"]} - of_forms
    assert sorted(domain["actions"]) == sorted(actions)


def test_stories_use_nothing_that_the_rules_do_not(domain: dict[str, Any]) -> None:
    for step in steps("stories"):
        assert step.get("intent", "greet") in domain["intents"]
        assert step.get("action", "utter_greet") in {*domain["actions"], *domain["responses"], *domain["forms"]}


def test_every_button_means_an_intent_and_carries_known_entities(domain: dict[str, Any]) -> None:
    said = [one for variations in domain["responses"].values() for one in variations]
    offered = [button["payload"] for one in said for button in one.get("buttons", [])]
    buttons = Buttons(speaker("en"))
    fixed = [getattr(buttons, name) for name, member in vars(Buttons).items() if isinstance(member, property)]
    offered += [option.payload for option in fixed]
    offered += [
        buttons.choose_product("x").payload,
        buttons.choose_value("x", "size", "42").payload,
        buttons.choose_value("x", "colour", "red").payload,
        buttons.another_colour("x").payload,
        buttons.take_out_line("x", "X").payload,
        buttons.keep_only("x", 1).payload,
        buttons.order(10001).payload,
        buttons.check_out("$1").payload,
    ]
    for payload in offered:
        name = PAYLOAD.match(payload)
        assert name, payload
        assert name.group(1) in domain["intents"], payload
        assert set(re.findall(r'"(\w+)":', payload)) <= set(domain["entities"]), payload


def test_a_payload_too_long_for_a_list_row_is_refused() -> None:
    with pytest.raises(ValueError, match="choose_product"):
        payloads.payload("choose_product", product_id="x" * 200)


def test_a_sum_too_long_for_a_button_is_left_out() -> None:
    assert Buttons(speaker("en")).check_out("$75.00").title == "Check out · $75.00"
    assert Buttons(speaker("en")).check_out("$1,234,567.00").title == "Check out"


def test_every_colour_of_the_catalogue_is_known_to_the_bot() -> None:
    lookups = [item for item in read(ROOT / "data" / "nlu" / "browse.yml")["nlu"] if item.get("lookup") == "colour"]
    known = {line[2:] for item in lookups for line in item["examples"].splitlines()}
    products = [product for path in (ROOT / "catalog" / "products").glob("*.yml") for product in read(path)["products"]]
    sold = {v["options"]["colour"] for p in products for v in p["variants"] if "colour" in (v.get("options") or {})}
    assert sold <= known
