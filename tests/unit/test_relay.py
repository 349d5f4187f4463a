"""The relay: what it announces, when, and what happens when it or the broker dies."""

import threading
from collections.abc import Callable, Iterator, Sequence
from uuid import UUID

import pytest
from sqlalchemy import select, text, update

from callscribe.errors import BadMedia, Unavailable
from callscribe.jobs import dead_letters, lifecycle, queue
from callscribe.jobs.events import Announcement, CallFinished, Event, JobDied, JobReady, MessageRejected
from callscribe.jobs.queue import Job
from callscribe.jobs.relay import Relay
from callscribe.models import CallStatus, LanguageChoice, Stage
from callscribe.store.database import Database
from callscribe.store.tables import CallRow, JobRow
from tests.stored_calls import call_row, claimed, cut, eventually, job_row, new_call

CALL = UUID(int=1)


class Topics:
    """Keeps what is published; `away` is a broker that does not answer, `meanwhile` happens while it publishes."""

    def __init__(self) -> None:
        self.sent: list[Announcement] = []
        self.away = False
        self.asked = 0
        self.meanwhile: Callable[[], object] = lambda: None

    def __call__(self, announcements: Sequence[Announcement]) -> None:
        self.asked += 1
        if self.away:
            raise Unavailable("Kafka does not answer.")
        self.sent += announcements
        self.meanwhile()

    def take(self) -> list[Announcement]:
        taken, self.sent = self.sent, []
        return taken

    def events(self) -> list[Event]:
        return [announcement.event for announcement in self.take()]


class Impatient:
    """Does not wait for long, whatever it is asked for."""

    def wait(self, _timeout: float) -> None:
        threading.Event().wait(0.01)

    def acknowledge(self) -> None:
        pass

    def close(self) -> None:
        pass


@pytest.fixture
def topics() -> Topics:
    return Topics()


@pytest.fixture
def relay(database: Database, topics: Topics) -> Relay:
    return Relay(database, topics, Impatient(), 1.0)


@pytest.fixture
def call_id(database: Database) -> UUID:
    return new_call(database)


def fail(database: Database, job: Job) -> None:
    with database.transaction() as session:
        queue.fail(session, job, lifecycle.failed(session, job.call_id, BadMedia("There is no sound in this file.")))


def test_a_ready_job_is_announced_once(call_id: UUID, relay: Relay, topics: Topics) -> None:
    assert relay.publish_some() == 1
    ((topic, key, event),) = topics.take()
    assert isinstance(event, JobReady)
    assert (topic, key) == ("audio-topic", str(event.job_id))
    assert (event.call_id, event.stage, event.window_index) == (call_id, Stage.PREPARE, None)
    assert relay.publish_some() == 0
    assert topics.take() == []


def test_every_stage_goes_to_its_topic(database: Database, call_id: UUID, relay: Relay, topics: Topics) -> None:
    cut(database, call_id, 2)
    with database.transaction() as session:
        queue.enqueue(session, call_id, Stage.ASSEMBLE)
        queue.enqueue(session, call_id, Stage.SUMMARIZE)
    relay.publish_some()
    found = {(topic, event.stage, event.window_index) for topic, _, event in topics.take()}  # type: ignore[attr-defined]
    assert found == {
        ("audio-topic", Stage.PREPARE, None),
        ("audio-topic", Stage.TRANSCRIBE, 0),
        ("audio-topic", Stage.TRANSCRIBE, 1),
        ("audio-topic", Stage.ASSEMBLE, None),
        ("transcription-topic", Stage.SUMMARIZE, None),
    }


@pytest.mark.usefixtures("call_id")
def test_a_claimed_job_is_not_announced(database: Database, relay: Relay) -> None:
    claimed(database, Stage.PREPARE)
    assert relay.publish_some() == 0


@pytest.mark.parametrize("how", ["handed back", "tried again", "revived"])
def test_a_job_that_is_ready_again_is_announced_again(
    database: Database, call_id: UUID, relay: Relay, topics: Topics, how: str
) -> None:
    relay.publish_some()
    job = claimed(database, Stage.PREPARE)
    with database.transaction() as session:
        match how:
            case "handed back":
                queue.hand_back(session, job)
            case "tried again":
                queue.retry_later(session, job, 0, "Unavailable")
            case _:
                lifecycle.cancel(session, call_id)
                lifecycle.retry(session, call_id)
    topics.take()
    relay.publish_some()
    assert [event.job_id for event in topics.events() if isinstance(event, JobReady)] == [job.id]


@pytest.mark.usefixtures("call_id")
def test_a_job_that_has_to_wait_is_announced_when_its_time_has_come(database: Database, relay: Relay) -> None:
    job = claimed(database, Stage.PREPARE)
    with database.transaction() as session:
        queue.retry_later(session, job, 600, "Unavailable")
    assert relay.publish_some() == 0
    with database.transaction() as session:
        session.execute(update(JobRow).values(run_at=text("now()")))
    assert relay.publish_some() == 1


def test_a_job_that_failed_goes_to_the_dead_letters_and_its_call_to_the_results(
    database: Database, call_id: UUID, relay: Relay, topics: Topics
) -> None:
    job = claimed(database, Stage.PREPARE)
    fail(database, job)
    assert relay.publish_some() == 2
    (dead_topic, _, died), (topic, key, finished) = topics.take()
    assert isinstance(died, JobDied)
    assert (dead_topic, died.job_id, died.attempts, died.reason) == (
        "dead-letter-topic",
        job.id,
        1,
        "There is no sound in this file.",
    )
    assert isinstance(finished, CallFinished)
    assert (topic, key, finished.outcome) == ("results-topic", str(call_id), CallStatus.FAILED)
    assert finished.error_code == "bad-media"
    assert relay.publish_some() == 0


