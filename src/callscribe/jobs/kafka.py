"""The dispatcher of many machines: Kafka."""

import logging
import math
import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable

from confluent_kafka import Consumer, KafkaException, Message, TopicPartition

from callscribe.errors import Unavailable
from callscribe.jobs import events
from callscribe.jobs.broker import Broker
from callscribe.jobs.events import MessageRejected
from callscribe.models import Stage

log = logging.getLogger(__name__)

_SLICE_S = 0.1  # how soon a pause, its end, and the end of the dispatcher are noticed
_BATCH = 500  # messages that are looked at together
_AT_CAPACITY_S = 1.0  # so long a lane is busy before its partitions are paused; to resume costs up to a second
_LOOKS_AGAIN_S = (0.02, 0.1, 0.5)
_CLOSE_S = 10.0

Offsets = dict[tuple[str, int], int]


class KafkaDispatcher:
    """Wakes a lane of a worker when a message says that a job of its stages is ready.

    A thread polls all the time, whatever the lane does, so that a long job does not cost the place in the group. While
    the lane works, its partitions are paused. `reject` keeps what cannot be understood; it may raise `Unavailable`.
    All calls of the client come from that thread: a second one would have to wait for the first one's poll, for long.
    """

    def __init__(
        self, broker: Broker, group: str, stages: Collection[Stage], reject: Callable[[MessageRejected], None]
    ) -> None:
        self._consumer: Consumer = broker.client(
            Consumer,
            group_id=f"{broker.prefix}callscribe-{group}",
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            partition_assignment_strategy="cooperative-sticky",
            session_timeout_ms=10_000,
        )
        self._topics = sorted({broker.prefix + events.TOPIC_OF[stage] for stage in stages})
        self._stages = frozenset(stages)
        self._reject = reject
        self._rejected: deque[MessageRejected] = deque()
        # The next offset to read, by topic and partition: of what was received, what the lane was told of, and what it
        # has looked for.
        self._received: Offsets = {}
        self._told: Offsets = {}
        self._settled: Offsets = {}
        self._lock = threading.Lock()
        self._news = threading.Event()
        self._pauses: list[float] = []
        self._busy_since = math.inf
        self._paused = False
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._poll, name=f"kafka {group}", daemon=True)

    def wait(self, timeout: float) -> None:
        """Return as soon as a job may be ready, or after `timeout` seconds."""
        if self._thread.ident is None and not self._closed.is_set():
            self._thread.start()
        self._busy_since = math.inf
        if self._news.wait(min(timeout, self._pauses.pop(0)) if self._pauses else timeout):
            # The relay locks a row while it marks it as announced, and a claim passes over locked rows: when the lane
            # finds nothing, the next waits are short.
            self._pauses = list(_LOOKS_AGAIN_S)
        self._busy_since = time.monotonic()
        if not self._closed.is_set():
            self._news.clear()  # before the lane looks for jobs: what is told from now on ends the next wait
        with self._lock:
            self._told.update(self._received)
            self._received.clear()

    def acknowledge(self) -> None:
        """Commit what ended the last wait, since the lane has looked for jobs."""
        try:
            while self._rejected:
                self._reject(self._rejected[0])
                self._rejected.popleft()
        except Unavailable:
            log.warning("rejected messages cannot be kept now; they stay on Kafka")
            return
        with self._lock:
            self._settled.update(self._told)
            self._told.clear()

    def close(self) -> None:
        """Leave the group; a `wait` under way returns, and later ones return at once."""
        self._closed.set()
        self._news.set()
        if self._thread.ident is not None:
            self._thread.join(_CLOSE_S)

    def _poll(self) -> None:
        try:
            self._consumer.subscribe(self._topics, on_assign=self._assigned)
            while not self._closed.is_set():
                self._pause_or_resume()
                first = self._consumer.poll(_SLICE_S)
                if first is not None:
                    self._receive([first, *self._consumer.consume(_BATCH, timeout=0)])
                self._commit()
            self._consumer.close()
        except KafkaException as exc:
            log.error("the Kafka client gave up (%s); jobs are only looked for now and then", exc.args[0].name())

    def _assigned(self, _consumer: Consumer, _partitions: list[TopicPartition]) -> None:
        self._paused = False  # new partitions are not

    def _pause_or_resume(self) -> None:
        at_capacity = time.monotonic() - self._busy_since > _AT_CAPACITY_S
        if at_capacity != self._paused and (ours := self._consumer.assignment()):
            (self._consumer.pause if at_capacity else self._consumer.resume)(ours)
            self._paused = at_capacity

    def _commit(self) -> None:
        with self._lock:
            settled, self._settled = self._settled, {}
        if settled:
            offsets = [TopicPartition(topic, partition, offset) for (topic, partition), offset in settled.items()]
            try:
                self._consumer.commit(offsets=offsets, asynchronous=True)
            except KafkaException as exc:  # what is not committed comes again, and does nothing
                log.info("Kafka's offsets were not committed (%s)", exc.args[0].name())

    def _receive(self, messages: Iterable[Message]) -> None:
        news = False
        for message in messages:
            if (error := message.error()) is not None:
                log.warning("Kafka says %s", error.name())
                continue
            topic, partition, offset = message.topic() or "", message.partition() or 0, message.offset() or 0
            try:
                news |= events.parse(message.value()).stage in self._stages
            except events.Rejected as exc:
                place = {"topic": topic, "partition": partition, "offset": offset}
                log.error("a message is rejected: %s", exc, extra=place)
                self._rejected.append(MessageRejected(topic=topic, partition=partition, offset=offset, reason=str(exc)))
            with self._lock:
                self._received[topic, partition] = offset + 1
        if news:
            self._news.set()
