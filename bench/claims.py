"""Measures what a claim costs while more and more jobs wait, and while a long queue is emptied.

    python -m bench.claims
    python -m bench.claims --most 10000

One process, and a database with one connection for each number of waiting jobs; they take turns, so that what else the
machine does hits all of them. As in a worker that has waited for work, the first claims found nothing. The time is that
of the claim alone; the commit, which takes as long as the disk does, is not in it.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import psycopg
from sqlalchemy import text

from bench.table import Row, at_most, show
from callscribe.jobs import queue
from callscribe.models import Stage
from callscribe.store.database import Database
from callscribe.store.embedded import EmbeddedPostgres

_MOST = 1.5
_LENGTHS = (100, 1_000, 10_000, 100_000)
#: Claims for a figure, and those before that find nothing.
_CLAIMS, _IN_VAIN = 300, 20
#: Claimed jobs that are finished together while the queue is emptied.
_BATCH = 50

_FILL = """
WITH filled AS (
    INSERT INTO calls (id, filename, title, size_bytes, media_key, language_asked, status, stage)
    SELECT gen_random_uuid(), 'a.flac', 'a', 1, 'a', 'en', 'transcribing', 'transcribe'
    FROM generate_series(1, :jobs) RETURNING id
)
INSERT INTO jobs (call_id, stage, window_index, status) SELECT id, 'transcribe', 0, 'ready' FROM filled
"""
_FINISH = "UPDATE jobs SET status = 'done', share = 1, finished_at = now() WHERE status = 'running'"


def made(server: EmbeddedPostgres, jobs: int) -> Database:
    """A database in which so many jobs wait."""
    with psycopg.connect(server.conninfo, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE waiting_{jobs}")
    database = Database(server.url.replace("/postgres?", f"/waiting_{jobs}?"))
    database.migrate()
    for _ in range(_IN_VAIN):
        with database.transaction() as session:
            assert queue.claim(session, Stage.TRANSCRIBE, "bench") is None
    fill(database, jobs)
    return database


def fill(database: Database, jobs: int) -> None:
    with database.transaction() as session:
        session.execute(text(_FILL), {"jobs": jobs})


def finish(database: Database) -> None:
    with database.transaction() as session:
        session.execute(text(_FINISH))


def claim_ms(database: Database) -> float:
    with database.transaction() as session:
        begun = time.perf_counter()
        job = queue.claim(session, Stage.TRANSCRIBE, "bench")
        seconds = time.perf_counter() - begun
    assert job is not None
    return 1000 * seconds


def steady_ms(database: Database) -> float:
    """A claim that is finished and followed by a new job: as many wait as before."""
    took = claim_ms(database)
    finish(database)
    fill(database, 1)
    return took


def emptied(database: Database, jobs: int, reference: Database) -> tuple[Sequence[float], Sequence[float]]:
    """Milliseconds of the claims that take all jobs but the last ones, and of some of the reference meanwhile."""
    times, references = [], []
    for number in range(jobs - _BATCH):
        times.append(claim_ms(database))
        if number % _BATCH == 0:
            finish(database)
            references.append(steady_ms(reference))
    return times, references


def tenths(times: Sequence[float]) -> list[float]:
    """The median of each tenth."""
    count = len(times)
    return [statistics.median(times[tenth * count // 10 : (tenth + 1) * count // 10]) for tenth in range(10)]


def spread(times: Sequence[float]) -> str:
    return f"median {statistics.median(times):.2f} ms, 95th percentile {sorted(times)[int(0.95 * len(times))]:.2f} ms"


def measure(server: EmbeddedPostgres, lengths: Sequence[int]) -> list[Row]:
    with ExitStack() as stack:
        databases = {length: made(server, length) for length in lengths}
        for database in databases.values():
            stack.callback(database.close)
        rounds = [[steady_ms(database) for database in databases.values()] for _ in range(_CLAIMS)]
        times = dict(zip(lengths, zip(*rounds, strict=True), strict=True))
        shortest, longest = lengths[0], lengths[-1]
        drained, references = map(tenths, emptied(databases[longest], longest, databases[shortest]))
    base = statistics.median(times[shortest])
    ratios = [ours / reference for ours, reference in zip(drained, references, strict=True)]
    return [
        *(Row(f"{length} waiting", spread(times[length])) for length in lengths),
        *(
            at_most(f"{length} to {shortest}, medians", statistics.median(times[length]) / base, _MOST)
            for length in lengths[1:]
        ),
        Row(f"{longest} emptied, median tenth by tenth", ", ".join(f"{one:.2f}" for one in drained) + " ms"),
        Row(f"{shortest} waiting meanwhile", ", ".join(f"{one:.2f}" for one in references) + " ms"),
        at_most("the worst tenth, ratio", max(ratios), _MOST),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--most", type=int, choices=_LENGTHS[1:], default=_LENGTHS[-1], help="of waiting jobs")
    lengths = [length for length in _LENGTHS if length <= parser.parse_args().most]
    with tempfile.TemporaryDirectory() as name, EmbeddedPostgres(Path(name) / "postgres") as server:
        show("A claim while others wait", measure(server, lengths))
    return 0


if __name__ == "__main__":
    sys.exit(main())
