"""Selling to the cent: sales, codes, delivery and tax of orders, and all that comes after the sale."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "agent_requests",
        sa.Column("key", sa.String(300), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer()),
        sa.Column("answer", sa.JSON()),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_agent_requests"),
    )
    op.create_table(
        "cursors",
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("value", sa.String(200), nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_cursors"),
    )
    op.create_table(
        "synonyms",
        sa.Column("id", _ID, nullable=False),
        sa.Column("word", sa.String(80), nullable=False),
        sa.Column("means", sa.String(200), nullable=False),
        sa.Column("both_ways", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("language", sa.String(10), server_default="en", nullable=False),
        sa.Column("user_id", _ID),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_synonyms_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_synonyms"),
        sa.UniqueConstraint("language", "word", "means", name="uq_synonyms_language_word_means"),
    )
    op.create_table(
        "shelves",
        sa.Column("sku", sa.String(80), nullable=False),
        sa.Column("location", sa.String(80), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["sku"], ["variants.sku"], name="fk_shelves_sku"),
        sa.PrimaryKeyConstraint("sku", "location", name="pk_shelves"),
    )
    op.create_table(
        "stock_wishes",
        sa.Column("id", _ID, nullable=False),
        sa.Column("contact_id", _ID, nullable=False),
        sa.Column("conversation_id", _ID, nullable=False),
        sa.Column("product_id", sa.String(80), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("what", sa.String(200), nullable=False),
        sa.Column("open_for", _ID),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("told_at", _MOMENT),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name="fk_stock_wishes_contact_id"),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name="fk_stock_wishes_conversation_id"),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name="fk_stock_wishes_product_id"),
        sa.PrimaryKeyConstraint("id", name="pk_stock_wishes"),
        sa.UniqueConstraint("open_for", "product_id", "what", name="uq_stock_wishes_open_for_product_id_what"),
    )
    with op.batch_alter_table("stock_wishes") as table:
        table.create_index("ix_stock_wishes_contact_id", ["contact_id"])
        table.create_index("ix_stock_wishes_product_id", ["product_id"])
    op.create_table(
        "agent_checkouts",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("protocol", sa.String(10), nullable=False),
        sa.Column("conversation_id", _ID, nullable=False),
        sa.Column("order_id", _ID),
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name="fk_agent_checkouts_conversation_id"),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="fk_agent_checkouts_order_id"),
        sa.PrimaryKeyConstraint("id", name="pk_agent_checkouts"),
    )
    op.create_table(
        "disputes",
        sa.Column("id", sa.String(200), nullable=False),
        sa.Column("order_id", _ID, nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("reason", sa.String(100), server_default="", nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("evidence_due", _MOMENT),
        sa.Column("opened_at", _MOMENT, nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="fk_disputes_order_id"),
        sa.PrimaryKeyConstraint("id", name="pk_disputes"),
    )
    with op.batch_alter_table("disputes") as table:
        table.create_index("ix_disputes_order_id", ["order_id"])
    op.create_table(
        "order_codes",
        sa.Column("id", _ID, nullable=False),
        sa.Column("conversation_id", _ID, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("order_id", _ID),
        sa.Column("code_hash", sa.String(200), nullable=False),
        sa.Column("sent_to", sa.String(320), nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.Column("shown_until", _MOMENT),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name="fk_order_codes_conversation_id"),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="fk_order_codes_order_id"),
        sa.PrimaryKeyConstraint("id", name="pk_order_codes"),
    )
    with op.batch_alter_table("order_codes") as table:
        table.create_index("ix_order_codes_conversation_id", ["conversation_id"])
        table.create_index("ix_order_codes_number", ["number", "created_at"])
    op.create_table(
        "promotion_uses",
        sa.Column("order_id", _ID, nullable=False),
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("contact_id", _ID, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name="fk_promotion_uses_contact_id"),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="fk_promotion_uses_order_id"),
        sa.PrimaryKeyConstraint("order_id", name="pk_promotion_uses"),
    )
    with op.batch_alter_table("promotion_uses") as table:
        table.create_index("ix_promotion_uses_code", ["code", "state"])
    op.create_table(
        "returns",
        sa.Column("id", _ID, nullable=False),
        sa.Column("order_id", _ID, nullable=False),
        sa.Column("conversation_id", _ID, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(300), server_default="", nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("amount", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("decided_by", _ID),
        sa.Column("received_at", _MOMENT),
        sa.Column("done_at", _MOMENT),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name="fk_returns_conversation_id"),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name="fk_returns_decided_by"),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="fk_returns_order_id"),
        sa.PrimaryKeyConstraint("id", name="pk_returns"),
    )
    with op.batch_alter_table("returns") as table:
        table.create_index("ix_returns_order_id", ["order_id"])
        table.create_index("ix_returns_state", ["state", "created_at"])
    op.create_table(
        "shipments",
        sa.Column("id", _ID, nullable=False),
        sa.Column("order_id", _ID, nullable=False),
        sa.Column("external_id", sa.String(200), nullable=False),
        sa.Column("carrier", sa.String(80), server_default="", nullable=False),
        sa.Column("tracking_number", sa.String(100), server_default="", nullable=False),
        sa.Column("tracking_url", sa.String(1000)),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("shipped_at", _MOMENT, nullable=False),
        sa.Column("delivered_at", _MOMENT),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="fk_shipments_order_id"),
        sa.PrimaryKeyConstraint("id", name="pk_shipments"),
        sa.UniqueConstraint("order_id", "external_id", name="uq_shipments_order_id_external_id"),
    )
    with op.batch_alter_table("shipments") as table:
        table.create_index("ix_shipments_order_id", ["order_id"])
    op.create_table(
        "refunds",
        sa.Column("id", _ID, nullable=False),
        sa.Column("order_id", _ID, nullable=False),
        sa.Column("return_id", _ID),
        sa.Column("idempotency_key", sa.String(200), nullable=False),
        sa.Column("provider_id", sa.String(200)),
        sa.Column("spoilt_keys", sa.Integer(), server_default="0", nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("note", sa.String(500), server_default="", nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("failure", sa.String(200), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("conversation_id", _ID),
        sa.Column("asked_by", _ID),
        sa.Column("decided_by", _ID),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("next_at", _MOMENT),
        sa.Column("done_at", _MOMENT),
        sa.CheckConstraint("amount > 0", name="ck_refunds_amount_positive"),
        sa.ForeignKeyConstraint(["asked_by"], ["users.id"], name="fk_refunds_asked_by"),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name="fk_refunds_conversation_id"),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name="fk_refunds_decided_by"),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="fk_refunds_order_id"),
        sa.ForeignKeyConstraint(["return_id"], ["returns.id"], name="fk_refunds_return_id"),
        sa.PrimaryKeyConstraint("id", name="pk_refunds"),
        sa.UniqueConstraint("idempotency_key", name="uq_refunds_idempotency_key"),
        sa.UniqueConstraint("provider_id", name="uq_refunds_provider_id"),
    )
    with op.batch_alter_table("refunds") as table:
        table.create_index("ix_refunds_order_id", ["order_id"])
        table.create_index("ix_refunds_state", ["state", "next_at"])
    with op.batch_alter_table("cart_lines") as table:
        table.add_column(sa.Column("note", sa.String(200), server_default="", nullable=False))
    with op.batch_alter_table("carts") as table:
        table.add_column(sa.Column("code", sa.String(60)))
        table.add_column(sa.Column("country", sa.String(2)))
        table.add_column(sa.Column("note", sa.String(500), server_default="", nullable=False))
        table.add_column(sa.Column("age_said", sa.Integer()))
        table.add_column(sa.Column("reminded_version", sa.Integer()))
        table.add_column(sa.Column("reminded_at", _MOMENT))
    with op.batch_alter_table("order_lines") as table:
        table.add_column(sa.Column("discount", sa.BigInteger(), server_default="0", nullable=False))
        table.add_column(sa.Column("tax", sa.BigInteger(), server_default="0", nullable=False))
        table.add_column(sa.Column("tax_code", sa.String(40), server_default="", nullable=False))
        table.add_column(sa.Column("note", sa.String(200), server_default="", nullable=False))
    with op.batch_alter_table("orders") as table:
        table.add_column(sa.Column("discount", sa.BigInteger(), server_default="0", nullable=False))
        table.add_column(sa.Column("tax", sa.BigInteger(), server_default="0", nullable=False))
        table.add_column(sa.Column("tax_included", sa.BigInteger(), server_default="0", nullable=False))
        table.add_column(sa.Column("tax_name", sa.String(40), server_default="", nullable=False))
        table.add_column(sa.Column("code", sa.String(60)))
        table.add_column(sa.Column("country", sa.String(2), server_default="", nullable=False))
        table.add_column(sa.Column("ways", sa.JSON(), server_default="[]", nullable=False))
        table.add_column(sa.Column("way", sa.String(60)))
        table.add_column(sa.Column("countries", sa.JSON(), server_default="[]", nullable=False))
        table.add_column(sa.Column("note", sa.String(500), server_default="", nullable=False))
        table.add_column(sa.Column("source", sa.String(20), server_default="chat", nullable=False))
        table.add_column(sa.Column("buyer", sa.JSON()))
        table.add_column(sa.Column("refunded", sa.BigInteger(), server_default="0", nullable=False))
        table.add_column(sa.Column("shipped_at", _MOMENT))
        table.add_column(sa.Column("delivered_at", _MOMENT))
        table.add_column(sa.Column("cancelled_at", _MOMENT))
        table.add_column(sa.Column("recovery_url", sa.Text()))
        table.add_column(sa.Column("recovery_until", _MOMENT))
        table.create_index("ix_orders_payment_intent", ["payment_intent"])
    with op.batch_alter_table("payment_events") as table:
        table.add_column(sa.Column("payment_intent", sa.String(200)))
        table.add_column(sa.Column("next_at", _MOMENT))
    with op.batch_alter_table("products") as table:
        table.add_column(sa.Column("digest", sa.String(64), server_default="", nullable=False))
    with op.batch_alter_table("variants") as table:
        table.add_column(sa.Column("facts", sa.JSON(), server_default="{}", nullable=False))
    with op.batch_alter_table("prices") as table:
        table.add_column(sa.Column("sale_amount", sa.BigInteger()))
        table.add_column(sa.Column("sale_from", _MOMENT))
        table.add_column(sa.Column("sale_until", _MOMENT))


def downgrade() -> None:
    with op.batch_alter_table("variants") as table:
        table.drop_column("facts")
    with op.batch_alter_table("products") as table:
        table.drop_column("digest")
    with op.batch_alter_table("prices") as table:
        table.drop_column("sale_until")
        table.drop_column("sale_from")
        table.drop_column("sale_amount")
    with op.batch_alter_table("payment_events") as table:
        table.drop_column("next_at")
        table.drop_column("payment_intent")
    with op.batch_alter_table("orders") as table:
        table.drop_index("ix_orders_payment_intent")
        table.drop_column("recovery_until")
        table.drop_column("recovery_url")
        table.drop_column("cancelled_at")
        table.drop_column("delivered_at")
        table.drop_column("shipped_at")
        table.drop_column("refunded")
        table.drop_column("buyer")
        table.drop_column("source")
        table.drop_column("note")
        table.drop_column("countries")
        table.drop_column("way")
        table.drop_column("ways")
        table.drop_column("country")
        table.drop_column("code")
        table.drop_column("tax_name")
        table.drop_column("tax_included")
        table.drop_column("tax")
        table.drop_column("discount")
    with op.batch_alter_table("order_lines") as table:
        table.drop_column("note")
        table.drop_column("tax_code")
        table.drop_column("tax")
        table.drop_column("discount")
    with op.batch_alter_table("carts") as table:
        table.drop_column("reminded_at")
        table.drop_column("reminded_version")
        table.drop_column("age_said")
        table.drop_column("note")
        table.drop_column("country")
        table.drop_column("code")
    with op.batch_alter_table("cart_lines") as table:
        table.drop_column("note")
    with op.batch_alter_table("refunds") as table:
        table.drop_index("ix_refunds_state")
        table.drop_index("ix_refunds_order_id")
    op.drop_table("refunds")
    with op.batch_alter_table("shipments") as table:
        table.drop_index("ix_shipments_order_id")
    op.drop_table("shipments")
    with op.batch_alter_table("returns") as table:
        table.drop_index("ix_returns_state")
        table.drop_index("ix_returns_order_id")
    op.drop_table("returns")
    with op.batch_alter_table("promotion_uses") as table:
        table.drop_index("ix_promotion_uses_code")
    op.drop_table("promotion_uses")
    with op.batch_alter_table("order_codes") as table:
        table.drop_index("ix_order_codes_conversation_id")
    op.drop_table("order_codes")
    with op.batch_alter_table("disputes") as table:
        table.drop_index("ix_disputes_order_id")
    op.drop_table("disputes")
    op.drop_table("agent_checkouts")
    with op.batch_alter_table("stock_wishes") as table:
        table.drop_index("ix_stock_wishes_contact_id")
    op.drop_table("stock_wishes")
    op.drop_table("shelves")
    op.drop_table("synonyms")
    op.drop_table("cursors")
    op.drop_table("agent_requests")
