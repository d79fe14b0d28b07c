"""What the desk's API says: the shapes of its JSON. Amounts are formatted for the people at work, times are UTC."""

from __future__ import annotations

from datetime import datetime

import msgspec

from bot.conversation.messages import Attachment, Author, Delivery
from bot.conversation.ownership import Owner
from bot.conversation.replies import Shown
from bot.handoff.policy import Reason
from bot.handoff.queue import TicketState


class Held(msgspec.Struct, frozen=True):
    """A conversation's open ticket. `version` goes into If-Match of claim, release and give-back.

    `agent` is the name of who has it, `mine` whether that is you."""

    id: int
    state: TicketState
    version: int
    reason: Reason
    priority: int
    opened_at: datetime
    agent: str | None = None
    mine: bool = False


class DeskLine(msgspec.Struct, frozen=True):
    """One conversation in a list. `ticket` is null while the bot owns it.

    `last_words` are the customer's or an agent's, never the bot's. `waiting_since` is when the customer began to wait
    for a person's answer, null while nobody waits."""

    id: int
    customer: str
    channel: str
    owner: Owner
    last_words: str
    last_author: Author | None
    last_at: datetime | None
    ticket: Held | None
    waiting_since: datetime | None = None


class Counts(msgspec.Struct, frozen=True):
    waiting: int
    mine: int
    others: int


class QueueView(msgspec.Struct, frozen=True):
    """`waiting` is most urgent first, then longest waiting. `longest_wait_since` looks at every list.

    `now` is the server's clock, so that a page with a wrong one still counts right."""

    waiting: list[DeskLine]
    mine: list[DeskLine]
    others: list[DeskLine]
    counts: Counts
    longest_wait_since: datetime | None
    longest_wait_id: int | None
    now: datetime


class ConversationList(msgspec.Struct, frozen=True):
    conversations: list[DeskLine]


class DeskMessage(msgspec.Struct, frozen=True):
    """`reply` is what we showed, null for the customer's words. `tapped` says that they tapped a button with this text.

    `delivery` is null for incoming ones; `problem` says in words why an outgoing one did not arrive."""

    id: int
    author: Author
    name: str
    text: str
    reply: Shown | None
    attachments: list[Attachment]
    tapped: bool
    delivery: Delivery | None
    problem: str
    created_at: datetime


class Transcript(msgspec.Struct, frozen=True):
    """Oldest first; `more` says that older ones exist."""

    messages: list[DeskMessage]
    more: bool


class DeskContact(msgspec.Struct, frozen=True):
    name: str
    phone: str | None
    email: str | None
    locale: str | None
    since: datetime


class DeskCartLine(msgspec.Struct, frozen=True):
    label: str
    quantity: int
    amount: str


class DeskCart(msgspec.Struct, frozen=True):
    """`shipping` is null where delivery is free. `paying` says that a pay page for this very cart is open."""

    lines: list[DeskCartLine]
    shipping: str | None
    total: str
    paying: bool


class DeskOrder(msgspec.Struct, frozen=True):
    """`state` as `bot.selling.answers.OrderView` has it."""

    number: int
    state: str
    lines: list[DeskCartLine]
    shipping: str | None
    total: str
    created_at: datetime
    paid_at: datetime | None


class IntentGuess(msgspec.Struct, frozen=True):
    intent: str
    confidence: float


class Understood(msgspec.Struct, frozen=True):
    """What the bot made of one message: best guess first, `actions` as it took them."""

    text: str
    understood: bool
    guesses: list[IntentGuess]
    actions: list[str]
    at: datetime


class DeskNote(msgspec.Struct, frozen=True):
    id: int
    author: str
    text: str
    created_at: datetime


class Happening(msgspec.Struct, frozen=True):
    """A change of hands: ticket_opened, ticket_claimed, conversation_taken, ticket_released, given_back.

    `who` is empty for the bot."""

    what: str
    who: str
    reason: Reason | None
    at: datetime


class ConversationView(msgspec.Struct, frozen=True):
    """Everything about one conversation. `owner_version` goes into If-Match of take."""

    id: int
    channel: str
    owner: Owner
    owner_version: int
    ticket: Held | None
    contact: DeskContact
    cart: DeskCart | None
    orders: list[DeskOrder]
    summary: str
    understood: list[Understood]
    notes: list[DeskNote]
    history: list[Happening]
    transcript: Transcript
    now: datetime


class Written(msgspec.Struct, frozen=True):
    """`client_id` is the writer's own name for the message: sent again, it is not said twice."""

    client_id: str
    text: str


class GiveBack(msgspec.Struct, frozen=True):
    note: str = ""


class AgentTyping(msgspec.Struct, frozen=True):
    on: bool


class NewNote(msgspec.Struct, frozen=True):
    text: str
