"""Both clients behind one face, so that a test of the one is a test of the other."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast
from uuid import UUID

import httpx

from callscribe.api.schemas.tasks import Task
from callscribe.client import AsyncCallScribe, CallScribe

ID = UUID("0f8fad5b-d9cb-469f-a165-70867728950e")
URL = "http://calls.example:8000"

KINDS = ("sync", "async")
#: Makes a client, as with `CallScribe(url, ...)`.
Connect = Callable[..., CallScribe]
#: Stands where the API would.
Answer = Callable[[httpx.Request], httpx.Response]
Answering = Callable[[Answer], CallScribe]


@contextmanager
def connecting(kind: str) -> Iterator[Connect]:
    """Makes clients of a kind, which are closed in the end."""
    with asyncio.Runner() as runner:
        made: list[CallScribe] = []

        def connect(*args: Any, **kwargs: Any) -> CallScribe:
            client = CallScribe if kind == "sync" else _awaiting(runner)
            made.append(client(*args, **kwargs))
            return made[-1]

        yield connect
        for client in made:
            client.close()


def problem(code: str, status: int, detail: str = "Do this.") -> httpx.Response:
    body = {"type": f"urn:callscribe:problem:{code}", "title": "Title", "status": status, "detail": detail}
    return httpx.Response(status, json=body)


def told(state: Task) -> httpx.Response:
    return httpx.Response(200, text=state.model_dump_json())


class Stream(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that comes in pieces; a piece that is an error is raised."""

    def __init__(self, *pieces: bytes | Exception) -> None:
        self._pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            if isinstance(piece, Exception):
                raise piece
            yield piece

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self:
            yield piece


def _awaiting(runner: asyncio.Runner) -> Callable[..., CallScribe]:
    """An `AsyncCallScribe` of which every method is awaited as soon as it is called."""

    class Awaiting:
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            self._client = AsyncCallScribe(*args, **kwargs)

        def __getattr__(self, name: str) -> Callable[..., Any]:
            method = getattr(self._client, name)
            return lambda *args, **kwargs: _result(runner, method(*args, **kwargs))

    return cast("Callable[..., CallScribe]", Awaiting)


def _result(runner: asyncio.Runner, answer: Any) -> Any:
    if not isinstance(answer, AsyncIterator):
        return runner.run(answer)

    async def collected() -> list[Any]:
        return [item async for item in answer]

    return iter(runner.run(collected()))
