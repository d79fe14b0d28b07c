"""The models an engine holds: the one it started with, and a few that callers named. Loading never stops a turn."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from pathlib import Path

from rasa.core.agent import Agent
from rasa.core.nlg import TemplatedNaturalLanguageGenerator
from rasa.model import get_latest_model
from rasa.shared.constants import DEFAULT_MODELS_PATH

from engine import wire
from engine.actions import ActionServer
from engine.turn import TurnProcessor

KEPT = 3  # the one the engine started with, and the two named last


class Models:
    """Loaded models by file name. The first stays; of the others, those named longest ago make room."""

    folder = Path(DEFAULT_MODELS_PATH)  # where to look while nothing is loaded; `python -m engine run` sets it

    def __init__(self, agent: Agent) -> None:
        self.agent = agent
        self.actions = ActionServer(agent.action_endpoint) if agent.action_endpoint else None
        self.first: TurnProcessor | None = None
        self.named: OrderedDict[str, TurnProcessor] = OrderedDict()
        self.loading: dict[str, asyncio.Task[TurnProcessor]] = {}
        if agent.processor is not None:
            path = agent.processor.model_path
            self.folder = path if path.is_dir() else path.parent
            self.first = TurnProcessor(agent, self.actions)

    async def get(self, name: str | None) -> TurnProcessor:
        """The named model, loaded in a thread if need be; without a name, the one the engine started with.

        Raises:
            wire.NoModel: no name, and nothing is trained.
            wire.ModelUnknown: no such file in the folder of models.
            wire.ModelBroken: the file is no model of this Rasa.
        """
        if name is None or (self.first is not None and name == self.first.model_filename):
            return self.first or await self.newest()
        if name in self.named:
            self.named.move_to_end(name)
            return self.named[name]
        return await self.load(name)

    async def newest(self) -> TurnProcessor:
        """The model that was trained since the engine started without one."""
        path = get_latest_model(str(self.folder))
        if path is None:
            raise wire.NoModel("there is no trained model yet; train one with `make rasa ARGS=train`")
        self.first = await self.load(Path(path).name)
        self.named.pop(self.first.model_filename, None)
        return self.first

    async def load(self, name: str) -> TurnProcessor:
        path = self.folder / name
        if Path(name).name != name or not path.is_file():
            raise wire.ModelUnknown(f"there is no model `{name}`")
        if name not in self.loading:
            self.loading[name] = asyncio.create_task(self.load_in_thread(path))
            self.loading[name].add_done_callback(lambda _: self.loading.pop(name))
        return await asyncio.shield(self.loading[name])

    async def load_in_thread(self, path: Path) -> TurnProcessor:
        try:
            model = await asyncio.get_running_loop().run_in_executor(None, self.read, path)
            await model.understand("hello")
        except Exception as error:
            raise wire.ModelBroken(f"`{path.name}` cannot be loaded: {error}") from error
        self.named[path.name] = model
        while len(self.named) >= KEPT:
            self.named.popitem(last=False)
        return model

    def read(self, path: Path) -> TurnProcessor:
        """Read a model from disk. Response templates belong to a model; a response server serves them all."""
        generator = None if isinstance(self.agent.nlg, TemplatedNaturalLanguageGenerator) else self.agent.nlg
        return TurnProcessor(Agent.load(path, generator=generator), self.actions)

    def names(self) -> list[str]:
        return [self.first.model_filename, *self.named] if self.first else list(self.named)

    async def close(self) -> None:
        if self.actions is not None:
            await self.actions.close()
