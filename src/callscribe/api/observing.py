"""What an operator sees of requests: how long their answers take, and a line of the log for each."""

import logging
import time
from http import HTTPStatus

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from callscribe.telemetry import metrics

log = logging.getLogger(__name__)

#: Asked every few seconds by machines.
_ROUTINE = ("/health/", "/metrics")
_NOWHERE = "other"


class Observing:
    """Measures the time until an answer begins, so that a long download or a stream of events is no slow answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, as ASGI has it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = time.perf_counter()
        is_noted = False

        async def observed(message: Message) -> None:
            nonlocal is_noted
            if message["type"] == "http.response.start":
                is_noted = True
                _note(scope, message["status"], time.perf_counter() - begun)
            await send(message)

        try:
            await self._app(scope, receive, observed)
        except Exception:
            # Starlette answers outside of us, and the server logs the cause.
            if not is_noted:
                _note(scope, HTTPStatus.INTERNAL_SERVER_ERROR, time.perf_counter() - begun)
            raise


def template(scope: Scope) -> str:
    """The address with the names of its parameters in place of their values; all that leads nowhere is one."""
    path: str = scope["path"]
    own: str | None = getattr(scope.get("route"), "path", None)
    if own is None:
        return path if "endpoint" in scope and not scope.get("path_params") else _NOWHERE
    # A route knows its address below the prefix under which the application has it, and that has no parameters.
    return "/".join(path.split("/")[: -own.count("/")]) + own


def _note(scope: Scope, status: int, seconds: float) -> None:
    method, route = scope["method"], template(scope)
    metrics.answered(method, route, status, seconds)
    level = logging.DEBUG if route.startswith(_ROUTINE) and status < HTTPStatus.BAD_REQUEST else logging.INFO
    log.log(level, "%s %s: %d in %.0f ms", method, route, status, seconds * 1000)
