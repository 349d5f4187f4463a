"""What every dispatcher does, whatever carries its messages."""

from collections.abc import Callable, Collection, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

import psutil
import pytest

from callscribe.jobs import queue
from callscribe.jobs.events import MessageRejected
from callscribe.jobs.kafka import KafkaDispatcher
from callscribe.jobs.postgres import PostgresDispatcher
from callscribe.models import Stage
from callscribe.ports import Dispatcher
from callscribe.store.database import Database
from callscribe.store.embedded import EmbeddedPostgres
from tests.kafka_topics import own_topics, relaying
from tests.stored_calls import eventually, new_call

#: From the URL of the database and the stages to a dispatcher.
Adapter = Callable[[str, Collection[Stage]], Dispatcher]

LONG = 600.0  # seconds of a wait that must end for another reason
SOON = 30.0  # seconds after which a test gives up


class Waiting:
    """A dispatcher that has begun to listen, and a thread to wait in."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        self.dispatcher = dispatcher
        self._thread = ThreadPoolExecutor(1)
        self.look_again()

    def look_again(self) -> None:
        """The waits after the first, or after one that ended early, may be short: a worker then looks once more."""
        for _ in range(3):
            self.dispatcher.wait(0.05)

    def wait(self, timeout: float = LONG) -> Future[None]:
        return self._thread.submit(self.dispatcher.wait, timeout)

    def close(self) -> None:
        self.dispatcher.close()
        self._thread.shutdown()


Listen = Callable[..., Waiting]


@pytest.fixture(params=["postgres", "kafka"])
def adapter(request: pytest.FixtureRequest, database: Database) -> Iterator[Adapter]:
    """Both kinds; Kafka hears of the test's database by a relay."""
    if request.param == "postgres":
        yield PostgresDispatcher
        return
    broker = own_topics(request.getfixturevalue("kafka"))
    with relaying(database.url, broker):
        yield lambda _url, stages: KafkaDispatcher(broker, "-".join(sorted(stages)), stages, not_rejected)


def not_rejected(message: MessageRejected) -> None:
    raise AssertionError(message)


@pytest.fixture
def listen(database: Database, adapter: Adapter) -> Iterator[Listen]:
    """Makes dispatchers of the test's database that listen for the given stages."""
    made: list[Waiting] = []

    def listen(*stages: Stage) -> Waiting:
        made.append(Waiting(adapter(database.url, stages)))
        return made[-1]

    yield listen
    for waiting in made:
        waiting.close()


@pytest.fixture
def call_id(database: Database) -> UUID:
    return new_call(database)


def enqueue(database: Database, call_id: UUID, stage: Stage, index: int | None = None) -> None:
    with database.transaction() as session:
        queue.enqueue(session, call_id, stage, index)


def test_a_wait_ends_when_a_job_is_committed(database: Database, call_id: UUID, listen: Listen) -> None:
    waiting = listen(Stage.TRANSCRIBE)
    for index in range(3):
        ended = waiting.wait()
        enqueue(database, call_id, Stage.TRANSCRIBE, index)
        ended.result(SOON)


def test_a_wait_ends_for_a_job_committed_before_it(database: Database, call_id: UUID, listen: Listen) -> None:
    waiting = listen(Stage.TRANSCRIBE)
    enqueue(database, call_id, Stage.TRANSCRIBE, 0)
    waiting.wait().result(SOON)


def test_a_job_wakes_those_who_do_its_stage_and_nobody_else(database: Database, call_id: UUID, listen: Listen) -> None:
    speech, media, media_too = listen(Stage.TRANSCRIBE), listen(Stage.PREPARE, Stage.ASSEMBLE), listen(Stage.ASSEMBLE)
    transcribing, assembling, assembling_too = speech.wait(), media.wait(), media_too.wait()
    enqueue(database, call_id, Stage.ASSEMBLE)
    assembling.result(SOON)
    assembling_too.result(SOON)
    assert not transcribing.done()
    enqueue(database, call_id, Stage.TRANSCRIBE, 0)
    transcribing.result(SOON)


def test_a_job_that_is_not_committed_yet_wakes_nobody(database: Database, call_id: UUID, listen: Listen) -> None:
    waiting, other = listen(Stage.TRANSCRIBE), listen(Stage.ASSEMBLE)
    ended = waiting.wait()
    with database.transaction() as session:
        queue.enqueue(session, call_id, Stage.TRANSCRIBE, 0)
        session.flush()
        enqueue_other = other.wait()
        enqueue(database, new_call(database), Stage.ASSEMBLE)
        enqueue_other.result(SOON)
        assert not ended.done()
    ended.result(SOON)


def test_a_wait_ends_after_its_timeout(listen: Listen) -> None:
    listen(Stage.TRANSCRIBE).wait(0.1).result(SOON)


def test_a_closed_dispatcher_does_not_wait(listen: Listen) -> None:
    waiting = listen(Stage.TRANSCRIBE)
    ended = waiting.wait()
    waiting.dispatcher.close()
    ended.result(SOON)
    waiting.wait().result(SOON)
    waiting.dispatcher.close()


def test_closing_one_that_never_waited_is_fine(database: Database, adapter: Adapter) -> None:
    dispatcher = adapter(database.url, [Stage.PREPARE])
    dispatcher.close()
    dispatcher.wait(LONG)


def test_what_was_told_once_is_not_told_again(database: Database, call_id: UUID, listen: Listen) -> None:
    waiting = listen(Stage.TRANSCRIBE)
    for index in range(5):
        ended = waiting.wait()
        enqueue(database, call_id, Stage.TRANSCRIBE, index)
        ended.result(SOON)
        waiting.dispatcher.acknowledge()
        waiting.look_again()
    with pytest.raises(TimeoutError):
        waiting.wait().result(2)


def test_postgresql_is_listened_to_again_after_it_restarted(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path / "postgres") as server:
        database = Database(server.url)
        database.migrate()
        call_id = new_call(database)
        waiting = Waiting(PostgresDispatcher(database.url, [Stage.TRANSCRIBE]))
        ended = waiting.wait()
        psutil.Process(int((tmp_path / "postgres/data/postmaster.pid").read_text().split("\n")[0])).kill()
        ended.result(SOON)
        eventually(server.ensure_running)
        for _ in range(5):  # as a worker does that finds nothing
            waiting.wait(0.1).result(SOON)
        ended = waiting.wait()
        with pytest.raises(TimeoutError):
            ended.result(2)
        enqueue(database, call_id, Stage.TRANSCRIBE, 0)
        ended.result(SOON)
        waiting.close()
        database.close()
