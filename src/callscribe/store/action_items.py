"""Action items: their days, and those that are ticked off. Functions run in the caller's transaction."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from callscribe.errors import NotFound
from callscribe.models import Insight, InsightKind
from callscribe.store import calls
from callscribe.store.tables import CallRow, InsightRow
from callscribe.summary import due


@dataclass(frozen=True, slots=True)
class Ticks:
    """When the action items of an earlier summary were ticked off, or that they were not."""

    by_text: dict[str, datetime | None]
    by_quote: dict[str, datetime | None]

    def done_at(self, insight: Insight) -> datetime | None:
        """When somebody ticked off what the insight says, whatever words it had."""
        if insight.kind is not InsightKind.ACTION_ITEM:
            return None
        return self.by_text.get(insight.text, self.by_quote.get(insight.quote))


def ticks(session: Session, call_id: UUID) -> Ticks:
    """Those of the call's present summary."""
    # Open ones last, so that of several with the same quote none counts as done before all are.
    query = select(InsightRow).where(InsightRow.call_id == call_id, InsightRow.kind == InsightKind.ACTION_ITEM)
    rows = session.scalars(query.order_by(InsightRow.done_at.nulls_last())).all()
    return Ticks({row.text: row.done_at for row in rows}, {row.quote: row.done_at for row in rows})


def date_anew(session: Session, call: CallRow) -> None:
    """Work out the days of a locked call's due dates once more, since the call was on another day."""
    query = select(InsightRow).where(InsightRow.call_id == call.id, InsightRow.due.is_not(None))
    for row in session.scalars(query):
        row.due_date = due.resolve(row.due or "", calls.day(call))


def tick(session: Session, call_id: UUID, position: int, *, done: bool) -> None:
    """Tick off an action item, or open it again; a second time changes nothing. Raises `NotFound`."""
    calls.lock(session, call_id)  # a new summary, saved meanwhile, would count its items anew
    row = session.get(InsightRow, (call_id, position))
    if row is None or row.kind != InsightKind.ACTION_ITEM:
        raise NotFound("The call has no action item at this position; read its result again.")
    if done != (row.done_at is not None):
        row.done_at = datetime.now(UTC) if done else None
