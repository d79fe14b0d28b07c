from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.webhooks.gateway import Gateway, running_gateway


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory, valkey: str) -> Iterator[Gateway]:
    with running_gateway(tmp_path_factory.mktemp("gateway"), valkey) as running:
        yield running
