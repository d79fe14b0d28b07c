"""The protocols' own JSON schemas as judges. They lie beside the repository and are not ours to copy; where they are
absent `test_the_schemas_are_here` says so and nothing is judged."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

SPECS = Path(__file__).parents[3] / "shared/specs"
_UCP = SPECS / "ucp/source/schemas"
_ACP = SPECS / "acp/spec-2026-04-17/json-schema/schema.agentic_checkout.json"
_ACP_URI = "urn:acp"


def present() -> bool:
    return _UCP.exists() and _ACP.exists()


@cache
def _registry() -> Registry[Any]:
    found = [json.loads(path.read_text()) for path in _UCP.rglob("*.json")]
    pairs = [(schema["$id"], Resource.from_contents(schema)) for schema in found if "$id" in schema]
    acp = json.loads(_ACP.read_text())
    return Registry().with_resources([*pairs, (_ACP_URI, Resource.from_contents(acp))])


def ucp_complaints(name: str, body: Any) -> list[str]:
    """`name` as in `shopping/checkout.json` or `profile.json#/$defs/business_schema`."""
    return _complaints(f"https://ucp.dev/schemas/{name}", body)


def acp_complaints(name: str, body: Any) -> list[str]:
    return _complaints(f"{_ACP_URI}#/$defs/{name}", body)


def _complaints(uri: str, body: Any) -> list[str]:
    if not present():
        return []
    validator = Draft202012Validator({"$ref": uri}, registry=_registry())
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(body)]
