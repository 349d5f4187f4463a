"""Calls in a database, without media, and helpers for tests with threads."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar
from uuid import UUID, uuid4

from sqlalchemy import select

from callscribe.jobs import lifecycle, queue
from callscribe.jobs.queue import Job
from callscribe.models import LanguageChoice, Segment, Span, Stage, Window, WindowTranscript, Word
from callscribe.store import calls
from callscribe.store.database import Database
from callscribe.store.tables import CallRow, JobRow

T = TypeVar("T")

_PATIENCE_S = 30.0


def new_call(database: Database) -> UUID:
    """A call with its first job."""
    call_id = uuid4()
    with database.transaction() as session:
        key = f"{calls.media_folder(call_id)}/source.flac"
        lifecycle.uploaded(session, call_id, filename="a.flac", size=1, media_key=key, language=LanguageChoice.AUTO)
    return call_id


def window(index: int, *, speech: bool = True) -> Window:
    """The window of ten seconds at this position."""
    start = 10.0 * index
    return Window(index, start, start + 10, (Span(start + 1, start + 9),) if speech else ())


def heard(index: int, text: str = "hello") -> WindowTranscript:
    """One word, said in the window at this position."""
    start = 10.0 * index + 1
    line = Segment(start, start + 1, text, (Word(start, start + 1, text, 0.9),), "en")
    return WindowTranscript((line,), "en", 0.9, "test")


def cut(database: Database, call_id: UUID, count: int) -> None:
    """Windows of the call with their jobs."""
    for index in range(count):
        with database.transaction() as session:
            lifecycle.window_cut(session, call_id, window(index), f"{call_id}/windows/{index:04d}.flac")


def claim(database: Database, stage: Stage, owner: str = "me") -> Job | None:
    """The next job of a stage, if there is one."""
    with database.transaction() as session:
        return queue.claim(session, stage, owner)


def claimed(database: Database, stage: Stage, owner: str = "me") -> Job:
    """The next job of a stage."""
    job = claim(database, stage, owner)
    assert job is not None
    return job


def call_row(database: Database, call_id: UUID) -> CallRow:
    """The call as it is stored now."""
    with database.transaction() as session:
        return calls.get(session, call_id)


def job_row(database: Database, job_id: int) -> JobRow:
    """The job as it is stored now."""
    with database.transaction() as session:
        return session.get_one(JobRow, job_id)


def job_rows(database: Database, stage: Stage) -> Sequence[JobRow]:
    """All jobs of a stage, in the order in which they were enqueued."""
    with database.transaction() as session:
        return session.scalars(select(JobRow).where(JobRow.stage == stage).order_by(JobRow.id)).all()


def at_once(actions: Sequence[Callable[[], T]]) -> list[T]:
    """Run each action in a thread of its own, all from the same instant."""
    start = threading.Barrier(len(actions))

    def run(action: Callable[[], T]) -> T:
        start.wait(_PATIENCE_S)
        return action()

    with ThreadPoolExecutor(len(actions)) as threads:
        return list(threads.map(run, actions))


def eventually(condition: Callable[[], object]) -> None:
    """Return when the condition holds; fail if that takes far too long."""
    until = time.monotonic() + _PATIENCE_S
    while not condition():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.02)
