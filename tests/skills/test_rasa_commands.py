"""Rasa's own commands on this project: its data is valid, and the stories of `tests/test_stories.yml` come true."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from bot.commands import ENGINE_PYTHON
from bot.settings import ROOT
from tests.support.stack import trained_model

pytestmark = [pytest.mark.stack, pytest.mark.timeout(400)]


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


def come_true(stories: Path, out: Path) -> subprocess.CompletedProcess[str]:
    strict = ("--fail-on-prediction-errors", "--no-plot")
    model = str(trained_model())
    return rasa("test", "core", "--e2e", "--stories", str(stories), "--model", model, "--out", str(out), *strict)


def test_the_data_is_valid() -> None:
    done = rasa("data", "validate", "--fail-on-warnings")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


def test_the_test_stories_come_true(tmp_path: Path) -> None:
    done = come_true(ROOT / "tests" / "test_stories.yml", tmp_path)

    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


def test_a_story_that_does_not_come_true_is_noticed(tmp_path: Path) -> None:
    stories = tmp_path / "test_wrong_stories.yml"
    stories.write_text(
        'version: "3.1"\nstories:\n  - story: a wrong one\n    steps:\n'
        "      - user: |\n          show my cart\n        intent: checkout\n      - action: action_checkout\n"
    )
    assert come_true(stories, tmp_path / "out").returncode != 0
