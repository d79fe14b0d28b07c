"""Tables of selling: catalogue, carts, orders, payments, and what comes after the sale; each once.

Money is integer minor units beside a currency column, an order's amounts are in the order's currency. Nothing is
deleted to change a state: a state column moves.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from bot.storage.schema import Id, Moment, metadata

# -- the catalogue -----------------------------------------------------------------------------------------------------

products = Table(
    "products",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("title", String(200), nullable=False),
    Column("description", Text, nullable=False, server_default=""),
    Column("why", String(200), nullable=False, server_default=""),
    Column("brand", String(100), nullable=False, server_default=""),
    Column("category", String(200), nullable=False, server_default=""),
    Column("kind", String(100), nullable=False, server_default=""),
    Column("image", String(500)),
    Column("attributes", JSON, nullable=False),  # tags, materials, facts the importer keeps
    Column("active", Boolean, nullable=False, server_default="1"),
    Column("updated_at", Moment, nullable=False),
    Column("digest", String(64), nullable=False, server_default=""),  # of all that the catalogue said of it last
)

variants = Table(
    "variants",
    metadata,
    Column("sku", String(80), primary_key=True),
    Column("product_id", ForeignKey("products.id"), nullable=False, index=True),
    Column("place", Integer, nullable=False, server_default="0"),
    Column("options", JSON, nullable=False),  # {"size": "42", "colour": "blue"}
    Column("image", String(500)),
    Column("active", Boolean, nullable=False, server_default="1"),
    Column("facts", JSON, nullable=False, server_default="{}"),  # {"gtin": ..., "mpn": ...}
)

prices = Table(
    "prices",
    metadata,
    Column("sku", ForeignKey("variants.sku"), primary_key=True),
    Column("currency", String(3), primary_key=True),
    Column("amount", BigInteger, nullable=False),
    # What it costs from `sale_from` (null: always) until `sale_until` (null: for ever, the moment not included).
    Column("sale_amount", BigInteger),
    Column("sale_from", Moment),
    Column("sale_until", Moment),
    CheckConstraint("amount >= 0", name="amount_not_negative"),
)

stock = Table(
    "stock",
    metadata,
    Column("sku", ForeignKey("variants.sku"), primary_key=True),
    Column("on_hand", Integer, nullable=False),
    # The sum of live reservations, kept beside them so that one guarded UPDATE can take a hold.
    Column("reserved", Integer, nullable=False, server_default="0"),
    # What the catalogue file said last: only another number there is news, sales since then are not undone.
    Column("counted", Integer, nullable=False),
    CheckConstraint("on_hand >= 0", name="on_hand_not_negative"),
    CheckConstraint("reserved >= 0 AND reserved <= on_hand", name="reserved_within_on_hand"),
)

shelves = Table(
    "shelves",
    metadata,
    Column("sku", ForeignKey("variants.sku"), primary_key=True),
    Column("location", String(80), primary_key=True),
    # Where the catalogue counts by place: what it said last. `stock` is the sum, less what was sold since.
    Column("counted", Integer, nullable=False),
)

# -- carts, orders, payments -------------------------------------------------------------------------------------------

carts = Table(
    "carts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("contact_id", ForeignKey("contacts.id"), nullable=False, unique=True),
    Column("currency", String(3), nullable=False),
    Column("version", Integer, nullable=False, server_default="0"),
    Column("updated_at", Moment, nullable=False),
    Column("code", String(60)),  # the promotion code, as typed by whom it was refused later too
    Column("country", String(2)),  # where it goes; null while nobody said
    Column("note", String(500), nullable=False, server_default=""),
    # How old its owner says to be at least; null while nobody asked.
    Column("age_said", Integer),
    # The version whose owner was reminded of it: once a cart, however long it lies.
    Column("reminded_version", Integer),
    Column("reminded_at", Moment),
)

cart_lines = Table(
    "cart_lines",
    metadata,
    Column("cart_id", ForeignKey("carts.id"), primary_key=True),
    Column("sku", ForeignKey("variants.sku"), primary_key=True),
    Column("quantity", Integer, nullable=False),
    Column("place", Integer, nullable=False, server_default="0"),
    # The cart's version that touched this line last: "another one" means the newest.
    Column("changed", Integer, nullable=False, server_default="0"),
    Column("note", String(200), nullable=False, server_default=""),
    CheckConstraint("quantity > 0", name="quantity_positive"),
)

orders = Table(
    "orders",
    metadata,
    Column("id", Id, primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    Column("contact_id", ForeignKey("contacts.id"), nullable=False, index=True),
    Column("conversation_id", ForeignKey("conversations.id"), nullable=False),
    Column("state", String(20), nullable=False),  # bot.commerce.orders.OrderState
    Column("currency", String(3), nullable=False),
    Column("subtotal", BigInteger, nullable=False),
    Column("shipping", BigInteger, nullable=False, server_default="0"),
    Column("total", BigInteger, nullable=False),
    Column("idempotency_key", String(200), nullable=False, unique=True),
    Column("cart_version", Integer, nullable=False, server_default="0"),
    # What was asked of the payment provider stays as it was asked: the same key must come with the same request.
    Column("locale", String(20), nullable=False, server_default="en"),
    Column("session_id", String(200), unique=True),
    Column("session_url", Text),
    Column("session_expires_at", Moment),
    Column("payment_intent", String(200)),
    Column("attention", String(200)),
    Column("created_at", Moment, nullable=False),
    Column("paid_at", Moment),
    # total = subtotal - discount + shipping + tax, where `tax` is what comes on top; `tax_included` is in the prices.
    Column("discount", BigInteger, nullable=False, server_default="0"),
    Column("tax", BigInteger, nullable=False, server_default="0"),
    Column("tax_included", BigInteger, nullable=False, server_default="0"),
    Column("tax_name", String(40), nullable=False, server_default=""),
    Column("code", String(60)),
    Column("country", String(2), nullable=False, server_default=""),
    # The ways that were offered, as asked of the provider: [{"way", "name", "amount", "days": [2, 3]}, ...]; and the
    # one that was taken.
    Column("ways", JSON, nullable=False, server_default="[]"),
    Column("way", String(60)),
    # Where the pay page may send it, as asked of the provider; empty where it asks for no address.
    Column("countries", JSON, nullable=False, server_default="[]"),
    Column("note", String(500), nullable=False, server_default=""),
    Column("source", String(20), nullable=False, server_default="chat"),  # chat | desk | ucp | acp
    # Who paid and where it goes, as the pay page collected it: bot.payments.base.Buyer.
    Column("buyer", JSON),
    Column("refunded", BigInteger, nullable=False, server_default="0"),
    Column("shipped_at", Moment),
    Column("delivered_at", Moment),
    Column("cancelled_at", Moment),
    # Where the provider lets an expired checkout be taken up again, and until when.
    Column("recovery_url", Text),
    Column("recovery_until", Moment),
    Index("ix_orders_state", "state", "session_expires_at"),
    Index("ix_orders_payment_intent", "payment_intent"),
)

order_lines = Table(
    "order_lines",
    metadata,
    Column("order_id", ForeignKey("orders.id"), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("sku", String(80), nullable=False),
    Column("product_id", String(80), nullable=False),
    Column("title", String(300), nullable=False),
    Column("image", String(500)),
    Column("quantity", Integer, nullable=False),
    Column("unit_amount", BigInteger, nullable=False),
    # Of the whole line: what the code took off, and the tax that is in the price or on top of it.
    Column("discount", BigInteger, nullable=False, server_default="0"),
    Column("tax", BigInteger, nullable=False, server_default="0"),
    Column("tax_code", String(40), nullable=False, server_default=""),
    Column("note", String(200), nullable=False, server_default=""),
)

reservations = Table(
    "reservations",
    metadata,
    Column("order_id", ForeignKey("orders.id"), primary_key=True),
    Column("sku", ForeignKey("variants.sku"), primary_key=True),
    Column("quantity", Integer, nullable=False),
    Column("state", String(10), nullable=False),  # held | sold | released
    Column("until", Moment, nullable=False),
    Index("ix_reservations_until", "state", "until"),
)

payment_events = Table(
    "payment_events",
    metadata,
    Column("id", String(200), primary_key=True),  # the provider's event id: recognised once
    Column("type", String(100), nullable=False),
    Column("session_id", String(200)),
    Column("payment_intent", String(200)),
    Column("body", LargeBinary, nullable=False),
    Column("state", String(10), nullable=False, server_default="new"),  # new | done | ignored | failed
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_at", Moment),  # not before: it was tried, and the provider or we were not up to it
    Column("received_at", Moment, nullable=False),
    Column("done_at", Moment),
    Index("ix_payment_events_state", "state", "received_at"),
)

promotion_uses = Table(
    "promotion_uses",
    metadata,
    Column("order_id", ForeignKey("orders.id"), primary_key=True),
    Column("code", String(60), nullable=False),
    Column("contact_id", ForeignKey("contacts.id"), nullable=False),
    Column("state", String(10), nullable=False),  # bot.commerce.stock.HoldState: counted while held, kept once sold
    Index("ix_promotion_uses_code", "code", "state"),
)

# -- after the sale ----------------------------------------------------------------------------------------------------

shipments = Table(
    "shipments",
    metadata,
    Column("id", Id, primary_key=True),
    Column("order_id", ForeignKey("orders.id"), nullable=False, index=True),
    Column("external_id", String(200), nullable=False),  # the sender's own: the same again is no news
    Column("carrier", String(80), nullable=False, server_default=""),
    Column("tracking_number", String(100), nullable=False, server_default=""),
    Column("tracking_url", String(1000)),
    Column("lines", JSON, nullable=False),  # {"SKU": pieces}; empty for all of the order
    Column("state", String(20), nullable=False),  # shipped | delivered | returned
    Column("shipped_at", Moment, nullable=False),
    Column("delivered_at", Moment),
    UniqueConstraint("order_id", "external_id"),
)

returns = Table(
    "returns",
    metadata,
    Column("id", Id, primary_key=True),
    Column("order_id", ForeignKey("orders.id"), nullable=False, index=True),
    Column("conversation_id", ForeignKey("conversations.id"), nullable=False),
    Column("kind", String(10), nullable=False),  # return | exchange
    Column("lines", JSON, nullable=False),  # [{"sku", "quantity", "exchange_for": sku|null}]
    Column("reason", String(300), nullable=False, server_default=""),
    Column("state", String(20), nullable=False),  # bot.commerce.returns.ReturnState
    Column("amount", BigInteger, nullable=False, server_default="0"),
    Column("version", Integer, nullable=False, server_default="0"),
    Column("created_at", Moment, nullable=False),
    Column("decided_by", ForeignKey("users.id")),
    Column("received_at", Moment),
    Column("done_at", Moment),
    Index("ix_returns_state", "state", "created_at"),
)

refunds = Table(
    "refunds",
    metadata,
    Column("id", Id, primary_key=True),
    Column("order_id", ForeignKey("orders.id"), nullable=False, index=True),
    Column("return_id", ForeignKey("returns.id")),
    # Made and kept before the provider is asked: a repetition pays nothing twice.
    Column("idempotency_key", String(200), nullable=False, unique=True),
    Column("provider_id", String(200), unique=True),
    # How many keys the provider has spoilt: it repeats its own failure for a key, so the next one goes on.
    Column("spoilt_keys", Integer, nullable=False, server_default="0"),
    Column("amount", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("reason", String(40), nullable=False),  # bot.commerce.refunds.RefundReason
    Column("note", String(500), nullable=False, server_default=""),
    Column("state", String(20), nullable=False),  # bot.commerce.refunds.RefundState
    Column("failure", String(200), nullable=False, server_default=""),
    Column("version", Integer, nullable=False, server_default="0"),
    Column("conversation_id", ForeignKey("conversations.id")),
    Column("asked_by", ForeignKey("users.id")),  # null: the bot, or the shop itself
    Column("decided_by", ForeignKey("users.id")),
    Column("created_at", Moment, nullable=False),
    Column("next_at", Moment),
    Column("done_at", Moment),
    CheckConstraint("amount > 0", name="amount_positive"),
    Index("ix_refunds_state", "state", "next_at"),
)

disputes = Table(
    "disputes",
    metadata,
    Column("id", String(200), primary_key=True),  # the provider's
    Column("order_id", ForeignKey("orders.id"), nullable=False, index=True),
    Column("amount", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("reason", String(100), nullable=False, server_default=""),
    Column("status", String(40), nullable=False),
    Column("evidence_due", Moment),
    Column("opened_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
)

stock_wishes = Table(
    "stock_wishes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("contact_id", ForeignKey("contacts.id"), nullable=False, index=True),
    Column("conversation_id", ForeignKey("conversations.id"), nullable=False),
    Column("product_id", ForeignKey("products.id"), nullable=False, index=True),
    # What it must be like: {"colour": "teal"}; the catalogue need not have it yet. `what` is the same as text.
    Column("options", JSON, nullable=False),
    Column("what", String(200), nullable=False),
    # Equal to contact_id while it waits, null once it was told: nobody waits twice for the same.
    Column("open_for", Id),
    Column("created_at", Moment, nullable=False),
    Column("told_at", Moment),
    UniqueConstraint("open_for", "product_id", "what"),
)

order_codes = Table(
    "order_codes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("conversation_id", ForeignKey("conversations.id"), nullable=False, index=True),
    # The number that was asked about. The order is null where there is none, or nowhere to send a code for it: such a
    # row is tried and counted like any other, so that nobody learns which orders there are.
    Column("number", BigInteger, nullable=False),
    Column("order_id", ForeignKey("orders.id")),
    Column("code_hash", String(200), nullable=False),
    Column("sent_to", String(320), nullable=False),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("shown_until", Moment),  # set by the right code: so long this conversation may see the order
    Index("ix_order_codes_number", "number", "created_at"),
)

synonyms = Table(
    "synonyms",
    metadata,
    Column("id", Id, primary_key=True),
    Column("word", String(80), nullable=False),
    Column("means", String(200), nullable=False),
    Column("both_ways", Boolean, nullable=False, server_default=false()),
    Column("language", String(10), nullable=False, server_default="en"),
    Column("user_id", ForeignKey("users.id")),
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("language", "word", "means"),
)

agent_checkouts = Table(
    "agent_checkouts",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("protocol", String(10), nullable=False),  # ucp | acp
    Column("conversation_id", ForeignKey("conversations.id"), nullable=False),
    Column("order_id", ForeignKey("orders.id")),
    Column("state", String(30), nullable=False),
    Column("body", JSON, nullable=False),  # buyer, destination and what else the protocol keeps
    Column("version", Integer, nullable=False, server_default="0"),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
)

agent_requests = Table(
    "agent_requests",
    metadata,
    Column("key", String(300), primary_key=True),  # protocol, caller and their idempotency key
    Column("fingerprint", String(64), nullable=False),
    Column("status", Integer),  # null while the first is still being answered
    Column("answer", JSON),
    Column("created_at", Moment, nullable=False),
)

cursors = Table(
    "cursors",
    metadata,
    Column("name", String(80), primary_key=True),  # how far something was read: the provider's sessions, its refunds
    Column("value", String(200), nullable=False),
    Column("updated_at", Moment, nullable=False),
)
