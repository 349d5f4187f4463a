"""Calls with a transcript of a few lines, before and after their summary."""

from collections.abc import Sequence
from uuid import UUID

from callscribe.jobs import lifecycle, queue
from callscribe.models import Insight, InsightKind, Notice, Segment, Stage, Summary, Transcript, WindowTranscript, Word
from callscribe.store import transcripts
from callscribe.store.database import Database
from tests.stored_calls import claimed, cut, new_call


def line(start: float, text: str, speaker: str | None = None) -> Segment:
    """A word a second."""
    words = [Word(start + i, start + i + 0.5, word, 0.9) for i, word in enumerate(text.split())]
    return Segment(start, words[-1].end, text, tuple(words), "en", speaker)


#: Two windows of ten seconds.
LINES = (line(0, "good morning"), line(3, "we move the release")), (line(11, "to Friday"), line(14, "bye now"))


def summary(*evidence: tuple[int, ...], notices: tuple[Notice, ...] = (), text: str = "All is well.") -> Summary:
    """One key point for each of these positions of segments."""
    points = [Insight(InsightKind.KEY_POINT, f"Point {i}.", where, "", 0, 1) for i, where in enumerate(evidence)]
    return Summary(text, tuple(points), (), "extractive", notices)


def done_call(database: Database, written: Summary | None = None) -> UUID:
    """A call whose way is over."""
    call_id = assembled_call(database)
    summarize(database, written or summary())
    return call_id


def assembled_call(database: Database) -> UUID:
    """A call that waits for its summary."""
    call_id = new_call(database)
    cut(database, call_id, len(LINES))
    with database.transaction() as session:
        for index, lines in enumerate(LINES):
            lifecycle.transcribed(session, call_id, index, WindowTranscript(lines, "en", 1, "test"))
        lifecycle.prepared(session, call_id, 20.0, "playback.m4a", ())
        lifecycle.assembled(session, call_id, Transcript((), "en"))
    for stage in (Stage.PREPARE, Stage.TRANSCRIBE, Stage.TRANSCRIBE, Stage.ASSEMBLE):
        job = claimed(database, stage)
        with database.transaction() as session:
            queue.finish(session, job)
    return call_id


def summarize(database: Database, written: Summary) -> None:
    job = claimed(database, Stage.SUMMARIZE)
    with database.transaction() as session:
        lifecycle.summarized(session, job.call_id, written)
        queue.finish(session, job)


def stored(database: Database, call_id: UUID) -> list[Segment]:
    with database.transaction() as session:
        return list(transcripts.transcript(session, call_id, "en").segments)


def ids(database: Database, call_id: UUID) -> list[int]:
    return [segment.id or 0 for segment in stored(database, call_id)]


def texts(segments: Sequence[Segment]) -> list[str]:
    return [segment.text for segment in segments]
