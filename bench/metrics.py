"""Measures what metrics cost: a scrape while 100,000 jobs are in the table, and the counting of a window.

    python -m bench.metrics
    python -m bench.metrics --jobs 10000

The scrape is that of a real API process, over its port. All jobs wait, since finished ones are in none of the indexes
that are read; the query is measured with all of them finished, too. The window is one of five minutes with a word in
each half second; its time is that of the tests' tiny model, which is far smaller than any real one.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
from prometheus_client import generate_latest
from sqlalchemy import text

from bench.processes import installed
from bench.table import Row, at_most, show
from callscribe.foreground import Engines, Heard, process
from callscribe.models import LanguageChoice, Segment, Stage, Window, WindowTranscript, Word
from callscribe.settings import Settings
from callscribe.stages.assemble import Wanted
from callscribe.store.database import Database
from callscribe.store.figures import figures
from callscribe.telemetry import metrics
from callscribe.telemetry.exposition import registry
from tests.calls import repeated
from tests.service import CALL_EN, MODEL, free_port

_P95_MS, _SHARE = 50.0, 0.01
_SCRAPES, _QUERIES, _WINDOWS = 200, 20, 200
#: As Compose's Prometheus asks.
_SCRAPED_EVERY_S = 15.0

_FILL = """
WITH filled AS (
    INSERT INTO calls (id, filename, title, size_bytes, media_key, language_asked, status, stage)
    SELECT gen_random_uuid(), 'a.flac', 'a', 1, 'a', 'en', 'transcribing', 'transcribe'
    FROM generate_series(1, :jobs) RETURNING id
)
INSERT INTO jobs (call_id, stage, window_index, status) SELECT id, 'transcribe', 0, 'ready' FROM filled
"""
_FINISH = "UPDATE jobs SET status = 'done', finished_at = now(), announced_at = now()"


def percentile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(int(share * len(values)), len(values) - 1)]


def query_ms(database: Database) -> float:
    """The median time of the query for what there is to do."""
    seen = []
    for _ in range(_QUERIES):
        begun = time.perf_counter()
        with database.transaction() as session:
            figures(session, silence=20.0, with_outbox=False)
        seen.append(1000 * (time.perf_counter() - begun))
    return statistics.median(seen)


def scrapes_ms(port: int) -> list[float]:
    """How long each scrape takes, over one connection as Prometheus has it."""
    seen = []
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        for _ in range(_SCRAPES):
            begun = time.perf_counter()
            client.get("/metrics").raise_for_status()
            seen.append(1000 * (time.perf_counter() - begun))
    return seen


def scraping(jobs: int) -> list[Row]:
    port = free_port()
    with installed("embedded", PORT=str(port)) as installation:
        database = installation.database
        _run(database, _FILL, jobs=jobs)
        installation.start("callscribe", "api")
        told = f'callscribe_queue_size{{stage="transcribe"}} {float(jobs)}'
        installation.until(lambda: told in _metrics(port), "the queue's length in the metrics", 120)
        waiting, query_waiting = scrapes_ms(port), query_ms(database)
        _run(database, _FINISH)
        _run(database, "ANALYZE jobs")
        query_done = query_ms(database)
    return [
        at_most(f"a scrape, p95 of {_SCRAPES}, {jobs} jobs waiting", percentile(waiting, 0.95), _P95_MS, " ms"),
        Row("a scrape, median", f"{statistics.median(waiting):.2f} ms"),
        Row("the query behind it, once in ten seconds, all waiting", f"{query_waiting:.2f} ms"),
        Row("the same, all done", f"{query_done:.2f} ms"),
    ]


def window_s(folder: Path) -> tuple[float, float]:
    """Seconds that a window of about five minutes takes with the tests' tiny model, and its length in seconds."""
    call = repeated(CALL_EN, folder / "call.flac", times=12)
    settings = Settings(data_dir=folder / "data", asr_model=str(MODEL), speaker_model="none", asr_threads=2)
    engines = Engines(settings)
    wanted = Wanted(LanguageChoice.EN)
    took, begun, last = [], time.perf_counter(), 0.0
    for event in process(call.file, wanted, settings, with_summary=False, engines=engines):
        if isinstance(event, Heard) and event.segments:
            now = time.perf_counter()
            took.append((now - begun, event.end - last))
            begun, last = now, event.end
    return max(took, key=lambda one: one[1])


def heard(length: float) -> tuple[Window, WindowTranscript]:
    """A window full of words."""
    words = tuple(Word(at / 2, at / 2 + 0.4, "word", 0.9) for at in range(int(2 * length)))
    segments = tuple(
        Segment(line[0].start, line[-1].end, "a line", line, "en")
        for line in (words[at : at + 20] for at in range(0, len(words), 20))
    )
    return Window(0, 0.0, length, ()), WindowTranscript(segments, "en", 0.9, "faster-whisper small int8")


def counting_s(length: float) -> float:
    """What a worker does for metrics with a window of so many seconds."""
    window, transcript = heard(length)
    begun = time.perf_counter()
    for _ in range(_WINDOWS):
        metrics.transcribed(window, transcript, 3.0)
        metrics.processing.labels(Stage.TRANSCRIBE.value).observe(3.0)
    return (time.perf_counter() - begun) / _WINDOWS


def exposing_s(database: Database) -> float:
    """What a scrape takes of the worker's own time."""
    told = registry(database)
    begun = time.perf_counter()
    for _ in range(_WINDOWS):
        generate_latest(told)
    return (time.perf_counter() - begun) / _WINDOWS


def working() -> list[Row]:
    metrics.begin(Stage)
    with TemporaryDirectory() as folder:
        took, length = window_s(Path(folder))
    counted = counting_s(length)
    database = Database("postgresql://nobody@127.0.0.1:1/nothing")  # it is only looked at how its pool is used
    exposed = exposing_s(database) * max(1.0, took / _SCRAPED_EVERY_S)
    return [
        Row(f"a window of {length:.0f} s with the tests' tiny model", f"{took:.2f} s"),
        Row("counting it", f"{1e6 * counted:.0f} µs"),
        Row("the scrapes meanwhile, one at least", f"{1e6 * exposed:.0f} µs"),
        at_most("both, of the window's time", 100 * (counted + exposed) / took, 100 * _SHARE, " %"),
    ]


def _metrics(port: int) -> str:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/metrics", trust_env=False).text
    except httpx.TransportError:
        return ""


def _run(database: Database, statement: str, **values: int) -> None:
    with database.transaction() as session:
        session.execute(text(statement), values)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=100_000)
    arguments = parser.parse_args()
    show("What metrics cost", [*scraping(arguments.jobs), *working()])
    return 0


if __name__ == "__main__":
    sys.exit(main())
