"""What becomes of a message that cannot reach its customer: a person is asked where a person can help.

Nobody is troubled with customers who cannot or do not want to be reached: the desk shows the message as failed.
"""

from __future__ import annotations

from bot.clock import Clock
from bot.conversation.messages import Author, Problem
from bot.handoff import policy
from bot.handoff.policy import Reason
from bot.handoff.queue import open_ticket
from bot.live import Live
from bot.storage import messages
from bot.storage.sql import Transaction

_REASONS = {
    Problem.WINDOW: Reason.WINDOW_CLOSED,
    Problem.REFUSED: Reason.DELIVERY_FAILED,
    Problem.MEDIA: Reason.DELIVERY_FAILED,
    Problem.PASSING: Reason.DELIVERY_FAILED,
}
_LOOKED_BACK = 20


class Undelivered:
    def __init__(self, live: Live, clock: Clock) -> None:
        self._live = live
        self._clock = clock

    async def follow_up(self, tx: Transaction, conversation_id: int, problem: Problem, *, by_bot: bool) -> None:
        """Open a ticket when somebody should act on it. A person's own message has its author looking at it already."""
        reason = _REASONS.get(problem)
        if reason is None or not by_bot:
            return
        said = [
            (Author(row.author), row.text) for row in await messages.transcript(tx, conversation_id, limit=_LOOKED_BACK)
        ]
        await open_ticket(
            tx,
            self._live,
            conversation=conversation_id,
            reason=reason,
            summary=policy.summary(reason, messages=said),
            priority=policy.priority(reason, paid=False),
            now=self._clock.now(),
        )
