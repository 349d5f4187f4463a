"""Where a call is on its way: every change of status, stage and progress. Functions run in the caller's transaction.

Each one locks the call's row first, so that the last two windows of a call, finished at the same instant by two
workers, cannot both believe that the other is still at work.
"""

from dataclasses import asdict
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import and_, case, exists, func, select
from sqlalchemy.orm import Session

from callscribe.errors import CallScribeError, Conflict
from callscribe.jobs import queue
from callscribe.models import (
    FINISHED,
    NO_WISHES,
    CallStatus,
    JobStatus,
    LanguageChoice,
    MediaFacts,
    Notice,
    Stage,
    Summary,
    Transcript,
    Window,
    WindowTranscript,
    Wishes,
)
from callscribe.store import calls, passages, transcripts, voices
from callscribe.store.database import after_commit
from callscribe.store.tables import CallRow, JobRow, WindowRow
from callscribe.telemetry import metrics

# Where in the progress bar a stage ends. Transcription takes nearly all the time, so it gets nearly all of the bar.
_PREPARED, _TRANSCRIBED, _UNFINISHED = 0.05, 0.9, 0.99

_FAULT = "An unexpected error stopped the processing; try again, and look into the worker's log if it stays."


def uploaded(
    session: Session,
    call_id: UUID,
    *,
    filename: str,
    size: int,
    media_key: str,
    language: LanguageChoice,
    wishes: Wishes = NO_WISHES,
) -> None:
    """A recording of `size` bytes is stored under `media_key`: the call exists from now on, and its way begins."""
    calls.add(
        session,
        call_id,
        filename=filename,
        size=size,
        media_key=media_key,
        language=language,
        wishes=wishes,
    )
    session.flush()
    passages.index_title(session, call_id)
    queue.enqueue(session, call_id, Stage.PREPARE)


def begin(session: Session, call_id: UUID, stage: Stage) -> CallRow:
    """A worker begins with a job of the call."""
    call = calls.lock_for_work(session, call_id)
    call.started_at = call.started_at or datetime.now(UTC)
    if stage is Stage.PREPARE and call.status == CallStatus.QUEUED:
        call.status = CallStatus.PREPARING
    return call


def probed(session: Session, call_id: UUID, facts: MediaFacts, notices: tuple[Notice, ...]) -> None:
    """It is known what the file is."""
    call = calls.lock_for_work(session, call_id)
    call.facts, call.duration = asdict(facts), facts.duration
    calls.add_notices(call, notices)


def window_cut(session: Session, call_id: UUID, window: Window, audio_key: str, peaks: bytes | None = None) -> None:
    """A window's audio is stored: it can be transcribed while the rest of the call is still being decoded."""
    call = calls.lock_for_work(session, call_id)
    transcripts.add_window(session, call_id, window, audio_key, peaks)
    queue.enqueue(session, call_id, Stage.TRANSCRIBE, window.index)
    call.stage = Stage.TRANSCRIBE
    if call.status == CallStatus.FAILED:  # an earlier window failed for good meanwhile: this one waits for the retry
        queue.withdraw(session, call_id, (JobStatus.READY,))
    else:
        call.status = CallStatus.TRANSCRIBING


def prepared(session: Session, call_id: UUID, duration: float, playback_key: str, notices: tuple[Notice, ...]) -> None:
    """All windows are stored."""
    call = calls.lock_for_work(session, call_id)
    call.prepared, call.duration, call.playback_key = True, duration, playback_key
    calls.add_notices(call, notices)
    _assemble_if_complete(session, call)


def transcribed(session: Session, call_id: UUID, index: int, heard: WindowTranscript) -> None:
    """A window was transcribed."""
    call = calls.lock_for_work(session, call_id)
    transcripts.save_window_transcript(session, call_id, index, heard)
    calls.add_notices(call, heard.notices)
    _assemble_if_complete(session, call)
    _refresh(session, call)


def assembled(session: Session, call_id: UUID, transcript: Transcript, notices: tuple[Notice, ...] = ()) -> None:
    """The transcript is complete, and it is known who speaks."""
    call = calls.lock_for_work(session, call_id)
    voices.save_speakers(session, call_id, transcript.segments)
    call.language = transcript.language
    calls.add_notices(call, notices)
    call.status, call.stage = CallStatus.SUMMARIZING, Stage.SUMMARIZE
    queue.enqueue(session, call_id, Stage.SUMMARIZE)


def summarized(session: Session, call_id: UUID, summary: Summary) -> None:
    """The call is done."""
    call = calls.lock_for_work(session, call_id)
    transcripts.save_summary(session, call_id, summary)
    _renew_notices(call, summary.notices)
    call.progress = 1.0
    _count(session, call, CallStatus.DONE)
    if call.processing is None and call.started_at is not None:  # a summary that is renewed later does not count
        now = datetime.now(UTC)
        call.processing = (now - call.started_at).total_seconds()
        whole = (now - call.created_at).total_seconds()
        after_commit(session, lambda: metrics.turnaround.observe(whole))
    _end(session, call, CallStatus.DONE)


