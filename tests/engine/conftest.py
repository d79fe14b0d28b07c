"""The real engine in its own Python, with a tiny trained model, beside a real action server."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[2]
PROJECT = Path(__file__).parent / "project"
ENGINE_PYTHON = ROOT / "engine" / ".venv" / "bin" / "python"


@dataclass(frozen=True)
class RunningEngine:
    url: str
    process: subprocess.Popen[bytes]
    started_in: float
    log: Path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def engine_environment(**more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), **more}


@contextmanager
def started(command: list[str], folder: Path, ready: str, log: Path, **environment: str) -> Iterator[RunningEngine]:
    """A process until its `ready` address answers; ended with the context."""
    began = time.monotonic()
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=folder, env=engine_environment(**environment), stdout=output, stderr=output
        )
    try:
        while not answers(ready):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() - began < 60, log.read_text()
            time.sleep(0.05)
        yield RunningEngine(ready, process, time.monotonic() - began, log)
    finally:
        process.terminate()
        process.wait(10)


def answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2).status_code == 200
    except httpx.TransportError:
        return False


@contextmanager
def running_engine(folder: Path, log: Path, actions_url: str) -> Iterator[RunningEngine]:
    port = free_port()
    base = f"http://127.0.0.1:{port}/webhooks/turn"
    command = [str(ENGINE_PYTHON), "-m", "engine", "run", "--port", str(port), "--model", "models"]
    with started(command, folder, f"{base}/health", log, ACTIONS_URL=actions_url) as engine:
        yield RunningEngine(base, engine.process, engine.started_in, log)


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tests' project with two equal models, `first.tar.gz` and `second.tar.gz`; the engine starts with `first`."""
    folder = tmp_path_factory.mktemp("engine") / "project"
    shutil.copytree(PROJECT, folder)
    command = [str(ENGINE_PYTHON), "-m", "engine", "train", "--fixed-model-name", "second"]
    done = subprocess.run(command, cwd=folder, env=engine_environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    shutil.copy(folder / "models" / "second.tar.gz", folder / "models" / "first.tar.gz")
    return folder


@pytest.fixture(scope="session")
def actions_url(trained: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port = free_port()
    command = [sys.executable, "-m", "rasa_sdk", "--actions", "actions", "--port", str(port)]
    log = tmp_path_factory.mktemp("actions") / "log"
    # From the project's folder, so that `actions` is the tests' and not the shop's.
    with started(command, trained, f"http://127.0.0.1:{port}/health", log, PYTHONPATH=str(trained)):
        yield f"http://127.0.0.1:{port}/webhook"


@pytest.fixture(scope="session")
def engine(trained: Path, actions_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEngine]:
    with running_engine(trained, tmp_path_factory.mktemp("log") / "engine.log", actions_url) as running:
        yield running
