"""Everything this project changes in the speed of the pinned Rasa. Nothing here changes a result.

Rasa computes again on every message what cannot change while it runs. Each replacement below says what it keeps and
why that is safe. `PATCHED` holds the sha256 of the source of every function that is replaced: a test fails when the
pinned Rasa's differs, so an upgrade cannot silently keep a replacement of code that has moved on.
"""

from __future__ import annotations

import copy
import functools
import hashlib
import importlib.abc
import importlib.machinery
import json
import logging
import os
import pickle
import sys
from collections.abc import Sequence
from importlib.resources import files
from types import ModuleType
from typing import Any

import jsonschema
import rasa.shared.nlu.training_data.loading
import rasa.shared.utils.validation
from pykwalify.core import Core
from rasa.core.actions.action import RemoteAction
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.constants import DOCS_BASE_URL, RESPONSES_SCHEMA_FILE, SCHEMA_EXTENSIONS_FILE
from rasa.shared.core.events import Event
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.nlu.training_data.util import check_duplicate_synonym
from rasa.shared.utils.common import all_subclasses
from rasa.shared.utils.io import read_yaml, read_yaml_file
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.resolver import VersionedResolver
from tarsafe import TarSafe

PATCHED = {
    "rasa.shared.core.events:Event.resolve_by_type": "ffabe9999fc8f7f3c65533056a95af7a71f79d3565e5b43f507cc8128246d10f",
    "rasa.core.actions.action:RemoteAction._validate_action_result": (
        "24da0f6bdeb2d44f1f85da375a5aca57cd0a9fb2cdd5cfa722914761d759c018"
    ),
    "rasa.shared.utils.validation:validate_yaml_schema": (
        "a3d1a19b22396a656aa6eb4481d192f5fece822571edc3313c0dc9171f38d164"
    ),
    "rasa.shared.utils.validation:validate_training_data": (
        "25d4270dcf697e324b88a2776b21aaad857bb7dca7ae19933cd05bc27096346e"
    ),
    "rasa.shared.nlu.training_data.training_data:TrainingData.merge": (
        "196a897d07eca5991c6cec4a3e47c48e9fa2bee24fd78af142a21b1349c85b63"
    ),
    "rasa.shared.nlu.training_data.message:Message.__hash__": (
        "d3a427d28b0f9b370cf6d4792e0ea12a19bedd43001da97c14c2ba237062023d"
    ),
    "rasa.shared.nlu.training_data.loading:_load": "3e3a61d842b95041fc25bd4e245bae14e8bef3fc8c84c0953349cbf0ac8a5bf5",
    "rasa.shared.nlu.training_data.message:Message.fingerprint": (
        "cabf5d28929531b2b0fc4a52897fbf7d917fcf15300d6ad234c3f240f0d8988c"
    ),
    "rasa.engine.storage.local_model_storage:LocalModelStorage.create_model_package": (
        "964f210dc33b4503b87b2a38f092ee8994d6bfb34828ca98868968565d439440"
    ),
    "ruamel.yaml.resolver:VersionedResolver.resolve": (
        "82a4cfed376be2bbc23eca4ef3c06435ff1577b9d671752f0e35440c2f989f67"
    ),
    "skops.io._utils:whichmodule": "fed4d62bb3bf70dd24c33f3f02b96b0b4575310d7366c4584872121db9e6169a",
    "skops.io._utils:_getattribute": "b509b22f76026f7f0982e76e37a2fbe0571a14966fc3318d58fc4d06f35415ca",
}


def install() -> None:
    """Put every replacement in place. Run it before `rasa` loads a model; twice is once."""
    if not any(isinstance(finder, SkopsFinder) for finder in sys.meta_path):
        sys.meta_path.insert(0, SkopsFinder())
    Event.resolve_by_type = staticmethod(resolve_by_type)
    RemoteAction._validate_action_result = validate_action_result
    rasa.shared.utils.validation.validate_yaml_schema = validate_yaml_schema
    rasa.shared.utils.validation.validate_training_data = validate_training_data
    TrainingData.merge = merge
    Message.__hash__ = hash_of_text
    Message.fingerprint = fingerprint
    rasa.shared.nlu.training_data.loading._load = load
    TarSafe.gzopen = classmethod(gzopen)
    VersionedResolver.resolve = resolve


