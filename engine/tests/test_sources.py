"""Rasa's cache of trained components sees what they really depend on."""

from __future__ import annotations

from pathlib import Path

import pytest
from rasa.engine.training.fingerprinting import calculate_fingerprint_key

from engine.nlu import sources
from engine.nlu.entities.extractor import EntityReader
from engine.nlu.intents import FusionIntentClassifier
from engine.nlu.language import LanguageIdentifier
from engine.nlu.spelling import WishWriter
from engine.nlu.tokens import Words


@pytest.mark.parametrize("component", [EntityReader, FusionIntentClassifier, LanguageIdentifier, WishWriter, Words])
def test_a_component_is_trained_again_when_code_beside_it_changes(
    component: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = calculate_fingerprint_key(component, {}, {})
    monkeypatch.setattr(sources, "code", lambda: "other code")

    assert calculate_fingerprint_key(component, {}, {}) != before


def test_a_reader_of_the_catalogue_is_trained_again_when_the_catalogue_changes(tmp_path: Path) -> None:
    config = {"catalog": str(tmp_path)}
    (tmp_path / "bags.yml").write_text("products: []")
    before = calculate_fingerprint_key(EntityReader, config, {})

    (tmp_path / "bags.yml").write_text("products: [{title: Hip Pouch}]")

    assert calculate_fingerprint_key(EntityReader, config, {}) != before
    assert calculate_fingerprint_key(FusionIntentClassifier, {}, {}) == calculate_fingerprint_key(
        FusionIntentClassifier, {}, {}
    )
