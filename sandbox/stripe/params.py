"""What a call accepts, said as a table, and the reading of a decoded form by it.

Names what is unknown, missing or of the wrong kind by its full path, in Stripe's words and codes
(`parameter_unknown`, `parameter_missing`, ...). Knows nothing of what the values mean.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.stripe.errors import InvalidParams
from sandbox.stripe.form import Tree

Reader = Callable[["str | Tree", str], Any]
_URL = re.compile(r"https?://[^\s]+|(?!javascript:|data:)[a-z][a-z0-9+.-]*://[^\s]+", re.IGNORECASE)


LAST = 2**53
"""No whole number is larger, and no moment later."""


@dataclass(frozen=True, slots=True)
class Param:
    reader: Reader
    required: bool = False


Params = Mapping[str, Param]


def read(tree: Tree, accepted: Params, path: str = "") -> dict[str, Any]:
    """The values that were sent, typed; absent ones stay absent. Raises `InvalidParams`."""
    for name in tree:
        if name not in accepted:
            where = _join(path, name)
            raise InvalidParams(f"Received unknown parameter: {where}", code="parameter_unknown", param=where)
    for name, param in accepted.items():
        if param.required and name not in tree:
            where = _join(path, name)
            raise InvalidParams(f"Missing required param: {where}.", code="parameter_missing", param=where)
    return {name: accepted[name].reader(value, _join(path, name)) for name, value in tree.items()}


def text(longest: int = 5000) -> Reader:
    def reader(value: str | Tree, path: str) -> str:
        string = _string(value, path)
        if not string:
            raise InvalidParams(
                f"You passed an empty string for '{path}'. Remove it from your request or supply a value.",
                code="parameter_invalid_empty",
                param=path,
            )
        if len(string) > longest:
            raise InvalidParams(f"Invalid string: {path} must be at most {longest} characters", param=path)
        return string

    return reader


def url(value: str | Tree, path: str) -> str:
    string = _string(value, path)
    if len(string) > 5000 or _URL.fullmatch(string) is None:
        raise InvalidParams("Not a valid URL", code="url_invalid", param=path)
    return string


def whole(least: int = 0, most: int = LAST) -> Reader:
    def reader(value: str | Tree, path: str) -> int:
        string = _string(value, path)
        if re.fullmatch(r"-?[0-9]{1,18}", string) is None:
            raise InvalidParams(f"Invalid integer: {string[:40]}", code="parameter_invalid_integer", param=path)
        number = int(string)
        if number < least:
            raise InvalidParams(f"This value must be greater than or equal to {least}.", param=path)
        if number > most:
            raise InvalidParams(f"This value must be less than or equal to {most}.", param=path)
        return number

    return reader


def percentage(value: str | Tree, path: str) -> float:
    """Above 0 and up to 100, with at most two decimals."""
    string = _string(value, path)
    if re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,2})?", string) is None or not 0 < float(string) <= 100:
        raise InvalidParams("Invalid decimal: must be greater than 0 and at most 100", param=path)
    return float(string)


def choice(*known: str) -> Reader:
    def reader(value: str | Tree, path: str) -> str:
        string = _string(value, path)
        if string not in known:
            raise InvalidParams(f"Invalid {path}: must be one of {', '.join(known)}", param=path)
        return string

    return reader


def flag(value: str | Tree, path: str) -> bool:
    string = _string(value, path)
    if string not in ("true", "false"):
        raise InvalidParams(f"Invalid boolean: {string[:40]}", param=path)
    return string == "true"


def table(accepted: Params) -> Reader:
    def reader(value: str | Tree, path: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise InvalidParams("Invalid object", param=path)
        return read(value, accepted, path)

    return reader


def rows(row: Reader, most: int) -> Reader:
    def reader(value: str | Tree, path: str) -> list[Any]:
        if not isinstance(value, dict) or not all(key.isdecimal() for key in value):
            raise InvalidParams("Invalid array", param=path)
        if len(value) > most:
            raise InvalidParams(f"Array {path} exceeded maximum {most} allowed elements.", param=path)
        return [row(value[key], f"{path}[{key}]") for key in sorted(value, key=int)]

    return reader


def words(value: str | Tree, path: str) -> dict[str, str]:
    """Metadata: at most 50 keys of 40 characters with values of 500. Source: docs.stripe.com/api/metadata."""
    if not isinstance(value, dict):
        raise InvalidParams("Invalid object", param=path)
    if len(value) > 50:
        raise InvalidParams("Metadata can have at most 50 keys.", param=path)
    for key in value:
        if len(key) > 40:
            raise InvalidParams("Metadata keys are limited to 40 characters.", param=f"{path}[{key[:40]}]")
    return {key: text(500)(word, f"{path}[{key}]") for key, word in value.items()}


def word_changes(value: str | Tree, path: str) -> dict[str, str]:
    """Metadata as an update takes it: a key without a value is to be taken away."""
    if not isinstance(value, dict):
        raise InvalidParams("Invalid object", param=path)
    kept = {key: word for key, word in value.items() if word != ""}
    return {**dict.fromkeys(value, ""), **words(kept, path)}


def changed_words(known: dict[str, str], changes: dict[str, str]) -> dict[str, str]:
    return {key: word for key, word in (known | changes).items() if word}


def moments(value: str | Tree, path: str) -> dict[str, int]:
    """A moment, or a span of them by `gt`, `gte`, `lt` and `lte`: the first and the last that fit."""
    if not isinstance(value, dict):
        at = whole()(value, path)
        return {"since": at, "until": at}
    asked = read(value, {name: Param(whole()) for name in ("gt", "gte", "lt", "lte")}, path)
    since = max(asked.get("gte", 0), asked.get("gt", -1) + 1)
    until = min(asked.get("lte", LAST), asked.get("lt", LAST + 1) - 1)
    return {"since": since, "until": until}


def _string(value: str | Tree, path: str) -> str:
    if not isinstance(value, str):
        raise InvalidParams("Invalid string", param=path)
    return value


def _join(path: str, name: str) -> str:
    return f"{path}[{name}]" if path else name