@functools.cache
def event_types() -> dict[str, type[Event]]:
    """Event classes by the name they are stored under; of two with one name the first, as Rasa's search finds."""
    table: dict[str, type[Event]] = {}
    for kind in all_subclasses(Event):
        table.setdefault(kind.type_name, kind)
    return table


def resolve_by_type(type_name: str, default: type[Event] | None = None) -> type[Event] | None:
    """`Event.resolve_by_type` from a table. Rasa walks all subclasses of Event, for each event of each load.

    A name that is not in the table may belong to a class defined since, so it is looked for once more.
    """
    if type_name not in event_types():
        event_types.cache_clear()
    found = event_types().get(type_name)
    if found is not None:
        return found
    if type_name == "topic":
        return None
    if default is not None:
        return default
    raise ValueError(f"Unknown event name '{type_name}'.")


@functools.cache
def action_result_validator() -> Any:
    schema = RemoteAction.action_response_format_spec()
    kind = jsonschema.validators.validator_for(schema)
    kind.check_schema(schema)
    return kind(schema)


def validate_action_result(self: RemoteAction, result: dict[str, Any]) -> bool:
    """`RemoteAction._validate_action_result` with the schema checked once, not for every action: 40 ms each."""
    error = jsonschema.exceptions.best_match(action_result_validator().iter_errors(result))
    if error is None:
        return True
    error.message += (
        ". Failed to validate Action server response from API, make sure your response from the Action endpoint is "
        f"valid. For more information about the format visit {DOCS_BASE_URL}/custom-actions"
    )
    raise error


_explain = rasa.shared.utils.validation.validate_yaml_schema


def validate_yaml_schema(yaml_file_content: str, schema_path: str, package_name: str = "rasa") -> None:
    """`validation.validate_yaml_schema` on what libyaml reads, as Rasa itself reads the file afterwards.

    Rasa reads it for this in plain Python, to know line numbers: 5 s for a domain of 2,000 lines. They are needed when
    something is wrong; then Rasa's own says what and where.
    """
    logging.getLogger("pykwalify").setLevel(logging.CRITICAL)
    try:
        source, schema = read_yaml(yaml_file_content), schema_of(schema_path, package_name)
        Core(source_data=source, schema_data=schema, extensions=[within_rasa(SCHEMA_EXTENSIONS_FILE)]).validate()
    except Exception:
        _explain(yaml_file_content, schema_path, package_name)


def schema_of(path: str, package: str) -> dict[str, Any]:
    return {**read_yaml_file(str(files(package) / path)), **read_yaml_file(within_rasa(RESPONSES_SCHEMA_FILE))}


def within_rasa(path: str) -> str:
    return str(files("rasa") / path)


_read: dict[tuple[str, str | None], tuple[tuple[int, int], bytes]] = {}
_load = rasa.shared.nlu.training_data.loading._load


def load(filename: str, language: str | None = "en") -> TrainingData | None:
    """`loading._load`, which a training calls four times for every file. A file that has not changed since is copied
    from memory."""
    stat = os.stat(filename)
    stamp = (stat.st_mtime_ns, stat.st_size)
    known, data = _read.get((filename, language), (None, b""))
    if known != stamp:
        data = pickle.dumps(_load(filename, language), pickle.HIGHEST_PROTOCOL)
        _read[filename, language] = (stamp, data)
    return pickle.loads(data)  # noqa: S301  (its own objects)


def validate_training_data(json_data: dict[str, Any], schema: dict[str, Any]) -> None:
    """`validation.validate_training_data`, which checks the schema itself again for each marked entity of each example:
    30 s for 3,000 of them. Each schema is checked when it is first seen."""
    if next(validator_of(json.dumps(schema, sort_keys=True)).iter_errors(json_data), None) is not None:
        _judge(json_data, schema)


_judge = rasa.shared.utils.validation.validate_training_data


@functools.cache
def validator_of(schema: str) -> Any:
    known = json.loads(schema)
    kind = jsonschema.validators.validator_for(known)
    kind.check_schema(known)
    return kind(known)


