"""The sandbox of Stripe for these tests is the same as for `tests/payments`, the browser as for `tests/browser`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.browser.conftest import browser, keep_picture, open_page
from tests.payments.conftest import _session_sandbox, sandbox
from tests.sandbox.graph_process import Graph, Shop, open_shop, running_graph
from tests.sandbox.simulated_gateway import Gateway, open_gateway

__all__ = ["_session_sandbox", "browser", "keep_picture", "open_page", "sandbox"]


@pytest.fixture(scope="session")
def _session_shop() -> Iterator[Shop]:
    with open_shop() as shop:
        yield shop


@pytest.fixture(scope="session")
def _session_graph(_session_shop: Shop) -> Iterator[Graph]:
    with running_graph(_session_shop.url) as graph:
        yield graph


@pytest.fixture
def shop(_session_shop: Shop) -> Shop:
    """One for many tests; each has phone numbers of its own."""
    _session_shop.refusals.clear()
    _session_shop.refused.clear()
    return _session_shop


@pytest.fixture
def graph(_session_graph: Graph, shop: Shop) -> Graph:
    """A stand-in shared by many tests; each begins with its knobs at rest."""
    _session_graph.turn()
    return _session_graph


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    """The simulator's page, with a stand-in and a shop of its own."""
    async with open_gateway() as gateway:
        yield gateway
