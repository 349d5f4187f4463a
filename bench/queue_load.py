"""Measures what is left of eight workers' time where 10,000 calls wait and the speech engine only waits.

    python -m bench.queue_load
    python -m bench.queue_load --calls 1000 --adapter embedded

Each call is one window, ready to be transcribed. It goes the whole way to its summary, through `callscribe worker asr`
with `bench.waiting` for an engine, and one `callscribe worker llm`.
"""

import argparse
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO

from sqlalchemy import text

from bench.processes import ADAPTERS, Installation, cpu_seconds, installed
from bench.table import Row, at_least, show
from callscribe.jobs import queue
from callscribe.models import CallStatus, Stage
from callscribe.store.database import Database
from callscribe.store.files import FolderStore

_LEAST = 0.90
_AUDIO = "bench/window.flac"
#: Of one round that only shows whether every worker has begun to work.
_START_S, _ROUNDS = 60, 20

_FILL = """
WITH filled AS (
    INSERT INTO calls (id, filename, title, size_bytes, media_key, language_asked, status, stage, duration, prepared)
    SELECT gen_random_uuid(), 'a.flac', 'a', 1, :audio, 'en', 'transcribing', 'transcribe', 10, true
    FROM generate_series(1, :calls) RETURNING id
), cut AS (
    INSERT INTO windows (call_id, index, start, "end", speech, audio_key)
    SELECT id, 0, 0, 10, '[[1, 9]]', :audio FROM filled
)
INSERT INTO jobs (call_id, stage, window_index, status) SELECT id, 'transcribe', 0, 'ready' FROM filled
"""
# From the first claim to the last transcription.
_SPAN = """
SELECT extract(epoch FROM max(transcribed_at) - min(started_at)), extract(epoch FROM max(finished_at - transcribed_at))
FROM calls JOIN windows ON call_id = id
"""


@dataclass(frozen=True, slots=True)
class Load:
    """What one run gave; times in seconds."""

    calls: int
    seconds: float
    #: From a call's transcription to its end, at most.
    longest_rest: float
    transactions: int
    #: By kind of process.
    cpu: Mapping[str, float]


def fill(database: Database, calls: int) -> None:
    """All of them appear in one instant."""
    with database.transaction() as session:
        session.execute(text(_FILL), {"calls": calls, "audio": _AUDIO})
        queue.notify(session, Stage.TRANSCRIBE)


def await_done(installation: Installation, calls: int, patience_s: float) -> None:
    query = text("SELECT count(*) FROM calls WHERE status = :done")
    installation.until(
        lambda: _scalar(installation.database, str(query), done=CallStatus.DONE) == calls, "the calls", patience_s
    )


def warm_up(installation: Installation, workers: int) -> None:
    """Short rounds until every worker had a part in one; then the database is empty again."""
    for _ in range(_ROUNDS):
        fill(installation.database, 2 * workers)
        await_done(installation, 2 * workers, _START_S)
        owners = _scalar(installation.database, "SELECT count(DISTINCT owner) FROM jobs WHERE stage = 'transcribe'")
        with installation.database.transaction() as session:
            session.execute(text("DELETE FROM calls"))
        if owners == workers:
            return
    raise SystemExit(f"Not all of {workers} workers work.")


def measure(adapter: str, calls: int, workers: int, seconds: float) -> Load:
    with installed(adapter) as installation:
        FolderStore(installation.data / "media").put(_AUDIO, BytesIO(b"nobody listens"))
        for _ in range(workers):
            installation.start("bench.waiting", "--seconds", str(seconds))
        installation.start("callscribe", "worker", "llm")
        warm_up(installation, workers)
        used, committed = cpu_seconds(), _commits(installation.database)
        fill(installation.database, calls)
        await_done(installation, calls, 60 + 3 * calls * seconds / workers)
        cpu = {kind: now - used[kind] for kind, now in cpu_seconds().items()}
        time.sleep(1)  # the server's statistics are a little late
        with installation.database.transaction() as session:
            span, rest = session.execute(text(_SPAN)).one()
        return Load(calls, float(span), float(rest), _commits(installation.database) - committed, cpu)


def rows(load: Load, workers: int, seconds: float) -> list[Row]:
    ideal = workers / seconds
    rate = load.calls / load.seconds
    whole = sum(load.cpu.values())
    return [
        Row("ideal throughput", f"{ideal:.2f} calls/s"),
        Row("throughput", f"{rate:.2f} calls/s"),
        at_least("ratio to the ideal", rate / ideal, _LEAST),
        Row("a call beyond its engine's time", f"{1000 * (workers / rate - seconds):.1f} ms"),
        Row("from a call's transcription to its end, at most", f"{load.longest_rest:.1f} s"),
        Row("transactions for a call", f"{load.transactions / load.calls:.1f}"),
        Row("CPU time for a call", f"{1000 * whole / load.calls:.1f} ms"),
        *(Row(f"of it {kind}", f"{100 * used / whole:.0f} %") for kind, used in sorted(load.cpu.items())),
        Row("cores busy", f"{whole / load.seconds:.2f}"),
    ]


def _commits(database: Database) -> int:
    query = "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()"
    return _scalar(database, query)


def _scalar(database: Database, query: str, **parameters: str) -> int:
    with database.transaction() as session:
        return int(session.execute(text(query), parameters).scalar_one())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--adapter", choices=ADAPTERS, help="only this one (default: both)")
    parser.add_argument("--calls", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=0.8, help="what the engine takes for a window")
    arguments = parser.parse_args()
    for adapter in [arguments.adapter] if arguments.adapter else ADAPTERS:
        load = measure(adapter, arguments.calls, arguments.workers, arguments.seconds)
        show(
            f"{load.calls} waiting calls, {arguments.workers} workers, {arguments.seconds} s a window, {adapter}",
            rows(load, arguments.workers, arguments.seconds),
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
