"""A round knows since when proposed decisions stand."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

STANDING = "SELECT max(proposed_at) FROM proposals WHERE round_id = rounds.id AND returned_at IS NULL"


def upgrade() -> None:
    op.add_column("rounds", sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(sa.text(f"UPDATE rounds SET decided_at = ({STANDING})"))


def downgrade() -> None:
    op.drop_column("rounds", "decided_at")  # in place: SQLite may not put a new table where others point to
