"""What the routes share."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path, Request
from prometheus_client import CollectorRegistry
from structlog.contextvars import bind_contextvars

from callscribe.api.feed import Feed
from callscribe.ports import MediaStore
from callscribe.settings import Settings
from callscribe.store.database import Database


@dataclass(frozen=True, slots=True)
class Context:
    """The parts of the running service."""

    settings: Settings
    database: Database
    store: MediaStore
    feed: Feed
    metrics: CollectorRegistry


# Not in a thread: what it binds would be bound there alone.
async def _context(request: Request) -> Context:
    if "task_id" in request.path_params:
        bind_contextvars(call_id=request.path_params["task_id"])
    context = request.app.state.context
    assert isinstance(context, Context)
    return context


#: The parameter by which a route gets the service's parts.
Service = Annotated[Context, Depends(_context)]

#: The parameter by which a route is told the call.
TaskId = Annotated[UUID, Path(description="As the upload gave it.")]
