"""The list of calls, in any order, page by page. Functions run in the caller's transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, literal, or_, select, tuple_
from sqlalchemy.orm import Session

from callscribe.store.tables import CallRow


class Sort(StrEnum):
    """By what the list is sorted; with `-`, the largest first."""

    CREATED = "created_at"
    CREATED_DESC = "-created_at"
    CALLED = "called_at"
    CALLED_DESC = "-called_at"
    DURATION = "duration"
    DURATION_DESC = "-duration"
    TITLE = "title"
    TITLE_DESC = "-title"

    @property
    def column(self) -> str:
        """The name of the column."""
        return self.value.lstrip("-")

    @property
    def descending(self) -> bool:
        """Whether the largest comes first."""
        return self.value.startswith("-")

    @property
    def nullable(self) -> bool:
        """Whether there are calls without a value."""
        return self.column == "duration"

    def value_of(self, call: CallRow) -> Any:
        """What the call is sorted by."""
        return getattr(call, self.column)


@dataclass(frozen=True, slots=True)
class Position:
    """Where in the list a call stands; a duration that is not known comes below all others."""

    value: datetime | float | str | None
    call_id: UUID


def page(
    session: Session,
    conditions: Sequence[ColumnElement[bool]],
    sort: Sort = Sort.CREATED_DESC,
    limit: int = 50,
    after: Position | None = None,
) -> Sequence[CallRow]:
    """At most `limit` calls that meet the conditions, from just after the position `after`."""
    column: ColumnElement[Any] = getattr(CallRow, sort.column).expression
    call_id: ColumnElement[UUID] = CallRow.id.expression
    order = [column.desc(), call_id.desc()] if sort.descending else [column.asc(), call_id.asc()]
    if sort.nullable:
        order[0] = order[0].nulls_last() if sort.descending else order[0].nulls_first()
    query = select(CallRow).where(*conditions).order_by(*order).limit(limit)
    if after is not None:
        query = query.where(_beyond(column, call_id, sort, after))
    return session.scalars(query).all()


def by_ids(session: Session, call_ids: Sequence[UUID]) -> dict[UUID, CallRow]:
    """Those of the calls that are there, in the order of their ids in the list."""
    found = {row.id: row for row in session.scalars(select(CallRow).where(CallRow.id.in_(call_ids)))}
    return {call_id: found[call_id] for call_id in call_ids if call_id in found}


def total(session: Session, conditions: Sequence[ColumnElement[bool]]) -> int:
    """How many calls meet the conditions."""
    return session.scalar(select(func.count()).select_from(CallRow).where(*conditions)) or 0


def tags(session: Session) -> Sequence[tuple[str, int]]:
    """All tags with the number of calls that have them, the most used first."""
    tag = func.unnest(CallRow.tags).label("tag")
    each = select(tag).subquery()
    query = select(each.c.tag, func.count()).group_by(each.c.tag).order_by(func.count().desc(), each.c.tag)
    return [(name, count) for name, count in session.execute(query)]


def _beyond(
    column: ColumnElement[Any], call_id: ColumnElement[UUID], sort: Sort, after: Position
) -> ColumnElement[bool]:
    if not sort.nullable:
        here, there = tuple_(column, call_id), tuple_(literal(after.value), literal(after.call_id))
        return here < there if sort.descending else here > there
    # What a row comparison would say, if it knew where the rows without a value are.
    further_id = call_id < after.call_id if sort.descending else call_id > after.call_id
    if after.value is None:
        rest = column.is_(None) & further_id
        return rest if sort.descending else or_(rest, column.is_not(None))
    further = column < after.value if sort.descending else column > after.value
    beyond = or_(further, (column == after.value) & further_id)
    return or_(beyond, column.is_(None)) if sort.descending else beyond
