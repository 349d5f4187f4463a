"""A call's way through its states, on a real PostgreSQL."""

from collections.abc import Callable
from functools import partial
from random import Random
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from callscribe.errors import BadMedia, CallScribeError, Conflict, NotFound, Stopped, Unavailable
from callscribe.jobs import lifecycle, queue
from callscribe.jobs.queue import Job
from callscribe.models import CallStatus, JobStatus, MediaFacts, Notice, Stage, Summary, Transcript, WindowTranscript
from callscribe.store import calls
from callscribe.store.database import Database
from callscribe.store.tables import CallRow, JobRow, SegmentRow, WindowRow
from tests.stored_calls import at_once, call_row, claim, claimed, cut, heard, job_rows, new_call, window

SUMMARY = Summary("All is well.", (), (), "extractive")
MARKER = "verysecretword"


def done(database: Database, job: Job, save: Callable[[Session], None]) -> None:
    with database.transaction() as session:
        save(session)
        queue.finish(session, job)


def transcribe(database: Database, job: Job) -> None:
    index = job.window_index or 0
    done(database, job, lambda session: lifecycle.transcribed(session, job.call_id, index, heard(index)))


def prepare(database: Database, job: Job, duration: float = 20.0) -> None:
    done(database, job, lambda session: lifecycle.prepared(session, job.call_id, duration, "playback.m4a", ()))


def assemble_jobs(database: Database, call_id: UUID) -> int:
    return len([row for row in job_rows(database, Stage.ASSEMBLE) if row.call_id == call_id])


def in_state(database: Database, status: CallStatus) -> UUID:
    """A call with this status, and jobs that fit."""
    call_id = new_call(database)
    steps: dict[CallStatus, Callable[[Session, CallRow], object]] = {
        CallStatus.CANCELED: lambda session, _: lifecycle.cancel(session, call_id),
        CallStatus.FAILED: lambda session, _: _fail_first_job(session, call_id),
    }
    with database.transaction() as session:
        call = calls.lock(session, call_id)
        if status in steps:
            steps[status](session, call)
        else:
            call.status = status
    return call_id


def _fail_first_job(session: Session, call_id: UUID) -> None:
    job = queue.claim(session, Stage.PREPARE, "me")
    assert job is not None
    lifecycle.failed(session, call_id, BadMedia("There is no sound in this file."))
    queue.fail(session, job, "BadMedia")


def test_the_last_two_windows_at_the_same_instant_assemble_once(database: Database) -> None:
    for _ in range(50):
        call_id = new_call(database)
        cut(database, call_id, 2)
        prepare(database, claimed(database, Stage.PREPARE))
        jobs = [claimed(database, Stage.TRANSCRIBE) for _ in range(2)]
        at_once([partial(transcribe, database, job) for job in jobs])
        assert assemble_jobs(database, call_id) == 1


def test_the_last_window_and_the_end_of_preparing_at_the_same_instant_assemble_once(database: Database) -> None:
    for _ in range(25):
        call_id = new_call(database)
        cut(database, call_id, 1)
        preparing, transcribing = claimed(database, Stage.PREPARE), claimed(database, Stage.TRANSCRIBE)
        at_once([partial(prepare, database, preparing), partial(transcribe, database, transcribing)])
        assert assemble_jobs(database, call_id) == 1


@pytest.mark.parametrize("order", ["prepare first", "prepare last", "prepare between"])
def test_assembling_begins_when_all_windows_are_cut_and_transcribed(database: Database, order: str) -> None:
    call_id = new_call(database)
    cut(database, call_id, 2)
    preparing = claimed(database, Stage.PREPARE)
    steps = [partial(transcribe, database, claimed(database, Stage.TRANSCRIBE)) for _ in range(2)]
    at = {"prepare first": 0, "prepare between": 1, "prepare last": 2}[order]
    for step in [*steps[:at], partial(prepare, database, preparing), *steps[at:]]:
        assert assemble_jobs(database, call_id) == 0
        step()
    assert assemble_jobs(database, call_id) == 1
    assert (call_row(database, call_id).status, call_row(database, call_id).stage) == ("transcribing", "assemble")


def test_a_call_without_windows_is_assembled(database: Database) -> None:
    call_id = new_call(database)
    prepare(database, claimed(database, Stage.PREPARE), duration=0.0)
    assert assemble_jobs(database, call_id) == 1


def test_a_call_in_which_nobody_speaks_is_done_in_the_end(database: Database) -> None:
    call_id = new_call(database)
    with database.transaction() as session:
        lifecycle.window_cut(session, call_id, window(0, speech=False), "0.flac")
    silence = WindowTranscript((), None, 0.0, "voice activity")
    transcribing = claimed(database, Stage.TRANSCRIBE)
    done(database, transcribing, lambda session: lifecycle.transcribed(session, call_id, 0, silence))
    prepare(database, claimed(database, Stage.PREPARE))
    done(
        database,
        claimed(database, Stage.ASSEMBLE),
        lambda session: lifecycle.assembled(session, call_id, Transcript((), None)),
    )
    assert call_row(database, call_id).status == CallStatus.SUMMARIZING
    done(database, claimed(database, Stage.SUMMARIZE), lambda session: lifecycle.summarized(session, call_id, SUMMARY))
    call = call_row(database, call_id)
    assert (call.status, call.progress, call.language) == (CallStatus.DONE, 1.0, None)
    assert call.finished_at is not None


