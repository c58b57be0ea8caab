"""handbook"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "handbook_pages",
        sa.Column("solution", sa.String(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("solution", name=op.f("pk_handbook_pages")),
    )
    op.create_table(
        "handbook_companies",
        sa.Column("employer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("solution", sa.String(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["employer_id"], ["employers.id"], name=op.f("fk_handbook_companies_employer_id_employers")
        ),
        sa.PrimaryKeyConstraint("employer_id", "solution", name=op.f("pk_handbook_companies")),
    )
    with op.batch_alter_table("handbook_companies", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_handbook_companies_solution"), ["solution"], unique=False)

    op.create_table(
        "handbook_links",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("moved_to", sa.Text(), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_handbook_links")),
    )


def downgrade() -> None:
    op.drop_table("handbook_links")
    with op.batch_alter_table("handbook_companies", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_handbook_companies_solution"))

    op.drop_table("handbook_companies")
    op.drop_table("handbook_pages")
