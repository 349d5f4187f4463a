"""The query parameters by which calls are chosen, the same wherever calls are listed."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated

from fastapi import Depends, Query
from pydantic import AwareDatetime

from callscribe.models import CallStatus
from callscribe.store.filters import Filter

_Moment = AwareDatetime | date
_Tag = Annotated[str, Query(min_length=1, max_length=50, pattern=r"^[^\x00]*$")]


def _filter(
    *,
    since: Annotated[
        _Moment | None, Query(alias="from", description="Calls that took place on this day (UTC) or moment, or later.")
    ] = None,
    until: Annotated[
        _Moment | None, Query(alias="to", description="Up to this day (UTC), included, or before this moment.")
    ] = None,
    status: Annotated[list[CallStatus], Query(description="With one of these statuses.")] = [],  # noqa: B006
    language: Annotated[
        list[Annotated[str, Query(pattern="^[a-z]{2,3}$")]],
        Query(description="In one of these languages, as ISO 639-1 codes."),
    ] = [],  # noqa: B006
    tag: Annotated[list[_Tag], Query(description="With all of these tags.", max_length=20)] = [],  # noqa: B006
    min_duration: Annotated[float | None, Query(ge=0, le=1e9, description="At least so many seconds long.")] = None,
    max_duration: Annotated[float | None, Query(ge=0, le=1e9, description="At most so many seconds long.")] = None,
) -> Filter:
    return Filter(
        since=_begin(since),
        until=_end(until),
        statuses=tuple(status),
        languages=tuple(language),
        tags=tuple(tag),
        min_duration=min_duration,
        max_duration=max_duration,
    )


def _begin(moment: datetime | date | None) -> datetime | None:
    if moment is None or isinstance(moment, datetime):
        return moment
    return datetime.combine(moment, time(), UTC)


def _end(moment: datetime | date | None) -> datetime | None:
    """Of a day, the first moment that does not belong to it."""
    if moment is None or isinstance(moment, datetime):
        return moment
    return None if moment == date.max else datetime.combine(moment + timedelta(days=1), time(), UTC)


#: The parameter by which a route is told which calls to look at.
Chosen = Annotated[Filter, Depends(_filter)]
