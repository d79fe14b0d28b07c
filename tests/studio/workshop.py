"""A studio in this process: a small project in a folder of its own, a gateway on a free port, and an engine stand-in
that speaks the engine's HTTP and knows its models' examples word for word."""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import httpx
from sanic import Request, Sanic
from sanic.response import HTTPResponse
from sanic.response import json as as_json
from sqlalchemy import insert

from bot.accounts import Accounts, Role
from bot.api import install_errors
from bot.chat.pages import Pages, pages_blueprint
from bot.clock import SystemClock
from bot.conversation.identity import ConversationKey, Profile
from bot.desk.session import session_api
from bot.live import Live
from bot.selling.synonyms import Synonyms
from bot.storage import conversations
from bot.storage.queue import Queue
from bot.storage.sql import Database, migrate
from bot.storage.tables import inbox, messages, turns
from bot.studio.lessons import Lessons
from bot.studio.models import EngineModels
from bot.studio.registry import Registry
from bot.studio.routes import studio_api
from bot.studio.service import Studio
from bot.studio.trainer import Trainer
from bot.studio.training_data import TrainingData
from bot.studio.trial import Trials
from tests.support.counter import free_socket, serving

ROOT = Path(__file__).resolve().parents[2]
OPERATOR = ("olu@souk.test", "a password of the tests")
AGENT = ("ada@souk.test", "another password of the tests")
NO_QUEUE = "redis://127.0.0.1:1/0"
"""Nothing listens there: what is only speed must not be needed."""

GREETINGS = """\
# The first words. Keep this comment.
version: "3.1"

nlu:
- intent: greet   # hello
  examples: |
    - hi
    - hey there

- synonym: souk
  examples: |
    - the shop
- intent: goodbye
  examples: |
    - bye
    - see you
"""
FIT = """\
version: "3.1"
nlu:
  # Two spaces more than the other file.
  - intent: ask_size
    examples: |
      - which [size](size) do you have
      - is it true to size
"""
DOMAIN = 'version: "3.1"\nintents: [greet, goodbye, ask_size]\nentities: [size]\n'

_names = count(1)


def write_project(project: Path) -> Path:
    (project / "data" / "nlu").mkdir(parents=True)
    (project / "data" / "nlu" / "greetings.yml").write_text(GREETINGS)
    (project / "data" / "nlu" / "fit.yml").write_text(FIT)
    (project / "domain.yml").write_text(DOMAIN)
    (project / "config.yml").write_text("language: en\n")
    return project


class Workshop:
    def __init__(self, folder: Path, db: Database, engine_url: str, client: httpx.AsyncClient) -> None:
        self.folder = folder
        self.project = write_project(folder / "project")
        self.models = folder / "models"
        self.db = db
        self.clock = SystemClock()
        self.queue = Queue(NO_QUEUE)
        self.live = Live(db, self.queue, self.clock)
        self.accounts = Accounts(db, self.queue, self.clock)
        self.engines = EngineModels([engine_url], client)
        self.url = ""
        self.synonyms = Synonyms(db, self.clock)
        self.studio = self.open_studio()

    def open_studio(self) -> Studio:
        data = TrainingData(self.project)
        registry = Registry(db=self.db, live=self.live, clock=self.clock, engines=self.engines, folder=self.models)
        trainer = Trainer(
            db=self.db,
            live=self.live,
            clock=self.clock,
            data=data,
            registry=registry,
            command=[sys.executable, str(Path(__file__).with_name("train_word_for_word.py"))],
            cwd=self.folder,
            scratch=self.folder / "scratch",
        )
        lessons = Lessons(db=self.db, live=self.live, clock=self.clock, data=data)
        trials = Trials(db=self.db, engines=self.engines, registry=registry)
        return Studio(self.db, lessons, trainer, registry, trials, self.synonyms)

    def app(self) -> Sanic[Any, Any]:
        app: Sanic[Any, Any] = Sanic(f"workshop-{next(_names)}", configure_logging=False)
        app.ctx.public_origin = self.url
        install_errors(app)
        app.blueprint(session_api(accounts=self.accounts, secure=False).blueprint)
        app.blueprint(studio_api(accounts=self.accounts, studio=self.studio, live=self.live).blueprint)
        app.blueprint(pages_blueprint(Pages(static=ROOT / "bot" / "static", pictures=self.folder, simulator=False)))
        return app

    def nlu(self, name: str) -> str:
        return (self.project / "data" / "nlu" / name).read_bytes().decode()

    async def adopt_first_model(self) -> None:
        self.models.mkdir(exist_ok=True)
        known = {"hi": "greet", "bye": "goodbye", "is it true to size": "ask_size"}
        (self.models / "first.tar.gz").write_text(json.dumps(known))
        await self.studio.registry.adopt("first.tar.gz")

    async def customer_said(
        self,
        text: str,
        *,
        understood: bool = False,
        minutes_ago: int = 0,
        ranking: Any = None,
        before: str = "",
        after: str = "",
    ) -> str:
        """A turn as the worker writes it, with the bot's words around it."""
        now = self.clock.now() - timedelta(minutes=minutes_ago)
        number = next(_names)
        key = ConversationKey("web", "souk", f"customer-{number}")
        trace = {"intent_ranking": ranking or [{"name": "nlu_fallback", "confidence": 0.4}]}
        async with self.db.write() as tx:
            row = await conversations.find_or_make(tx, key, Profile(), now)
            values = {"channel": "web", "account": "souk", "event_key": str(number), "conversation_id": row.id}
            made = await tx.execute(
                insert(inbox).values(**values, body={}, sent_at=now, received_at=now).returning(inbox.c.id)
            )
            inbox_id = made.scalar_one()
            for author, words in (("bot", before), ("customer", text), ("bot", after)):
                if words:
                    said = {"conversation_id": row.id, "author": author, "text": words, "created_at": now}
                    by = inbox_id if author == "customer" else None
                    await tx.execute(insert(messages).values(**said, body={}, inbox_id=by))
            await tx.execute(
                insert(turns).values(
                    id=f"turn-{number}",
                    conversation_id=row.id,
                    inbox_id=inbox_id,
                    text=text,
                    understood=understood,
                    review=None if understood else "open",
                    trace=trace,
                    created_at=now,
                )
            )
        return f"turn-{number}"


