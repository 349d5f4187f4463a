"""Places in the queue and time left, as the API tells them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import event, select
from sqlalchemy.engine import Engine
from starlette.testclient import TestClient

from callscribe.api.feed import _events
from callscribe.jobs import lifecycle
from callscribe.jobs.standing import Load, Standing, load, standings
from callscribe.models import CallStatus
from callscribe.store import calls, changes
from callscribe.store.database import Database
from callscribe.store.tables import CallRow
from tests.stored_calls import cut, heard, new_call

Api = tuple[TestClient, Database]


def be(database: Database, call_id: UUID, status: CallStatus, **values: Any) -> None:
    with database.transaction() as session:
        call = calls.lock(session, call_id)
        call.status = status
        for name, value in values.items():
            setattr(call, name, value)


def done(database: Database, duration: float, processing: float | None) -> None:
    be(database, new_call(database), CallStatus.DONE, duration=duration, processing=processing)


def working(database: Database, age: float = 0, **values: Any) -> UUID:
    """A call whose work began so many seconds ago."""
    call_id = new_call(database)
    begun = datetime.now(UTC) - timedelta(seconds=age)
    be(database, call_id, CallStatus.TRANSCRIBING, started_at=begun, duration=100.0, **values)
    return call_id


def task(client: TestClient, call_id: UUID) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"/api/v1/tasks/{call_id}").json()
    return found


def places(database: Database, call_ids: Sequence[UUID]) -> list[int | None]:
    with database.transaction() as session:
        rows = [calls.get(session, call_id) for call_id in call_ids]
        found = standings(session, rows)
    return [found.get(call_id, Standing()).queue_position for call_id in call_ids]


@contextmanager
def statements() -> Iterator[list[str]]:
    """Every statement that is sent to a database meanwhile."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def test_queued_calls_stand_in_line_as_they_came(database: Database) -> None:
    waiting = [new_call(database) for _ in range(5)]
    assert places(database, waiting) == [1, 2, 3, 4, 5]
    assert places(database, [waiting[3], waiting[1]]) == [4, 2]
    be(database, waiting[0], CallStatus.PREPARING)
    be(database, waiting[2], CallStatus.CANCELED)
    assert places(database, waiting) == [None, 1, None, 2, 3]


def test_nothing_is_asked_of_calls_that_are_not_on_their_way(database: Database) -> None:
    done(database, 100, 50)
    with database.transaction() as session:
        rows = session.scalars(select(CallRow)).all()
        with statements() as sent:
            assert standings(session, rows) == {}
    assert sent == []


def test_what_is_usual_is_the_median_of_calls_that_are_done(database: Database) -> None:
    for processing in (10.0, 50.0, 1000.0):
        done(database, 100, processing)
    done(database, 100, None)  # made before this was kept
    done(database, 0, 7)
    be(database, new_call(database), CallStatus.FAILED, duration=100.0, processing=1.0)
    call_id = working(database, progress=0.04)
    with database.transaction() as session:
        found = standings(session, [calls.get(session, call_id)])
    assert found == {call_id: Standing(None, 48.0)}


def test_only_the_last_calls_say_what_is_usual(database: Database) -> None:
    for _ in range(3):
        done(database, 100, 1000)
    for _ in range(20):
        done(database, 100, 50)
    call_id = working(database, progress=0.0)
    with database.transaction() as session:
        assert standings(session, [calls.get(session, call_id)])[call_id].seconds_left == 50


def test_a_page_of_tasks_takes_one_query_for_all_of_them(api: Api) -> None:
    client, database = api
    done(database, 100, 50)

    def queries() -> int:
        with statements() as sent:
            assert client.get("/api/v1/tasks").status_code == 200
        return len(sent)

    idle = queries()
    new_call(database)
    working(database)
    few = queries()
    for _ in range(20):
        new_call(database)
        working(database)
    assert (few, queries()) == (idle + 1, idle + 1)


def test_the_api_tells_the_place_until_the_work_begins_and_then_the_time_left(api: Api) -> None:
    client, database = api
    first, second = new_call(database), new_call(database)
    assert [task(client, call_id)["queue_position"] for call_id in (first, second)] == [1, 2]
    listed = {one["task_id"]: one for one in client.get("/api/v1/tasks").json()["tasks"]}
    assert (listed[str(second)]["queue_position"], listed[str(second)]["seconds_left"]) == (2, None)
    changed = client.patch(f"/api/v1/tasks/{second}", json={"title": "Budget"}).json()
    assert changed["queue_position"] == 2

    call_id = working(database, 50, progress=0.5)
    shown = task(client, call_id)
    assert shown["queue_position"] is None
    assert shown["seconds_left"] >= 50  # it goes on growing while we ask


def test_a_call_that_is_tried_again_stands_in_line_where_it_stood(api: Api) -> None:
    client, database = api
    first, _second = new_call(database), new_call(database)
    with database.transaction() as session:
        lifecycle.cancel(session, first)
    assert task(client, first)["queue_position"] is None
    assert client.post(f"/api/v1/tasks/{first}/retry").json()["queue_position"] == 1


def test_who_follows_changes_is_told_the_same(database: Database) -> None:
    new_call(database)
    waiting = new_call(database)
    done(database, 100, 50)
    at_work = working(database, progress=0.0)
    with database.transaction() as session:
        found = changes.of(session, [waiting, at_work])
        with statements() as sent:
            standing = standings(session, found.calls)
    assert len(sent) == 1
    told = {one.call_id: one.data for one in _events(found, standing)}
    assert '"queue_position":2' in told[waiting]
    assert '"seconds_left":50.0' in told[at_work]


def test_the_load_is_what_waits_and_what_is_worked_on(database: Database) -> None:
    done(database, 100, 50)
    new_call(database)
    new_call(database)
    for status in (CallStatus.PREPARING, CallStatus.TRANSCRIBING, CallStatus.SUMMARIZING, CallStatus.FAILED):
        be(database, new_call(database), status)
    with database.transaction() as session:
        assert load(session) == Load(waiting=2, running=3)


def hear(database: Database, call_id: UUID, *texts: str) -> None:
    """What is said in the call's first windows; the last of them is through first."""
    cut(database, call_id, len(texts))
    be(database, call_id, CallStatus.TRANSCRIBING)
    with database.transaction() as session:
        for index in reversed(range(len(texts))):
            lifecycle.transcribed(session, call_id, index, heard(index, texts[index]))


def test_how_transcripts_begin_is_one_more_query_for_all_of_them(api: Api) -> None:
    client, database = api
    long, short, silent, over = (new_call(database) for _ in range(4))
    hear(database, long, "Anna spoke.", "Nobody " * 40)
    hear(database, short, "Good morning.", "Is it ready?")
    be(database, silent, CallStatus.TRANSCRIBING)
    hear(database, over, "Never mind.")
    be(database, over, CallStatus.DONE)
    with database.transaction() as session:
        rows = session.scalars(select(CallRow)).all()
        with statements() as sent:
            found = standings(session, rows)
    assert len(sent) == 2
    assert found[short].first_words == "Good morning. Is it ready?"
    assert found[long].first_words == "Anna spoke." + " Nobody" * 26 + "…"
    assert found[silent].first_words is None
    assert over not in found
    assert task(client, short)["first_words"] == "Good morning. Is it ready?"
    assert task(client, over)["first_words"] is None
