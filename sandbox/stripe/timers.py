"""What happens by itself, by the sandbox's clock: sessions run out; debits, refunds and disputes are decided."""

from __future__ import annotations

import asyncio

from sandbox.stripe import disputes, payments, refunds, sessions
from sandbox.stripe.account import Account

_WORK = {
    "dispute": disputes.begin,
    "dispute_due": disputes.run_out,
    "judge": disputes.judge,
    "lapse": sessions.lapse,
    "refund": refunds.settle,
    "settle": payments.settle,
}
_EVERY_S = 1.0


def run_due(account: Account) -> None:
    """Do what is due. Every request begins with it, so that no answer is older than the clock."""
    with account.store.transaction():
        due = account.store.take_due(account.clock.now())
        for work, id_ in due:
            _WORK[work](account, id_)
    if due:
        account.deliveries.hurry()


async def run(account: Account) -> None:
    while True:
        run_due(account)
        await asyncio.sleep(_EVERY_S)
