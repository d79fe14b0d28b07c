"""What the address of a request says."""

from __future__ import annotations

import re

from sanic import Request

from bot.errors import BadInput

NUMBER = re.compile(r"[0-9]{1,18}")


def number(request: Request, name: str) -> int | None:
    """`?name=7`; None where it is not there. Raises BadInput."""
    value = request.args.get(name)
    if value is None:
        return None
    if not NUMBER.fullmatch(value):
        raise BadInput("not_a_number", f"{name} is a whole number.", name=name)
    return int(value)
