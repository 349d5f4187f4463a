"""A corpus of calls as a company has them after three years, written into PostgreSQL as if the service had done it.

    python -m bench.corpus --calls 5000

prints how long it took, how many rows there are and how much of the disk they need.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import psycopg
from sqlalchemy import text

from bench.corpus_calls import Calls, Part
from bench.corpus_words import Ints
from bench.table import Row, show
from callscribe.store.database import Database, libpq_url
from callscribe.store.embedded import EmbeddedPostgres

_PROCESSES = 2
_CALLS_OF_PART = 250
_SHORTEST, _LONGEST, _SPREAD = 0.1, 10, 0.8  # of a call, by the mean; the spread is that of the logarithm

# Statistics do not exist yet, so the planner has to be told that a part is a small piece of the table.
_SESSION = "SET synchronous_commit = off; SET work_mem = '128MB'; SET enable_seqscan = off"
_MAINTENANCE = "SET maintenance_work_mem = '256MB'"
# What `store.passages` does for one call.
_PASSAGES = (
    """
    INSERT INTO passages (call_id, called_at, kind, lexemes)
    SELECT id, called_at, 'title', to_tsvector('callscribe', translate(
        title || E'\\n' || array_to_string(tags, E'\\n'), 'ёЁ', 'еЕ'))
    FROM calls WHERE id = ANY(%(calls)s)
    """,
    """
    INSERT INTO passages (call_id, called_at, kind, lexemes)
    SELECT call_id, calls.called_at, 'summary', to_tsvector('callscribe', translate(text || E'\\n' || coalesce(
        (SELECT string_agg(text, E'\\n') FROM insights WHERE call_id = summaries.call_id), ''), 'ёЁ', 'еЕ'))
    FROM summaries JOIN calls ON calls.id = call_id WHERE call_id = ANY(%(calls)s)
    """,
    """
    INSERT INTO passages (call_id, called_at, kind, window_index, speaker, words, seconds, lexemes)
    SELECT call_id, (SELECT called_at FROM calls WHERE id = call_id), 'speech', window_index, speaker,
        sum(jsonb_array_length(words)), sum("end" - start),
        to_tsvector('callscribe', translate(
            speaker || E'\\n' || string_agg(text, E'\\n' ORDER BY start, id), 'ёЁ', 'еЕ'))
    FROM segments WHERE id BETWEEN %(first)s AND %(last)s GROUP BY call_id, window_index, speaker
    """,
)
_JOBS = """
INSERT INTO jobs (call_id, stage, window_index, status, rank, run_at, attempt, share, created_at, finished_at)
SELECT id, part.stage, index, CASE part.stage WHEN 'summarize' THEN status ELSE 'done' END,
    created_at, created_at, 1, 1, created_at, finished_at
FROM calls, LATERAL (
    SELECT unnest(ARRAY['prepare', 'assemble', 'summarize']) AS stage, NULL::integer AS index
    UNION ALL SELECT 'transcribe', index FROM windows WHERE call_id = calls.id
) part
"""
_INDEXES = """
SELECT indrelid::regclass::text, format('DROP INDEX %s', indexrelid::regclass), pg_get_indexdef(indexrelid)
FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
WHERE relnamespace = 'public'::regnamespace AND NOT indisunique
"""
_FOREIGN_KEYS = """
SELECT conrelid::regclass::text, format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname),
    format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace
"""
_SIZES = """
SELECT relname, relkind, pg_total_relation_size(oid), pg_relation_size(oid), reltuples FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'i') AND relpages > 0
ORDER BY pg_total_relation_size(oid) DESC
"""


@dataclass(frozen=True)
class _Part:
    """A part of the schema that is made after the rows, in much less time than with each of them."""

    table: str
    drop: str
    make: str


def load(database: Database, calls: int, segments_per_call: int = 50, seed: int = 1) -> None:
    """Fill an empty, migrated database; the same numbers give the same corpus.

    `segments_per_call` is the mean. An error in between leaves a database without indexes and foreign keys.
    """
    url, sizes = libpq_url(database.url), _sizes(calls, segments_per_call, seed)
    with psycopg.connect(url) as connection:
        connection.execute("ALTER TABLE calls DISABLE TRIGGER calls_tell")
        later = [_Part(*row) for query in (_INDEXES, _FOREIGN_KEYS) for row in connection.execute(query).fetchall()]
        for part in reversed(later):
            connection.execute(part.drop.encode())
    with ProcessPoolExecutor(_PROCESSES, get_context("spawn")) as processes:
        list(processes.map(partial(_load_part, url), _parts(sizes, seed)))
    with psycopg.connect(url) as connection:
        connection.execute(_JOBS)
        connection.execute("SELECT setval(pg_get_serial_sequence('segments', 'id'), %s)", [int(sizes.sum())])
        connection.execute("ALTER TABLE calls ENABLE TRIGGER calls_tell")
    with ThreadPoolExecutor(_PROCESSES) as threads:
        list(threads.map(partial(_finish, url, later), (True, False)))


def _sizes(calls: int, mean: int, seed: int) -> Ints:
    """Segments of each call: most calls are short, few are long, and the sum is exact."""
    drawn = np.random.default_rng([seed, calls]).lognormal(0.0, _SPREAD, calls)
    least, most = max(1, int(mean * _SHORTEST)), mean * _LONGEST
    for _ in range(20):
        drawn *= calls * mean / np.clip(drawn, least, most).sum()
    sizes = np.clip(drawn, least, most).astype(np.int64)
    sizes[np.argsort(sizes, kind="stable")[: calls * mean - int(sizes.sum())]] += 1
    return sizes


def _parts(sizes: Ints, seed: int) -> Iterator[Part]:
    before = np.cumsum(sizes) - sizes
    for first in range(0, len(sizes), _CALLS_OF_PART):
        own = sizes[first : first + _CALLS_OF_PART]
        yield Part(seed, first, len(sizes), own, int(before[first]) + 1)


def _load_part(url: str, part: Part) -> None:
    calls = Calls(part)
    with psycopg.connect(url) as connection:
        connection.execute(_SESSION)
        for statement, data in calls.copies():
            with connection.cursor().copy(statement.encode()) as copy:
                copy.write(data)
        # PostgreSQL notes of rows that they are committed when they are read next: better now than on each page later.
        connection.commit()
        for query in _PASSAGES:
            connection.execute(query, {"calls": calls.ids, "first": part.first_segment, "last": part.last_segment})


def _finish(url: str, later: Iterable[_Part], of_passages: bool) -> None:
    """Complete the table of passages, whose index takes as long as everything else, or all the others."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(_MAINTENANCE)
        own = [part for part in later if (part.table == "passages") == of_passages]
        for part in own:
            connection.execute(part.make.encode())
        for table in {part.table for part in own}:
            connection.execute(f"VACUUM (ANALYZE) {table}".encode())


def sizes(database: Database) -> Iterator[Row]:
    """Rows and bytes of each table and index."""
    with database.transaction() as session:
        for name, kind, total, own, rows in session.execute(text(_SIZES)):
            what = f"about {rows:.0f} rows, {own / 1e6:.1f} MB without indexes and TOAST" if kind == "r" else "index"
            yield Row(name, f"{total / 1e6:.1f} MB ({what})")


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


if __name__ == "__main__":
    sys.exit(main())
