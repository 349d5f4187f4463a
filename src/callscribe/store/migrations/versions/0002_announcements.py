"""Announcements: what Kafka was told of, and messages that nobody understands"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("calls", sa.Column("announced_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "calls_to_announce",
        "calls",
        ["finished_at"],
        unique=False,
        postgresql_where=sa.text("announced_at IS NULL AND finished_at IS NOT NULL"),
    )
    op.add_column("jobs", sa.Column("announced_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "jobs_to_announce",
        "jobs",
        ["rank", "id"],
        unique=False,
        postgresql_where=sa.text("announced_at IS NULL AND status = 'ready'"),
    )
    op.create_index("jobs_dead", "jobs", ["id"], unique=False, postgresql_where=sa.text("status = 'failed'"))
    op.create_table(
        "rejected_messages",
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("partition", sa.Integer(), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("rejected_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("topic", "partition", "offset"),
    )
    op.create_index(
        "rejected_messages_to_announce",
        "rejected_messages",
        ["rejected_at"],
        unique=False,
        postgresql_where=sa.text("announced_at IS NULL"),
    )
