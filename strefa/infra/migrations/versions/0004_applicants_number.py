"""An application keeps the applicant's tax number, so two of one library are found under two names."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("applications", sa.Column("applicant_nip", sa.String(length=10), nullable=True))
    op.create_index("ix_applications_applicant_nip", "applications", ["applicant_nip"])


def downgrade() -> None:
    op.drop_index("ix_applications_applicant_nip", "applications")
    op.drop_column("applications", "applicant_nip")  # in place, as in 0003
