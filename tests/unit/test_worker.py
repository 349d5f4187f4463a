"""A worker on a real PostgreSQL, with stages that do as the test wants."""

import logging
import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from io import BytesIO
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from callscribe.errors import BadMedia, StageFailed, Stopped, Unavailable
from callscribe.jobs import lifecycle, queue
from callscribe.jobs.postgres import PostgresDispatcher
from callscribe.jobs.queue import Job
from callscribe.models import CallStatus, JobStatus, Stage
from callscribe.pipeline import Handler, Save, Transact
from callscribe.ports import Dispatcher, Report
from callscribe.settings import Settings
from callscribe.store import calls
from callscribe.store.database import Database, libpq_url
from callscribe.store.embedded import EmbeddedPostgres
from callscribe.store.files import FolderStore
from callscribe.store.tables import JobRow, SegmentRow
from callscribe.wiring import _remove_leftovers
from callscribe.worker import Lane, Worker
from tests.counted import Change
from tests.stored_calls import call_row, claim, claimed, cut, eventually, heard, job_row, job_rows, new_call

MARKER = "verysecretword"
SETTINGS = Settings(
    job_attempts=3, job_retry_s=600, heartbeat_s=0.05, heartbeat_timeout_s=60, poll_s=0.05, shutdown_s=1
)


def save_nothing(_session: Session) -> None:
    pass


def succeed(_job: Job, _report: Report, _transact: Transact) -> Save:
    return save_nothing


def nothing_to_clean(_job: Job) -> None:
    pass


@contextmanager
def working(
    database: Database,
    handlers: Mapping[Stage, Handler],
    cleanup: Callable[[Job], None] = nothing_to_clean,
    settings: Settings = SETTINGS,
) -> Iterator[Worker]:
    """A worker with one lane; an error that ends it fails the test."""
    lane = Lane("lane", handlers, PostgresDispatcher(database.url, handlers))
    worker = Worker(database, settings, [lane], cleanup)
    with ThreadPoolExecutor(1) as thread:
        running = thread.submit(worker.run)
        try:
            yield worker
        finally:
            worker.stop()
            running.result()


@dataclass
class Failing:
    """Raises each time; `attempts` are those it saw."""

    error: Exception
    attempts: list[int] = field(default_factory=list)

    def __call__(self, job: Job, _report: Report, _transact: Transact) -> Save:
        self.attempts.append(job.attempt)
        raise self.error


@dataclass
class Endless:
    """Works until it is told that the work is not wanted; `act` is done once, after `go`."""

    act: Callable[[Job, Transact], None] = lambda _job, _transact: None
    begun: threading.Event = field(default_factory=threading.Event)
    go: threading.Event = field(default_factory=threading.Event)
    told: threading.Event = field(default_factory=threading.Event)

    def __call__(self, job: Job, report: Report, transact: Transact) -> Save:
        self.begun.set()
        assert self.go.wait(30)
        try:
            self.act(job, transact)
            for _ in range(3000):
                report(0.5)
                threading.Event().wait(0.01)
        except Stopped:
            self.told.set()
            raise
        return save_nothing


def make_due(database: Database, job_id: int) -> None:
    with database.transaction() as session:
        session.execute(update(JobRow).where(JobRow.id == job_id).values(run_at=func.now()))


def fall_silent(database: Database, job: Job) -> None:
    with database.transaction() as session:
        long_ago = func.now() - timedelta(hours=1)
        session.execute(update(JobRow).where(JobRow.id == job.id).values(heartbeat_at=long_ago))


def pause_s(database: Database, job_id: int) -> float:
    """Seconds between now and the next attempt."""
    with database.transaction() as session:
        left = select(func.extract("epoch", JobRow.run_at - func.now())).where(JobRow.id == job_id)
        return float(session.scalars(left).one())


def waits_for_its_next_attempt(database: Database, attempt: int) -> bool:
    row = only_job(database)
    return row.status == JobStatus.READY and row.attempt == attempt


def only_job(database: Database, stage: Stage = Stage.PREPARE) -> JobRow:
    (row,) = job_rows(database, stage)
    return row


