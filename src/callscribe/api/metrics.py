"""Metrics, for Prometheus."""

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, generate_latest

from callscribe.api.deps import Service

router = APIRouter(tags=["health"])


class Exposition(PlainTextResponse):
    """Prometheus' text format."""

    media_type = CONTENT_TYPE_PLAIN_0_0_4


@router.get(
    "/metrics",
    summary="What do operators measure?",
    response_description="Metrics in Prometheus' text format.",
    response_class=Exposition,
)
def get_metrics(service: Service) -> Exposition:
    """Scrape what this process counts, and what the whole service has to do; docs/operations.md explains each.

    No request costs a query: what is in the database was read at most ten seconds before.
    """
    return Exposition(generate_latest(service.metrics))
