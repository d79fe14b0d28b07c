"""Every channel: a message's pieces and how each fares, windows, threads, who may be written to, kept files, alarms."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", _ID, primary_key=True),
        sa.Column(
            "message_id", _ID, sa.ForeignKey("messages.id", name="fk_deliveries_message_id_messages"), nullable=False
        ),
        sa.Column("piece", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("ref", sa.String(64), nullable=False),
        sa.Column("provider_id", sa.String(300)),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("error_code", sa.Integer()),
        sa.Column("error_title", sa.String(300), nullable=False, server_default=""),
        sa.Column("accepted_at", _MOMENT),
        sa.Column("confirmed_at", _MOMENT),
        sa.UniqueConstraint("ref", name="uq_deliveries_ref"),
        sa.UniqueConstraint("message_id", "piece", name="uq_deliveries_message_id_piece"),
    )
    op.create_index("ix_deliveries_provider_id", "deliveries", ["provider_id"])
    op.execute(
        "INSERT INTO deliveries (message_id, piece, ref, provider_id, state, error_code, error_title)"
        " SELECT m.id, 0, o.ref, m.provider_id, m.delivery, m.error_code, COALESCE(m.error_title, '')"
        " FROM messages m JOIN outbox o ON o.message_id = m.id WHERE o.state <> 'queued'"
    )
    with op.batch_alter_table("messages") as table:
        table.drop_index("ix_messages_provider_id")
        table.drop_column("provider_id")
        table.add_column(sa.Column("reaction", sa.String(40), nullable=False, server_default=""))
        table.add_column(sa.Column("edited_at", _MOMENT))
        table.add_column(sa.Column("late", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("outbox") as table:
        table.drop_constraint("uq_outbox_ref", type_="unique")
        table.drop_column("ref")
        table.add_column(sa.Column("piece", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("notice", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("again", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("conversations") as table:
        table.add_column(sa.Column("window_from", _MOMENT))
        table.add_column(sa.Column("ad_at", _MOMENT))
        table.add_column(sa.Column("thread", sa.JSON()))
        table.add_column(sa.Column("writable", sa.Boolean(), nullable=False, server_default=sa.true()))
        table.add_column(sa.Column("stopped", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("proven", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.execute("UPDATE conversations SET window_from = last_customer_at")
    op.create_table(
        "media",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("message_id", _ID, sa.ForeignKey("messages.id", name="fk_media_message_id_messages"), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("mime_type", sa.String(100), nullable=False, server_default=""),
        sa.Column("size", sa.Integer()),
        sa.Column("sha256", sa.String(64)),
        sa.Column("why", sa.String(300), nullable=False, server_default=""),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("next_at", _MOMENT, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.UniqueConstraint("message_id", "place", name="uq_media_message_id_place"),
    )
    op.create_index("ix_media_work", "media", ["state", "next_at"])
    op.create_table(
        "alarms",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("account", sa.String(80), nullable=False),
        sa.Column("code", sa.Integer()),
        sa.Column("words", sa.String(300), nullable=False),
        sa.Column("stops", sa.Boolean(), nullable=False),
        sa.Column("opened_at", _MOMENT, nullable=False),
        sa.Column("again_at", _MOMENT, nullable=False),
        sa.Column("closed_at", _MOMENT),
    )
    op.create_index("ix_alarms_account", "alarms", ["channel", "account", "closed_at"])


def downgrade() -> None:
    op.drop_table("alarms")
    op.drop_table("media")
    with op.batch_alter_table("conversations") as table:
        for name in ("proven", "stopped", "writable", "thread", "ad_at", "window_from"):
            table.drop_column(name)
    with op.batch_alter_table("outbox") as table:
        table.drop_column("again")
        table.drop_column("notice")
        table.drop_column("piece")
        table.add_column(sa.Column("ref", sa.String(64)))
    op.execute("UPDATE outbox SET ref = 'souk-' || message_id")
    with op.batch_alter_table("outbox") as table:
        table.alter_column("ref", existing_type=sa.String(64), nullable=False)
        table.create_unique_constraint("uq_outbox_ref", ["ref"])
    with op.batch_alter_table("messages") as table:
        for name in ("late", "edited_at", "reaction"):
            table.drop_column(name)
        table.add_column(sa.Column("provider_id", sa.String(200)))
        table.create_index("ix_messages_provider_id", ["provider_id"])
    op.execute(
        "UPDATE messages SET provider_id ="
        " (SELECT d.provider_id FROM deliveries d WHERE d.message_id = messages.id AND d.piece = 0)"
    )
    op.drop_table("deliveries")