def assert_lives_on(database: Database, call_id: UUID) -> None:
    with database.transaction() as session:
        queue.enqueue(session, call_id, Stage.SUMMARIZE)
    eventually(lambda: only_job(database, Stage.SUMMARIZE).status == JobStatus.DONE)


def test_a_job_is_done_and_its_result_saved(database: Database) -> None:
    call_id = new_call(database)

    def prepare(job: Job, _report: Report, _transact: Transact) -> Save:
        return lambda session: lifecycle.prepared(session, job.call_id, 1.0, "playback.m4a", ())

    with working(database, {Stage.PREPARE: prepare}):
        eventually(lambda: only_job(database).status == JobStatus.DONE)
    assert call_row(database, call_id).prepared
    assert only_job(database, Stage.ASSEMBLE).status == JobStatus.READY


@pytest.mark.parametrize("error", [Unavailable("The media store does not answer."), ValueError(MARKER)])
def test_what_may_pass_is_tried_again_with_growing_pauses_and_then_fails(database: Database, error: Exception) -> None:
    call_id = new_call(database)
    cut(database, call_id, 1)
    failing = Failing(error)
    code = error.code if isinstance(error, Unavailable) else "internal"
    retries = Change("job_retries_total", stage="prepare")
    errors = Change("errors_total", stage="prepare", error=code)
    with working(database, {Stage.PREPARE: failing, Stage.SUMMARIZE: succeed}):
        for attempt, pause in ((1, 600), (2, 1200)):
            eventually(partial(waits_for_its_next_attempt, database, attempt))
            assert pause - 300 < pause_s(database, only_job(database).id) <= pause
            assert call_row(database, call_id).status != CallStatus.FAILED
            make_due(database, only_job(database).id)
        eventually(lambda: call_row(database, call_id).status == CallStatus.FAILED)
        assert_lives_on(database, call_id)
    assert failing.attempts == [1, 2, 3]
    assert (retries(), errors()) == (2, 3)
    row = only_job(database)
    shown = call_row(database, call_id).error
    assert shown is not None
    assert (row.status, row.error, row.attempt) == (JobStatus.FAILED, shown, 3)
    assert only_job(database, Stage.TRANSCRIBE).status == JobStatus.CANCELED
    assert MARKER not in shown
    assert not isinstance(error, Unavailable) or shown == str(error)


def test_what_cannot_pass_fails_at_once(database: Database) -> None:
    call_id = new_call(database)
    failing = Failing(BadMedia("There is no sound in this file."))
    with working(database, {Stage.PREPARE: failing}):
        eventually(lambda: call_row(database, call_id).status == CallStatus.FAILED)
    assert failing.attempts == [1]
    assert call_row(database, call_id).error == "There is no sound in this file."
    assert (only_job(database).status, only_job(database).error) == (
        JobStatus.FAILED,
        "There is no sound in this file.",
    )


def test_a_save_that_fails_saves_nothing(database: Database) -> None:
    call_id = new_call(database)

    def save(session: Session) -> None:
        lifecycle.prepared(session, call_id, 1.0, "playback.m4a", ())
        raise ValueError

    with working(database, {Stage.PREPARE: lambda _job, _report, _transact: save}):
        eventually(lambda: only_job(database).error == "ValueError")
    assert not call_row(database, call_id).prepared
    assert job_rows(database, Stage.ASSEMBLE) == []


def test_a_job_that_kills_its_workers_fails_in_the_end(database: Database) -> None:
    call_id = new_call(database)
    with working(database, {Stage.SUMMARIZE: succeed}), working(database, {Stage.SUMMARIZE: succeed}):
        for attempt in (1, 2, 3):
            job = claimed(database, Stage.PREPARE, f"dead {attempt}")
            assert job.attempt == attempt
            fall_silent(database, job)
            eventually(lambda: only_job(database).status != JobStatus.RUNNING)
            make_due(database, job.id)
        eventually(lambda: call_row(database, call_id).status == CallStatus.FAILED)
    assert only_job(database).status == JobStatus.FAILED
    assert claim(database, Stage.PREPARE) is None
    assert (call_row(database, call_id).error or "").startswith("The worker died each time")


