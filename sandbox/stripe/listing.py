"""The parameters that every list takes. Source: docs.stripe.com/api/pagination."""

from __future__ import annotations

from typing import Any

from sandbox.stripe.errors import InvalidParams
from sandbox.stripe.params import Param, moments, rows, text, whole
from sandbox.stripe.store import Page

EXPAND = {"expand": Param(rows(text(), 20))}
LIST = EXPAND | {
    "limit": Param(whole(1, 100)),
    "starting_after": Param(text()),
    "ending_before": Param(text()),
}
LIST_BY_TIME = LIST | {"created": Param(moments)}


def page_of(asked: dict[str, Any]) -> Page:
    if "starting_after" in asked and "ending_before" in asked:
        raise InvalidParams("You may only specify one of these parameters: ending_before, starting_after.")
    return Page(
        asked.get("limit", 10), asked.get("starting_after"), asked.get("ending_before"), **asked.get("created", {})
    )
