"""Tasks: list, look, retry, cancel, delete."""

import logging
from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, Field, TypeAdapter
from sqlalchemy.orm import Session

from callscribe.api import cursor as cursors
from callscribe.api.deps import Service, TaskId
from callscribe.api.filters import Chosen
from callscribe.api.problems import responses
from callscribe.api.schemas.tasks import TagOut, Task, TaskChange, TaskPage
from callscribe.errors import BadRequest, Conflict, NotFound, Unavailable
from callscribe.jobs import lifecycle, standing
from callscribe.search import terms
from callscribe.store import action_items, calls, history, partial_uploads
from callscribe.store.history import Position, Sort
from callscribe.store.tables import CallRow

log = logging.getLogger(__name__)

router = APIRouter(prefix="/tasks", tags=["tasks"])
tags_router = APIRouter(prefix="/tags", tags=["tasks"])

_OF_ONE = responses(NotFound, BadRequest, Unavailable)
_OF_A_CHANGE = responses(NotFound, Conflict, BadRequest, Unavailable)


#: What a cursor holds: the order, the value that is sorted by, and the id.
_CURSORS: Mapping[str, TypeAdapter[tuple[Sort, Any, UUID]]] = {
    "created_at": TypeAdapter(tuple[Sort, AwareDatetime, UUID]),
    "called_at": TypeAdapter(tuple[Sort, AwareDatetime, UUID]),
    "duration": TypeAdapter(tuple[Sort, float | None, UUID]),
    "title": TypeAdapter(tuple[Sort, Annotated[str, Field(pattern=r"^[^\x00]*$")], UUID]),
}


@router.get(
    "",
    summary="List tasks",
    response_description="One page of tasks.",
    responses=responses(BadRequest, Unavailable),
)
def list_tasks(
    service: Service,
    chosen: Chosen,
    *,
    text: Annotated[
        str | None, Query(min_length=1, max_length=500, description="Only calls that a search for this finds.")
    ] = None,
    sort: Annotated[Sort, Query(description="The order; `-`: the largest first.")] = Sort.CREATED_DESC,
    limit: Annotated[int, Query(ge=1, le=200, description="Tasks a page.")] = 50,
    cursor: Annotated[str | None, Query(max_length=cursors.LONGEST, description="`next` of the page before.")] = None,
) -> TaskPage:
    """List the tasks that meet all conditions, the newest first unless another order is asked for."""
    after = _position(cursor, sort) if cursor else None
    with service.database.transaction() as session:
        conditions = chosen.conditions()
        if text is not None:
            conditions.append(terms.finds(session, text))
        rows = history.page(session, conditions, sort, limit + 1, after)
        total = history.total(session, conditions)
        shown = rows[:limit]
        standings = standing.standings(session, shown)
    following = cursors.encode(sort, sort.value_of(shown[-1]), shown[-1].id) if len(rows) > limit else None
    return TaskPage(tasks=[Task.of(row, standings.get(row.id)) for row in shown], total=total, next=following)


@tags_router.get(
    "", summary="List tags", response_description="All tags, the most used first.", responses=responses(Unavailable)
)
def list_tags(service: Service) -> list[TagOut]:
    """List the tags of all calls."""
    with service.database.transaction() as session:
        return [TagOut(tag=tag, calls=count) for tag, count in history.tags(session)]


@router.get("/{task_id}", summary="Look at a task", response_description="The task.", responses=_OF_ONE)
def get_task(service: Service, task_id: TaskId) -> Task:
    """Look where a task is."""
    with service.database.transaction() as session:
        return _task(session, calls.get(session, task_id))


@router.patch("/{task_id}", summary="Change a task", response_description="The task as it is now.", responses=_OF_ONE)
def change_task(service: Service, task_id: TaskId, change: TaskChange) -> Task:
    """Give a call another title, other tags, or the date at which it took place, from which due dates are counted."""
    with service.database.transaction() as session:
        call = calls.change(session, task_id, change.title, change.tags, change.called_at)
        if change.called_at is not None:
            action_items.date_anew(session, call)
        return _task(session, call)


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
        return _task(session, lifecycle.retry(session, task_id))


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
        # Before the commit: whatever fails, the task stays to be seen, and can be deleted again. The other way round, a
        # recording could be left of which nobody knows. What a worker stores meanwhile it removes itself.
        service.store.delete(calls.media_folder(task_id))
        for upload in partial_uploads.of_call(session, task_id):
            service.store.delete(partial_uploads.folder(upload.id))
            session.delete(upload)
    log.info("deleted", extra={"call_id": str(task_id)})


def _task(session: Session, row: CallRow) -> Task:
    return Task.of(row, standing.standings(session, [row]).get(row.id))


def _position(cursor: str, sort: Sort) -> Position:
    of_sort, value, call_id = cursors.decode(cursor, _CURSORS[sort.column])
    if of_sort is not sort:
        raise BadRequest("cursor: it belongs to another `sort`; begin without it.")
    return Position(value, call_id)
