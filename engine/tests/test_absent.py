"""Rasa without TensorFlow."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Optional

import pytest
import yaml
from rasa.shared.exceptions import InvalidConfigException

from engine import absent
from engine.tests.conftest import engine_command

found = importlib.util.find_spec("tensorflow")
lean = pytest.mark.skipif(
    found is None or not isinstance(found.loader, absent.AbsentFinder),
    reason="TensorFlow is installed in this environment",
)


@lean
def test_absent_names_can_be_subclassed_subscripted_and_annotated() -> None:
    import tensorflow as tf
    from tensorflow.keras import layers

    class Layer(tf.keras.layers.Layer):
        pass

    assert issubclass(Layer, tf.keras.layers.Layer)
    assert layers.Dense[int] is layers.Dense
    assert Optional[tf.Tensor] is not None  # noqa: UP045  (as Rasa writes it)


@lean
def test_work_is_refused_with_the_sentence_that_says_what_to_run() -> None:
    import tensorflow as tf

    with pytest.raises(InvalidConfigException, match="make engine-tensorflow"):
        tf.constant([1.0])


@lean
def test_training_a_component_that_needs_tensorflow_says_so(project: Path, tmp_path: Path) -> None:
    config = yaml.safe_load((project / "config.yml").read_text())
    config["policies"].append({"name": "TEDPolicy", "epochs": 1})
    (tmp_path / "config.yml").write_text(yaml.safe_dump(config))

    done = engine_command(
        "train", "--config", str(tmp_path / "config.yml"), "--out", str(tmp_path), "--force", folder=project
    )

    assert done.returncode == 1
    assert "make engine-tensorflow" in done.stdout + done.stderr
    assert not list(tmp_path.glob("*.tar.gz"))


def test_a_package_that_is_installed_is_never_answered_for() -> None:
    finder = absent.AbsentFinder()

    assert finder.find_spec("numpy", None) is None
    assert finder.find_spec("tensorflow_like", None) is None
