"""Memory: what search finds, corrections, titles and tags, who uploaded the same file before, what was deleted"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Snowball for Cyrillic and for Latin words in one configuration, so that one index serves both languages. Without stop
# words: "не подпишем" in quotes has to be told from "подпишем".
_CONFIGURATION = (
    "CREATE TEXT SEARCH DICTIONARY callscribe_russian (TEMPLATE = pg_catalog.snowball, Language = russian)",
    "CREATE TEXT SEARCH DICTIONARY callscribe_english (TEMPLATE = pg_catalog.snowball, Language = english)",
    "CREATE TEXT SEARCH CONFIGURATION callscribe (COPY = pg_catalog.russian)",
    "ALTER TEXT SEARCH CONFIGURATION callscribe ALTER MAPPING REPLACE russian_stem WITH callscribe_russian",
    "ALTER TEXT SEARCH CONFIGURATION callscribe ALTER MAPPING REPLACE english_stem WITH callscribe_english",
)

# Everybody who changes a call tells of it, whatever way the change takes.
_TELL = """
CREATE FUNCTION callscribe_tell() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        INSERT INTO deletions (call_id) VALUES (OLD.id) ON CONFLICT DO NOTHING;
        PERFORM pg_notify('callscribe_calls', OLD.id::text);
        RETURN OLD;
    END IF;
    NEW.updated_at := now();
    PERFORM pg_notify('callscribe_calls', NEW.id::text);
    RETURN NEW;
