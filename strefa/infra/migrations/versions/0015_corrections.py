"""Defects of an application are mended on request: what is open until when, and what was asked."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("applications", sa.Column("unlocked", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("applications", sa.Column("correct_by", sa.DateTime(timezone=True), nullable=True))
    op.add_column("submissions", sa.Column("corrects", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "correction_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_by_id", sa.Integer(), nullable=False),
        sa.Column("first_deadline", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=False),
        sa.Column("extended_because", sa.Text(), nullable=False),
        sa.Column("lapsed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_because", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_correction_requests_application_id")
        ),
        sa.ForeignKeyConstraint(["sent_by_id"], ["people.id"], name=op.f("fk_correction_requests_sent_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction_requests")),
    )
    op.create_index("ix_correction_requests_application_id", "correction_requests", ["application_id"])


def downgrade() -> None:
    op.drop_table("correction_requests")
    op.drop_column("submissions", "corrects")  # in place, as in 0003
    op.drop_column("applications", "correct_by")
    op.drop_column("applications", "unlocked")
