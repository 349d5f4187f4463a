"""A job that runs for longer than Kafka waits for a consumer that does not poll, while other workers come and go."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import pytest
from confluent_kafka.admin import AdminClient
from sqlalchemy.orm import Session

from callscribe.jobs.broker import Broker
from callscribe.jobs.events import MessageRejected
from callscribe.jobs.kafka import KafkaDispatcher
from callscribe.jobs.queue import Job
from callscribe.models import JobStatus, Stage
from callscribe.pipeline import Save, Transact
from callscribe.ports import Report
from callscribe.settings import Settings
from callscribe.store.database import Database
from callscribe.worker import Lane, Worker
from tests.kafka_topics import own_topics, relaying
from tests.stored_calls import cut, eventually, job_rows, new_call

#: The least that a broker takes.
_INTERVAL_S = 6
_OPTIONS = {"max.poll.interval.ms": f"{_INTERVAL_S}000", "session.timeout.ms": f"{_INTERVAL_S}000"}
#: So that only messages wake a worker.
_NEVER_S = 3600
_SETTINGS = Settings(heartbeat_s=0.5, heartbeat_timeout_s=600, poll_s=_NEVER_S)


@dataclass
class Windows:
    """Transcribes at once, but the first job it gets only when `go` is set."""

    jobs: list[int] = field(default_factory=list)
    begun: threading.Event = field(default_factory=threading.Event)
    go: threading.Event = field(default_factory=threading.Event)

    def __call__(self, job: Job, _report: Report, _transact: Transact) -> Save:
        self.jobs.append(job.id)
        self.begun.set()
        assert self.go.wait(300)
        return save_nothing


def save_nothing(_session: Session) -> None:
    pass


def nothing_to_clean(_job: Job) -> None:
    pass


def not_rejected(message: MessageRejected) -> None:
    raise AssertionError(message)


@pytest.fixture
def broker(kafka: str) -> Broker:
    return replace(own_topics(kafka), options=_OPTIONS)


@contextmanager
def working(database: Database, broker: Broker, handler: Windows) -> Iterator[None]:
    dispatcher = KafkaDispatcher(broker, "speech", [Stage.TRANSCRIBE], not_rejected)
    worker = Worker(database, _SETTINGS, [Lane("speech", {Stage.TRANSCRIBE: handler}, dispatcher)], nothing_to_clean)
    with ThreadPoolExecutor(1) as thread:
        running = thread.submit(worker.run)
        try:
            yield
        finally:
            handler.go.set()
            worker.stop()
            running.result()


def members(broker: Broker) -> dict[str, int]:
    """Who is in the group, and how many partitions each has."""
    admin: AdminClient = broker.client(AdminClient)
    group = f"{broker.prefix}callscribe-speech"
    described = admin.describe_consumer_groups([group], request_timeout=30)[group].result()
    return {member.member_id: len(member.assignment.topic_partitions) for member in described.members}


def finished(database: Database) -> int:
    return sum(job.status == JobStatus.DONE for job in job_rows(database, Stage.TRANSCRIBE))


def test_a_long_job_keeps_its_workers_place_and_runs_once(database: Database, broker: Broker) -> None:
    slow, quick = Windows(), Windows()
    quick.go.set()
    with relaying(database.url, broker), working(database, broker, slow):
        eventually(lambda: list(members(broker).values()) == [3])
        (first,) = members(broker)
        cut(database, new_call(database), 1)
        assert slow.begun.wait(30)
        late = time.monotonic() + _INTERVAL_S + 2
        eventually(lambda: time.monotonic() > late)
        assert list(members(broker)) == [first]
        with working(database, broker, quick):
            eventually(lambda: sorted(members(broker).values()) == [1, 2])
            assert first in members(broker)
            cut(database, new_call(database), 20)
            eventually(lambda: finished(database) == 20)
            assert len(slow.jobs) == 1
            slow.go.set()
            eventually(lambda: finished(database) == 21)
        eventually(lambda: members(broker) == {first: 3})
        cut(database, new_call(database), 20)
        eventually(lambda: finished(database) == 41)
    assert sorted(slow.jobs + quick.jobs) == [job.id for job in job_rows(database, Stage.TRANSCRIBE)]
