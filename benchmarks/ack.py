"""How long a platform waits for our 200 while the engine has more to do than it can: beside stock Rasa's own channel.

A whole shop with SQLite, every process the real one, on one machine with the load: customers have written far more
than the engine can answer in the time, and 100 signed webhooks a second come on top (customers' messages, news of our
own messages, batches). Times count from when a request was due. At the end every message must be in the inbox, once.

The peer is `rasa run` with its Facebook channel and the same model, which answers a webhook after the turn: the same
plan at the same rate, without the work that waits; what it has not answered after 20 s counts as 20 s.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import hashlib
import hmac
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psutil
from sqlalchemy import create_engine, insert

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from load import traffic
from load.open_loop import Answer, OpenLoop, post
from load.traffic import Webhook
from turn_cost import ENGINE_PYTHON, free_port, print_row, serving, tell

from bot import commands
from bot.settings import ROOT, Settings
from bot.storage.tables import deliveries, messages
from tests.support.stack import Stack, running_stack, trained_model

CUSTOMERS = 300
WAITING = 3_000
"""Messages that wait when the measurement begins: more than the engine answers meanwhile."""
LEAST_WAITING = 200
TIMEOUT_S = 20.0
CARRIED_S = 120.0
PEER = ROOT / "benchmarks" / "rasa_side"
PEER_SECRET = "a secret of the benchmark"
PEER_PAGE = "100200300"
PROCESSES = ("gateway", "worker", "engine", "actions", "graph", "queue")


def signed(url: str, body: bytes, secret: str) -> bytes:
    """A request as Meta signs it; the old header is the only one that stock Rasa reads."""
    sha256 = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    sha1 = "sha1=" + hmac.new(secret.encode(), body, hashlib.sha1).hexdigest()
    return post(url, body, x_hub_signature_256=sha256, x_hub_signature=sha1)


@contextmanager
def no_collection() -> Iterator[None]:
    """The load's own garbage collection would be counted as the server's time."""
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()


# -- ours --------------------------------------------------------------------------------------------------------------


class Shop:
    """The shop under load, seen from Meta's side and, for the proof, in its database."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.url = f"{stack.url}/webhooks/whatsapp"

    def requests(self, webhooks: Sequence[Webhook]) -> list[bytes]:
        settings = self.stack.settings
        bodies = [traffic.as_whatsapp(items, settings.whatsapp_phone_number_id) for items in webhooks]
        return [signed(self.url, body, settings.meta_app_secret) for body in bodies]

    async def fill(self, webhooks: Sequence[Webhook]) -> None:
        """Let customers write what will wait; returns when all of it is taken."""
        answers = await OpenLoop(self.url, rate=5, timeout_s=120).send(self.requests(webhooks))
        if {answer.status for answer in answers} != {200}:
            raise SystemExit(f"the work that waits was not taken: {Counter(answer.status for answer in answers)}")

    def remember_messages_of_ours(self, count: int) -> None:
        """`count` messages that were sent long ago: what the news will be about."""
        rows = self.stack.query("SELECT id, customer FROM conversations")
        by_customer = {row["customer"]: row["id"] for row in rows}
        now = datetime.now(UTC)
        engine = create_engine(self.stack.settings.database_url)
        with engine.begin() as connection:
            for number in range(count):
                message = {
                    "conversation_id": by_customer[traffic.phone_of(number % CUSTOMERS)],
                    "author": "bot",
                    "body": {"type": "text", "text": "Anything else?"},
                    "text": "Anything else?",
                    "delivery": "sending",
                    "created_at": now,
                }
                made = connection.execute(insert(messages).values(message).returning(messages.c.id)).scalar_one()
                ref = traffic.reference_of(number)
                piece = {"message_id": made, "ref": ref, "state": "sending", "accepted_at": now}
                connection.execute(insert(deliveries).values(provider_id=traffic.provider_id_of(number), **piece))
        engine.dispose()

    def waiting(self) -> int:
        return int(self.stack.query("SELECT count(*) AS n FROM inbox WHERE state = 'new'")[0]["n"])

    async def carried(self) -> float:
        """Seconds until everything that was answered is in the inbox too. At most two minutes are waited."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        with closing(sqlite3.connect(self.stack.settings.home / "intake.db")) as spool:
            while spool.execute("SELECT count(*) FROM webhooks").fetchone()[0] and loop.time() - began < CARRIED_S:
                await asyncio.sleep(0.05)
        return loop.time() - began

    def turns(self) -> int:
        return int(self.stack.query("SELECT count(*) AS n FROM turns")[0]["n"])

    def cpu(self) -> dict[str, float]:
        """CPU seconds so far, by process; `load` is this one."""
        spent = {"load": psutil.Process()} | {name: self.stack.processes(name)[0] for name in PROCESSES}
        return {name: sum(process.cpu_times()[:2]) for name, process in spent.items()}

    def prove(self, said: Sequence[traffic.Said], news: Sequence[traffic.News]) -> list[str]:
        """What is wrong in the database after everything was answered 200: sentences, none when all is well."""
        stored = Counter(row["event_key"] for row in self.stack.query("SELECT event_key FROM inbox"))
        wanted = {f"wamid.{item.id}" for item in said}
        wrong = [f"{len(wanted - stored.keys())} messages were lost"] if wanted - stored.keys() else []
        wrong += [f"{len(stored.keys() - wanted)} messages were made up"] if stored.keys() - wanted else []
        wrong += [f"{key} is there {count} times" for key, count in stored.items() if count > 1]
        rows = self.stack.query("SELECT provider_id, state FROM deliveries WHERE ref LIKE 'load-%'")
        kept = {row["provider_id"]: row["state"] for row in rows}
        furthest = {}
        for item in sorted(news, key=lambda item: traffic.STATES.index(item.state)):
            furthest[traffic.provider_id_of(item.message)] = item.state
        behind = [name for name, state in furthest.items() if kept.get(name) != state]
        return wrong + ([f"{len(behind)} messages of ours did not take their news"] if behind else [])


async def measure_ours(stack: Stack, webhooks: Sequence[Webhook], rate: float) -> list[Answer]:
    shop = Shop(stack)
    waiting = traffic.backlog(WAITING, CUSTOMERS)
    said, news = traffic.messages_of([*waiting, *webhooks]), traffic.news_of(webhooks)
    await shop.fill(waiting)
    await shop.carried()
    shop.remember_messages_of_ours(max(item.message for item in news) + 1)
    requests = shop.requests(webhooks)
    load = OpenLoop(shop.url, rate=rate, timeout_s=TIMEOUT_S)
    before, cpu, turns = shop.waiting(), shop.cpu(), shop.turns()
    loop = asyncio.get_running_loop()
    began = loop.time()
    with no_collection():
        answers = await load.send(requests)
    took = loop.time() - began
    shares = {name: f"{(spent - cpu[name]) / took:.0%}" for name, spent in shop.cpu().items()}
    tell(f"ours: {await shop.carried():.1f} s later everything that was answered was in the inbox")
    after = shop.waiting()
    tell(f"ours: {before} messages waited at the beginning, {after} at the end; {shop.turns() - turns} turns meanwhile")
    tell(f"ours: share of one core: {', '.join(f'{name} {share}' for name, share in shares.items())}")
    tell(f"ours: {len(said)} messages and {len(news)} pieces of news over {load.opened} connections")
    tell_answers("ours", answers)
    if min(before, after) < LEAST_WAITING:
        raise SystemExit("the engine ran out of work: these figures are not those of a saturated engine")
    if any(answer.status != 200 for answer in answers):
        raise SystemExit("not every webhook was answered 200")
    if wrong := shop.prove(said, news):
        raise SystemExit("; ".join(wrong))
    tell("ours: every message is in the inbox exactly once, every piece of news was taken")
    return answers


# -- the peer ----------------------------------------------------------------------------------------------------------


@asynccontextmanager
async def stock_rasa(folder: Path, settings: Settings) -> AsyncIterator[str]:
    """Stock `rasa run` on the shop's model, with the shop's actions and its database; gives the webhook's address."""
    page = {"verify": "token", "secret": PEER_SECRET, "page-access-token": "page token"}
    lines = "".join(f"  {name}: {value}\n" for name, value in page.items())
    (folder / "credentials.yml").write_text(f"facebook:\n{lines}")
    actions, meta, port = commands.actions(settings), free_port(), free_port()
    (folder / "endpoints.yml").write_text(f"action_endpoint:\n  url: {settings.actions_url}\n")
    rasa = [
        *(str(ENGINE_PYTHON), str(PEER / "facebook.py"), f"http://127.0.0.1:{meta}/v2.12"),
        *("run", "--port", str(port), "--interface", "127.0.0.1", "--model", str(trained_model())),
        *("--credentials", "credentials.yml", "--endpoints", "endpoints.yml"),
    ]
    url = f"http://127.0.0.1:{port}/webhooks/facebook"
    taken = f"http://127.0.0.1:{meta}/me"
    async with (
        serving("meta", [sys.executable, str(PEER / "meta.py"), str(meta)], folder, taken),
        serving("actions", list(actions.arguments), folder, str(actions.health), **settings.environment()),
        serving("stock", rasa, folder, f"{url}/"),
    ):
        yield f"{url}/webhook"


