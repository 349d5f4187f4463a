"""Health checks for supervisors and load balancers."""

from dataclasses import asdict, replace
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse

from callscribe.api.deps import Context, Service
from callscribe.api.problems import problem, responses
from callscribe.api.schemas.common import Health, Part, Readiness
from callscribe.checks import machine, running, services
from callscribe.checks.found import Found
from callscribe.checks.running import Kept
from callscribe.errors import Unavailable

router = APIRouter(prefix="/health", tags=["health"])

#: Seconds for which the answer of what is far away is kept.
_KEEP_S = 30.0
#: Less than anybody who asks waits.
_WITHIN_S = 4.0


class Parts:
    """The parts that uploads and calls need, looked at as often as somebody asks, and no more than is cheap."""

    def __init__(self, context: Context) -> None:
        settings, database, store = context.settings, context.database, context.store
        is_near = machine.media_folder(settings) is not None
        self._checks = [
            Kept(services.DATABASE, lambda: list(services.database_and_workers(database, settings))),
            Kept(services.MEDIA, partial(services.media_store, store, settings), 0 if is_near else _KEEP_S),
        ]
        if settings.kafka_bootstrap:
            self._checks.append(Kept(services.KAFKA, partial(services.kafka, settings), _KEEP_S))

    def look(self) -> list[Found]:
        """What is found within a few seconds; what uploads can do without is at most a warning."""
        found = running.together([check.run() for check in self._checks], _WITHIN_S)
        return [replace(each, state="warning") if _is_spare(each) else each for each in found]


def _is_spare(found: Found) -> bool:
    return found.part == services.KAFKA and found.state == "missing"


async def _parts(request: Request, service: Service) -> Parts:
    """Those of this application, made at the first question. In the event loop, so that two make no two of them."""
    state = request.app.state
    if not hasattr(state, "parts"):
        state.parts = Parts(service)
    assert isinstance(state.parts, Parts)
    return state.parts


@router.get("/live", summary="Is the process alive?", response_description="It is.")
def live() -> Health:
    """Answer as long as the process works."""
    return Health()


@router.get(
    "/ready",
    summary="Can uploads be taken?",
    response_description="They can.",
    response_model=Readiness,
    responses=responses(Unavailable),
)
def ready(parts: Annotated[Parts, Depends(_parts)]) -> Readiness | JSONResponse:
    """Answer 200 when uploads can be taken, 503 with the reasons when not, and either way how each part is.

    Uploads need the database and the media store. Workers, their models and Kafka may come later: what is uploaded
    waits for them. The problem has the same `parts` as the answer. S3 and Kafka are asked every 30 s at most.
    """
    found = parts.look()
    if missing := [each for each in found if each.state == "missing"]:
        detail = " ".join(f"{each.part.capitalize()}: {each.message}" for each in missing)
        told = [asdict(each) for each in found]
        return problem(Unavailable.code, Unavailable.title, Unavailable.status, detail, parts=told)
    return Readiness(parts=[Part.model_validate(each) for each in found])