def test_the_states_of_a_call_that_goes_well(database: Database) -> None:
    call_id = new_call(database)
    seen = [call_row(database, call_id).status]

    def look() -> None:
        if (status := call_row(database, call_id).status) != seen[-1]:
            seen.append(status)

    preparing = claimed(database, Stage.PREPARE)
    with database.transaction() as session:
        lifecycle.begin(session, call_id, Stage.PREPARE)
    look()
    cut(database, call_id, 1)
    look()
    prepare(database, preparing)
    transcribe(database, claimed(database, Stage.TRANSCRIBE))
    look()
    done(
        database,
        claimed(database, Stage.ASSEMBLE),
        lambda session: lifecycle.assembled(session, call_id, Transcript((), "en")),
    )
    look()
    done(database, claimed(database, Stage.SUMMARIZE), lambda session: lifecycle.summarized(session, call_id, SUMMARY))
    look()
    assert seen == ["queued", "preparing", "transcribing", "summarizing", "done"]


@pytest.mark.parametrize("duration", [None, 0.0, 5.0, 40.0, 4000.0])
def test_progress_never_goes_back_and_stays_within_its_bounds(database: Database, duration: float | None) -> None:
    call_id, random, seen = new_call(database), Random(1), [0.0]
    facts = MediaFacts("wav", "pcm_s16le", duration, 16000, 1, 1, False)

    def look() -> None:
        with database.transaction() as session:
            lifecycle.refresh_progress(session, call_id)
        seen.append(call_row(database, call_id).progress)

    def work(job: Job) -> None:
        """Get somewhere, fail, and get somewhere again."""
        for attempt in (job, None):
            current = attempt or claimed(database, job.stage)
            for _ in range(3):
                with database.transaction() as session:
                    queue.heartbeat(session, current, random.random())
                look()
            if attempt:
                with database.transaction() as session:
                    queue.retry_later(session, current, 0, "StageFailed")
                look()
        {Stage.PREPARE: prepare, Stage.TRANSCRIBE: transcribe}.get(job.stage, _finish)(database, current)
        look()

    preparing = claimed(database, Stage.PREPARE)
    with database.transaction() as session:
        lifecycle.probed(session, call_id, facts, ())
    cut(database, call_id, 4)
    for _ in range(3):
        work(claimed(database, Stage.TRANSCRIBE))
    work(preparing)
    for stage in (Stage.TRANSCRIBE, Stage.ASSEMBLE, Stage.SUMMARIZE):
        assert call_row(database, call_id).progress < 1.0
        work(claimed(database, stage))
    final = call_row(database, call_id).progress
    assert final == 1.0
    assert seen == sorted(seen)
    assert len(set(seen)) > 5


def _finish(database: Database, job: Job) -> None:
    if job.stage is Stage.ASSEMBLE:
        done(database, job, lambda session: lifecycle.assembled(session, job.call_id, Transcript((), "en")))
    else:
        done(database, job, lambda session: lifecycle.summarized(session, job.call_id, SUMMARY))


@pytest.mark.parametrize("status", CallStatus)
def test_only_unfinished_calls_can_be_canceled(database: Database, status: CallStatus) -> None:
    call_id = in_state(database, status)
    if status in (CallStatus.DONE, CallStatus.FAILED, CallStatus.CANCELED):
        with pytest.raises(Conflict, match=f"is {status} already"), database.transaction() as session:
            lifecycle.cancel(session, call_id)
        assert call_row(database, call_id).status == status
        return
    with database.transaction() as session:
        lifecycle.cancel(session, call_id)
    assert call_row(database, call_id).status == CallStatus.CANCELED
    assert claim(database, Stage.PREPARE) is None


@pytest.mark.parametrize("status", CallStatus)
def test_only_failed_and_canceled_calls_can_be_tried_again(database: Database, status: CallStatus) -> None:
    call_id = in_state(database, status)
    if status not in (CallStatus.FAILED, CallStatus.CANCELED):
        with pytest.raises(Conflict, match=f"this one is {status}"), database.transaction() as session:
            lifecycle.retry(session, call_id)
        assert call_row(database, call_id).status == status
        return
    with database.transaction() as session:
        lifecycle.retry(session, call_id)
    call = call_row(database, call_id)
    assert (call.status, call.error, call.error_code, call.finished_at) == (CallStatus.QUEUED, None, None, None)
    assert claimed(database, Stage.PREPARE).attempt == 1


