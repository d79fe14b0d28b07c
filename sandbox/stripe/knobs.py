"""Faults on purpose: what a real network and a real Stripe do now and then, done when a test asks for it."""

from __future__ import annotations

from msgspec import Struct, structs


class Knobs(Struct, forbid_unknown_fields=True, kw_only=True):
    """Numbers ending in `_next` count down to 0. All start at rest; a restart puts them back.

    `api_fail_after_work` decides whether a failing request had done its work before: then its failure is kept for
    its idempotency key, as at Stripe. `webhook_duplicates` are further deliveries of the same event,
    `webhook_twins` further events of another id about the same thing.
    """

    api_fail_next: int = 0
    api_fail_status: int = 500
    api_fail_after_work: bool = False
    api_drop_answer_next: int = 0
    api_latency_s: float = 0.0
    webhook_duplicates: int = 0
    webhook_twins: int = 0
    webhook_shuffle: bool = False
    webhook_delay_s: float = 0.0
    webhook_drop_next: int = 0

    def turn(self, changes: Knobs, names: set[str]) -> None:
        for name in names:
            setattr(self, name, getattr(changes, name))

    def use_up(self, name: str) -> bool:
        """Whether the counting knob `name` is on; takes one from it."""
        left = getattr(self, name)
        if left > 0:
            setattr(self, name, left - 1)
        return bool(left > 0)

    def shown(self) -> dict[str, object]:
        return structs.asdict(self)