def failed(session: Session, call_id: UUID, error: BaseException) -> str:
    """A job of the call failed for good; returns the sentence that its user reads.

    An error that is not ours may quote anything, so its text is not shown.
    """
    call = calls.lock_for_work(session, call_id)
    _count(session, call, CallStatus.FAILED)
    _end(session, call, CallStatus.FAILED)
    known = error if isinstance(error, CallScribeError) else CallScribeError(_FAULT)
    call.error_code, call.error = known.code, str(known)
    return call.error


def cancel(session: Session, call_id: UUID) -> CallRow:
    """Stop the work on the call; what is there already stays readable. Raises `NotFound`, `Conflict`."""
    call = calls.lock(session, call_id)
    if call.status in FINISHED:
        raise Conflict(f"The call is {call.status} already, so there is nothing to cancel.")
    _count(session, call, CallStatus.CANCELED)
    _end(session, call, CallStatus.CANCELED)
    queue.withdraw(session, call_id)
    return call


def retry(session: Session, call_id: UUID) -> CallRow:
    """Go on where a failed or canceled call stopped; finished windows stay. Raises `NotFound`, `Conflict`."""
    call = calls.lock(session, call_id)
    if call.status not in (CallStatus.FAILED, CallStatus.CANCELED):
        raise Conflict(f"Only failed and canceled calls can be tried again; this one is {call.status}.")
    call.status = {Stage.PREPARE: CallStatus.QUEUED, Stage.SUMMARIZE: CallStatus.SUMMARIZING}.get(
        Stage(call.stage), CallStatus.TRANSCRIBING
    )
    call.error = call.error_code = call.finished_at = call.announced_at = None
    queue.revive(session, call_id)
    return call


def refresh_progress(session: Session, call_id: UUID) -> None:
    """Work out the call's progress (0..1) from its jobs and windows; it never goes back."""
    call = calls.lock_for_work(session, call_id)
    if call.status not in FINISHED:
        _refresh(session, call)


def _renew_notices(call: CallRow, notices: tuple[Notice, ...]) -> None:
    """What an earlier summary gave notice of is not true of this one."""
    kept = [entry for entry in call.notices if entry.get("stage") != Stage.SUMMARIZE]
    new = [{"code": notice.code, "message": notice.message, "stage": Stage.SUMMARIZE} for notice in notices]
    call.notices = [*kept, *new]


def _count(session: Session, call: CallRow, status: CallStatus) -> None:
    """Once it is certain; a call that was done before is not processed again by its new summary."""
    if call.processing is not None:
        return
    language = call.language
    after_commit(session, lambda: metrics.ended(status, language))


def _end(session: Session, call: CallRow, status: CallStatus) -> None:
    """A finished call that is not announced is its own entry in the outbox of `jobs.relay`."""
    call.status, call.finished_at, call.announced_at = status, datetime.now(UTC), None
    queue.notify(session, queue.OUTCOME)


def _refresh(session: Session, call: CallRow) -> None:
    rows = session.execute(
        select(JobRow.stage, func.max(JobRow.share)).where(JobRow.call_id == call.id).group_by(JobRow.stage)
    )
    shares: dict[str, float] = {row[0]: row[1] for row in rows}
    heard = _seconds_transcribed(session, call.id) / call.duration if call.duration else 0.0
    progress = (
        _PREPARED * shares.get(Stage.PREPARE, 0.0)
        + (_TRANSCRIBED - _PREPARED) * min(heard, 1.0)
        + (1 - _TRANSCRIBED) * shares.get(Stage.SUMMARIZE, 0.0)
    )
    call.progress = max(call.progress, min(progress, _UNFINISHED))


def _seconds_transcribed(session: Session, call_id: UUID) -> float:
    share = case((WindowRow.transcribed_at.is_not(None), 1.0), else_=func.coalesce(JobRow.share, 0.0))
    job_of_window = and_(
        JobRow.call_id == WindowRow.call_id,
        JobRow.window_index == WindowRow.index,
        JobRow.stage == Stage.TRANSCRIBE,
        JobRow.status == JobStatus.RUNNING,
    )
    seconds = session.scalar(
        select(func.sum((WindowRow.end - WindowRow.start) * share))
        .outerjoin(JobRow, job_of_window)
        .where(WindowRow.call_id == call_id)
    )
    return seconds or 0.0


def _assemble_if_complete(session: Session, call: CallRow) -> None:
    session.flush()
    waiting = exists().where(WindowRow.call_id == call.id, WindowRow.transcribed_at.is_(None))
    if call.prepared and not session.scalar(select(waiting)):
        call.status, call.stage = CallStatus.TRANSCRIBING, Stage.ASSEMBLE
        queue.enqueue(session, call.id, Stage.ASSEMBLE)