def test_a_dead_workers_job_goes_on_without_a_pause(database: Database) -> None:
    new_call(database)
    job = claimed(database, Stage.PREPARE, "dead")
    other = PostgresDispatcher(database.url, [Stage.PREPARE])
    other.wait(0)  # from now on it listens
    with working(database, {Stage.SUMMARIZE: succeed}), ThreadPoolExecutor(1) as thread:
        told = thread.submit(other.wait, 600)
        fall_silent(database, job)
        told.result(30)
        assert claimed(database, Stage.PREPARE).attempt == 2
    other.close()


@pytest.mark.parametrize("how", ["put", "cut"])
def test_work_on_a_deleted_call_stops_and_leaves_no_media(database: Database, tmp_path: Path, how: str) -> None:
    store, call_id = FolderStore(tmp_path / "media"), new_call(database)
    folder = calls.media_folder(call_id)

    def act(_job: Job, transact: Transact) -> None:
        store.put(f"{folder}/windows/0000.flac", BytesIO(b"sound"))
        if how == "cut":
            transact(lambda session: calls.lock_for_work(session, call_id))

    stage = Endless(act)
    with working(database, {Stage.PREPARE: stage}, partial(_remove_leftovers, database, store)):
        assert stage.begun.wait(30)
        with database.transaction() as session:
            calls.delete(session, call_id)
        stage.go.set()
        assert stage.told.wait(30)
    assert list((tmp_path / "media").iterdir()) == []


def test_work_on_a_canceled_call_stops_and_its_media_stay(database: Database, tmp_path: Path) -> None:
    store, call_id = FolderStore(tmp_path), new_call(database)
    key = f"{calls.media_folder(call_id)}/windows/0000.flac"
    stage = Endless(lambda _job, _transact: store.put(key, BytesIO(b"sound")))
    with working(database, {Stage.PREPARE: stage}, partial(_remove_leftovers, database, store)):
        assert stage.begun.wait(30)
        with database.transaction() as session:
            lifecycle.cancel(session, call_id)
        stage.go.set()
        assert stage.told.wait(30)
    assert only_job(database).status == JobStatus.CANCELED
    with store.local(key) as file:
        assert file.read_bytes() == b"sound"


