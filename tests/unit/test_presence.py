"""Who lives and what they lack, on a real PostgreSQL."""

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from callscribe.jobs.relay import Relay
from callscribe.models import Notice, Stage
from callscribe.presence import Presence, own_name
from callscribe.settings import Settings
from callscribe.store import workers
from callscribe.store.database import Database
from callscribe.store.tables import WorkerRow
from callscribe.store.workers import Crew
from callscribe.worker import Lane, Worker
from tests.stored_calls import at_once, eventually

NO_MODEL = Notice("model-missing", "Pull it.")
NO_LLM = Notice("llm-not-set", "Set it.")
NOBODY = "postgresql://nobody@127.0.0.1:9/nothing"


class Idle:
    """A dispatcher that never hears of a job."""

    def wait(self, timeout: float) -> None:
        threading.Event().wait(timeout)

    def acknowledge(self) -> None:
        pass

    def close(self) -> None:
        pass


def beat(database: Database, name: str, role: str, *notices: Notice) -> None:
    with database.transaction() as session:
        workers.beat(session, name, role, notices)


def grow_silent(database: Database, name: str, seconds: float) -> None:
    with database.transaction() as session:
        then = func.now() - timedelta(seconds=seconds)
        session.execute(update(WorkerRow).where(WorkerRow.name == name).values(seen_at=then))


def crews(database: Database) -> list[Crew]:
    with database.transaction() as session:
        return workers.crews(session, 20)


def counts(database: Database) -> dict[str, int]:
    return {crew.role: crew.count for crew in crews(database)}


def lacking(database: Database, role: str) -> tuple[Notice, ...]:
    return next(crew.notices for crew in crews(database) if crew.role == role)


def names(database: Database) -> Sequence[str]:
    with database.transaction() as session:
        return session.scalars(select(WorkerRow.name).order_by(WorkerRow.name)).all()


def present(database: Database, look: Callable[[], Sequence[Notice]]) -> Presence:
    return Presence(database, "asr", 0.02, "me", look=look, pause=0.02)


def test_who_is_needed_is_named_although_nobody_is_there(database: Database) -> None:
    assert crews(database) == [Crew("asr", 0, ()), Crew("llm", 0, ())]


def test_workers_are_counted_by_role_and_what_they_lack_is_said_once(database: Database) -> None:
    beat(database, "a", "asr", NO_MODEL)
    beat(database, "b", "asr", NO_MODEL, NO_LLM)
    beat(database, "c", "asr")
    beat(database, "r", "relay")
    assert crews(database) == [Crew("asr", 3, (NO_MODEL, NO_LLM)), Crew("llm", 0, ()), Crew("relay", 1, ())]


def test_what_a_silent_worker_lacks_is_not_said_until_it_speaks_again(database: Database) -> None:
    beat(database, "a", "llm", NO_LLM)
    grow_silent(database, "a", 21)
    assert crews(database) == [Crew("asr", 0, ()), Crew("llm", 0, ())]
    beat(database, "a", "llm")
    assert crews(database) == [Crew("asr", 0, ()), Crew("llm", 1, ())]


def test_who_was_silent_for_a_day_is_forgotten(database: Database) -> None:
    for name, hours in (("old", 25), ("young", 23)):
        beat(database, name, "asr")
        grow_silent(database, name, hours * 3600)
    beat(database, "me", "asr")
    assert names(database) == ["me", "young"]


def test_workers_that_speak_at_once_after_a_long_sleep_do_not_wait_for_each_other(database: Database) -> None:
    ours = [str(number) for number in range(8)]
    for name in ours:
        beat(database, name, "asr")
    for name in ours:
        grow_silent(database, name, 90_000)
    at_once([partial(beat, database, name, "asr") for name in ours])
    for name in ours:  # who was forgotten in that instant says it again
        beat(database, name, "asr")
    assert names(database) == ours


def test_a_process_is_present_until_its_end(database: Database) -> None:
    lacks = [[NO_MODEL]]
    with present(database, lambda: lacks[0]):
        eventually(lambda: crews(database)[0] == Crew("asr", 1, (NO_MODEL,)))
        lacks[0] = []
        eventually(lambda: crews(database)[0] == Crew("asr", 1, ()))
    assert names(database) == []


def test_the_first_sign_of_life_says_already_what_is_missing(database: Database) -> None:
    with Presence(database, "asr", 60, "me", look=lambda: [NO_MODEL]):
        eventually(lambda: names(database))
        assert lacking(database, "asr") == (NO_MODEL,)


def test_a_look_that_takes_long_keeps_nobody_from_showing_life(database: Database) -> None:
    found = threading.Event()

    def look() -> Sequence[Notice]:
        assert found.wait(30)
        return [NO_LLM]

    with present(database, look):
        eventually(lambda: counts(database)["asr"] == 1)
        assert lacking(database, "asr") == ()
        found.set()
        eventually(lambda: lacking(database, "asr") == (NO_LLM,))


def test_a_database_that_does_not_answer_is_complained_of_once(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    class Flaky(Database):
        tries = 0
        away = True

        @contextmanager
        def transaction(self) -> Iterator[Session]:
            self.tries += 1
            with (nothing if self.away else database).transaction() as session:
                yield session

    nothing = Database(NOBODY)
    flaky = Flaky(NOBODY)
    with caplog.at_level(logging.WARNING, "callscribe.presence"), present(flaky, list):
        eventually(lambda: flaky.tries > 3)
        assert len(caplog.records) == 1
        flaky.away = False
        eventually(lambda: names(database) == ["me"])
        flaky.away, flaky.tries = True, 0
        eventually(lambda: flaky.tries > 2)
    assert [record.getMessage() for record in caplog.records] == [
        "nobody can see that this process lives: The database does not answer; try again in a moment."
    ] * 2


def test_a_worker_is_present_under_its_own_name_while_it_runs(database: Database) -> None:
    worker = Worker(
        database,
        Settings(heartbeat_s=0.02, poll_s=0.02),
        [Lane("lane", {Stage.SUMMARIZE: lambda _job, _report, _transact: lambda _session: None}, Idle())],
        lambda _job: None,
        presence=lambda name: Presence(database, "llm", 0.02, name),
    )
    running = threading.Thread(target=worker.run)
    running.start()
    try:
        eventually(lambda: counts(database)["llm"] == 1)
    finally:
        worker.stop()
        running.join()
    assert counts(database)["llm"] == 0


def test_a_relay_is_present_while_it_runs(database: Database) -> None:
    presence = Presence(database, "relay", 0.02, own_name())
    relay = Relay(database, lambda _announcements: None, Idle(), 0.02, presence=presence)
    running = threading.Thread(target=relay.run)
    running.start()
    try:
        eventually(lambda: counts(database).get("relay") == 1)
    finally:
        relay.stop()
        running.join()
    assert "relay" not in counts(database)
