"""Finished calls put straight into a database, for tests of what is done with them afterwards."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID, uuid4

from callscribe.jobs import lifecycle
from callscribe.models import (
    CallStatus,
    Insight,
    InsightKind,
    LanguageChoice,
    Segment,
    Span,
    Summary,
    Window,
    WindowTranscript,
    Word,
)
from callscribe.store import calls, transcripts
from callscribe.store.database import Database

#: Length of a window, and of a line, in seconds.
WINDOW_S, LINE_S = 60.0, 5.0

#: Who says it, and what.
Line = tuple[str | None, str]


def remember(
    database: Database,
    title: str,
    windows: Sequence[Sequence[Line]] = (),
    *,
    summary: str | None = None,
    insights: Sequence[tuple[InsightKind, str]] = (),
    language: str = "ru",
    status: CallStatus = CallStatus.DONE,
    called_at: datetime = datetime(2026, 5, 4, 12, tzinfo=UTC),
    tags: Sequence[str] = (),
    duration: float | None = None,
) -> UUID:
    """A call whose lines begin every five seconds from the start of their window, which lasts a minute."""
    call_id = uuid4()
    with database.transaction() as session:
        lifecycle.uploaded(
            session, call_id, filename=title, size=1, media_key=f"{call_id}/original", language=LanguageChoice.AUTO
        )
    for index, lines in enumerate(windows):
        add_window(database, call_id, index, lines, language)
    with database.transaction() as session:
        call = calls.change(session, call_id, title, tags, called_at)
        call.language, call.status, call.prepared = language, status, True
        call.duration = WINDOW_S * len(windows) if duration is None else duration
        if summary is not None:
            found = tuple(Insight(kind, text, (0,), text, 0, LINE_S) for kind, text in insights)
            transcripts.save_summary(session, call_id, Summary(summary, found, (), "test"))
    return call_id


def add_window(database: Database, call_id: UUID, index: int, lines: Sequence[Line], language: str = "ru") -> None:
    """What was heard in one more window."""
    start = index * WINDOW_S
    segments = tuple(_segment(start + LINE_S * at, who, text, language) for at, (who, text) in enumerate(lines))
    with database.transaction() as session:
        calls.lock(session, call_id)
        window = Window(index, start, start + WINDOW_S, (Span(start, start + WINDOW_S),))
        transcripts.add_window(session, call_id, window, f"{call_id}/windows/{index:04d}.flac")
        heard = WindowTranscript(segments, language, 0.9, "test")
        transcripts.save_window_transcript(session, call_id, index, heard)


def _segment(start: float, speaker: str | None, text: str, language: str) -> Segment:
    said = text.split()
    each = LINE_S / max(len(said), 1)
    words = tuple(Word(start + each * at, start + each * (at + 1), word, 0.9) for at, word in enumerate(said))
    return Segment(start, start + LINE_S, text, words, language, speaker)
