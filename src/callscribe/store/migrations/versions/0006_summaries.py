"""Summaries one can act on: until when, in which language, and what is worked out while one is written."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("calls", sa.Column("summary_language", sa.Text(), nullable=True))
    op.add_column("calls", sa.Column("summary_model", sa.Text(), nullable=True))
    op.add_column("calls", sa.Column("renewals", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("summaries", sa.Column("title", sa.Text(), nullable=True))
    op.add_column("summaries", sa.Column("language", sa.Text(), nullable=True))
    op.add_column("summaries", sa.Column("ungrounded", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("summaries", sa.Column("stopgap", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("insights", sa.Column("is_assigned", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("insights", sa.Column("due", sa.Text(), nullable=True))
    op.add_column("insights", sa.Column("due_date", sa.Date(), nullable=True))
    op.create_index("summaries_to_renew", "summaries", ["call_id"], postgresql_where=sa.text("stopgap"))
    op.create_table(
        "summary_drafts",
        sa.Column(
            "call_id", postgresql.UUID(as_uuid=True), sa.ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("key", sa.Text(), primary_key=True),
        sa.Column("answer", sa.Text(), nullable=False),
    )
