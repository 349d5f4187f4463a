"""The queue: one table, and every change of it a short transaction of the caller's.

A job is `ready`, claimed by exactly one owner (`running`), and ends as `done`, `failed` or `canceled`. A claim is
fenced by owner and attempt: whoever lost it, because it was silent for too long or the call was canceled, finds nothing
to finish. Whatever makes a job ready or failed takes back `announced_at`, so the row is its own entry in the outbox
that `jobs.relay` empties. Whoever changes a call and its jobs together locks the call's row first (`store.calls.lock`).
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import cast
from uuid import UUID

from sqlalchemy import ColumnElement, Table, bindparam, delete, func, literal_column, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from callscribe.errors import Stopped
from callscribe.models import JobStatus, Stage
from callscribe.store.tables import JobRow

#: PostgreSQL's notification channel; the payload is the stage of a job that is ready, or `OUTCOME`.
CHANNEL = "callscribe_jobs"
OUTCOME = "outcome"

# Window n of a call ranks as if it had come n times this much later. So the first windows of a short call go before the
# last ones of a long call that came earlier, and yet every job becomes the oldest in the end: nobody starves.
_RANK_STEP = timedelta(seconds=30)

# Literals, not parameters: PostgreSQL uses a partial index only where it can see that the query implies its condition.
_READY: ColumnElement[str] = literal_column(f"'{JobStatus.READY}'")
_RUNNING: ColumnElement[str] = literal_column(f"'{JobStatus.RUNNING}'")

# Built once, and of the table instead of the class: it takes a third of the time, and idle workers claim often.
_TABLE = cast(Table, JobRow.__table__)
_JOBS = _TABLE.c
_FIRST_READY = (
    select(_JOBS.id)
    .where(_JOBS.status == _READY, _JOBS.stage == bindparam("of_stage"), _JOBS.run_at <= func.now())
    .order_by(_JOBS.rank, _JOBS.id)
    .limit(1)
    .with_for_update(skip_locked=True)
    .scalar_subquery()
)
_CLAIM = (
    update(_TABLE)
    .where(_JOBS.id == _FIRST_READY)
    .values(status=JobStatus.RUNNING, owner=bindparam("by_owner"), attempt=_JOBS.attempt + 1, share=0)
    .values(heartbeat_at=func.now())
    .returning(_JOBS.id, _JOBS.call_id, _JOBS.window_index, _JOBS.attempt)
)


@dataclass(frozen=True, slots=True)
class Job:
    """A claimed piece of work."""

    id: int
    call_id: UUID
    stage: Stage
    #: Which window, for `transcribe`.
    window_index: int | None
    owner: str
    #: Counts from 1; every claim is an attempt.
    attempt: int


def enqueue(session: Session, call_id: UUID, stage: Stage, window_index: int | None = None) -> None:
    """Make the job exist and wake a worker when the caller's transaction commits; a second time changes nothing."""
    values = {
        "call_id": call_id,
        "stage": stage,
        "window_index": window_index,
        "status": JobStatus.READY,
        "rank": func.now() + _RANK_STEP * (window_index or 0),
    }
    session.execute(insert(JobRow).values(values).on_conflict_do_nothing(constraint="jobs_once"))
    notify(session, stage)


def repeat(session: Session, call_id: UUID, stage: Stage) -> None:
    """Do a finished job of the call once more, as if it were new: with all its attempts, and after those that wait."""
    session.execute(delete(JobRow).where(JobRow.call_id == call_id, JobRow.stage == stage))
    enqueue(session, call_id, stage)


def claim(session: Session, stage: Stage, owner: str) -> Job | None:
    """Take the first ready job of a stage, or None. Claims never wait for each other."""
    row = session.execute(_CLAIM, {"of_stage": stage, "by_owner": owner}).one_or_none()
    return None if row is None else Job(row.id, row.call_id, stage, row.window_index, owner, row.attempt)


