"""Meta's way to say no: a code, perhaps a subcode, words for a developer. It knows no limits itself."""

from __future__ import annotations

from typing import Any

from sanic.response import HTTPResponse, json

INVALID, MISSING = 100, 131008


class Refused(Exception):
    """What Meta does not take. `status` is HTTP's; `code` and `subcode` are Graph's own."""

    def __init__(self, code: int, details: str, *, subcode: int | None = None, status: int = 400) -> None:
        super().__init__(details)
        self.code = code
        self.details = details
        self.subcode = subcode
        self.status = status


class NotOffered(Exception):
    """What no customer could do on this phone; the words say why."""


class Rules:
    """The checks of one platform, which all refuse with that platform's code for a bad parameter."""

    def __init__(self, bad_parameter: int, missing: int) -> None:
        self._bad = bad_parameter
        self._missing = missing

    def need(self, holds: bool, details: str) -> None:
        if not holds:
            raise Refused(self._bad, details)

    def length(self, value: Any, name: str, most: int, least: int = 1) -> str:
        """`value` as text of `least` to `most` characters that are not all blank."""
        fits = isinstance(value, str) and least <= len(value.strip() and value) and len(value) <= most
        self.need(fits, f"{name}: {least} to {most} characters")
        return str(value)

    def count(self, value: Any, name: str, most: int, least: int = 1) -> list[dict[str, Any]]:
        fits = isinstance(value, list) and least <= len(value) <= most and all(isinstance(one, dict) for one in value)
        self.need(fits, f"{name}: {least} to {most} of them")
        return list(value)

    def part(self, content: dict[str, Any], name: str) -> dict[str, Any]:
        part = content.get(name)
        if not isinstance(part, dict):
            raise Refused(self._missing, f"Required parameter is missing: {name}")
        return part

    def address(self, value: Any, name: str) -> None:
        self.need(isinstance(value, str) and value.startswith(("http://", "https://")), f"{name} must be an address")

    def distinct(self, values: list[str], name: str) -> None:
        self.need(len(set(values)) == len(values), f"{name} must differ")


def error_answer(refused: Refused, product: str = "") -> HTTPResponse:
    """Graph's error as JSON; WhatsApp puts the details into `error_data`."""
    error: dict[str, Any] = {
        "message": f"(#{refused.code}) {refused.details}",
        "type": "OAuthException",
        "code": refused.code,
        "fbtrace_id": "AStandInHasNoTrace",
    }
    if refused.subcode is not None:
        error["error_subcode"] = refused.subcode
    if product == "whatsapp":
        error["error_data"] = {"messaging_product": product, "details": refused.details}
    return json({"error": error}, status=refused.status)