def test_every_outcome_of_a_call_is_announced(database: Database, call_id: UUID, relay: Relay, topics: Topics) -> None:
    outcomes = []
    for _ in range(2):
        with database.transaction() as session:
            lifecycle.cancel(session, call_id)
        relay.publish_some()
        with database.transaction() as session:
            lifecycle.retry(session, call_id)
    fail(database, claimed(database, Stage.PREPARE))
    relay.publish_some()
    outcomes = [event.outcome for event in topics.events() if isinstance(event, CallFinished)]
    assert outcomes == [CallStatus.CANCELED, CallStatus.CANCELED, CallStatus.FAILED]


def test_a_rejected_message_goes_to_the_dead_letters(database: Database, relay: Relay, topics: Topics) -> None:
    message = MessageRejected(topic="audio-topic", partition=3, offset=2**40, reason="It is not JSON.")
    for _ in range(2):
        with database.transaction() as session:
            dead_letters.reject(session, message)
    assert relay.publish_some() == 1
    assert [(topic, event) for topic, _, event in topics.take()] == [("dead-letter-topic", message)]
    assert relay.publish_some() == 0


def test_what_is_not_committed_is_not_announced(database: Database, relay: Relay) -> None:
    with database.transaction() as session:
        key = "call/source.flac"
        lifecycle.uploaded(session, CALL, filename="a", size=1, media_key=key, language=LanguageChoice.AUTO)
        session.flush()
        assert relay.publish_some() == 0
        session.rollback()
    assert relay.publish_some() == 0


@pytest.mark.usefixtures("call_id")
def test_a_broker_that_is_away_loses_nothing(relay: Relay, topics: Topics) -> None:
    topics.away = True
    for _ in range(2):
        with pytest.raises(Unavailable):
            relay.publish_some()
    topics.away = False
    assert relay.publish_some() == 1


@pytest.mark.usefixtures("call_id")
def test_a_relay_that_dies_between_publishing_and_marking_publishes_again(relay: Relay, topics: Topics) -> None:
    def die() -> None:
        raise SystemExit

    topics.meanwhile = die
    with pytest.raises(SystemExit):
        relay.publish_some()
    topics.meanwhile = lambda: None
    relay.publish_some()
    first, second = topics.take()
    assert first == second


@pytest.mark.usefixtures("call_id")
def test_what_changes_while_it_is_published_is_announced_again(
    database: Database, relay: Relay, topics: Topics
) -> None:
    def meanwhile() -> None:
        topics.meanwhile = lambda: None
        job = claimed(database, Stage.PREPARE)
        with database.transaction() as session:
            queue.retry_later(session, job, 0, "Unavailable")

    topics.meanwhile = meanwhile
    relay.publish_some()
    assert relay.publish_some() == 1
    assert relay.publish_some() == 0


@pytest.mark.usefixtures("call_id")
def test_a_worker_can_claim_what_is_being_published(database: Database, relay: Relay, topics: Topics) -> None:
    jobs: list[Job] = []
    topics.meanwhile = lambda: jobs.append(claimed(database, Stage.PREPARE))
    relay.publish_some()
    (job,) = jobs
    with database.transaction() as session:
        queue.finish(session, job)
    assert job_row(database, job.id).announced_at is None
    assert relay.publish_some() == 0


def test_a_locked_row_is_left_for_the_next_time(database: Database, call_id: UUID, relay: Relay) -> None:
    with database.transaction() as session:
        session.scalars(select(JobRow).with_for_update()).all()
        session.scalars(select(CallRow).with_for_update()).all()
        assert relay.publish_some() == 1
        assert call_row(database, call_id).status == CallStatus.QUEUED
    assert relay.publish_some() == 1
    assert relay.publish_some() == 0


@pytest.mark.usefixtures("call_id")
def test_one_relay_works_at_a_time(database: Database, relay: Relay, topics: Topics) -> None:
    other = Relay(database, topics, Impatient(), 1.0)
    topics.meanwhile = lambda: counted.append(other.publish_some())
    counted: list[int] = []
    relay.publish_some()
    assert counted == [0]


def test_a_long_queue_is_announced_in_order_and_whole(
    database: Database, call_id: UUID, relay: Relay, topics: Topics
) -> None:
    with database.transaction() as session:
        for index in range(450):
            queue.enqueue(session, call_id, Stage.TRANSCRIBE, index)
    while relay.publish_some():
        pass
    windows = [event.window_index for event in topics.events() if isinstance(event, JobReady)]
    assert windows == [None, *range(450)]


@pytest.fixture
def running(relay: Relay) -> Iterator[Relay]:
    thread = threading.Thread(target=relay.run)
    thread.start()
    yield relay
    relay.stop()
    thread.join(30)
    assert not thread.is_alive()


@pytest.mark.usefixtures("running")
def test_a_running_relay_outlives_the_broker(
    database: Database, topics: Topics, caplog: pytest.LogCaptureFixture
) -> None:
    topics.away = True
    new_call(database)
    eventually(lambda: topics.asked >= 2)
    topics.away = False
    eventually(lambda: topics.sent)
    assert [record.message for record in caplog.records if record.levelname == "WARNING"] == ["Kafka does not answer."]
