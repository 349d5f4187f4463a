"""Where calls stand: their places in the queue, and how long they still take. Runs in the caller's transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import func, literal, select, true
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from callscribe.jobs import eta
from callscribe.models import CallStatus
from callscribe.store.tables import CallRow, SegmentRow

_WORKED_ON = (CallStatus.PREPARING, CallStatus.TRANSCRIBING, CallStatus.SUMMARIZING)

_SAMPLE = 20  # calls that say how long the work usually takes
_BEGINNING = 200  # letters
_LINES = 20  # that surely hold as many


@dataclass(frozen=True, slots=True)
class Standing:
    """What a waiting user wants to know of a call."""

    #: 1 is next; None unless it is queued.
    queue_position: int | None = None
    #: An estimate; None unless it is worked on, and where nothing sensible can be said.
    seconds_left: float | None = None
    #: How its transcript begins so far; None unless it is worked on, and while there is none.
    first_words: str | None = None


@dataclass(frozen=True, slots=True)
class Load:
    """How many calls are on their way."""

    waiting: int
    running: int


def load(session: Session) -> Load:
    """What the whole service has to do."""
    on_their_way = CallRow.status.in_((CallStatus.QUEUED, *_WORKED_ON))
    rows = session.execute(select(CallRow.status, func.count()).where(on_their_way).group_by(CallRow.status))
    counts: dict[str, int] = {row[0]: row[1] for row in rows}
    waiting = counts.pop(CallStatus.QUEUED, 0)
    return Load(waiting, sum(counts.values()))


def standings(session: Session, calls: Sequence[CallRow]) -> Mapping[UUID, Standing]:
    """Those of the calls that wait or are worked on, by one query and, where there are words already, one for these."""
    queued = [call for call in calls if call.status == CallStatus.QUEUED]
    worked_on = [call for call in calls if call.status in _WORKED_ON]
    if not queued and not worked_on:
        return {}
    pace, positions = _pace_and_positions(session, queued)
    beginnings = _beginnings(session, [call.id for call in worked_on if call.words])
    now = datetime.now(UTC)
    found = {call_id: Standing(queue_position=position) for call_id, position in positions.items()}
    for call in worked_on:
        elapsed = (now - (call.started_at or now)).total_seconds()
        left = eta.seconds_left(call.progress, elapsed, call.duration, pace)
        found[call.id] = Standing(seconds_left=left, first_words=beginnings.get(call.id))
    return found


def _beginnings(session: Session, call_ids: Sequence[UUID]) -> dict[UUID, str]:
    if not call_ids:
        return {}
    lines = (
        select(SegmentRow.text, SegmentRow.start, SegmentRow.id)
        .where(SegmentRow.call_id == CallRow.id)
        .order_by(SegmentRow.start, SegmentRow.id)
        .limit(_LINES)
        .lateral()
    )
    joined = func.string_agg(lines.c.text, aggregate_order_by(literal(" "), lines.c.start, lines.c.id))
    query = select(CallRow.id, joined).join(lines, true()).where(CallRow.id.in_(call_ids)).group_by(CallRow.id)
    return {call_id: _cut(words) for call_id, words in session.execute(query)}


def _cut(words: str) -> str:
    """At the end of a word."""
    return words if len(words) <= _BEGINNING else f"{words[:_BEGINNING].rpartition(' ')[0]}…"


def _pace_and_positions(session: Session, queued: Sequence[CallRow]) -> tuple[float | None, dict[UUID, int]]:
    recent = (
        select((CallRow.processing / CallRow.duration).label("pace"))
        .where(CallRow.status == CallStatus.DONE, CallRow.processing.is_not(None), CallRow.duration > 0)
        .order_by(CallRow.called_at.desc())  # there is an index by it
        .limit(_SAMPLE)
        .subquery()
    )
    usual = select(func.percentile_cont(0.5).within_group(recent.c.pace).label("pace")).subquery()
    position = func.row_number().over(order_by=(CallRow.created_at, CallRow.id)).label("position")
    line = select(CallRow.id, position).where(CallRow.status == CallStatus.QUEUED)
    if queued:
        line = line.where(CallRow.created_at <= max(call.created_at for call in queued))
    ours = line.subquery()
    ids = [call.id for call in queued]
    query = select(usual.c.pace, ours.c.id, ours.c.position).select_from(usual.outerjoin(ours, ours.c.id.in_(ids)))
    rows = session.execute(query).all()
    return rows[0].pace, {row.id: row.position for row in rows if row.id is not None}