END $$
"""
_TRIGGER = """
CREATE TRIGGER calls_tell BEFORE INSERT OR UPDATE OR DELETE ON calls FOR EACH ROW EXECUTE FUNCTION callscribe_tell()
"""

# What is there already becomes searchable.
_BACKFILL = (
    """
    UPDATE calls SET title = filename, called_at = created_at, updated_at = now(),
        processing = CASE WHEN status = 'done' THEN extract(epoch FROM finished_at - started_at) END,
        words = coalesce(
        (SELECT sum(jsonb_array_length(segments.words)) FROM segments WHERE call_id = calls.id), 0)
    """,
    """
    INSERT INTO passages (call_id, called_at, kind, lexemes)
    SELECT id, called_at, 'title', to_tsvector('callscribe', translate(title, 'ёЁ', 'еЕ')) FROM calls
    """,
    """
    INSERT INTO passages (call_id, called_at, kind, lexemes)
    SELECT call_id, calls.called_at, 'summary', to_tsvector('callscribe', translate(text || E'\\n' || coalesce(
        (SELECT string_agg(text, E'\\n') FROM insights WHERE call_id = summaries.call_id), ''), 'ёЁ', 'еЕ'))
    FROM summaries JOIN calls ON calls.id = call_id
    """,
    """
    INSERT INTO passages (call_id, called_at, kind, window_index, speaker, words, seconds, lexemes)
    SELECT call_id, (SELECT called_at FROM calls WHERE id = call_id), 'speech', window_index, speaker,
        sum(jsonb_array_length(words)), sum("end" - start),
        to_tsvector('callscribe', translate(
            coalesce(speaker, '') || E'\\n' || string_agg(text, E'\\n' ORDER BY start, id), 'ёЁ', 'еЕ'))
    FROM segments GROUP BY call_id, window_index, speaker
    """,
    # Which notices are about the summary, so that a new one takes them away.
    """
    UPDATE calls SET notices = (
        SELECT jsonb_agg(
            CASE WHEN notice->>'code' IN ('extractive_summary', 'ungrounded_items')
            THEN notice || '{"stage": "summarize"}' ELSE notice END ORDER BY position)
        FROM jsonb_array_elements(notices) WITH ORDINALITY AS listed (notice, position))
    WHERE notices <> '[]'
    """,
)


def upgrade() -> None:
    for statement in _CONFIGURATION:
        op.execute(statement)
    _extend_calls()
    op.add_column("insights", sa.Column("owner", sa.Text(), nullable=True))
    op.add_column("insights", sa.Column("done_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "insights_open",
        "insights",
        ["owner"],
        unique=False,
        postgresql_where=sa.text("kind = 'action_item' AND done_at IS NULL"),
    )
    _create_tables()
    for statement in _BACKFILL:
        op.execute(statement)
    op.alter_column("calls", "title", nullable=False)
    op.execute(_TELL)
    op.execute(_TRIGGER)


def _extend_calls() -> None:
    now = sa.text("now()")
    op.add_column("calls", sa.Column("title", sa.Text(), nullable=True))
    op.add_column("calls", sa.Column("tags", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False))
    op.add_column("calls", sa.Column("called_at", sa.DateTime(timezone=True), server_default=now, nullable=False))
    op.add_column("calls", sa.Column("updated_at", sa.DateTime(timezone=True), server_default=now, nullable=False))
    op.add_column("calls", sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("calls", sa.Column("words", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("calls", sa.Column("topics", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False))
    op.add_column("calls", sa.Column("processing", sa.Double(), nullable=True))
    op.add_column("calls", sa.Column("sha256", sa.Text(), nullable=True))
    op.add_column("calls", sa.Column("duplicate_of", sa.Uuid(), nullable=True))
    op.add_column("calls", sa.Column("idempotency_key", sa.Text(), nullable=True))
    op.create_index("calls_by_date", "calls", ["called_at", "id"], unique=False)
    # A call whose duration is not known yet counts as shorter than all others.
    by_duration = [sa.text("duration DESC NULLS LAST"), sa.text("id DESC")]
    op.create_index("calls_by_duration", "calls", by_duration, unique=False)
    op.create_index("calls_by_title", "calls", ["title", "id"], unique=False)
    op.create_index("calls_by_status", "calls", ["status", "called_at", "id"], unique=False)
    # All that calls are filtered by but tags, so that a search need not look at the calls themselves.
    chosen_by = ["called_at", "status", "language", "duration"]
    op.create_index("calls_chosen", "calls", ["id"], unique=False, postgresql_include=chosen_by)
    op.create_index("calls_by_change", "calls", ["updated_at"], unique=False)
    op.create_index("calls_by_tag", "calls", ["tags"], unique=False, postgresql_using="gin")
    op.create_index("calls_by_content", "calls", ["sha256"], unique=False)
    op.create_index("calls_by_idempotency_key", "calls", ["idempotency_key"], unique=True)


def _create_tables() -> None:
    op.create_table(
        "passages",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("window_index", sa.Integer(), nullable=True),
        sa.Column("speaker", sa.Text(), nullable=True),
        sa.Column("words", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("seconds", sa.Double(), server_default=sa.text("0"), nullable=False),
        sa.Column("lexemes", postgresql.TSVECTOR(), nullable=False),
        sa.Column("padding", sa.Text(), server_default=sa.text("repeat(' ', 2048)"), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        # The lexemes lie apart, so that the rows which a common word finds are a fifth of the pages.
        # PostgreSQL moves something out of a row only if the row has 2 KB: so each has blanks, compressed to 35 bytes.
        postgresql_with={"toast_tuple_target": 128},
    )
    op.execute("ALTER TABLE passages ALTER COLUMN padding SET STORAGE MAIN")
    op.create_index("passages_of_call", "passages", ["call_id", "window_index"], unique=False)
    op.create_index(
        "passages_lexemes",
        "passages",
        ["lexemes"],
        unique=False,
        postgresql_using="gin",
        # A list of pending entries would be read through by each search.
        postgresql_with={"fastupdate": "off"},
    )
    op.create_table(
        "corrections",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("after", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("corrections_of_call", "corrections", ["call_id", "id"], unique=False)
    op.create_table(
        "deletions",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("call_id"),
    )
    op.create_index("deletions_by_date", "deletions", ["deleted_at"], unique=False)
