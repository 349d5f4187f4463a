"""The process of the API."""

import socket
from contextlib import suppress

import uvicorn
from fastapi import FastAPI

from callscribe.api.app import create_app
from callscribe.api.deps import Context
from callscribe.settings import Settings


class Server(uvicorn.Server):
    """Ends streams of events when it stops: it waits for open responses, and these would stay open.

    Requests are logged by `Observing`: the server's own lines hold addresses as they were asked for, queries included.
    """

    def __init__(self, app: FastAPI, host: str, port: int) -> None:
        super().__init__(
            uvicorn.Config(app, host, port, log_config=None, access_log=False, timeout_graceful_shutdown=10)
        )
        self._app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop accepting requests and wait for those under way."""
        context = self._app.state.context
        assert isinstance(context, Context)
        context.feed.end_all()
        await super().shutdown(sockets)


def run(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM."""
    with suppress(KeyboardInterrupt):
        Server(create_app(settings), settings.host, settings.port).run()
