"""Page: uploads in parts, workers that say they live, the sound of a call in outline, options, chapters"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_NOW = sa.text("now()")
_JSONB = postgresql.JSONB(astext_type=sa.Text())


def upgrade() -> None:
    op.add_column("calls", sa.Column("vocabulary", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False))
    op.add_column("calls", sa.Column("template", sa.Text(), nullable=True))
    op.add_column("windows", sa.Column("peaks", sa.LargeBinary(), nullable=True))
    op.add_column("summaries", sa.Column("chapters", _JSONB, server_default=sa.text("'[]'"), nullable=False))
    op.add_column("corrections", sa.Column("corrected_before", sa.DateTime(timezone=True), nullable=True))
    op.add_column("corrections", sa.Column("summary", _JSONB, nullable=True))
    op.create_table(
        "uploads",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=_NOW, nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), server_default=_NOW, nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("received", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("options", _JSONB, nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=True),
        sa.Column("duplicate_of", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("uploads_by_age", "uploads", ["touched_at"], unique=False)
    op.create_table(
        "workers",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), server_default=_NOW, nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), server_default=_NOW, nullable=False),
        sa.Column("notices", _JSONB, server_default=sa.text("'[]'"), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
