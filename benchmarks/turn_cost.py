"""CPU of one message, by how long the conversation already is: this engine beside stock `rasa run`, same model.

Ours holds the conversation as the worker does (`bot.conversation.tail`): 5,000 real messages are sent, the state at
each length is kept, and blocks of further messages are then measured in turns among the lengths, so that whatever
else the machine does falls on all of them alike. Stock keeps its conversation itself, in memory, as `rasa run` does by
default; its cost grows, so it is asked for 300 messages only. Half of the messages run a custom action; the action
server's CPU is not counted. Project and actions are those of the engine's tests.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil

from bot.conversation.tail import Head, as_request_events, cut_at, fold

ROOT = Path(__file__).resolve().parents[1]
PROJECT = ROOT / "tests" / "engine" / "project"
ENGINE_PYTHON = ROOT / "engine" / ".venv" / "bin" / "python"
STOCK = ROOT / "benchmarks" / "stock"
UV = ROOT / ".tools" / "bin" / "uv"

LENGTHS = (10, 100, 300, 1_000, 5_000)
STOCK_WINDOWS = {10: range(6, 16), 100: range(91, 111), 300: range(281, 301)}
STOCK_SHORT_TALKS = 5  # besides the long one, so that length 10 is not ten messages only
WORDS = ("hello", "look up red", "how much is it", "look it up")
BLOCK = 20
START_WITHIN = 600.0  # stock Rasa's first start compiles some 5,000 modules


@dataclass
class Spent:
    """CPU (user and system) and wall time, in seconds, of `messages` messages."""

    cpu: float = 0.0
    wall: float = 0.0
    messages: int = 0

    def add(self, cpu: float, wall: float, messages: int) -> None:
        self.cpu += cpu
        self.wall += wall
        self.messages += messages

    @property
    def cpu_ms(self) -> float:
        return 1_000 * self.cpu / self.messages

    @property
    def wall_ms(self) -> float:
        return 1_000 * self.wall / self.messages


@dataclass(frozen=True)
class Talk:
    """A conversation as the worker holds it: what the cut events led to, and the tail."""

    head: Head = field(default_factory=Head)
    tail: tuple[dict[str, Any], ...] = ()

    def with_turn(self, events: Iterable[dict[str, Any]]) -> Talk:
        tail = (*self.tail, *events)
        place = cut_at(tail)
        return Talk(fold(self.head, tail[:place]), tail[place:]) if place else Talk(self.head, tail)


class Ours:
    def __init__(self, url: str, client: httpx.AsyncClient) -> None:
        self.url = f"{url}/webhooks/turn/"
        self.client = client

    async def say(self, talk: Talk, number: int) -> Talk:
        request = {
            "turn_id": f"t{number}",
            "conversation_id": "1",
            "message": {"id": f"m{number}", "text": WORDS[number % len(WORDS)], "locale": "en"},
            "slots": talk.head.slots,
            "events": as_request_events(talk.head, talk.tail),
        }
        response = await self.client.post(self.url, json=request)
        response.raise_for_status()
        answer = response.json()
        if not answer["replies"] or answer["trace"]["errors"]:
            raise SystemExit(f"turn {number} was not answered: {answer['trace']}")
        return talk.with_turn(answer["events"])


class Stock:
    def __init__(self, url: str, client: httpx.AsyncClient) -> None:
        self.url = f"{url}/webhooks/rest/webhook"
        self.client = client

    async def say(self, sender: str, number: int) -> None:
        response = await self.client.post(self.url, json={"sender": sender, "message": WORDS[number % len(WORDS)]})
        response.raise_for_status()
        if not response.json():
            raise SystemExit(f"stock Rasa did not answer message {number}")


def tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def cpu_of(process: subprocess.Popen[bytes]) -> float:
    times = psutil.Process(process.pid).cpu_times()
    return float(times.user + times.system)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(**more: str) -> dict[str, str]:
    """Bytecode is written whatever the shell says: neither side is to be measured while it compiles itself."""
    fixed = {"RASA_TELEMETRY_ENABLED": "false", "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": ""}
    return {**os.environ, **fixed, **more}


@asynccontextmanager
async def serving(
    name: str, command: list[str], folder: Path, ready: str, **more: str
) -> AsyncIterator[subprocess.Popen[bytes]]:
    """A server process from its first answer at `ready` to the end of the context."""
    log = folder / f"{name}.log"
    began = time.monotonic()
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=folder, env=environment(**more), stdout=output, stderr=output)
    try:
        async with httpx.AsyncClient(timeout=2) as client:
            while not await answers(client, ready):
                if process.poll() is not None or time.monotonic() - began > START_WITHIN:
                    raise SystemExit(f"{name} did not start:\n{log.read_text()[-2_000:]}")
                await asyncio.sleep(0.05)
        tell(f"{name} answers after {time.monotonic() - began:.1f} s, {rss_mb(process):.0f} MB resident")
        yield process
    finally:
        process.terminate()
        process.wait(20)


async def answers(client: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(url)).status_code == 200
    except httpx.TransportError:
        return False


def rss_mb(process: subprocess.Popen[bytes]) -> float:
    return float(psutil.Process(process.pid).memory_info().rss) / 2**20


async def measure_ours(url: str, process: subprocess.Popen[bytes], rounds: int) -> dict[int, Spent]:
    spent = {length: Spent() for length in LENGTHS}
    async with httpx.AsyncClient(timeout=60) as client:
        engine = Ours(url, client)
        kept = await talks_by_length(engine)
        for round_number in range(rounds):
            for length, talk in kept.items():
                cpu, wall, current = cpu_of(process), time.perf_counter(), talk
                for number in range(length, length + BLOCK):
                    current = await engine.say(current, number)
                spent[length].add(cpu_of(process) - cpu, time.perf_counter() - wall, BLOCK)
            tell(f"ours: round {round_number + 1} of {rounds}")
    tell(f"ours: {rss_mb(process):.0f} MB resident at the end")
    return spent


async def talks_by_length(engine: Ours) -> dict[int, Talk]:
    talk, kept = Talk(), {}
    for number in range(max(LENGTHS)):
        talk = await engine.say(talk, number)
        if number + 1 in LENGTHS:
            kept[number + 1] = talk
            tell(f"ours: {number + 1} messages sent")
    return kept


async def measure_stock(url: str, process: subprocess.Popen[bytes]) -> dict[int, Spent]:
    spent = {length: Spent() for length in STOCK_WINDOWS}
    async with httpx.AsyncClient(timeout=120) as client:
        stock = Stock(url, client)
        for talk in range(STOCK_SHORT_TALKS):
            await stock_talk(stock, process, f"short {talk}", max(STOCK_WINDOWS[10]), spent)
        await stock_talk(stock, process, "long", max(STOCK_WINDOWS[300]), spent)
    tell(f"stock: {rss_mb(process):.0f} MB resident at the end")
    return spent


async def stock_talk(
    stock: Stock, process: subprocess.Popen[bytes], sender: str, messages: int, spent: dict[int, Spent]
) -> None:
    for number in range(1, messages + 1):
        cpu, wall = cpu_of(process), time.perf_counter()
        await stock.say(sender, number - 1)
        for length, window in STOCK_WINDOWS.items():
            if number in window:
                spent[length].add(cpu_of(process) - cpu, time.perf_counter() - wall, 1)
        if number % 50 == 0:
            tell(f"stock: {number} messages sent")


def set_up_stock() -> Path | None:
    """Build stock Rasa's environment from its lock file. None, with the reason told, where that is impossible."""
    found = subprocess.run(
        [str(ENGINE_PYTHON), "-c", "import sys; print(sys._base_executable)"],
        capture_output=True,
        text=True,
        check=True,
    )
    command = [str(UV), "sync", "--project", str(STOCK), "--frozen", "--quiet", "--python", found.stdout.strip()]
    if subprocess.run(command, stdout=sys.stderr, check=False).returncode != 0:
        tell("Stock Rasa could not be installed; the peer's side stays empty.")
        return None
    return STOCK / ".venv" / "bin" / "rasa"


