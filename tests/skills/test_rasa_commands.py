"""Rasa's own commands on this project: its data is valid, and the stories of `tests/test_stories.yml` come true."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
import yaml

from bot.commands import ENGINE_PYTHON
from bot.settings import ROOT
from tests.support.stack import trained_model

pytestmark = [pytest.mark.stack, pytest.mark.timeout(1000)]


def rasa(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(ENGINE_PYTHON), "-m", "engine", *arguments],
        cwd=ROOT,
        env={**os.environ, "ACTIONS_URL": "http://127.0.0.1:1/webhook"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def untrue(stories: Path, out: Path) -> list[str]:
    """The names of the stories in which an intent, an entity or an action came out otherwise."""
    model = str(trained_model())
    done = rasa("test", "core", "--e2e", "--stories", str(stories), "--model", model, "--out", str(out), "--no-plot")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    failed = yaml.safe_load((out / "failed_test_stories.yml").read_text(encoding="utf-8")) or {}
    return [story["story"].split(" (")[0] for story in failed.get("stories", [])]


def test_the_data_is_valid() -> None:
    done = rasa("data", "validate", "--fail-on-warnings")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


def test_the_test_stories_come_true(tmp_path: Path) -> None:
    stories = ROOT / "tests" / "test_stories.yml"
    count = len(yaml.safe_load(stories.read_text(encoding="utf-8"))["stories"])

    failed = untrue(stories, tmp_path)

    # Sentence vectors differ in the last digits from machine to machine: a sentence on an edge may fall either way.
    assert len(failed) <= 0.02 * count, failed


def test_a_story_that_does_not_come_true_is_noticed(tmp_path: Path) -> None:
    stories = tmp_path / "test_wrong_stories.yml"
    stories.write_text(
        'version: "3.1"\nstories:\n  - story: a wrong one\n    steps:\n'
        "      - user: |\n          show my cart\n        intent: checkout\n      - action: action_checkout\n"
    )
    assert untrue(stories, tmp_path / "out") == ["a wrong one"]
