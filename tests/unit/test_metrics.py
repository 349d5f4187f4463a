"""What processes count: each thing once, under labels of few values."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import httpx
import pytest
from fastapi.testclient import TestClient

from callscribe.errors import BadMedia
from callscribe.jobs import lifecycle, queue
from callscribe.models import CallStatus, Dropped, DropReason, Insight, InsightKind, Stage, Summary
from callscribe.store.database import Database, after_commit
from callscribe.telemetry import labels, metrics
from callscribe.telemetry.exposition import served
from tests.counted import Change
from tests.service import free_port
from tests.stored_calls import heard, new_call, window

SUMMARY = Summary("All is well.", (), (), "extractive")


@pytest.fixture(autouse=True)
def no_labels_seen(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(labels, "_seen", {})
    yield


def ends(status: CallStatus, language: str = "unknown") -> Change:
    return Change("files_processed_total", status=status, language=language)


def test_a_call_counts_once_it_is_committed(database: Database) -> None:
    call_id, done = new_call(database), ends(CallStatus.DONE)
    turnarounds = Change("turnaround_seconds_count")
    with pytest.raises(RuntimeError), database.transaction() as session:
        lifecycle.begin(session, call_id, Stage.SUMMARIZE)
        lifecycle.summarized(session, call_id, SUMMARY)
        raise RuntimeError
    assert (done(), turnarounds()) == (0, 0)
    with database.transaction() as session:
        lifecycle.begin(session, call_id, Stage.SUMMARIZE)
        lifecycle.summarized(session, call_id, SUMMARY)
        assert done() == 0
    assert (done(), turnarounds()) == (1, 1)


def test_a_summary_that_is_written_anew_is_no_further_call(database: Database) -> None:
    call_id, done, failed = new_call(database), ends(CallStatus.DONE), ends(CallStatus.FAILED)
    for _ in range(2):
        with database.transaction() as session:
            lifecycle.begin(session, call_id, Stage.SUMMARIZE)
            lifecycle.summarized(session, call_id, SUMMARY)
    with database.transaction() as session:
        lifecycle.failed(session, call_id, BadMedia("Not this time."))
    assert (done(), failed()) == (1, 0)


def test_failed_and_canceled_calls(database: Database) -> None:
    failed, canceled = ends(CallStatus.FAILED), ends(CallStatus.CANCELED)
    one, other = new_call(database), new_call(database)
    with database.transaction() as session:
        lifecycle.failed(session, one, BadMedia("There is no sound in this file."))
        lifecycle.cancel(session, other)
    assert (failed(), canceled()) == (1, 1)


def test_actions_after_a_commit_are_those_of_the_transaction(database: Database) -> None:
    done: list[int] = []
    for number in range(2):
        with database.transaction() as session:
            after_commit(session, lambda number=number: done.append(number))  # type: ignore[misc]
    assert done == [0, 1]


def test_a_window() -> None:
    model = "faster-whisper small int8"
    of_window = {"model": model, "language": "en"}
    audio, count = Change("audio_seconds_total", **of_window), Change("realtime_factor_count", **of_window)
    ratio, sure = Change("realtime_factor_sum", **of_window), Change("word_probability_sum", **of_window)
    loops = Change("dropped_texts_total", reason="loop")
    found = replace(heard(0), engine=model, dropped=(Dropped(1, 2, "so so so", DropReason.LOOP),))
    metrics.transcribed(window(0), found, 2.5)
    assert (audio(), count(), ratio(), sure(), loops()) == (10, 1, 4, 0.9, 1)


def test_silence_has_no_speed() -> None:
    """No model was asked, so it says nothing about one."""
    of_window = {"model": "voice activity", "language": "unknown"}
    audio, count = Change("audio_seconds_total", **of_window), Change("realtime_factor_count", **of_window)
    silent = replace(heard(0), segments=(), language=None, engine="voice activity")
    metrics.transcribed(window(0, speech=False), silent, 0.001)
    assert (audio(), count()) == (10, 0)


def test_an_llm_without_its_kind_of_server() -> None:
    questions = Change("ollama_inference_seconds_count", model="gemma2:2b", operation="map")
    read = Change("llm_tokens_total", model="gemma2:2b", direction="in")
    metrics.asked("ollama gemma2:2b", "map", 3.0, 700, None)
    assert (questions(), read()) == (1, 700)


@pytest.mark.parametrize(
    ("summary", "engine"),
    [
        (SUMMARY, "extractive"),
        (replace(SUMMARY, is_stopgap=True), "stopgap"),
        (replace(SUMMARY, engine="ollama gemma2:2b"), "llm"),
    ],
)
def test_summaries_by_what_wrote_them(summary: Summary, engine: str) -> None:
    written = Change("summaries_total", engine=engine)
    metrics.summarized(summary)
    assert written() == 1


def test_how_much_of_an_llms_claims_the_call_bears_out() -> None:
    kept = Change("statements_total", model="m", outcome="kept")
    left_out = Change("statements_total", model="m", outcome="left_out")
    point = Insight(InsightKind.KEY_POINT, "Yes.", (0,), "yes", 0, 1)
    metrics.summarized(replace(SUMMARY, engine="ollama m", insights=(point, point), ungrounded=3))
    metrics.summarized(replace(SUMMARY, insights=(point,)))  # its own words need no proof
    assert (kept(), left_out()) == (2, 3)


def test_errors_by_code() -> None:
    ours = Change("errors_total", stage="prepare", error="bad-media")
    foreign = Change("errors_total", stage="prepare", error="internal")
    metrics.failed(Stage.PREPARE, BadMedia("There is no sound in this file."))
    metrics.failed(Stage.PREPARE, ValueError("quotes the call"))
    assert (ours(), foreign()) == (1, 1)


def test_a_label_has_few_values() -> None:
    names = {labels.bounded("model", f"model {number}") for number in range(1000)}
    assert len(names) == 21
    assert "other" in names
    assert labels.bounded("model", "model 3") == "model 3"
    assert labels.bounded("another", "model 999") == "model 999"


def test_whatever_is_asked_for_is_few_series(api: tuple[TestClient, Database]) -> None:
    client, _ = api
    for _ in range(30):
        client.get(f"/api/v1/tasks/{uuid4()}")
        client.get(f"/api/v1/results/{uuid4()}/segments/{uuid4()}")
        client.get(f"/{uuid4()}")
        client.request(f"X{uuid4().hex[:4].upper()}", "/health/live")
    series = {
        (sample.labels["method"], sample.labels["route"], sample.labels["status"])
        for metric in metrics.http_requests.collect()
        for sample in metric.samples
        if sample.name.endswith("_count")
    }
    assert ("GET", "/api/v1/tasks/{task_id}", "4xx") in series
    assert ("GET", "other", "4xx") in series
    assert {method for method, _, _ in series} <= {"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "other"}
    assert "other" in {method for method, _, _ in series}
    assert not any("-" in route.replace("action-items", "") for _, route, _ in series)


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/api/v1/tasks/a", "/api/v1/tasks/{task_id}"),
        ("/api/v1/tasks/tasks", "/api/v1/tasks/{task_id}"),
        ("/api/v1/tasks/%2e%2e", "/api/v1/tasks/{task_id}"),
        ("/api/v1/tasks", "/api/v1/tasks"),
        ("/api/v1/tasks/", "other"),
        ("/openapi.json", "/openapi.json"),
        ("/health/live", "/health/live"),
    ],
)
def test_an_address_is_told_by_its_template(api: tuple[TestClient, Database], path: str, route: str) -> None:
    client, _ = api
    before = counted()
    client.get(path, follow_redirects=False)
    assert {one for one in counted() if counted()[one] != before.get(one)} == {route}


def counted() -> dict[str, float]:
    """How many requests were counted, by route."""
    found: dict[str, float] = {}
    for metric in metrics.http_requests.collect():
        for sample in metric.samples:
            if sample.name.endswith("_count"):
                found[sample.labels["route"]] = found.get(sample.labels["route"], 0) + sample.value
    return found


def test_requests_that_fail_unexpectedly(api: tuple[TestClient, Database], monkeypatch: pytest.MonkeyPatch) -> None:
    client, _ = api

    def broken(*_args: object, **_named: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("callscribe.api.system.standing.load", broken)
    failures = Change("http_request_duration_seconds_count", method="GET", route="/api/v1/system", status="5xx")
    with pytest.raises(RuntimeError):
        client.get("/api/v1/system")
    assert failures() == 1


def test_a_workers_port(database: Database) -> None:
    port = free_port()
    with served(database, "127.0.0.1", port):
        answer = httpx.get(f"http://127.0.0.1:{port}/metrics", trust_env=False)
        assert "callscribe_database_connections_limit 20.0" in answer.text
        with served(database, "127.0.0.1", port):  # taken: the work goes on without
            pass
        assert httpx.get(f"http://127.0.0.1:{port}/metrics", trust_env=False).is_success
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://127.0.0.1:{port}/metrics", trust_env=False)


def test_without_a_port_nothing_listens(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr("callscribe.telemetry.exposition.start_http_server", lambda port, *_: asked.append(port))
    with served(database, "127.0.0.1", 0):
        assert asked == []


def test_claimed_jobs_use_connections(database: Database) -> None:
    new_call(database)
    with database.transaction() as session:
        queue.claim(session, Stage.PREPARE, "me")
        assert database.pool().in_use == 1
    assert (database.pool().in_use, database.pool().limit) == (0, 20)
