"""Clauses and who read them, copies of one's data, terms of keeping, requests to be forgotten."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
ERASED = ("people", "applications", "submissions")


def upgrade() -> None:
    for table in ERASED:
        op.add_column(table, sa.Column("erased_at", MOMENT, nullable=True))
    op.create_table(
        "clause_versions",
        sa.Column("audience", sa.String(length=20), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_clause_versions_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clause_versions")),
        sa.UniqueConstraint("round_id", "audience", "version", name=op.f("uq_clause_versions_round_id")),
    )
    op.create_index(op.f("ix_clause_versions_round_id"), "clause_versions", ["round_id"], unique=False)
    op.create_table(
        "clause_readings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("clause_id", sa.Integer(), nullable=False),
        sa.Column("read_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_clause_readings_person_id")),
        sa.ForeignKeyConstraint(["clause_id"], ["clause_versions.id"], name=op.f("fk_clause_readings_clause_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clause_readings")),
        sa.UniqueConstraint("person_id", "clause_id", name="uq_clause_readings_once"),
    )
    op.create_index(op.f("ix_clause_readings_clause_id"), "clause_readings", ["clause_id"], unique=False)
    op.create_table(
        "data_exports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=10), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("made_at", MOMENT, nullable=True),
        sa.Column("expires_at", MOMENT, nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_data_exports_person_id")),
        sa.ForeignKeyConstraint(["sha256"], ["stored_files.sha256"], name=op.f("fk_data_exports_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_exports")),
        sa.UniqueConstraint("public_id", name=op.f("uq_data_exports_public_id")),
    )
    op.create_index(op.f("ix_data_exports_person_id"), "data_exports", ["person_id"], unique=False)
    op.create_table(
        "retentions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("erase_after", MOMENT, nullable=True),
        sa.Column("held_at", MOMENT, nullable=True),
        sa.Column("held_by_id", sa.Integer(), nullable=True),
        sa.Column("held_because", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_retentions_application_id")),
        sa.ForeignKeyConstraint(["held_by_id"], ["people.id"], name=op.f("fk_retentions_held_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retentions")),
        sa.UniqueConstraint("application_id", name=op.f("uq_retentions_application_id")),
    )
    op.create_table(
        "erasure_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=10), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.Column("refused_at", MOMENT, nullable=True),
        sa.Column("refused_because", sa.Text(), nullable=False),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_erasure_requests_person_id")),
        sa.ForeignKeyConstraint(["settled_by_id"], ["people.id"], name=op.f("fk_erasure_requests_settled_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure_requests")),
        sa.UniqueConstraint("public_id", name=op.f("uq_erasure_requests_public_id")),
    )
    op.create_index(op.f("ix_erasure_requests_person_id"), "erasure_requests", ["person_id"], unique=False)


def downgrade() -> None:
    for table in ("erasure_requests", "retentions", "data_exports", "clause_readings", "clause_versions"):
        op.drop_table(table)
    for table in ERASED:
        op.drop_column(table, "erased_at")
