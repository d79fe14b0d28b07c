"""A whole shop for tests, started by `souk up` in a home of its own: every process is the real one, on free ports."""

from __future__ import annotations

import asyncio
import hashlib
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil
from sqlalchemy import Connection, create_engine, text

from bot import commands
from bot.composition import Parts
from bot.processes import port_taken
from bot.settings import ROOT, Settings, load
from bot.storage.sql import migrate

CACHE = ROOT / ".pytest_cache" / "models"
_PORTS = 7
_START_WITHIN_S = 300
_CARRIED_WITHIN_S = 3


class Stack:
    """A running shop. `passwords` are those that `souk up` printed, by e-mail."""

    def __init__(self, settings: Settings, process: subprocess.Popen[str], printed: list[str]) -> None:
        self.settings = settings
        self.process = process
        self.printed = printed
        self.passwords = dict(re.findall(r"^\s+(\S+@\S+)\s+(\S+)\s+\w+$", "\n".join(printed), re.MULTILINE))

    @property
    def url(self) -> str:
        return self.settings.public_url

    @property
    def graph_url(self) -> str:
        return self.settings.meta_graph_url.rsplit("/", 1)[0]

    @property
    def stripe_url(self) -> str:
        return self.settings.stripe_api_url

    def processes(self, name: str) -> list[psutil.Process]:
        """The running processes of one name (`worker`, `engine`, `actions`, `gateway`, `queue`, `graph`, `stripe`)."""
        word = {
            "worker": "worker",
            "gateway": "serve",
            "engine": "engine",
            "actions": "actions",
            "queue": "valkey-server",
            "graph": "sandbox.graph",
            "stripe": "sandbox.stripe",
            "twilio": "sandbox.twilio",
        }[name]
        found = []
        for child in psutil.Process(self.process.pid).children():
            try:
                if any(word == Path(part).name.partition(" ")[0] for part in child.cmdline()[:4]):
                    found.append(child)
            except psutil.NoSuchProcess:
                continue
        return found

    def kill(self, name: str) -> None:
        """kill -9, as a crash would; the supervisor starts it again."""
        for process in self.processes(name):
            process.send_signal(signal.SIGKILL)

    def is_ready(self, name: str) -> bool:
        """Whether a process is there and, where it has a port, answers."""
        health = {
            "engine": commands.engine(self.settings).health,
            "actions": commands.actions(self.settings).health,
            "gateway": commands.gateway(self.settings).health,
        }.get(name)
        return bool(self.processes(name)) and (health is None or httpx.get(health, timeout=2).status_code == 200)

    def logs(self) -> str:
        """The end of every process's log, for a failing test's report."""
        parts = []
        for log in sorted((self.settings.home / "log").glob("*.log")):
            parts.append(f"--- {log.name}\n{log.read_text(errors='replace')[-2000:]}")
        return "\n".join(parts)

    def query(self, sql: str, **values: Any) -> list[dict[str, Any]]:
        """Rows of the shop's database, read beside the running shop. What was answered just now is in it already,
        unless the gateway is not there to carry it."""
        self._carried()
        with self._connection() as connection:
            return [dict(row) for row in connection.execute(text(sql), values).mappings()]

    def _carried(self) -> None:
        spool = self.settings.home / "intake.db"
        until = time.monotonic() + _CARRIED_WITHIN_S
        if not spool.exists():
            return
        with closing(sqlite3.connect(spool)) as waiting:
            while waiting.execute("SELECT 1 FROM webhooks LIMIT 1").fetchone() and time.monotonic() < until:
                time.sleep(0.01)

    def change(self, sql: str, **values: Any) -> None:
        """Change the database behind the shop's back, as only a fault would."""
        with self._connection() as connection:
            connection.execute(text(sql), values)
            connection.commit()

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        engine = create_engine(self.settings.database_url)
        try:
            with engine.connect() as connection:
                yield connection
        finally:
            engine.dispose()


def free_base_port() -> int:
    """A port with enough free neighbours for a whole shop, below those that Linux gives to outgoing connections: one of
    them could be taken between this look and the start."""
    for _ in range(200):
        base = random.randrange(20_000, 32_000)
        if not any(port_taken(base + offset) for offset in range(_PORTS)):
            return base
    raise RuntimeError("no free ports were found")


def trained_model() -> Path:
    """A model of the project's own data, trained once for each state of that data."""
    digest = hashlib.sha256()
    named = [ROOT / name for name in ("config.yml", "domain.yml", "engine/uv.lock", "engine/weights/uv.lock")]
    parts = [*(ROOT / "engine").glob("*.py"), *(ROOT / "engine" / "nlu").rglob("*.*")]
    engine = [path for path in sorted(parts) if path.suffix in (".py", ".yml")]
    for source in [*named, *sorted((ROOT / "data").rglob("*.yml")), *engine]:
        digest.update(source.read_bytes())
    name = f"test-{digest.hexdigest()[:16]}"
    path = CACHE / f"{name}.tar.gz"
    if not path.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(
            commands.train(ROOT, CACHE, name), cwd=ROOT, capture_output=True, text=True, check=False, timeout=900
        )
        assert path.exists(), f"training failed:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return path


def prepare_home(settings: Settings) -> None:
    """Database, model and a copy of the training data, so that `souk up` need not train and the studio may teach."""
    for name in ("config.yml", "domain.yml"):
        (settings.home / "project").mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, settings.home / "project" / name)
    shutil.copytree(ROOT / "data", settings.home / "project" / "data", dirs_exist_ok=True)
    settings.models.mkdir(parents=True, exist_ok=True)
    model = trained_model()
    shutil.copy(model, settings.models / model.name)
    migrate(settings.database_url)

    async def adopt() -> None:
        parts = Parts(settings)
        await parts.registry.adopt(model.name)
        await parts.close()

    asyncio.run(adopt())


@contextmanager
def running_stack(home: Path, **environment: str) -> Iterator[Stack]:
    variables = {"SOUK_HOME": str(home), "PORT": str(free_base_port()), **environment}
    settings = load(variables)
    home.mkdir(parents=True, exist_ok=True)
    prepare_home(settings)
    process = subprocess.Popen(
        [sys.executable, "-m", "bot.cli", "up"],
        cwd=ROOT,
        env={**os.environ, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    printed: list[str] = []
    try:
        assert process.stdout is not None
        until = time.monotonic() + _START_WITHIN_S
        for line in process.stdout:
            printed.append(line.rstrip())
            if line.strip() == "souk: ready" or time.monotonic() > until:
                break
        stack = Stack(settings, process, printed)
        assert printed[-1:] == ["souk: ready"], "\n".join(printed) + stack.logs()
        yield stack
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()


def eventually(look: Callable[[], Any], *, within_s: float = 20.0, every_s: float = 0.1) -> Any:
    """What `look` returns once it is true; fails with its last answer after `within_s` seconds."""
    until = time.monotonic() + within_s
    while True:
        try:
            seen = look()
        except httpx.TransportError:
            seen = None
        if seen:
            return seen
        assert time.monotonic() < until, f"did not happen within {within_s} s; last seen: {seen!r}"
        time.sleep(every_s)
