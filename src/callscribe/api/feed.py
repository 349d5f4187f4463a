"""Hands every change of a call to all who listen, over one database connection.

A thread waits for PostgreSQL's notifications, which name calls only; it reads these calls, and what is handed on is
their whole state. So nothing is lost by telling only the newest state, or the same one twice.
"""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Literal
from uuid import UUID

import psycopg
from fastapi.concurrency import run_in_threadpool
from sqlalchemy.orm import Session

from callscribe.api.schemas.events import Deleted
from callscribe.api.schemas.tasks import Task
from callscribe.errors import Unavailable
from callscribe.jobs.standing import Standing, standings
from callscribe.store import changes
from callscribe.store.changes import CHANNEL, Changes
from callscribe.store.database import Database, libpq_url
from callscribe.trail import trail

log = logging.getLogger(__name__)

_SLICE = 0.5  # seconds: how soon the end is noticed
_GATHER = 0.05  # seconds in which changes are gathered, to be read together
_PAUSE = 1.0  # seconds until the next attempt to listen


@dataclass(frozen=True, slots=True)
class Event:
    """The state of a call after a change; `data` is JSON."""

    call_id: UUID
    moment: datetime
    kind: Literal["task", "deleted"]
    data: str


class Listener:
    """Somebody who is told of changes of one call, or of all; belongs to the event loop."""

    #: What was committed before needs no event.
    moment: datetime

    def __init__(self, call_id: UUID | None) -> None:
        self._call_id = call_id
        # Only the newest state of each call, so that who is slow takes no more memory.
        self._waiting: dict[UUID, Event] = {}
        self._wake = asyncio.Event()
        self._ended = False

    def put(self, events: Iterable[Event]) -> None:
        """Tell it these, in this order."""
        for event in events:
            if self._call_id in (None, event.call_id):
                # To the end of the line: what was read later is told later.
                self._waiting.pop(event.call_id, None)
                self._waiting[event.call_id] = event
                self._wake.set()

    def end(self) -> None:
        """Tell it nothing more."""
        self._ended = True
        self._wake.set()

    async def events(self) -> AsyncIterator[Event]:
        """Every event as it comes, until `end`, or the deletion of its only call."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting and not self._ended:
                event = self._waiting.pop(next(iter(self._waiting)))
                yield event
                if self._call_id is not None and event.kind == "deleted":
                    return
            if self._ended:
                return


class Feed:
    """The listeners of this process and the connection they share, which is made when the first one comes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._listeners: set[Listener] = set()
        self._ended = False
        self._thread: threading.Thread | None = None
        self._closed = threading.Event()
        self._reading = threading.Lock()
        self._tried = asyncio.Event()
        self._connected = False
        self._since: datetime | None = None

    @property
    def listeners(self) -> int:
        """How many listen."""
        return len(self._listeners)

    @asynccontextmanager
    async def listen(self, read: Callable[[Session], Changes], call_id: UUID | None = None) -> AsyncIterator[Listener]:
        """A listener that gets what `read` finds now, then every change of the call, or of all calls.

        Raises `Unavailable` while changes cannot be followed, and what `read` raises.
        """
        await self._ensure_connected()
        listener = Listener(call_id)
        # Before reading: a change in between comes twice rather than never.
        self._listeners.add(listener)
        try:
            listener.moment = await run_in_threadpool(self._hand_over, read, {listener})
            if self._listeners == {listener}:
                self._since = listener.moment  # there is nobody else to miss what is older
            if self._ended:
                listener.end()
            yield listener
        finally:
            self._listeners.discard(listener)

    def end_all(self) -> None:
        """Let every listener's events end, and those of later ones at once. In the event loop only."""
        self._ended = True
        for listener in self._listeners:
            listener.end()

    def close(self) -> None:
        """Release the connection."""
        self._closed.set()
        if self._thread:
            self._thread.join()

    async def _ensure_connected(self) -> None:
        if self._thread is None:
            self._loop = asyncio.get_running_loop()
            self._thread = threading.Thread(target=self._run, name="feed", daemon=True)
            self._thread.start()
        await self._tried.wait()
        if not self._connected:
            raise Unavailable("The database does not answer, so changes cannot be followed; try again in a moment.")

    def _run(self) -> None:
        while not self._closed.is_set():
            try:
                with _connection(self._database.url) as connection:
                    self._follow(connection)
            except Exception as exc:  # noqa: BLE001 - the edge: whatever happens, those who listen wait for it to pass
                log.warning("following changes failed; trying again: %s", trail(exc))
                self._loop.call_soon_threadsafe(self._set_connected, False)
                self._closed.wait(_PAUSE)

    def _follow(self, connection: psycopg.Connection) -> None:
        connection.execute(f"LISTEN {CHANNEL}")
        # What changed while nobody listened here.
        self._since = self._hand_over(partial(changes.since, begin=self._since), self._listeners)
        self._loop.call_soon_threadsafe(self._set_connected, True)
        while not self._closed.is_set():
            call_ids = _changed(connection)
            if call_ids and self._listeners:
                self._since = self._hand_over(partial(changes.of, call_ids=call_ids), self._listeners)

    def _set_connected(self, connected: bool) -> None:
        self._connected = connected
        self._tried.set()

    def _hand_over(self, read: Callable[[Session], Changes], listeners: set[Listener]) -> datetime:
        """Tell the listeners, as they are when they are told, what `read` finds; when that was."""
        # One at a time, so that nobody is told an older state after a newer one.
        with self._reading:
            with self._database.transaction() as session:
                found = read(session)
                standing = standings(session, found.calls)
            self._loop.call_soon_threadsafe(_tell, listeners, _events(found, standing))
        return found.moment


def _tell(listeners: set[Listener], events: list[Event]) -> None:
    for listener in listeners:
        listener.put(events)


def _connection(url: str) -> psycopg.Connection:
    return psycopg.connect(
        libpq_url(url),
        autocommit=True,
        connect_timeout=5,
        application_name="callscribe events",
        # A server that vanishes without a word is missed after some 25 s.
        keepalives_idle=10,
        keepalives_interval=5,
        keepalives_count=3,
    )


def _changed(connection: psycopg.Connection) -> set[UUID]:
    """The calls that changed in the next moments, if any."""
    first = list(connection.notifies(timeout=_SLICE, stop_after=1))
    rest = connection.notifies(timeout=_GATHER) if first else ()
    return {UUID(notification.payload) for notification in (*first, *rest)}


def _events(found: Changes, standing: Mapping[UUID, Standing]) -> list[Event]:
    """In the order of their moments, so that who is cut off in between can ask from the last one on."""
    states = ((row, Task.of(row, standing.get(row.id))) for row in found.calls)
    tasks = (Event(row.id, row.updated_at, "task", task.model_dump_json()) for row, task in states)
    gone = (
        Event(row.call_id, row.deleted_at, "deleted", Deleted(task_id=row.call_id).model_dump_json())
        for row in found.deletions
    )
    return sorted((*tasks, *gone), key=lambda event: event.moment)
