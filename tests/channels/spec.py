"""Meta's own OpenAPI file of the WhatsApp API (v23.0) as a judge: is this a message that Meta takes?

The file lies beside the repository and is not ours to copy; where it is absent the judge lets everything pass and the
tests that ask it say so. Its known defects are mended before it judges:
1. `additionalProperties: false` inside `allOf`, and discriminators, which refuse every message there is;
2. `recipient_type` and a template language's `policy` are marked as required, and `to`, which user ids replaced;
3. a location's latitude and longitude are texts there;
4. link buttons, carousels, requests for places and addresses, and payments in the chat are missing.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

SPEC = Path(__file__).parents[3] / "shared/specs/meta_business_messaging_v23.yaml"
_URI = "urn:meta"
_LACKING = ["cta_url", "carousel", "location_request_message", "address_message", "order_details", "order_status"]


class Judge:
    @property
    def present(self) -> bool:
        return SPEC.exists()

    def message(self, body: Any) -> list[str]:
        """What Meta would say against the body of `POST /{number}/messages`."""
        if not self.present:
            return []
        found = self._validator.iter_errors(body)
        return [f"{'.'.join(map(str, error.absolute_path))}: {error.message[:300]}" for error in found]

    @cached_property
    def _validator(self) -> Draft202012Validator:
        return Draft202012Validator({"$ref": f"{_URI}#/components/schemas/Message"}, registry=self._registry)

    @cached_property
    def _registry(self) -> Registry:
        with SPEC.open("rb") as file:
            spec = yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        schemas = _mended(spec["components"]["schemas"])
        contents = {"components": {"schemas": schemas}}
        return Registry().with_resource(_URI, Resource.from_contents(contents, DRAFT202012))


def _mended(schemas: dict[str, Any]) -> dict[str, Any]:
    _relax(schemas)
    base = schemas["BaseMessageProperties"]
    base["required"] = ["messaging_product", "type"]
    base["anyOf"] = [{"required": ["to"]}, {"required": ["recipient"]}]
    schemas["LanguageObject"]["required"] = ["code"]
    schemas["InteractiveObject"]["properties"]["type"]["enum"] += _LACKING
    parameters = {"type": "object"}
    schemas["ActionObject"]["oneOf"] += [
        {"required": ["name", "parameters"], "properties": {"name": {"enum": [name]}, "parameters": parameters}}
        for name in ("cta_url", "address_message", "review_and_pay", "review_order")
    ] + [{"required": ["name"], "properties": {"name": {"enum": ["send_location"]}}}, {"required": ["cards"]}]
    for part in schemas["LocationMessage"]["allOf"]:
        for name in ("latitude", "longitude"):
            if "location" in part.get("properties", {}):
                part["properties"]["location"]["properties"][name].pop("type", None)
    return schemas


def _relax(node: Any) -> None:
    if isinstance(node, list):
        for child in node:
            _relax(child)
    if isinstance(node, dict):
        if node.get("additionalProperties") is False:
            del node["additionalProperties"]
        node.pop("discriminator", None)
        for name, child in node.items():
            if name == "$ref" and isinstance(child, str):
                node[name] = child.replace("#/", f"{_URI}#/")
            else:
                _relax(child)
