"""Names of speakers, and what of a summary rests on segments. Functions run in the caller's transaction."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from callscribe import talk
from callscribe.models import InsightKind, Speaker
from callscribe.store import passages
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
    places = {str(insight.position): [insight.segments, insight.owner, insight.text] for insight in insights}
    return {"participants": row.participants, "insights": places, "text": row.text}


def restore(session: Session, call_id: UUID, before: Mapping[str, Any] | None) -> None:
    """Put back what was kept of the same summary."""
    if before is None:
        return
    row = session.get_one(SummaryRow, call_id)
    # Corrections that were made before names were changed in texts keep none.
    row.participants, row.text = before["participants"], before.get("text", row.text)
    for insight in session.scalars(select(InsightRow).where(InsightRow.call_id == call_id)):
        insight.segments, insight.owner, *text = before["insights"][str(insight.position)]
        insight.text = text[0] if text else insight.text
    passages.index_summary(session, call_id)


def rename_in_summary(session: Session, call_id: UUID, old: str | None, new: str | None) -> None:
    """Where the summary speaks of a speaker by name, let it use the new one; quotes stay as they were said."""
    row = session.get(SummaryRow, call_id)
    if row is None or old is None or new is None:
        return
    name = re.compile(rf"(?<!\w){re.escape(old)}(?!\w)")
    row.text = name.sub(lambda _: new, row.text)
    for insight in session.scalars(select(InsightRow).where(InsightRow.call_id == call_id)):
        insight.text = name.sub(lambda _: new, insight.text)
        if insight.is_assigned and insight.owner == old:
            insight.owner = new
    passages.index_summary(session, call_id)


def follow(session: Session, call_id: UUID, said: Mapping[str, Sequence[str]]) -> None:
    """Make those who speak the participants, with these statements, and the owners of what they take on."""
    row = session.get(SummaryRow, call_id)
    if row is None:
        return
    seconds = SegmentRow.end - SegmentRow.start
    in_order = select(SegmentRow.speaker, seconds).where(SegmentRow.call_id == call_id, SegmentRow.text != "")
    spoken = [(name, time) for name, time in session.execute(in_order.order_by(SegmentRow.start, SegmentRow.id))]
    row.participants = [asdict(one) for one in talk.participants(spoken, said)]
    chosen = InsightRow.call_id == call_id, InsightRow.kind == InsightKind.ACTION_ITEM, ~InsightRow.is_assigned
    items = session.scalars(select(InsightRow).where(*chosen)).all()
    first = [item.segments[0] for item in items]
    found = session.execute(select(SegmentRow.id, SegmentRow.speaker).where(SegmentRow.id.in_(first)))
    owners: dict[int, str | None] = {row[0]: row[1] for row in found}
    for item in items:
        item.owner = owners[item.segments[0]]
