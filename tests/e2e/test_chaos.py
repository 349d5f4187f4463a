"""Whatever dies on many machines: every call is done, nothing of it twice, nothing lost."""

import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import pytest

from callscribe.jobs.events import AUDIO, RESULTS
from callscribe.models import JobStatus
from tests.calls import repeated
from tests.cluster import NAMES, QUICK, Cluster
from tests.kafka_broker import Broker, needs_kafka
from tests.kafka_topics import published
from tests.s3_server import ACCESS_KEY, SECRET_KEY, refusing, s3_server
from tests.service import CALL_EN

AWAY_S = 60

#: A relay that dies as soon as something is published, before it can be marked.
DYING_RELAY = """
import os, signal
from callscribe import wiring
from callscribe.jobs.broker import Broker, Publisher
from callscribe.jobs.postgres import PostgresDispatcher
from callscribe.jobs.relay import Relay
from callscribe.models import Stage
from callscribe.settings import Settings

settings = Settings()
database = wiring.database(settings)
publish = Publisher(Broker(settings.kafka_bootstrap, settings.kafka_prefix))

def publish_and_die(announcements):
    publish(announcements)
    os.kill(os.getpid(), signal.SIGKILL)

Relay(database, publish_and_die, PostgresDispatcher(database.url, Stage), 1.0).run()
"""


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """A Kafka of this module's own: it is stopped and killed."""
    needs_kafka()
    with Broker(tmp_path_factory.mktemp("broker")) as broker:
        yield broker


@pytest.fixture(scope="module")
def running(broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    server = s3_server()
    settings = {
        **QUICK,
        "MEDIA_URL": f"s3://{server.new_bucket()}",
        "S3_ENDPOINT": server.url,
        "S3_ACCESS_KEY": ACCESS_KEY,
        "S3_SECRET_KEY": SECRET_KEY,
    }
    with Cluster(tmp_path_factory.mktemp("chaos"), broker.bootstrap, names=NAMES, **settings) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def call(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """About two minutes, some seven windows."""
    return repeated(CALL_EN, tmp_path_factory.mktemp("call") / "call.flac", times=2).file


@pytest.fixture(scope="module")
def undisturbed(running: Cluster, call: Path) -> dict[str, Any]:
    """The result of the call when nothing happens; the speech model gives the same every time."""
    return running.done_once(running.upload(call))


def test_the_broker_is_away_for_a_minute(
    cluster: Cluster, broker: Broker, call: Path, undisturbed: dict[str, Any]
) -> None:
    before = cluster.upload(call)
    cluster.at_work(before, 1)
    broker.stop()
    back_at = time.monotonic() + AWAY_S
    during = cluster.upload(call)
    cluster.done(before)
    cluster.done(during)
    cluster.until(lambda: time.monotonic() > back_at, "the minute to be over")
    late = cluster.upload(call)
    assert cluster.unannounced() >= 2
    broker.start()
    cluster.check_results([before, during, late], undisturbed)


def test_the_database_crashes_and_restarts(cluster: Cluster, call: Path, undisturbed: dict[str, Any]) -> None:
    task_id = cluster.upload(call)
    for windows, how in (1, signal.SIGKILL), (3, signal.SIGINT):
        cluster.at_work(task_id, windows)
        cluster.end_postgres(how)
        cluster.start_postgres()
    cluster.check_results([task_id], undisturbed)


def test_a_relay_dies_between_publishing_and_marking(cluster: Cluster, call: Path, undisturbed: dict[str, Any]) -> None:
    assert cluster.stop("relay", "asr-1", "asr-2") == [0, 0, 0]
    task_ids = [cluster.upload(call) for _ in range(2)]
    relay_dies(cluster)
    cluster.start("relay")
    cluster.until(lambda: not cluster.unannounced(), "the jobs to be announced")
    assert announced(cluster, AUDIO, task_ids) == [2, 2]
    cluster.stop("relay")
    cluster.start("asr-1", "asr-2")
    for task_id in task_ids:
        cluster.done(task_id)
    relay_dies(cluster)
    cluster.start("relay")
    cluster.check_results(task_ids, undisturbed)
    assert announced(cluster, RESULTS, task_ids) == [2, 2]


def relay_dies(cluster: Cluster) -> None:
    died = subprocess.run([sys.executable, "-c", DYING_RELAY], env=cluster.environment("relay"), check=False)
    assert died.returncode == -signal.SIGKILL


def announced(cluster: Cluster, topic: str, task_ids: Collection[str]) -> list[int]:
    """How many messages the topic has of each call."""
    times = Counter(event["call_id"] for event in published(cluster.broker, topic))
    return [times[task_id] for task_id in task_ids]


def test_two_workers_start_at_the_same_instant(cluster: Cluster, call: Path, undisturbed: dict[str, Any]) -> None:
    cluster.stop("asr-1", "asr-2")
    task_ids = [cluster.upload(call) for _ in range(2)]
    cluster.start("asr-1", "asr-2")
    cluster.check_results(task_ids, undisturbed)


def test_the_media_store_is_away_during_work(cluster: Cluster, call: Path, undisturbed: dict[str, Any]) -> None:
    task_id = cluster.upload(call)
    cluster.at_work(task_id, 1)
    with s3_server().failing(refusing("503 Service Unavailable", "SlowDown")):
        cluster.until(lambda: [step for step in cluster.steps(task_id, JobStatus.READY) if step.attempt], "a retry")
    cluster.check_results([task_id], undisturbed)


def test_everything_is_killed_at_once(
    cluster: Cluster, broker: Broker, call: Path, undisturbed: dict[str, Any]
) -> None:
    task_ids = [cluster.upload(call) for _ in range(2)]
    cluster.at_work(task_ids[0], 1)
    cluster.end_postgres(signal.SIGKILL)
    cluster.kill(*NAMES)
    broker.kill()
    cluster.start_postgres()
    broker.start()
    cluster.start_missing()
    cluster.check_results(task_ids, undisturbed)
