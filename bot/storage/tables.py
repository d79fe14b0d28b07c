"""Tables of talking and of people at work, each once; what is sold has its own (`bot.storage.selling_tables`).

Times are UTC. JSON columns hold our own words (`bot.conversation.replies`) or Rasa's events. Nothing is deleted to
change a state: a state column moves.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
    true,
)

from bot.storage.schema import Id, Moment, metadata

# -- people and conversations ------------------------------------------------------------------------------------------

contacts = Table(
    "contacts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(200), nullable=False, server_default=""),
    Column("phone", String(40)),
    Column("email", String(320)),
    Column("locale", String(20)),
    Column("currency", String(3)),
    # Whether they want news and offers, and since when that is their word; null where nothing was said.
    Column("news", Boolean),
    Column("news_at", Moment),
    Column("created_at", Moment, nullable=False),
)

identities = Table(
    "identities",
    metadata,
    Column("id", Id, primary_key=True),
    Column("contact_id", ForeignKey("contacts.id"), nullable=False, index=True),
    Column("channel", String(20), nullable=False),
    Column("account", String(80), nullable=False),
    Column("external_id", String(200), nullable=False),
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("channel", "account", "external_id"),
)

conversations = Table(
    "conversations",
    metadata,
    Column("id", Id, primary_key=True),
    Column("contact_id", ForeignKey("contacts.id"), nullable=False, index=True),
    Column("channel", String(20), nullable=False),
    Column("account", String(80), nullable=False),
    Column("customer", String(200), nullable=False),
    Column("owner", String(10), nullable=False, server_default="bot"),
    Column("owner_version", Integer, nullable=False, server_default="0"),
    Column("owner_user_id", ForeignKey("users.id")),
    Column("locale", String(20)),
    # What the events before `head_event_id` led to: {"slots": {...}, "active_loop": name|null}.
    Column("head", JSON, nullable=False),
    Column("head_event_id", Id, nullable=False, server_default="0"),
    Column("misunderstood", Integer, nullable=False, server_default="0"),
    Column("last_customer_at", Moment),
    Column("last_message_at", Moment),
    Column("created_at", Moment, nullable=False),
    # When the customer wrote last by the platform's clock, which its window counts from; when an ad led them here.
    Column("window_from", Moment),
    Column("ad_at", Moment),
    # What the next answer must carry to hang on the customer's last message: mail's ids and subject.
    Column("thread", JSON),
    # False while another app holds the thread; after a STOP; while the platform cannot vouch for the sender.
    Column("writable", Boolean, nullable=False, server_default=true()),
    Column("stopped", Boolean, nullable=False, server_default=false()),
    Column("proven", Boolean, nullable=False, server_default=true()),
    UniqueConstraint("channel", "account", "customer"),
    Index("ix_conversations_last_message_at", "last_message_at"),
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("channel", String(20), nullable=False),
    Column("account", String(80), nullable=False),
    Column("event_key", String(300), nullable=False),
    Column("conversation_id", ForeignKey("conversations.id"), nullable=False),
    Column("body", JSON, nullable=False),
    Column("state", String(10), nullable=False, server_default="new"),  # new | done | failed
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("sent_at", Moment, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("done_at", Moment),
    UniqueConstraint("channel", "account", "event_key"),
    Index("ix_inbox_work", "state", "conversation_id", "sent_at", "id"),
)

messages = Table(
    "messages",
    metadata,
    Column("id", Id, primary_key=True),
    Column("conversation_id", ForeignKey("conversations.id"), nullable=False),
    Column("author", String(10), nullable=False),  # customer | bot | agent | system
    Column("user_id", ForeignKey("users.id")),
    Column("turn_id", String(64)),
    Column("part", Integer, nullable=False, server_default="0"),
    Column("body", JSON, nullable=False),  # a reply, or {"type": "text", "text": ...} of the customer with attachments
    Column("text", Text, nullable=False, server_default=""),
    Column("payload", Text),
    Column("inbox_id", ForeignKey("inbox.id")),
    Column("delivery", String(10)),  # of outgoing ones, the least of their pieces: bot.conversation.messages.Delivery
    Column("error_code", Integer),
    Column("error_title", String(300)),
    Column("created_at", Moment, nullable=False),
    Column("reaction", String(40), nullable=False, server_default=""),
    Column("edited_at", Moment),
    Column("late", Boolean, nullable=False, server_default=false()),
    Index("ix_messages_conversation", "conversation_id", "id"),
    UniqueConstraint("turn_id", "part", "author"),
    UniqueConstraint("inbox_id"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("message_id", ForeignKey("messages.id"), nullable=False, unique=True),
    Column("conversation_id", ForeignKey("conversations.id"), nullable=False),
    Column("state", String(10), nullable=False, server_default="queued"),  # queued | sending | done | failed
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_at", Moment, nullable=False),
    Column("started_at", Moment),
    Column("last_error", String(300)),
    Column("created_at", Moment, nullable=False),
    # The piece to send next, and whether nobody waits for it (a notice goes behind replies).
    Column("piece", Integer, nullable=False, server_default="0"),
    Column("notice", Boolean, nullable=False, server_default=false()),
    Column("again", Integer, nullable=False, server_default="0"),  # how often it was sent anew after a status failed it
    Index("ix_outbox_work", "state", "next_at"),
    Index("ix_outbox_conversation", "conversation_id", "id"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Id, primary_key=True),
    Column("message_id", ForeignKey("messages.id"), nullable=False),
    Column("piece", Integer, nullable=False, server_default="0"),
    # Ours, carried to the platform and back; theirs, once they told it.
    Column("ref", String(64), nullable=False, unique=True),
    Column("provider_id", String(300)),
    Column("state", String(10), nullable=False),  # bot.conversation.messages.Delivery
    Column("error_code", Integer),
    Column("error_title", String(300), nullable=False, server_default=""),
    Column("accepted_at", Moment),
    Column("confirmed_at", Moment),  # when the platform's first status of it came
    UniqueConstraint("message_id", "piece"),
    Index("ix_deliveries_provider_id", "provider_id"),
)

media = Table(
    "media",
    metadata,
    Column("id", Id, primary_key=True),
    Column("message_id", ForeignKey("messages.id"), nullable=False),
    Column("place", Integer, nullable=False),  # which of the message's attachments
    Column("state", String(10), nullable=False),  # waiting | kept | gone | refused
    Column("mime_type", String(100), nullable=False, server_default=""),
    Column("size", Integer),
    Column("sha256", String(64)),  # the file's name in the home's media folder
    Column("why", String(300), nullable=False, server_default=""),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_at", Moment, nullable=False),
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("message_id", "place"),
    Index("ix_media_work", "state", "next_at"),
)

alarms = Table(
    "alarms",
    metadata,
    Column("id", Id, primary_key=True),
    Column("channel", String(20), nullable=False),
    Column("account", String(80), nullable=False),
    Column("code", Integer),
    Column("words", String(300), nullable=False),
    # Whether sending rests until `again_at`, when one message tries whether the account is well again.
    Column("stops", Boolean, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("again_at", Moment, nullable=False),
    Column("closed_at", Moment),
    Index("ix_alarms_account", "channel", "account", "closed_at"),
)

mailboxes = Table(
    "mailboxes",
    metadata,
    Column("account", String(200), primary_key=True),
    Column("validity", BigInteger, nullable=False),  # UIDVALIDITY: while it is the same, so are the UIDs
    Column("uid", BigInteger, nullable=False),  # the highest that was kept
)

events = Table(
    "events",
    metadata,
    Column("id", Id, primary_key=True),
    Column("conversation_id", ForeignKey("conversations.id"), nullable=False),
    Column("turn_id", String(64), nullable=False),
    Column("place", Integer, nullable=False),
    Column("body", JSON, nullable=False),
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("turn_id", "place"),
    Index("ix_events_conversation", "conversation_id", "id"),
)

turns = Table(
    "turns",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("conversation_id", ForeignKey("conversations.id"), nullable=False, index=True),
    Column("inbox_id", ForeignKey("inbox.id"), nullable=False),
    Column("text", Text, nullable=False, server_default=""),
    Column("model", String(200)),
    Column("intent", String(100)),
    Column("confidence", Float),
    Column("understood", Boolean, nullable=False),
    Column("trace", JSON, nullable=False),
    # The studio's inbox of what was not understood: open | taught | dismissed; null where there is nothing to review.
    Column("review", String(10)),
    Column("created_at", Moment, nullable=False),
    Index("ix_turns_review", "review", "created_at"),
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("result", JSON, nullable=False),
    Column("created_at", Moment, nullable=False),
)

# -- people at work ----------------------------------------------------------------------------------------------------

users = Table(
    "users",
    metadata,
    Column("id", Id, primary_key=True),
    Column("email", String(320), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("role", String(20), nullable=False),  # agent | operator | owner
    Column("password_hash", String(300), nullable=False),
    Column("active", Boolean, nullable=False, server_default="1"),
    Column("created_at", Moment, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("user_id", ForeignKey("users.id"), nullable=False, index=True),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
)

tickets = Table(
    "tickets",
    metadata,
    Column("id", Id, primary_key=True),
    Column("conversation_id", ForeignKey("conversations.id"), nullable=False, index=True),
    # Equal to conversation_id while the ticket is open, null afterwards: at most one open ticket a conversation.
    Column("open_for", Id, unique=True),
    Column("reason", String(40), nullable=False),
    Column("summary", Text, nullable=False, server_default=""),
    Column("priority", Integer, nullable=False, server_default="0"),
    Column("state", String(10), nullable=False),  # waiting | claimed | closed
    Column("version", Integer, nullable=False, server_default="0"),
    Column("user_id", ForeignKey("users.id")),
    Column("opened_at", Moment, nullable=False),
    Column("claimed_at", Moment),
    Column("first_answer_at", Moment),
    Column("closed_at", Moment),
    Index("ix_tickets_queue", "state", "priority", "opened_at"),
)

notes = Table(
    "notes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("conversation_id", ForeignKey("conversations.id"), nullable=False, index=True),
    Column("user_id", ForeignKey("users.id"), nullable=False),
    Column("text", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Id, primary_key=True),
    Column("user_id", ForeignKey("users.id")),
    Column("what", String(60), nullable=False),
    Column("object", String(200), nullable=False, server_default=""),
    Column("detail", JSON, nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_audit_object", "object", "id"),
)

live_events = Table(
    "live_events",
    metadata,
    Column("id", Id, primary_key=True),
    Column("topic", String(80), nullable=False),
    Column("kind", String(60), nullable=False),
    Column("data", JSON, nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_live_events_topic", "topic", "id"),
    # Old rows are dropped, and an id must never come again: browsers replay from the last one they saw.
    sqlite_autoincrement=True,
)

# -- models and lessons ------------------------------------------------------------------------------------------------

models = Table(
    "models",
    metadata,
    Column("id", Id, primary_key=True),
    Column("file", String(200), nullable=False, unique=True),
    Column("sha256", String(64), nullable=False),
    Column("state", String(12), nullable=False),  # candidate | live | retired
    Column("version", Integer, nullable=False, server_default="0"),
    Column("data_sha256", String(64), nullable=False, server_default=""),
    Column("report", JSON, nullable=False),
    Column("trained_by", ForeignKey("users.id")),
    Column("trained_at", Moment, nullable=False),
    Column("published_at", Moment),
    Index(
        "uq_models_live",
        "state",
        unique=True,
        sqlite_where=text("state = 'live'"),
        postgresql_where=text("state = 'live'"),
    ),
)

trainings = Table(
    "trainings",
    metadata,
    Column("id", Id, primary_key=True),
    Column("state", String(12), nullable=False),  # running | done | failed | cancelled
    Column("step", String(200), nullable=False, server_default=""),
    Column("fraction", Float, nullable=False, server_default="0"),
    Column("error", Text, nullable=False, server_default=""),
    Column("model", String(200), nullable=False),
    Column("pid", Integer),
    Column("model_id", ForeignKey("models.id")),
    Column("user_id", ForeignKey("users.id")),
    Column("started_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Index(
        "uq_trainings_running",
        "state",
        unique=True,
        sqlite_where=text("state = 'running'"),
        postgresql_where=text("state = 'running'"),
    ),
)

lessons = Table(
    "lessons",
    metadata,
    Column("id", Id, primary_key=True),
    Column("user_id", ForeignKey("users.id")),
    Column("what", String(20), nullable=False),  # add | edit | move | delete | undo
    Column("path", String(200), nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("detail", JSON, nullable=False),
    Column("undone_by", Id),
    Column("at", Moment, nullable=False),
)
