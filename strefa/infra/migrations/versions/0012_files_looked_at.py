"""Attachments know what the scanner said and what is active in them; pictures of their pages; uploads in pieces."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("attachments", sa.Column("active", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("attachments", sa.Column("scan", sa.String(length=20), nullable=False, server_default="waiting"))
    op.add_column("attachments", sa.Column("virus", sa.String(length=200), nullable=False, server_default=""))
    op.create_table(
        "previews",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("of_sha256", sa.String(length=64), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(["of_sha256"], ["stored_files.sha256"], name=op.f("fk_previews_of_sha256_stored_files")),
        sa.ForeignKeyConstraint(["sha256"], ["stored_files.sha256"], name=op.f("fk_previews_sha256_stored_files")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_previews")),
        sa.UniqueConstraint("of_sha256", "page", name="uq_previews_page"),
    )
    op.create_table(
        "partial_uploads",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=10), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_partial_uploads_application_id_applications")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_partial_uploads_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partial_uploads")),
        sa.UniqueConstraint("public_id", name=op.f("uq_partial_uploads_public_id")),
    )
    op.create_index(op.f("ix_partial_uploads_application_id"), "partial_uploads", ["application_id"])


def downgrade() -> None:
    op.drop_table("partial_uploads")
    op.drop_table("previews")
    for name in ("active", "scan", "virus"):
        op.drop_column("attachments", name)  # in place, as in 0003
