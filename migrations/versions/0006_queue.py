"""queue"""

from typing import Any

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

#: All of the queue's own: it names everything by its own name.
_DROP = """
DO $$ DECLARE thing TEXT; BEGIN
    FOR thing IN SELECT tablename FROM pg_tables
        WHERE schemaname = current_schema() AND tablename LIKE 'procrastinate\\_%'
    LOOP EXECUTE format('DROP TABLE %I CASCADE', thing); END LOOP;
    FOR thing IN SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE n.nspname = current_schema() AND p.proname LIKE 'procrastinate\\_%'
    LOOP EXECUTE 'DROP FUNCTION ' || thing || ' CASCADE'; END LOOP;
    FOR thing IN SELECT t.typname FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
        WHERE n.nspname = current_schema() AND t.typname LIKE 'procrastinate\\_%'
    LOOP EXECUTE format('DROP TYPE %I CASCADE', thing); END LOOP;
END $$
"""


def upgrade() -> None:
    # The queue's tables are Procrastinate's affair. pyproject.toml bounds its version: what a later one changes in
    # them comes in a migration of its own, which has to look whether this one has made them so already.
    if _on_postgresql():
        from procrastinate.schema import SchemaManager

        _run(SchemaManager.get_schema())


def downgrade() -> None:
    if _on_postgresql():
        _run(_DROP)


def _on_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _run(script: str) -> None:
    """Run a script as it stands: several statements, and % that means nothing but itself."""
    raw: Any = op.get_bind().connection.driver_connection
    raw.execute(script)
