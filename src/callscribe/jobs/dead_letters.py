"""What cannot go on by itself: jobs that failed for good, and messages that nobody understands."""

from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn
from uuid import UUID

from sqlalchemy import ColumnElement, literal_column, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from callscribe.errors import BadRequest, NotFound
from callscribe.jobs import lifecycle, queue
from callscribe.jobs.events import MessageRejected
from callscribe.models import JobStatus
from callscribe.store import calls
from callscribe.store.tables import JobRow, RejectedMessageRow

_DEAD: ColumnElement[bool] = literal_column(f"jobs.status = '{JobStatus.FAILED}'")  # as the partial index has it


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One of them, as an operator sees it."""

    #: A job's number, or a message's `topic/partition/offset`.
    id: str
    #: None for a message.
    call_id: UUID | None
    #: The job's stage, or `message`.
    what: str
    attempts: int
    reason: str
    since: datetime | None


def find(session: Session) -> list[DeadLetter]:
    """All of them, jobs first, oldest first."""
    jobs = session.scalars(select(JobRow).where(_DEAD).order_by(JobRow.id))
    messages = session.scalars(select(RejectedMessageRow).order_by(RejectedMessageRow.rejected_at))
    return [
        *(
            DeadLetter(str(row.id), row.call_id, row.stage, row.attempt, row.error or "", row.finished_at)
            for row in jobs
        ),
        *(DeadLetter(_name(row), None, "message", 0, row.reason, row.rejected_at) for row in messages),
    ]


def replay(session: Session, letter_id: str) -> None:
    """Go on with the job's call where it stopped. Raises `NotFound`, and `BadRequest` for a message."""
    if not _is_job(letter_id):
        raise BadRequest("A message that nobody understands cannot be replayed, only dropped.")
    lifecycle.retry(session, _job(session, int(letter_id)).call_id)


def drop(session: Session, letter_id: str) -> None:
    """Forget it. A job's call stays failed, and can still be tried again. Raises `NotFound`."""
    if _is_job(letter_id):
        _job(session, int(letter_id)).status = JobStatus.CANCELED
    else:
        rows = session.scalars(select(RejectedMessageRow))
        session.delete(next((row for row in rows if _name(row) == letter_id), None) or _missing(letter_id))


def reject(session: Session, message: MessageRejected) -> None:
    """Keep a message that cannot be understood, until it is dropped; a second time changes nothing."""
    values = message.model_dump(include={"topic", "partition", "offset", "reason"})
    session.execute(insert(RejectedMessageRow).values(values).on_conflict_do_nothing())
    queue.notify(session, queue.OUTCOME)


def _is_job(letter_id: str) -> bool:
    return letter_id.isdecimal() and len(letter_id) < 19  # what a bigint holds


def _job(session: Session, job_id: int) -> JobRow:
    row = session.scalar(select(JobRow).where(JobRow.id == job_id, _DEAD))
    if row is None:
        _missing(str(job_id))
    # The call's row first, then the job's.
    calls.lock(session, row.call_id)
    locked = session.get(JobRow, job_id, with_for_update=True, populate_existing=True)
    return locked if locked and locked.status == JobStatus.FAILED else _missing(str(job_id))


def _name(row: RejectedMessageRow) -> str:
    return f"{row.topic}/{row.partition}/{row.offset}"


def _missing(letter_id: str) -> NoReturn:
    raise NotFound(f"There is no dead letter {letter_id}; `callscribe dead-letters list` shows them.")
