"""Whatever comes over Kafka, and whatever is uploaded: the workers live, and what can be done is done once."""

import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Consumer, TopicPartition

from callscribe.jobs.events import AUDIO, DEAD_LETTERS, TOPIC_OF, TRANSCRIPTION, JobReady
from callscribe.models import JobStatus, Stage
from tests.calls import repeated
from tests.cluster import NAMES, QUICK, Cluster
from tests.kafka_topics import PARTITIONS, published, send
from tests.media_files import encode, truncate
from tests.service import CALL_EN, MODEL, outcome

#: Who reads which topic.
GROUPS = {"media": AUDIO, "speech": AUDIO, "summary": TRANSCRIPTION}

GOOD = b'{"schema_version":1,"job_id":1,"call_id":"85a2e282-77c0-4e16-ad94-4708dbb9b9ee",'
GARBAGE: list[bytes | None] = [
    None,
    b"",
    b"not JSON",
    b"[]",
    GOOD.replace(b"1", b"2", 1) + b'"stage":"prepare","window_index":null}',
    GOOD + b'"window_index":null}',
    GOOD + b'"stage":"unheard-of","window_index":null}',
    random.Random(1).randbytes(900_000),
]


@pytest.fixture(scope="module")
def running(kafka: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """With its media in a folder that all share."""
    with Cluster(tmp_path_factory.mktemp("messages"), kafka, names=NAMES, **QUICK) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def undisturbed(running: Cluster) -> dict[str, Any]:
    """The sample's result when nothing happens."""
    return running.done_once(running.upload(CALL_EN))


def read_to_the_end(cluster: Cluster) -> bool:
    """Whether the workers have dealt with all messages."""
    for group, topic in GROUPS.items():
        consumer: Consumer = cluster.broker.client(Consumer, group_id=f"{cluster.broker.prefix}callscribe-{group}")
        partitions = [TopicPartition(cluster.broker.prefix + topic, number) for number in range(PARTITIONS)]
        for committed in consumer.committed(partitions, timeout=30):
            if max(committed.offset, 0) < consumer.get_watermark_offsets(committed, timeout=30)[1]:
                return False
    return True


def dead_letters(cluster: Cluster) -> dict[str, str]:
    """What `callscribe dead-letters list` shows: lines by id."""
    done = cluster.command("dead-letters", "list")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()[1:]
    found = {line.split()[0]: line for line in lines}
    assert len(found) == len(lines)
    return found


def announcements(cluster: Cluster, task_id: str) -> list[tuple[str, bytes]]:
    """Every job of the call as the relay announces it, with its topic."""
    jobs = {(step.job_id, step.call_id, Stage(step.stage), step.window_index) for step in cluster.history(task_id)}
    events = [JobReady(job_id=job, call_id=call, stage=stage, window_index=index) for job, call, stage, index in jobs]
    return [(TOPIC_OF[event.stage], event.model_dump_json().encode()) for event in events]


def test_messages_come_often_and_in_any_order(cluster: Cluster, undisturbed: dict[str, Any], tmp_path: Path) -> None:
    finished = cluster.upload(CALL_EN)
    cluster.done(finished)
    long = repeated(CALL_EN, tmp_path / "long.flac", times=5).file
    canceled, deleted = cluster.upload(long), cluster.upload(long)
    cluster.at_work(canceled, 1)
    cluster.client.post(f"/api/v1/tasks/{canceled}/cancel").raise_for_status()
    cluster.client.delete(f"/api/v1/tasks/{deleted}").raise_for_status()
    under_way = cluster.upload(CALL_EN)
    cluster.until(lambda: cluster.steps(under_way, JobStatus.RUNNING, Stage.TRANSCRIBE), "a window to be begun")
    history = {task_id: cluster.history(task_id) for task_id in (finished, canceled, deleted)}
    storm = [message for task_id in (*history, under_way) for message in announcements(cluster, task_id)] * 20
    random.Random(1).shuffle(storm)
    for topic in AUDIO, TRANSCRIPTION:
        values = [value for its_topic, value in storm if its_topic == topic]
        for partition in range(PARTITIONS):
            send(cluster.broker, topic, *values[partition::PARTITIONS], partition=partition)
    cluster.check_results([finished, under_way], undisturbed)
    cluster.until(lambda: read_to_the_end(cluster), "all messages to be read")
    assert {task_id: cluster.history(task_id) for task_id in history} == history
    assert cluster.task(canceled)["status"] == "canceled"
    assert cluster.client.get(f"/api/v1/tasks/{deleted}").status_code == 404


def test_garbage_becomes_dead_letters_and_the_workers_live(cluster: Cluster, undisturbed: dict[str, Any]) -> None:
    workers = dict(cluster.processes)
    for topic in AUDIO, TRANSCRIPTION:
        send(cluster.broker, topic, *GARBAGE, partition=1)
    task_id = cluster.upload(CALL_EN)
    cluster.check_results([task_id], undisturbed)
    cluster.until(lambda: read_to_the_end(cluster), "all messages to be read")
    cluster.until(lambda: not cluster.unannounced(), "the rejected messages to be announced")
    events = [event for event in published(cluster.broker, DEAD_LETTERS) if event["kind"] == "message"]
    named = [f"{event['topic']}/{event['partition']}/{event['offset']}" for event in events]
    assert len(named) == len(set(named)) == 2 * len(GARBAGE)
    assert {event["reason"] for event in events if "schema version" in event["reason"]}
    listed = {letter for letter, line in dead_letters(cluster).items() if " message " in line}
    assert listed == set(named)
    assert cluster.processes == workers
    assert cluster.command("dead-letters", "drop", *named).returncode == 0
    assert not listed & dead_letters(cluster).keys()


def test_a_poison_file_beside_good_ones(cluster: Cluster, undisturbed: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "noise.mp3").write_bytes(os.urandom(100_000))
    cut_off = truncate(encode(CALL_EN, tmp_path / "call.mp4", "aac", seconds=10), 0.5)
    good = [cluster.upload(CALL_EN)]
    bad = [cluster.upload(file) for file in (tmp_path / "noise.mp3", cut_off)]
    good.append(cluster.upload(CALL_EN))
    errors = {task_id: cluster.finished(task_id)["error"] for task_id in bad}
    assert {error["code"] for error in errors.values()} == {"bad-media"}
    cluster.check_results(good, undisturbed)
    assert cluster.outcomes(bad) == {task_id: {"failed"} for task_id in bad}
    died = {event["call_id"]: event for event in published(cluster.broker, DEAD_LETTERS) if event["kind"] == "job"}
    listed = dead_letters(cluster)
    for task_id, error in errors.items():
        event = died[task_id]
        assert (event["stage"], event["attempts"], event["reason"]) == (Stage.PREPARE, 1, error["message"])
        assert error["message"] in listed[str(event["job_id"])]
    letter = str(died[bad[0]]["job_id"])
    assert cluster.command("dead-letters", "replay", letter).returncode == 0
    assert cluster.finished(bad[0])["error"] == errors[bad[0]]
    assert len(cluster.steps(bad[0], JobStatus.FAILED)) == 2
    assert cluster.command("dead-letters", "drop", letter).returncode == 0
    assert letter not in dead_letters(cluster)
    assert cluster.task(bad[0])["status"] == "failed"


def test_what_failed_for_a_passing_reason_is_replayed(
    cluster: Cluster, undisturbed: dict[str, Any], tmp_path: Path
) -> None:
    model = tmp_path / "model"
    cluster.stop("asr-1", "asr-2")
    cluster.start("asr-1", ASR_MODEL=str(model))
    task_id = cluster.upload(CALL_EN)
    task = cluster.finished(task_id)
    assert task["status"] == "failed"
    assert str(model) in task["error"]["message"]
    (letter,) = [letter for letter, line in dead_letters(cluster).items() if task_id in line]
    shutil.copytree(MODEL, model)
    assert cluster.command("dead-letters", "replay", letter).returncode == 0
    result = cluster.done_once(task_id)
    assert outcome(result) == outcome(undisturbed)
    assert cluster.outcomes([task_id]) == {task_id: {"failed", "done"}}
