"""The limit of a request's body."""

from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class BodyLimit:
    """Refuses a body over `limit` bytes with 413 as soon as it is known to be, without taking the rest of it.

    FastAPI's `max_body_size` does not do: where the length is announced its answer is plain text, not a problem.
    """

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, as ASGI has it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = int(Headers(scope=scope).get("content-length", 0))  # the server has seen that it is a number
        taken = 0

        async def limited() -> Message:
            nonlocal taken
            if announced <= self._limit:
                message = await receive()
                taken += len(message.get("body", b""))
            if max(announced, taken) > self._limit:
                # Of Starlette's own kind, since FastAPI makes a 400 of any other error while it reads a body.
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return message

        await self._app(scope, limited, send)
