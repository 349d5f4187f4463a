"""A real Prometheus over the whole service: every metric is there, and every panel and alert can be asked."""

import json
import os
import re
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from tests.cluster import Cluster
from tests.fake_ollama import MODEL, FakeOllama
from tests.prometheus import CONFIGURATION, Prometheus, is_installed
from tests.service import CALL_EN, CALL_RU, ROOT, free_port

DASHBOARDS = sorted((ROOT / "monitoring" / "grafana" / "dashboards").glob("*.json"))
ALERTS = yaml.safe_load((CONFIGURATION / "alerts.yml").read_text())
STAGES = ("prepare", "transcribe", "assemble", "summarize")
JOBS = ("api", "asr-worker", "llm-worker", "relay")

pytestmark = pytest.mark.skipif(
    not is_installed() and not os.environ.get("CI"), reason="Prometheus is not installed: Debian's package `prometheus`"
)


def first_of_free_ports(count: int) -> int:
    """Of so many that follow each other, below those that the system gives to whoever asks for any."""
    for first in range(20_000 + free_port() % 10_000, 32_000):
        with ExitStack() as stack, suppress(OSError):
            for port in range(first, first + count):
                stack.enter_context(socket.create_server(("127.0.0.1", port)))
            return first
    raise AssertionError("no ports are free")


@pytest.fixture(scope="module")
def ports() -> dict[str, int]:
    first = first_of_free_ports(3)
    return {"asr-worker": first, "llm-worker": first + 1, "relay": first + 2}


