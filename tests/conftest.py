"""Fixtures that any test may ask for."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any

import pytest

from tests.support.stack import Stack, running_stack


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


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """A failing test on a whole shop shows the end of every process's log."""
    report = yield
    shop = getattr(item, "funcargs", {}).get("stack")
    if report.failed and isinstance(shop, Stack):
        report.sections.append(("logs of the shop", shop.logs()))
    return report
