"""Writers of one database: in turn over connections and processes, and together where they come together."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.storage.group import MOST_TOGETHER, GroupCommit
from bot.storage.sql import Database, Transaction


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    db = Database(f"sqlite:///{tmp_path / 'turns.db'}")
    async with db.write() as tx:
        await tx.execute(text("CREATE TABLE said (word TEXT UNIQUE)"))
    yield db
    await db.close()


async def words(db: Database) -> list[str]:
    async with db.read() as tx:
        return list((await tx.execute(text("SELECT word FROM said ORDER BY rowid"))).scalars())


async def say(tx: Transaction, word: str) -> str:
    await tx.execute(text("INSERT INTO said (word) VALUES (:word)"), {"word": word})
    return word.upper()


async def test_who_has_written_queues_behind_who_waits(db: Database, tmp_path: Path) -> None:
    other = Database(f"sqlite:///{tmp_path / 'turns.db'}")
    busy_is_at_it = asyncio.Event()

    async def busy() -> None:
        for number in range(20):
            async with db.write() as tx:
                await say(tx, f"busy {number}")
                busy_is_at_it.set()
                await asyncio.sleep(0.01)

    async def seldom() -> None:
        await busy_is_at_it.wait()
        async with other.write() as tx:
            await say(tx, "seldom")

    await asyncio.gather(busy(), seldom())
    await other.close()
    assert (await words(db)).index("seldom") <= 2


async def test_a_write_that_fails_or_is_cancelled_lets_the_next_one_in(db: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        await say_and_fail(db)
    stuck = asyncio.create_task(hold(db))
    waiting = asyncio.create_task(hold(db))
    await asyncio.sleep(0.05)
    waiting.cancel()
    stuck.cancel()
    await asyncio.gather(stuck, waiting, return_exceptions=True)
    async with asyncio.timeout(2), db.write() as tx:
        await say(tx, "kept")
    assert await words(db) == ["kept"]


async def say_and_fail(db: Database) -> None:
    async with db.write() as tx:
        await say(tx, "lost")
        raise ZeroDivisionError


async def hold(db: Database) -> None:
    async with db.write():
        await asyncio.sleep(60)


async def test_a_writer_that_does_not_queue_is_waited_for_without_stopping_the_process(
    db: Database, tmp_path: Path
) -> None:
    rude = sqlite3.connect(tmp_path / "turns.db", isolation_level=None)
    rude.execute("BEGIN IMMEDIATE")
    asyncio.get_running_loop().call_later(0.2, rude.rollback)
    async with db.write() as tx:
        await say(tx, "after you")
    rude.close()
    assert await words(db) == ["after you"]


async def test_what_comes_together_is_committed_together_and_each_gets_its_own_answer(db: Database) -> None:
    transactions = set()

    async def write(tx: Transaction, word: str) -> str:
        transactions.add(id(tx))
        return await say(tx, word)

    group = GroupCommit(db, write)
    wanted = [f"word {number}" for number in range(MOST_TOGETHER)]
    assert await asyncio.gather(*map(group.add, wanted)) == [word.upper() for word in wanted]
    assert await words(db) == wanted
    assert len(transactions) == 1


async def test_one_piece_that_cannot_be_written_fails_alone(db: Database) -> None:
    group = GroupCommit(db, say)
    outcomes = await asyncio.gather(*map(group.add, ["a", "b", "a", "c"]), return_exceptions=True)
    assert [outcome for outcome in outcomes if isinstance(outcome, str)] == ["A", "B", "C"]
    assert await words(db) == ["a", "b", "c"]
    assert await group.add("d") == "D"


async def test_a_caller_who_goes_away_does_not_take_the_others_along(db: Database) -> None:
    group = GroupCommit(db, say)
    gone, stays = asyncio.create_task(group.add("gone")), asyncio.create_task(group.add("stays"))
    await asyncio.sleep(0)
    gone.cancel()
    assert await stays == "STAYS"
    assert await words(db) == ["gone", "stays"]