@pytest.fixture(scope="module")
def running(kafka: str, ports: dict[str, int], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with (
        FakeOllama().running() as llm,
        Cluster(
            tmp_path_factory.mktemp("cluster"),
            kafka,
            names=("api", "relay", "llm", "asr"),
            METRICS_PORT=str(ports["asr-worker"]),
            LLM_URL=llm.url,
            LLM_MODEL=MODEL,
        ) as cluster,
    ):
        yield cluster


@pytest.fixture(scope="module")
def prometheus(
    running: Cluster, ports: dict[str, int], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Prometheus]:
    """It has seen two calls that became done, one that could not be read, and one that was canceled."""
    folder = tmp_path_factory.mktemp("prometheus")
    garbage = folder / "garbage.mp3"
    garbage.write_bytes(b"This is no music. " * 1000)
    with Prometheus(folder, {"api": running.port, **ports}) as prometheus:
        prometheus.await_news()
        done = [running.upload(sample) for sample in (CALL_EN, CALL_RU)]
        canceled = running.upload(CALL_EN)
        running.client.post(f"/api/v1/tasks/{canceled}/cancel").raise_for_status()
        running.finished(running.upload(garbage))
        for task_id in done:
            running.done(task_id)
        running.client.get("/api/v1/no/such/address")
        prometheus.until(lambda: prometheus.number("callscribe_files_processed_total") == 4, "all outcomes")
        prometheus.until(lambda: prometheus.number("callscribe_dead_letters") == 1, "the dead letter")
        prometheus.await_news()
        yield prometheus


def test_specified_metrics(prometheus: Prometheus) -> None:
    def count(status: str, language: str) -> float:
        return prometheus.number(f'callscribe_files_processed_total{{status="{status}",language="{language}"}}')

    assert [count("done", "en"), count("done", "ru"), count("failed", "unknown")] == [1, 1, 1]
    assert prometheus.number('callscribe_files_processed_total{status="canceled"}') == 1
    for stage in STAGES:
        assert prometheus.number(f'callscribe_processing_duration_seconds_count{{stage="{stage}"}}') >= 2
        assert prometheus.number(f'callscribe_processing_duration_seconds_sum{{stage="{stage}"}}') > 0
        assert prometheus.ask(f'callscribe_queue_size{{stage="{stage}"}}')
    bounds = {one["metric"]["le"] for one in prometheus.ask("callscribe_processing_duration_seconds_bucket")}
    assert {"1.0", "60.0", "3600.0", "28800.0"} <= bounds
    assert prometheus.number('callscribe_errors_total{stage="prepare",error="bad-media"}') == 1
    asked = f'callscribe_ollama_inference_seconds_count{{model="{MODEL}",operation="map"}}'
    assert prometheus.number(asked) >= 2


def test_further_metrics(prometheus: Prometheus) -> None:
    """What an operator also needs."""
    lengths = {one["metric"]["language"]: one for one in prometheus.ask("callscribe_audio_seconds_total")}
    assert {"en", "ru"} <= lengths.keys()
    assert all("whisper-fixture" in one["metric"]["model"] for one in lengths.values())
    assert 60 < prometheus.number('callscribe_audio_seconds_total{language="en"}') < 70 * 2
    assert prometheus.number("callscribe_realtime_factor_sum / callscribe_realtime_factor_count") > 0
    assert prometheus.number('callscribe_word_probability_sum{language="en"}') > 0
    assert prometheus.number("callscribe_turnaround_seconds_count") == 2
    assert prometheus.number('callscribe_dead_letters{kind="job",error="bad-media"}') == 1
    assert prometheus.number('callscribe_llm_tokens_total{direction="in"}') > 100
    assert prometheus.number('callscribe_llm_tokens_total{direction="out"}') > 10
    assert prometheus.number('callscribe_statements_total{outcome="kept"}') > 0
    assert prometheus.number('callscribe_summaries_total{engine="llm"}') == 2
    assert prometheus.number("callscribe_workers") == 3
    assert {
        (one["metric"]["role"], one["metric"].get("model", "")) for one in prometheus.ask("callscribe_worker_up == 1")
    } == {
        ("asr", "whisper-fixture"),
        ("llm", MODEL),
        ("relay", ""),
    }
    for name in ("job_retries_total", "oldest_job_age_seconds", "outbox_size", "outbox_lag_seconds", "jobs_running"):
        assert prometheus.ask(f"callscribe_{name}"), name
    assert {one["metric"]["folder"] for one in prometheus.ask("callscribe_disk_free_bytes > 1e6")} == {"data", "media"}
    assert prometheus.number("callscribe_database_up") == 1
    assert len(prometheus.ask("callscribe_database_connections_limit > 0")) == len(JOBS)


def test_requests_are_told_by_route(prometheus: Prometheus) -> None:
    routes = {
        (one["metric"]["method"], one["metric"]["route"], one["metric"]["status"])
        for one in prometheus.ask("callscribe_http_request_duration_seconds_count")
    }
    assert {
        ("POST", "/api/v1/transcribe", "2xx"),
        ("GET", "/api/v1/tasks/{task_id}", "2xx"),
        ("POST", "/api/v1/tasks/{task_id}/cancel", "2xx"),
        ("GET", "other", "4xx"),
        ("GET", "/metrics", "2xx"),
    } <= routes
    assert not any(re.search(r"[0-9a-f]{8}-", route) for _, route, _ in routes)


@pytest.mark.usefixtures("prometheus")
@pytest.mark.parametrize("job", JOBS)
def test_names_are_clean(running: Cluster, ports: dict[str, int], job: str) -> None:
    port = {"api": running.port, **ports}[job]
    text = httpx.get(f"http://127.0.0.1:{port}/metrics", trust_env=False).text
    checked = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")


def expressions(dashboard: Path) -> Iterator[tuple[str, str]]:
    """Each panel's title and what it asks, for all instances, stages, languages and models."""

    def of(panels: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
        for panel in panels:
            yield from of(panel.get("panels", []))
            for target in panel.get("targets", []):
                asked = target["expr"].replace("$__rate_interval", "1m").replace("$__range", "5m")
                yield panel["title"], re.sub(r"\$\{?\w+(:\w+)?\}?", ".*", asked)

    yield from of(json.loads(dashboard.read_text())["panels"])


@pytest.mark.parametrize("dashboard", DASHBOARDS, ids=lambda path: path.stem)
def test_every_panel_has_data(prometheus: Prometheus, dashboard: Path) -> None:
    asked = list(expressions(dashboard))
    assert len(asked) > 10
    for title, expression in asked:  # a scrape that a busy machine missed leaves a gap of a moment
        prometheus.until(partial(prometheus.ask, expression), f"data of the panel {title}: {expression}")


@pytest.mark.parametrize(
    "rule", [rule for group in ALERTS["groups"] for rule in group["rules"]], ids=lambda it: it["alert"]
)
def test_every_alert_can_be_asked(prometheus: Prometheus, rule: dict[str, Any]) -> None:
    """Nothing is wrong here, so the condition is not met; what it compares is there."""
    prometheus.until(lambda: prometheus.ask(rule["expr"]) == [], f"{rule['alert']} to be quiet")


def test_rules_are_loaded_and_none_fails(prometheus: Prometheus) -> None:
    groups = prometheus.client.get("/rules").json()["data"]["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    assert {rule["name"] for rule in rules} == {rule["alert"] for group in ALERTS["groups"] for rule in group["rules"]}
    prometheus.until(
        lambda: all(
            rule["health"] == "ok"
            for group in prometheus.client.get("/rules").json()["data"]["groups"]
            for rule in group["rules"]
        ),
        "all rules to be evaluated",
    )
