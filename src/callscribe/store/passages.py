"""What search looks through, kept in step with calls. Functions run in the caller's transaction.

Whoever changes a title, tags, speakers, a summary or segments calls the function of that here.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, delete, func, insert, literal, literal_column, select, update
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from callscribe.models import PassageKind
from callscribe.store.tables import CallRow, InsightRow, PassageRow, SegmentRow, SummaryRow

#: PostgreSQL's text search configuration; the first migration of search makes it.
CONFIGURATION: ColumnElement[str] = literal_column("'callscribe'::regconfig")


def normal(text: ColumnElement[str]) -> ColumnElement[str]:
    """Text as it is compared: `ё` and `е` are one letter, in the transcript and in what is asked for."""
    return func.translate(text, "ёЁ", "еЕ")


def lexemes(text: ColumnElement[str]) -> ColumnElement[str]:
    """The words of a text, reduced to their stems, with their positions."""
    return func.to_tsvector(CONFIGURATION, normal(text))


def index_title(session: Session, call_id: UUID) -> None:
    """After a change of title, tags or date."""
    text = CallRow.title + literal("\n") + func.array_to_string(CallRow.tags, "\n")
    _replace(session, call_id, PassageKind.TITLE, select(lexemes(text)).where(CallRow.id == call_id).scalar_subquery())
    session.execute(
        update(PassageRow)
        .where(PassageRow.call_id == call_id, PassageRow.called_at != _called_at(call_id))
        .values(called_at=_called_at(call_id))
    )


def index_summary(session: Session, call_id: UUID) -> None:
    """After a change of the summary."""
    in_order = aggregate_order_by(literal("\n"), InsightRow.position)
    insights = select(func.string_agg(InsightRow.text, in_order)).where(InsightRow.call_id == call_id).scalar_subquery()
    text = SummaryRow.text + literal("\n") + func.coalesce(insights, "")
    found = select(lexemes(text)).where(SummaryRow.call_id == call_id).scalar_subquery()
    _replace(session, call_id, PassageKind.SUMMARY, found)


def index_window(session: Session, call_id: UUID, window_index: int) -> None:
    """After a change of the window's segments."""
    session.flush()
    session.execute(delete(PassageRow).where(PassageRow.call_id == call_id, PassageRow.window_index == window_index))
    whole = func.string_agg(SegmentRow.text, aggregate_order_by(literal("\n"), SegmentRow.start, SegmentRow.id))
    # A name is a word that is found too: "Anna budget" is a usual way to ask.
    text = func.coalesce(SegmentRow.speaker, "") + literal("\n") + whole
    session.execute(
        insert(PassageRow).from_select(
            ["call_id", "called_at", "kind", "window_index", "speaker", "words", "seconds", "lexemes"],
            select(
                SegmentRow.call_id,
                _called_at(call_id),
                literal(PassageKind.SPEECH.value),
                SegmentRow.window_index,
                SegmentRow.speaker,
                func.sum(func.jsonb_array_length(SegmentRow.words)),
                func.sum(SegmentRow.end - SegmentRow.start),
                lexemes(text),
            )
            .where(SegmentRow.call_id == call_id, SegmentRow.window_index == window_index)
            .group_by(SegmentRow.call_id, SegmentRow.window_index, SegmentRow.speaker),
        )
    )
    words = select(func.coalesce(func.sum(PassageRow.words), 0)).where(PassageRow.call_id == call_id)
    session.execute(update(CallRow).where(CallRow.id == call_id).values(words=words.scalar_subquery()))


def _replace(session: Session, call_id: UUID, kind: PassageKind, found: ColumnElement[str]) -> None:
    session.flush()
    session.execute(delete(PassageRow).where(PassageRow.call_id == call_id, PassageRow.kind == kind))
    values = {"call_id": call_id, "called_at": _called_at(call_id), "kind": kind, "lexemes": found}
    session.execute(insert(PassageRow).values(values))


def _called_at(call_id: UUID) -> ScalarSelect[datetime]:
    return select(CallRow.called_at).where(CallRow.id == call_id).scalar_subquery()
