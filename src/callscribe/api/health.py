"""Health checks for supervisors and load balancers."""

from fastapi import APIRouter

from callscribe.api.deps import Service
from callscribe.api.schemas import Health

router = APIRouter(prefix="/health", tags=["health"])


@router.get("/live")
def live() -> Health:
    """Answer as long as the process works."""
    return Health()


@router.get("/ready")
def ready(service: Service) -> Health:
    """Answer 200 when uploads can be taken, 503 with the reason when not."""
    service.database.ping()
    return Health()
