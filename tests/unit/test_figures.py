"""What the whole service has to do, as the API's metrics tell it."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from prometheus_client import CollectorRegistry
from sqlalchemy import text

from callscribe.errors import BadMedia
from callscribe.jobs import dead_letters, lifecycle, queue
from callscribe.jobs.events import MessageRejected
from callscribe.models import Notice, Stage
from callscribe.store import workers
from callscribe.store.database import Database
from callscribe.store.figures import _OUTBOX, _PARTS, Figures, figures
from callscribe.telemetry.figures import ServiceFigures
from tests.stored_calls import claimed, cut, eventually, new_call

LACK = Notice("llm-unreachable", "Nobody answers.")


def of(database: Database, *, with_outbox: bool = False) -> Figures:
    with database.transaction() as session:
        return figures(session, silence=20.0, with_outbox=with_outbox)


def run(database: Database, statement: str) -> None:
    with database.transaction() as session:
        session.execute(text(statement))


def value(collector: ServiceFigures, name: str, **labels: str) -> float | None:
    registry = CollectorRegistry()
    registry.register(collector)
    return registry.get_sample_value(f"callscribe_{name}", labels)


def collecting(database: Database, folder: Path, *, with_outbox: bool = False) -> ServiceFigures:
    return ServiceFigures(database, {"data": folder}, silence=20.0, with_outbox=with_outbox)


def test_nothing(database: Database) -> None:
    assert of(database) == Figures(dead={("message", "rejected"): 0})
    assert of(database, with_outbox=True).outbox == (0, 0.0)


def test_waiting_and_running_jobs(database: Database) -> None:
    cut(database, new_call(database), 3)
    claimed(database, Stage.TRANSCRIBE)
    found = of(database)
    assert (found.waiting, found.running) == ({"prepare": 1, "transcribe": 2}, {"transcribe": 1})


def test_the_oldest_is_the_one_that_could_be_worked_on_longest(database: Database) -> None:
    cut(database, new_call(database), 2)
    run(database, "UPDATE jobs SET run_at = now() - interval '100 s' WHERE window_index = 0")
    run(database, "UPDATE jobs SET run_at = now() + interval '100 s' WHERE stage = 'prepare'")
    found = of(database)
    assert found.oldest["transcribe"] >= 100
    assert (found.waiting["prepare"], found.oldest["prepare"]) == (1, 0)  # it waits for its next attempt


def test_dead_letters_by_error(database: Database) -> None:
    new_call(database)
    job = claimed(database, Stage.PREPARE)
    with database.transaction() as session:
        queue.fail(session, job, lifecycle.failed(session, job.call_id, BadMedia("There is no sound.")))
        message = MessageRejected(topic="audio-topic", partition=0, offset=7, reason="It is not JSON.")
        dead_letters.reject(session, message)
    assert of(database).dead == {("job", "bad-media"): 1, ("message", "rejected"): 1}


def test_living_workers_and_what_they_lack(database: Database) -> None:
    with database.transaction() as session:
        workers.beat(session, "one", "llm", [LACK])
        workers.beat(session, "two", "llm", [LACK])
        workers.beat(session, "three", "asr", [])
        workers.beat(session, "dead", "asr", [])
    run(database, "UPDATE workers SET seen_at = now() - interval '21 s' WHERE name = 'dead'")
    found = of(database)
    assert (found.workers, found.lacking) == ({"llm": 2, "asr": 1}, {("llm", "llm-unreachable"): 2})


def test_the_outbox(database: Database) -> None:
    new_call(database)
    run(database, "UPDATE jobs SET run_at = now() - interval '50 s'")
    other = new_call(database)
    with database.transaction() as session:
        lifecycle.cancel(session, other)
    size, lag = of(database, with_outbox=True).outbox or (0, 0.0)
    assert (size, lag >= 50) == (2, True)  # a job, and the end of a call
    run(database, "UPDATE jobs SET announced_at = now()")
    run(database, "UPDATE calls SET announced_at = now()")
    assert of(database, with_outbox=True).outbox == (0, 0.0)


def test_finished_jobs_are_not_read(database: Database) -> None:
    """However many there are: each part of the query goes over an index that lacks them."""
    run(
        database,
        """WITH filled AS (
            INSERT INTO calls (id, filename, title, size_bytes, media_key, language_asked, status, stage, announced_at)
            SELECT gen_random_uuid(), 'a', 'a', 1, 'a', 'en', 'done', 'summarize', now()
            FROM generate_series(1, 5000) RETURNING id
        ) INSERT INTO jobs (call_id, stage, status, announced_at) SELECT id, 'prepare', 'done', now() FROM filled""",
    )
    run(database, "ANALYZE")
    with database.transaction() as session:
        plan = "\n".join(session.scalars(text(f"EXPLAIN {_PARTS}{_OUTBOX}"), {"silence": 20.0}))
    assert "Seq Scan on jobs" not in plan
    assert "Seq Scan on calls" not in plan


def test_all_series_are_there_before_anything_happens(database: Database, tmp_path: Path) -> None:
    collector = collecting(database, tmp_path, with_outbox=True)
    collector.look()
    assert value(collector, "database_up") == 1
    for stage in Stage:
        for name in ("queue_size", "jobs_running", "oldest_job_age_seconds"):
            assert value(collector, name, stage=stage) == 0
    for role in ("asr", "llm", "relay"):
        assert value(collector, "workers", role=role) == 0
    assert value(collector, "workers_lacking", role="llm", lack="llm-unreachable") == 0
    assert value(collector, "dead_letters", kind="job", error="internal") == 0
    assert value(collector, "outbox_lag_seconds") == 0
    free, size = (value(collector, f"disk_{what}_bytes", folder="data") for what in ("free", "size"))
    assert free is not None and size is not None and 0 < free <= size


def test_without_a_relay_there_is_no_outbox(database: Database, tmp_path: Path) -> None:
    new_call(database)
    collector = collecting(database, tmp_path)
    collector.look()
    assert value(collector, "outbox_size") is None
    assert value(collector, "workers", role="relay") is None


@pytest.mark.parametrize("url", ["postgresql://nobody@127.0.0.1:1/nothing", None], ids=["away", "without tables"])
def test_a_database_that_is_no_use(empty_database: Database, tmp_path: Path, url: str | None) -> None:
    """It is said, and old numbers are not told as if they were new."""
    collector = collecting(Database(url) if url else empty_database, tmp_path)
    collector.look()
    assert value(collector, "database_up") == 0
    assert value(collector, "queue_size", stage="prepare") is None
    assert value(collector, "disk_free_bytes", folder="data")


def test_a_folder_that_is_gone(database: Database, tmp_path: Path) -> None:
    collector = collecting(database, tmp_path / "gone")
    collector.look()
    assert value(collector, "disk_free_bytes", folder="data") is None
    assert value(collector, "database_up") == 1


def test_scrapes_ask_the_database_nothing(api: tuple[TestClient, Database]) -> None:
    client, database = api
    eventually(lambda: "callscribe_queue_size" in client.get("/metrics").text)
    run(database, "ALTER TABLE jobs RENAME TO jobs_gone")  # who asks now gets an error
    for _ in range(5):
        answer = client.get("/metrics")
        assert answer.status_code == 200
        assert 'callscribe_queue_size{stage="prepare"} 0.0' in answer.text
        assert "callscribe_database_up 1.0" in answer.text