def heartbeat(session: Session, job: Job, share: float) -> None:
    """Say that the job is being worked on, and how far it is (0..1). Raises `Stopped` if it is no longer ours."""
    _change(session, job, heartbeat_at=func.now(), share=share)


def check(session: Session, job: Job) -> None:
    """Raise `Stopped` if the job is no longer ours, so that what the transaction wrote for it is rolled back."""
    _change(session, job, heartbeat_at=func.now())


def finish(session: Session, job: Job) -> None:
    """Mark the job done. Raises `Stopped` if it is no longer ours, so that the caller's transaction rolls back."""
    _change(session, job, status=JobStatus.DONE, share=1.0, finished_at=func.now(), error=None)


def retry_later(session: Session, job: Job, delay: float, error: str) -> None:
    """Make the job ready again after `delay` seconds. Raises `Stopped` if it is no longer ours."""
    run_at = func.now() + timedelta(seconds=delay)
    _change(session, job, status=JobStatus.READY, run_at=run_at, owner=None, error=error, announced_at=None)


def hand_back(session: Session, job: Job) -> None:
    """Give up the claim without having used an attempt, as a worker does that is asked to stop."""
    _change(session, job, status=JobStatus.READY, owner=None, attempt=JobRow.attempt - 1, announced_at=None)
    notify(session, job.stage)


def fail(session: Session, job: Job, error: str) -> None:
    """Mark the job failed and withdraw the call's waiting jobs. Raises `Stopped` if it is no longer ours."""
    _change(session, job, status=JobStatus.FAILED, finished_at=func.now(), error=error, announced_at=None)
    withdraw(session, job.call_id, (JobStatus.READY,))


def withdraw(
    session: Session, call_id: UUID, statuses: tuple[JobStatus, ...] = (JobStatus.READY, JobStatus.RUNNING)
) -> None:
    """Cancel the call's unfinished jobs; a worker learns of it at its next heartbeat."""
    session.execute(
        update(JobRow)
        .where(JobRow.call_id == call_id, JobRow.status.in_(statuses))
        .values(status=JobStatus.CANCELED, finished_at=func.now())
    )


def revive(session: Session, call_id: UUID) -> None:
    """Make the call's failed and canceled jobs ready again, with all their attempts."""
    stages = session.scalars(
        update(JobRow)
        .where(JobRow.call_id == call_id, JobRow.status.in_((JobStatus.FAILED, JobStatus.CANCELED)))
        .values(status=JobStatus.READY, attempt=0, share=0, run_at=func.now())
        .values(owner=None, error=None, finished_at=None, announced_at=None)
        .returning(JobRow.stage)
    )
    for stage in sorted(set(stages)):
        notify(session, stage)


def silent(session: Session, timeout: float) -> list[Job]:
    """Running jobs without a heartbeat for `timeout` seconds: their workers are dead, or cut off."""
    rows = session.execute(
        select(JobRow)
        .where(JobRow.status == _RUNNING, JobRow.heartbeat_at < func.now() - timedelta(seconds=timeout))
        .order_by(JobRow.heartbeat_at)
        .limit(100)
    ).scalars()
    return [Job(row.id, row.call_id, Stage(row.stage), row.window_index, row.owner or "", row.attempt) for row in rows]


def notify(session: Session, what: str) -> None:
    """Wake those who listen for `what`, when the caller's transaction commits."""
    session.execute(select(func.pg_notify(CHANNEL, str(what))))


def _change(session: Session, job: Job, **values: object) -> None:
    changed = session.execute(
        update(JobRow)
        .where(
            JobRow.id == job.id,
            JobRow.status == JobStatus.RUNNING,
            JobRow.owner == job.owner,
            JobRow.attempt == job.attempt,
        )
        .values(**values)
        .returning(JobRow.id)
    ).one_or_none()
    if changed is None:
        raise Stopped("This work was canceled or given to another worker.")
