"""The sandbox's own time: the machine's, plus what a test asked to skip. Webhook signatures do not use it."""

from __future__ import annotations

import time

from sandbox.stripe.store import Store


class SandboxClock:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._ahead = int(store.fact("clock_ahead", "0"))

    @property
    def ahead(self) -> int:
        return self._ahead

    def now(self) -> int:
        return int(time.time()) + self._ahead

    def advance(self, seconds: int) -> None:
        """Move by so many seconds, back as well; what has run out stays so."""
        self._ahead += seconds
        self._store.set_fact("clock_ahead", str(self._ahead))

    def set(self, now: int) -> None:
        """Show that moment, and run on from it."""
        self.advance(now - self.now())
