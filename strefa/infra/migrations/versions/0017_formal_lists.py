"""The results of the formal check are published as a list, and in some rounds two people check."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "formal_lists",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["published_by_id"], ["people.id"], name=op.f("fk_formal_lists_published_by_id")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_formal_lists_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_formal_lists")),
        sa.UniqueConstraint("round_id", "version", name="uq_formal_lists_version"),
    )
    op.add_column("formal_checks", sa.Column("proposed", sa.Boolean(), nullable=True))
    op.add_column("formal_checks", sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("formal_checks") as table:  # SQLite adds no foreign key to a table that is there
        table.add_column(sa.Column("proposed_by_id", sa.Integer(), nullable=True))
        table.create_foreign_key("fk_formal_checks_proposed_by_id", "people", ["proposed_by_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("formal_checks") as table:
        table.drop_constraint("fk_formal_checks_proposed_by_id", type_="foreignkey")
        table.drop_column("proposed_by_id")
    op.drop_column("formal_checks", "proposed_at")
    op.drop_column("formal_checks", "proposed")
    op.drop_table("formal_lists")
