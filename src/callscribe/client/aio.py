"""The client for asyncio."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import aclosing
from pathlib import Path
from types import GenericAlias
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

import httpx

from callscribe.api.schemas.tasks import Accepted, Task
from callscribe.client import core
from callscribe.client import results as of_results
from callscribe.client import tasks as of_tasks
from callscribe.client import uploads as of_uploads
from callscribe.client.core import Ask, Pages, Save
from callscribe.client.uploads import Transfer
from callscribe.client.watch import Watch
from callscribe.errors import Conflict, Unavailable

P = ParamSpec("P")
T = TypeVar("T")


def _asks(build: Callable[P, Ask[T]]) -> Callable[Concatenate["AsyncCallScribe", P], Coroutine[Any, Any, T]]:
    async def method(self: "AsyncCallScribe", /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._ask(build(*args, **kwargs))

    core.describe(method, build, lambda answer: answer)
    return method


def _saves(build: Callable[P, Save]) -> Callable[Concatenate["AsyncCallScribe", P], Coroutine[Any, Any, Path]]:
    async def method(self: "AsyncCallScribe", /, *args: P.args, **kwargs: P.kwargs) -> Path:
        return await self._save(build(*args, **kwargs))

    core.describe(method, build, lambda _: Path)
    return method


def _turns(build: Callable[P, Pages[T]]) -> Callable[Concatenate["AsyncCallScribe", P], AsyncIterator[T]]:
    def method(self: "AsyncCallScribe", /, *args: P.args, **kwargs: P.kwargs) -> AsyncIterator[T]:
        return self._turn(build(*args, **kwargs))

    core.describe(method, build, lambda item: GenericAlias(AsyncIterator, item))
    return method


def _waits(build: Callable[P, Watch]) -> Callable[Concatenate["AsyncCallScribe", P], Coroutine[Any, Any, Task]]:
    async def method(self: "AsyncCallScribe", /, *args: P.args, **kwargs: P.kwargs) -> Task:
        return await self._wait(build(*args, **kwargs))

    core.describe(method, build, lambda _: Task)
    return method


def _sends(build: Callable[P, Transfer]) -> Callable[Concatenate["AsyncCallScribe", P], Coroutine[Any, Any, Accepted]]:
    async def method(self: "AsyncCallScribe", /, *args: P.args, **kwargs: P.kwargs) -> Accepted:
        return await self._send(build(*args, **kwargs))

    core.describe(method, build, lambda _: Accepted)
    return method


class AsyncCallScribe:
    """`CallScribe` for asyncio: the same methods, to be awaited. `async with` closes its connections."""

    def __init__(
        self, url: str = core.URL, timeout: float = core.TIMEOUT_S, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._url = url.rstrip("/")
        # Not by a proxy of the environment: what is said in calls goes to our own machines only.
        self._http = httpx.AsyncClient(base_url=core.base(url), timeout=timeout, transport=transport, trust_env=False)

    upload = _sends(of_uploads.upload)
    begin_upload = _asks(of_uploads.begin_upload)
    upload_state = _asks(of_uploads.upload_state)
    send_part = _asks(of_uploads.send_part)
    finish_upload = _asks(of_uploads.finish_upload)
    abandon_upload = _asks(of_uploads.abandon_upload)

    task = _asks(of_tasks.task)
    tasks = _asks(of_tasks.tasks)
    all_tasks = _turns(of_tasks.all_tasks)
    tags = _asks(of_tasks.tags)
    wait = _waits(of_tasks.wait)
    update = _asks(of_tasks.update)
    cancel = _asks(of_tasks.cancel)
    retry = _asks(of_tasks.retry)
    delete = _asks(of_tasks.delete)
    resummarize = _asks(of_tasks.resummarize)

    result = _asks(of_results.result)
    dropped = _asks(of_results.dropped)
    correct = _asks(of_results.correct)
    split = _asks(of_results.split)
    merge = _asks(of_results.merge)
    rename_speaker = _asks(of_results.rename_speaker)
    undo = _asks(of_results.undo)
    corrections = _asks(of_results.corrections)
    tick = _asks(of_results.tick)

    search = _asks(of_results.search)
    all_found = _turns(of_results.all_found)
    export = _asks(of_results.export)
    save_export = _saves(of_results.save_export)
    export_many = _saves(of_results.export_many)
    save_media = _saves(of_results.save_media)
    waveform = _asks(of_results.waveform)
    analytics = _asks(of_results.analytics)
    system = _asks(of_results.system)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _ask(self, ask: Ask[T]) -> T:
        with core.reaching(self._url), core.request(self._http, ask) as request:
            response = await self._http.send(request)
        return core.answer(self._url, ask, response)

    async def _send(self, transfer: Transfer) -> Accepted:
        while transfer.accepted is None:
            try:
                transfer.takes(await self._ask(transfer.next()))
            except (Unavailable, Conflict) as exc:
                transfer.misses(exc)
                await asyncio.sleep(of_uploads.PAUSE_S)
        return transfer.accepted

    async def _save(self, save: Save) -> Path:
        with core.reaching(self._url):
            async with await self._open(save.ask) as response:
                if not response.is_success:
                    await response.aread()
                    core.answer(self._url, save.ask, response)
                with core.new_file(save.path) as file:
                    async for chunk in response.aiter_bytes():
                        file.write(chunk)
        return save.path

    async def _turn(self, pages: Pages[T]) -> AsyncIterator[T]:
        cursor = None
        while True:
            page = await self._ask(pages.ask(cursor))
            for item in pages.items(page):
                yield item
            if page.next is None:
                return
            cursor = page.next

    async def _wait(self, watch: Watch) -> Task:
        while True:
            try:
                watch.sees(await self._ask(watch.look))
                if watch.listens:
                    await self._listen(watch)
            except Unavailable as exc:
                watch.misses(exc)
            if watch.ended:
                return watch.ended
            await asyncio.sleep(watch.pause())

    async def _listen(self, watch: Watch) -> None:
        with core.reaching(self._url):
            async with await self._open(watch.events) as response:
                async for line in response.aiter_lines():
                    watch.hears(line)
                    if not watch.listens:
                        return

    async def _open(self, ask: Ask[Any]) -> aclosing[httpx.Response]:
        with core.request(self._http, ask) as request:
            return aclosing(await self._http.send(request, stream=True))
