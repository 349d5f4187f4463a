"""A Kafka cluster: how its clients are made, its topics, and publishing."""

import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from confluent_kafka import KafkaError, KafkaException, Producer
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewPartitions, NewTopic

from callscribe.errors import ConfigError, Unavailable
from callscribe.jobs.events import TOPICS, Announcement

log = logging.getLogger(__name__)

T = TypeVar("T")

_ANSWER_S = 10.0
_BROKERS_OWN = -1  # replication factor: what the broker is set to
_SILENT = "Kafka does not answer; check the broker and CALLSCRIBE_KAFKA_BOOTSTRAP."
_NO_TOPIC = "Kafka's topics are missing; run `callscribe migrate`."


@dataclass(frozen=True, slots=True)
class Broker:
    """How a cluster is reached."""

    #: As `host:9092,host:9092`.
    bootstrap: str
    #: Put before the names of topics and groups.
    prefix: str = ""
    #: Further options of librdkafka; they win.
    options: Mapping[str, str] = field(default_factory=dict)

    def client(self, kind: Callable[..., T], **ours: str | int | bool) -> T:
        """A client with our options, in whose names an underscore stands for a dot. Raises `ConfigError`."""
        named = {name.replace("_", "."): value for name, value in ours.items()}
        # A client that has waited for long must not take long to notice that the broker is back.
        config = {"bootstrap.servers": self.bootstrap, "reconnect.backoff.max.ms": 1000, **named, **self.options}
        try:
            return kind(config, logger=log)
        except KafkaException as exc:
            name = re.search(r'property:? "([^"]*)"', exc.args[0].str())  # the rest may quote a password
            wrong = f"its option {name[1]}" if name else "an option"
            raise ConfigError(f"CALLSCRIBE_KAFKA_OPTIONS: {wrong} is unknown or has a wrong value.") from exc


def create_topics(broker: Broker, partitions: int) -> None:
    """Make the topics that are missing, and give those with fewer partitions so many. Raises `Unavailable`."""
    admin: AdminClient = broker.client(AdminClient)
    names = [broker.prefix + topic for topic in TOPICS]
    with _translated():
        there = {name: len(topic.partitions) for name, topic in admin.list_topics(timeout=_ANSWER_S).topics.items()}
        new = [NewTopic(name, partitions, _BROKERS_OWN) for name in names if name not in there]
        more = [NewPartitions(name, partitions) for name in names if there.get(name, partitions) < partitions]
        under_way: dict[str, Any] = admin.create_topics(new, request_timeout=_ANSWER_S) if new else {}
        under_way |= admin.create_partitions(more, request_timeout=_ANSWER_S) if more else {}
        for made in under_way.values():
            _done(made)


class Publisher:
    """Writes to the topics."""

    def __init__(self, broker: Broker) -> None:
        self._prefix = broker.prefix
        self._producer: Producer = broker.client(
            Producer,
            linger_ms=0,
            message_timeout_ms=int(_ANSWER_S * 1000),
            topic_metadata_propagation_max_ms=1000,  # a topic that is missing is noticed before that
        )

    def __call__(self, announcements: Sequence[Announcement]) -> None:
        """Return when all are on the broker. Raises `Unavailable`; then any of them may be there."""
        failed: list[KafkaError] = []

        def delivered(error: KafkaError | None, _message: object) -> None:
            if error is not None:
                failed.append(error)

        for topic, key, event in announcements:
            self._producer.produce(self._prefix + topic, event.model_dump_json(), key, on_delivery=delivered)
        self._producer.flush()  # each message is delivered or fails within its time limit
        if failed:
            missing = failed[0].code() in (KafkaError.UNKNOWN_TOPIC_OR_PART, KafkaError._UNKNOWN_TOPIC)
            raise Unavailable(_NO_TOPIC if missing else _SILENT) from KafkaException(failed[0])


def _done(made: Any) -> None:
    try:
        made.result()
    except KafkaException as exc:
        # Somebody else made it in the same moment.
        if exc.args[0].code() not in (KafkaError.TOPIC_ALREADY_EXISTS, KafkaError.INVALID_PARTITIONS):
            raise


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except KafkaException as exc:
        raise Unavailable(_SILENT) from exc
