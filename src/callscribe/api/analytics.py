"""Figures about many calls."""

from typing import Annotated

from fastapi import APIRouter, Query

from callscribe.api.deps import Service
from callscribe.api.filters import Chosen, Zone
from callscribe.api.problems import responses
from callscribe.api.schemas.analytics import AnalyticsOut
from callscribe.errors import BadRequest, Unavailable
from callscribe.models import Period
from callscribe.store import analytics

router = APIRouter(prefix="/analytics", tags=["analytics"])


@router.get(
    "",
    summary="Count calls",
    response_description="The figures.",
    responses=responses(BadRequest, Unavailable),
)
def get_analytics(
    service: Service,
    chosen: Chosen,
    zone: Zone,
    by: Annotated[Period, Query(description="What a period of the series is.")] = Period.DAY,
) -> AnalyticsOut:
    """Count the chosen calls by the time at which they took place.

    The series goes from `from` to `to`, else from the first call to the last. More than 1,000 periods after `from` are
    refused; without it, the series has the last 1,000.
    """
    with service.database.transaction() as session:
        return AnalyticsOut.of(analytics.analytics(session, chosen, by, zone), by, zone.key)
