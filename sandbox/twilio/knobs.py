"""Faults on order, for tests: what the next sends are answered, and what is told of them afterwards."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

TOLD = ("queued", "sent", "delivered")


@dataclass
class Knobs:
    """`codes`, then `html`, are used up send by send; so is `lose`, a message that is taken and not answered.

    `slow_s`, `statuses` and `fail_status` (the code with which each message then fails) stay until turned again."""

    codes: list[int] = field(default_factory=list)
    html: int = 0
    lose: int = 0
    slow_s: float = 0.0
    statuses: list[str] | None = None
    fail_status: int | None = None

    @classmethod
    def of(cls, asked: dict[str, Any]) -> Knobs:
        return cls(
            codes=[int(code) for code in asked.get("codes", [])],
            html=int(asked.get("html", 0)),
            lose=int(asked.get("lose", 0)),
            slow_s=float(asked.get("slow_s", 0)),
            statuses=asked.get("statuses"),
            fail_status=asked.get("fail_status"),
        )

    def next_code(self) -> int | None:
        return self.codes.pop(0) if self.codes else None

    def breaks(self) -> bool:
        self.html, broken = max(0, self.html - 1), self.html > 0
        return broken

    def loses(self) -> bool:
        self.lose, lost = max(0, self.lose - 1), self.lose > 0
        return lost

    def told(self) -> list[str]:
        """The states of a message, in the order in which they are told."""
        if self.fail_status is not None:
            return [*(self.statuses or TOLD[:2]), "undelivered"]
        return list(TOLD) if self.statuses is None else self.statuses
