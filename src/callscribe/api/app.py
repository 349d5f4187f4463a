"""The FastAPI application."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI

from callscribe import __version__, wiring
from callscribe.api import health, problems, results, tasks, transcribe
from callscribe.api.deps import Context
from callscribe.api.schemas import Problem
from callscribe.settings import Settings

_DESCRIPTION = "Recorded calls in; transcripts, summaries, decisions and action items out."
# What a multipart body may hold beside the file: boundaries, headers, the other fields.
_OVERHEAD = 64 * 1024


def create_app(settings: Settings) -> FastAPI:
    """The application; it connects to the database when it starts."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        # Uploads in flight lie in unnamed temporary files, which vanish with their request, whatever happens.
        tempfile.tempdir = str(wiring.scratch(settings))
        database = wiring.database(settings)
        app.state.context = Context(settings, database, wiring.media_store(settings))
        yield
        database.close()

    app = FastAPI(
        title="CallScribe",
        version=__version__,
        description=_DESCRIPTION,
        lifespan=lifespan,
        max_body_size=settings.max_upload_bytes + _OVERHEAD,
        responses=_problems(404, 409, 413, 422, 503),
    )
    problems.install(app, settings.max_upload_mb)
    for router in (transcribe.router, tasks.router, results.router):
        app.include_router(router, prefix="/api/v1")
    app.include_router(health.router)
    return app


def _problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    schema = {"schema": Problem.model_json_schema()}
    return {status: {"description": "Problem", "content": {"application/problem+json": schema}} for status in statuses}
