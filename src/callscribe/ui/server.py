"""Serves the page and, under the same origin, the API."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import uvicorn
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import logger
from streamlit.starlette import App

from callscribe.settings import Settings
from callscribe.telemetry import logs
from callscribe.ui.components import ASSETS
from callscribe.ui.proxy import METHODS, Proxy

log = logging.getLogger(__name__)

_HERE = Path(__file__).parent


def samples() -> Path:
    """The folder of the sample calls: in the package, or of the repository where this is a checkout."""
    packed = _HERE / "samples"
    return packed if packed.is_dir() else _HERE.parents[2] / "samples"


def run(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM."""
    take_over_streamlit()
    log.info("the web page is at http://%s:%s", settings.ui_host, settings.ui_port)
    # An upload that is still under way would hold up the end.
    uvicorn.run(
        create_app(settings.api_url),
        host=settings.ui_host,
        port=settings.ui_port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=5,
    )


def create_app(api_url: str, transport: httpx.AsyncBaseTransport | None = None) -> App:
    """The application."""
    proxy = Proxy(api_url, transport)

    @asynccontextmanager
    async def lifespan(_app: App) -> AsyncIterator[None]:
        # Streamlit has switched it on again, and addresses hold what people look for.
        logging.getLogger("uvicorn.access").disabled = True
        yield
        await proxy.close()

    return App(
        _HERE / "app.py",
        routes=[
            Route("/api/{path:path}", proxy.answer, methods=METHODS),
            Mount("/assets", Assets(directory=ASSETS)),
            Mount("/samples", Assets(directory=samples())),
        ],
        middleware=[Middleware(OwnOrigin)],
        lifespan=lifespan,
    )


def take_over_streamlit() -> None:
    """Streamlit gives each of its loggers, and those of uvicorn, an output of their own, now and later."""
    logger.setup_formatter = logs.take_over
    logger.update_formatter()


class Assets(StaticFiles):
    """Files that a browser keeps, and asks each time whether they are still the same."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        """The file, as Starlette has it."""
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response


class OwnOrigin:
    """Refuses what another site's page sends: nobody has to log in, so a visit there could otherwise reach the calls.

    Streamlit does so too for its WebSocket, but asks a public server for this machine's address first.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, as ASGI has it."""
        if scope["type"] in ("http", "websocket"):
            headers = Headers(scope=scope)
            origin = headers.get("origin")
            if origin is not None and urlsplit(origin).netloc != headers.get("host"):
                if scope["type"] == "websocket":
                    await send({"type": "websocket.close", "code": 1008})
                else:
                    await PlainTextResponse("Only the page itself may ask this.", 403)(scope, receive, send)
                return
        await self._app(scope, receive, send)
