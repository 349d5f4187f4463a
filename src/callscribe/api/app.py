"""The FastAPI application."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi_swagger import patch_fastapi

from callscribe import __version__, wiring
from callscribe.api import (
    action_items,
    analytics,
    corrections,
    events,
    exports,
    health,
    media,
    metrics,
    problems,
    results,
    search,
    system,
    tasks,
    transcribe,
    uploads,
    waveform,
)
from callscribe.api.deps import Context
from callscribe.api.feed import Feed
from callscribe.api.limit import BodyLimit
from callscribe.api.observing import Observing
from callscribe.api.schemas.common import Problem
from callscribe.settings import Settings
from callscribe.telemetry.exposition import registry

_DESCRIPTION = (
    "Recorded calls in; transcripts, summaries, decisions and action items out.\n\n"
    "Upload a recording, look at its task until its status is `done`, then read its result. "
    "Every error is a problem as RFC 9457 describes it, and its `detail` says what to do."
)
_TAGS = [
    {"name": "tasks", "description": "Uploaded recordings and where they are on their way."},
    {"name": "results", "description": "What was said and what it comes to."},
    {"name": "search", "description": "What was said in any of the calls."},
    {"name": "analytics", "description": "All calls in numbers."},
    {"name": "system", "description": "What the service takes, and what state it is in."},
    {"name": "health", "description": "For supervisors and load balancers."},
]
_PREFIX = "/api/v1"


class _Application(FastAPI):
    def openapi(self) -> dict[str, Any]:
        """The document, with the schema of problems, which is no route's result."""
        document = super().openapi()
        document["components"]["schemas"]["Problem"] = Problem.model_json_schema()
        return document


def create_app(settings: Settings) -> FastAPI:
    """The application; it connects to the database when it starts."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        # Uploads in flight lie in unnamed temporary files, which vanish with their request, whatever happens.
        tempfile.tempdir = str(wiring.scratch(settings))
        database = wiring.database(settings)
        feed = Feed(database)
        with wiring.service_figures(settings, database) as figures:
            own = registry(database, figures)
            app.state.context = Context(settings, database, wiring.media_store(settings), feed, own)
            yield
        feed.close()
        database.close()

    app = _Application(
        title="CallScribe",
        version=__version__,
        description=_DESCRIPTION,
        lifespan=lifespan,
        openapi_tags=_TAGS,
        docs_url=None,
        redoc_url=None,
        swagger_ui_oauth2_redirect_url=None,
        generate_unique_id_function=lambda route: route.name,
    )
    app.add_middleware(BodyLimit, files=f"{_PREFIX}/transcribe", max_upload_mb=settings.max_upload_mb)
    app.add_middleware(Observing)
    problems.install(app)
    for router in (
        transcribe.router,
        uploads.router,
        tasks.router,
        tasks.tags_router,
        results.router,
        exports.router,
        media.router,
        waveform.router,
        corrections.router,
        search.router,
        action_items.router,
        analytics.router,
        events.router,
        system.router,
    ):
        app.include_router(router, prefix=_PREFIX)
    app.include_router(health.router)
    app.include_router(metrics.router)
    # FastAPI's own page loads its scripts from a public server, which a machine without internet cannot.
    patch_fastapi(app)
    return app
