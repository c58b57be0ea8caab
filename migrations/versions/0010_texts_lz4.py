"""texts are squeezed by lz4 where PostgreSQL has it: twice as quick to write, a third larger"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

#: Older servers, and some builds, do not know it.
_SQUEEZED = (
    "DO $$ BEGIN EXECUTE 'ALTER TABLE texts ALTER COLUMN html SET COMPRESSION {how}, "
    "ALTER COLUMN text SET COMPRESSION {how}'; EXCEPTION WHEN feature_not_supported OR syntax_error THEN NULL; END $$"
)


def upgrade() -> None:
    _squeeze("lz4")


def downgrade() -> None:
    _squeeze("default")


def _squeeze(how: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.get_bind().exec_driver_sql(_SQUEEZED.format(how=how))
