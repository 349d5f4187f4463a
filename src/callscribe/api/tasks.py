"""Tasks: list, look, retry, cancel, delete."""

import base64
import binascii
import json
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from callscribe.api.deps import Service, TaskId
from callscribe.api.problems import responses
from callscribe.api.schemas.tasks import Task, TaskPage
from callscribe.errors import BadRequest, Conflict, NotFound, Unavailable
from callscribe.jobs import lifecycle
from callscribe.store import calls
from callscribe.store.tables import CallRow

router = APIRouter(prefix="/tasks", tags=["tasks"])

_OF_ONE = responses(NotFound, BadRequest, Unavailable)
_OF_A_CHANGE = responses(NotFound, Conflict, BadRequest, Unavailable)


@router.get(
    "",
    summary="List tasks",
    response_description="One page of tasks.",
    responses=responses(BadRequest, Unavailable),
)
def list_tasks(
    service: Service,
    limit: Annotated[int, Query(ge=1, le=200, description="Tasks a page.")] = 50,
    cursor: Annotated[str | None, Query(max_length=200, description="`next` of the page before.")] = None,
) -> TaskPage:
    """List the tasks, newest first."""
    with service.database.transaction() as session:
        rows = calls.page(session, limit + 1, _position(cursor) if cursor else None)
    shown = rows[:limit]
    return TaskPage(tasks=[Task.of(row) for row in shown], next=_cursor(shown[-1]) if len(rows) > limit else None)


@router.get("/{task_id}", summary="Look at a task", response_description="The task.", responses=_OF_ONE)
def get_task(service: Service, task_id: TaskId) -> Task:
    """Look where a task is."""
    with service.database.transaction() as session:
        return Task.of(calls.get(session, task_id))


@router.post(
    "/{task_id}/retry",
    status_code=202,
    summary="Retry a task",
    response_description="The task, queued again.",
    responses=_OF_A_CHANGE,
)
def retry_task(service: Service, task_id: TaskId) -> Task:
    """Go on with a failed or canceled task where it stopped."""
    with service.database.transaction() as session:
        return Task.of(lifecycle.retry(session, task_id))


@router.post(
    "/{task_id}/cancel",
    summary="Cancel a task",
    response_description="The canceled task.",
    responses=_OF_A_CHANGE,
)
def cancel_task(service: Service, task_id: TaskId) -> Task:
    """Stop a task. What was transcribed so far stays readable, and a retry goes on from there."""
    with service.database.transaction() as session:
        return Task.of(lifecycle.cancel(session, task_id))


@router.delete(
    "/{task_id}",
    status_code=204,
    summary="Delete a task",
    response_description="Nothing is left of it.",
    responses=_OF_ONE,
)
def delete_task(service: Service, task_id: TaskId) -> None:
    """Remove a task with its recording, transcript and summary. Work on it stops."""
    with service.database.transaction() as session:
        calls.delete(session, task_id)
        # Inside the transaction: if the files cannot be removed, the task stays and can be deleted again.
        session.flush()
        service.store.delete(calls.media_folder(task_id))


def _cursor(row: CallRow) -> str:
    return base64.urlsafe_b64encode(json.dumps([row.created_at.isoformat(), str(row.id)]).encode()).decode()


def _position(cursor: str) -> tuple[datetime, UUID]:
    try:
        moment, call_id = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        return datetime.fromisoformat(moment), UUID(call_id)
    except (binascii.Error, ValueError, TypeError, AttributeError) as exc:
        raise BadRequest("cursor: take it from `next` of an earlier page, unchanged.") from exc
