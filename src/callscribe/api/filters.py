"""The query parameters by which calls are chosen, the same wherever calls are listed."""

from datetime import date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Depends, Query
from pydantic import AwareDatetime

from callscribe.errors import BadRequest
from callscribe.models import CallStatus
from callscribe.store.filters import Filter

_Moment = AwareDatetime | date
_Tag = Annotated[str, Query(min_length=1, max_length=50, pattern=r"^[^\x00]*$")]


def _zone(
    timezone: Annotated[
        str, Query(max_length=100, description="In which days begin, as a name of the IANA database.")
    ] = "UTC",
) -> ZoneInfo:
    try:
        return ZoneInfo(timezone)
    except (LookupError, ValueError, OSError) as exc:  # not there, no name at all, a folder of the database
        raise BadRequest("timezone: There is no time zone of this name; give one such as Europe/Moscow.") from exc


#: The parameter by which a route is told whose days are meant.
Zone = Annotated[ZoneInfo, Depends(_zone)]


def _filter(
    *,
    zone: Zone,
    since: Annotated[
        _Moment | None, Query(alias="from", description="Calls that took place on this day or moment, or later.")
    ] = None,
    until: Annotated[
        _Moment | None, Query(alias="to", description="Up to this day, included, or before this moment.")
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
        since=_begin(since, zone),
        until=_end(until, zone),
        statuses=tuple(status),
        languages=tuple(language),
        tags=tuple(tag),
        min_duration=min_duration,
        max_duration=max_duration,
    )


def _begin(moment: datetime | date | None, zone: ZoneInfo) -> datetime | None:
    if moment is None or isinstance(moment, datetime):
        return moment
    return datetime.combine(moment, time(), zone)


def _end(moment: datetime | date | None, zone: ZoneInfo) -> datetime | None:
    """Of a day, the first moment that does not belong to it."""
    if moment is None or isinstance(moment, datetime):
        return moment
    return None if moment == date.max else datetime.combine(moment + timedelta(days=1), time(), zone)


#: The parameter by which a route is told which calls to look at.
Chosen = Annotated[Filter, Depends(_filter)]
