"""Whether a contact wants news and offers, and when they said so."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("contacts", sa.Column("news", sa.Boolean(), nullable=True))
    op.add_column("contacts", sa.Column("news_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("contacts", "news_at")
    op.drop_column("contacts", "news")
