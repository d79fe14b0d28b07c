"""Several models in one engine."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from rasa.core.agent import Agent

from engine import wire
from engine.models import KEPT, Models


@pytest.fixture
def folder(project: Path, tmp_path: Path) -> Path:
    for name in ("first", "second", "third", "fourth"):
        shutil.copy(project / "models" / "first.tar.gz", tmp_path / f"{name}.tar.gz")
    return tmp_path


def with_models(folder: Path, work: Callable[[Models], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        models = Models(Agent.load(folder / "first.tar.gz"))
        try:
            return await work(models)
        finally:
            await models.close()

    return asyncio.run(run())


def test_without_a_name_the_model_it_started_with_answers(folder: Path) -> None:
    async def work(models: Models) -> None:
        assert (await models.get(None)).model_filename == "first.tar.gz"
        assert await models.get("first.tar.gz") is models.first

    with_models(folder, work)


def test_of_the_named_models_those_named_longest_ago_make_room(folder: Path) -> None:
    async def work(models: Models) -> None:
        for name in ("second", "third", "second", "fourth"):
            assert (await models.get(f"{name}.tar.gz")).model_filename == f"{name}.tar.gz"
            assert len(models.names()) <= KEPT
        assert models.names() == ["first.tar.gz", "second.tar.gz", "fourth.tar.gz"]

    with_models(folder, work)


def test_a_model_asked_for_twice_at_once_is_loaded_once(folder: Path) -> None:
    async def work(models: Models) -> None:
        one, other = await asyncio.gather(models.get("second.tar.gz"), models.get("second.tar.gz"))
        assert one is other

    with_models(folder, work)


def test_turns_are_answered_while_a_model_loads(folder: Path) -> None:
    async def work(models: Models) -> None:
        loading = asyncio.create_task(models.get("second.tar.gz"))
        await asyncio.sleep(0)
        request = wire.TurnRequest("t", "c", wire.TurnMessage(id="m", text="hello"))
        answer = await (await models.get(None)).answer(request)
        assert answer.replies == [{"text": "Hello."}]
        assert not loading.done()
        await loading

    with_models(folder, work)


@pytest.mark.parametrize("name", ["nothing.tar.gz", "../first.tar.gz", "/etc/passwd", "", ".."])
def test_a_name_that_is_no_file_of_the_folder_is_unknown(folder: Path, name: str) -> None:
    async def work(models: Models) -> None:
        with pytest.raises(wire.ModelUnknown):
            await models.get(name)

    with_models(folder, work)


def test_a_file_that_is_no_model_is_broken_and_the_others_go_on(folder: Path) -> None:
    (folder / "broken.tar.gz").write_bytes(b"no archive")

    async def work(models: Models) -> None:
        for _ in range(2):
            with pytest.raises(wire.ModelBroken, match="`broken"):
                await models.get("broken.tar.gz")
        assert (await models.get("second.tar.gz")).model_filename == "second.tar.gz"

    with_models(folder, work)


def test_with_nothing_trained_there_is_no_model_until_one_is(folder: Path, tmp_path_factory: Any) -> None:
    async def run() -> None:
        models = Models(Agent())
        models.folder = tmp_path_factory.mktemp("models")
        with pytest.raises(wire.NoModel):
            await models.get(None)
        shutil.copy(folder / "first.tar.gz", models.folder / "first.tar.gz")
        assert (await models.get(None)).model_filename == "first.tar.gz"
        assert models.names() == ["first.tar.gz"]

    asyncio.run(run())
