"""vacancies"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "apart",
        sa.Column("posting_id", _ID, autoincrement=False, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["posting_id"], ["postings.id"], name=op.f("fk_apart_posting_id_postings")),
        sa.PrimaryKeyConstraint("posting_id", name=op.f("pk_apart")),
    )
    op.create_table(
        "likenesses",
        sa.Column("posting_id", _ID, autoincrement=False, nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["posting_id"], ["postings.id"], name=op.f("fk_likenesses_posting_id_postings")),
        sa.PrimaryKeyConstraint("posting_id", name=op.f("pk_likenesses")),
    )
    op.add_column("postings", sa.Column("shown_as", _ID, nullable=True))
    op.add_column("postings", sa.Column("shown_rule", sa.String(), nullable=True))
    # Most have none, and are found by other means: an index of all would lead SQLite astray.
    some = sa.text("shown_as IS NOT NULL")
    op.create_index(op.f("ix_postings_shown_as"), "postings", ["shown_as"], sqlite_where=some, postgresql_where=some)
    op.drop_index("ix_postings_open", "postings")
    op.create_index("ix_postings_open", "postings", ["closed_at", "dated_at", "id", "shown_as"])
    op.add_column("places", sa.Column("member_id", _ID, nullable=True))


def downgrade() -> None:
    op.execute("DELETE FROM notes WHERE name = 'vacancies decided by'")
    op.execute("DELETE FROM places WHERE member_id IS NOT NULL")
    op.drop_column("places", "member_id")
    op.drop_index("ix_postings_open", "postings")
    op.create_index("ix_postings_open", "postings", ["closed_at", "dated_at", "id"])
    op.drop_index(op.f("ix_postings_shown_as"), "postings")
    for column in ("shown_rule", "shown_as"):
        op.drop_column("postings", column)
    op.drop_table("likenesses")
    op.drop_table("apart")
