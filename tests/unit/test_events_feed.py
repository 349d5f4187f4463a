"""Live progress: who hears what, when, and over how many connections; the API is a server in this process."""

import asyncio
import json
import logging
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.orm import Session

from callscribe.api.app import create_app
from callscribe.api.feed import Event, Feed, Listener
from callscribe.api.server import Server
from callscribe.settings import Settings
from callscribe.store import calls, changes
from callscribe.store.database import Database
from callscribe.store.tables import CallRow, DeletionRow
from tests.event_stream import EventStream
from tests.service import free_port
from tests.stored_calls import eventually, new_call

NOBODY = "postgresql://nobody@127.0.0.1:9/nothing"
LISTENING = text("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'callscribe events'")
END_LISTENING = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'callscribe events'"
)


class Api:
    """A running API."""

    def __init__(self, app: FastAPI, server: Server, port: int) -> None:
        self.app = app
        self.server = server
        self.url = f"http://127.0.0.1:{port}"

    @property
    def feed(self) -> Feed:
        feed = self.app.state.context.feed
        assert isinstance(feed, Feed)
        return feed

    def stream(self, call_id: UUID | None = None, last_event_id: str | None = None) -> EventStream:
        return EventStream(f"{self.url}/api/v1{f'/tasks/{call_id}' if call_id else ''}/events", last_event_id)

    def get(self, path: str, **headers: str) -> httpx.Response:
        return httpx.get(f"{self.url}/api/v1{path}", headers=headers, trust_env=False)


