"""What exports show, as it is kept. Functions run in the caller's transaction."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from callscribe.errors import NotFound
from callscribe.export.call import Call
from callscribe.store import transcripts
from callscribe.store.tables import CallRow


def call(session: Session, row: CallRow) -> Call:
    """The call with its transcript and summary, as far as there are any yet."""
    return Call(
        title=row.title,
        called_at=row.called_at,
        duration=row.duration,
        transcript=transcripts.transcript(session, row.id, row.language),
        summary=transcripts.summary(session, row.id),
    )


def chosen(session: Session, wanted: Sequence[ColumnElement[bool]], among: Collection[UUID]) -> Sequence[UUID]:
    """The ids of the calls that meet the conditions, oldest first, and are among these, if any are given.

    Raises `NotFound` if there is none, or if one of those given does not exist.
    """
    if among:
        missing = set(among) - set(session.scalars(select(CallRow.id).where(CallRow.id.in_(among))))
        if missing:
            raise NotFound(f"There is no call with the id {min(missing)}; it may have been deleted.")
    conditions = [*wanted, *([CallRow.id.in_(among)] if among else [])]
    ids = session.scalars(select(CallRow.id).where(*conditions).order_by(CallRow.called_at, CallRow.id)).all()
    if not ids:
        raise NotFound("No call meets these conditions; ask for fewer, or look at /api/v1/tasks what there is.")
    return ids
