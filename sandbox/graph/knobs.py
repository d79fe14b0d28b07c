"""Faults on order, for tests: what the next sends are answered, and what is told of them afterwards."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sanic.response import HTTPResponse, html, text

from sandbox.graph.refusals import Refused, error_answer

_FAILS_ITSELF = (1, 2, 131000, 131016)


@dataclass(frozen=True)
class Fault:
    """One send's answer. Without a `code` it is an HTTP status alone, as a proxy on the way answers."""

    code: int | None
    subcode: int | None
    status: int

    @classmethod
    def of(cls, asked: dict[str, Any]) -> Fault:
        code = asked.get("code")
        usual = 500 if code in _FAILS_ITSELF else 400
        return cls(code, asked.get("subcode"), int(asked.get("status", usual)))

    def answer(self, platform: str) -> HTTPResponse:
        if self.code is None:
            return text("", status=self.status)
        refused = Refused(self.code, "Simulated", subcode=self.subcode, status=self.status)
        return error_answer(refused, platform)


@dataclass
class Knobs:
    """`errors`, then `html`, are used up send by send; so is `lose`, a message that is taken and not answered.

    `slow_s`, `statuses`, `fail_status` and `hold_statuses` stay until the knobs are turned again. `statuses` is the
    order in which news of a message is told; `fail_status` is the code with which each one then fails (WhatsApp).
    """

    errors: list[Fault] = field(default_factory=list)
    html: int = 0
    lose: int = 0
    slow_s: float = 0.0
    statuses: list[str] | None = None
    fail_status: int | None = None
    hold_statuses: bool = False

    @classmethod
    def of(cls, asked: dict[str, Any]) -> Knobs:
        """From `{"codes": [code…], "error": {code?, subcode?, status?} or a list of them, "html": n, "lose": n, …}`."""
        given = asked.get("error", [])
        errors = [{"code": code} for code in asked.get("codes", [])] + (given if isinstance(given, list) else [given])
        return cls(
            errors=[Fault.of(error) for error in errors],
            html=int(asked.get("html", 0)),
            lose=int(asked.get("lose", 0)),
            slow_s=float(asked.get("slow_s", 0)),
            statuses=asked.get("statuses"),
            fail_status=asked.get("fail_status"),
            hold_statuses=bool(asked.get("hold_statuses", False)),
        )

    def fault(self, platform: str) -> HTTPResponse | None:
        """The next send's answer, if it is to fail before anything is taken."""
        if self.errors:
            return self.errors.pop(0).answer(platform)
        if self.html:
            self.html -= 1
            return html("<html><body>502 Bad Gateway</body></html>", status=502)
        return None

    def loses(self) -> bool:
        if not self.lose:
            return False
        self.lose -= 1
        return True

    def told(self) -> list[str]:
        """The statuses of a message, in the order in which they are told."""
        if self.fail_status is not None:
            return [*(self.statuses or ["sent"]), "failed"]
        return ["sent", "delivered", "read"] if self.statuses is None else self.statuses
