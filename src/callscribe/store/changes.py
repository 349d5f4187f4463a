"""What changed since when: calls as they are now, and which were deleted."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from sqlalchemy import DateTime, func, literal, select
from sqlalchemy.orm import Session

from callscribe.store import calls
from callscribe.store.tables import CallRow, DeletionRow

#: Where a trigger tells of every change of a call, with the call's id.
CHANNEL = "callscribe_calls"

#: A change has the time at which its transaction began, and may be seen only now; transactions are shorter than this.
_OVERLAP = timedelta(seconds=30)
_AT_MOST = 1000
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Changes:
    """What was read at a moment: all that was committed before it is in."""

    moment: datetime
    calls: Sequence[CallRow] = ()
    deletions: Sequence[DeletionRow] = ()


def one(session: Session, call_id: UUID) -> Changes:
    """The call as it is now, or `NotFound`."""
    return Changes(_now(session), [calls.get(session, call_id)])


def of(session: Session, call_ids: Collection[UUID]) -> Changes:
    """These calls as they are now, and those of them that were deleted."""
    moment = _now(session)
    found: list[CallRow] = []
    deleted: list[DeletionRow] = []
    for some in _portions(call_ids):
        found += session.scalars(select(CallRow).where(CallRow.id.in_(some)))
        deleted += session.scalars(select(DeletionRow).where(DeletionRow.call_id.in_(some)))
    return Changes(moment, found, deleted)


def since(session: Session, begin: datetime | None) -> Changes:
    """The newest 1,000 changes since `begin` and the newest 1,000 deletions, some earlier ones among them.

    None: no changes, only the moment from which on they can be asked for.
    """
    moment = _now(session)
    if begin is None:
        return Changes(moment)
    earliest = literal(begin, DateTime(timezone=True)) - _OVERLAP
    changed = select(CallRow).where(CallRow.updated_at >= earliest).order_by(CallRow.updated_at.desc())
    gone = select(DeletionRow).where(DeletionRow.deleted_at >= earliest).order_by(DeletionRow.deleted_at.desc())
    return Changes(moment, session.scalars(changed.limit(_AT_MOST)).all(), session.scalars(gone.limit(_AT_MOST)).all())


def _now(session: Session) -> datetime:
    return session.execute(select(func.now())).scalar_one()


def _portions(call_ids: Collection[UUID]) -> Iterator[list[UUID]]:
    """A statement takes 65,535 values at most, and one transaction may change more calls."""
    left = iter(call_ids)
    while some := list(islice(left, _AT_ONCE)):
        yield some