def engine_app(models: Path, loaded: list[str]) -> Sanic[Any, Any]:
    """The engine's two routes for models, over files that `train_word_for_word` wrote."""
    app: Sanic[Any, Any] = Sanic(f"engine-{next(_names)}", configure_logging=False)

    def read(name: str) -> dict[str, str] | HTTPResponse:
        try:
            return dict(json.loads((models / name).read_text()))
        except FileNotFoundError:
            error = {"code": "model_unknown", "message": f"there is no model `{name}`"}
            return as_json({"error": error}, status=404)
        except ValueError:
            error = {"code": "model_broken", "message": f"`{name}` cannot be loaded"}
            return as_json({"error": error}, status=422)

    @app.post("/webhooks/turn/models")
    async def load(request: Request) -> HTTPResponse:
        known = read(request.json["model"])
        if isinstance(known, HTTPResponse):
            return known
        loaded.append(request.json["model"])
        return as_json({"status": "ok"})

    @app.post("/webhooks/turn/parse")
    async def parse(request: Request) -> HTTPResponse:
        known = read(request.json["model"])
        if isinstance(known, HTTPResponse):
            return known
        name = known.get(request.json["text"], "nlu_fallback")
        ranking = [{"name": name, "confidence": 0.9}, {"name": "greet", "confidence": 0.1}]
        return as_json(
            {"intent": ranking[0], "intent_ranking": ranking, "entities": [], "model": request.json["model"]}
        )

    return app


async def make_database(path: Path) -> None:
    """An empty database with an operator and an agent, to be copied by each test."""
    await asyncio.to_thread(migrate, f"sqlite:///{path}")
    db, queue = Database(f"sqlite:///{path}"), Queue(NO_QUEUE)
    accounts = Accounts(db, queue, SystemClock())
    await accounts.create(OPERATOR[0], "Olu", Role.OPERATOR, OPERATOR[1])
    await accounts.create(AGENT[0], "Ada", Role.AGENT, AGENT[1])
    await queue.close()
    await db.close()


@asynccontextmanager
async def open_workshop(folder: Path, database: Path) -> AsyncIterator[Workshop]:
    shutil.copyfile(database, folder / "studio.db")
    db = Database(f"sqlite:///{folder / 'studio.db'}")
    loaded: list[str] = []
    engine_socket, engine_url = free_socket()
    gateway_socket, gateway_url = free_socket()
    async with httpx.AsyncClient(timeout=10) as client:
        workshop = Workshop(folder, db, engine_url, client)
        workshop.url = gateway_url
        async with serving(engine_app(workshop.models, loaded), engine_socket), serving(workshop.app(), gateway_socket):
            task = asyncio.create_task(workshop.live.run())
            try:
                yield workshop
            finally:
                await workshop.studio.trainer.stop()
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
    await workshop.queue.close()
    await db.close()
