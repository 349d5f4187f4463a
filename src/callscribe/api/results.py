"""Results."""

from uuid import UUID

from fastapi import APIRouter

from callscribe.api.deps import Service
from callscribe.api.schemas import Result
from callscribe.store import calls, transcripts

router = APIRouter(prefix="/results", tags=["results"])


@router.get("/{task_id}")
def get_result(service: Service, task_id: UUID) -> Result:
    """Read the transcript and the summary, or what there is of them while the task is still being worked on."""
    with service.database.transaction() as session:
        row = calls.get(session, task_id)
        transcript = transcripts.transcript(session, task_id, row.language)
        return Result.of(row, transcript, transcripts.summary(session, task_id))
