"""Which calls a question finds, best first. Functions run in the caller's transaction.

Terms are looked up one by one and put together call by call: "budget Friday" finds a call in which the two are said
minutes apart, or one of them stands in the title. Each look-up is answered by the index alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Select, Subquery, cast, func, literal, select, true, tuple_, union_all
from sqlalchemy.orm import Session

from callscribe.models import PassageKind
from callscribe.search.query import Group, Query, Term
from callscribe.store.filters import Filter
from callscribe.store.passages import CONFIGURATION
from callscribe.store.tables import CallRow, PassageRow

# What a term weighs in a title, in a summary, and in speech, where its first mentions count.
_TITLE, _SUMMARY, _MENTIONS = 8, 4, 3


class Order(StrEnum):
    """How what was found is sorted."""

    RELEVANCE = "relevance"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class Position:
    """Where in the list a call stands."""

    weight: int
    called_at: datetime
    call_id: UUID


@dataclass(frozen=True, slots=True)
class Found:
    """A piece of the list, and how many calls are in the whole."""

    total: int
    positions: Sequence[Position]


def tsquery(term: Term) -> ColumnElement[str]:
    """PostgreSQL's form of a term."""
    if term.prefix:
        quoted = "'" + term.text.replace("\\", "\\\\").replace("'", "''") + "':*"
        return func.to_tsquery(CONFIGURATION, quoted)
    return func.phraseto_tsquery(CONFIGURATION, term.text)


def prepare(session: Session) -> None:
    """Let PostgreSQL plan for the words at hand, and use the index: it does not know what reading lexemes costs."""
    names = {"jit": "off", "plan_cache_mode": "force_custom_plan", "enable_seqscan": "off"}
    session.execute(select(*(func.set_config(name, value, True) for name, value in names.items())))


def matching(query: Query, speaker: str | None = None) -> Select[UUID, int, datetime]:
    """The calls that a question finds, with their weights and dates; `speaker`: in what they say."""
    groups = [_of_group(group, speaker) for group in query.groups]
    if len(groups) == 1:
        return groups[0]
    each = union_all(*groups).subquery()
    weight, called_at = func.max(each.c.weight).label("weight"), func.max(each.c.called_at).label("called_at")
    return select(each.c.call_id, weight, called_at).group_by(each.c.call_id)


def find(
    session: Session,
    query: Query,
    chosen: Filter,
    *,
    speaker: str | None,
    order: Order,
    limit: int,
    after: Position | None,
) -> Found:
    """At most `limit` calls from just after the position `after`."""
    matched = matching(query, speaker).subquery()
    filtered = select(matched)
    if conditions := chosen.conditions():
        filtered = filtered.join(CallRow, CallRow.id == matched.c.call_id).where(*conditions)
    of_list = filtered.cte("of_list").prefix_with("MATERIALIZED", dialect="postgresql")
    key = [of_list.c.called_at, of_list.c.call_id]
    if order is Order.RELEVANCE:
        key.insert(0, of_list.c.weight)
    page = select(of_list).order_by(*(column.desc() for column in key)).limit(limit)
    if after is not None:
        page = page.where(tuple_(*key) < tuple_(*_key(after, order)))
    total = select(func.count().label("total")).select_from(of_list).subquery()
    shown = page.subquery()
    rows = session.execute(select(total.c.total, shown).select_from(total.outerjoin(shown, true()))).all()
    positions = [Position(row.weight, row.called_at, row.call_id) for row in rows if row.call_id is not None]
    return Found(rows[0].total, sorted(positions, key=lambda at: _key(at, order), reverse=True))


def _key(at: Position, order: Order) -> tuple[object, ...]:
    newest = (at.called_at, at.call_id)
    return newest if order is Order.NEWEST else (at.weight, *newest)


def _of_group(group: Group, speaker: str | None) -> Select[UUID, int, datetime]:
    """Calls that have all wanted terms of a group and none of the others."""
    wanted = [_of_term(term, speaker) for term in group if not term.negated]
    if wanted:
        first, *others = wanted
        weight = sum((other.c.weight for other in others), first.c.weight)
        found = select(first.c.call_id, weight.label("weight"), first.c.called_at)
        for other in others:
            found = found.join(other, other.c.call_id == first.c.call_id)
        call_id: ColumnElement[UUID] = first.c.call_id
    else:
        call_id = CallRow.id.expression
        found = select(CallRow.id.label("call_id"), literal(0).label("weight"), CallRow.called_at.label("called_at"))
    for term in group:
        if term.negated:
            unwanted = select(PassageRow.call_id).where(*_holds(term, speaker), PassageRow.call_id == call_id)
            found = found.where(~unwanted.exists())
    return found


def _of_term(term: Term, speaker: str | None) -> Subquery:
    """Calls that have a term, each with what that weighs."""

    def count(kind: PassageKind) -> ColumnElement[int]:
        return func.count().filter(PassageRow.kind == kind)

    weight = (
        _TITLE * count(PassageKind.TITLE)
        + _SUMMARY * count(PassageKind.SUMMARY)
        + func.least(count(PassageKind.SPEECH), _MENTIONS)
    )
    return (
        select(PassageRow.call_id, cast(weight, Integer).label("weight"))
        .add_columns(func.max(PassageRow.called_at).label("called_at"))
        .where(*_holds(term, speaker))
        .group_by(PassageRow.call_id)
        .subquery()
    )


def _holds(term: Term, speaker: str | None) -> list[ColumnElement[bool]]:
    said = [] if speaker is None else [PassageRow.speaker == speaker]
    return [PassageRow.lexemes.op("@@")(tsquery(term)), *said]
