"""Results."""

from typing import Annotated

from fastapi import APIRouter, Query

from callscribe.api.deps import Service, TaskId
from callscribe.api.problems import responses
from callscribe.api.schemas.results import DroppedOut, Result
from callscribe.errors import BadRequest, NotFound, Unavailable
from callscribe.store import calls, corrections, transcripts, voices

router = APIRouter(prefix="/results", tags=["results"])


@router.get(
    "/{task_id}",
    summary="Read a transcript and its summary",
    response_description="All that is known of the call so far.",
    responses=responses(NotFound, BadRequest, Unavailable),
)
def get_result(
    service: Service,
    task_id: TaskId,
    original: Annotated[bool, Query(description="The transcript without any corrections.")] = False,
) -> Result:
    """Read the transcript and the summary, or what there is of them while the task is still being worked on."""
    with service.database.transaction() as session:
        row = calls.get(session, task_id)
        read = corrections.original if original else transcripts.transcript
        return Result.of(
            row,
            read(session, task_id, row.language),
            transcripts.summary(session, task_id),
            outdated=transcripts.summary_outdated(session, row),
            dropped=len(voices.dropped(session, task_id)),
        )


@router.get(
    "/{task_id}/dropped",
    summary="Read what was left out",
    response_description="In order of time.",
    responses=responses(NotFound, BadRequest, Unavailable),
)
def list_dropped(service: Service, task_id: TaskId) -> list[DroppedOut]:
    """Read what a speech engine wrote and nobody seems to have said, and why it is not in the transcript."""
    with service.database.transaction() as session:
        calls.get(session, task_id)
        return [DroppedOut.model_validate(one) for one in voices.dropped(session, task_id)]
