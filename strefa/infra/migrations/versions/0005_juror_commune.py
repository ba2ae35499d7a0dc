"""A juror's commune is asked with the invitation and kept on the panel, so staff see whose neighbours she would judge."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("invitations", "jury_members"):
        op.add_column(table, sa.Column("commune", sa.String(length=7), nullable=True))


def downgrade() -> None:
    for table in ("invitations", "jury_members"):
        op.drop_column(table, "commune")  # in place, as in 0003
