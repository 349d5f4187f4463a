"""Many machines, in the ordinary way: what one machine does, and more of them or fewer while calls are worked on."""

import signal
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from callscribe.jobs.broker import Broker
from callscribe.jobs.events import AUDIO, DEAD_LETTERS, RESULTS, TOPICS, TRANSCRIPTION, JobReady
from callscribe.models import JobStatus, Stage
from tests.cluster import NAMES, Cluster, Step
from tests.kafka_topics import published
from tests.s3_server import ACCESS_KEY, SECRET_KEY, s3_server
from tests.service import CALL_EN, CALL_RU, Service, outcome

#: What must not depend on where and by whom a call is worked on.
TAKEN_OVER_S = 30


@pytest.fixture(scope="module")
def running(kafka: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """With its media in S3, and the default settings."""
    server = s3_server()
    s3 = {
        "MEDIA_URL": f"s3://{server.new_bucket()}/calls",
        "S3_ENDPOINT": server.url,
        "S3_ACCESS_KEY": ACCESS_KEY,
        "S3_SECRET_KEY": SECRET_KEY,
    }
    with Cluster(tmp_path_factory.mktemp("cluster"), kafka, names=NAMES, **s3) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def expected(service: Service) -> dict[Path, dict[str, Any]]:
    """What one machine makes of the samples."""
    task_ids = {sample: service.upload(sample) for sample in (CALL_EN, CALL_RU)}
    return {sample: outcome(service.done(task_id)) for sample, task_id in task_ids.items()}


@pytest.fixture(scope="module")
def finished(running: Cluster) -> dict[Path, str]:
    """The samples, uploaded and done."""
    task_ids = {sample: running.upload(sample) for sample in (CALL_EN, CALL_RU)}
    for task_id in task_ids.values():
        running.done(task_id)
    return task_ids


def begun(cluster: Cluster, task_id: str, *names: str) -> Step:
    """The newest claim of a window, once one of these workers has it; of any worker, if it is finished already."""

    def found() -> bool:
        taken = cluster.steps(task_id, JobStatus.RUNNING, Stage.TRANSCRIBE)
        by_them = bool(taken) and cluster.worker_of(taken[-1]) in names
        return by_them or bool(cluster.steps(task_id, JobStatus.DONE, Stage.TRANSCRIBE))

    cluster.until(found, "a window to be begun")
    return cluster.steps(task_id, JobStatus.RUNNING, Stage.TRANSCRIBE)[-1]


def test_results_are_those_of_one_machine(
    cluster: Cluster, finished: dict[Path, str], expected: dict[Path, dict[str, Any]]
) -> None:
    assert {sample: outcome(cluster.done_once(task_id)) for sample, task_id in finished.items()} == expected


def test_each_topic_carries_what_belongs_there(cluster: Cluster, finished: dict[Path, str]) -> None:
    cluster.until(lambda: not cluster.unannounced(), "the outbox to be empty")
    topics = {topic: published(cluster.broker, topic) for topic in TOPICS}
    stages = {AUDIO: {Stage.PREPARE, Stage.TRANSCRIBE, Stage.ASSEMBLE}, TRANSCRIPTION: {Stage.SUMMARIZE}}
    for task_id in finished.values():
        of_call = {topic: [event for event in topics[topic] if event["call_id"] == task_id] for topic in TOPICS}
        jobs = {(step.job_id, step.stage, step.window_index) for step in cluster.history(task_id)}
        for topic in AUDIO, TRANSCRIPTION:
            # A job that a worker found by itself before it was announced is not announced any more.
            ready = [JobReady.model_validate(event) for event in of_call[topic]]
            assert {(event.job_id, event.stage, event.window_index) for event in ready} <= jobs
            assert {event.stage for event in ready} <= stages[topic]
        expected = {"outcome": "done", "error_code": None, "finished_at": cluster.task(task_id)["finished_at"]}
        assert of_call[RESULTS] == [{"schema_version": 1, "call_id": task_id, **expected}]
        assert of_call[DEAD_LETTERS] == []
    assert topics[AUDIO]


def test_to_migrate_again_changes_nothing(cluster: Cluster, finished: dict[Path, str]) -> None:
    before = [cluster.result(task_id) for task_id in finished.values()]
    assert [cluster.command("migrate").returncode for _ in range(2)] == [0, 0]
    assert [cluster.result(task_id) for task_id in finished.values()] == before


def test_workers_that_are_stopped_lose_nothing(cluster: Cluster, expected: dict[Path, dict[str, Any]]) -> None:
    cluster.stop("asr-1", "asr-2")
    task_id = cluster.upload(CALL_EN)
    for name, shutdown_s in ("asr-1", "1"), ("asr-2", "60"):  # less than a window takes, and more
        cluster.start(name, SHUTDOWN_S=shutdown_s)
        claim = begun(cluster, task_id, name)
        assert cluster.stop(name) == [0]
        # Finished, or handed back as if it had never been begun.
        after = cluster.job(claim)[-1]
        assert (after.status, after.attempt) in {(JobStatus.DONE, 1), (JobStatus.READY, 0)}
    cluster.start("asr-1", "asr-2")
    assert outcome(cluster.done_once(task_id)) == expected[CALL_EN]


def test_a_killed_workers_job_is_taken_over_in_time(cluster: Cluster, expected: dict[Path, dict[str, Any]]) -> None:
    task_ids = {sample: cluster.upload(sample) for sample in expected}
    killed, at = killed_at_work(cluster, task_ids.values())
    assert {sample: outcome(cluster.done_once(task_id)) for sample, task_id in task_ids.items()} == expected
    history = [step for task_id in task_ids.values() for step in cluster.history(task_id)]
    again = next(step for step in history if (step.job_id, step.attempt) == (killed.job_id, killed.attempt + 1))
    assert (again.status, again.owner != killed.owner) == (JobStatus.RUNNING, True)
    assert (again.at - at).total_seconds() <= TAKEN_OVER_S


def killed_at_work(cluster: Cluster, task_ids: Collection[str]) -> tuple[Step, datetime]:
    """`kill -9` a worker that holds a claim on a window; the claim, and when it was killed."""
    for task_id in task_ids:
        claim = begun(cluster, task_id, "asr-1", "asr-2")
        victim = cluster.worker_of(claim)
        assert victim is not None
        cluster.processes[victim].send_signal(signal.SIGSTOP)  # so that it cannot finish in the same moment
        if cluster.job(claim)[-1] == claim:
            at = cluster.now()
            cluster.kill(victim)
            return claim, at
        cluster.processes[victim].send_signal(signal.SIGCONT)
    raise AssertionError("no worker could be caught at work")


def test_who_starts_before_migrate_says_what_to_do(cluster: Cluster) -> None:
    url = cluster.new_database()
    roles = [["api"], ["relay"], ["worker", "asr"]]
    with ThreadPoolExecutor(len(roles)) as threads:
        ended = list(threads.map(lambda words: cluster.command(*words, DATABASE_URL=url), roles))
    for done in ended:
        sentence = "Error: The database's tables are missing or of an older version; run `callscribe migrate`.\n"
        assert (done.returncode, done.stdout, done.stderr) == (1, "", sentence)


def test_health_is_told_by_the_exit_code(cluster: Cluster) -> None:
    for kind, name in ("asr", "asr-1"), ("llm", "llm"), ("relay", "relay"):
        assert cluster.command("health", kind, name=name).returncode == 0
    elsewhere = cluster.command("health", "asr", name="relay")
    sentence = "Error: No asr process has shown life in the last minute; look into its log.\n"
    assert (elsewhere.returncode, elsewhere.stderr) == (1, sentence)


def test_up_is_a_cluster_of_one_machine(
    cluster: Cluster, kafka: str, tmp_path: Path, expected: dict[Path, dict[str, Any]]
) -> None:
    settings = {"DATABASE_URL": cluster.new_database(), "KAFKA_BOOTSTRAP": kafka, "KAFKA_PREFIX": f"{tmp_path.name}."}
    with Service(tmp_path / "data", **settings) as service:
        task_id = service.upload(CALL_EN)
        assert outcome(service.done(task_id)) == expected[CALL_EN]
        topics = Broker(kafka, settings["KAFKA_PREFIX"])
        service.until(lambda: published(topics, RESULTS), "the outcome to be announced")
        assert [event["call_id"] for event in published(topics, RESULTS)] == [task_id]
    assert not (tmp_path / "data" / "postgres").exists()
