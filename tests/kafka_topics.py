"""Topics of a test's own on a shared broker, a relay that fills them, and what was published."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from confluent_kafka import Consumer, Producer, TopicPartition

from callscribe.jobs.broker import Broker, Publisher, create_topics
from callscribe.jobs.postgres import PostgresDispatcher
from callscribe.jobs.queue import OUTCOME
from callscribe.jobs.relay import Relay
from callscribe.models import Stage
from callscribe.store.database import Database

PARTITIONS = 3


def own_topics(bootstrap: str) -> Broker:
    """The topics under a prefix that nobody else has."""
    broker = Broker(bootstrap, prefix=f"test-{uuid4().hex}.")
    create_topics(broker, PARTITIONS)
    return broker


@contextmanager
def relaying(url: str, broker: Broker, poll_s: float = 1.0) -> Iterator[Relay]:
    """A relay at work on the database at `url`; an error that ends it fails the test."""
    database = Database(url)
    relay = Relay(database, Publisher(broker), PostgresDispatcher(url, [*Stage, OUTCOME]), poll_s)
    with ThreadPoolExecutor(1) as thread:
        running = thread.submit(relay.run)
        try:
            yield relay
        finally:
            relay.stop()
            running.result()
            database.close()


def published(broker: Broker, topic: str) -> list[dict[str, Any]]:
    """Every message on the topic, each partition in its order."""
    consumer: Consumer = broker.client(Consumer, group_id=f"{broker.prefix}reader", enable_auto_commit=False)
    found: list[dict[str, Any]] = []
    try:
        name = broker.prefix + topic
        for partition in consumer.list_topics(name, timeout=30).topics[name].partitions:
            first, end = consumer.get_watermark_offsets(TopicPartition(name, partition), timeout=30)
            consumer.assign([TopicPartition(name, partition, first)])
            while first < end:
                message = consumer.poll(30)
                assert message is not None and message.error() is None
                found.append(json.loads(message.value() or b""))
                first = (message.offset() or 0) + 1
    finally:
        consumer.close()
    return found


def send(broker: Broker, topic: str, *values: bytes | None, partition: int = 0) -> None:
    """Put raw messages on a topic."""
    producer: Producer = broker.client(Producer)
    for value in values:
        producer.produce(broker.prefix + topic, value, partition=partition)
    assert producer.flush(30) == 0