def train(folder: Path) -> None:
    tell("training the model")
    done = subprocess.run(
        [str(ENGINE_PYTHON), "-m", "engine", "train", "--fixed-model-name", "turn-cost"],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise SystemExit(f"training failed:\n{done.stdout}{done.stderr}")


def print_rows(ours: dict[int, Spent], stock: dict[int, Spent]) -> None:
    growth = ours[5_000].cpu_ms / ours[10].cpu_ms
    print_row("cost_5000_over_10", growth, None, "x", ours[5_000].messages)
    print_row("cpu_ms_per_message", ours[300].cpu_ms, cpu_at(stock, 300), "ms", ours[300].messages)
    for length in LENGTHS:
        peer = stock.get(length)
        at, messages = ours[length], ours[length].messages
        print_row(f"cpu_ms_per_message_at_{length}", at.cpu_ms, cpu_at(stock, length), "ms", messages)
        print_row(f"wall_ms_per_message_at_{length}", at.wall_ms, peer.wall_ms if peer else None, "ms", messages)


def cpu_at(spent: dict[int, Spent], length: int) -> float | None:
    return spent[length].cpu_ms if length in spent else None


def print_row(name: str, ours: float, peer: float | None, unit: str, n: int) -> None:
    """`ratio` is ours over the peer's."""
    row = {
        "name": name,
        "ours": round(ours, 3),
        "peer": None if peer is None else round(peer, 3),
        "ratio": None if peer is None else round(ours / peer, 4),
        "unit": unit,
        "n": n,
    }
    print(json.dumps(row), flush=True)


async def run(folder: Path, rounds: int) -> None:
    rasa = set_up_stock()
    train(folder)
    (folder / "stock-credentials.yml").write_text("rest:\n")
    (folder / "stock-endpoints.yml").write_text("action_endpoint:\n  url: ${ACTIONS_URL}\n")
    actions, engine, peer = free_port(), free_port(), free_port()
    call = {"ACTIONS_URL": f"http://127.0.0.1:{actions}/webhook"}
    serve_actions = [sys.executable, "-m", "rasa_sdk", "--actions", "actions", "--port", str(actions)]
    serve_engine = [str(ENGINE_PYTHON), "-m", "engine", "run", "--port", str(engine)]
    serve_stock = [
        *(str(rasa), "run", "--port", str(peer), "--interface", "127.0.0.1"),
        *("--credentials", "stock-credentials.yml", "--endpoints", "stock-endpoints.yml"),
    ]
    ready = f"http://127.0.0.1:{actions}/health"
    async with serving("actions", serve_actions, folder, ready, PYTHONPATH=str(folder)):
        url = f"http://127.0.0.1:{engine}"
        async with serving("engine", serve_engine, folder, f"{url}/webhooks/turn/health", **call) as process:
            ours = await measure_ours(url, process, rounds)
        stock: dict[int, Spent] = {}
        if rasa is not None:
            url = f"http://127.0.0.1:{peer}"
            async with serving("stock", serve_stock, folder, f"{url}/webhooks/rest/", **call) as process:
                stock = await measure_stock(url, process)
    print_rows(ours, stock)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15, help=f"blocks of {BLOCK} messages at each length")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "project"
        shutil.copytree(PROJECT, folder)
        asyncio.run(run(folder, options.rounds))


if __name__ == "__main__":
    main()
