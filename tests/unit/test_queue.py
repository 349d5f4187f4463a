"""The queue on a real PostgreSQL."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import func, insert, text, update
from sqlalchemy.orm import Session

from callscribe.errors import Stopped
from callscribe.jobs import queue
from callscribe.jobs.queue import Job
from callscribe.models import JobStatus, Stage
from callscribe.store.database import Database, libpq_url
from callscribe.store.tables import JobRow
from tests.stored_calls import at_once, claim, claimed, job_row, job_rows, new_call

MANY = 10_000


def enqueue(database: Database, call_id: UUID, stage: Stage, count: int = 1) -> None:
    with database.transaction() as session:
        for index in range(count):
            queue.enqueue(session, call_id, stage, index if stage is Stage.TRANSCRIBE else None)


def shift(database: Database, column: str, call_id: UUID, seconds: float) -> None:
    with database.transaction() as session:
        moved = getattr(JobRow, column) + timedelta(seconds=seconds)
        session.execute(update(JobRow).where(JobRow.call_id == call_id).values({column: moved}))


def test_each_job_has_exactly_one_owner(database: Database) -> None:
    enqueue(database, new_call(database), Stage.TRANSCRIBE, 60)

    def claim_all(owner: str) -> list[Job]:
        found = []
        while job := claim(database, Stage.TRANSCRIBE, owner):
            found.append(job)
        return found

    jobs = [job for found in at_once([partial(claim_all, f"w{n}") for n in range(12)]) for job in found]
    assert sorted(job.window_index or 0 for job in jobs) == list(range(60))
    owners = {row.id: (row.owner, row.attempt, row.status) for row in job_rows(database, Stage.TRANSCRIBE)}
    assert owners == {job.id: (job.owner, 1, JobStatus.RUNNING) for job in jobs}


def test_a_claim_does_not_wait_for_another(database: Database) -> None:
    enqueue(database, new_call(database), Stage.TRANSCRIBE, 2)
    with database.transaction() as slow:
        first = queue.claim(slow, Stage.TRANSCRIBE, "slow")
        with database.transaction() as quick:
            quick.execute(text("SET LOCAL lock_timeout = '10s'"))
            second = queue.claim(quick, Stage.TRANSCRIBE, "quick")
            assert queue.claim(quick, Stage.TRANSCRIBE, "late") is None
    assert first is not None
    assert second is not None
    assert (first.window_index, second.window_index) == (0, 1)


def test_a_stage_gets_only_its_own_jobs(database: Database) -> None:
    call_id = new_call(database)
    assert claim(database, Stage.TRANSCRIBE) is None
    assert claimed(database, Stage.PREPARE).call_id == call_id
    assert claim(database, Stage.PREPARE) is None


CHANGES: dict[str, Callable[[Session, Job], None]] = {
    "heartbeat": lambda session, job: queue.heartbeat(session, job, 0.5),
    "check": queue.check,
    "finish": queue.finish,
    "retry_later": lambda session, job: queue.retry_later(session, job, 60, "Unavailable"),
    "hand_back": queue.hand_back,
    "fail": lambda session, job: queue.fail(session, job, "BadMedia"),
}


def lose_to_another(database: Database, job: Job) -> None:
    with database.transaction() as session:
        queue.retry_later(session, job, 0, "silent")
    claimed(database, job.stage, "other")


def lose_to_a_later_attempt(database: Database, job: Job) -> None:
    with database.transaction() as session:
        queue.retry_later(session, job, 0, "silent")
    claimed(database, job.stage, job.owner)


def lose_by_cancel(database: Database, job: Job) -> None:
    with database.transaction() as session:
        queue.withdraw(session, job.call_id)


def lose_by_end(database: Database, job: Job) -> None:
    with database.transaction() as session:
        queue.finish(session, job)


@pytest.mark.parametrize("lose", [lose_to_another, lose_to_a_later_attempt, lose_by_cancel, lose_by_end])
def test_who_lost_the_claim_changes_nothing(database: Database, lose: Callable[[Database, Job], None]) -> None:
    new_call(database)
    job = claimed(database, Stage.PREPARE)
    lose(database, job)
    before = _state(database, job)
    for change in CHANGES.values():
        with pytest.raises(Stopped), database.transaction() as session:
            change(session, job)
        assert _state(database, job) == before


@pytest.mark.parametrize("change", CHANGES)
def test_the_owner_changes_its_job(database: Database, change: str) -> None:
    new_call(database)
    job = claimed(database, Stage.PREPARE)
    before = _state(database, job)
    with database.transaction() as session:
        CHANGES[change](session, job)
    assert _state(database, job) != before


def _state(database: Database, job: Job) -> dict[str, object]:
    row = job_row(database, job.id)
    return {column.name: getattr(row, column.name) for column in JobRow.__table__.columns}


def test_enqueueing_twice_changes_nothing(database: Database) -> None:
    call_id = new_call(database)
    job = claimed(database, Stage.PREPARE)
    before = _state(database, job)
    enqueue(database, call_id, Stage.PREPARE)
    enqueue(database, call_id, Stage.TRANSCRIBE, 2)
    enqueue(database, call_id, Stage.TRANSCRIBE, 3)
    assert [row.window_index for row in job_rows(database, Stage.TRANSCRIBE)] == [0, 1, 2]
    assert _state(database, job) == before


@pytest.mark.parametrize("stage", [Stage.ASSEMBLE, Stage.TRANSCRIBE])
def test_enqueueing_at_the_same_time_makes_one_job(database: Database, stage: Stage) -> None:
    call_id = new_call(database)
    for _ in range(5):
        at_once([lambda: enqueue(database, call_id, stage)] * 4)
        assert len(job_rows(database, stage)) == 1


def test_a_rolled_back_transaction_leaves_no_job_and_wakes_nobody(database: Database) -> None:
    call_id = new_call(database)
    with psycopg.connect(libpq_url(database.url), autocommit=True) as listener:
        listener.execute(f"LISTEN {queue.CHANNEL}")
        with suppress(ZeroDivisionError), database.transaction() as session:
            queue.enqueue(session, call_id, Stage.SUMMARIZE)
            raise ZeroDivisionError
        enqueue(database, call_id, Stage.ASSEMBLE)  # PostgreSQL notifies in the order of commits
        heard = [note.payload for note in listener.notifies(timeout=30, stop_after=1)]
    assert heard == [Stage.ASSEMBLE]
    assert job_rows(database, Stage.SUMMARIZE) == []


def test_a_short_call_does_not_wait_for_the_end_of_a_long_one(database: Database) -> None:
    long, short = new_call(database), new_call(database)
    enqueue(database, long, Stage.TRANSCRIBE, 20)
    enqueue(database, short, Stage.TRANSCRIBE, 2)
    order = [claimed(database, Stage.TRANSCRIBE) for _ in range(22)]
    assert [(job.call_id, job.window_index) for job in order[:4]] == [(long, 0), (short, 0), (long, 1), (short, 1)]
    assert [job.window_index for job in order[4:]] == list(range(2, 20))


def test_nobody_starves(database: Database) -> None:
    """Short calls that come when the last window of a long one has waited long enough go after it."""
    long, short = new_call(database), new_call(database)
    enqueue(database, long, Stage.TRANSCRIBE, 20)
    shift(database, "rank", long, -3600)
    enqueue(database, short, Stage.TRANSCRIBE)
    order = [claimed(database, Stage.TRANSCRIBE) for _ in range(21)]
    assert [job.call_id for job in order] == [long] * 20 + [short]


def test_a_job_is_not_claimed_before_its_time(database: Database) -> None:
    call_id = new_call(database)
    job = claimed(database, Stage.PREPARE)
    with database.transaction() as session:
        queue.retry_later(session, job, 3600, "Unavailable")
    row = job_row(database, job.id)
    assert (row.status, row.owner, row.error) == (JobStatus.READY, None, "Unavailable")
    assert claim(database, Stage.PREPARE) is None
    later = new_call(database)
    assert claimed(database, Stage.PREPARE).call_id == later
    shift(database, "run_at", call_id, -3601)
    again = claimed(database, Stage.PREPARE)
    assert (again.id, again.attempt) == (job.id, 2)


def test_silent_jobs_are_those_without_a_heartbeat(database: Database) -> None:
    calls = [new_call(database) for _ in range(4)]
    jobs = {job.call_id: job for job in (claimed(database, Stage.PREPARE, f"w{n}") for n in range(3))}
    for call_id, age in zip(calls, (100, 200, 5), strict=False):
        shift(database, "heartbeat_at", call_id, -age)
    with database.transaction() as session:
        assert queue.silent(session, 20) == [jobs[calls[1]], jobs[calls[0]]]
    with database.transaction() as session:
        queue.heartbeat(session, jobs[calls[1]], 0.25)
        queue.finish(session, jobs[calls[0]])
    with database.transaction() as session:
        assert queue.silent(session, 20) == []
    assert job_row(database, jobs[calls[1]].id).share == 0.25


def test_a_job_handed_back_has_not_used_an_attempt(database: Database) -> None:
    new_call(database)
    first = claimed(database, Stage.PREPARE)
    with database.transaction() as session:
        queue.hand_back(session, first)
    assert claimed(database, Stage.PREPARE, "next").attempt == 1


def test_withdrawn_jobs_are_not_claimed_and_revived_ones_are(database: Database) -> None:
    call_id, other = new_call(database), new_call(database)
    enqueue(database, call_id, Stage.TRANSCRIBE, 3)
    done, running = (claimed(database, Stage.TRANSCRIBE) for _ in range(2))
    with database.transaction() as session:
        queue.finish(session, done)
        queue.withdraw(session, call_id)
    assert claim(database, Stage.TRANSCRIBE) is None
    assert claimed(database, Stage.PREPARE).call_id == other
    with database.transaction() as session:
        queue.revive(session, call_id)
    assert [claimed(database, Stage.TRANSCRIBE).id for _ in range(2)] == [running.id, running.id + 1]
    assert job_row(database, done.id).status == JobStatus.DONE
    assert job_row(database, running.id).finished_at is None


def test_a_failed_job_withdraws_what_waits_and_has_all_its_attempts_after_a_retry(database: Database) -> None:
    call_id = new_call(database)
    enqueue(database, call_id, Stage.TRANSCRIBE, 3)
    failing, running = (claimed(database, Stage.TRANSCRIBE) for _ in range(2))
    with database.transaction() as session:
        queue.fail(session, failing, "BadMedia")
    statuses = [row.status for row in job_rows(database, Stage.TRANSCRIBE)]
    assert statuses == [JobStatus.FAILED, JobStatus.RUNNING, JobStatus.CANCELED]
    with database.transaction() as session:
        queue.finish(session, running)  # what another worker is about to finish is not thrown away
        queue.revive(session, call_id)
    again = claimed(database, Stage.TRANSCRIBE)
    assert (again.id, again.attempt) == (failing.id, 1)
    assert job_row(database, failing.id).error is None


@pytest.mark.parametrize("analyzed", [True, False])
def test_a_claim_reads_the_index_and_nothing_else(database: Database, analyzed: bool) -> None:
    call_id = new_call(database)
    ready = {"call_id": call_id, "stage": Stage.TRANSCRIBE, "status": JobStatus.READY, "rank": func.now()}
    with database.transaction() as session:
        session.execute(insert(JobRow).values(ready), [{"window_index": index} for index in range(MANY)])
    if analyzed:
        with psycopg.connect(libpq_url(database.url), autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE jobs")
    with database.transaction() as session:
        session.execute(text("SET LOCAL plan_cache_mode = force_generic_plan"))
        for _ in range(10):  # psycopg prepares a statement that comes often
            assert queue.claim(session, Stage.TRANSCRIBE, "me") is not None
        statement, generic_plans = session.execute(
            text("SELECT statement, generic_plans FROM pg_prepared_statements WHERE statement LIKE 'UPDATE jobs%'")
        ).one()
        explained = session.connection().exec_driver_sql(f"EXPLAIN (GENERIC_PLAN, COSTS OFF) {statement}")
        plan = "\n".join(explained.scalars())
    assert generic_plans > 0
    assert "Index Scan using jobs_ready" in plan
    assert "Seq Scan" not in plan
    assert "Sort" not in plan
