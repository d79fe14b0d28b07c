"""Whatever agents, customers and the bot do, in whatever order and with whatever stale versions, the rules hold."""

from __future__ import annotations

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import select

from bot.accounts import User
from bot.errors import Conflict, NotAllowed
from bot.handoff.policy import Reason
from bot.storage.sql import Database, migrate
from bot.storage.tables import tickets
from tests.handoff.floor import Floor

AGENTS = st.integers(0, 2)
STALE = st.integers(0, 2)
"""How many versions behind an agent's screen is."""


class Ownership(RuleBasedStateMachine):
    """One conversation, three agents. The model is `holder`: None while the bot has it, 0 while nobody in particular
    has it, else an agent's id."""

    empty: bytes = b""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = TemporaryDirectory()
        path = Path(self.folder.name, "floor.db")
        path.write_bytes(self._empty_database())
        self.floor = Floor(Database(f"sqlite:///{path}"))
        self.agents: list[User] = [self.do(self.floor.agent(name)) for name in ("Léa", "Sam", "Noor")]
        self.conversation: int = self.do(self.floor.customer_writes("hello"))
        self.ticket: int | None = None
        self.holder: int | None = None
        self.version = 0
        self.said: list[str] = []
        self.asked = 0
        self.heard: list[str] = []

    @classmethod
    def _empty_database(cls) -> bytes:
        if not cls.empty:
            with TemporaryDirectory() as folder:
                path = Path(folder, "empty.db")
                migrate(f"sqlite:///{path}")
                cls.empty = path.read_bytes()
        return cls.empty

    def do(self, coroutine: Any) -> Any:
        return self.loop.run_until_complete(coroutine)

    def refused(self, coroutine: Any) -> bool:
        try:
            self.do(coroutine)
        except (Conflict, NotAllowed):
            return True
        return False

    def teardown(self) -> None:
        self.do(self.floor.db.close())
        self.loop.close()
        self.folder.cleanup()

    @rule(reason=st.sampled_from([reason for reason in Reason if reason is not Reason.TAKEN]))
    def the_bot_hands_off(self, reason: Reason) -> None:
        opened = self.do(self.floor.hand_off(self.conversation, reason))
        assert (opened is not None) == (self.holder is None)
        if opened is not None:
            self.ticket, self.holder, self.version = opened, 0, 0

    @precondition(lambda self: self.ticket is not None)
    @rule(agent=AGENTS, stale=STALE)
    def an_agent_claims(self, agent: int, stale: int) -> None:
        user = self.agents[agent]
        refused = self.refused(self.floor.takeover.claim(self.ticket, user, self.version - stale))
        assert refused == (not (self.holder == user.id or (self.holder == 0 and stale == 0)))
        if not refused and self.holder == 0:
            self.holder, self.version = user.id, self.version + 1

    @rule(agent=AGENTS, stale=STALE)
    def an_agent_takes_over(self, agent: int, stale: int) -> None:
        user = self.agents[agent]
        seen = self.do(self.floor.conversation(self.conversation)).owner_version - stale
        refused = self.refused(self.floor.takeover.take(self.conversation, user, seen))
        free = self.holder == 0 or self.holder == user.id or (self.holder is None and stale == 0)
        assert refused == (not free)
        if refused or self.holder == user.id:
            return
        if self.holder is None:
            self.ticket = self.do(self._open_ticket())
            self.version = 0
        else:
            self.version += 1
        self.holder = user.id

    @precondition(lambda self: self.ticket is not None)
    @rule(agent=AGENTS, stale=STALE)
    def an_agent_releases(self, agent: int, stale: int) -> None:
        user = self.agents[agent]
        refused = self.refused(self.floor.takeover.release(self.ticket, user, self.version - stale))
        assert refused == (not (self.holder == user.id and stale == 0))
        if not refused:
            self.holder, self.version = 0, self.version + 1

    @precondition(lambda self: self.ticket is not None)
    @rule(agent=AGENTS, stale=STALE)
    def an_agent_gives_back(self, agent: int, stale: int) -> None:
        user = self.agents[agent]
        refused = self.refused(self.floor.takeover.give_back(self.ticket, user, self.version - stale))
        assert refused == (not (self.holder == user.id and stale == 0))
        if not refused:
            self.holder = None

    @precondition(lambda self: self.ticket is not None)
    @rule(agent=AGENTS)
    def an_agent_writes(self, agent: int) -> None:
        user = self.agents[agent]
        words = f"words {len(self.said)}"
        refused = self.refused(self.floor.takeover.write(self.ticket, user, words, client_id=words))
        assert refused == (self.holder != user.id)
        if not refused:
            self.said.append(words)

    @rule()
    def the_customer_writes(self) -> None:
        words = f"more {self.asked}"
        self.asked += 1
        self.do(self.floor.customer_writes(words))
        if self.holder is None:
            self.do(self.floor.turn(self.conversation))
            self.heard.append(words)
        else:
            self.do(self.floor.hear(self.conversation))

    async def _open_ticket(self) -> int | None:
        async with self.floor.db.read() as tx:
            query = select(tickets.c.id).where(tickets.c.open_for == self.conversation)
            return (await tx.execute(query)).scalar_one_or_none()

    @invariant()
    def a_person_owns_it_exactly_while_a_ticket_is_open(self) -> None:
        row = self.do(self.floor.conversation(self.conversation))
        assert (row.owner == "person") == (self.do(self._open_ticket()) is not None)
        assert (row.owner, row.owner_user_id) == (
            "bot" if self.holder is None else "person",
            self.holder or None,
        )

    @invariant()
    def the_ticket_names_the_same_holder(self) -> None:
        if self.ticket is None:
            return
        ticket = self.do(self.floor.ticket(self.ticket))
        expected = {None: "closed", 0: "waiting"}.get(self.holder, "claimed")
        assert ticket.state == expected
        if expected == "claimed":
            assert ticket.user_id == self.holder

    @invariant()
    def nothing_was_said_but_by_holders(self) -> None:
        assert self.do(self.floor.written()) == self.said

    @invariant()
    def the_bot_is_told_every_word_at_most_once_and_in_order(self) -> None:
        told = self.do(self.floor.told_to_bot(self.conversation))
        agents = [words for author, words in told if author == "agent"]
        assert agents == self.said[: len(agents)]
        customers = [words for author, words in told if author == "customer"]
        assert customers == list(dict.fromkeys(customers))
        assert not set(customers) & set(self.heard)


TestOwnership = Ownership.TestCase
TestOwnership.settings = settings(
    max_examples=20, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