def merge(self: TrainingData, *others: TrainingData | None) -> TrainingData:
    """`TrainingData.merge`, which copies every example by `copy.deepcopy`: the same copies, made six times as fast."""
    merged = [self, *(other for other in others if other)]
    synonyms = self.entity_synonyms.copy()
    responses = copy.deepcopy(self.responses)
    for other in merged[1:]:
        for text, synonym in other.entity_synonyms.items():
            check_duplicate_synonym(synonyms, text, synonym, "merging training data")
        synonyms.update(other.entity_synonyms)
        responses.update(other.responses)
    return TrainingData(
        [example for data in merged for example in copied(data.training_examples)],
        synonyms,
        [feature for data in merged for feature in copied(data.regex_features)],
        [table for data in merged for table in copied(data.lookup_tables)],
        responses,
    )


def hash_of_text(self: Message) -> int:
    """`Message.__hash__`, which makes a fingerprint of all that an example holds, for each of six mergers again. Equal
    examples have equal texts, and unequal ones are still told apart by their fingerprints."""
    text = self.data.get(TEXT)
    return hash(text if isinstance(text, str) else None)


def fingerprint(self: Message) -> str:
    """`Message.fingerprint`, which makes a digest of every word of an example on the way to that of all: here one of
    the whole. Like Rasa's, it is the same whenever the example is."""
    if self._cached_fingerprint is None:
        if self.features:
            return _fingerprint(self)
        try:
            told = json.dumps(self.data, sort_keys=True, default=_told)
        except (TypeError, ValueError):
            return _fingerprint(self)
        self._cached_fingerprint = hashlib.md5(told.encode(), usedforsecurity=False).hexdigest()
    return self._cached_fingerprint


_fingerprint = Message.fingerprint


def _told(value: Any) -> Any:
    """What tells values apart that JSON has no form for."""
    if isinstance(value, Token):
        return [value.text, value.start, value.end, value.lemma, value.data]
    return value.fingerprint() if callable(getattr(value, "fingerprint", None)) else str(value)


def gzopen(cls: type[TarSafe], name: Any, mode: str = "r", fileobj: Any = None, compresslevel: int = 1) -> Any:
    """`TarFile.gzopen` for models: compressed a little, in a fifth of the time that Rasa's best compression takes."""
    return super(TarSafe, cls).gzopen(name, mode, fileobj, compresslevel)


def copied(values: list[Any]) -> list[Any]:
    return pickle.loads(pickle.dumps(values, pickle.HIGHEST_PROTOCOL))  # noqa: S301  (its own objects)


def resolve(self: VersionedResolver, kind: Any, value: Any, implicit: Any) -> Any:
    """`VersionedResolver.resolve` on a list of its own. ruamel's appends the general patterns to the list of a value's
    first letter at every value, so that a file's values are held against ever more."""
    if kind is ScalarNode and implicit[0]:
        known = self.versioned_resolver
        for tag, pattern in (*known.get(value[:1], ()), *known.get(None, ())):
            if pattern.match(value):
                return tag
        return _resolve(self, kind, value, (False, implicit[1]))
    return _resolve(self, kind, value, implicit)


_resolve = VersionedResolver.resolve


class SkopsFinder(importlib.abc.MetaPathFinder):
    """`skops.io` lists 765 trusted names while it is imported, and looks for each in every loaded module.

    Its search asks `getattr` and formats an AttributeError, message and all, for each of some 600,000 misses: four
    seconds of every start. Looking into the modules' dictionaries finds the same.
    """

    MODULE = "skops.io._utils"

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != self.MODULE:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def execute_and_replace(module: ModuleType) -> None:
                execute(module)
                module.whichmodule = whichmodule

            spec.loader.exec_module = execute_and_replace
        return spec


def whichmodule(obj: Any, name: str) -> str:
    """The module that holds `obj` as `name`; `skops.io._utils.whichmodule` without the exceptions."""
    stated = getattr(obj, "__module__", None)
    if stated is not None:
        return stated
    for module_name, module in sys.modules.copy().items():
        if module_name not in ("__main__", "__mp_main__") and getattr(module, "__dict__", {}).get(name) is obj:
            return module_name
    return "__main__"