def test_a_cleanup_that_fails_does_not_end_the_worker(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    other, call_id = ready_to_transcribe(database), new_call(database)
    stage = Endless()

    def cleanup(_job: Job) -> None:
        raise Unavailable("The media store does not answer.")

    with working(database, {Stage.PREPARE: stage, Stage.SUMMARIZE: succeed}, cleanup):
        assert stage.begun.wait(30)
        with database.transaction() as session:
            calls.delete(session, call_id)
        stage.go.set()
        assert_lives_on(database, other)
    assert "if the call was deleted, some of its media may be left" in caplog.text


def test_stop_hands_the_job_back_without_using_an_attempt(database: Database) -> None:
    new_call(database)
    stage = Endless()
    stage.go.set()
    with working(database, {Stage.PREPARE: stage}) as worker:
        assert stage.begun.wait(30)
        worker.stop()
        assert stage.told.wait(30)
    row = only_job(database)
    assert (row.status, row.attempt, row.owner) == (JobStatus.READY, 0, None)
    assert claimed(database, Stage.PREPARE).attempt == 1


@dataclass
class Transcribe:
    """One window's stage; `saves` counts how often its result was about to be saved."""

    before_save: Callable[[Session], None] = save_nothing
    begun: threading.Event = field(default_factory=threading.Event)
    go: threading.Event = field(default_factory=threading.Event)
    saves: int = 0

    def __call__(self, job: Job, _report: Report, transact: Transact) -> Save:
        transact(lambda session: lifecycle.begin(session, job.call_id, Stage.TRANSCRIBE))
        self.begun.set()
        assert self.go.wait(30)
        return partial(self._save, job.call_id)

    def _save(self, call_id: UUID, session: Session) -> None:
        self.saves += 1
        self.before_save(session)
        lifecycle.transcribed(session, call_id, 0, heard(0, MARKER))


def ready_to_transcribe(database: Database) -> UUID:
    """A call that lacks nothing but the transcript of its only window."""
    call_id = new_call(database)
    cut(database, call_id, 1)
    with database.transaction() as session:
        lifecycle.prepared(session, call_id, 10.0, "playback.m4a", ())
        queue.finish(session, queue.claim(session, Stage.PREPARE, "me"))  # type: ignore[arg-type]
    return call_id


def assert_transcribed_once(database: Database) -> None:
    row = only_job(database, Stage.TRANSCRIBE)
    assert (row.status, row.attempt) == (JobStatus.DONE, 1)
    assert only_job(database, Stage.ASSEMBLE).status == JobStatus.READY
    with database.transaction() as session:
        assert session.scalars(select(SegmentRow.text)).all() == [MARKER]


def test_work_is_saved_once_when_the_database_restarts_meanwhile(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path / "postgres") as server:
        database = Database(server.url)
        database.migrate()
        ready_to_transcribe(database)
        stage = Transcribe()
        with working(database, {Stage.TRANSCRIBE: stage}):
            assert stage.begun.wait(30)
            kill_postmaster(tmp_path / "postgres")
            eventually(lambda: not answers(server.conninfo))
            stage.go.set()
            eventually(lambda: stage.saves)
            eventually(server.ensure_running)
            eventually(lambda: answers(server.conninfo))
            eventually(lambda: only_job(database, Stage.TRANSCRIBE).status == JobStatus.DONE)
        assert stage.saves > 1
        assert_transcribed_once(database)
        database.close()


def kill_postmaster(folder: Path) -> None:
    os.kill(int((folder / "data" / "postmaster.pid").read_text().split("\n")[0]), signal.SIGKILL)


def answers(conninfo: str) -> bool:
    try:
        psycopg.connect(conninfo).close()
    except psycopg.OperationalError:
        return False
    return True


class LosesAnswers(Database):
    """Commits, and then loses the connection before the answer: each time in a transaction that was marked."""

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        with super().transaction() as session:
            yield session
        if session.info.pop("lose the answer", False):
            raise Unavailable("The database does not answer.")


def test_a_commit_whose_answer_is_lost_counts_once(database: Database) -> None:
    call_id = ready_to_transcribe(database)
    stage = Transcribe(before_save=lambda session: session.info.update({"lose the answer": True}))
    stage.go.set()
    losing = LosesAnswers(database.url)
    with working(losing, {Stage.TRANSCRIBE: stage, Stage.SUMMARIZE: succeed}):
        eventually(lambda: only_job(database, Stage.TRANSCRIBE).status == JobStatus.DONE)
        assert_lives_on(database, call_id)
    losing.close()
    assert stage.saves == 2
    assert_transcribed_once(database)


def test_a_value_too_large_for_the_database_is_no_outage(database: Database) -> None:
    call_id = new_call(database)

    def save(session: Session) -> None:
        session.execute(text("SELECT to_tsvector(string_agg('word' || n, ' ')) FROM generate_series(1, 200000) n"))

    with working(database, {Stage.PREPARE: lambda _job, _report, _transact: save}):
        eventually(lambda: only_job(database).error == "OperationalError")
    assert call_row(database, call_id).status != CallStatus.FAILED


@dataclass
class Silent:
    """A dispatcher that counts how often a worker found nothing to do."""

    waits: int = 0

    def wait(self, timeout: float) -> None:
        self.waits += 1
        threading.Event().wait(min(timeout, 0.02))

    def acknowledge(self) -> None:
        pass

    def close(self) -> None:
        pass


class Away(Database):
    """Does not answer while `away` is set; `refused` is set when somebody tried."""

    away = threading.Event()
    refused = threading.Event()

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        if self.away.is_set():
            self.refused.set()
            raise Unavailable("The database does not answer.")
        with super().transaction() as session:
            yield session


def test_after_an_outage_the_living_get_time_to_speak(database: Database) -> None:
    new_call(database)
    job = claimed(database, Stage.PREPARE, "alive, but not heard")
    flaky, dispatcher = Away(database.url), Silent()
    with ThreadPoolExecutor(1) as thread:
        worker = Worker(flaky, SETTINGS, [Lane("lane", {Stage.SUMMARIZE: succeed}, dispatcher)], nothing_to_clean)
        running = thread.submit(worker.run)
        eventually(lambda: dispatcher.waits)
        flaky.away.set()
        assert flaky.refused.wait(30)
        fall_silent(database, job)
        flaky.away.clear()
        before = dispatcher.waits
        eventually(lambda: dispatcher.waits > before + 10)
        worker.stop()
        running.result()
    flaky.close()
    assert job_row(database, job.id).status == JobStatus.RUNNING


@dataclass
class Broken(Silent):
    """A dispatcher with a bug."""

    def wait(self, timeout: float) -> None:
        super().wait(timeout)
        raise ZeroDivisionError


def test_a_lane_with_a_bug_ends_the_worker(database: Database) -> None:
    dispatchers: list[Dispatcher] = [Silent(), Broken()]
    lanes = [Lane(type(dispatcher).__name__, {Stage.SUMMARIZE: succeed}, dispatcher) for dispatcher in dispatchers]
    with pytest.raises(ZeroDivisionError):
        Worker(database, SETTINGS, lanes, nothing_to_clean).run()


def quoting_database(session: Session) -> None:
    session.execute(text("SELECT CAST(:said AS integer)"), {"said": MARKER})


def raise_from_foreign(_session: Session) -> None:
    try:
        raise KeyError(MARKER)
    except KeyError as exc:
        raise StageFailed("The recording could not be read to its end.") from exc


def raise_foreign(_session: Session) -> None:
    raise ValueError(MARKER, {"text": MARKER})


@pytest.mark.parametrize("save", [quoting_database, raise_from_foreign, raise_foreign])
def test_the_log_says_what_failed_and_nothing_of_the_call(
    database: Database, caplog: pytest.LogCaptureFixture, save: Callable[[Session], None]
) -> None:
    caplog.set_level(logging.DEBUG)
    ready_to_transcribe(database)

    with working(database, {Stage.TRANSCRIBE: lambda _job, _report, _transact: save}):
        eventually(lambda: only_job(database, Stage.TRANSCRIBE).error)
    stage = Transcribe()
    stage.go.set()
    make_due(database, only_job(database, Stage.TRANSCRIBE).id)
    with working(database, {Stage.TRANSCRIBE: stage}):
        eventually(lambda: only_job(database, Stage.TRANSCRIBE).status == JobStatus.DONE)
    expected = {quoting_database: "DataError", raise_from_foreign: "KeyError", raise_foreign: "ValueError"}[save]
    assert expected in caplog.text
    assert save.__name__ in caplog.text
    assert MARKER not in caplog.text
    with psycopg.connect(libpq_url(database.url)) as connection:
        assert connection.execute("SELECT error FROM jobs WHERE error LIKE %s", [f"%{MARKER}%"]).fetchall() == []


@dataclass
class Unhurried:
    """Says that it is nearly done; a deaf one does so only when it is woken."""

    deaf: bool = False
    begun: threading.Event = field(default_factory=threading.Event)
    go: threading.Event = field(default_factory=threading.Event)
    woken: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread | None = None

    def __call__(self, _job: Job, report: Report, _transact: Transact) -> Save:
        self.thread = threading.current_thread()
        self.begun.set()
        assert self.go.wait(30)
        if self.deaf:
            assert self.woken.wait(60)
        else:
            report(0.9999)
        return save_nothing


def stopped_in_the_middle(database: Database, stage: Unhurried, settings: Settings) -> JobRow:
    new_call(database)
    with working(database, {Stage.PREPARE: stage}, settings=settings) as worker:
        assert stage.begun.wait(30)
        worker.stop()
        stage.go.set()
    return only_job(database)


def test_a_worker_that_is_asked_to_stop_finishes_what_it_can(database: Database) -> None:
    row = stopped_in_the_middle(database, Unhurried(), SETTINGS.model_copy(update={"shutdown_s": 60}))
    assert (row.status, row.attempt) == (JobStatus.DONE, 1)


def test_a_worker_that_is_asked_to_stop_hands_back_what_does_not_listen(database: Database) -> None:
    stage = Unhurried(deaf=True)
    row = stopped_in_the_middle(database, stage, SETTINGS)
    assert (row.status, row.owner, row.attempt) == (JobStatus.READY, None, 0)
    stage.woken.set()  # too late: it is not its job any more
    assert stage.thread is not None
    stage.thread.join(60)
    assert only_job(database).status == JobStatus.READY
