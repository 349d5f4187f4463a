"""Live progress, as server-sent events."""

from collections.abc import AsyncIterator
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Header
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import AwareDatetime

from callscribe.api.deps import Service, TaskId
from callscribe.api.feed import Listener
from callscribe.api.problems import responses
from callscribe.errors import BadRequest, NotFound, Unavailable
from callscribe.store import changes

router = APIRouter(tags=["tasks"])

_RECONNECT_MS = 2000

LastEventId = Annotated[
    AwareDatetime | None,
    Header(
        alias="Last-Event-ID",
        description="The `id` of the last event that was received: changes since then are sent first.",
    ),
]


async def _to_one(service: Service, task_id: TaskId) -> AsyncIterator[Listener]:
    async with service.feed.listen(partial(changes.one, call_id=task_id), task_id) as listener:
        yield listener


async def _to_all(service: Service, last_event_id: LastEventId = None) -> AsyncIterator[Listener]:
    async with service.feed.listen(partial(changes.since, begin=last_event_id)) as listener:
        listener.moment = last_event_id or listener.moment
        yield listener


@router.get(
    "/tasks/{task_id}/events",
    summary="Watch a task",
    response_description="A stream of events without end.",
    response_class=EventSourceResponse,
    responses=responses(NotFound, BadRequest, Unavailable),
)
async def watch_task(listener: Annotated[Listener, Depends(_to_one)]) -> AsyncIterator[ServerSentEvent]:
    """Get the task at once and after every change of it, as server-sent events for a browser's `EventSource`.

    An event `task` has the task as its data, as `GET /tasks/{task_id}` gives it. The stream stays open when the task is
    done, since it can be tried again, renamed and corrected. When the task is deleted, an event `deleted` with its
    `task_id` ends the stream. Whoever connects again gets the present state, so `Last-Event-ID` is not needed. Every 15
    seconds of silence there is a comment.
    """
    async for event in _sent(listener):
        yield event


@router.get(
    "/events",
    summary="Watch all tasks",
    response_description="A stream of events without end.",
    response_class=EventSourceResponse,
    responses=responses(BadRequest, Unavailable),
)
async def watch_tasks(listener: Annotated[Listener, Depends(_to_all)]) -> AsyncIterator[ServerSentEvent]:
    """Get every task after every change of it from now on, as server-sent events for a browser's `EventSource`.

    An event `task` has a task as its data, as `GET /tasks/{task_id}` gives it; an event `deleted` has the `task_id` of
    one that is gone. Each is a whole state, so one that comes twice does no harm, and of changes in quick succession
    only the last may come. With `Last-Event-ID`, which a browser sends by itself when it connects again, all that
    changed since then comes first: at most 1,000 tasks and 1,000 deletions, the newest. After a longer absence list the
    tasks anew. Every 15 seconds of silence there is a comment.
    """
    async for event in _sent(listener):
        yield event


async def _sent(listener: Listener) -> AsyncIterator[ServerSentEvent]:
    # An id without data is no event, but it is remembered: so nothing is missed by who is cut off before the first one.
    yield ServerSentEvent(id=listener.moment.isoformat(), retry=_RECONNECT_MS)
    async for event in listener.events():
        yield ServerSentEvent(event=event.kind, raw_data=event.data, id=event.moment.isoformat())