@contextmanager
def serving(folder: Path, database_url: str) -> Iterator[Api]:
    settings = Settings(data_dir=folder / "data", database_url=database_url)
    port = free_port()
    app = create_app(settings)
    server = Server(app, "127.0.0.1", port)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        eventually(lambda: server.started)
        yield Api(app, server, port)
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture
def api(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    monkeypatch.setattr(tempfile, "tempdir", tempfile.tempdir)  # the application sets its own
    with serving(tmp_path, database.url) as api:
        yield api


def change(database: Database, call_id: UUID, progress: float) -> None:
    with database.transaction() as session:
        calls.lock(session, call_id).progress = progress


def delete(database: Database, call_id: UUID) -> None:
    with database.transaction() as session:
        calls.delete(session, call_id)


def event(call_id: UUID, data: str = "", kind: str = "task") -> Event:
    return Event(call_id, datetime.now(UTC), "deleted" if kind == "deleted" else "task", data)


def told(listener: Listener, count: int) -> list[str]:
    """What the listener is told in so many events."""

    async def gather() -> list[str]:
        events = listener.events()
        return [(await anext(events)).data for _ in range(count)]

    return asyncio.run(asyncio.wait_for(gather(), 30))


def test_who_is_slow_is_told_only_the_newest_state_of_each_call() -> None:
    first, second = uuid4(), uuid4()
    listener = Listener(None)
    for number in range(1000):
        listener.put([event(first, f"first {number}"), event(second, f"second {number}")])
    listener.put([event(first, "first at last")])
    assert told(listener, 2) == ["second 999", "first at last"]
    listener.put([event(second, "once more")])
    assert told(listener, 1) == ["once more"]


def test_who_listens_to_one_call_is_told_of_no_other_and_of_its_end() -> None:
    ours = uuid4()
    listener = Listener(ours)
    listener.put([event(uuid4(), "another"), event(ours, "gone", "deleted"), event(uuid4(), "another", "deleted")])

    async def all_of_them() -> list[str]:
        return [event.data async for event in listener.events()]

    assert asyncio.run(asyncio.wait_for(all_of_them(), 30)) == ["gone"]


def moments(database: Database, **ages: float) -> dict[str, UUID]:
    """Calls, and deletions where the name begins with `gone`, of these ages in seconds."""
    made = {name: uuid4() if name.startswith("gone") else new_call(database) for name in ages}
    now = datetime.now(UTC)
    with database.transaction() as session:
        session.execute(text("ALTER TABLE calls DISABLE TRIGGER calls_tell"))
        for name, age in ages.items():
            at = now - timedelta(seconds=age)
            if name.startswith("gone"):
                session.add(DeletionRow(call_id=made[name], deleted_at=at))
            else:
                session.get_one(CallRow, made[name]).updated_at = at
        session.flush()
        session.execute(text("ALTER TABLE calls ENABLE TRIGGER calls_tell"))
    return made


def test_what_changed_since_a_moment_begins_somewhat_earlier(database: Database) -> None:
    made = moments(database, old=1000, earlier=110, later=90, gone_old=1000, gone_earlier=110, gone_later=90)
    with database.transaction() as session:
        found = changes.since(session, datetime.now(UTC) - timedelta(seconds=100))
        assert changes.since(session, None) == changes.Changes(found.moment)
    assert {row.id for row in found.calls} == {made["earlier"], made["later"]}
    assert {row.call_id for row in found.deletions} == {made["gone_earlier"], made["gone_later"]}


def test_of_many_changes_the_newest_are_told(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "_AT_MOST", 2)
    made = moments(database, a=30, b=10, c=20, gone_a=3, gone_b=1, gone_c=2)
    with database.transaction() as session:
        found = changes.since(session, datetime.now(UTC) - timedelta(seconds=100))
    assert {row.id for row in found.calls} == {made["b"], made["c"]}
    assert {row.call_id for row in found.deletions} == {made["gone_b"], made["gone_c"]}


def test_a_transaction_may_change_more_calls_than_a_statement_takes(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "_AT_ONCE", 2)
    made = moments(database, a=1, b=2, c=3, gone_d=1, gone_e=2)
    with database.transaction() as session:
        found = changes.of(session, set(made.values()))
    assert {*(row.id for row in found.calls), *(row.call_id for row in found.deletions)} == set(made.values())


def test_a_task_is_told_at_once_then_each_change_then_its_deletion(api: Api, database: Database) -> None:
    call_id, other = new_call(database), new_call(database)
    with api.stream(call_id) as stream:
        stream.wait_for(str(call_id), status="queued", progress=0)
        assert stream.tasks() == [api.get(f"/tasks/{call_id}").json()]
        change(database, other, 0.1)
        change(database, call_id, 0.2)
        stream.wait_for(str(call_id), progress=0.2)
        assert not stream.tasks(str(other))
        delete(database, call_id)
        eventually(lambda: not stream.is_open)
        assert (stream.error, stream.events[-1]) == (None, ("deleted", {"task_id": str(call_id)}))
    gone = api.get(f"/tasks/{call_id}/events")
    assert (gone.status_code, gone.json()["title"]) == (404, "There is nothing with this id")
    eventually(lambda: api.feed.listeners == 0)


def test_all_tasks_are_told_from_now_on(api: Api, database: Database) -> None:
    old = new_call(database)
    with api.stream() as stream:
        new = new_call(database)
        stream.wait_for(str(new), progress=0)
        change(database, new, 0.5)
        stream.wait_for(str(new), progress=0.5)
        delete(database, new)
        eventually(lambda: stream.heard_of_end(str(new)))
        assert not stream.tasks(str(old))
        assert stream.is_open


def test_who_comes_back_is_told_what_was_missed_in_order(api: Api, database: Database) -> None:
    made = moments(database, long_ago=1000, before=10, gone_before=9)
    with api.stream() as stream:
        seen = stream.last_event_id
    eventually(lambda: api.feed.listeners == 0)
    missed = new_call(database)
    delete(database, made["before"])
    with api.stream(last_event_id=seen) as stream:
        eventually(lambda: len(stream.events) == 3)
        assert [next(iter(data.values())) for _, data in stream.events] == [
            str(call_id) for call_id in (made["gone_before"], missed, made["before"])
        ]
        again = stream.last_event_id
    with api.stream(last_event_id=again) as stream:
        # Deletions, and so their moments, are the same, so those seen before come again.
        eventually(lambda: stream.events[-1:] == [("deleted", {"task_id": str(made["before"])})])


@pytest.mark.parametrize("last_event_id", ["yesterday", "2026-11-22T10:00:00", "12\x80", ""])
def test_a_last_event_id_that_was_never_given_is_refused(api: Api, last_event_id: str) -> None:
    response = httpx.get(
        f"{api.url}/api/v1/events", headers=[(b"Last-Event-ID", last_event_id.encode("latin-1"))], trust_env=False
    )
    assert (response.status_code, response.json()["title"]) == (422, "The request cannot be understood")
    assert response.json()["detail"].startswith("Last-Event-ID: ")


@pytest.mark.parametrize("last_event_id", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "1700000000"])
def test_far_moments_are_moments(api: Api, last_event_id: str) -> None:
    with api.stream(last_event_id=last_event_id) as stream:
        assert stream.is_open