async def measure_peer(folder: Path, settings: Settings, webhooks: Sequence[Webhook], rate: float) -> list[Answer]:
    async with stock_rasa(folder, settings) as url:
        requests = [signed(url, traffic.as_messenger(items, PEER_PAGE), PEER_SECRET) for items in webhooks]
        with no_collection():
            answers = await OpenLoop(url, rate=rate, timeout_s=TIMEOUT_S).send(requests)
    tell_answers("peer", answers)
    return answers


# -- figures -----------------------------------------------------------------------------------------------------------


def percentile(answers: Sequence[Answer], share: float) -> float:
    """Milliseconds within which this share of the answers came."""
    times = sorted(answer.seconds for answer in answers)
    return 1_000 * times[min(len(times) - 1, int(share * len(times)))]


def tell_answers(side: str, answers: Sequence[Answer]) -> None:
    shares = {"p50": 0.5, "p90": 0.9, "p99": 0.99, "p99.9": 0.999, "longest": 1.0}
    times = ", ".join(f"{name} {percentile(answers, share):.1f}" for name, share in shares.items())
    tell(f"{side}: {times} ms; statuses {dict(Counter(answer.status for answer in answers))} (0: none in time)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=30, help="how long webhooks come")
    parser.add_argument("--rate", type=float, default=100, help="webhooks a second")
    parser.add_argument("--no-peer", action="store_true", help="measure ours alone")
    options = parser.parse_args()
    webhooks = traffic.plan(int(options.seconds * options.rate), CUSTOMERS)
    peer: list[Answer] = []
    with tempfile.TemporaryDirectory() as place:
        home = Path(place) / "var"
        with running_stack(home) as stack:
            ours = asyncio.run(measure_ours(stack, webhooks, options.rate))
        if not options.no_peer:
            peer = asyncio.run(measure_peer(Path(place), stack.settings, webhooks, options.rate))
    for name, share in (("ack_p50_ms", 0.5), ("ack_p99_ms", 0.99)):
        print_row(name, percentile(ours, share), percentile(peer, share) if peer else None, "ms", len(ours))


if __name__ == "__main__":
    main()
