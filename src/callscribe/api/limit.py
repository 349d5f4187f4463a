"""The limit of a request's body."""

from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from callscribe.api.problems import too_large
from callscribe.models import PART_BYTES

# What a multipart body may hold beside the file: boundaries, headers, the other fields.
_OVERHEAD = 64 * 1024
_TOO_LARGE = f"The body has more than {PART_BYTES} bytes; send a file in parts of at most so many."


class BodyLimit:
    """Refuses a body that is too large with 413 as soon as it is known to be, without taking the rest of it.

    A whole file may be sent to `files`; anything else must not be larger than a part of a file.
    FastAPI's `max_body_size` does not do: where the length is announced its answer is plain text, not a problem.
    """

    def __init__(self, app: ASGIApp, files: str, max_upload_mb: int) -> None:
        self._app = app
        self._files = files
        self._of_files = max_upload_mb * 1_000_000 + _OVERHEAD, too_large(max_upload_mb)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, as ASGI has it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit, sentence = self._of_files if scope["path"] == self._files else (PART_BYTES, _TOO_LARGE)
        announced = int(Headers(scope=scope).get("content-length", 0))  # the server has seen that it is a number
        taken = 0

        async def limited() -> Message:
            nonlocal taken
            if announced <= limit:
                message = await receive()
                taken += len(message.get("body", b""))
            if max(announced, taken) > limit:
                # Of Starlette's own kind, since FastAPI makes a 400 of any other error while it reads a body.
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, sentence)
            return message

        await self._app(scope, limited, send)
