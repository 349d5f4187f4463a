"""The sound of a call in outline."""

from itertools import pairwise
from typing import Annotated

from fastapi import APIRouter, Query

from callscribe.api.deps import Service, TaskId
from callscribe.api.problems import responses
from callscribe.api.schemas.waveform import Waveform
from callscribe.errors import BadRequest, NotFound, Unavailable
from callscribe.store import calls, waveform

router = APIRouter(prefix="/tasks", tags=["results"])


@router.get(
    "/{task_id}/waveform",
    summary="Get the waveform",
    response_description="How loud the call is from moment to moment.",
    responses=responses(NotFound, BadRequest, Unavailable),
)
def get_waveform(
    service: Service,
    task_id: TaskId,
    points: Annotated[int, Query(ge=10, le=4000, description="How many points there may be.")] = 800,
) -> Waveform:
    """Get how loud a call is from moment to moment, so that a player can draw it without reading the recording."""
    with service.database.transaction() as session:
        calls.get(session, task_id)
        duration, loudness = waveform.loudness(session, task_id)
    return Waveform(duration=duration, points=[round(level * 100 / 255) for level in reduced(loudness, points)])


def reduced(loudness: bytes, points: int) -> list[int]:
    """The loudest of each stretch, of as many stretches as `points` says, or as there are values."""
    count = min(points, len(loudness))
    borders = [position * len(loudness) // count for position in range(count + 1)] if count else []
    return [max(loudness[begin:end]) for begin, end in pairwise(borders)]
