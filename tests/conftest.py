"""Fixtures that any test may ask for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.stack import Stack, running_stack


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A whole shop, started once for all tests that ask for it; each uses customers of its own."""
    with running_stack(tmp_path_factory.mktemp("shop") / "var") as shop:
        yield shop
