"""A summary that is written anew, on a real PostgreSQL."""

from uuid import UUID

import pytest

from callscribe.errors import Conflict, Stopped
from callscribe.jobs import lifecycle, queue, renewal
from callscribe.models import CallStatus, JobStatus, MediaFacts, Notice, Stage
from callscribe.store import calls, corrections, transcripts
from callscribe.store.database import Database
from callscribe.store.tables import CallRow
from tests.stored_calls import call_row, claim, claimed, job_rows
from tests.summarized_calls import assembled_call, done_call, ids, summarize, summary, texts


def outdated(database: Database, call_id: UUID) -> bool:
    with database.transaction() as session:
        return transcripts.summary_outdated(session, calls.get(session, call_id))


def resummarize(database: Database, call_id: UUID) -> CallRow:
    with database.transaction() as session:
        return renewal.resummarize(session, call_id)


def test_a_summary_is_written_anew(database: Database) -> None:
    call_id = done_call(database)
    assert not outdated(database, call_id)
    with database.transaction() as session:
        corrections.set_text(session, call_id, ids(database, call_id)[0], "hello")
        call = calls.lock(session, call_id)
        call.announced_at = call.finished_at
    assert outdated(database, call_id)
    call = resummarize(database, call_id)
    assert (call.status, call.progress, call.finished_at, call.announced_at) == ("summarizing", 1, None, None)
    job = claimed(database, Stage.SUMMARIZE)
    assert job.attempt == 1
    with database.transaction() as session:
        queue.heartbeat(session, job, 0.3)
        lifecycle.refresh_progress(session, call_id)
        assert calls.get(session, call_id).progress == 1
        old = transcripts.summary(session, call_id)
        assert old is not None
        assert old.text == "All is well."
    with database.transaction() as session:
        lifecycle.summarized(session, call_id, summary(text="All is better."))
        queue.finish(session, job)
    call = call_row(database, call_id)
    assert (call.status, call.progress, call.announced_at) == ("done", 1, None)
    assert call.finished_at is not None
    assert not outdated(database, call_id)
    with database.transaction() as session:
        new = transcripts.summary(session, call_id)
        assert new is not None
        assert new.text == "All is better."


def test_only_done_calls_are_summarized_anew(database: Database) -> None:
    call_id = done_call(database)
    for status in set(CallStatus) - {CallStatus.DONE}:
        with database.transaction() as session:
            calls.lock(session, call_id).status = status
        with pytest.raises(Conflict, match=f"this one is {status}"):
            resummarize(database, call_id)
    assert claim(database, Stage.SUMMARIZE) is None


def test_a_new_summary_comes_after_those_that_wait_already(database: Database) -> None:
    again = done_call(database)
    waiting = assembled_call(database)
    resummarize(database, again)
    assert [claimed(database, Stage.SUMMARIZE).call_id for _ in range(2)] == [waiting, again]


def test_a_new_summary_that_is_canceled_leaves_the_old_one_and_can_be_tried_again(database: Database) -> None:
    call_id = done_call(database)
    resummarize(database, call_id)
    job = claimed(database, Stage.SUMMARIZE)
    with database.transaction() as session:
        lifecycle.cancel(session, call_id)
    with pytest.raises(Stopped), database.transaction() as session:
        lifecycle.summarized(session, call_id, summary(text="Too late."))
    with pytest.raises(Stopped), database.transaction() as session:
        queue.finish(session, job)
    with database.transaction() as session:
        written = transcripts.summary(session, call_id)
        assert written is not None
        assert written.text == "All is well."
        assert texts(corrections.set_text(session, call_id, ids(database, call_id)[0], "hello")) == ["hello"]
    with database.transaction() as session:
        assert lifecycle.retry(session, call_id).status == "summarizing"
    summarize(database, summary())
    assert call_row(database, call_id).status == "done"
    assert [row.status for row in job_rows(database, Stage.SUMMARIZE)] == [JobStatus.DONE]


def test_notices_of_an_earlier_summary_go_and_others_stay(database: Database) -> None:
    away, dropped = Notice("extractive_summary", "Ollama is away."), Notice("ungrounded_items", "One was left out.")
    late = Notice("late_audio", "The sound begins late.")
    call_id = done_call(database, summary(notices=(away, dropped)))
    with database.transaction() as session:
        lifecycle.probed(session, call_id, MediaFacts("wav", "pcm", 20.0, 16000, 1, 1, False), (late,))
    codes = []
    for notices in ((dropped,), (away,), ()):
        resummarize(database, call_id)
        summarize(database, summary(notices=notices))
        codes.append([notice["code"] for notice in call_row(database, call_id).notices])
    assert codes == [["late_audio", "ungrounded_items"], ["late_audio", "extractive_summary"], ["late_audio"]]
