"""The Kafka that tests run against does what they rely on."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import psutil
import pytest
from confluent_kafka import Consumer, Producer
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from tests.kafka_broker import Broker, needs_kafka
from tests.service import ROOT

PATIENCE = 60.0

#: Starts a broker in the folder of its first argument, prints the child's pid and waits.
STARTER = """
import sys, psutil
from pathlib import Path
from tests.kafka_broker import Broker
with Broker(Path(sys.argv[1])):
    print(*(child.pid for child in psutil.Process().children()), flush=True)
    sys.stdin.read()
"""


def send(bootstrap: str, text: str) -> str:
    """The new topic that the message is the only one of."""
    topic = f"test-{uuid4().hex}"
    client = AdminClient({"bootstrap.servers": bootstrap})
    client.create_topics([NewTopic(topic, 1, 1)])[topic].result(PATIENCE)
    producer = Producer({"bootstrap.servers": bootstrap})
    producer.produce(topic, text.encode())
    assert producer.flush(PATIENCE) == 0
    return topic


def received(bootstrap: str, topic: str) -> str:
    """The first message of the topic."""
    options = {"bootstrap.servers": bootstrap, "group.id": uuid4().hex, "auto.offset.reset": "earliest"}
    consumer = Consumer(options)
    try:
        consumer.subscribe([topic])
        message = consumer.poll(PATIENCE)
        assert message is not None
        assert message.error() is None
        value = message.value()
        assert value is not None
        return value.decode()
    finally:
        consumer.close()


def test_a_message_goes_through(kafka: str) -> None:
    assert received(kafka, send(kafka, "hello")) == "hello"


@pytest.mark.parametrize("end", [Broker.stop, Broker.kill])
def test_it_comes_back_on_its_port_with_its_data(broker: Broker, end: Callable[[Broker], None]) -> None:
    bootstrap = broker.bootstrap
    topic = send(bootstrap, "still here")
    end(broker)
    broker.start()
    assert broker.bootstrap == bootstrap
    assert received(bootstrap, topic) == "still here"


def test_one_that_cannot_start_says_why(tmp_path: Path) -> None:
    needs_kafka()
    (tmp_path / "server.properties").write_text("node.id=1\n")
    with pytest.raises(RuntimeError, match=r"^Kafka ended with 1: .*process\.roles"):
        Broker(tmp_path).start()


def test_it_does_not_outlive_who_started_it(tmp_path: Path) -> None:
    needs_kafka()
    command = [sys.executable, "-c", STARTER, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout is not None
        kafka = psutil.Process(int(starter.stdout.readline()))
        assert "kafka.Kafka" in kafka.cmdline()
        os.kill(starter.pid, signal.SIGKILL)
    kafka.wait(PATIENCE)
