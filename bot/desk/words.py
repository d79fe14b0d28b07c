"""What the desk's API says: the shapes of its JSON. Amounts are formatted for the people at work, times are UTC."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from bot.conversation.messages import Author
from bot.conversation.ownership import Owner
from bot.desk.goods import DeskCart, DeskOrder
from bot.desk.said import CameFrom, Transcript
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

    `account` is the brand or number it came to, empty where the channel has one only. `moved_at` is when anybody said
    anything last, the order of the list. `last_words` are the customer's or an agent's, never the bot's; where
    there were none, `last_kind` says what came (image, location, order, …).
    `waiting_since` is when the customer began to wait for a person's answer, null while nobody waits."""

    id: int
    customer: str
    channel: str
    account: str
    owner: Owner
    moved_at: datetime | None
    last_words: str
    last_kind: str
    last_author: Author | None
    last_at: datetime | None
    ticket: Held | None
    waiting_since: datetime | None = None


class Counts(msgspec.Struct, frozen=True):
    waiting: int
    mine: int
    others: int


class DeskAlarm(msgspec.Struct, frozen=True):
    """Open trouble with an account. `stops` says that nothing goes out until it is mended, which ends it by itself;
    any other ends when somebody has seen to it. `waiting` counts the messages that wait to go out there."""

    id: int
    channel: str
    account: str
    words: str
    stops: bool
    waiting: int
    since: datetime


class QueueView(msgspec.Struct, frozen=True):
    """`waiting` is most urgent first, then longest waiting. `longest_wait_since` looks at every list.

    `channels` are those that are on. `now` is the server's clock, so that a page with a wrong one counts right."""

    waiting: list[DeskLine]
    mine: list[DeskLine]
    others: list[DeskLine]
    counts: Counts
    longest_wait_since: datetime | None
    longest_wait_id: int | None
    alarms: list[DeskAlarm]
    channels: list[str]
    now: datetime


class ConversationList(msgspec.Struct, frozen=True):
    """`next` goes into `?before=` for the ones after these; null where there are none."""

    conversations: list[DeskLine]
    next: str | None


class IdentityKind(StrEnum):
    NUMBER = "number"
    ADDRESS = "address"
    USER_ID = "user_id"
    VISITOR = "visitor"


class DeskIdentity(msgspec.Struct, frozen=True):
    """What a channel calls the customer. `conversation` is what they say there."""

    channel: str
    account: str
    kind: IdentityKind
    id: str
    conversation: int | None


class DeskContact(msgspec.Struct, frozen=True):
    """`hides_number`: they are on WhatsApp by a user id alone. `wants_news` is null where they never said."""

    name: str
    phone: str | None
    email: str | None
    locale: str | None
    since: datetime
    identities: list[DeskIdentity]
    hides_number: bool
    wants_news: bool | None


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


class Reach(StrEnum):
    """Whether the customer may be written to now, and how."""

    OPEN = "open"  # freely
    PERSON = "person"  # a person's answer only
    NOTICE = "notice"  # as the approved notice only, with any words in it
    SHUT = "shut"  # not at all: they were silent too long
    STOPPED = "stopped"  # not at all: they said so
    NOT_OURS = "not_ours"  # not at all: another app holds the thread
    OFF = "off"  # not at all: the channel is off


class Reachable(msgspec.Struct, frozen=True):
    """`until` is when that ends, null where it has no end. `notice` is the name of the approved notice."""

    state: Reach
    until: datetime | None = None
    notice: str = ""


class ConversationView(msgspec.Struct, frozen=True):
    """Everything about one conversation. `owner_version` goes into If-Match of take.

    `proven` is false while the platform cannot vouch for the sender: then nothing is told of orders. `came_from` is
    what led them here last. `reactions` are the emojis that this channel takes on a customer's message."""

    id: int
    channel: str
    account: str
    reach: Reachable
    reactions: list[str]
    proven: bool
    came_from: CameFrom | None
    owner: Owner
    owner_version: int
    ticket: Held | None
    contact: DeskContact
    cart: DeskCart
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


class Reacted(msgspec.Struct, frozen=True):
    """An emoji for a message of the customer's."""

    message: int
    emoji: str


class GiveBack(msgspec.Struct, frozen=True):
    note: str = ""


class AgentTyping(msgspec.Struct, frozen=True):
    on: bool


class NewNote(msgspec.Struct, frozen=True):
    text: str
