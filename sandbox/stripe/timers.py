"""What happens by itself: sessions run out and bank debits are decided, by the sandbox's clock."""

from __future__ import annotations

import asyncio

from sandbox.stripe import payments, sessions
from sandbox.stripe.account import Account

_WORK = {"lapse": sessions.lapse, "settle": payments.settle}
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
