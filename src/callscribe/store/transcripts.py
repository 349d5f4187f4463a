"""Windows, segments and summaries as they are kept. Functions run in the caller's transaction."""

from collections.abc import Sequence
from dataclasses import asdict
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
from callscribe.store import action_items, passages, voices
from callscribe.store.tables import CallRow, DraftRow, InsightRow, SegmentRow, SummaryRow, WindowRow


def add_window(session: Session, call_id: UUID, window: Window, audio_key: str, peaks: bytes | None = None) -> None:
    """Record a window whose audio is stored; a second time changes nothing.

    `peaks`: how loud it is, a byte for each tenth of a second.
    """
    values = {
        "call_id": call_id,
        "index": window.index,
        "start": window.start,
        "end": window.end,
        "speech": [[span.start, span.end, span.channel] for span in window.speech],
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
    row.voices, row.embedder = voices.packed(heard.voices), heard.embedder
    row.dropped = [[one.start, one.end, one.text, one.reason] for one in heard.dropped]
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
            "channel": segment.channel,
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
    session.add(
        SummaryRow(
            call_id=call_id,
            text=summary.text,
            engine=summary.engine,
            participants=[asdict(person) for person in summary.participants],
            chapters=[asdict(chapter) for chapter in summary.chapters],
            title=summary.title,
            language=summary.language,
            ungrounded=summary.ungrounded,
            stopgap=summary.is_stopgap,
        )
    )
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
            owner=insight.owner,
            is_assigned=insight.is_assigned,
            due=insight.due,
            due_date=insight.due_date,
            done_at=ticks.done_at(insight),
        )
        for position, insight in enumerate(summary.insights)
    )
    session.get_one(CallRow, call_id).topics = list(summary.topics)
    if not summary.is_stopgap:
        session.execute(delete(DraftRow).where(DraftRow.call_id == call_id))
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
            Participant(**entry | {"statements": tuple(entry["statements"])}) for entry in row.participants
        ),
        engine=row.engine,
        topics=tuple(session.get_one(CallRow, call_id).topics),
        chapters=tuple(Chapter(entry["start"], entry["title"]) for entry in row.chapters),
        title=row.title,
        ungrounded=row.ungrounded,
        language=row.language,
        is_stopgap=row.stopgap,
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
    return Segment(row.start, row.end, row.text, words, row.language, row.speaker, row.id, row.channel)


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
        is_assigned=row.is_assigned,
        due=row.due,
        due_date=row.due_date,
        done=row.done_at is not None,
        segment_ids=tuple(row.segments),
    )
