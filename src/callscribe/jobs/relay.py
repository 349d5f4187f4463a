"""The relay: announces on Kafka what PostgreSQL says. Rows that are not announced yet are its outbox.

A row is marked after it was published, so a relay that dies in between publishes it twice, which does no harm: a
message wakes, and PostgreSQL decides. Any number of relays may run; one at a time works.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from sqlalchemy import ColumnElement, Select, func, inspect, literal_column, select, tuple_, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from callscribe.errors import Unavailable
from callscribe.jobs.events import (
    DEAD_LETTERS,
    RESULTS,
    TOPIC_OF,
    Announcement,
    CallFinished,
    JobDied,
    JobReady,
    MessageRejected,
)
from callscribe.models import JobStatus, Stage
from callscribe.ports import Dispatcher
from callscribe.store.database import Database
from callscribe.store.tables import Base, CallRow, JobRow, RejectedMessageRow

log = logging.getLogger(__name__)

_BATCH = 200  # announcements of a kind
_PAUSE_S = 1.0  # after a failure
_LOCK = 0x52454C41  # "RELA": an advisory lock, held by the relay at work


class Relay:
    """Publishes until it is told to stop; `wakes` tells of commits, `pulse` is called as a sign of life.

    Inside `presence` it is seen by others.
    """

    def __init__(
        self,
        database: Database,
        publish: Callable[[Sequence[Announcement]], None],
        wakes: Dispatcher,
        poll_s: float,
        *,
        pulse: Callable[[], None] = lambda: None,
        presence: AbstractContextManager[object] = nullcontext(),  # noqa: B008 - it has no state
    ) -> None:
        self._database = database
        self._publish = publish
        self._wakes = wakes
        self._poll_s = poll_s
        self._pulse = pulse
        self._presence = presence
        self._stop = threading.Event()

    def stop(self) -> None:
        """End soon. Safe to call from a signal handler."""
        self._stop.set()

    def run(self) -> None:
        """Publish until `stop` is called."""
        with self._presence:
            self._run()

    def _run(self) -> None:
        log.info("the relay is ready")
        complaint = ""
        while not self._stop.is_set():
            self._pulse()
            try:
                found = self.publish_some()
            except Unavailable as exc:
                if str(exc) != complaint:
                    log.warning("%s", exc)
                complaint = str(exc)
                self._stop.wait(_PAUSE_S)
                continue
            if complaint:
                log.info("jobs are announced again")
                complaint = ""
            if not found:
                self._wakes.wait(self._poll_s)
        self._wakes.close()

    def publish_some(self) -> int:
        """Publish and mark what waits, at most a batch of each kind; how much that was. Raises `Unavailable`."""
        with self._database.transaction() as session:
            if not session.scalar(select(func.pg_try_advisory_xact_lock(_LOCK))):
                return 0
            # Rows are not locked meanwhile: a broker that does not answer must not keep a worker from its claim.
            found = [(marks, session.scalars(query).all(), announce) for query, marks, announce in _OUTBOXES]
            announcements = [announce(row) for _, rows, announce in found for row in rows]
            if announcements:
                self._publish(announcements)
            for marks, rows, _ in found:
                _mark(session, marks, rows)
        return len(announcements)


def _literal(status: JobStatus) -> ColumnElement[str]:
    return literal_column(f"'{status}'")


def _mark(session: Session, columns: Sequence[InstrumentedAttribute[Any]], rows: Sequence[Base]) -> None:
    """Mark rows that still are what was published. One that is locked is left alone, and published once more."""
    if not rows:
        return
    table = type(rows[0])
    keys = inspect(table).primary_key
    published = [tuple(getattr(row, column.key) for column in columns) for row in rows]
    free = select(*keys).where(tuple_(*columns).in_(published)).with_for_update(skip_locked=True)
    marked = update(table).where(tuple_(*keys).in_(free)).values(announced_at=func.now())
    session.execute(marked, execution_options={"synchronize_session": False})


def _ready(job: JobRow) -> Announcement:
    stage = Stage(job.stage)
    event = JobReady(job_id=job.id, call_id=job.call_id, stage=stage, window_index=job.window_index)
    return Announcement(TOPIC_OF[stage], str(job.id), event)


def _dead(job: JobRow) -> Announcement:
    event = JobDied(
        job_id=job.id,
        call_id=job.call_id,
        stage=Stage(job.stage),
        window_index=job.window_index,
        attempts=job.attempt,
        reason=job.error or "",
        failed_at=job.finished_at,
    )
    return Announcement(DEAD_LETTERS, str(job.call_id), event)


def _outcome(call: CallRow) -> Announcement:
    event = CallFinished.model_validate(
        {"call_id": call.id, "outcome": call.status, "error_code": call.error_code, "finished_at": call.finished_at}
    )
    return Announcement(RESULTS, str(call.id), event)


def _rejected(row: RejectedMessageRow) -> Announcement:
    event = MessageRejected(topic=row.topic, partition=row.partition, offset=row.offset, reason=row.reason)
    return Announcement(DEAD_LETTERS, row.topic, event)


# Literals and conditions as in the partial indexes, which PostgreSQL would not use otherwise. What is marked has to be
# in the same state as what was published: a job by its attempt, a call by the time at which it ended.
_OUTBOXES: Sequence[tuple[Select[Any], Sequence[InstrumentedAttribute[Any]], Callable[[Any], Announcement]]] = (
    (
        select(JobRow)
        .where(JobRow.announced_at.is_(None), JobRow.status == _literal(JobStatus.READY), JobRow.run_at <= func.now())
        .order_by(JobRow.rank, JobRow.id)
        .limit(_BATCH),
        (JobRow.id, JobRow.status, JobRow.attempt),
        _ready,
    ),
    (
        select(JobRow)
        .where(JobRow.announced_at.is_(None), JobRow.status == _literal(JobStatus.FAILED))
        .order_by(JobRow.id)
        .limit(_BATCH),
        (JobRow.id, JobRow.status, JobRow.finished_at),
        _dead,
    ),
    (
        select(CallRow)
        .where(CallRow.announced_at.is_(None), CallRow.finished_at.is_not(None))
        .order_by(CallRow.finished_at)
        .limit(_BATCH),
        (CallRow.id, CallRow.finished_at),
        _outcome,
    ),
    (
        select(RejectedMessageRow)
        .where(RejectedMessageRow.announced_at.is_(None))
        .order_by(RejectedMessageRow.rejected_at)
        .limit(_BATCH),
        (RejectedMessageRow.topic, RejectedMessageRow.partition, RejectedMessageRow.offset),
        _rejected,
    ),
)
