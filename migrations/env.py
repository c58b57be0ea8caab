"""Alembic's entry: migrates the connection it is given, else the database the environment names."""

from alembic import context
from sqlalchemy import Connection

from postings.database import connect, mapped, writing
from postings.tables import Base, UtcDateTime


def render(kind: str, thing: object, _: object) -> str | bool:
    """Write plain column types into a migration, never our classes: those will change, it must not."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(thing, UtcDateTime) else False


def migrate(connection: Connection) -> None:
    """Apply what is missing, within the connection's transaction."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        render_item=render,
        compare_type=True,
        include_name=mapped,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    with writing(connect()) as connection:
        migrate(connection)
