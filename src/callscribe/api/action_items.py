"""Ticking off action items."""

from typing import Annotated

from fastapi import APIRouter, Path

from callscribe.api.deps import Service, TaskId
from callscribe.api.problems import responses
from callscribe.api.schemas.results import Tick
from callscribe.errors import BadRequest, NotFound, Unavailable
from callscribe.store import action_items

router = APIRouter(prefix="/results", tags=["results"])

Position = Annotated[int, Path(ge=0, lt=2**31, description="The item's `position` in the result.")]


@router.patch(
    "/{task_id}/action-items/{position}",
    status_code=204,
    summary="Tick off an action item",
    response_description="It is as asked for.",
    responses=responses(NotFound, BadRequest, Unavailable),
)
def tick_action_item(service: Service, task_id: TaskId, position: Position, tick: Tick) -> None:
    """Mark an action item as done, or as open again. A renewed summary keeps the marks of what it says again."""
    with service.database.transaction() as session:
        action_items.tick(session, task_id, position, done=tick.done)
