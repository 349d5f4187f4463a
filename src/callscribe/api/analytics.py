"""Figures about many calls."""

from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query

from callscribe.api.deps import Service
from callscribe.api.filters import Chosen
from callscribe.api.problems import responses
from callscribe.api.schemas.analytics import AnalyticsOut
from callscribe.errors import BadRequest, Unavailable
from callscribe.models import Period
from callscribe.store import analytics

router = APIRouter(prefix="/analytics", tags=["analytics"])


def _zone(
    timezone: Annotated[
        str, Query(max_length=100, description="In which days begin, as a name of the IANA database.")
    ] = "UTC",
) -> ZoneInfo:
    try:
        return ZoneInfo(timezone)
    except (LookupError, ValueError, OSError) as exc:  # not there, no name at all, a folder of the database
        raise BadRequest("timezone: There is no time zone of this name; give one such as Europe/Moscow.") from exc


@router.get(
    "",
    summary="Count calls",
    response_description="The figures.",
    responses=responses(BadRequest, Unavailable),
)
def get_analytics(
    service: Service,
    chosen: Chosen,
    zone: Annotated[ZoneInfo, Depends(_zone)],
    by: Annotated[Period, Query(description="What a period of the series is.")] = Period.DAY,
) -> AnalyticsOut:
    """Count the chosen calls by the time at which they took place.

    The series goes from `from` to `to`, else from the first call to the last. More than 1,000 periods after `from` are
    refused; without it, the series has the last 1,000.
    """
    with service.database.transaction() as session:
        return AnalyticsOut.of(analytics.analytics(session, chosen, by, zone), by, zone.key)
