"""What customers feel of a publication: how much longer a turn takes while an engine loads the next model.

Turns are asked one after the other, as fast as they are answered; in the middle of each round the studio's own client
makes the engine load a model that it has not held before, and the turns after that name it, as the worker's do. The
stall is the longest turn from the beginning of the load to a second after its end, over the median of the quiet turns
before. The project is that of the engine's tests; the turns say something and call no action.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import statistics
import tempfile
import time
from itertools import pairwise
from pathlib import Path

import httpx
from turn_cost import ENGINE_PYTHON, PROJECT, free_port, print_row, serving, tell, train

from bot.studio.models import EngineModels

QUIET_S = 3.0
AFTER_S = 1.0


async def one_turn(client: httpx.AsyncClient, url: str, model: str, number: int) -> float:
    """Seconds that one turn took."""
    message = {"id": f"m{number}", "text": "hello", "locale": "en"}
    request = {"turn_id": f"t{number}", "conversation_id": "1", "model": model, "message": message}
    began = time.perf_counter()
    response = await client.post(f"{url}/webhooks/turn/", json=request)
    response.raise_for_status()
    return time.perf_counter() - began


async def one_round(client: httpx.AsyncClient, url: str, before: str, after: str) -> tuple[float, int]:
    """The stall of one publication in ms, and the turns that were measured."""
    engines = EngineModels([url], client)
    quiet: list[float] = []
    until = time.monotonic() + QUIET_S
    while time.monotonic() < until:
        quiet.append(await one_turn(client, url, before, len(quiet)))
    loading = asyncio.create_task(engines.load(after))
    busy: list[float] = []
    while not loading.done():
        busy.append(await one_turn(client, url, before, len(busy)))
    await loading
    until = time.monotonic() + AFTER_S
    while time.monotonic() < until:
        busy.append(await one_turn(client, url, after, len(busy)))
    tell(f"quiet median {1000 * statistics.median(quiet):.1f} ms, longest while publishing {1000 * max(busy):.1f} ms")
    return 1000 * (max(busy) - statistics.median(quiet)), len(quiet) + len(busy)


async def run(folder: Path, rounds: int) -> None:
    train(folder)
    trained = next((folder / "models").glob("*.tar.gz"))
    names = [f"round-{number}.tar.gz" for number in range(rounds + 1)]
    for name in names:
        shutil.copy(trained, folder / "models" / name)
    port = free_port()
    command = [str(ENGINE_PYTHON), "-m", "engine", "run", "--port", str(port), "--model", str(trained)]
    url = f"http://127.0.0.1:{port}"
    no_actions = {"ACTIONS_URL": f"http://127.0.0.1:{free_port()}/webhook"}
    async with (
        serving("engine", command, folder, f"{url}/webhooks/turn/health", **no_actions),
        httpx.AsyncClient(timeout=60) as client,
    ):
        await EngineModels([url], client).load(names[0])
        measured = [await one_round(client, url, *pair) for pair in pairwise(names)]
    print_row("swap_stall_ms", max(stall for stall, _ in measured), None, "ms", sum(turns for _, turns in measured))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="publications")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "project"
        shutil.copytree(PROJECT, folder)
        asyncio.run(run(folder, options.rounds))


if __name__ == "__main__":
    main()
