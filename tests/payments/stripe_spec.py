"""Stripe's own OpenAPI file as a judge: is this a request Stripe takes, an answer Stripe gives, an event Stripe sends?

The file lies beside the repository and is not ours to copy; where it is absent the judge lets everything pass and
`test_stripe_specification` says so.
"""

from __future__ import annotations

import json
import re
from functools import cached_property
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from sandbox.stripe.form import decode

SPEC = Path(__file__).parents[3] / "shared/specs/stripe_openapi_2026-05-27_commerce_subset.json"
_URI = "urn:stripe"


class Judge:
    @property
    def present(self) -> bool:
        return SPEC.exists()

    def request(self, method: str, path: str, form: str) -> list[str]:
        operation = self._operation(method, path)
        if operation is None:
            return []
        schema = _body_schema(operation) if method == "POST" else _query_schema(operation)
        return self._complaints(schema, _coerced(decode(form), schema), f"request {method} {path}")

    def answer(self, method: str, path: str, status: int, body: Any) -> list[str]:
        operation = self._operation(method, path)
        if status != 200:
            schema = {"$ref": "#/components/schemas/error"}
        elif operation is not None:
            schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
        else:
            return self._object(body, f"answer {method} {path}")
        return self._complaints(schema, body, f"answer {status} {method} {path}")

    def event(self, body: Any) -> list[str]:
        where = f"event {body.get('type')}"
        found = self._complaints({"$ref": "#/components/schemas/event"}, body, where)
        return found + self._object(body["data"]["object"], where)

    def _object(self, body: Any, where: str) -> list[str]:
        name = body["object"]
        if name not in self._spec["components"]["schemas"]:
            return []
        return self._complaints({"$ref": f"#/components/schemas/{name}"}, body, where)

    def _complaints(self, schema: dict[str, Any], body: Any, where: str) -> list[str]:
        if not self.present:
            return []
        schema = json.loads(json.dumps(schema).replace('"#/', f'"{_URI}#/'))
        errors = Draft202012Validator(schema, registry=self._registry).iter_errors(body)
        return [f"{where}: {'.'.join(map(str, error.absolute_path))}: {error.message[:300]}" for error in errors]

    def _operation(self, method: str, path: str) -> dict[str, Any] | None:
        for template, operations in self._spec["paths"].items():
            if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path):
                found: dict[str, Any] | None = operations.get(method.lower())
                return found
        return None

    @cached_property
    def _spec(self) -> dict[str, Any]:
        if not self.present:
            return {"paths": {}, "components": {"schemas": {}}}
        spec: dict[str, Any] = json.loads(SPEC.read_text())
        _make_strict(spec["components"])
        _make_strict(spec["paths"])
        return spec

    @cached_property
    def _registry(self) -> Registry:
        return Registry().with_resource(_URI, Resource.from_contents(self._spec, DRAFT202012))


def _body_schema(operation: dict[str, Any]) -> dict[str, Any]:
    schema: dict[str, Any] = operation["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]
    return schema


def _query_schema(operation: dict[str, Any]) -> dict[str, Any]:
    asked = {p["name"]: p["schema"] for p in operation.get("parameters", []) if p["in"] == "query"}
    return {"type": "object", "properties": asked, "additionalProperties": False}


def _make_strict(node: Any) -> None:
    """OpenAPI 3.0's `nullable` as JSON Schema says it, and no property that the file does not name.

    The file has lost its descriptions and with them every property of that name.
    """
    if isinstance(node, list):
        for child in node:
            _make_strict(child)
    if not isinstance(node, dict):
        return
    for child in node.values():
        _make_strict(child)
    if isinstance(node.get("properties"), dict) and node.get("type") == "object":
        node["properties"].setdefault("description", {})
        node.setdefault("additionalProperties", False)
    if node.pop("nullable", False) is True:
        if "anyOf" in node:
            node["anyOf"].append({"type": "null"})
        if "enum" in node:
            node["enum"].append(None)
        if isinstance(node.get("type"), str):
            node["type"] = [node["type"], "null"]


def _coerced(value: Any, schema: dict[str, Any]) -> Any:
    """A form's words as the types that the schema says they stand for; what fits none stays a word."""
    for option in schema.get("anyOf", []):
        if (option.get("type") in ("object", "array")) == isinstance(value, dict):
            return _coerced(value, option)
    match schema.get("type"), value:
        case "array", dict():
            return [_coerced(value[key], schema["items"]) for key in sorted(value, key=int)]
        case "object", dict():
            known, rest = schema.get("properties", {}), schema.get("additionalProperties")
            other = rest if isinstance(rest, dict) else {}
            return {key: _coerced(child, known.get(key, other)) for key, child in value.items()}
        case "integer", str() if re.fullmatch(r"-?\d+", value):
            return int(value)
        case "boolean", ("true" | "false"):
            return value == "true"
    return value
