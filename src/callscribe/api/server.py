"""The process of the API."""

import logging
import socket
from contextlib import suppress

import uvicorn
from fastapi import FastAPI

from callscribe.api.app import create_app
from callscribe.api.deps import Context
from callscribe.settings import Settings


class Server(uvicorn.Server):
    """Ends streams of events when it stops: it waits for open responses, and these would stay open."""

    def __init__(self, app: FastAPI, host: str, port: int) -> None:
        super().__init__(uvicorn.Config(app, host, port, log_config=None, timeout_graceful_shutdown=10))
        self._app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop accepting requests and wait for those under way."""
        context = self._app.state.context
        assert isinstance(context, Context)
        context.feed.end_all()
        await super().shutdown(sockets)


def without_query(record: logging.LogRecord) -> bool:
    """Take the query out of an entry of the access log: what somebody searches for is nobody's business."""
    if isinstance(record.args, tuple) and len(record.args) == 5:
        client, method, path, *rest = record.args
        record.args = (client, method, str(path).partition("?")[0], *rest)
    return True


def run(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM."""
    logging.getLogger("uvicorn.access").addFilter(without_query)
    with suppress(KeyboardInterrupt):
        Server(create_app(settings), settings.host, settings.port).run()
