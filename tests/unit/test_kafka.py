"""Topics, publishing and listening, on a real Kafka."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.admin import AdminClient

from callscribe.errors import ConfigError, Unavailable
from callscribe.jobs.broker import Broker, Publisher, create_topics
from callscribe.jobs.events import AUDIO, TOPICS, Announcement, JobReady, MessageRejected
from callscribe.jobs.kafka import KafkaDispatcher
from callscribe.models import Stage
from tests.kafka_topics import PARTITIONS, own_topics, published, send
from tests.stored_calls import eventually

NOBODY = "127.0.0.1:9"
LONG = 600.0
GROUP = "speech"


@pytest.fixture
def broker(kafka: str) -> Broker:
    return own_topics(kafka)


def ready(job_id: int = 1, stage: Stage = Stage.TRANSCRIBE) -> JobReady:
    return JobReady(job_id=job_id, call_id=uuid4(), stage=stage, window_index=0)


def message(stage: Stage = Stage.TRANSCRIBE) -> bytes:
    return ready(stage=stage).model_dump_json().encode()


def partitions(broker: Broker) -> dict[str, int]:
    admin: AdminClient = broker.client(AdminClient)
    topics = admin.list_topics(timeout=30).topics
    return {
        name.removeprefix(broker.prefix): len(topic.partitions)
        for name, topic in topics.items()
        if name.startswith(broker.prefix)
    }


def until_partitions(broker: Broker, count: int) -> None:
    """Wait for what was made to be known: a broker may hear of its own topics a moment later."""
    wanted = dict.fromkeys(TOPICS, count)
    for _ in range(300):
        if partitions(broker) == wanted:
            return
        time.sleep(0.1)
    assert partitions(broker) == wanted


def committed(broker: Broker) -> int:
    """The group's next offset on partition 0."""
    reader: Consumer = broker.client(Consumer, group_id=f"{broker.prefix}callscribe-{GROUP}")
    try:
        (position,) = reader.committed([TopicPartition(broker.prefix + AUDIO, 0)], timeout=30)
        return position.offset
    finally:
        reader.close()


def test_topics_are_made_once_and_grow_but_never_shrink(broker: Broker) -> None:
    until_partitions(broker, PARTITIONS)
    create_topics(broker, PARTITIONS)
    create_topics(broker, PARTITIONS + 2)
    until_partitions(broker, PARTITIONS + 2)
    create_topics(broker, 1)
    assert partitions(broker) == dict.fromkeys(TOPICS, PARTITIONS + 2)


def test_two_may_make_the_topics_at_once(kafka: str) -> None:
    broker = Broker(kafka, prefix=f"test-{uuid4().hex}.")
    threads = [threading.Thread(target=create_topics, args=(broker, 2)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    until_partitions(broker, 2)


def test_a_broker_that_does_not_answer_is_unavailable() -> None:
    with pytest.raises(Unavailable, match="Kafka does not answer"):
        create_topics(Broker(NOBODY), 1)
    with pytest.raises(Unavailable, match="Kafka does not answer"):
        Publisher(Broker(NOBODY))([Announcement(AUDIO, "1", ready())])


def test_topics_that_are_missing_are_named_as_the_cause(kafka: str) -> None:
    with pytest.raises(Unavailable, match="callscribe migrate"):
        Publisher(Broker(kafka, prefix=f"test-{uuid4().hex}."))([Announcement(AUDIO, "1", ready())])


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"sasl.passwort": "secret"}, "its option sasl.passwort is unknown or has a wrong value"),
        ({"security.protocol": "secret"}, "its option security.protocol is unknown or has a wrong value"),
    ],
)
def test_a_wrong_option_is_named_without_its_value(options: dict[str, str], sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence) as caught:
        Publisher(Broker(NOBODY, options=options))
    assert "secret" not in str(caught.value)


