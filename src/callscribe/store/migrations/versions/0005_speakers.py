"""Speakers: how they sound, on which channel they are, what was asked for; and text that nobody said"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_JSONB = postgresql.JSONB(astext_type=sa.Text())
_NONE = sa.text("'{}'")


def upgrade() -> None:
    op.add_column("calls", sa.Column("speakers_asked", sa.Integer(), nullable=True))
    op.add_column("calls", sa.Column("channel_names", sa.ARRAY(sa.Text()), server_default=_NONE, nullable=False))
    op.add_column("windows", sa.Column("voices", sa.LargeBinary(), nullable=True))
    op.add_column("windows", sa.Column("embedder", sa.Text(), nullable=True))
    op.add_column("windows", sa.Column("dropped", _JSONB, server_default=sa.text("'[]'"), nullable=False))
    op.add_column("segments", sa.Column("channel", sa.Integer(), nullable=True))
