"""Names of speakers, and what of a summary rests on segments. Functions run in the caller's transaction."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from callscribe.models import InsightKind, Speaker
from callscribe.store.tables import InsightRow, SegmentRow, SummaryRow


def speakers(session: Session, call_id: UUID) -> list[Speaker]:
    """Who speaks how long, in the order in which they first do; without reading what is said."""
    talk_time, count = func.sum(SegmentRow.end - SegmentRow.start), func.count()
    query = select(SegmentRow.speaker, talk_time, count).where(SegmentRow.call_id == call_id)
    in_order = query.group_by(SegmentRow.speaker).order_by(func.min(SegmentRow.start), func.min(SegmentRow.id))
    return [Speaker(name, round(seconds, 3), segments) for name, seconds, segments in session.execute(in_order)]


def statements(session: Session, call_id: UUID) -> dict[str, list[str]]:
    """What the participants mainly say, by their names; nothing while there is no summary."""
    row = session.get(SummaryRow, call_id)
    return {entry["name"]: entry["statements"] for entry in row.participants} if row else {}


def kept(session: Session, call_id: UUID) -> dict[str, Any] | None:
    """What corrections may change of a summary; None while there is none."""
    row = session.get(SummaryRow, call_id)
    if row is None:
        return None
    insights = session.scalars(select(InsightRow).where(InsightRow.call_id == call_id))
    places = {str(insight.position): [insight.segments, insight.owner] for insight in insights}
    return {"participants": row.participants, "insights": places}


def restore(session: Session, call_id: UUID, before: Mapping[str, Any] | None) -> None:
    """Put back what was kept of the same summary."""
    if before is None:
        return
    session.get_one(SummaryRow, call_id).participants = before["participants"]
    for insight in session.scalars(select(InsightRow).where(InsightRow.call_id == call_id)):
        insight.segments, insight.owner = before["insights"][str(insight.position)]


def follow(session: Session, call_id: UUID, said: Mapping[str, Sequence[str]]) -> None:
    """Make those who speak the participants, with these statements, and the owners of what they have to do."""
    row = session.get(SummaryRow, call_id)
    if row is None:
        return
    row.participants = [
        {"name": one.name, "talk_time": one.talk_time, "statements": list(said.get(one.name, ()))}
        for one in speakers(session, call_id)
        if one.name is not None
    ]
    chosen = InsightRow.call_id == call_id, InsightRow.kind == InsightKind.ACTION_ITEM
    items = session.scalars(select(InsightRow).where(*chosen)).all()
    first = [item.segments[0] for item in items]
    found = session.execute(select(SegmentRow.id, SegmentRow.speaker).where(SegmentRow.id.in_(first)))
    owners: dict[int, str | None] = {row[0]: row[1] for row in found}
    for item in items:
        item.owner = owners[item.segments[0]]
