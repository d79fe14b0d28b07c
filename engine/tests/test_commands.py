"""`python -m engine …` is Rasa's command line, from the project's root."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from engine.tests.conftest import ROOT, engine_command


def test_data_validate_reads_the_project_in_the_working_folder(project: Path) -> None:
    done = engine_command("data", "validate", folder=project)

    assert done.returncode == 0, done.stderr
    assert "Story structure validation" in done.stderr


def test_data_validate_fails_on_a_story_of_an_unknown_intent(project: Path, tmp_path: Path) -> None:
    broken = (project / "data" / "rules.yml").read_text().replace("intent: greet", "intent: never_defined")
    (tmp_path / "rules.yml").write_text(broken)

    done = engine_command("data", "validate", "--data", str(tmp_path), "--fail-on-warnings", folder=project)

    assert done.returncode == 1


def test_test_core_runs_the_stories_of_the_project(project: Path, tmp_path: Path) -> None:
    stories = tmp_path / "test_stories.yml"
    stories.write_text(
        'version: "3.1"\nstories:\n- story: greet\n  steps:\n'
        "  - user: hello\n    intent: greet\n  - action: utter_greet\n"
    )

    done = engine_command(
        "test",
        "core",
        "--stories",
        str(stories),
        "--out",
        str(tmp_path / "results"),
        "--fail-on-prediction-errors",
        folder=project,
        ACTIONS_URL="http://127.0.0.1:9/webhook",
    )

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "results" / "story_report.json").exists()


def test_shell_talks_and_reads_payloads_as_rasas_own(project: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "engine", "shell", "nlu"],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        input="hello\n/greet\n/stop\n",
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert '"name": "greet"' in done.stdout
    assert '"confidence": 1.0' in done.stdout
