"""Faults on purpose: what a real network and a real Stripe do now and then, done when a test asks for it."""

from __future__ import annotations

import random

from msgspec import Struct, structs


class Knobs(Struct, forbid_unknown_fields=True, kw_only=True):
    """Numbers ending in `_next` count down to 0, those in `_percent` are drawn each time. All start at rest; a
    restart puts them back. Faults of the API strike what a shop calls, not what a shopper does (`/v1/payment_pages`).

    `seed` begins the drawing anew, so that a storm can be had twice. `api_fail_next` fails with `api_fail_status`;
    `api_fail_after_work` decides whether it had done its work before: then its failure is kept for its idempotency
    key, as at Stripe. Of the percentages, `api_limit` is 429 and `api_fail` `api_fail_status` at the door,
    `api_fail_late` is 500 after the work. `api_should_retry` is the header that goes with a failure, instead of what
    would be true. `api_hang` does the work and says nothing for `api_hang_s`; `api_drop_answer` hangs up after it.

    `webhook_duplicates` are further deliveries of the same event, `webhook_twins` further events of another id about
    the same thing; their percentages add one.
    """

    seed: int = 0
    api_fail_next: int = 0
    api_fail_status: int = 500
    api_fail_after_work: bool = False
    api_should_retry: bool | None = None
    api_limit_percent: float = 0.0
    api_fail_percent: float = 0.0
    api_fail_late_percent: float = 0.0
    api_hang_next: int = 0
    api_hang_percent: float = 0.0
    api_hang_s: float = 30.0
    api_drop_answer_next: int = 0
    api_drop_answer_percent: float = 0.0
    api_latency_s: float = 0.0
    webhook_duplicates: int = 0
    webhook_duplicate_percent: float = 0.0
    webhook_twins: int = 0
    webhook_twin_percent: float = 0.0
    webhook_shuffle: bool = False
    webhook_delay_s: float = 0.0
    webhook_drop_next: int = 0
    webhook_drop_percent: float = 0.0


class Faults:
    """The knobs as they stand, and the dice for those that are left to chance."""

    def __init__(self) -> None:
        self.knobs = Knobs()
        self._dice = random.Random(0)  # noqa: S311

    def turn(self, changes: Knobs, names: set[str]) -> None:
        for name in names:
            setattr(self.knobs, name, getattr(changes, name))
        if "seed" in names:
            self._dice.seed(changes.seed)

    def rest(self) -> None:
        self.turn(Knobs(), set(Knobs.__struct_fields__))

    def strikes(self, name: str) -> bool:
        """Whether the fault `name` happens now: by its `_next`, or by chance."""
        return self._use_up(f"{name}_next") or self._falls(f"{name}_percent")

    def copies(self, name: str) -> int:
        """How many more there are of a thing: by `<name>s`, and one more by chance."""
        return int(getattr(self.knobs, f"{name}s")) + int(self._falls(f"{name}_percent"))

    def jitter(self, within_s: float) -> float:
        return self._dice.uniform(0, within_s)

    def shown(self) -> dict[str, object]:
        return structs.asdict(self.knobs)

    def _use_up(self, name: str) -> bool:
        left = getattr(self.knobs, name, 0)
        if left > 0:
            setattr(self.knobs, name, left - 1)
        return bool(left > 0)

    def _falls(self, name: str) -> bool:
        percent = getattr(self.knobs, name, 0)
        return bool(percent > 0 and self._dice.uniform(0, 100) < percent)
