"""due"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("sources", schema=None) as batch_op:
        batch_op.drop_index("ix_sources_due")
        batch_op.create_index("ix_sources_due", ["kind", "state", "due_at", "id"], unique=False)
        batch_op.create_index(
            "ix_sources_lease",
            ["lease"],
            unique=False,
            sqlite_where=sa.text("lease IS NOT NULL"),
            postgresql_where=sa.text("lease IS NOT NULL"),
        )


def downgrade() -> None:
    with op.batch_alter_table("sources", schema=None) as batch_op:
        batch_op.drop_index("ix_sources_lease")
        batch_op.drop_index("ix_sources_due")
        batch_op.create_index("ix_sources_due", ["state", "due_at"], unique=False)
