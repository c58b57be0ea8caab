"""a source that has not changed says so once, and not of each of its postings"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sources", sa.Column("unchanged_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.execute(
        "UPDATE postings SET last_seen = (SELECT unchanged_at FROM sources WHERE sources.id = postings.source_id) "
        "WHERE closed_at IS NULL AND last_seen < (SELECT unchanged_at FROM sources WHERE sources.id = postings.source_id)"
    )
    op.drop_column("sources", "unchanged_at")
