"""A draft knows which reminder went out for it, and a person that she wants none."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("applications", sa.Column("reminded_hours", sa.Integer(), nullable=True))
    op.add_column("people", sa.Column("reminders_off_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("applications", "reminded_hours")  # in place, as in 0003
    op.drop_column("people", "reminders_off_at")
