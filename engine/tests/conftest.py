"""Rasa's Python only: `engine/.venv/bin/python -m pytest engine/tests`. One tiny model is trained for the session."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from engine import absent

sys.dont_write_bytecode = False
absent.install()

import rasa.__main__  # noqa: E402,F401  (the command line's logging and every component, as a server has them)
from rasa.core.agent import Agent  # noqa: E402
from rasa.shared.core.domain import Domain  # noqa: E402
from rasa.utils.log_utils import configure_structlog  # noqa: E402

from engine import slots, speedups  # noqa: E402
from engine.nlu import folders  # noqa: E402

speedups.install()
slots.install()
folders.install()
configure_structlog(logging.WARNING)

ROOT = Path(__file__).parents[2]
PROJECT = ROOT / "tests" / "engine" / "project"


def engine_command(*arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "engine", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tests' project with one trained model, `first.tar.gz`."""
    folder = tmp_path_factory.mktemp("engine") / "project"
    shutil.copytree(PROJECT, folder)
    trained = engine_command("train", "--fixed-model-name", "first", folder=folder)
    assert trained.returncode == 0, trained.stdout + trained.stderr
    return folder


@pytest.fixture(scope="session")
def domain() -> Domain:
    return Domain.load(str(PROJECT / "domain.yml"))


@pytest.fixture(scope="session")
def agent(project: Path) -> Agent:
    return Agent.load(project / "models" / "first.tar.gz")
