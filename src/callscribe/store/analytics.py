"""Figures about many calls, counted by PostgreSQL. Functions run in the caller's transaction."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from sqlalchemy import ARRAY, ColumnElement, DateTime, Row, Text, bindparam, func, literal_column, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from callscribe.models import CallStatus, InsightKind, PassageKind, Period
from callscribe.store import passages
from callscribe.store.filters import Filter
from callscribe.store.periods import begin, last_periods, periods
from callscribe.store.tables import CallRow, InsightRow, PassageRow

#: How many speakers, topics and owners are told, the largest first.
_MOST = 20
_HOUR = 3600.0
# A literal, not a parameter: a partial index is used only where PostgreSQL sees that the query implies its condition.
_ACTION_ITEM: ColumnElement[str] = literal_column(f"'{InsightKind.ACTION_ITEM}'")

Conditions = Sequence[ColumnElement[bool]]
Speakers = Sequence[Row[str | None, float, float]]
Topics = Sequence[Row[str, int]]
OpenItems = Sequence[Row[str | None, int, datetime]]


@dataclass(frozen=True, slots=True)
class Figures:
    """Some calls in numbers."""

    calls: int = 0
    #: Of recording.
    hours: float = 0.0
    #: Of transcripts.
    words: int = 0


@dataclass(frozen=True, slots=True)
class Processing:
    """How long done calls took from the start of the work to their first summary."""

    calls: int
    #: Of recording.
    hours: float
    #: Of processing.
    processing_hours: float
    #: Processing time divided by duration: of the call in the middle, and of one that is slower than 95 of 100 calls.
    median: float | None
    p95: float | None


@dataclass(frozen=True, slots=True)
class Analytics:
    """All figures. What is listed is in order, the largest first; rows have the fields of the API's schemas."""

    total: Figures
    #: By the period's first day, without gaps, oldest first.
    series: dict[date, Figures]
    languages: list[tuple[str | None, int]]
    statuses: list[tuple[str, int]]
    processing: Processing
    speakers: Speakers
    topics: Topics
    open_action_items: OpenItems


def analytics(session: Session, chosen: Filter, by: Period, zone: tzinfo) -> Analytics:
    """Count the chosen calls. Raises `BadRequest` for more than 1,000 periods from `since` on."""
    conditions = chosen.conditions()
    days = _days(session, chosen, by, zone)
    total, series = _series(session, conditions, days, zone)
    languages, statuses = _kinds(session, conditions)
    return Analytics(
        total=total,
        series=series,
        languages=languages,
        statuses=statuses,
        processing=_processing(session, conditions),
        speakers=_speakers(session, conditions),
        topics=_topics(session, conditions),
        open_action_items=_open_action_items(session, conditions),
    )


def _days(session: Session, chosen: Filter, by: Period, zone: tzinfo) -> list[date]:
    """Where the periods begin: from the first call to the last, unless told from when to when."""
    bounds = select(func.min(CallRow.called_at), func.max(CallRow.called_at)).where(*chosen.conditions())
    first, last = session.execute(bounds).one()
    since, until = chosen.since or first, chosen.until or (last and last + timedelta(microseconds=1))
    if since is None or until is None:
        return []
    return (periods if chosen.since else last_periods)(since, until, by, zone)


def _series(
    session: Session, conditions: Conditions, days: Sequence[date], zone: tzinfo
) -> tuple[Figures, dict[date, Figures]]:
    """Of all calls, and of those of each period; earlier ones than the first period's are in the total only."""
    begins = bindparam("begins", [begin(day, zone) for day in days], ARRAY(DateTime(timezone=True)))
    number = func.width_bucket(CallRow.called_at, begins)
    seconds, words = func.coalesce(func.sum(CallRow.duration), 0.0), func.sum(CallRow.words)
    rows = session.execute(select(number, func.count(), seconds, words).where(*conditions).group_by(number)).all()
    found = {row[0]: Figures(row[1], row[2] / _HOUR, row[3]) for row in rows}
    total = Figures(sum(row[1] for row in rows), sum(row[2] for row in rows) / _HOUR, sum(row[3] for row in rows))
    return total, {day: found.get(place, Figures()) for place, day in enumerate(days, 1)}


def _kinds(session: Session, conditions: Conditions) -> tuple[list[tuple[str | None, int]], list[tuple[str, int]]]:
    languages: Counter[str | None] = Counter()
    statuses: Counter[str] = Counter()
    kinds = select(CallRow.language, CallRow.status, func.count()).where(*conditions)
    for language, status, count in session.execute(kinds.group_by(CallRow.language, CallRow.status)):
        languages[language] += count
        statuses[status] += count
    return (
        sorted(languages.items(), key=lambda one: (-one[1], one[0] or "")),
        sorted(statuses.items(), key=lambda one: (-one[1], one[0])),
    )


def _processing(session: Session, conditions: Conditions) -> Processing:
    """Until the first summary: renewing one a year later is not a year of processing."""
    ratio = CallRow.processing / CallRow.duration
    calls, seconds, processing, median, p95 = session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(CallRow.duration), 0.0),
            func.coalesce(func.sum(CallRow.processing), 0.0),
            func.percentile_cont(0.5).within_group(ratio),
            func.percentile_cont(0.95).within_group(ratio),
        ).where(*conditions, CallRow.status == CallStatus.DONE, CallRow.processing.is_not(None), CallRow.duration > 0)
    ).one()
    return Processing(calls, seconds / _HOUR, processing / _HOUR, median, p95)


def _speakers(session: Session, conditions: Conditions) -> Speakers:
    seconds = func.sum(PassageRow.seconds)
    share = func.coalesce(seconds / func.nullif(func.sum(seconds).over(), 0.0), 0.0)
    query = select(PassageRow.speaker, seconds.label("seconds"), share.label("share"))
    if conditions:
        query = query.join(CallRow, CallRow.id == PassageRow.call_id).where(*conditions)
    query = query.where(PassageRow.kind == PassageKind.SPEECH).group_by(PassageRow.speaker)
    return session.execute(query.order_by(seconds.desc(), PassageRow.speaker).limit(_MOST)).all()


def _topics(session: Session, conditions: Conditions) -> Topics:
    """Words that differ only in their endings are one topic, told in its most frequent form."""
    each = select(func.unnest(CallRow.topics).label("topic")).where(*conditions).subquery()
    forms = select(each.c.topic, func.count().label("calls")).group_by(each.c.topic).subquery()
    in_order = aggregate_order_by(forms.c.topic, forms.c.calls.desc(), forms.c.topic)
    usual = func.array_agg(in_order, type_=ARRAY(Text))[1]
    calls = func.sum(forms.c.calls)
    query = select(usual.label("topic"), calls.label("calls")).group_by(passages.lexemes(forms.c.topic))
    return session.execute(query.order_by(calls.desc(), usual).limit(_MOST)).all()


def _open_action_items(session: Session, conditions: Conditions) -> OpenItems:
    items = func.count()
    query = (
        select(InsightRow.owner, items.label("items"), func.min(CallRow.called_at).label("oldest"))
        .join(CallRow, CallRow.id == InsightRow.call_id)
        .where(InsightRow.kind == _ACTION_ITEM, InsightRow.done_at.is_(None), *conditions)
        .group_by(InsightRow.owner)
    )
    return session.execute(query.order_by(items.desc(), InsightRow.owner).limit(_MOST)).all()
