"""The speedups replace known code, and change no result."""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import os
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasa.core.actions.action import RemoteAction
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.constants import DOMAIN_SCHEMA_FILE
from rasa.shared.core.events import Event, UserUttered
from rasa.shared.exceptions import YamlException
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.entities_parser import get_validated_dict
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils.common import all_subclasses
from rasa.shared.utils.io import read_yaml
from rasa.shared.utils.validation import SchemaValidationError

from engine import speedups


def source_of(place: str) -> str:
    """The source of `module:Class.function` as it stands in the file, whatever has replaced it since."""
    module, _, qualified = place.partition(":")
    spec = importlib.util.find_spec(module)
    assert spec is not None
    assert spec.origin is not None
    text = Path(spec.origin).read_text()
    body: Any = ast.parse(text)
    for name in qualified.split("."):
        body = next(node for node in body.body if getattr(node, "name", None) == name)
    return ast.get_source_segment(text, body) or ""


@pytest.mark.parametrize("place", speedups.PATCHED)
def test_the_pinned_source_of_a_replaced_function_is_the_one_that_was_read(place: str) -> None:
    assert hashlib.sha256(source_of(place).encode()).hexdigest() == speedups.PATCHED[place]


def test_every_stored_event_name_resolves_to_the_class_that_a_walk_finds() -> None:
    walked: dict[str, Any] = {}
    for kind in all_subclasses(Event):
        walked.setdefault(kind.type_name, kind)

    assert {name: Event.resolve_by_type(name) for name in walked} == walked


def test_an_unknown_event_name_is_an_error_and_the_old_topic_is_nothing() -> None:
    with pytest.raises(ValueError, match="Unknown event name 'nonsense'"):
        Event.resolve_by_type("nonsense")

    assert Event.resolve_by_type("topic") is None
    assert Event.resolve_by_type("nonsense", UserUttered) is UserUttered


def test_an_event_class_defined_later_is_found() -> None:
    Event.resolve_by_type("user")

    class Later(UserUttered):
        type_name = "later"

    assert Event.resolve_by_type("later") is Later


events = st.lists(
    st.one_of(
        st.fixed_dictionaries({"event": st.just("slot"), "name": st.text(), "value": st.none() | st.integers()}),
        st.fixed_dictionaries({"event": st.sampled_from(["restart", "rewind", "undo", "pause", "nonsense"])}),
        st.dictionaries(st.sampled_from(["event", "name", "value", "text"]), st.none() | st.text()),
    ),
    max_size=3,
)


@given(st.fixed_dictionaries({"events": events, "responses": st.lists(st.none() | st.just({"text": "x"}), max_size=2)}))
def test_an_action_result_is_judged_as_jsonschema_judges_it(result: dict[str, Any]) -> None:
    action = RemoteAction("action_x", None)
    schema = RemoteAction.action_response_format_spec()
    expected = jsonschema.exceptions.best_match(jsonschema.validators.validator_for(schema)(schema).iter_errors(result))

    if expected is None:
        assert action._validate_action_result(result) is True
        return
    with pytest.raises(jsonschema.ValidationError) as raised:
        action._validate_action_result(result)
    assert raised.value.message.startswith(expected.message)
    assert list(raised.value.absolute_path) == list(expected.absolute_path)


def test_the_search_of_skops_finds_the_same_modules() -> None:
    import numpy as np
    import scipy.special
    from skops.io import _utils

    assert _utils.whichmodule is speedups.whichmodule
    names = _utils.get_public_type_names(module=scipy.special, oftype=np.ufunc)
    assert "scipy.special._ufuncs.airy" in names
    assert _utils.get_type_name(np.absolute).startswith("numpy.")
    assert _utils.get_type_name(dict) == "builtins.dict"


GOOD = 'version: "3.1"\nintents: [greet]\nresponses:\n  utter_greet:\n    - text: hello\n'


def test_a_good_domain_passes_the_fast_check() -> None:
    assert speedups.validate_yaml_schema(GOOD, DOMAIN_SCHEMA_FILE) is None


@pytest.mark.parametrize("wrong", [GOOD.replace("text: hello", "text: [a]"), GOOD.replace("greet]", "greet")])
def test_a_wrong_file_is_told_as_rasa_tells_it(wrong: str) -> None:
    with pytest.raises(YamlException) as ours:
        speedups.validate_yaml_schema(wrong, DOMAIN_SCHEMA_FILE)
    with pytest.raises(YamlException) as theirs:
        speedups._explain(wrong, DOMAIN_SCHEMA_FILE)
    assert str(ours.value) == str(theirs.value)


def test_each_example_is_merged_once_and_copied() -> None:
    said = Message.build("where is my order", "order_status")
    again = Message.build("where is my order", "order_status")
    other = Message.build("where is my order", "ask_shipping")
    data = TrainingData([said], {"bleu": "blue"})

    merged = data.merge(TrainingData([again, other], {"rouge": "red"}, responses={"utter_x": [{"text": "x"}]}), None)

    assert [(one.get("text"), one.get("intent")) for one in merged.training_examples] == [
        ("where is my order", "order_status"),
        ("where is my order", "ask_shipping"),
    ]
    assert merged.training_examples[0] == said
    assert merged.training_examples[0] is not said
    assert merged.entity_synonyms == {"bleu": "blue", "rouge": "red"}
    assert merged.responses == {"utter_x": [{"text": "x"}]}


def test_a_mark_of_an_entity_is_judged_by_its_schema() -> None:
    assert get_validated_dict('"entity": "colour", "value": "blue"') == {"entity": "colour", "value": "blue"}
    with pytest.raises(SchemaValidationError, match="Failed to validate data"):
        get_validated_dict('"entity": 7')


def test_what_a_yaml_value_is_does_not_depend_on_the_values_before_it() -> None:
    content = "\n".join(f"- {value}" for value in ["no", "12", "1.5", "~", "''", "text", "${HOME}", "true"] * 30)

    read = read_yaml(f"x:\n{content}")["x"]

    assert read[:8] == ["no", 12, 1.5, None, "", "text", os.environ["HOME"], True]
    assert read == read[:8] * 30


def test_a_file_is_read_again_once_it_has_changed(tmp_path: Path) -> None:
    file = tmp_path / "nlu.yml"
    file.write_text('version: "3.1"\nnlu:\n- intent: greet\n  examples: |\n    - hello\n')
    first, again = speedups.load(str(file)), speedups.load(str(file))

    file.write_text('version: "3.1"\nnlu:\n- intent: greet\n  examples: |\n    - hello\n    - good morning\n')

    assert first.fingerprint() == again.fingerprint()
    assert first.training_examples[0] is not again.training_examples[0]
    assert len(speedups.load(str(file)).training_examples) == 2


def test_examples_that_differ_anywhere_have_other_fingerprints() -> None:
    def example(text: str = "a red hat", start: int = 2, **more: Any) -> Message:
        return Message({TEXT: text, "text_tokens": [Token("red", start)], "intent": "search", **more})

    told = [example(), example("a red cap"), example(start=3), example(intent="buy"), example(metadata={"a": {"b": 1}})]

    assert example().fingerprint() == told[0].fingerprint()
    assert len({message.fingerprint() for message in told}) == len(told)
