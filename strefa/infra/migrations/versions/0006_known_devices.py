"""A sign-in knows whether its device is known to be the person's; sign-ins opened before this stay as they are."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("people", sa.Column("devices_since", sa.DateTime(timezone=True), nullable=True))
    for column in ("device_known_at", "code_sent_at"):
        op.add_column("sign_ins", sa.Column(column, sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE sign_ins SET device_known_at = created_at")


def downgrade() -> None:
    op.drop_column("people", "devices_since")  # in place, as in 0003
    for column in ("device_known_at", "code_sent_at"):
        op.drop_column("sign_ins", column)