def test_a_retry_goes_on_where_the_call_stopped(database: Database) -> None:
    call_id = new_call(database)
    cut(database, call_id, 3)
    prepare(database, claimed(database, Stage.PREPARE), duration=30.0)
    transcribe(database, claimed(database, Stage.TRANSCRIBE))
    with database.transaction() as session:
        lifecycle.cancel(session, call_id)
    before = call_row(database, call_id).progress
    with database.transaction() as session:
        lifecycle.retry(session, call_id)
    assert (call_row(database, call_id).status, call_row(database, call_id).progress) == ("transcribing", before)
    assert claim(database, Stage.PREPARE) is None
    rest = [claimed(database, Stage.TRANSCRIBE) for _ in range(2)]
    assert [job.window_index for job in rest] == [1, 2]
    for job in rest:
        transcribe(database, job)
    assert assemble_jobs(database, call_id) == 1


@pytest.mark.parametrize("act", [lifecycle.cancel, lifecycle.retry, calls.delete, calls.get])
def test_a_call_that_is_not_there_is_not_found(database: Database, act: Callable[[Session, UUID], object]) -> None:
    with pytest.raises(NotFound), database.transaction() as session:
        act(session, uuid4())


@pytest.mark.parametrize("act", [calls.delete, lifecycle.cancel])
def test_work_on_a_call_that_was_taken_away_is_stopped(
    database: Database, act: Callable[[Session, UUID], object]
) -> None:
    call_id = new_call(database)
    cut(database, call_id, 1)
    job = claimed(database, Stage.TRANSCRIBE)
    with database.transaction() as session:
        act(session, call_id)
    with pytest.raises(Stopped):
        transcribe(database, job)
    with pytest.raises(Stopped):
        cut(database, call_id, 2)
    with database.transaction() as session:
        assert session.scalar(select(func.count()).select_from(SegmentRow)) == 0


def test_deleting_removes_all_that_belongs_to_the_call(database: Database) -> None:
    kept, gone = new_call(database), new_call(database)
    for call_id in (kept, gone):
        cut(database, call_id, 1)
        transcribe(database, claimed(database, Stage.TRANSCRIBE))
    with database.transaction() as session:
        calls.delete(session, gone)
    with database.transaction() as session:
        assert not calls.exists(session, gone)
        for table in (JobRow, WindowRow, SegmentRow):
            assert set(session.scalars(select(table.call_id))) == {kept}


def test_a_notice_is_shown_once(database: Database) -> None:
    call_id = new_call(database)
    cut(database, call_id, 2)
    late = Notice("late_audio", "The sound begins late.")
    fallback = Notice("fallback_model", "A smaller model was used.")
    with database.transaction() as session:
        lifecycle.probed(session, call_id, MediaFacts("wav", "pcm", 20.0, 16000, 1, 1, False), (late,))
    for job in (claimed(database, Stage.TRANSCRIBE), claimed(database, Stage.TRANSCRIBE)):
        with database.transaction() as session:
            said = WindowTranscript((), None, 0.0, "test", (fallback, late))
            lifecycle.transcribed(session, call_id, job.window_index or 0, said)
    with database.transaction() as session:
        lifecycle.prepared(session, call_id, 20.0, "playback.m4a", (late,))
    assert [notice["code"] for notice in call_row(database, call_id).notices] == ["late_audio", "fallback_model"]


@pytest.mark.parametrize("error", [BadMedia("There is no sound in this file."), Unavailable("Start Ollama.")])
def test_a_failed_call_shows_our_own_sentence(database: Database, error: CallScribeError) -> None:
    call_id = new_call(database)
    with database.transaction() as session:
        lifecycle.failed(session, call_id, error)
    call = call_row(database, call_id)
    assert (call.status, call.error, call.error_code) == (CallStatus.FAILED, str(error), error.code)


@pytest.mark.parametrize("error", [ValueError(MARKER), KeyError(MARKER), OSError(5, MARKER), MemoryError()])
def test_a_failed_call_never_shows_the_words_of_a_foreign_error(database: Database, error: Exception) -> None:
    call_id = new_call(database)
    with database.transaction() as session:
        lifecycle.failed(session, call_id, error)
    call = call_row(database, call_id)
    assert (call.status, call.error_code) == (CallStatus.FAILED, "internal")
    assert call.error is not None
    assert call.error.startswith("An unexpected error")
    assert MARKER not in call.error


def test_a_failed_call_stays_failed_while_the_rest_of_it_is_still_being_cut(database: Database) -> None:
    call_id = new_call(database)
    preparing = claimed(database, Stage.PREPARE)
    cut(database, call_id, 1)
    failing = claimed(database, Stage.TRANSCRIBE)
    with database.transaction() as session:
        lifecycle.failed(session, call_id, BadMedia("There is no sound in this file."))
        queue.fail(session, failing, "BadMedia")
    cut(database, call_id, 3)
    prepare(database, preparing)
    assert call_row(database, call_id).status == CallStatus.FAILED
    assert claim(database, Stage.TRANSCRIBE) is None
    with database.transaction() as session:
        lifecycle.retry(session, call_id)
    for _ in range(3):
        transcribe(database, claimed(database, Stage.TRANSCRIBE))
    assert assemble_jobs(database, call_id) == 1
    assert {row.status for row in job_rows(database, Stage.TRANSCRIBE)} == {JobStatus.DONE}