@pytest.mark.parametrize(("call_id", "status"), [(str(UUID(int=0)), 404), ("1", 422), ("%00", 422)])
def test_an_unknown_task_is_a_problem_and_no_stream(api: Api, call_id: str, status: int) -> None:
    response = api.get(f"/tasks/{call_id}/events")
    assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json")
    assert api.feed.listeners == 0


def test_without_a_database_there_is_a_problem_and_no_stream(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", tempfile.tempdir)
    with serving(tmp_path, NOBODY) as api:
        for path in ("/events", f"/tasks/{uuid4()}/events", "/events"):
            response = api.get(path)
            assert (response.status_code, response.headers["content-type"]) == (503, "application/problem+json")
        assert api.feed.listeners == 0


def test_many_listeners_cost_one_connection_and_are_forgotten(api: Api, database: Database) -> None:
    call_id = new_call(database)
    with ExitStack() as stack:
        streams = [stack.enter_context(api.stream(call_id if number % 2 else None)) for number in range(200)]
        assert api.feed.listeners == 200
        change(database, call_id, 0.5)
        for stream in streams:
            stream.wait_for(str(call_id), progress=0.5)
        with database.transaction() as session:
            assert session.scalar(LISTENING) == 1
    eventually(lambda: api.feed.listeners == 0)


def test_a_lost_connection_loses_no_change(api: Api, database: Database) -> None:
    call_id, other = new_call(database), new_call(database)
    with api.stream(call_id) as one, api.stream() as every:
        with database.transaction() as session:
            session.execute(END_LISTENING)
            calls.lock(session, call_id).progress = 0.5
            calls.delete(session, other)
        one.wait_for(str(call_id), progress=0.5)
        eventually(lambda: every.heard_of_end(str(other)))
        every.wait_for(str(call_id), progress=0.5)
        change(database, call_id, 0.6)
        every.wait_for(str(call_id), progress=0.6)
        with api.stream(call_id) as late:
            late.wait_for(str(call_id), progress=0.6)


def test_nobody_is_told_an_older_state_after_a_newer_one(database: Database) -> None:
    call_id = new_call(database)
    told = threading.Event()

    def read(session: Session) -> changes.Changes:
        found = changes.one(session, call_id)
        change(database, call_id, 0.5)
        assert not told.wait(1), "the change went ahead of what was read before"
        return found

    async def hear(listener: Listener) -> None:
        async for _ in listener.events():
            told.set()

    async def listen() -> None:
        async with feed.listen(partial(changes.since, begin=None)) as every:
            hearing = asyncio.create_task(hear(every))
            async with feed.listen(read, call_id) as late:
                events = late.events()
                while json.loads((await anext(events)).data)["progress"] != 0.5:
                    pass
            hearing.cancel()

    feed = Feed(database)
    asyncio.run(asyncio.wait_for(listen(), 30))
    feed.close()


def test_silence_is_filled(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fastapi.routing._PING_INTERVAL", 0.01)
    with api.stream() as stream:
        eventually(lambda: stream.comments > 2)
        assert not stream.events


def test_streams_end_in_order_when_the_server_stops(
    api: Api, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    call_id = new_call(database)
    with caplog.at_level(logging.INFO), api.stream(call_id) as one, api.stream() as every:
        api.server.should_exit = True
        eventually(lambda: not one.is_open and not every.is_open)
        assert (one.error, every.error) == (None, None)
        eventually(lambda: "Finished server process" in caplog.text)
    assert "timeout graceful shutdown exceeded" not in caplog.text
