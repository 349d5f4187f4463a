"""Health checks for supervisors and load balancers."""

from fastapi import APIRouter

from callscribe.api.deps import Service
from callscribe.api.problems import responses
from callscribe.api.schemas.common import Health
from callscribe.errors import Unavailable

router = APIRouter(prefix="/health", tags=["health"])


@router.get("/live", summary="Is the process alive?", response_description="It is.")
def live() -> Health:
    """Answer as long as the process works."""
    return Health()


@router.get(
    "/ready",
    summary="Can uploads be taken?",
    response_description="They can.",
    responses=responses(Unavailable),
)
def ready(service: Service) -> Health:
    """Answer 200 when uploads can be taken, 503 with the reason when not."""
    service.database.ping()
    return Health()
