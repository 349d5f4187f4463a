"""A corpus of calls as a company has them after three years, written into PostgreSQL as if the service had done it.

    python -m bench.corpus --calls 5000

prints how long it took, how many rows there are and how much of the disk they need.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from sqlalchemy import text

from bench.corpus_calls import Calls, Part
from bench.corpus_words import Ints
from bench.table import Row, show
from callscribe.store.database import Database
from callscribe.store.embedded import EmbeddedPostgres

_PROCESSES = 2
_CALLS_OF_PART = 500
_LONGEST, _SHORTEST = 10, 0.1  # of a call, by the mean

_SETTINGS = "SET synchronous_commit = off; SET work_mem = '128MB'; SET enable_seqscan = off"
_PASSAGES = (
    """
    INSERT INTO passages (call_id, kind, lexemes)
    SELECT id, 'title', to_tsvector('callscribe', translate(
        title || E'\\n' || array_to_string(tags, E'\\n'), 'ёЁ', 'еЕ'))
    FROM calls WHERE id = ANY(:calls)
    """,
    """
    INSERT INTO passages (call_id, kind, lexemes)
    SELECT call_id, 'summary', to_tsvector('callscribe', translate(text || E'\\n' || coalesce(
        (SELECT string_agg(text, E'\\n') FROM insights WHERE call_id = summaries.call_id), ''), 'ёЁ', 'еЕ'))
    FROM summaries WHERE call_id = ANY(:calls)
    """,
    """
    INSERT INTO passages (call_id, kind, window_index, speaker, words, seconds, lexemes)
    SELECT call_id, 'speech', window_index, speaker, sum(jsonb_array_length(words)), sum("end" - start),
        to_tsvector('callscribe', translate(
            speaker || E'\\n' || string_agg(text, E'\\n' ORDER BY start, id), 'ёЁ', 'еЕ'))
    FROM segments WHERE id BETWEEN :first AND :last GROUP BY call_id, window_index, speaker
    """,
)
_JOBS = """
INSERT INTO jobs (call_id, stage, window_index, status, rank, run_at, attempt, share, created_at, finished_at)
SELECT id, part.stage, index, 'done', created_at, created_at, 1, 1, created_at, finished_at
FROM calls, LATERAL (
    SELECT unnest(ARRAY['prepare', 'assemble', 'summarize']) AS stage, NULL::integer AS index
    UNION ALL SELECT 'transcribe', index FROM windows WHERE call_id = calls.id
) part
"""
# Foreign keys and indexes that can be made at the end, in much less time: what drops each, its table, what makes it.
_CONSTRAINTS = """
SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname), conrelid::regclass::text,
    format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace
"""
_INDEXES = """
SELECT format('DROP INDEX %s', indexrelid::regclass), indrelid::regclass::text, pg_get_indexdef(indexrelid)
FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
WHERE relnamespace = 'public'::regnamespace AND NOT indisunique
"""


def load(database: Database, calls: int, segments_per_call: int = 50, seed: int = 1) -> None:
    """Fill an empty, migrated database; the same numbers give the same corpus."""
    sizes = _sizes(calls, segments_per_call, seed)
    with database.transaction() as session:
        session.execute(text("ALTER TABLE calls DISABLE TRIGGER calls_tell"))
        later = [tuple(row) for query in (_INDEXES, _CONSTRAINTS) for row in session.execute(text(query))]
        for drop, _, _ in reversed(later):
            session.execute(text(drop))
    with ProcessPoolExecutor(_PROCESSES, get_context("spawn")) as pool:
        for _ in pool.map(partial(_load_part, database.url), _parts(sizes, seed)):
            pass
    with database.transaction() as session:
        session.execute(text(_JOBS))
        session.execute(text("SELECT setval(pg_get_serial_sequence('segments', 'id'), :last)"), {"last": sizes.sum()})
    with ThreadPoolExecutor(_PROCESSES) as threads:
        statements = [[make for _, table, make in later if (table == "passages") == alone] for alone in (True, False)]
        list(threads.map(partial(_execute, database), statements))
    with database.transaction() as session:
        session.execute(text("ALTER TABLE calls ENABLE TRIGGER calls_tell"))
    with database._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


def _sizes(calls: int, mean: int, seed: int) -> Ints:
    """Segments of each call: most calls are short, a few ten times as long, and together they are exact."""
    rng = np.random.default_rng([seed, calls])
    drawn = rng.lognormal(0.0, 0.8, calls)
    least, most = max(1, int(mean * _SHORTEST)), mean * _LONGEST
    for _ in range(20):
        drawn *= calls * mean / np.clip(drawn, least, most).sum()
    sizes = np.clip(drawn, least, most).astype(np.int64)
    missing = calls * mean - int(sizes.sum())
    sizes[np.argsort(sizes, kind="stable")[:missing]] += 1
    return sizes


def _parts(sizes: Ints, seed: int) -> Iterator[Part]:
    before = np.cumsum(sizes) - sizes
    for first in range(0, len(sizes), _CALLS_OF_PART):
        own = sizes[first : first + _CALLS_OF_PART]
        yield Part(seed, first, len(sizes), own, int(before[first]) + 1)


def _load_part(url: str, part: Part) -> None:
    calls = Calls(part)
    database = Database(url)
    with database.transaction() as session:
        session.execute(text(_SETTINGS))
        cursor = session.connection().connection.cursor()
        for statement, data in calls.tables():
            with cursor.copy(statement) as copy:
                copy.write(data)
    with database.transaction() as session:
        session.execute(text(_SETTINGS))
        last = part.first_segment + int(part.sizes.sum()) - 1
        for query in _PASSAGES:
            session.execute(text(query), {"calls": calls.ids, "first": part.first_segment, "last": last})
    database.close()


def _execute(database: Database, statements: Sequence[str]) -> None:
    for statement in statements:
        with database.transaction() as session:
            session.execute(text("SET LOCAL maintenance_work_mem = '256MB'"))
            session.execute(text(statement))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=100_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, EmbeddedPostgres(Path(folder)) as server:
        database = Database(server.url)
        database.migrate()
        begun = time.monotonic()
        load(database, arguments.calls)
        seconds = time.monotonic() - begun
        show(f"{arguments.calls} calls", [Row("time", f"{seconds:.0f} s"), *sizes(database)])
        database.close()
    return 0


def sizes(database: Database) -> Iterator[Row]:
    """Rows and bytes of each table and index."""
    query = """
    SELECT relname, relkind, pg_total_relation_size(oid), pg_relation_size(oid), reltuples FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'i') AND relpages > 0
    ORDER BY pg_total_relation_size(oid) DESC
    """
    with database.transaction() as session:
        for name, kind, total, own, tuples in session.execute(text(query)):
            what = f"table, {tuples:.0f} rows, {own / 1e6:.1f} MB without indexes and TOAST" if kind == "r" else "index"
            yield Row(name, f"{total / 1e6:.1f} MB ({what})")


if __name__ == "__main__":
    sys.exit(main())