def test_what_is_published_is_there_in_the_order_of_its_key(broker: Broker) -> None:
    events = [ready(job_id) for job_id in range(300)]
    Publisher(broker)([Announcement(AUDIO, "one key", event) for event in events])
    assert published(broker, AUDIO) == [json.loads(event.model_dump_json()) for event in events]


class Lane:
    """A dispatcher with what it rejected; `silent` is a database that does not answer."""

    def __init__(self, broker: Broker) -> None:
        self.rejected: list[MessageRejected] = []
        self.silent = False
        self.dispatcher = KafkaDispatcher(broker, GROUP, [Stage.TRANSCRIBE], self._reject)

    def look(self) -> None:
        """As a worker does that finds nothing."""
        self.dispatcher.wait(0.05)
        self.dispatcher.acknowledge()

    def wait_in_thread(self) -> threading.Thread:
        thread = threading.Thread(target=self.dispatcher.wait, args=(LONG,))
        thread.start()
        return thread

    def _reject(self, message: MessageRejected) -> None:
        if self.silent:
            raise Unavailable("The database does not answer.")
        self.rejected.append(message)


@pytest.fixture
def lane(broker: Broker) -> Iterator[Lane]:
    lane = Lane(broker)
    yield lane
    lane.dispatcher.close()


def looks_until(lane: Lane, condition: Callable[[], object]) -> None:
    def looked() -> object:
        lane.look()
        return condition()

    eventually(looked)


def test_what_cannot_be_understood_is_rejected_once_and_the_lane_lives_on(broker: Broker, lane: Lane) -> None:
    send(broker, AUDIO, b"garbage", None, b'{"schema_version": 2}', message())
    looks_until(lane, lambda: len(lane.rejected) == 3)
    assert [(found.topic, found.partition, found.offset) for found in lane.rejected] == [
        (broker.prefix + AUDIO, 0, offset) for offset in range(3)
    ]
    eventually(lambda: committed(broker) == 4)
    waiting = lane.wait_in_thread()
    send(broker, AUDIO, message())
    waiting.join(30)
    assert not waiting.is_alive()
    assert len(lane.rejected) == 3


def test_what_cannot_be_kept_is_not_committed(broker: Broker, lane: Lane) -> None:
    lane.silent = True
    send(broker, AUDIO, b"garbage")
    looks_until(lane, lambda: lane.dispatcher._rejected)
    for _ in range(20):
        lane.look()
    assert committed(broker) < 1
    lane.silent = False
    looks_until(lane, lambda: committed(broker) == 1)
    assert len(lane.rejected) == 1


def test_a_message_is_committed_when_the_lane_has_looked_and_not_before(broker: Broker, lane: Lane) -> None:
    waiting = lane.wait_in_thread()
    send(broker, AUDIO, message())
    waiting.join(30)
    assert not waiting.is_alive()
    assert committed(broker) < 1
    lane.dispatcher.acknowledge()
    eventually(lambda: committed(broker) == 1)


def test_messages_for_other_stages_are_committed_too(broker: Broker, lane: Lane) -> None:
    send(broker, AUDIO, *[message(Stage.PREPARE)] * 5)
    looks_until(lane, lambda: committed(broker) == 5)


def test_a_lane_at_work_is_not_given_messages_and_keeps_its_place(broker: Broker, lane: Lane) -> None:
    send(broker, AUDIO, message())
    looks_until(lane, lambda: committed(broker) == 1)
    eventually(lambda: lane.dispatcher._paused)  # it does not wait any more
    send(broker, AUDIO, message())
    threading.Event().wait(1)
    assert lane.dispatcher._received == {}
    looks_until(lane, lambda: committed(broker) == 2)


def test_without_a_broker_a_wait_is_a_pause() -> None:
    dispatcher = KafkaDispatcher(Broker(NOBODY), GROUP, [Stage.TRANSCRIBE], lambda _: None)
    dispatcher.wait(0.2)
    dispatcher.acknowledge()
    dispatcher.close()
    dispatcher.wait(LONG)
