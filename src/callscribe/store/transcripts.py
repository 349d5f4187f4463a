"""Windows, segments and summaries as they are kept. Functions run in the caller's transaction."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import delete, func, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from callscribe.models import (
    Chapter,
    Insight,
    InsightKind,
    Participant,
    Segment,
    Span,
    Summary,
    Transcript,
    Window,
    WindowTranscript,
    Word,
)
from callscribe.store import action_items, passages
from callscribe.store.tables import CallRow, InsightRow, SegmentRow, SummaryRow, WindowRow


def add_window(session: Session, call_id: UUID, window: Window, audio_key: str, peaks: bytes | None = None) -> None:
    """Record a window whose audio is stored; a second time changes nothing.

    `peaks`: how loud it is, a byte for each tenth of a second.
    """
    values = {
        "call_id": call_id,
        "index": window.index,
        "start": window.start,
        "end": window.end,
        "speech": [[span.start, span.end] for span in window.speech],
        "audio_key": audio_key,
        "peaks": peaks,
    }
    session.execute(upsert(WindowRow).values(values).on_conflict_do_nothing())


def stored_windows(session: Session, call_id: UUID) -> tuple[int, float]:
    """How many windows there are and where the last one ends in seconds: where a repeated `prepare` goes on."""
    count, end = session.execute(
        select(func.count(), func.coalesce(func.max(WindowRow.end), 0.0)).where(WindowRow.call_id == call_id)
    ).one()
    return count, end


def window(session: Session, call_id: UUID, index: int) -> tuple[Window, str]:
    """A window and the key of its audio."""
    row = session.get_one(WindowRow, (call_id, index))
    return Window(row.index, row.start, row.end, tuple(Span(*span) for span in row.speech)), row.audio_key


def save_window_transcript(session: Session, call_id: UUID, index: int, heard: WindowTranscript) -> None:
    """Replace whatever is stored for the window."""
    row = session.get_one(WindowRow, (call_id, index))
    row.language, row.language_probability, row.engine = heard.language, heard.language_probability, heard.engine
    row.transcribed_at = datetime.now(UTC)
    session.execute(delete(SegmentRow).where(SegmentRow.call_id == call_id, SegmentRow.window_index == index))
    values = [
        {
            "call_id": call_id,
            "window_index": index,
            "start": segment.start,
            "end": segment.end,
            "speaker": segment.speaker,
            "text": segment.text,
            "language": segment.language,
            "words": [[word.start, word.end, word.text, word.probability] for word in segment.words],
        }
        for segment in heard.segments
    ]
    if values:
        session.execute(insert(SegmentRow), values)
    passages.index_window(session, call_id, index)


def transcript(session: Session, call_id: UUID, language: str | None) -> Transcript:
    """All segments so far, in order of time; `language` is the call's."""
    return Transcript(tuple(segment(row) for row in _segment_rows(session, call_id)), language)


def save_summary(session: Session, call_id: UUID, summary: Summary) -> None:
    """Replace the call's summary; the insights' positions become ids of segments, and ticks stay."""
    segments = _segment_rows(session, call_id)
    ticks = action_items.ticks(session, call_id)
    session.execute(delete(SummaryRow).where(SummaryRow.call_id == call_id))
    participants = [
        {"name": person.name, "talk_time": person.talk_time, "statements": list(person.statements)}
        for person in summary.participants
    ]
    chapters = [{"start": chapter.start, "title": chapter.title} for chapter in summary.chapters]
    values = {"text": summary.text, "engine": summary.engine, "participants": participants, "chapters": chapters}
    session.add(SummaryRow(call_id=call_id, **values))
    session.flush()
    session.add_all(
        InsightRow(
            call_id=call_id,
            position=position,
            kind=insight.kind,
            text=insight.text,
            quote=insight.quote,
            start=insight.start,
            end=insight.end,
            segments=[segments[segment].id for segment in insight.segments],
            owner=_owner(insight, segments),
            done_at=ticks.done_at(insight),
        )
        for position, insight in enumerate(summary.insights)
    )
    session.get_one(CallRow, call_id).topics = list(summary.topics)
    passages.index_summary(session, call_id)


def summary(session: Session, call_id: UUID) -> Summary | None:
    """The call's summary, if there is one yet."""
    row = session.get(SummaryRow, call_id)
    if row is None:
        return None
    positions = {segment.id: position for position, segment in enumerate(_segment_rows(session, call_id))}
    found = session.scalars(select(InsightRow).where(InsightRow.call_id == call_id).order_by(InsightRow.position))
    return Summary(
        text=row.text,
        insights=tuple(_insight(insight, positions) for insight in found),
        participants=tuple(
            Participant(entry["name"], entry["talk_time"], tuple(entry["statements"])) for entry in row.participants
        ),
        engine=row.engine,
        topics=tuple(session.get_one(CallRow, call_id).topics),
        chapters=tuple(Chapter(entry["start"], entry["title"]) for entry in row.chapters),
    )


def summary_outdated(session: Session, call: CallRow) -> bool:
    """Whether the transcript was corrected after its summary was written."""
    row = session.get(SummaryRow, call.id)
    return row is not None and call.corrected_at is not None and call.corrected_at > row.created_at


def _segment_rows(session: Session, call_id: UUID) -> Sequence[SegmentRow]:
    query = select(SegmentRow).where(SegmentRow.call_id == call_id).order_by(SegmentRow.start, SegmentRow.id)
    return session.scalars(query).all()


def segment(row: SegmentRow) -> Segment:
    """A segment as it is stored."""
    words = tuple(Word(start, end, text, probability) for start, end, text, probability in row.words)
    return Segment(row.start, row.end, row.text, words, row.language, row.speaker, row.id)


def _insight(row: InsightRow, positions: dict[int, int]) -> Insight:
    segments = tuple(positions[segment] for segment in row.segments if segment in positions)
    return Insight(
        InsightKind(row.kind),
        row.text,
        segments,
        row.quote,
        row.start,
        row.end,
        owner=row.owner,
        done=row.done_at is not None,
        segment_ids=tuple(row.segments),
    )


def _owner(insight: Insight, segments: Sequence[SegmentRow]) -> str | None:
    """Who has to do an action item: the one who speaks of it first."""
    return segments[insight.segments[0]].speaker if insight.kind is InsightKind.ACTION_ITEM else None
