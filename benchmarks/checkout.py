"""Ten thousand checkouts in a storm: nothing sold twice, nothing lost, nothing doubled; and how many a second.

Buyers stand at the shop's counter in this process; the gateway, two workers, the queue and the sandbox of Stripe are
processes of their own. One request to Stripe in thirty fails in one of six ways, reports come twice, as twins, late,
shuffled or never, and a worker is killed (-9) every ten seconds. There is a tenth less on the shelves than buyers want.
Neither the language model nor an action server runs: a checkout begins at the counter and ends with the receipt in the
chat. The number of buyers is an argument, or `CHECKOUTS`.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import structlog
from turn_cost import print_row, tell

from bot import commands
from bot.settings import load
from bot.storage.sql import migrate
from tests.support.crowd import STORM, Account, Crowd, Workers
from tests.support.many_workers import started
from tests.support.stack import free_base_port

BUYERS = 10_000
THINGS = 50
SHARE = 0.9
"""Pieces for so many of the buyers."""
MILD = {
    **{name: 0.5 for name in STORM if name.startswith("api_") and name.endswith("_percent")},
    **{name: value for name, value in STORM.items() if name.startswith("webhook_")},
    "seed": 7,
    "api_hang_percent": 0.02,
    "api_hang_s": 12,
}


async def storm(home: Path, buyers: int) -> tuple[Account, float]:
    settings = load({"SOUK_HOME": str(home), "PORT": str(free_base_port())})
    migrate(settings.database_url)
    with ExitStack() as running:
        for command in (commands.queue_server(settings), commands.stripe_sandbox(settings), commands.gateway(settings)):
            running.enter_context(started(command, settings, command.name))
        crowd = Crowd(settings, things=THINGS, pieces=max(1, round(buyers * SHARE / THINGS)))
        await crowd.stock_up()
        await crowd.turn(**MILD)
        workers = Workers(settings, 2)
        killing = asyncio.create_task(workers.die_now_and_then(10, random.Random(3)))
        try:
            began = time.monotonic()
            await crowd.rush(buyers)
            took = time.monotonic() - began
            tell(f"{crowd.outcomes}, {workers.killed} workers killed, {took:.0f} s")
            killing.cancel()
            await crowd.rest()
            await crowd.settle(within_s=600)
            return await crowd.account_for(), took
        finally:
            killing.cancel()
            workers.stop()
            await crowd.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("buyers", nargs="?", type=int, default=int(os.environ.get("CHECKOUTS", BUYERS)))
    buyers = parser.parse_args().buyers
    # Standard output is for the figures.
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger("error"),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    with tempfile.TemporaryDirectory(prefix="souk-checkout-") as folder:
        account, took = asyncio.run(storm(Path(folder), buyers))
    for sentence in [*account.lost, *account.doubled, *account.drift]:
        tell(sentence)
    done = account.sold + account.paid_back
    rows: list[tuple[str, float, str]] = [
        ("checkouts", done, "orders"),
        ("oversold", account.oversold, "pieces"),
        ("lost", len(account.lost), "payments"),
        ("doubled", len(account.doubled), "orders"),
        ("drift", len(account.drift), "findings"),
        ("checkouts_per_s", round(done / took, 2), "1/s"),
    ]
    for name, value, unit in rows:
        print_row(name, value, None, unit, buyers)
    if not account.clean:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
