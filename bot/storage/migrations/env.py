"""Alembic's entry: runs migrations on the URL that `bot.storage.sql.migrate` hands over."""

from alembic import context
from sqlalchemy import create_engine

from bot.storage import selling_tables, tables  # noqa: F401  they add themselves to the metadata
from bot.storage.schema import metadata

url = context.config.attributes["url"]

with create_engine(url).connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
