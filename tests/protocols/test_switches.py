"""Each protocol is there with its key and not there without."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.app import create_app
from bot.composition import Parts
from bot.settings import load


def addresses(home: Path, **keys: str) -> set[str]:
    app = create_app(Parts(load({"SOUK_HOME": str(home), **keys})))
    try:
        return {"/" + route.path.strip("/") for route in app.router.routes}
    finally:
        type(app)._app_registry.pop("souk", None)


UCP, ACP, PAY = "/.well-known/ucp", "/.well-known/acp.json", "/pay/<purchase:str>"


@pytest.mark.parametrize(
    ("keys", "there"),
    [
        ({}, set()),
        ({"UCP_API_KEY": "k"}, {UCP, PAY}),
        ({"ACP_API_KEY": "k"}, {ACP, PAY}),
        ({"UCP_API_KEY": "k", "ACP_API_KEY": "l"}, {UCP, ACP, PAY}),
    ],
)
def test_a_protocol_without_its_key_does_not_exist(tmp_path: Path, keys: dict[str, str], there: set[str]) -> None:
    assert addresses(tmp_path, **keys) & {UCP, ACP, PAY} == there
